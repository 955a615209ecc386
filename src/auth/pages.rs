//! Signing in and out, the first run, and the choices of theme and language.
mod address;
mod code;
mod password;
mod sign_up;

use super::{
    AnyonePage, Entry, NewInstallation, NewSession, Revocation, SignInLimits, SignedIn, UserPage, close_session, first_run, sign_in,
    sign_in::UNCONFIRMED, sign_in_by_link, sign_up::is_open,
};
use crate::{
    config::Config,
    db::Db,
    error::{Error, Result},
    users::{self, Role},
    web::{
        CHALLENGE_COOKIE, ClientInfo, Form, Input, Language, NoFields, Params, challenge_cookie, choice_cookie,
        fields::Text,
        forms::FormErrors,
        html, language_cookie, local_path, no_session_cookie, refused, see_other, serve_page, session_cookie,
        shell::{Flash, Shell, Theme},
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    middleware::from_fn,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;

/// The start page.
pub fn start_routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/").wrap(from_fn(serve_page)).route(get().to(start)).route(post().to(found)));
}

/// The other pages, below `/app`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("").route(get().to(start)))
        .service(resource("/login").route(get().to(ask)).route(post().to(enter)))
        .service(resource("/logout").route(post().to(leave)))
        .configure(address::routes)
        .configure(code::routes)
        .configure(password::routes)
        .configure(sign_up::routes)
        .service(resource("/theme").route(post().to(choose_theme)))
        .service(resource("/language").route(post().to(choose_language)));
}

#[derive(Template)]
#[template(path = "auth/first_run.html")]
struct FirstRunPage {
    page: Shell,
    name: String,
    email: String,
    account_name: String,
    errors: FormErrors,
}

#[derive(Template)]
#[template(path = "auth/sign_in.html")]
struct SignInPage {
    page: Shell,
    email: String,
    next: String,
    /// Whether people sign up here.
    sign_up: bool,
    errors: FormErrors,
}

/// Somebody has come by a link that signs in.
#[derive(Template)]
#[template(path = "auth/link.html")]
struct LinkPage {
    page: Shell,
    email: String,
    token: String,
}

