//! Conversations and their messages: the matter itself.
mod actions_api;
mod answers;
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
mod occasions;
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
mod unread;
mod uploads_api;
mod visitor;
mod waker;
mod wording;

pub use caretaker::{Reached, hand_out_waiting, open_left, resolve_quiet, take_care};
pub use commands::{
    Beginning, Campaigning, NewConversation, NewMessage, Resendings, Submission, add_labels, assign, assign_team, change, change_status,
    clear_campaign, clear_contact, clear_inbox, delivered, depart, drawn_as, failed, go_on_or_start, keep_translation, leave_notice, mute,
    open_after_bot, open_widget, post, relabel, remove_custom_attributes, restrict, see_as_agent, see_as_contact, send_transcript,
    set_custom_attributes, set_free, set_labels, set_priority, start, submit, toggle_typing,
};
pub use filter::{Asked, asked_keys, check_filter, fits};
pub use frames::drawer;
pub use index::{Counts, Filters, counts, page};
pub use model::{ContentType, Conversation, Message, MessageStatus, MessageType, Priority, SenderType, Status};
pub use occasions::{Occasion, Ruling};
pub use pace::Pace;
pub use payload::{AttachmentJson, PublicMessage, SenderPush, draw_attachments, public_message, public_sender, said};
pub use queries::{
    Window, answered_by, audible_to, find, hearing_bots, latest_of_session, latest_of_visitor, message, messages, newest, newest_message, numbers,
    of_contact, of_messages, of_number, of_visitor, open, open_by_id, survey, thread,
};
pub use sample::{event_schema, samples};
pub use thread::{Heard, Said, Sender, Thread};
pub use told::teller;
pub use visitor::Visitor;
pub use waker::{keep_waking, wake_due};
