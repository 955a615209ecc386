//! The client API: what a visitor's own program calls. There are no credentials: the inbox's identifier selects the inbox,
//! and whoever knows a session's `source_id` is its visitor. What the program may not see is not found.
mod api;
pub mod pages;
mod payload;
mod survey;
mod visitor;

pub use api::{parts, routes};
