//! Bots: programs that answer in an inbox before people do. What they hear is delivered as webhooks are; this room says who they are
//! and where they are at work, and tells those who listen when that changes.
pub mod api;
mod caller;
mod commands;
mod model;
pub mod pages;
mod payload;
mod queries;

pub use caller::{ActingBot, AgentOrBot};
pub use commands::{
    BotInput, Follower, Followers, Happening, create, create_of_system, delete, delete_of_system, join, set_for_inbox, settle_departure, update,
    update_of_system,
};
pub use model::{AgentBot, Term};
pub use payload::{AssignableBot, BotOfInbox, BotPush, BotWebhook, SlimBot, assignable, of_inbox, push, slim, webhook};
pub use queries::{
    Departure, accounts_of, answering_in, at_work_in, by_ids, find, find_to_keep, first_departure, has_departed, inboxes_of, left_by, list,
    of_account, terms, tokens,
};
