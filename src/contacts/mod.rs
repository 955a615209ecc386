//! Contacts: the people whom a business talks to, and their sessions in its inboxes.
pub mod api;
mod commands;
mod filter;
mod frames;
mod input;
mod labels_api;
mod model;
mod payload;
mod queries;
mod sample;
mod table;
mod words;

pub use commands::{
    Clearings, attach, await_turn, bring, change_labels, clear_account, clear_inbox, create, delete_many, find_or_create_visitor,
    forget_own_attributes, hold_visitor, make_way, make_way_to_relabel, mark_verified, note_seen, relabel, take_turn, touch, update, update_visitor,
};
pub use filter::{FILTER_KEYS, Field, asked, check_filter, custom, read as read_filter};
pub use frames::{Moved, drawer};
pub use input::ContactInput;
pub use model::{Contact, ContactInbox, ContactType};
pub use payload::{ContactInboxJson, ContactJson, ContactPush, ContactWebhook, RawContact, contact_inbox, draw, push, raw, webhook};
pub use queries::{
    Sessions, Wanted, by_ids, containing_text, count, find, following, found, latest_session, session, sessions, sessions_by_ids, sessions_of,
    verified_sessions, visitor,
};
pub use sample::{event_schema, sample, sample_session, samples};
pub use table::{columns as table_columns, rows as table_rows};
pub use words::SeenContact;
