//! The page of the second factor.
use crate::{
    auth::{self, SignInLimits, UserPage},
    config::Config,
    db::{Db, DbConn},
    error::{Error, Result},
    mfa::{self, Key, Setup, State},
    profile::commands,
    web::{
        ClientInfo, Form, Input, NoFields,
        fields::Text,
        forms::FormErrors,
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

const HERE: &str = "/app/profile/mfa";

/// The pages, below `/app`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/profile/mfa").route(get().to(show)).route(post().to(begin)))
        .service(resource("/profile/mfa/verify").route(get().to(back)).route(post().to(verify)))
        .service(resource("/profile/mfa/backup_codes").route(get().to(back)).route(post().to(renew_backup_codes)))
        .service(resource("/profile/mfa/delete").route(get().to(back)).route(post().to(switch_off)));
}

/// Where reloading a refused form leads.
async fn back() -> HttpResponse {
    see_other(HERE, None)
}

/// What is being set up, for a camera and for fingers.
struct Shown {
    picture: mfa::Svg,
    /// The secret, in groups of four.
    secret: String,
    url: String,
}

impl Shown {
    fn of(setup: Setup) -> Result<Shown> {
        let Setup { secret, provisioning_url: url } = setup;
        let letters: Vec<char> = secret.chars().collect();
        let secret = letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
        Ok(Shown { picture: mfa::svg(&url)?, secret, url })
    }
}

#[derive(Template)]
#[template(path = "profile/mfa.html")]
struct MfaPage {
    page: Shell,
    email: String,
    available: bool,
    state: State,
    setup: Option<Shown>,
    errors: FormErrors,
}

async fn page(db: &Db, config: &Config, UserPage { shell: page, signed_in }: UserPage, errors: FormErrors) -> Result<MfaPage> {
    let (user, key, brand) = (signed_in.user, db.shared::<Key>(), config.brand_name.clone());
    let (available, email) = (key.is_some(), user.email.clone());
    let work = move |conn: &mut DbConn| {
        let setup = match key {
            Some(key) => mfa::pending(conn, &key, &user, &brand)?,
            None => None,
        };
        Ok((mfa::state(conn, user.id)?, setup))
    };
    let (state, setup) = db.read(work).await?;
    Ok(MfaPage { page, email, available, state, setup: setup.map(Shown::of).transpose()?, errors })
}

async fn show(db: Data<Db>, config: Data<Config>, who: UserPage) -> Result<HttpResponse> {
    let errors = FormErrors::new(who.shell.lang);
    html(&page(&db, &config, who, errors).await?)
}

async fn begin(db: Data<Db>, config: Data<Config>, who: UserPage, _: Form<NoFields>) -> Result<HttpResponse> {
    let (user, brand) = (who.signed_in.user, config.brand_name.clone());
    db.write(move |tx| mfa::begin(tx, &user, &brand)).await?;
    Ok(see_other(HERE, None))
}

#[derive(Template)]
#[template(path = "profile/backup_codes.html")]
struct BackupCodesPage {
    page: Shell,
    /// Whether the second factor was switched on with them.
    fresh: bool,
    codes: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    code: Text,
    password: Text,
    /// In the form with which it is switched off.
    last_code: Text,
}

impl Input for Typed {}

/// What was wrong with a form that takes a code.
fn wrong(mut errors: FormErrors, field: &str, error: Error) -> Result<FormErrors> {
    match error {
        Error::Refused(_) => errors.add(field, "error-code"),
        Error::TooMany(_) => errors.add("", "error-too-many-tries"),
        error => return errors.refuse(error),
    }
    Ok(errors)
}

async fn verify(
    db: Data<Db>,
    config: Data<Config>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    who: UserPage,
    form: Form<Typed>,
) -> Result<HttpResponse> {
    match auth::switch_on_second_factor(&db, &limits, &who.signed_in.user, &form.0.code.0, &client).await {
        Ok(codes) => html(&BackupCodesPage { page: who.shell, fresh: true, codes }),
        Err(error) => {
            let errors = wrong(FormErrors::new(who.shell.lang), "code", error)?;
            refused(&page(&db, &config, who, errors).await?)
        }
    }
}

async fn renew_backup_codes(
    db: Data<Db>,
    config: Data<Config>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    who: UserPage,
    form: Form<Typed>,
) -> Result<HttpResponse> {
    match commands::renew_backup_codes(&db, &limits, &who.signed_in.user, &form.0.code.0, &client).await {
        Ok(codes) => html(&BackupCodesPage { page: who.shell, fresh: false, codes }),
        Err(error) => {
            let errors = wrong(FormErrors::new(who.shell.lang), "code", error)?;
            refused(&page(&db, &config, who, errors).await?)
        }
    }
}

async fn switch_off(
    db: Data<Db>,
    config: Data<Config>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    who: UserPage,
    form: Form<Typed>,
) -> Result<HttpResponse> {
    let Typed { password, last_code, .. } = form.0;
    match commands::switch_off_second_factor(&db, &limits, &who.signed_in.user, password.0, &last_code.0, &client).await {
        Ok(()) => Ok(see_other(HERE, Some(Flash::notice("flash-mfa-off")))),
        Err(error) => {
            let field = if matches!(&error, Error::Refused(text) if text.contains("password")) { "password" } else { "last_code" };
            let mut errors = FormErrors::new(who.shell.lang);
            if field == "password" {
                errors.add(field, "error-wrong-password")
            } else {
                errors = wrong(errors, field, error)?
            }
            refused(&page(&db, &config, who, errors).await?)
        }
    }
}
