//! Reports: how many conversations and messages there are, and how long people wait, over time and for each agent, inbox, label and team.
//! `reporting` says what is measured; what is counted is packed beside the work (`packed.rs`), so that a year of it is read at once.
pub mod api;
mod asked;
mod commands;
mod drill_api;
mod events_api;
mod live_api;
mod model;
mod packed;
mod packer;
pub mod pages;
mod payload;
mod period;
mod queries;
mod summary_api;
mod table;
mod tables_api;

pub use events_api::routes as events_routes;
pub use packer::{clear_deleted, keep_packing, pack};
