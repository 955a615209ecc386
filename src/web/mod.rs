//! What every door needs: reading parameters, drawing values, pages and their language.
pub mod fields;
pub mod i18n;
pub mod json;
mod log;
mod params;

pub use i18n::Language;
pub use log::{RequestId, log_request};
pub use params::{BODY_LIMIT, Input, Params};

/// Put into a request's extensions by the scope of the pages.
#[derive(Debug, Clone, Copy)]
pub struct PageRequest;

/// 200 with no body: what actions without a view answer. Some clients want the type of the body that is not there.
pub fn empty() -> actix_web::HttpResponse {
    actix_web::HttpResponse::Ok().content_type("application/json").finish()
}
