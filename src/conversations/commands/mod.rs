//! Changing conversations. Every change of one goes through [`change`] or [`post`]: they alone know what follows from it
//! (who waits, what reopens, which notice is written) and tell it once, in the order that receivers know.
mod actions;
mod assignment;
mod bulk;
mod change;
mod closing;
mod correct;
mod create;
mod labels;
mod lapses;
mod message;
mod notices;
mod notify;
mod opened;
mod participants;
mod post;
mod remove;
mod team;
mod templates;
mod transcript;

pub use actions::{mark_unread, mute, remove_custom_attributes, set_custom_attributes, set_priority, unmute, wake};
pub use assignment::hand_out;
pub use bulk::{BulkChange, change_many};
pub use change::{assign, change, change_status, depart, drawn_as, open_after_bot, see_as_agent, see_as_contact, toggle_typing};
pub use closing::resolve_quiet_one;
pub use correct::{Resendings, delete_message, keep_translation, retry, set_message_status};
pub use create::{Beginning, Campaigning, NewConversation, go_on_or_start, start, take_turn_of};
pub use labels::{add_labels, relabel, set_labels};
pub(super) use message::introduction;
pub use message::{Submission, delivered, failed, submit};
pub use opened::open_widget;
pub use participants::{add_participants, forget_draft, keep_draft, remove_participants, restrict, set_participants};
pub use post::{NewMessage, leave_notice, post};
pub use remove::{clear_campaign, clear_contact, clear_inbox, remove};
pub use team::{assign_team, set_free};
pub use transcript::send_transcript;
