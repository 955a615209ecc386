//! What every page shares on its way in and out: who it is for, the token that its forms carry, one message about the last
//! action, headers that let a browser trust nothing but us, and errors as pages.
use super::{
    Body, Input, Params, Uploads,
    i18n::Language,
    shell::{Flash, FlashKind, Shell, Theme, Viewer},
};
use crate::{
    config::Config,
    error::{Error, Result},
    random,
    storage::Storage,
    web::RequestId,
};
use actix_web::{
    Error as ActixError, FromRequest, HttpMessage, HttpRequest, HttpResponse,
    body::MessageBody,
    cookie::{Cookie, SameSite, time::Duration},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header},
    middleware::Next,
    web::Data,
};
use askama::Template;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_core::future::LocalBoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use schemars::JsonSchema;
use serde::Deserialize;
use sha2::Sha256;
use std::future::{Ready, ready};

/// The cookie of a signed-in browser: `<client>.<secret>` of a session.
pub const SESSION_COOKIE: &str = "hookdesk_session";

/// Where all pages are for somebody who is signed in.
const FOR_USERS: [&str; 2] = ["/app/accounts/", "/app/profile"];

/// Binds forms to a browser that is not signed in.
const VISIT_COOKIE: &str = "hookdesk_visit";
/// What a browser shows that has said its password and is asked for a code.
pub const CHALLENGE_COOKIE: &str = "hookdesk_challenge";

/// One message for the next page.
const FLASH_COOKIE: &str = "hookdesk_flash";
/// The language of a browser that is not signed in.
const LANGUAGE_COOKIE: &str = "hookdesk_language";

/// Nothing runs, loads or sends but what this server itself serves.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Put into a request's extensions by [`serve_page`]: here the cookie tells who asks, and nothing else does.
#[derive(Debug, Clone, Copy)]
pub struct PageRequest;

/// What the browser's forms are bound to.
#[derive(Clone)]
struct FormKey(String);

/// The middleware of all pages.
pub async fn serve_page(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<impl MessageBody>, ActixError> {
    let known = [SESSION_COOKIE, VISIT_COOKIE].into_iter().find_map(|name| request.cookie(name)).map(|cookie| cookie.value().to_owned());
    let fresh = if known.is_none() { Some(random::token()?) } else { None };
    let key = known.or_else(|| fresh.clone()).unwrap_or_default();
    request.extensions_mut().insert(PageRequest);
    request.extensions_mut().insert(FormKey(key));
    let shown = request.cookie(FLASH_COOKIE).is_some();

    let response = next.call(request).await?;
    let error = response.response().error().and_then(|error| error.as_error::<Error>()).cloned();
    let mut response = match error {
        Some(error) => {
            let page = error_page(response.request(), &error);
            response.into_response(page).map_into_right_body()
        }
        None => response.map_into_left_body(),
    };
    let https = is_https(response.request());
    secure_flash(response.response_mut(), https)?;
    if let Some(fresh) = fresh {
        response.response_mut().add_cookie(&cookie(VISIT_COOKIE, fresh, https))?;
    }
    let leaves_flash = response.response().cookies().any(|cookie| cookie.name() == FLASH_COOKIE);
    if shown && !leaves_flash && response.status() != StatusCode::SEE_OTHER {
        let mut gone = cookie(FLASH_COOKIE, String::new(), https);
        gone.make_removal();
        response.response_mut().add_cookie(&gone)?;
    }
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    Ok(response)
}

/// Handlers that leave a flash do not see the request; what they left is made fit for https here.
fn secure_flash<B>(response: &mut HttpResponse<B>, https: bool) -> Result<(), ActixError> {
    let flash = response.cookies().find(|cookie| cookie.name() == FLASH_COOKIE).map(|cookie| cookie.value().to_owned());
    if let (Some(value), true) = (flash, https) {
        response.del_cookie(FLASH_COOKIE);
        response.add_cookie(&cookie(FLASH_COOKIE, value, https))?;
    }
    Ok(())
}

fn is_https(request: &HttpRequest) -> bool {
    request.app_data::<Data<Config>>().is_some_and(|config| config.public_url.scheme() == "https")
}

/// A cookie that no script reads and no other site sends along.
fn cookie(name: &'static str, value: String, https: bool) -> Cookie<'static> {
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).secure(https).finish()
}

/// The cookie that signs a browser in, until `seconds` from now.
pub fn session_cookie(request: &HttpRequest, client: &str, secret: &str, seconds: i64) -> Cookie<'static> {
    let mut cookie = cookie(SESSION_COOKIE, format!("{client}.{secret}"), is_https(request));
    cookie.set_max_age(Duration::seconds(seconds));
    cookie
}

