//! Making, changing and deleting a webhook.
use super::{
    At,
    deliveries::{WebhookHead, head},
    fields::{Fields, WebhookForm, form},
    list_url,
    secret::SecretPanel,
    url_of,
};
use crate::{
    auth::AdministratorPage,
    config::{Config, Webhooks as Settings},
    db::{Db, DbConn, types::InboxId},
    error::Result,
    outbound::{self, Policy},
    web::{
        Form, NoFields, Params,
        fields::Text,
        forms::FormErrors,
        html, refused, see_other,
        shell::{ConfirmDeletion, Flash, Shell},
    },
    webhooks::{commands, model::Webhook, queries},
};
use actix_web::{HttpResponse, web::Data};
use askama::Template;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "webhooks/new.html")]
struct WebhookNewPage {
    page: Shell,
    form: WebhookForm,
    errors: FormErrors,
    action: String,
    cancel_url: String,
    submit: String,
}

fn new_page(page: Shell, settings: &Settings, fields: &Fields, inboxes: &HashMap<InboxId, String>, errors: FormErrors) -> WebhookNewPage {
    let list_url = list_url(&page);
    WebhookNewPage {
        form: form(&page, settings, fields, inboxes),
        submit: page.t("webhook-create"),
        errors,
        action: list_url.clone(),
        cancel_url: list_url,
        page,
    }
}

pub(super) async fn new(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    params: Params<Fields>,
) -> Result<HttpResponse> {
    let mut fields = params.0;
    if fields.payload_format.0.is_empty() {
        fields.payload_format = Text(administrator.account.webhook_payload_format.name().into());
    }
    let inboxes = db.read(move |conn| queries::inbox_names(conn, administrator.account_id())).await?;
    let errors = FormErrors::new(page.lang);
    html(&new_page(page, &config.webhook, &fields, &inboxes, errors))
}

pub(super) async fn create(
    db: Data<Db>,
    config: Data<Config>,
    policy: Data<Policy>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let (account, input) = (administrator.account_id(), fields.input());
    let made = match checked(&page, &policy, &fields).await {
        Ok(()) => match db.write(move |tx| commands::create(tx, &administrator, input)).await {
            Ok(made) => Ok(made),
            Err(e) => Err(FormErrors::new(page.lang).refuse(e)?),
        },
        Err(errors) => Err(errors),
    };
    match made {
        Ok(webhook) => Ok(see_other(&format!("{}/created", url_of(&page, webhook.id)), None)),
        Err(errors) => {
            let inboxes = db.read(move |conn| queries::inbox_names(conn, account)).await?;
            refused(&new_page(page, &config.webhook, &fields, &inboxes, errors))
        }
    }
}

/// What can be said about the URL without the database, in the language of the page.
async fn checked(page: &Shell, policy: &Policy, fields: &Fields) -> std::result::Result<(), FormErrors> {
    let mut errors = FormErrors::new(page.lang);
    if fields.url.0.trim().is_empty() {
        errors.add("url", "error-blank");
    } else {
        match outbound::check(fields.url.0.trim(), policy).await {
            Ok(()) => {}
            Err(refusal) => errors.refuse_url("url", &refusal),
        }
    }
    if fields.subscriptions.0.is_empty() && !fields.all_events.0 {
        errors.add("subscriptions", "error-no-event");
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

#[derive(Template)]
#[template(path = "webhooks/edit.html")]
struct WebhookEditPage {
    page: Shell,
    list_url: String,
    webhook: WebhookHead,
    secret: SecretPanel,
    form: WebhookForm,
    errors: FormErrors,
    action: String,
    cancel_url: String,
    submit: String,
}

async fn edit_page(db: &Db, settings: &Settings, page: Shell, webhook: Webhook, fields: &Fields, errors: FormErrors) -> Result<WebhookEditPage> {
    let (account, id) = (webhook.account_id, webhook.id);
    let load = move |conn: &mut DbConn| Ok((queries::inbox_names(conn, account)?, queries::tallies(conn, &[id])?.remove(&id).unwrap_or_default()));
    let (inboxes, tally) = db.read(load).await?;
    let url = url_of(&page, id);
    Ok(WebhookEditPage {
        list_url: list_url(&page),
        webhook: head(&page, &webhook, &tally),
        secret: SecretPanel::of(&webhook),
        form: form(&page, settings, fields, &inboxes),
        errors,
        action: url.clone(),
        cancel_url: url,
        submit: page.t("webhook-update"),
        page,
    })
}

pub(super) async fn edit(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let webhook = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let (fields, errors) = (Fields::of(&webhook), FormErrors::new(page.lang));
    html(&edit_page(&db, &config.webhook, page, webhook, &fields, errors).await?)
}

pub(super) async fn update(
    db: Data<Db>,
    config: Data<Config>,
    policy: Data<Policy>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let ((_, id), account, input) = (path.into_inner(), administrator.account_id(), fields.input());
    let changed = match checked(&page, &policy, &fields).await {
        Ok(()) => match db.write(move |tx| commands::update(tx, &administrator, id, input)).await {
            Ok(changed) => Ok(changed),
            Err(e) => Err(FormErrors::new(page.lang).refuse(e)?),
        },
        Err(errors) => Err(errors),
    };
    match changed {
        Ok(_) => Ok(see_other(&url_of(&page, id), Some(Flash::notice("flash-webhook-updated")))),
        Err(errors) => {
            let webhook = db.read(move |conn| queries::find(conn, account, id)).await?;
            refused(&edit_page(&db, &config.webhook, page, webhook, &fields, errors).await?)
        }
    }
}

pub(super) async fn confirm_delete(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let webhook = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let (url, masked) = (url_of(&page, id), webhook.masked_url());
    html(&ConfirmDeletion {
        question: page.ta("webhook-delete-question", &[("url", masked.as_str().into())]),
        text: page.t("webhook-delete-text"),
        back: page.t("webhooks-title"),
        action: format!("{url}/delete"),
        cancel_url: url,
        page,
    })
}

pub(super) async fn destroy(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &administrator, id)).await?;
    Ok(see_other(&list_url(&page), Some(Flash::notice("flash-webhook-deleted"))))
}

pub(super) async fn turn_off(db: Data<Db>, page: AdministratorPage, path: At, _: Form<NoFields>) -> Result<HttpResponse> {
    let (AdministratorPage { shell: page, administrator }, (_, id)) = (page, path.into_inner());
    db.write(move |tx| commands::turn_off(tx, &administrator, id)).await?;
    Ok(see_other(&url_of(&page, id), Some(Flash::notice("flash-webhook-off"))))
}
