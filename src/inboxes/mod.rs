//! Inboxes: where conversations come in. Each has a channel (a website's widget, or the API), members who answer, and
//! working hours.
pub mod api;
mod commands;
mod forms;
mod framing;
mod identity;
mod input;
mod model;
mod opening;
pub mod pages;
mod payload;
mod queries;
mod sample;

pub use commands::{
    Clearings, Closing, Closings, add_members, create, depart, disconnect, next_in_turn, remove_members, remove_some, set_members, update,
};
pub use identity::Claim;
pub use input::{ChannelInput, InboxInput, Kind};
pub use model::{ApiChannel, Channel, ChannelType, Inbox, ReplyTime, WidgetChannel, WorkingHour, within_reply_window};
pub use opening::{is_closed, open_seconds};
pub use payload::{Details, InboxJson, RawInbox, SlimInbox, avatar, details, draw, raw, script, slim, working_hours};
pub use queries::{
    Crew, Visible, any_of, assignable, by_identifier, by_ids, by_website_token, channel, crew, find, has_member, hours, list, members, names,
    of_account, of_kind, of_member, online_members, visible,
};
pub use sample::{event_schema, sample, samples};
