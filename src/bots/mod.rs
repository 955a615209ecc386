//! Bots: programs that answer in an inbox before people do. What they hear is delivered as webhooks are; this room says who they are
//! and where they are at work, and tells those who listen when that changes.
pub mod api;
mod commands;
mod model;
pub mod pages;
mod payload;
mod queries;

pub use commands::{Follower, Followers, Happening, set_for_inbox};
pub use model::AgentBot;
pub use payload::{AssignableBot, BotOfInbox, assignable, of_inbox};
pub use queries::{answers_in, at_work_in, inboxes_of, list};
