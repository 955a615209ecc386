//! How webhooks look in the API.
pub mod replay;
pub mod tail;

use super::{
    catalogue, format,
    headers::HIDDEN,
    model::{DeliveryState, TurnedOff, Webhook},
    queries::{Detail, Past, Pull},
};
use crate::{
    accounts::PayloadFormat,
    db::types::{DeliveryId, EventId, InboxId, now},
    error::{Error, Result},
    events::{EventName, catalogue::Sample},
    web::json::{Iso, Named},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json, value::RawValue};
use std::collections::{BTreeMap, HashMap};

/// A webhook inside other things: without what only its page shows.
pub fn nested(webhook: &Webhook) -> Value {
    json!({"id": webhook.id, "name": webhook.name, "url": webhook.masked_url(), "enabled": webhook.turned_off_at.is_none()})
}

/// An inbox inside other things.
pub fn nested_inbox(id: InboxId, name: &str) -> Value {
    json!(Named { id, name })
}

/// A webhook in the API.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Webhook")]
pub struct WebhookJson<'a> {
    id: crate::db::types::WebhookId,
    name: Option<&'a str>,
    url: &'a str,
    account_id: crate::db::types::AccountId,
    subscriptions: &'a [crate::events::EventName],
    /// What signs its deliveries.
    secret: &'a str,
    /// The only one it hears of; not there if it hears of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    inbox: Option<Named<'a, InboxId>>,
    payload_format: crate::accounts::PayloadFormat,
    enabled: bool,
    description: Option<&'a str>,
    /// By name; what they say is hidden.
    headers: BTreeMap<&'a str, &'static str>,
    /// Whether it hears of everything, whatever `subscriptions` says.
    all_events: bool,
    exclude_private_notes: bool,
    /// Until when the secret before this one signs as well.
    old_secret_until: Option<Iso>,
    /// How long an answer may take, as in `5s`; null: as the server is set. So are the next ones.
    timeout: Option<String>,
    /// The times between tries, as in `30s, 5m`.
    retry_schedule: Option<&'a str>,
    /// How many requests may be under way at once, on each node.
    max_in_flight: Option<i32>,
    /// How many deliveries in a second.
    rate_limit: Option<i32>,
    /// Whether each waits for the one before it.
    in_order: bool,
    turned_off_at: Option<Iso>,
    turned_off_reason: Option<TurnedOff>,
}

/// A webhook by itself.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct OneJson<'a> {
    pub webhook: WebhookJson<'a>,
}

/// All of them.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct AllJson<'a> {
    /// In the order in which they were made.
    pub webhooks: Vec<WebhookJson<'a>>,
}

/// Draws a webhook, with the name of its inbox.
pub fn draw<'a>(webhook: &'a Webhook, inboxes: &'a HashMap<InboxId, String>) -> WebhookJson<'a> {
    let inbox = webhook.inbox_id.and_then(|id| inboxes.get(&id).map(|name| Named { id, name }));
    WebhookJson {
        id: webhook.id,
        name: webhook.name.as_deref(),
        url: &webhook.url,
        account_id: webhook.account_id,
        subscriptions: webhook.heard(),
        secret: &webhook.secret,
        inbox,
        payload_format: webhook.payload_format,
        enabled: webhook.turned_off_at.is_none(),
        description: webhook.description.as_deref(),
        headers: webhook.headers.0.iter().map(|(name, _)| (name.as_str(), HIDDEN)).collect(),
        all_events: webhook.all_events,
        exclude_private_notes: webhook.exclude_private_notes,
        old_secret_until: webhook.old_secret_until.filter(|until| *until > now()).map(Iso),
        timeout: webhook.timeout_said(),
        retry_schedule: webhook.retry_schedule.as_deref(),
        max_in_flight: webhook.max_in_flight,
        rate_limit: webhook.rate_limit,
        in_order: webhook.in_order,
        turned_off_at: webhook.turned_off_at.map(Iso),
        turned_off_reason: webhook.turned_off_reason,
    }
}

