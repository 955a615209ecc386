//! "Forgot your password?", and the page to which a link for a new password leads.
use super::{
    AnyonePage, ClientInfo, Db, Error, Flash, Form, FormErrors, Input, Params, Result, Shell, SignInLimits, Text, admit, html, refused, see_other,
};
use crate::{
    auth::reset::{self, NewPassword},
    config::Config,
};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;

/// The pages, below `/app`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/password").route(get().to(forgotten)).route(post().to(ask)))
        .service(resource("/password/edit").route(get().to(edit)).route(post().to(set)));
}

#[derive(Template)]
#[template(path = "auth/forgotten.html")]
struct ForgottenPage {
    page: Shell,
    /// Whether this server sends mail at all.
    mail: bool,
    email: String,
    errors: FormErrors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Forgotten {
    email: Text,
}

impl Input for Forgotten {}

async fn forgotten(config: Data<Config>, AnyonePage { shell: page, .. }: AnyonePage, params: Params<Forgotten>) -> Result<HttpResponse> {
    let errors = FormErrors::new(page.lang);
    html(&ForgottenPage { page, mail: config.mail.smtp.is_some(), email: params.0.email.0, errors })
}

async fn ask(
    db: Data<Db>,
    config: Data<Config>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    AnyonePage { shell: page, .. }: AnyonePage,
    form: Form<Forgotten>,
) -> Result<HttpResponse> {
    let Text(email) = form.0.email;
    let mut errors = FormErrors::new(page.lang);
    if email.trim().is_empty() {
        errors.add("email", "error-blank");
    } else {
        match reset::ask(&db, &limits, &email, &client).await {
            Ok(()) => return Ok(see_other("/app/login", Some(Flash::notice("flash-password-asked")))),
            Err(Error::TooMany(_)) => errors.add("", "error-too-many-tries"),
            Err(error) => return Err(error),
        }
    }
    refused(&ForgottenPage { page, mail: config.mail.smtp.is_some(), email, errors })
}

/// The page of a link; without an owner the link is used up or too old.
#[derive(Template)]
#[template(path = "auth/new_password.html")]
struct NewPasswordPage {
    page: Shell,
    owner: Option<String>,
    token: String,
    errors: FormErrors,
}

async fn new_password(db: &Db, page: Shell, Text(token): Text, errors: FormErrors) -> Result<NewPasswordPage> {
    let asked = token.clone();
    let owner = db.read(move |conn| reset::owner(conn, &asked)).await?;
    Ok(NewPasswordPage { page, owner: owner.map(|user| user.email), token, errors })
}

async fn edit(db: Data<Db>, AnyonePage { shell: page, .. }: AnyonePage, params: Params<NewPassword>) -> Result<HttpResponse> {
    let errors = FormErrors::new(page.lang);
    html(&new_password(&db, page, params.0.reset_password_token, errors).await?)
}

async fn set(
    request: HttpRequest,
    db: Data<Db>,
    client: ClientInfo,
    AnyonePage { shell: page, .. }: AnyonePage,
    form: Form<NewPassword>,
) -> Result<HttpResponse> {
    let token = form.0.reset_password_token.clone();
    match reset::set(&db, form.0, &client).await {
        Ok((_, entry)) => Ok(admit(&request, &entry, "/", Some(Flash::notice("flash-password-set")))),
        Err(error) => {
            let errors = FormErrors::new(page.lang).refuse(error)?;
            refused(&new_password(&db, page, token, errors).await?)
        }
    }
}
