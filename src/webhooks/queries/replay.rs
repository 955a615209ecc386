//! Looking for what a replay sends: events in the order in which they happened, one window after the other. Events are found by the
//! index of their account, and a time in them by halving: there is no index by time that every event would have to be written into.
use super::{halving::since, pending};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, limit_one},
        schema::{deliveries, events, webhook_replays, webhooks},
        types::{AccountId, DeliveryId, EventId, InboxId, ReplayId, WebhookId, now},
    },
    error::Result,
    events::EventName,
    webhooks::model::{DeliveryState, Replay, ReplayKind, ReplayState, Scope, Webhook},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{prelude::*, sql_types::Bool};
use serde::Deserialize;
use std::collections::HashSet;

/// How many events are looked at in one step.
pub const WINDOW: i64 = 500;

/// How many replays a list shows.
const LISTED: i64 = 50;

/// Ids grow with the time, but for transactions that overtake each other and clocks that differ.
const SLACK: TimeDelta = TimeDelta::seconds(60);

/// What a look has found.
#[derive(Debug, PartialEq)]
pub struct Window {
    /// Events, each with its delivery unless it was never attempted.
    pub found: Vec<(EventId, Option<DeliveryId>)>,
    /// The event that was looked at last.
    pub reached: EventId,
    /// Whether that was the end.
    pub ended: bool,
}

/// The next of what is to be sent, after this event and up to `last`; no more than `most`, of one window of events.
pub fn window(conn: &mut DbConn, scope: &Scope, after: EventId, last: EventId, most: usize) -> Result<Window> {
    type Row = (EventId, EventName, Option<InboxId>, NaiveDateTime);
    let rows: Vec<Row> = events::table
        .filter(events::account_id.eq(scope.account_id).and(events::id.gt(after)).and(events::id.le(last)))
        .filter(events::test.eq(false))
        .order_by(events::id)
        .select((events::id, events::name, events::inbox_id, events::created_at))
        .limit(WINDOW)
        .load(conn)?;
    let end = (rows.len() as i64) < WINDOW;
    let seen = rows.last().map_or(after, |(id, ..)| *id);
    let covered: Vec<(EventId, EventName)> =
        rows.into_iter().filter(|(_, name, inbox, at)| scope.covers(*name, *inbox, *at)).map(|(id, name, ..)| (id, name)).collect();
    let mut found = match scope.kind {
        ReplayKind::NeverAttempted => never_attempted(conn, scope, &covered)?,
        ReplayKind::Failed | ReplayKind::Everything => attempted(conn, scope, &covered)?,
    };
    if found.len() <= most {
        return Ok(Window { found, reached: if end { last.max(seen) } else { seen }, ended: end });
    }
    // an event's deliveries stay together
    let reached = most.checked_sub(1).and_then(|at| found.get(at)).map_or(after, |(id, _)| *id);
    found.retain(|(id, _)| *id <= reached);
    Ok(Window { found, reached, ended: false })
}

fn attempted(conn: &mut DbConn, scope: &Scope, covered: &[(EventId, EventName)]) -> Result<Vec<(EventId, Option<DeliveryId>)>> {
    let ids: Vec<EventId> = covered.iter().map(|(id, _)| *id).collect();
    let query = deliveries::table
        .filter(deliveries::event_id.eq_any(ids).and(deliveries::webhook_id.eq(scope.webhook_id)))
        .filter(again(scope.kind))
        .order_by((deliveries::event_id, deliveries::id))
        .select((deliveries::event_id, deliveries::id.nullable()));
    Ok(query.load(conn)?)
}

/// Deliveries that a replay of this kind sends again: those that were given up; or also those that have arrived or wait for a
/// retry. What is being sent, or is next in line anyway, is left alone.
pub fn again(kind: ReplayKind) -> Box<dyn BoxableExpression<deliveries::table, crate::db::MultiBackend, SqlType = Bool>> {
    let failed = deliveries::state.eq(DeliveryState::Failed);
    if kind == ReplayKind::Failed {
        return Box::new(failed);
    }
    let unclaimed = deliveries::locked_until.is_null().or(deliveries::locked_until.lt(now())).assume_not_null();
    let retried = deliveries::state.eq(DeliveryState::Pending).and(deliveries::error_class.is_not_null()).and(unclaimed);
    Box::new(failed.or(deliveries::state.eq(DeliveryState::Delivered)).or(retried))
}

fn never_attempted(conn: &mut DbConn, scope: &Scope, covered: &[(EventId, EventName)]) -> Result<Vec<(EventId, Option<DeliveryId>)>> {
    let ids: Vec<EventId> = covered.iter().map(|(id, _)| *id).collect();
    let told = with_delivery(conn, scope.webhook_id, &ids)?;
    let open: Vec<(EventId, EventName)> = covered.iter().filter(|(id, _)| !told.contains(id)).copied().collect();
    let unsure: Vec<EventId> = open.iter().filter(|(_, name)| scope.depends_on_payload(*name)).map(|(id, _)| *id).collect();
    let payloads: Vec<(EventId, String)> = if unsure.is_empty() {
        Vec::new()
    } else {
        events::table.filter(events::id.eq_any(unsure)).select((events::id, events::payload)).load(conn)?
    };
    let private: HashSet<EventId> = payloads.into_iter().filter(|(_, payload)| tells_of_private_note(payload)).map(|(id, _)| id).collect();
    Ok(open.into_iter().filter(|(id, _)| !private.contains(id)).map(|(id, _)| (id, None)).collect())
}

