//! How test receivers look in the API.
use super::model::{Arrival, Reply, TestReceiver};
use crate::{
    db::types::{ArrivalId, TestReceiverId},
    web::json::Iso,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use url::Url;

/// A test receiver in the API.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TestReceiver")]
pub struct ReceiverJson<'a> {
    id: TestReceiverId,
    name: Option<&'a str>,
    /// Where webhooks are pointed at.
    url: String,
    answer: Reply,
    /// How long it waits before it answers.
    seconds: i32,
    created_at: Iso,
}

/// A receiver by itself.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct OneJson<'a> {
    pub test_receiver: ReceiverJson<'a>,
}

/// All of them.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct AllJson<'a> {
    pub test_receivers: Vec<ReceiverJson<'a>>,
}

/// A page of requests.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct PageJson<'a> {
    pub payload: RequestsJson<'a>,
    pub meta: OlderJson,
}

/// The requests of a page, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct RequestsJson<'a> {
    pub requests: Vec<ArrivalJson<'a>>,
}

/// Where the next page begins.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct OlderJson {
    /// What to send as `before`; null on the last page.
    pub before: Option<ArrivalId>,
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
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReceivedRequest")]
pub struct ArrivalJson<'a> {
    id: ArrivalId,
    method: &'a str,
    path: &'a str,
    /// Pairs of a name and a value, as they came.
    headers: &'a [(String, String)],
    body: Cow<'a, str>,
    /// `text`, or `base64` for what is no text.
    body_encoding: &'static str,
    body_size: i64,
    /// Whether only the beginning was kept.
    body_truncated: bool,
    /// Null: it was not answered.
    answered_status: Option<i16>,
    /// In seconds.
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
