//! What the API says about itself: the OpenAPI document at `/api/openapi.json`, and the pages that show it. Both are made from the
//! routes that are served.
mod document;
pub mod pages;
mod refusals;

use crate::error::{Error, Result};
use actix_web::{HttpResponse, web::Data};
use serde_json::Value;
use std::sync::LazyLock;

pub use document::document;

/// The document. It is made when it is first asked for: most servers are never asked. It is kept as text, of which its values are many times
/// as large.
pub struct Description(LazyLock<String>);

impl Description {
    /// To be made so.
    pub const fn new(make: fn() -> String) -> Description {
        Description(LazyLock::new(make))
    }

    /// Its values.
    ///
    /// # Errors
    /// When it is no JSON, which would be our mistake.
    fn values(&self) -> Result<Value> {
        serde_json::from_str(&self.0).map_err(Error::internal)
    }
}

/// `GET /api/openapi.json`
pub async fn json(description: Data<&'static Description>) -> Result<HttpResponse> {
    let text: &'static str = &description.get_ref().0;
    Ok(HttpResponse::Ok().content_type("application/json").body(text))
}
