//! Settings → Account.
use super::{AccountChanges, change};
use crate::{
    accounts::PayloadFormat,
    auth::AdministratorPage,
    db::Db,
    error::Result,
    web::{
        Form, Input, Language,
        fields::{Flag, Text},
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

/// The page, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/account").route(get().to(show)).route(post().to(save)));
}

#[derive(Template)]
#[template(path = "accounts/show.html")]
struct AccountPage {
    page: Shell,
    action: String,
    name: String,
    locales: Vec<Choice>,
    payload_formats: Vec<Choice>,
    keep_pending: bool,
    errors: FormErrors,
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Text,
    locale: Text,
    payload_format: Text,
    keep_pending: Flag,
}

impl Input for Fields {}

fn page(page: Shell, fields: Fields, errors: FormErrors) -> AccountPage {
    let format = |format: &PayloadFormat| Choice::new(format.name(), page.t(&format!("payload-format-{}", format.name())), &fields.payload_format.0);
    AccountPage {
        action: page.viewer.as_ref().map(|viewer| viewer.settings("account")).unwrap_or_default(),
        name: fields.name.0,
        locales: Choice::languages(&fields.locale.0),
        payload_formats: PayloadFormat::ALL.iter().map(format).collect(),
        keep_pending: fields.keep_pending.0,
        errors,
        page,
    }
}

async fn show(AdministratorPage { shell, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let account = &administrator.account;
    let locale = Language::from_tag(&account.locale).unwrap_or_default().code();
    let fields = Fields {
        name: Text(account.name.clone()),
        locale: Text(locale.into()),
        payload_format: Text(account.webhook_payload_format.name().into()),
        keep_pending: Flag(account.keeps_pending_on_bot_failure()),
    };
    let errors = FormErrors::new(shell.lang);
    html(&page(shell, fields, errors))
}

async fn save(db: Data<Db>, AdministratorPage { shell, administrator }: AdministratorPage, form: Form<Fields>) -> Result<HttpResponse> {
    let changes = AccountChanges {
        name: Some(form.0.name.clone()),
        locale: Some(form.0.locale.clone()),
        webhook_payload_format: PayloadFormat::from_name(&form.0.payload_format.0),
        // a box that is not checked sends nothing
        keep_pending_on_bot_failure: Some(form.0.keep_pending),
        ..AccountChanges::default()
    };
    match db.write(move |tx| change(tx, &administrator, changes)).await {
        Ok(_) => {
            let here = shell.viewer.as_ref().map(|viewer| viewer.settings("account")).unwrap_or_default();
            Ok(see_other(&here, Some(Flash::notice("flash-account-saved"))))
        }
        Err(error) => {
            let errors = FormErrors::new(shell.lang).refuse(error)?;
            refused(&page(shell, form.0, errors))
        }
    }
}
