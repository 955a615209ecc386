//! The page of the user's own data.
mod mfa;
mod sessions;

use super::commands::{self, ProfileChanges};
use crate::{
    auth::{SignInLimits, UserPage},
    config::Config,
    db::{Db, DbConn, types::AccountId},
    error::{Error, Result},
    mfa as second_factors,
    storage::Storage,
    users::{self, Availability, PlaceChange, TokenOwner},
    web::{
        ClientInfo, FileForm, Form, Input, Language, NoFields,
        fields::{Flag, Object, Patch, Text},
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

const HERE: &str = "/app/profile";

/// The page, below `/app`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(mfa::routes)
        .configure(sessions::routes)
        .service(resource("/profile").route(get().to(show)).route(post().to(save)))
        .service(resource("/profile/avatar").route(get().to(back)).route(post().to(set_avatar)))
        .service(resource("/profile/avatar/delete").route(post().to(delete_avatar)))
        .service(resource("/profile/availability").route(post().to(be_seen)))
        .service(resource("/profile/password").route(get().to(back)).route(post().to(change_password)))
        .service(resource("/profile/reset_access_token").route(post().to(reset_access_token)));
}

/// How somebody is seen in the account that they have used last.
struct Seen {
    account_id: i64,
    account_name: String,
    availabilities: Vec<Choice>,
    auto_offline: bool,
}

#[derive(Template)]
#[template(path = "profile/show.html")]
struct ProfilePage {
    page: Shell,
    avatar: String,
    fields: Fields,
    /// Whether this server sends mail: another address takes the password where it does not.
    mail: bool,
    locales: Vec<Choice>,
    seen: Option<Seen>,
    /// Whether they are asked for codes; none where this server has no second factors.
    second_factor: Option<bool>,
    access_token: String,
    curl: String,
    errors: FormErrors,
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Text,
    display_name: Text,
    email: Text,
    locale: Text,
    message_signature: Text,
    /// The present password, for another address.
    address_password: Text,
}

impl Input for Fields {}

async fn page(db: &Db, config: &Config, UserPage { shell: page, signed_in }: UserPage, fields: Fields, errors: FormErrors) -> Result<ProfilePage> {
    let user = signed_in.user.id;
    let work = move |conn: &mut DbConn| {
        let seat = users::memberships(conn, user)?.into_iter().next();
        Ok((users::access_token(conn, user)?, seat, second_factors::is_on(conn, user)?))
    };
    let (access_token, seat, is_on) = db.read(work).await?;
    let base = config.public_url.as_str().trim_end_matches('/');
    let seen = seat.map(|seat| {
        let chosen = seat.membership.availability.name();
        let choice = |one: &Availability| Choice::new(one.name(), page.t(&format!("availability-{}", one.name())), chosen);
        Seen {
            account_id: seat.account.id.0,
            account_name: seat.account.name,
            availabilities: Availability::ALL.iter().map(choice).collect(),
            auto_offline: seat.membership.auto_offline,
        }
    });
    Ok(ProfilePage {
        page,
        avatar: signed_in.user.avatar_path().to_owned(),
        locales: Choice::languages(&fields.locale.0),
        fields,
        mail: config.mail.smtp.is_some(),
        seen,
        second_factor: (is_on || db.shared::<second_factors::Key>().is_some()).then_some(is_on),
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
        let text = |text: &Option<String>| Text(text.clone().unwrap_or_default());
        Fields {
            name: Text(user.name.clone()),
            display_name: text(&user.display_name),
            email: Text(user.email.clone()),
            locale: Text(user.locale().unwrap_or(who.shell.lang.code()).to_owned()),
            message_signature: text(&user.message_signature),
            address_password: Text::default(),
        }
    }

    fn changes(&self) -> ProfileChanges {
        let set = |text: &Text| if text.0.trim().is_empty() { Patch::Null } else { Patch::Set(text.clone()) };
        ProfileChanges {
            name: Some(self.name.clone()),
            display_name: set(&self.display_name),
            email: Some(self.email.clone()),
            current_password: Some(self.address_password.clone()).filter(|password| !password.0.is_empty()),
            message_signature: set(&self.message_signature),
            ui_settings: Some(Object([("locale".to_owned(), self.locale.0.clone().into())].into_iter().collect())),
            ..ProfileChanges::default()
        }
    }
}

async fn save(
    request: HttpRequest,
    db: Data<Db>,
    config: Data<Config>,
    limits: Data<SignInLimits>,
    client: ClientInfo,
    who: UserPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    match commands::change(&db, &limits, &who.signed_in, &client, fields.changes(), None).await {
        Ok(user) => {
            let same = users::email_address(&fields.email.0).is_ok_and(|address| address == user.email);
            let mut response = see_other(HERE, Some(Flash::notice(if same { "flash-profile-saved" } else { "flash-address-asked" })));
            // the pages that know no user, such as those of errors, speak the same language
            let _ = response.add_cookie(&language_cookie(&request, Language::from_tag(&fields.locale.0).unwrap_or_default()));
            Ok(response)
        }
        Err(error) => {
            let mut errors = FormErrors::new(who.shell.lang);
            match error {
                Error::Refused(_) => errors.add("address_password", "error-wrong-password"),
                Error::Invalid { attributes, .. } if attributes == ["current_password"] => errors.add("address_password", "error-blank"),
                Error::TooMany(_) => errors.add("", "error-too-many-tries"),
                error => errors = errors.refuse(error)?,
            }
            refused(&page(&db, &config, who, fields, errors).await?)
        }
    }
}

async fn set_avatar(db: Data<Db>, config: Data<Config>, storage: Data<Storage>, who: UserPage, form: FileForm<NoFields>) -> Result<HttpResponse> {
    let (NoFields {}, mut uploads) = form.read(&storage).await?;
    let Some(upload) = uploads.take_one("avatar") else { return Ok(see_other(HERE, None)) };
    let id = who.signed_in.user.id;
    match db.write(move |tx| commands::set_avatar(tx, id, upload)).await {
        Ok(_) => Ok(see_other(HERE, Some(Flash::notice("flash-profile-saved")))),
        Err(error) => {
            let (fields, errors) = (Fields::of(&who), FormErrors::new(who.shell.lang).refuse(error)?);
            refused(&page(&db, &config, who, fields, errors).await?)
        }
    }
}

async fn delete_avatar(db: Data<Db>, who: UserPage, _: Form<NoFields>) -> Result<HttpResponse> {
    db.write(move |tx| users::set_avatar(tx, who.signed_in.user.id, None)).await?;
    Ok(see_other(HERE, Some(Flash::notice("flash-profile-saved"))))
}

#[derive(Deserialize)]
struct Availabilities {
    account_id: AccountId,
    availability: Availability,
    #[serde(default)]
    auto_offline: Flag,
}

impl Input for Availabilities {}

async fn be_seen(db: Data<Db>, who: UserPage, form: Form<Availabilities>) -> Result<HttpResponse> {
    let Availabilities { account_id, availability, auto_offline } = form.0;
    let user = who.signed_in.user.id;
    // a box that is not checked sends nothing
    let seen = PlaceChange { role: None, availability: Some(availability), auto_offline: Some(auto_offline.0) };
    db.write(move |tx| {
        users::update_member(tx, account_id, user, seen)?;
        users::touch_membership(tx, account_id, user)
    })
    .await?;
    Ok(see_other(HERE, Some(Flash::notice("flash-profile-saved"))))
}

async fn reset_access_token(db: Data<Db>, who: UserPage, _: Form<NoFields>) -> Result<HttpResponse> {
    db.write(move |tx| users::reset_access_token(tx, TokenOwner::User, who.signed_in.user.id.0)).await?;
    Ok(see_other("/app/profile#access-token", Some(Flash::notice("flash-access-token-reset"))))
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
    see_other(HERE, None)
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
        match commands::change(&db, &limits, &who.signed_in, &client, changes, None).await {
            Ok(_) => return Ok(see_other(HERE, Some(Flash::notice("flash-password-changed")))),
            Err(Error::Refused(_)) => errors.add("current_password", "error-wrong-password"),
            Err(Error::TooMany(_)) => errors.add("", "error-too-many-tries"),
            Err(error) => errors = errors.refuse(error)?,
        }
    }
    let fields = Fields::of(&who);
    refused(&page(&db, &config, who, fields, errors).await?)
}
