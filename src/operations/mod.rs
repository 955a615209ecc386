//! Looking after the server itself: what monitors read.
pub mod api;
mod machine;
mod model;

pub use model::Watch;
