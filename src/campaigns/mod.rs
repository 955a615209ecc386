//! Campaigns: what a website says by itself, for somebody or for itself, to whoever has looked at a page for some time. The widget knows them and
//! shows them; who looks closer is in a conversation.
pub mod api;
mod commands;
mod model;
pub mod pages;
mod payload;
mod queries;

pub use commands::{clear_inbox, depart, trigger};
pub use payload::{WidgetCampaign, in_widget};
pub use queries::{number, shown_on};
