//! Automation rules: what the server does by itself to a conversation when something happens in it, if it is as a rule says.
pub mod api;
mod commands;
mod conditions;
mod editor;
mod judge;
mod model;
pub mod pages;
mod payload;
mod queries;
mod told;

pub use commands::{depart, dissolve, relabel};
pub use judge::{hear, judge};
pub use told::teller;
