//! Making, changing and deleting a webhook.
use super::{
    At,
    deliveries::{WebhookHead, head, masked},
    list_url,
    secret::SecretPanel,
    url_of,
};
use crate::{
    accounts::PayloadFormat,
    auth::AdministratorPage,
    config::Config,
    db::{Db, DbConn, types::InboxId},
    error::Result,
    events::EventName,
    outbound::{self, Policy},
    web::{
        Form, Input, NoFields, Params,
        fields::{Flag, List, Patch, Text},
        forms::{Choice, FormErrors},
        html, refused, see_other,
        shell::{Flash, Shell},
    },
    webhooks::{
        commands::{self, WebhookInput},
        headers,
        model::Webhook,
        queries,
    },
};
use actix_web::{HttpResponse, web::Data};
use askama::Template;
use serde::Deserialize;
use std::collections::HashMap;

/// The events in the groups of the form, in its order.
const GROUPS: [(&str, &[EventName]); 3] = [
    (
        "event-group-conversations",
        &[
            EventName::ConversationCreated,
            EventName::ConversationStatusChanged,
            EventName::ConversationUpdated,
            EventName::ConversationTypingOn,
            EventName::ConversationTypingOff,
        ],
    ),
    ("event-group-messages", &[EventName::MessageCreated, EventName::MessageUpdated]),
    (
        "event-group-contacts",
        &[EventName::WebwidgetTriggered, EventName::ContactCreated, EventName::ContactUpdated, EventName::InboxCreated, EventName::InboxUpdated],
    ),
];

/// The fields, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    url: Text,
    name: Text,
    subscriptions: List<Text>,
    inbox_id: Text,
    payload_format: Text,
    description: Text,
    headers: Text,
    all_events: Flag,
    exclude_private_notes: Flag,
}

impl Input for Fields {}

impl Fields {
    fn of(webhook: &Webhook) -> Fields {
        Fields {
            url: Text(webhook.url.clone()),
            name: Text(webhook.name.clone().unwrap_or_default()),
            subscriptions: List(webhook.subscriptions.0.iter().map(|event| Text(event.name().into())).collect()),
            inbox_id: Text(webhook.inbox_id.map(|id| id.to_string()).unwrap_or_default()),
            payload_format: Text(webhook.payload_format.name().into()),
            description: Text(webhook.description.clone().unwrap_or_default()),
            headers: Text(headers::to_lines(&webhook.headers.0)),
            all_events: Flag(webhook.all_events),
            exclude_private_notes: Flag(webhook.exclude_private_notes),
        }
    }

    /// Whether anything is said under Advanced.
    fn go_beyond_the_usual(&self) -> bool {
        let texts = [&self.inbox_id, &self.description, &self.headers].iter().any(|Text(text)| !text.trim().is_empty());
        texts || self.exclude_private_notes.0 || self.payload_format.0 == PayloadFormat::Chatwoot.name()
    }

    fn input(&self) -> WebhookInput {
        let text = |text: &Text| {
            if text.0.trim().is_empty() { Patch::Null } else { Patch::Set(text.clone()) }
        };
        WebhookInput {
            url: text(&self.url),
            name: text(&self.name),
            subscriptions: Some(self.subscriptions.clone()),
            inbox_id: self.inbox_id.0.parse::<InboxId>().map_or(Patch::Null, Patch::Set),
            payload_format: PayloadFormat::from_name(&self.payload_format.0),
            description: text(&self.description),
            headers: Patch::Set(headers::from_lines(&self.headers.0)),
            all_events: Patch::Set(self.all_events),
            exclude_private_notes: Patch::Set(self.exclude_private_notes),
        }
    }
}

struct EventGroup {
    legend: String,
    events: Vec<Choice>,
}

struct WebhookForm {
    url: String,
    name: String,
    groups: Vec<EventGroup>,
    inboxes: Vec<Choice>,
    payload_formats: Vec<Choice>,
    description: String,
    headers: String,
    all_events: bool,
    exclude_private_notes: bool,
    advanced_open: bool,
}

