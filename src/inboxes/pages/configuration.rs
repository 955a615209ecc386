//! What a program or a website needs to reach an inbox, and the keys of both.
use super::{At, Head, load, saved};
use crate::{
    auth::{AdministratorPage, AgentPage},
    config::Config,
    db::{Db, DbConn, types::AccountId, types::InboxId},
    error::{Error, Result},
    inboxes::{
        commands,
        input::{ChannelInput, InboxInput},
        model::{ApiChannel, Channel},
        payload::{self, Details},
        queries,
    },
    outbound::{self, Policy},
    web::{
        Form, Input, NoFields,
        fields::{Flag, Object, Patch, Text},
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
use serde_json::{Number, Value};

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/inboxes/{id}/configuration").route(get().to(show)).route(post().to(save)))
        .service(resource("/inboxes/{id}/reset_secret").route(post().to(reset_secret)))
        .service(resource("/inboxes/{id}/reset_hmac_token").route(post().to(reset_hmac_token)));
}

/// The calls with which a program begins.
struct Calls {
    identifier: String,
    contact: String,
    conversation: String,
    message: String,
}

/// What a website shows.
struct Snippet {
    token: String,
    script: String,
}

/// The keys, for administrators.
struct Keys {
    hmac_token: String,
    /// Of an API inbox.
    secret: Option<String>,
}

#[derive(Template)]
#[template(path = "inboxes/configuration.html")]
struct ConfigurationPage {
    page: Shell,
    inbox: Head,
    calls: Option<Calls>,
    snippet: Option<Snippet>,
    keys: Option<Keys>,
    fields: Fields,
    errors: FormErrors,
}

/// The fields, as typed; those of the other kind of channel stay empty.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    hmac_mandatory: Flag,
    webhook_url: Text,
    agent_reply_time_window: Text,
    allowed_domains: Text,
}

impl Input for Fields {}

impl Fields {
    fn of(channel: &Channel) -> Fields {
        match channel {
            Channel::Api(api) => Fields {
                hmac_mandatory: Flag(api.hmac_mandatory),
                webhook_url: Text(api.webhook_url.clone().unwrap_or_default()),
                agent_reply_time_window: Text(window(api)),
                ..Fields::default()
            },
            Channel::WebWidget(widget) => {
                Fields { hmac_mandatory: Flag(widget.hmac_mandatory), allowed_domains: Text(widget.allowed_domains.clone()), ..Fields::default() }
            }
        }
    }

    fn input(&self, present: &Channel) -> InboxInput {
        let set = |text: &Text| if text.0.trim().is_empty() { Patch::Null } else { Patch::Set(Text(text.0.trim().to_owned())) };
        let said = ChannelInput { hmac_mandatory: Patch::Set(self.hmac_mandatory), ..ChannelInput::default() };
        let channel = match present {
            Channel::Api(api) => {
                let mut attributes = api.additional_attributes.0.clone();
                match self.agent_reply_time_window.0.trim() {
                    // whether it is a number or a text, as some clients write it
                    same if same == window(api).trim() => {}
                    "" => drop(attributes.remove("agent_reply_time_window")),
                    hours => drop(attributes.insert("agent_reply_time_window".to_owned(), number_or_text(hours))),
                }
                ChannelInput { webhook_url: set(&self.webhook_url), additional_attributes: Patch::Set(Object(attributes)), ..said }
            }
            Channel::WebWidget(_) => ChannelInput { allowed_domains: Patch::Set(Text(self.allowed_domains.0.trim().to_owned())), ..said },
        };
        InboxInput { channel, ..InboxInput::default() }
    }
}

/// A number where it is one; else the text, of which a rule says what is wrong.
fn number_or_text(text: &str) -> Value {
    // `.5` and `024` are numbers to browsers, and not to JSON
    let number = text.parse::<Number>().ok().or_else(|| Number::from_f64(text.parse().ok()?));
    number.map_or_else(|| Value::from(text), Value::Number)
}

