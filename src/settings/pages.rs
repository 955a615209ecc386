//! Settings → Account.
use super::{AccountChanges, change};
use crate::{
    accounts::{Account, PayloadFormat},
    auth::AdministratorPage,
    db::Db,
    error::Result,
    web::{
        Form, Input,
        fields::{Flag, Patch, Text},
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
use serde_json::Value;

/// The page, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/account").route(get().to(show)).route(post().to(save))).configure(super::audit::pages::routes);
}

#[derive(Template)]
#[template(path = "accounts/show.html")]
struct AccountPage {
    page: Shell,
    action: String,
    fields: Fields,
    locales: Vec<Choice>,
    payload_formats: Vec<Choice>,
    errors: FormErrors,
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    name: Text,
    locale: Text,
    domain: Text,
    support_email: Text,
    payload_format: Text,
    keep_pending: Flag,
    unread_counts: Flag,
    auto_resolve_after: Text,
    auto_resolve_message: Text,
    auto_resolve_label: Text,
    auto_resolve_ignore_waiting: Flag,
}

impl Input for Fields {}

impl Fields {
    fn of(account: &Account) -> Fields {
        let setting = |name: &str| account.settings.0.get(name);
        let said = |name: &str| Text(setting(name).and_then(Value::as_str).unwrap_or_default().to_owned());
        Fields {
            name: Text(account.name.clone()),
            locale: Text(account.language().code().into()),
            domain: Text(account.domain.clone().unwrap_or_default()),
            support_email: Text(account.support_email.clone().unwrap_or_default()),
            payload_format: Text(account.webhook_payload_format.name().into()),
            keep_pending: Flag(account.keeps_pending_on_bot_failure()),
            unread_counts: Flag(account.counts_unread()),
            auto_resolve_after: Text(setting("auto_resolve_after").and_then(Value::as_i64).map(|minutes| minutes.to_string()).unwrap_or_default()),
            auto_resolve_message: said("auto_resolve_message"),
            auto_resolve_label: said("auto_resolve_label"),
            auto_resolve_ignore_waiting: Flag(setting("auto_resolve_ignore_waiting") == Some(&Value::Bool(true))),
        }
    }

    fn changes(&self) -> AccountChanges {
        let set = |text: &Text| if text.0.trim().is_empty() { Patch::Null } else { Patch::Set(Text(text.0.trim().to_owned())) };
        AccountChanges {
            name: Some(self.name.clone()),
            locale: Some(self.locale.clone()),
            domain: set(&self.domain),
            support_email: set(&self.support_email),
            webhook_payload_format: PayloadFormat::from_name(&self.payload_format.0),
            auto_resolve_after: set(&self.auto_resolve_after),
            auto_resolve_message: set(&self.auto_resolve_message),
            auto_resolve_label: set(&self.auto_resolve_label),
            // a box that is not checked sends nothing
            auto_resolve_ignore_waiting: Some(self.auto_resolve_ignore_waiting),
            keep_pending_on_bot_failure: Some(self.keep_pending),
            conversation_unread_counts: Some(self.unread_counts),
            ..AccountChanges::default()
        }
    }
}

fn page(page: Shell, fields: Fields, errors: FormErrors) -> AccountPage {
    let format = |format: &PayloadFormat| Choice::new(format.name(), page.t(&format!("payload-format-{}", format.name())), &fields.payload_format.0);
    AccountPage {
        action: page.viewer.as_ref().map(|viewer| viewer.settings("account")).unwrap_or_default(),
        locales: Choice::languages(&fields.locale.0),
        payload_formats: PayloadFormat::ALL.iter().map(format).collect(),
        fields,
        errors,
        page,
    }
}

async fn show(AdministratorPage { shell, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let errors = FormErrors::new(shell.lang);
    html(&page(shell, Fields::of(&administrator.account), errors))
}

async fn save(db: Data<Db>, AdministratorPage { shell, administrator }: AdministratorPage, Form(fields): Form<Fields>) -> Result<HttpResponse> {
    let changes = fields.changes();
    match db.write(move |tx| change(tx, &administrator, changes)).await {
        Ok(_) => {
            let here = shell.viewer.as_ref().map(|viewer| viewer.settings("account")).unwrap_or_default();
            Ok(see_other(&here, Some(Flash::notice("flash-account-saved"))))
        }
        Err(error) => {
            let errors = FormErrors::new(shell.lang).refuse(error)?;
            refused(&page(shell, fields, errors))
        }
    }
}
