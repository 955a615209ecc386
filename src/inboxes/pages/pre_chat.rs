//! The form that comes before a conversation on a website.
use super::{At, Head, load, saved};
use crate::{
    auth::AdministratorPage,
    db::{
        Db, DbConn, Tx,
        types::{AccountId, InboxId},
    },
    error::{Error, Result},
    inboxes::{
        commands, forms,
        input::{ChannelInput, InboxInput},
        model::{Channel, Inbox, WidgetChannel},
        queries,
    },
    web::{
        Form, Input,
        fields::{Flag, List, Object, Patch, Text},
        forms::FormErrors,
        html, refused,
        shell::Shell,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value};

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/inboxes/{id}/pre_chat_form").route(get().to(show)).route(post().to(save)));
}

/// A field of the form, as typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Field {
    name: Text,
    label: Text,
    placeholder: Text,
    enabled: Flag,
    required: Flag,
}

#[derive(Template)]
#[template(path = "inboxes/pre_chat.html")]
struct PreChatPage {
    page: Shell,
    inbox: Head,
    fields: Fields,
    errors: FormErrors,
}

/// The fields, as typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Fields {
    pre_chat_form_enabled: Flag,
    pre_chat_message: Text,
    fields: List<Field>,
}

impl Input for Fields {}

/// The form as it is stored, with the usual fields if it has none.
fn options(widget: &WidgetChannel) -> Map<String, Value> {
    let mut options = widget.pre_chat_form_options.0.clone();
    forms::complete_pre_chat(&mut options);
    options
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl Fields {
    fn of(widget: &WidgetChannel) -> Fields {
        let options = options(widget);
        let field = |field: &Value| Field {
            name: Text(text(field, "name")),
            label: Text(text(field, "label")),
            placeholder: Text(text(field, "placeholder")),
            enabled: Flag(field["enabled"] == true),
            required: Flag(field["required"] == true),
        };
        Fields {
            pre_chat_form_enabled: Flag(widget.pre_chat_form_enabled),
            pre_chat_message: Text(options.get("pre_chat_message").and_then(Value::as_str).unwrap_or_default().to_owned()),
            fields: List(options.get("pre_chat_fields").and_then(Value::as_array).into_iter().flatten().map(field).collect()),
        }
    }

    /// Lays what was typed over what is stored: what this page does not show stays.
    fn input(&self, widget: &WidgetChannel) -> InboxInput {
        let mut options = options(widget);
        options.insert("pre_chat_message".to_owned(), self.pre_chat_message.0.trim().into());
        let stored = options.get_mut("pre_chat_fields").and_then(Value::as_array_mut).into_iter().flatten();
        for field in stored {
            let name = text(field, "name").to_owned();
            // what is no object was stored before such things were checked
            if let (Some(said), Some(field)) = (self.fields.0.iter().find(|said| said.name.0 == name), field.as_object_mut()) {
                field.insert("label".to_owned(), said.label.0.trim().into());
                field.insert("placeholder".to_owned(), said.placeholder.0.trim().into());
                field.insert("enabled".to_owned(), said.enabled.0.into());
                field.insert("required".to_owned(), said.required.0.into());
            }
        }
        let channel = ChannelInput {
            pre_chat_form_enabled: Patch::Set(self.pre_chat_form_enabled),
            pre_chat_form_options: Patch::Set(Object(options)),
            ..ChannelInput::default()
        };
        InboxInput { channel, ..InboxInput::default() }
    }
}

/// A website's inbox; an inbox of another kind has no such form.
fn website(conn: &mut DbConn, account: AccountId, id: InboxId) -> Result<(Inbox, WidgetChannel)> {
    let details = load(conn, account, id)?;
    match details.channel {
        Channel::WebWidget(widget) => Ok((details.inbox, widget)),
        Channel::Api(_) => Err(Error::NotFound),
    }
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let (inbox, widget) = db.read(move |conn| website(conn, administrator.account_id(), id)).await?;
    html(&PreChatPage { inbox: Head::of(&page, &inbox, true), fields: Fields::of(&widget), errors: FormErrors::new(page.lang), page })
}

async fn save(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let ((_, id), account) = (path.into_inner(), administrator.account_id());
    let typed = fields.clone();
    let work = move |tx: &mut Tx| {
        // laid over what is there when nobody else can change it
        queries::to_change(tx.conn, account, id)?;
        let (_, widget) = website(tx.conn, account, id)?;
        commands::update(tx, &administrator, id, typed.input(&widget))
    };
    match db.write(work).await {
        Ok(_) => Ok(saved(&page, id, "/pre_chat_form")),
        Err(error) => {
            let (inbox, _) = db.read(move |conn| website(conn, account, id)).await?;
            let errors = FormErrors::new(page.lang).refuse(error)?;
            refused(&PreChatPage { inbox: Head::of(&page, &inbox, true), fields, errors, page })
        }
    }
}