/// The hours in which an agent may answer, as text; empty without a limit.
fn window(api: &ApiChannel) -> String {
    match api.additional_attributes.0.get("agent_reply_time_window") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(hours)) => hours.clone(),
        Some(hours) => hours.to_string(),
    }
}

fn draw(page: Shell, config: &Config, details: Details, administrator: bool, fields: Fields, errors: FormErrors) -> ConfigurationPage {
    let Details { inbox, channel, .. } = details;
    let public_url = config.public_url.as_str();
    let mut drawn = ConfigurationPage { inbox: Head::of(&page, &inbox, administrator), calls: None, snippet: None, keys: None, fields, errors, page };
    let (hmac_token, secret) = match channel {
        Channel::Api(api) => {
            let base = format!("{}/public/api/v1/inboxes/{}/contacts", public_url.trim_end_matches('/'), api.identifier);
            let post = |path: &str, body: &str| format!("curl -X POST {base}{path} \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'");
            drawn.calls = Some(Calls {
                contact: post("", r#"{"name": "Lea", "email": "lea@example.org"}"#),
                conversation: post("/SOURCE_ID/conversations", "{}"),
                message: post("/SOURCE_ID/conversations/CONVERSATION_ID/messages", r#"{"content": "Hello"}"#),
                identifier: api.identifier,
            });
            (api.hmac_token, Some(api.secret))
        }
        Channel::WebWidget(widget) => {
            drawn.snippet = Some(Snippet { script: payload::script(&widget, public_url), token: widget.website_token });
            (widget.hmac_token, None)
        }
    };
    drawn.keys = administrator.then_some(Keys { hmac_token, secret });
    drawn
}

async fn show(db: Data<Db>, config: Data<Config>, AgentPage { shell: page, agent }: AgentPage, path: At) -> Result<HttpResponse> {
    let (administrator, (_, id)) = (agent.is_administrator(), path.into_inner());
    let work = move |conn: &mut DbConn| {
        let inbox = queries::find(conn, &agent, id)?;
        payload::details(conn, vec![inbox])?.pop().ok_or(Error::NotFound)
    };
    let details = db.read(work).await?;
    let (fields, errors) = (Fields::of(&details.channel), FormErrors::new(page.lang));
    html(&draw(page, &config, details, administrator, fields, errors))
}

/// What can be said about the callback without the database, in the language of the page.
async fn checked(page: &Shell, fields: &Fields, policy: &Policy) -> FormErrors {
    let mut errors = FormErrors::new(page.lang);
    let url = fields.webhook_url.0.trim();
    if !url.is_empty()
        && let Err(refusal) = outbound::check(url, policy).await
    {
        errors.refuse_url("webhook_url", &refusal);
    }
    errors
}

async fn one(db: &Db, account: AccountId, id: InboxId) -> Result<Details> {
    db.read(move |conn| load(conn, account, id)).await
}

async fn save(
    db: Data<Db>,
    config: Data<Config>,
    policy: Data<Policy>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let ((_, id), account) = (path.into_inner(), administrator.account_id());
    let mut errors = checked(&page, &fields, &policy).await;
    let present = one(&db, account, id).await?;
    if errors.is_empty() {
        let input = fields.input(&present.channel);
        match db.write(move |tx| commands::update(tx, &administrator, id, input)).await {
            Ok(_) => return Ok(saved(&page, id, "/configuration")),
            Err(error) => errors = errors.refuse(error)?,
        }
    }
    refused(&draw(page, &config, present, true, fields, errors))
}

async fn reset_secret(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::reset_secret(tx, &administrator, id)).await?;
    Ok(saved(&page, id, "/configuration"))
}

async fn reset_hmac_token(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::reset_hmac_token(tx, &administrator, id)).await?;
    Ok(saved(&page, id, "/configuration"))
}
