//! Changing conversations. Every change of one goes through [`change`] or [`post`]: they alone know what follows from it
//! (who waits, what reopens, which notice is written) and tell it once, in the order that receivers know.
mod change;
mod create;
mod labels;
mod message;
mod notices;
mod post;
mod team;

pub use change::{assign, change, change_status, depart, open_after_bot, see_as_agent, see_as_contact, toggle_typing};
pub use create::{Beginning, NewConversation, start};
pub use labels::{relabel, set_labels};
pub use message::{delivered, failed, submit};
pub use post::{NewMessage, post};
pub use team::{assign_team, set_free};
