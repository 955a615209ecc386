//! The page of the user's own data.
use super::{ProfileChanges, change};
use crate::{
    auth::{SignInLimits, UserPage},
    config::Config,
    db::Db,
    error::{Error, Result},
    users,
    web::{
        ClientInfo, Form, Input, Language,
        fields::{Object, Text},
        forms::{Choice, FormErrors},
        html, language_cookie, refused, see_other,
        shell::{Flash, Shell},
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;

/// The page, below `/app`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/profile").route(get().to(show)).route(post().to(save)))
        .service(resource("/profile/password").route(get().to(back)).route(post().to(change_password)));
}

#[derive(Template)]
#[template(path = "profile/show.html")]
struct ProfilePage {
    page: Shell,
    name: String,
    email: String,
    locales: Vec<Choice>,
    access_token: String,
    curl: String,
    errors: FormErrors,
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Text,
    email: Text,
    locale: Text,
}

impl Input for Fields {}

async fn page(db: &Db, config: &Config, UserPage { shell: page, signed_in }: UserPage, fields: Fields, errors: FormErrors) -> Result<ProfilePage> {
    let access_token = db.read(move |conn| users::access_token(conn, signed_in.user.id)).await?;
    let base = config.public_url.as_str().trim_end_matches('/');
    Ok(ProfilePage {
        page,
        name: fields.name.0,
        email: fields.email.0,
        locales: Choice::languages(&fields.locale.0),
        access_token,
        curl: format!("curl {base}/api/v1/profile \\\n  -H 'api_access_token: YOUR_TOKEN'"),
        errors,
    })
}

async fn show(db: Data<Db>, config: Data<Config>, who: UserPage) -> Result<HttpResponse> {
    let (fields, errors) = (Fields::of(&who), FormErrors::new(who.shell.lang));
    html(&page(&db, &config, who, fields, errors).await?)
}

impl Fields {
    fn of(who: &UserPage) -> Fields {
        let user = &who.signed_in.user;
        let locale = user.locale().unwrap_or(who.shell.lang.code()).to_owned();
        Fields { name: Text(user.name.clone()), email: Text(user.email.clone()), locale: Text(locale) }
    }
}

async fn save(
    request: HttpRequest,
    db: Data<Db>,
    config: Data<Config>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    who: UserPage,
    form: Form<Fields>,
) -> Result<HttpResponse> {
    let Fields { name, email, locale } = &form.0;
    let ui_settings = [("locale".to_owned(), locale.0.clone().into())].into_iter().collect();
    let changes =
        ProfileChanges { name: Some(name.clone()), email: Some(email.clone()), ui_settings: Some(Object(ui_settings)), ..ProfileChanges::default() };
    match change(&db, &limits, &who.signed_in, &client, changes).await {
        Ok(_) => {
            let mut response = see_other("/app/profile", Some(Flash::notice("flash-profile-saved")));
            // the pages that know no user, such as those of errors, speak the same language
            let _ = response.add_cookie(&language_cookie(&request, Language::from_tag(&locale.0).unwrap_or_default()));
            Ok(response)
        }
        Err(error) => {
            let errors = FormErrors::new(who.shell.lang).refuse(error)?;
            refused(&page(&db, &config, who, form.0, errors).await?)
        }
    }
}

/// The form of a new password, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Passwords {
    current_password: Text,
    password: Text,
    password_confirmation: Text,
}

impl Input for Passwords {}

/// Where reloading a refused form leads.
async fn back() -> HttpResponse {
    see_other("/app/profile", None)
}

async fn change_password(
    db: Data<Db>,
    config: Data<Config>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    who: UserPage,
    form: Form<Passwords>,
) -> Result<HttpResponse> {
    let Passwords { current_password, password, password_confirmation } = form.0;
    let mut errors = FormErrors::new(who.shell.lang);
    if password.0.is_empty() {
        errors.add("password", "error-blank");
    } else {
        let changes = ProfileChanges {
            password: Some(password),
            password_confirmation: Some(password_confirmation),
            current_password: Some(current_password),
            ..ProfileChanges::default()
        };
        match change(&db, &limits, &who.signed_in, &client, changes).await {
            Ok(_) => return Ok(see_other("/app/profile", Some(Flash::notice("flash-password-changed")))),
            Err(Error::Refused(_)) => errors.add("current_password", "error-wrong-password"),
            Err(Error::TooMany(_)) => errors.add("", "error-too-many-tries"),
            Err(error) => errors = errors.refuse(error)?,
        }
    }
    let fields = Fields::of(&who);
    refused(&page(&db, &config, who, fields, errors).await?)
}
