//! The page of the user's own data.
use super::{ProfileChanges, change};
use crate::{
    auth::{SignInLimits, UserPage},
    config::Config,
    db::Db,
    error::Result,
    users,
    web::{
        ClientInfo, Form, Input,
        fields::{Object, Text},
        forms::{Choice, FormErrors},
        html, refused, see_other,
        shell::{Flash, Shell},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;

/// The page, below `/app`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/profile").route(get().to(show)).route(post().to(save)));
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
    let user = &who.signed_in.user;
    let locale = user.locale().unwrap_or(who.shell.lang.code()).to_owned();
    let fields = Fields { name: Text(user.name.clone()), email: Text(user.email.clone()), locale: Text(locale) };
    let errors = FormErrors::new(who.shell.lang);
    html(&page(&db, &config, who, fields, errors).await?)
}

async fn save(
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
        Ok(_) => Ok(see_other("/app/profile", Some(Flash::notice("flash-profile-saved")))),
        Err(error) => {
            let errors = FormErrors::new(who.shell.lang).refuse(error)?;
            refused(&page(&db, &config, who, form.0, errors).await?)
        }
    }
}