/// Those of the events that have a delivery to this webhook.
pub fn with_delivery(conn: &mut DbConn, webhook: WebhookId, of: &[EventId]) -> Result<HashSet<EventId>> {
    let query = deliveries::table.filter(deliveries::event_id.eq_any(of).and(deliveries::webhook_id.eq(webhook))).select(deliveries::event_id);
    Ok(query.load(conn)?.into_iter().collect())
}

/// An event's row does not say it, but its payload does: as of a message, or of somebody who is writing one.
fn tells_of_private_note(payload: &str) -> bool {
    #[derive(Deserialize)]
    struct Said {
        #[serde(default)]
        private: Option<bool>,
        #[serde(default)]
        is_private: Option<bool>,
    }
    serde_json::from_str::<Said>(payload).is_ok_and(|said| said.private == Some(true) || said.is_private == Some(true))
}

/// The events of a period: the last one before it, and the last one in it. Both lie outside by some slack.
pub fn span(conn: &mut DbConn, account: AccountId, from: NaiveDateTime, until: NaiveDateTime) -> Result<(EventId, EventId)> {
    let newest = events::table.filter(events::account_id.eq(account)).order_by(events::id.desc()).select(events::id);
    let newest: Option<EventId> = limit_one(newest).get_result(conn).optional()?;
    let last = newest.map_or(0, |id| id.0);
    let mut next = |middle: i64| {
        let from = events::table.filter(events::account_id.eq(account).and(events::id.ge(EventId(middle)))).order_by(events::id);
        let found: Option<(EventId, NaiveDateTime)> = limit_one(from.select((events::id, events::created_at))).get_result(conn).optional()?;
        Ok(found.map(|(id, created_at)| (id.0, created_at)))
    };
    let first = since(last, from - SLACK, &mut next)?;
    let end = since(last, until + SLACK, &mut next)?;
    Ok((EventId(first - 1), EventId(end - 1)))
}

/// A webhook's replays, the newest first.
pub fn replays(conn: &mut DbConn, webhook: WebhookId) -> Result<Vec<Replay>> {
    let query = webhook_replays::table.filter(webhook_replays::webhook_id.eq(webhook)).order_by(webhook_replays::id.desc());
    Ok(query.select(Replay::columns()).limit(LISTED).load(conn)?)
}

/// One of them.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn replay(conn: &mut DbConn, webhook: WebhookId, id: ReplayId) -> Result<Replay> {
    let query = webhook_replays::table.filter(webhook_replays::id.eq(id).and(webhook_replays::webhook_id.eq(webhook)));
    Ok(query.select(Replay::columns()).get_result(conn)?)
}

/// The replays that are at work anywhere, with their webhooks, which are on.
pub(in crate::webhooks) fn at_work(conn: &mut DbConn) -> Result<Vec<(Replay, Webhook)>> {
    let query = webhook_replays::table.inner_join(webhooks::table).filter(running()).filter(webhooks::turned_off_at.is_null());
    Ok(query.select((Replay::columns(), Webhook::columns())).order_by(webhook_replays::next_at).load(conn)?)
}

/// Whether a webhook has a replay that is not at its end.
pub(in crate::webhooks) fn has_replay(conn: &mut DbConn, webhook: WebhookId) -> Result<bool> {
    let query = webhook_replays::table.filter(running()).filter(webhook_replays::webhook_id.eq(webhook)).select(webhook_replays::state);
    Ok(query.get_result::<ReplayState>(conn).optional()?.is_some())
}

/// `state = 0`, written out for the partial index.
fn running() -> diesel::expression::SqlLiteral<Bool> {
    diesel::dsl::sql("\"webhook_replays\".\"state\" = 0")
}

/// How many deliveries of a webhook are on their way, next in line, or tried again within the time of a lease; counted up to
/// `most`. (A claim moves `due_at` to its own end. What is tried again soon counts as well: so a replay waits for a receiver
/// that fails.)
pub(in crate::webhooks) fn in_line(conn: &mut DbConn, webhook: WebhookId, lease: TimeDelta, most: usize) -> Result<usize> {
    let soon = deliveries::table.filter(pending()).filter(deliveries::webhook_id.eq(webhook).and(deliveries::due_at.le(now() + lease)));
    let found: Vec<DeliveryId> = soon.order_by(deliveries::due_at).select(deliveries::id).limit(most as i64).load(conn)?;
    Ok(found.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_notes_are_known_by_their_payload() {
        for (payload, private) in [
            (r#"{"private":true,"event":"message_created"}"#, true),
            (r#"{"is_private":true,"event":"conversation_typing_on"}"#, true),
            (r#"{"private":false,"conversation":{"messages":[{"private":true}]}}"#, false),
            (r#"{"content":"\"private\":true"}"#, false),
            ("no JSON", false),
        ] {
            assert_eq!(tells_of_private_note(payload), private, "{payload}");
        }
    }
}
