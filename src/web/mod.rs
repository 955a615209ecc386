//! What every door needs: reading parameters, drawing values, pages and their language.
mod client;
pub mod fields;
pub mod json;
mod params;

pub use client::ClientInfo;
pub use params::{BODY_LIMIT, Input, Params};

use actix_web::{HttpResponse, http::header::ContentType};

/// Put into a request's extensions by the scope of the pages.
#[derive(Debug, Clone, Copy)]
pub struct PageRequest;

/// 200 without a body, named JSON all the same: clients that read the answer by its type expect it so.
pub fn empty() -> HttpResponse {
    HttpResponse::Ok().insert_header(ContentType::json()).finish()
}
