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
use serde::Serialize;
use serde_json::{Value, json, value::RawValue};
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
#[derive(Debug, Serialize)]
pub struct WebhookJson<'a> {
    id: crate::db::types::WebhookId,
    name: Option<&'a str>,
    url: &'a str,
    account_id: crate::db::types::AccountId,
    subscriptions: &'a [crate::events::EventName],
    secret: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    inbox: Option<Named<'a, InboxId>>,
    payload_format: crate::accounts::PayloadFormat,
    enabled: bool,
    description: Option<&'a str>,
    headers: BTreeMap<&'a str, &'static str>,
    all_events: bool,
    exclude_private_notes: bool,
    old_secret_until: Option<Iso>,
    timeout: Option<String>,
    retry_schedule: Option<&'a str>,
    max_in_flight: Option<i32>,
    rate_limit: Option<i32>,
    in_order: bool,
    turned_off_at: Option<Iso>,
    turned_off_reason: Option<TurnedOff>,
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
#[derive(Debug, Serialize)]
pub struct DeliveryJson<'a> {
    id: DeliveryId,
    delivery_id: &'a str,
    event_id: EventId,
    event: EventName,
    test: bool,
    state: DeliveryState,
    attempts: i32,
    response_status: Option<i16>,
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

/// What has happened, as it is pulled.
#[derive(Serialize)]
pub struct PastJson {
    id: EventId,
    event: EventName,
    created_at: Iso,
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

/// What an event looks like in one format.
#[derive(Serialize)]
pub struct LooksJson {
    schema: &'static Value,
    samples: Vec<SampleJson>,
}

#[derive(Serialize)]
struct SampleJson {
    kind: &'static str,
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
