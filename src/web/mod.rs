//! What every door needs: reading parameters, drawing values, pages and their language.
pub mod assets;
pub mod clock;
mod client;
pub mod colour;
mod crowd;
pub mod download;
pub mod envelopes;
pub mod fields;
pub mod forms;
pub mod i18n;
pub mod json;
pub mod locales;
mod log;
pub mod markdown;
mod multipart;
mod page;
mod params;
pub mod period;
pub mod plain;
mod quotas;
pub mod routes;
pub mod shell;
pub mod spreadsheet;
mod traffic;

pub use client::{ClientInfo, counted};
pub use crowd::{Crowd, limit_requests};
pub use i18n::Language;
pub use log::{RequestId, log_request};
pub use multipart::Uploads;
pub use page::{
    CHALLENGE_COOKIE, FileForm, Form, NoFields, PageRequest, SESSION_COOKIE, challenge_cookie, choice_cookie, html, language_cookie, local_path,
    no_session_cookie, refused, see_other, serve_page, session_cookie,
};
pub use params::{BODY_LIMIT, Body, InOnePage, Input, Params};
pub use quotas::{Place, Quota, Quotas};
pub use traffic::Traffic;

/// What any site may call: browsers of visitors do, from wherever a business has its pages. Nothing that a browser sends by itself counts there.
pub fn any_site() -> actix_cors::Cors {
    actix_cors::Cors::default().allow_any_origin().allow_any_method().allow_any_header().expose_headers(["Retry-After"]).max_age(3600)
}

/// 200 with no body: what actions without a view answer. Some clients want the type of the body that is not there.
pub fn empty() -> actix_web::HttpResponse {
    actix_web::HttpResponse::Ok().content_type("application/json").finish()
}
