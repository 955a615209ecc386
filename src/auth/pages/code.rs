//! The page that asks for the code of a second factor, after the password.
use super::{
    AnyonePage, CHALLENGE_COOKIE, ClientInfo, Db, Error, Flash, Form, FormErrors, Input, Language, Params, Result, Revocation, Shell, SignInLimits,
    Text, challenge_cookie, html, language_cookie, let_in, local_path, refused, see_other,
};
use crate::auth::second_factor::{answer_challenge, asked};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;

/// The page, below `/app`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/login/code").route(get().to(ask)).route(post().to(enter)));
}

#[derive(Template)]
#[template(path = "auth/code.html")]
struct CodePage {
    page: Shell,
    next: String,
    errors: FormErrors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    code: Text,
    next: Text,
}

impl Input for Typed {}

/// Leads a browser here that has said the right password.
pub(super) fn ask_for_it(request: &HttpRequest, token: &str, next: &str, flash: Option<Flash>) -> HttpResponse {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    let mut response = see_other(&format!("/app/login/code?{query}"), flash);
    // a cookie of our own making has no characters that a header refuses
    let _ = response.add_cookie(&challenge_cookie(request, token));
    response
}

fn token(request: &HttpRequest) -> String {
    request.cookie(CHALLENGE_COOKIE).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
}

/// Back to the password: the time for the code is over, or too many were wrong.
fn over(request: &HttpRequest, next: &str) -> HttpResponse {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", local_path(next)).finish();
    let mut response = see_other(&format!("/app/login?{query}"), Some(Flash::alert("flash-challenge-over")));
    let _ = response.add_cookie(&challenge_cookie(request, ""));
    response
}

async fn ask(request: HttpRequest, db: Data<Db>, AnyonePage { shell: page, .. }: AnyonePage, params: Params<Typed>) -> Result<HttpResponse> {
    let (token, next) = (token(&request), params.0.next.0);
    match db.read(move |conn| asked(conn, &token)).await? {
        Some(_) => html(&CodePage { errors: FormErrors::new(page.lang), page, next }),
        None => Ok(over(&request, &next)),
    }
}

async fn enter(
    request: HttpRequest,
    db: Data<Db>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    AnyonePage { shell: page, .. }: AnyonePage,
    form: Form<Typed>,
) -> Result<HttpResponse> {
    let Typed { code: Text(code), next: Text(next) } = form.0;
    let mut errors = FormErrors::new(page.lang);
    match answer_challenge(&db, &limits, &token(&request), &code, &client, Revocation::default()).await {
        Ok((user, session)) => {
            let mut response = let_in(&request, &session, local_path(&next), None);
            let _ = response.add_cookie(&challenge_cookie(&request, ""));
            if let Some(language) = user.locale().and_then(Language::from_tag) {
                let _ = response.add_cookie(&language_cookie(&request, language));
            }
            return Ok(response);
        }
        Err(Error::Unauthorized(_)) => return Ok(over(&request, &next)),
        Err(Error::BadRequest(_)) => errors.add("code", "error-code"),
        Err(Error::TooMany(_)) => errors.add("", "error-too-many-tries"),
        Err(error) => return Err(error),
    }
    refused(&CodePage { page, next, errors })
}
