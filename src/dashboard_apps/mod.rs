//! Dashboard apps: pages of a business's own that clients show beside a conversation, each in a frame.
pub mod api;
mod commands;
mod model;
pub mod pages;
mod payload;
mod queries;

pub use queries::count;
