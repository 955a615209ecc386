//! The API of the chat on a website: what the widget calls in the browser of a visitor. The token in the site's pages selects the inbox; the
//! visitor's session is a token of its own, which only this server makes. What the visitor may not see is not found.
mod api;
mod began;
mod browser;
mod contact_api;
mod conversations_api;
mod door;
mod limits;
mod messages_api;
pub mod pages;
mod payload;
mod token;
mod triggered;

pub use api::{parts, routes};
pub use door::Door;
