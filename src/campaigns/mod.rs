//! Campaigns: what a website says by itself, for somebody or for itself, to whoever has looked at a page for some time. The widget knows them and
//! shows them; who looks closer is in a conversation. And what an inbox of programs sends once, to whoever carries some label.
pub mod api;
mod commands;
mod input;
mod model;
pub mod pages;
mod payload;
mod queries;
mod sender;

pub use commands::{clear_inbox, depart, end_sending, trigger};
pub use payload::{WidgetCampaign, in_widget};
pub use queries::{number, shown_on};
pub use sender::{keep_sending, send_due};