/// A delivery in the API, with how its last try went.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Delivery")]
pub struct DeliveryJson<'a> {
    id: DeliveryId,
    /// What its requests carry as the header `X-Chatwoot-Delivery`.
    delivery_id: &'a str,
    event_id: EventId,
    event: EventName,
    test: bool,
    state: DeliveryState,
    attempts: i32,
    response_status: Option<i16>,
    /// The kind of failure of its last try.
    error: Option<&'static str>,
    error_message: Option<&'a str>,
    duration_ms: Option<i32>,
    created_at: Iso,
}

/// Draws a delivery.
pub fn delivery(detail: &Detail) -> DeliveryJson<'_> {
    let (delivery, last) = (&detail.delivery, detail.attempts.last());
    DeliveryJson {
        id: delivery.id,
        delivery_id: &delivery.public_id,
        event_id: delivery.event_id,
        event: detail.event,
        test: delivery.test,
        state: delivery.state,
        attempts: delivery.attempts,
        response_status: delivery.response_status,
        error: delivery.error_class.map(|class| class.name()),
        error_message: last.and_then(|attempt| attempt.error_message.as_deref()),
        duration_ms: last.map(|attempt| attempt.duration_ms),
        created_at: Iso(delivery.created_at),
    }
}

/// A delivery by itself.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct OneDelivery<'a> {
    pub delivery: DeliveryJson<'a>,
}

/// A page of what has happened.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct PageJson {
    /// In order.
    pub payload: Vec<PastJson>,
    /// How to go on.
    pub meta: CursorJson,
}

/// How to go on.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct CursorJson {
    /// What to send as `after`.
    pub next: String,
    /// Whether there is more at once.
    pub has_more: bool,
}

/// What has happened, as it is pulled.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PastEvent")]
pub struct PastJson {
    id: EventId,
    event: EventName,
    created_at: Iso,
    /// The body that webhooks got, in the wanted format.
    #[schemars(with = "Map<String, Value>")]
    payload: Box<RawValue>,
}

/// Draws a page of what has happened, in a format.
///
/// # Errors
/// When a stored payload is no JSON, which would be our mistake.
pub fn pulled(pull: &Pull, format: PayloadFormat) -> Result<Vec<PastJson>> {
    let one = |past: &Past| {
        let payload = RawValue::from_string(format::render(format, &past.payload).into_owned()).map_err(Error::internal)?;
        Ok(PastJson { id: past.id, event: past.name, created_at: Iso(past.created_at), payload })
    };
    pull.events.iter().map(one).collect()
}

/// An event that may be subscribed to.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EventType")]
pub struct EventTypeJson {
    /// What it is called on the wire.
    pub event: EventName,
    /// What people call it, by language (`en`, `th`).
    #[schemars(with = "BTreeMap<String, String>")]
    pub name: Map<String, Value>,
    /// When it comes, by language.
    #[schemars(with = "BTreeMap<String, String>")]
    pub fires: Map<String, Value>,
    /// Whether anything on this server causes it.
    pub available: bool,
    /// What it looks like, by format.
    #[schemars(with = "BTreeMap<String, LooksJson>")]
    pub formats: Map<String, Value>,
}

/// What an event looks like in one format.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct LooksJson {
    /// The JSON Schema of its bodies.
    schema: &'static Value,
    samples: Vec<SampleJson>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct SampleJson {
    /// Which of several it is: `plain`, `text`, `form`, …
    kind: &'static str,
    #[schemars(with = "Map<String, Value>")]
    payload: Box<RawValue>,
}

/// Draws what an event looks like in a format.
///
/// # Errors
/// When a sample is no JSON, which would be our mistake.
pub fn looks(event: EventName, format: PayloadFormat, samples: &[Sample]) -> Result<LooksJson> {
    let one = |sample: &Sample| {
        let payload = RawValue::from_string(catalogue::render(format, &sample.payload)).map_err(Error::internal)?;
        Ok(SampleJson { kind: sample.kind, payload })
    };
    Ok(LooksJson { schema: catalogue::schema(event, format), samples: samples.iter().map(one).collect::<Result<_>>()? })
}
