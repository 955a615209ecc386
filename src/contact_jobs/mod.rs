//! Contacts that are brought as a table (CSV), or taken along in one: jobs, which nobody waits for. A row of `contact_jobs` says what is to be done and
//! how far it has come; a loop does it on any node, some rows at a time.
pub mod api;
mod commands;
mod flaw;
mod model;
pub mod pages;
mod payload;
mod queries;
mod reading;
mod runner;
mod told;

pub use commands::{clear_account, forget_old};
pub use runner::keep_running;
pub use told::teller;