/// Leads to the account that was used last; to the sign-in; or, while there is no user at all, to the first run.
async fn start(db: Data<Db>, AnyonePage { shell: page, signed_in }: AnyonePage) -> Result<HttpResponse> {
    let Some(SignedIn { user, .. }) = signed_in else {
        return match db.read(users::any).await? {
            true => Ok(see_other("/app/login", page.flash)),
            false => {
                let errors = FormErrors::new(page.lang);
                html(&FirstRunPage { page, name: String::new(), email: String::new(), account_name: String::new(), errors })
            }
        };
    };
    let seats = db.read(move |conn| users::memberships(conn, user.id)).await?;
    match seats.iter().find(|seat| seat.account.check_active().is_ok()) {
        Some(seat) => {
            let room = if seat.membership.role == Role::Administrator { "integrations" } else { "inboxes" };
            Ok(see_other(&format!("/app/accounts/{}/settings/{room}", seat.account.id), page.flash))
        }
        None => Ok(see_other("/app/profile", page.flash)),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Founding {
    name: Text,
    email: Text,
    password: Text,
    account_name: Text,
}

impl Input for Founding {}

async fn found(
    request: HttpRequest,
    db: Data<Db>,
    client: ClientInfo,
    AnyonePage { shell: page, .. }: AnyonePage,
    form: Form<Founding>,
) -> Result<HttpResponse> {
    let Founding { name: Text(name), email: Text(email), password: Text(password), account_name: Text(account_name) } = form.0;
    let mut errors = FormErrors::new(page.lang);
    let fields = [("name", &name), ("email", &email), ("password", &password), ("account_name", &account_name)];
    fields.into_iter().filter(|(_, value)| value.trim().is_empty()).for_each(|(field, _)| errors.add(field, "error-blank"));
    if !errors.is_empty() {
        return refused(&FirstRunPage { page, name, email, account_name, errors });
    }
    let locale = page.lang.code().to_owned();
    let new = NewInstallation { name: name.clone(), email: email.clone(), password, account_name: account_name.clone(), locale };
    match first_run(&db, new, &client).await {
        Ok((_, _, session)) => Ok(let_in(&request, &session, "/", Some(Flash::notice("flash-welcome")))),
        Err(error) => {
            let errors = FormErrors::new(page.lang).refuse(error)?;
            refused(&FirstRunPage { page, name, email, account_name, errors })
        }
    }
}

fn let_in(request: &HttpRequest, session: &NewSession, to: &str, flash: Option<Flash>) -> HttpResponse {
    let life = (session.expires_at - crate::db::types::now()).num_seconds();
    let mut response = see_other(to, flash);
    // a cookie of our own making has no characters that a header refuses
    let _ = response.add_cookie(&session_cookie(request, &session.client, &session.secret, life));
    response
}

/// Lets a browser in, or leads it to the page that asks for a code.
fn admit(request: &HttpRequest, entry: &Entry, to: &str, flash: Option<Flash>) -> HttpResponse {
    match entry {
        Entry::Session(session) => let_in(request, session, to, flash),
        Entry::Challenge(token) => code::ask_for_it(request, token, to, flash),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SigningIn {
    email: Text,
    password: Text,
    sso_auth_token: Text,
    next: Text,
}

impl Input for SigningIn {}

async fn ask(
    db: Data<Db>,
    config: Data<Config>,
    AnyonePage { shell: page, signed_in }: AnyonePage,
    params: Params<SigningIn>,
) -> Result<HttpResponse> {
    let SigningIn { email: Text(email), next: Text(next), sso_auth_token: Text(token), .. } = params.0;
    // looking at the page uses nothing up: programs that look at links in advance do no more than that
    if !token.is_empty() {
        return html(&LinkPage { page, email, token });
    }
    if signed_in.is_some() {
        return Ok(see_other(local_path(&next), page.flash));
    }
    if !db.read(users::any).await? {
        return Ok(see_other("/", None));
    }
    let errors = FormErrors::new(page.lang);
    html(&SignInPage { page, email, next, sign_up: is_open(&config), errors })
}

async fn enter(
    request: HttpRequest,
    db: Data<Db>,
    config: Data<Config>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    AnyonePage { shell: page, .. }: AnyonePage,
    form: Form<SigningIn>,
) -> Result<HttpResponse> {
    let SigningIn { email: Text(email), password: Text(password), sso_auth_token: Text(token), next: Text(next) } = form.0;
    let mut errors = FormErrors::new(page.lang);
    let signed_in = match token.is_empty() {
        true => sign_in(&db, &limits, &email, password, &client, Revocation::default()).await,
        false => sign_in_by_link(&db, &limits, &email, token.clone(), &client, Revocation::default()).await,
    };
    match signed_in {
        Ok((user, entry)) => {
            let mut response = admit(&request, &entry, local_path(&next), None);
            // the pages that know no user, such as those of errors, speak the user's language
            if let Some(language) = user.locale().and_then(Language::from_tag) {
                let _ = response.add_cookie(&language_cookie(&request, language));
            }
            return Ok(response);
        }
        Err(Error::SignIn(text)) if text == UNCONFIRMED => errors.add("", "error-unconfirmed"),
        Err(Error::SignIn(_)) if token.is_empty() => errors.add("", "error-sign-in"),
        Err(Error::SignIn(_)) => errors.add("", "error-sign-in-link"),
        Err(Error::TooMany(_)) => errors.add("", "error-too-many-tries"),
        Err(error) => return Err(error),
    }
    refused(&SignInPage { page, email, next, sign_up: is_open(&config), errors })
}

async fn leave(request: HttpRequest, db: Data<Db>, client: ClientInfo, page: UserPage, _: Form<NoFields>) -> Result<HttpResponse> {
    if let SignedIn { user, session: Some(session) } = page.signed_in {
        db.write(move |tx| close_session(tx, &user, session.id, &client)).await?;
    }
    let mut response = see_other("/app/login", Some(Flash::notice("flash-signed-out")));
    let _ = response.add_cookie(&no_session_cookie(&request));
    Ok(response)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Choice {
    theme: Text,
    language: Text,
    next: Text,
}

impl Input for Choice {}

async fn choose_theme(request: HttpRequest, form: Form<Choice>) -> Result<HttpResponse> {
    let mut response = see_other(local_path(&form.0.next.0), None);
    let _ = response.add_cookie(&choice_cookie(&request, Theme::COOKIE, Theme::from_code(&form.0.theme.0).code()));
    Ok(response)
}

/// Kept with the user where there is one, else in the browser.
async fn choose_language(request: HttpRequest, db: Data<Db>, page: AnyonePage, form: Form<Choice>) -> Result<HttpResponse> {
    let language = Language::from_tag(&form.0.language.0).unwrap_or_default();
    if let Some(SignedIn { user, .. }) = page.signed_in {
        let keep = move |tx: &mut crate::db::Tx| {
            let mut user = users::find_to_change(tx, user.id)?;
            user.ui_settings.0.insert("locale".into(), language.code().into());
            users::update(tx, &user).map(drop)
        };
        db.write(keep).await?;
    }
    let mut response = see_other(local_path(&form.0.next.0), None);
    let _ = response.add_cookie(&language_cookie(&request, language));
    Ok(response)
}
