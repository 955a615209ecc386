//! Macros: lists of actions that somebody has done to conversations with one click, in their own name.
pub mod api;
mod commands;
mod model;
pub mod pages;
mod payload;
mod queries;

pub use commands::depart;
