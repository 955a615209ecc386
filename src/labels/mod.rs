//! Labels: what conversations and contacts are sorted by. The rows here say which ones an account has, and how they look; who carries
//! them is the matter of `conversations` and `contacts`.
pub mod api;
mod commands;
mod model;
pub mod pages;
mod payload;
mod queries;

pub use commands::{Relabelling, Relabellings};
pub use model::{Carried, Label, Relabelled, changed, difference, replaced, titles};
pub use queries::{defined, find, list, on_sidebar, titles_by_ids, titles_of};
