//! What every door needs: reading parameters, drawing values, pages and their language.
pub mod assets;
pub mod clock;
mod client;
mod crowd;
pub mod envelopes;
pub mod fields;
pub mod forms;
pub mod i18n;
pub mod json;
mod log;
mod multipart;
mod page;
mod params;
mod quotas;
pub mod routes;
pub mod shell;
mod traffic;

pub use client::ClientInfo;
pub use crowd::{Crowd, customer, limit_requests};
pub use i18n::Language;
pub use log::{RequestId, log_request};
pub use multipart::Uploads;
pub use page::{
    FileForm, Form, NoFields, PageRequest, SESSION_COOKIE, choice_cookie, html, language_cookie, local_path, no_session_cookie, refused, see_other,
    serve_page, session_cookie,
};
pub use params::{BODY_LIMIT, Body, Input, Params};
pub use quotas::{Quota, Quotas};
pub use traffic::Traffic;

/// 200 with no body: what actions without a view answer. Some clients want the type of the body that is not there.
pub fn empty() -> actix_web::HttpResponse {
    actix_web::HttpResponse::Ok().content_type("application/json").finish()
}