/// The cookie that signs a browser out.
pub fn no_session_cookie(request: &HttpRequest) -> Cookie<'static> {
    let mut cookie = cookie(SESSION_COOKIE, String::new(), is_https(request));
    cookie.make_removal();
    cookie
}

/// The cookie between the password and the code, until the browser is closed; empty, it is over.
pub fn challenge_cookie(request: &HttpRequest, token: &str) -> Cookie<'static> {
    let mut cookie = cookie(CHALLENGE_COOKIE, token.to_owned(), is_https(request));
    if token.is_empty() {
        cookie.make_removal();
    }
    cookie
}

/// The cookie that keeps a choice of the browser's user for a year: the theme, or the language.
pub fn choice_cookie(request: &HttpRequest, name: &'static str, value: &str) -> Cookie<'static> {
    let mut cookie = cookie(name, value.to_owned(), is_https(request));
    cookie.set_max_age(Duration::days(365));
    cookie
}

/// The cookie for the language of a browser that is not signed in.
pub fn language_cookie(request: &HttpRequest, language: Language) -> Cookie<'static> {
    choice_cookie(request, LANGUAGE_COOKIE, language.code())
}

impl Shell {
    /// The frame of a page for this request. The language is the user's, else the browser's own choice here, else the
    /// account's, else what the browser prefers.
    pub fn of(request: &HttpRequest, viewer: Option<Viewer>, user_locale: Option<&str>, account_locale: Option<&str>) -> Shell {
        let chosen = request.cookie(LANGUAGE_COOKIE);
        let preferred = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let lang = [user_locale, chosen.as_ref().map(|cookie| cookie.value()), account_locale].into_iter().flatten().find_map(Language::from_tag);
        let config = request.app_data::<Data<Config>>();
        Shell {
            lang: lang.unwrap_or_else(|| Language::negotiate(preferred)),
            brand: config.map(|config| config.brand_name.clone()).unwrap_or_default(),
            theme: request.cookie(Theme::COOKIE).map(|cookie| Theme::from_code(cookie.value())).unwrap_or_default(),
            path: request.uri().path_and_query().map(|path| path.to_string()).unwrap_or_default(),
            csrf: form_token(request),
            flash: request.cookie(FLASH_COOKIE).and_then(|cookie| read_flash(cookie.value())),
            viewer,
            now: chrono::Utc::now().timestamp(),
            notices: Vec::new(),
            unread: 0,
        }
    }
}

/// What forms of this browser carry: nobody can make it who does not know the browser's cookie.
fn form_token(request: &HttpRequest) -> String {
    let key = request.extensions().get::<FormKey>().map(|key| key.0.clone()).unwrap_or_default();
    match Hmac::<Sha256>::new_from_slice(key.as_bytes()) {
        Ok(mut mac) if !key.is_empty() => {
            mac.update(b"hookdesk form");
            URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
        }
        _ => String::new(),
    }
}

/// The fields of a form that one of our own pages has sent.
///
/// # Errors
/// As [`Params`]; when the form does not carry this browser's token, [`Error::Refused`], or [`Error::SignIn`] of whoever has been signed out meanwhile.
#[derive(Debug)]
pub struct Form<T>(pub T);

#[derive(Deserialize)]
struct Carried<T> {
    #[serde(default)]
    csrf_token: String,
    #[serde(flatten)]
    fields: T,
}

impl<T: Input> Input for Carried<T> {
    const ROOT: &'static str = T::ROOT;
    const FORM: bool = true;
}

impl<T: Input> FromRequest for Form<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (expected, params) = (form_token(request), Params::<Carried<T>>::from_request(request, payload));
        let signed_out = request.cookie(SESSION_COOKIE).is_none() && FOR_USERS.iter().any(|path| request.path().starts_with(path));
        Box::pin(async move {
            let Params(carried) = params.await?;
            let proved = carried.proved(&expected);
            proved.map(Form).map_err(|refused| if signed_out { Error::SignIn("Sign in first".into()) } else { refused })
        })
    }
}

impl<T> Carried<T> {
    fn proved(self, expected: &str) -> Result<T> {
        // both are MACs of a secret key, so that the time of the comparison tells nothing useful
        match !expected.is_empty() && self.csrf_token == expected {
            true => Ok(self.fields),
            false => Err(Error::Refused("This form has expired, load the page again".into())),
        }
    }
}

/// A form of one of our own pages that may bring files. It is not read yet, so that it can be known first who sends it.
pub struct FileForm<T> {
    expected: String,
    body: Body<Carried<T>>,
}

impl<T: Input> FromRequest for FileForm<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Body::from_request(request, payload).into_inner().map(|body| FileForm { expected: form_token(request), body }))
    }
}

