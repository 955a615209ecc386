//! What every door needs: reading parameters, drawing values, pages and their language.
pub mod fields;
pub mod json;
mod params;

pub use params::{BODY_LIMIT, Input, Params};

/// Put into a request's extensions by the scope of the pages.
#[derive(Debug, Clone, Copy)]
pub struct PageRequest;
