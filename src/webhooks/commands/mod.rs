//! Changing webhooks and deliveries.
mod alarm;
mod bot;
mod call;
mod claim;
mod input;
mod put_back;
mod replay;
mod resend;
mod settings;
mod settle;
mod subscribe;
mod trial;

pub use bot::follow_bot;
pub use call::call;
pub(super) use claim::{claim, release, release_all, take_over};
pub use input::{PaceInput, WebhookInput};
pub(super) use put_back::put_back;
pub use replay::{Order, ReplayInput, cancel_replay, checked, start_replay};
pub(super) use replay::{Step, advance};
pub use resend::resend;
pub use settings::{close_inbox, create, delete, end_old_secret, rotate_secret, send_again, turn_off, turn_on, update};
pub(super) use settle::{Outcome, settle};
pub use subscribe::subscriber;
pub use trial::send_test;
