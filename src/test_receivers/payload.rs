//! How test receivers look in the API.
use super::model::{Arrival, Reply, TestReceiver};
use crate::{
    db::types::{ArrivalId, TestReceiverId},
    web::json::Iso,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use url::Url;

/// A test receiver in the API.
#[derive(Debug, Serialize)]
pub struct ReceiverJson<'a> {
    id: TestReceiverId,
    name: Option<&'a str>,
    url: String,
    answer: Reply,
    seconds: i32,
    created_at: Iso,
}

/// Draws a receiver of the server with this public address.
pub fn draw<'a>(receiver: &'a TestReceiver, public: &Url) -> ReceiverJson<'a> {
    ReceiverJson {
        id: receiver.id,
        name: receiver.name.as_deref(),
        url: receiver.url(public),
        answer: receiver.answer,
        seconds: receiver.seconds,
        created_at: Iso(receiver.created_at),
    }
}

/// What a body says that it tells, if it is one of ours and whole.
pub fn event(arrival: &Arrival) -> Option<String> {
    #[derive(Deserialize)]
    struct Told {
        event: String,
    }
    serde_json::from_slice(&arrival.body).ok().map(|Told { event }| event)
}

/// A request that has arrived, in the API.
#[derive(Debug, Serialize)]
pub struct ArrivalJson<'a> {
    id: ArrivalId,
    method: &'a str,
    path: &'a str,
    headers: &'a [(String, String)],
    body: Cow<'a, str>,
    body_encoding: &'static str,
    body_size: i64,
    body_truncated: bool,
    answered_status: Option<i16>,
    answered_after: i32,
    created_at: Iso,
}

/// Draws a request; a body that is no text, in base64.
pub fn arrival(arrival: &Arrival) -> ArrivalJson<'_> {
    let (body, body_encoding) = match arrival.text() {
        Some(text) => (Cow::Borrowed(text), "text"),
        None => (Cow::Owned(STANDARD.encode(&arrival.body)), "base64"),
    };
    ArrivalJson {
        id: arrival.id,
        method: &arrival.method,
        path: &arrival.path,
        headers: &arrival.headers.0,
        body,
        body_encoding,
        body_size: arrival.body_size,
        body_truncated: arrival.is_cut(),
        answered_status: arrival.status,
        answered_after: arrival.seconds,
        created_at: Iso(arrival.created_at),
    }
}
