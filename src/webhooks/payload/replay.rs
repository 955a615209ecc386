//! How replays look in the API.
use crate::{
    db::types::{ReplayId, WebhookId},
    events::EventName,
    web::json::Iso,
    webhooks::model::{Replay, ReplayKind, Scope, Webhook, seconds},
};
use schemars::JsonSchema;
use serde::Serialize;

/// A replay in the API.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Replay")]
pub struct ReplayJson<'a> {
    id: ReplayId,
    webhook_id: WebhookId,
    what: ReplayKind,
    from: Iso,
    to: Iso,
    /// Of which events; empty for all.
    events: &'a [EventName],
    /// How many in a second.
    rate: i32,
    total: i64,
    sent: i64,
    state: &'static str,
    seconds_left: i64,
    created_at: Iso,
    finished_at: Option<Iso>,
}

/// A replay by itself.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct OneJson<'a> {
    pub replay: ReplayJson<'a>,
}

/// All of a webhook.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct AllJson<'a> {
    /// The newest first.
    pub replays: Vec<ReplayJson<'a>>,
}

/// What a replay would be.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct AskedJson<'a> {
    pub preview: PreviewJson<'a>,
}

/// A replay that was begun, or what it would be (`dry_run`).
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
#[expect(dead_code, reason = "only its schema is used")]
pub enum BegunJson<'a> {
    Begun(OneJson<'a>),
    Asked(AskedJson<'a>),
}

/// Draws a replay of this webhook.
pub fn draw<'a>(replay: &'a Replay, webhook: &Webhook) -> ReplayJson<'a> {
    ReplayJson {
        id: replay.id,
        webhook_id: replay.webhook_id,
        what: replay.kind,
        from: Iso(replay.from_at),
        to: Iso(replay.until_at),
        events: &replay.events.0,
        rate: replay.rate,
        total: replay.total,
        sent: replay.sent,
        state: replay.standing(webhook),
        seconds_left: if replay.finished_at.is_some() { 0 } else { seconds(replay.left(), replay.rate) },
        created_at: Iso(replay.created_at),
        finished_at: replay.finished_at.map(Iso),
    }
}

/// A replay that has not begun, in the API.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReplayPreview")]
pub struct PreviewJson<'a> {
    what: ReplayKind,
    from: Iso,
    to: Iso,
    /// Of which events; empty for all.
    events: &'a [EventName],
    /// How many in a second.
    rate: i32,
    total: i64,
    /// How long it takes.
    seconds: i64,
}

/// Draws what would be sent, how many, and how fast.
pub fn preview(scope: &Scope, rate: i32, total: i64) -> PreviewJson<'_> {
    let (from, to) = (Iso(scope.from), Iso(scope.until));
    PreviewJson { what: scope.kind, from, to, events: &scope.events, rate, total, seconds: seconds(total, rate) }
}
