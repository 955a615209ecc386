//! How what happens in a log is told to those who watch it.
use crate::{
    db::types::{DeliveryId, WebhookId},
    events::EventName,
    outbound::ErrorClass,
    web::json::Iso,
    webhooks::{
        model::DeliveryState,
        queries::{Made, Tried},
    },
};
use serde::Serialize;

#[derive(Serialize)]
struct MadeJson<'a> {
    id: DeliveryId,
    delivery_id: &'a str,
    webhook_id: WebhookId,
    event: EventName,
    at: Iso,
}

#[derive(Serialize)]
struct TriedJson<'a> {
    id: DeliveryId,
    delivery_id: &'a str,
    webhook_id: WebhookId,
    event: EventName,
    attempt: i32,
    by_hand: bool,
    state: DeliveryState,
    status: Option<i16>,
    error: Option<ErrorClass>,
    error_message: Option<&'a str>,
    duration_ms: i32,
    at: Iso,
}

/// A message of server-sent events.
fn message(kind: &str, data: &impl Serialize) -> String {
    // JSON of our own has no line ends, which would end the message
    let data = serde_json::to_string(data).unwrap_or_default();
    format!("event: {kind}\ndata: {data}\n\n")
}

/// Tells that a delivery was made.
pub fn made(made: &Made) -> String {
    let Made { id, public_id, account_id: _, webhook_id, kind: _, event, at } = made;
    message("delivery", &MadeJson { id: *id, delivery_id: public_id, webhook_id: *webhook_id, event: *event, at: Iso(*at) })
}

/// Tells how a try went.
pub fn tried(tried: &Tried) -> String {
    let Made { id, public_id, account_id: _, webhook_id, kind: _, event, at: _ } = &tried.delivery;
    message(
        "attempt",
        &TriedJson {
            id: *id,
            delivery_id: public_id,
            webhook_id: *webhook_id,
            event: *event,
            attempt: tried.number,
            by_hand: tried.manual,
            state: tried.state,
            status: tried.response_status,
            error: tried.error_class,
            error_message: tried.error_message.as_deref(),
            duration_ms: tried.duration_ms,
            at: Iso(tried.at),
        },
    )
}