fn form(page: &Shell, fields: &Fields, inboxes: &HashMap<InboxId, String>) -> WebhookForm {
    let chosen = |event: &EventName| fields.subscriptions.0.iter().any(|Text(name)| name == event.name());
    let choice =
        |event: &EventName| Choice { value: event.name().into(), label: page.t(&format!("event-{}", event.name())), selected: chosen(event) };
    let group = |(legend, events): &(&str, &[EventName])| EventGroup { legend: page.t(legend), events: events.iter().map(choice).collect() };
    let mut names: Vec<(&InboxId, &String)> = inboxes.iter().collect();
    names.sort_by_key(|(_, name)| name.to_lowercase());
    let all = Choice::new("", page.t("webhook-inbox-all"), &fields.inbox_id.0);
    let format = |format: &PayloadFormat| Choice::new(format.name(), page.t(&format!("payload-format-{}", format.name())), &fields.payload_format.0);
    WebhookForm {
        url: fields.url.0.clone(),
        name: fields.name.0.clone(),
        groups: GROUPS.iter().map(group).collect(),
        inboxes: std::iter::once(all)
            .chain(names.into_iter().map(|(id, name)| Choice::new(id.to_string(), name.clone(), &fields.inbox_id.0)))
            .collect(),
        payload_formats: PayloadFormat::ALL.iter().map(format).collect(),
        description: fields.description.0.clone(),
        headers: fields.headers.0.clone(),
        all_events: fields.all_events.0,
        exclude_private_notes: fields.exclude_private_notes.0,
        advanced_open: fields.go_beyond_the_usual(),
    }
}

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

fn new_page(page: Shell, fields: &Fields, inboxes: &HashMap<InboxId, String>, errors: FormErrors) -> WebhookNewPage {
    let list_url = list_url(&page);
    WebhookNewPage {
        form: form(&page, fields, inboxes),
        submit: page.t("webhook-create"),
        errors,
        action: list_url.clone(),
        cancel_url: list_url,
        page,
    }
}

pub(super) async fn new(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    params: Params<Fields>,
) -> Result<HttpResponse> {
    let mut fields = params.0;
    if fields.payload_format.0.is_empty() {
        fields.payload_format = Text(administrator.account.webhook_payload_format.name().into());
    }
    let inboxes = db.read(move |conn| queries::inbox_names(conn, administrator.account_id())).await?;
    let errors = FormErrors::new(page.lang);
    html(&new_page(page, &fields, &inboxes, errors))
}

pub(super) async fn create(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let (account, input) = (administrator.account_id(), fields.input());
    let made = match checked(&page, &config, &fields).await {
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
            refused(&new_page(page, &fields, &inboxes, errors))
        }
    }
}

/// What can be said about the URL without the database, in the language of the page.
async fn checked(page: &Shell, config: &Config, fields: &Fields) -> std::result::Result<(), FormErrors> {
    let mut errors = FormErrors::new(page.lang);
    if fields.url.0.trim().is_empty() {
        errors.add("url", "error-blank");
    } else {
        match outbound::check(fields.url.0.trim(), &Policy::new(&config.webhook)).await {
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

async fn edit_page(db: &Db, page: Shell, webhook: Webhook, fields: &Fields, errors: FormErrors) -> Result<WebhookEditPage> {
    let (account, id) = (webhook.account_id, webhook.id);
    let load = move |conn: &mut DbConn| Ok((queries::inbox_names(conn, account)?, queries::tallies(conn, &[id])?.remove(&id).unwrap_or_default()));
    let (inboxes, tally) = db.read(load).await?;
    let url = url_of(&page, id);
    Ok(WebhookEditPage {
        list_url: list_url(&page),
        webhook: head(&page, &webhook, &tally),
        secret: SecretPanel::of(&webhook),
        form: form(&page, fields, &inboxes),
        errors,
        action: url.clone(),
        cancel_url: url,
        submit: page.t("webhook-update"),
        page,
    })
}

pub(super) async fn edit(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let webhook = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let (fields, errors) = (Fields::of(&webhook), FormErrors::new(page.lang));
    html(&edit_page(&db, page, webhook, &fields, errors).await?)
}

pub(super) async fn update(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let ((_, id), account, input) = (path.into_inner(), administrator.account_id(), fields.input());
    let changed = match checked(&page, &config, &fields).await {
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
            refused(&edit_page(&db, page, webhook, &fields, errors).await?)
        }
    }
}

#[derive(Template)]
#[template(path = "webhooks/delete.html")]
struct WebhookDeletePage {
    page: Shell,
    url: String,
    action: String,
    cancel_url: String,
}

pub(super) async fn confirm_delete(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let webhook = db.read(move |conn| queries::find(conn, administrator.account_id(), id)).await?;
    let url = url_of(&page, id);
    html(&WebhookDeletePage { url: masked(&webhook.url), action: format!("{url}/delete"), cancel_url: url, page })
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
