//! The pages on which people make an account of their own, where the operator wants that.
use super::{AnyonePage, ClientInfo, Db, Error, Flash, Form, FormErrors, Params, Result, Shell, SignInLimits, Text, admit, html, refused, see_other};
use crate::{
    auth::{
        address::NewAddress,
        sign_up::{self, NewAccount},
    },
    config::Config,
};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;

/// The pages, below `/app`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/sign_up").route(get().to(new)).route(post().to(ask)))
        .service(resource("/sign_up/confirm").route(get().to(look)).route(post().to(confirm)));
}

#[derive(Template)]
#[template(path = "auth/sign_up.html")]
struct SignUpPage {
    page: Shell,
    name: String,
    email: String,
    account_name: String,
    errors: FormErrors,
}

async fn new(config: Data<Config>, AnyonePage { shell: page, .. }: AnyonePage) -> Result<HttpResponse> {
    if !sign_up::is_open(&config) {
        return Err(Error::NotFound);
    }
    let errors = FormErrors::new(page.lang);
    html(&SignUpPage { page, name: String::new(), email: String::new(), account_name: String::new(), errors })
}

async fn ask(
    db: Data<Db>,
    config: Data<Config>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    AnyonePage { shell: page, .. }: AnyonePage,
    form: Form<NewAccount>,
) -> Result<HttpResponse> {
    let NewAccount { account_name, user_full_name, email, .. } = form.0.clone();
    let new = NewAccount { locale: Some(Text(page.lang.code().into())), ..form.0 };
    let errors = match sign_up::ask(&db, &config, &limits, new, &client).await {
        Ok(_) => return Ok(see_other("/app/login", Some(Flash::notice("flash-sign-up-asked")))),
        Err(Error::TooMany(_)) => {
            let mut errors = FormErrors::new(page.lang);
            errors.add("", "error-too-many-tries");
            errors
        }
        Err(error) => FormErrors::new(page.lang).refuse(error)?,
    };
    refused(&SignUpPage { page, name: user_full_name.0, email: email.0, account_name: account_name.0, errors })
}

/// The page of a link; without an address the link is used up or too old.
#[derive(Template)]
#[template(path = "auth/confirm_sign_up.html")]
struct ConfirmPage {
    page: Shell,
    /// The address, and what the account is to be called.
    waiting: Option<(String, String)>,
    token: String,
    errors: FormErrors,
}

async fn confirm_page(db: &Db, page: Shell, Text(token): Text, errors: FormErrors) -> Result<ConfirmPage> {
    let asked = token.clone();
    let waiting = db.read(move |conn| sign_up::by_token(conn, &asked)).await?;
    Ok(ConfirmPage { page, waiting: waiting.map(|waiting| (waiting.email, waiting.account_name)), token, errors })
}

async fn look(db: Data<Db>, AnyonePage { shell: page, .. }: AnyonePage, params: Params<NewAddress>) -> Result<HttpResponse> {
    let errors = FormErrors::new(page.lang);
    html(&confirm_page(&db, page, params.0.confirmation_token, errors).await?)
}

async fn confirm(
    request: HttpRequest,
    db: Data<Db>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    AnyonePage { shell: page, .. }: AnyonePage,
    form: Form<NewAddress>,
) -> Result<HttpResponse> {
    let (token, password) = form.0.said();
    let asked = token.clone();
    let mut errors = FormErrors::new(page.lang);
    if let Some(waiting) = db.read(move |conn| sign_up::by_token(conn, &asked)).await? {
        match sign_up::confirm(&db, &limits, waiting, token.clone(), password, &client).await {
            Ok((_, entry)) => return Ok(admit(&request, &entry, "/", Some(Flash::notice("flash-welcome")))),
            Err(Error::TooMany(_)) => errors.add("", "error-too-many-tries"),
            Err(Error::Invalid { attributes, .. }) if attributes == ["current_password"] => errors.add("current_password", "error-wrong-password"),
            Err(error) => errors = errors.refuse(error)?,
        }
    }
    refused(&confirm_page(&db, page, Text(token), errors).await?)
}
