//! How replays look in the API.
use crate::{
    db::types::{ReplayId, WebhookId},
    events::EventName,
    web::json::Iso,
    webhooks::model::{Replay, ReplayKind, Scope, Webhook, seconds},
};
use serde::Serialize;

/// A replay in the API.
#[derive(Debug, Serialize)]
pub struct ReplayJson<'a> {
    id: ReplayId,
    webhook_id: WebhookId,
    what: ReplayKind,
    from: Iso,
    to: Iso,
    events: &'a [EventName],
    rate: i32,
    total: i64,
    sent: i64,
    state: &'static str,
    seconds_left: i64,
    created_at: Iso,
    finished_at: Option<Iso>,
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
#[derive(Debug, Serialize)]
pub struct PreviewJson<'a> {
    what: ReplayKind,
    from: Iso,
    to: Iso,
    events: &'a [EventName],
    rate: i32,
    total: i64,
    seconds: i64,
}

/// Draws what would be sent, how many, and how fast.
pub fn preview(scope: &Scope, rate: i32, total: i64) -> PreviewJson<'_> {
    let (from, to) = (Iso(scope.from), Iso(scope.until));
    PreviewJson { what: scope.kind, from, to, events: &scope.events, rate, total, seconds: seconds(total, rate) }
}
