//! Bots: programs that answer in an inbox before people do. What they hear is delivered as webhooks are; this room says who they are
//! and where they are at work, and tells those who listen when that changes.
pub mod api;
mod commands;
mod model;
pub mod pages;
mod payload;
mod queries;

pub use commands::{BotInput, Follower, Followers, Happening, create, delete, set_for_inbox, update};
pub use model::AgentBot;
pub use payload::{AssignableBot, BotOfInbox, assignable, of_inbox};
pub use queries::{answers_in, at_work_in, by_id, by_ids, inboxes_of, list, tokens};
