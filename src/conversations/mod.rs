//! Conversations and their messages: the matter itself.
mod actions_api;
pub mod api;
mod aside;
mod bulk_api;
mod caretaker;
mod commands;
mod content;
mod filter;
mod contact_files_api;
mod filter_api;
mod frames;
mod index;
mod labels_api;
mod messages_api;
mod model;
mod order;
mod pace;
mod participants_api;
mod payload;
mod queries;
mod sample;
mod search;
pub mod search_api;
mod thread;
mod told;
mod uploads_api;
mod waker;

pub use caretaker::{Reached, hand_out_waiting, resolve_quiet, take_care};
pub use commands::{
    Beginning, NewConversation, NewMessage, Resendings, assign, assign_team, change, change_status, clear_contact, clear_inbox, delivered, depart,
    failed, open_after_bot, post, relabel, restrict, see_as_agent, see_as_contact, set_free, set_labels, start, submit, toggle_typing,
};
pub use filter::check_filter;
pub use frames::drawer;
pub use index::{Counts, Filters, counts, page};
pub use model::{ContentType, Conversation, Message, MessageStatus, MessageType, Priority, SenderType, Status};
pub use pace::Pace;
pub use payload::{AttachmentJson, draw_attachments, said};
pub use queries::{Window, find, latest_of_session, messages, of_contact, of_number, of_visitor, open, survey, thread};
pub use sample::{event_schema, samples};
pub use thread::{Said, Sender, Thread};
pub use told::teller;
pub use waker::{keep_waking, wake_due};
