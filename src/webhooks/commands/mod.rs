//! Changing webhooks and deliveries.
mod claim;
mod replay;
mod settings;
mod settle;
mod subscribe;

pub(super) use claim::{claim, release, release_all, take_over};
pub use replay::{Order, ReplayInput, cancel_replay, checked, start_replay};
pub(super) use replay::{Step, advance};
pub use settings::{WebhookInput, create, delete, end_old_secret, rotate_secret, send_again, turn_off, turn_on, update};
pub(super) use settle::{Outcome, settle};
pub use subscribe::subscriber;