impl<T: Input> FileForm<T> {
    /// Reads it; the files go into the storage.
    ///
    /// # Errors
    /// As [`Form`]; 422 for a file that is too large, and for too many.
    pub async fn read(self, storage: &Storage) -> Result<(T, Uploads)> {
        let (carried, uploads) = self.body.read(storage).await?;
        Ok((carried.proved(&self.expected)?, uploads))
    }
}

/// A form that has no fields of its own: a button.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct NoFields {}

impl Input for NoFields {}

/// Draws a page.
///
/// # Errors
/// When the template cannot be drawn, which would be our mistake.
pub fn html(page: &impl Template) -> Result<HttpResponse> {
    draw(StatusCode::OK, page)
}

/// Draws a form again whose fields were refused.
///
/// # Errors
/// As [`html`].
pub fn refused(page: &impl Template) -> Result<HttpResponse> {
    draw(StatusCode::UNPROCESSABLE_ENTITY, page)
}

fn draw(status: StatusCode, page: &impl Template) -> Result<HttpResponse> {
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(page.render().map_err(Error::internal)?))
}

/// Leads the browser to another page after an action, with a message there.
pub fn see_other(to: &str, flash: Option<Flash>) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, to.to_owned()));
    if let Some(flash) = flash {
        let kind = if flash.is_alert() { "alert" } else { "notice" };
        response.cookie(cookie(FLASH_COOKIE, format!("{kind}.{}", flash.key), false));
    }
    response.finish()
}

/// Only keys of the catalogue are shown, so that nobody can put words into our mouth with a cookie.
fn read_flash(value: &str) -> Option<Flash> {
    let (kind, key) = value.split_once('.')?;
    let kind = if kind == "alert" { FlashKind::Alert } else { FlashKind::Notice };
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    is_key.then(|| Flash { kind, key: key.to_owned(), detail: None })
}

/// A path on this server to go on to: what a form brings could lead anywhere. (Browsers drop tabs and line ends: what is
/// left may begin with two slashes.)
pub fn local_path(next: &str) -> &str {
    let local = next.starts_with('/') && !next.starts_with("//") && !next.contains(|c: char| c == '\\' || c.is_control());
    if local { next } else { "/" }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Shell,
    status: u16,
    title_key: String,
    text_key: String,
    request_id: Option<String>,
}

/// Leads to the sign-in and then back: to the page that was asked for, or to the one with the form that was sent, whose sender is told that it was lost.
fn sign_in_first(request: &HttpRequest) -> HttpResponse {
    let (back, flash) = if request.method() == Method::GET {
        (request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(), None)
    } else {
        let from = request.headers().get(header::REFERER).and_then(|from| url::Url::parse(from.to_str().ok()?).ok());
        let page = from.map(|from| from[url::Position::BeforePath..url::Position::AfterQuery].to_owned());
        (page.unwrap_or_default(), Some(Flash::alert("flash-session-over")))
    };
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", local_path(&back)).finish();
    see_other(&format!("/app/login?{query}"), flash)
}

/// Draws an error as a page.
fn error_page(request: &HttpRequest, error: &Error) -> HttpResponse {
    if matches!(error, Error::SignIn(_)) {
        return sign_in_first(request);
    }
    let status = match error {
        Error::Unauthorized(_) => StatusCode::FORBIDDEN,
        error => error.status(),
    };
    let named = match status.as_u16() {
        status @ (400 | 403 | 404 | 422 | 429 | 500 | 503 | 507) => status.to_string(),
        _ => "other".into(),
    };
    let page = ErrorPage {
        page: Shell::of(request, None, None, None),
        status: status.as_u16(),
        title_key: format!("error-page-{named}-title"),
        text_key: format!("error-page-{named}-text"),
        request_id: request.extensions().get::<RequestId>().filter(|_| status.is_server_error()).map(|id| id.0.clone()),
    };
    draw(status, &page).unwrap_or_else(|_| HttpResponse::build(status).finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_followed() {
        assert_eq!(local_path("/app/profile?x=1"), "/app/profile?x=1");
        for bad in ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "", "/a\r\nb", "/\t/evil.example", "/a\u{7f}"] {
            assert_eq!(local_path(bad), "/", "{bad}");
        }
    }

    #[test]
    fn a_flash_is_a_key_and_nothing_else() {
        assert_eq!(read_flash("notice.webhook-created"), Some(Flash::notice("webhook-created")));
        assert_eq!(read_flash("alert.x"), Some(Flash::alert("x")));
        assert_eq!(read_flash("notice.<b>"), None);
        assert_eq!(read_flash("notice"), None);
    }
}
