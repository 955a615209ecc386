//! Looking after the server itself: what monitors read, and forgetting what is old.
pub mod api;
mod commands;
mod machine;
mod model;
mod queries;
mod retention;

pub use model::{Removed, Sweep, Watch};
pub use retention::{Step, Sweeper, step};
