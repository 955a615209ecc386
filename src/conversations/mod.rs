//! Conversations and their messages: the matter itself.
pub mod api;
mod commands;
mod content;
mod filter;
mod filter_api;
mod index;
mod labels_api;
mod messages_api;
mod model;
mod order;
mod payload;
mod queries;
mod sample;
mod search;
pub mod search_api;
mod thread;

pub use commands::{
    Beginning, NewConversation, NewMessage, assign, assign_team, change, change_status, delivered, depart, failed, open_after_bot, post, relabel,
    see_as_agent, see_as_contact, set_free, set_labels, start, submit, toggle_typing,
};
pub use filter::check_filter;
pub use index::{Counts, Filters, counts, page};
pub use model::{ContentType, Conversation, Message, MessageStatus, MessageType, Priority, SenderType, Status};
pub use payload::{AttachmentJson, draw_attachments, said};
pub use queries::{Window, find, latest_of_session, messages, of_contact, of_number, of_visitor, open, survey, thread};
pub use sample::{event_schema, samples};
pub use thread::{Said, Sender, Thread};
