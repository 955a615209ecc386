//! What the API says about itself: the OpenAPI document at `/api/openapi.json`, and the pages that show it. Both are made from the
//! routes that are served.
mod document;
pub mod pages;
mod refusals;

use crate::error::Result;
use actix_web::{HttpResponse, web::Data};
use serde_json::Value;
use std::sync::LazyLock;

pub use document::document;

/// The document. It is made when it is first asked for: most servers are never asked.
pub struct Description(LazyLock<Value>);

impl Description {
    /// To be made so.
    pub const fn new(make: fn() -> Value) -> Description {
        Description(LazyLock::new(make))
    }
}

/// `GET /api/openapi.json`
pub async fn json(description: Data<&'static Description>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(&*description.0))
}
