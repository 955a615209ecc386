//! Filters that users keep for themselves, to ask the same again.
pub mod api;
mod commands;
mod model;
mod payload;
mod queries;

pub use commands::depart;
