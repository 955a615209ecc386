//! Test receivers: addresses on this server that an owner points a webhook at, to see what arrives without a service
//! elsewhere. Each answers as it is told: well, with a failure, late, or not at all.
pub mod api;
mod arrival;
mod commands;
mod limits;
mod model;
pub mod pages;
mod payload;
mod queries;
mod stream;

pub use arrival::{ourselves, routes};
pub use limits::Limits;
