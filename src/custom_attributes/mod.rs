//! The attributes that a business gives to its contacts and conversations: what there are, and which values each may have. What
//! has no definition may be stored as well, as it always could; what has one must fit it.
pub mod api;
mod commands;
mod model;
pub mod pages;
mod payload;
mod queries;
mod values;

pub use model::{Definition, DisplayType, Model};
pub use queries::{admit, of_account};
