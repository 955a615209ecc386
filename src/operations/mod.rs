//! Looking after the server itself: what monitors read, what administrators see, and forgetting what is old.
pub mod api;
mod commands;
mod footprint;
mod indexer;
mod machine;
mod model;
pub mod pages;
mod queries;
mod retention;

pub use footprint::give_back_what_only_the_start_needed;
pub use indexer::keep_indexing;
pub use machine::allow_many_files;
pub use model::{Keep, Removed, Sweep, Watch};
pub use retention::{Step, keep_forgetting, keep_sweeping, step};
