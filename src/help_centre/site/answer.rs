//! How the pages are answered: what browsers may do with them, whether they are known already, and what stands where nothing is.
use crate::{
    config::Config,
    error::{Error, Result},
    web::{Language, assets},
};
use actix_web::{
    Error as ActixError, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    guard::GuardContext,
    http::{StatusCode, header},
    middleware::Next,
    web::Data,
};
use askama::Template;
use sha2::{Digest, Sha256};

/// How long browsers and proxies may go on with what they have, in seconds.
const HOLDS: u32 = 60;

/// The middleware of all pages of help centres.
pub async fn serve(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<impl MessageBody>, ActixError> {
    let response = next.call(request).await?;
    // programs that ask for a list read what is wrong as they read the list
    let is_for_people = !response.request().path().ends_with(".json");
    let error = response.response().error().and_then(|error| error.as_error::<Error>()).filter(|_| is_for_people).cloned();
    let mut response = match error {
        Some(error) => {
            let page = refusal(response.request(), &error);
            response.into_response(page).map_into_right_body()
        }
        None => response.map_into_left_body(),
    };
    let policy = policy(response.request());
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    ] {
        headers.insert(name, header::HeaderValue::from_str(value).map_err(Error::internal)?);
    }
    Ok(response)
}

/// Nothing runs or loads but what this server itself serves; articles have pictures from everywhere. A help centre with a host of its own has the
/// chat from the server's.
fn policy(request: &HttpRequest) -> String {
    let server = request.app_data::<Data<Config>>().map(|config| config.public_url.origin().ascii_serialization()).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self' {server}; style-src 'self'; img-src 'self' data: http: https:; font-src 'self'; frame-src 'self' {server}; \
         connect-src 'self' {server}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Answers with what is the same for everybody; briefly, where the browser has it already.
pub fn kept(request: &HttpRequest, content_type: &'static str, body: String) -> HttpResponse {
    let digest = Sha256::digest(body.as_bytes());
    let tag = digest[..12].iter().fold(String::from("\""), |tag, byte| format!("{tag}{byte:02x}")) + "\"";
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
    let is_known = known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag);
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, format!("public, max-age={HOLDS}")));
    if is_known { response.finish() } else { response.content_type(content_type).body(body) }
}

/// Draws a page that is the same for everybody.
///
/// # Errors
/// When the template cannot be drawn, which would be our mistake.
pub fn page(request: &HttpRequest, page: &impl Template) -> Result<HttpResponse> {
    Ok(kept(request, "text/html; charset=utf-8", page.render().map_err(Error::internal)?))
}

/// Leads on, for now.
pub fn lead_to(url: &str) -> HttpResponse {
    HttpResponse::Found().insert_header((header::LOCATION, url)).insert_header((header::CACHE_CONTROL, format!("public, max-age={HOLDS}"))).finish()
}

/// Where nothing is.
pub async fn nothing() -> Result<HttpResponse> {
    Err(Error::NotFound)
}

#[derive(Template)]
#[template(path = "help_centre/site/refusal.html")]
struct RefusalPage {
    lang: Language,
    style: String,
    icon: String,
    title_key: &'static str,
    text_key: &'static str,
    /// The start of the help centre, where there may be one.
    home: Option<String>,
}

/// Draws an error as a page.
fn refusal(request: &HttpRequest, error: &Error) -> HttpResponse {
    let status = error.status();
    let (title_key, text_key) = match status {
        StatusCode::NOT_FOUND => ("hc-missing-title", "hc-missing-text"),
        StatusCode::TOO_MANY_REQUESTS => ("hc-busy-title", "hc-busy-text"),
        _ => ("hc-failed-title", "hc-failed-text"),
    };
    let preferred = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = request.path().split('/').skip(2);
    let (portal, is_deeper) = (parts.next().unwrap_or_default(), parts.next().is_some());
    let is_name = !portal.is_empty() && portal.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let page = RefusalPage {
        lang: Language::negotiate(preferred),
        style: assets::url("help_centre.css"),
        icon: assets::url("favicon.svg"),
        title_key,
        text_key,
        home: (is_deeper && is_name).then(|| format!("/hc/{portal}")),
    };
    let mut response = HttpResponse::build(status);
    if let Error::TooMany(seconds) = error {
        response.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    response.insert_header((header::CACHE_CONTROL, "no-store")).content_type("text/html; charset=utf-8");
    match page.render() {
        Ok(html) => response.body(html),
        Err(_) => response.finish(),
    }
}

/// The host that was asked for, without its port, in small letters.
pub fn host(headers: &header::HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let name = host.rsplit_once(':').map_or(host, |(name, port)| if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host });
    Some(name.trim_end_matches('.').to_ascii_lowercase())
}

/// Whether somebody comes by a host that is not the server's own, and may be a help centre's.
pub fn is_by_another_name(context: &GuardContext) -> bool {
    let own = context.app_data::<Data<Config>>().and_then(|config| config.public_url.host_str().map(str::to_ascii_lowercase));
    host(context.head().headers()).is_some_and(|host| host.contains('.') && Some(&host) != own.as_ref() && host.parse::<std::net::IpAddr>().is_err())
}
