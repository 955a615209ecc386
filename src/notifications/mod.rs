//! Notifications: what each user is told of what concerns them. A room tells them in the transaction that causes them
//! ([`tell`]), and says what those of its types look like ([`Teller`]); `app` makes the list of these.
pub mod api;
mod commands;
mod frames;
mod model;
pub mod pages;
mod payload;
mod queries;
mod teller;

pub use commands::{announce, depart, forget_about, tell, tell_anew};
pub use frames::drawer;
pub use model::{ActorType, Announcements, Choices, Listener, News, Notification, NotificationType, Notified};
pub use queries::unread_for_bell;
pub use teller::{Readers, Teller, Tellers, Told};
