//! Changing webhooks and deliveries.
mod claim;
mod settings;
mod settle;
mod subscribe;
mod trial;

pub(super) use claim::{claim, release, release_all};
pub use settings::{WebhookInput, create, delete, send_again, turn_off, turn_on, update};
pub(super) use settle::{Outcome, settle};
pub use subscribe::subscriber;
pub use trial::send_test;
