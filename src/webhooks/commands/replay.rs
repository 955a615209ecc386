//! Sending a part of the past again: beginning it, each step of it, ending it.
use super::{claim::free, settings::tell_loop};
use crate::{
    audit::Change,
    auth::Administrator,
    db::{
        Tx,
        dialect::{Columns, skip_locked},
        schema::{deliveries, events, webhook_replays},
        types::{ConversationId, DeliveryId, EventId, Json, ReplayId, WebhookId, now},
    },
    error::{Error, Result},
    events::EventName,
    on_each,
    outbound::ErrorClass,
    random,
    web::{
        Input,
        fields::{Flag, List, Text},
        period,
    },
    webhooks::{
        handover::Handover,
        model::{DeliveryState, FASTEST, Replay, ReplayKind, ReplayState, Scope, USUAL_RATE, Webhook, next_step},
        queries::{self, Window, again, with_delivery},
    },
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::HashMap;

/// What somebody wants to be sent again.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ReplayInput {
    /// What happened since then.
    pub from: Text,
    /// What happened before then; left out: until now.
    pub to: Text,
    /// `failed`: what was given up, `everything`: all that was sent, `never_attempted`: what has no delivery.
    pub what: Text,
    /// Names of events; left out: those that the webhook hears now.
    pub events: List<Text>,
    /// How many in a second, from 1 to 1000; left out: 50.
    pub rate: Text,
    /// Only say how many it would be.
    pub dry_run: Flag,
}

impl Input for ReplayInput {
    const ROOT: &'static str = "replay";
}

/// A replay that may begin, as far as it can be known without looking for what is to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// What is to be sent.
    pub scope: Scope,
    /// How many in a second at most.
    pub rate: i32,
}

/// Checks what somebody wants. Of what happened before `kept_since`, retention has begun to forget whether it was attempted.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute; [`Error::Refused`] while the webhook is off.
pub fn checked(webhook: &Webhook, input: &ReplayInput, kept_since: Option<NaiveDateTime>) -> Result<Order> {
    let ReplayInput { from: Text(from), to: Text(to), what: Text(what), events: List(events), rate: Text(rate), dry_run: _ } = input;
    let kind = match ReplayKind::from_name(what) {
        Some(kind) => kind,
        None if what.is_empty() => return Err(Error::blank("what")),
        None => return Err(Error::invalid("what", "What must be failed, everything or never_attempted")),
    };
    if from.trim().is_empty() {
        return Err(Error::blank("from"));
    }
    let no_time = |attribute, label| Error::invalid(attribute, format!("{label} must be a time such as 2026-11-21T07:00:00Z"));
    let from = period::parse(from).ok_or_else(|| no_time("from", "From"))?;
    let until = if to.trim().is_empty() { now() } else { period::parse(to).ok_or_else(|| no_time("to", "To"))?.min(now()) };
    if from >= until {
        return Err(Error::invalid("from", "From must be before the end, and in the past"));
    }
    let rate = match rate.trim() {
        "" => Some(USUAL_RATE),
        text => text.parse().ok().filter(|rate| (1..=FASTEST).contains(rate)),
    };
    let rate = rate.ok_or_else(|| Error::invalid("rate", "Rate must be a whole number from 1 to 1000"))?;
    let events = if events.is_empty() { webhook.heard().to_vec() } else { known(events)? };
    if webhook.turned_off_at.is_some() {
        return Err(off());
    }
    let from = if kind == ReplayKind::NeverAttempted { kept_since.map_or(from, |kept| kept.max(from)) } else { from };
    let scope = Scope {
        account_id: webhook.account_id,
        webhook_id: webhook.id,
        kind,
        from,
        until,
        events,
        inbox_id: webhook.inbox_id,
        exclude_private_notes: webhook.exclude_private_notes,
    };
    Ok(Order { scope, rate })
}

fn off() -> Error {
    Error::Refused("The webhook is off; turn it on first".into())
}

fn known(names: &[Text]) -> Result<Vec<EventName>> {
    let unknown = |name: &str| Error::invalid("events", format!("Events: there is no event {name}"));
    let mut events = names.iter().map(|Text(name)| EventName::subscribable(name).ok_or_else(|| unknown(name))).collect::<Result<Vec<_>>>()?;
    events.sort_unstable();
    events.dedup();
    Ok(events)
}

/// Begins a replay of what was counted: from the first to the last of these events.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Refused`] while the webhook is off, or has another replay.
pub fn start_replay(tx: &mut Tx, by: &Administrator, order: Order, (after, last): (EventId, EventId), total: i64) -> Result<Replay> {
    let Order { scope, rate } = order;
    let webhook = queries::find_to_change(tx.conn, by.account_id(), scope.webhook_id)?;
    if webhook.turned_off_at.is_some() {
        return Err(off());
    }
    if queries::has_replay(tx.conn, webhook.id)? {
        return Err(Error::Refused("Another replay of this webhook is not at its end; wait for it or cancel it".into()));
    }
    let now = now();
    let insert = diesel::insert_into(webhook_replays::table).values((
        (webhook_replays::account_id.eq(webhook.account_id), webhook_replays::webhook_id.eq(webhook.id)),
        (webhook_replays::kind.eq(scope.kind), webhook_replays::from_at.eq(scope.from), webhook_replays::until_at.eq(scope.until)),
        (webhook_replays::events.eq(Json(scope.events)), webhook_replays::rate.eq(rate), webhook_replays::total.eq(total)),
        (webhook_replays::reached_id.eq(after), webhook_replays::last_id.eq(last)),
        (webhook_replays::next_at.eq(now), webhook_replays::created_at.eq(now)),
    ));
    let replay = insert.returning(Replay::columns()).get_result(tx.conn)?;
    by.record(tx, Change::Created(&replay))?;
    Ok(replay)
}

/// Ends a replay. What it has put into the queue is still sent. One that has ended stays as it is.
///
/// # Errors
/// [`Error::NotFound`].
pub fn cancel_replay(tx: &mut Tx, by: &Administrator, webhook: WebhookId, id: ReplayId) -> Result<Replay> {
    let webhook = queries::find_to_change(tx.conn, by.account_id(), webhook)?;
    let before = queries::replay(tx.conn, webhook.id, id)?;
    let running = webhook_replays::table
        .filter(webhook_replays::id.eq(id).and(webhook_replays::webhook_id.eq(webhook.id)))
        .filter(webhook_replays::state.eq(ReplayState::Running));
    let end = (webhook_replays::state.eq(ReplayState::Cancelled), webhook_replays::finished_at.eq(now()));
    diesel::update(running).set(end).execute(tx.conn)?;
    let replay = queries::replay(tx.conn, webhook.id, id)?;
    by.record(tx, Change::Updated(&before, &replay))?;
    Ok(replay)
}

/// What a step is about to do.
pub(in crate::webhooks) struct Step {
    /// The replay as it was when this was looked for.
    pub replay: Replay,
    /// What is to be sent now.
    pub window: Window,
}

/// Puts what was found into the queue and notes how far that was, unless another node has gone on meanwhile, the replay was
/// ended or its webhook was turned off. Gives how many there were, and when the next step may be made.
pub(in crate::webhooks) fn advance(tx: &mut Tx, step: &Step) -> Result<Option<(usize, NaiveDateTime)>> {
    let Step { replay, window } = step;
    // first the webhook, as whoever turns it off does: so nothing is put into its queue after what waits there was held
    let webhook = queries::find_to_change(tx.conn, replay.account_id, replay.webhook_id)?;
    let ours = webhook_replays::table
        .filter(webhook_replays::id.eq(replay.id).and(webhook_replays::state.eq(ReplayState::Running)))
        .filter(webhook_replays::reached_id.eq(replay.reached_id))
        .select(webhook_replays::id);
    let ours: Option<ReplayId> = skip_locked(ours).get_result(tx.conn).optional()?;
    if ours.is_none() || webhook.turned_off_at.is_some() {
        return Ok(None);
    }
    let now = now();
    let sent = match replay.kind {
        ReplayKind::NeverAttempted => insert_missing(tx, &webhook, window, now)?,
        kind => {
            let ids: Vec<DeliveryId> = window.found.iter().filter_map(|(_, delivery)| *delivery).collect();
            let again = deliveries::table.filter(deliveries::id.eq_any(ids)).filter(again(kind));
            let anew =
                (deliveries::state.eq(DeliveryState::Pending), deliveries::manual.eq(true), deliveries::error_class.eq(None::<ErrorClass>), free());
            diesel::update(again).set(anew).execute(tx.conn)?
        }
    };
    let next_at = next_step(replay.next_at, now, sent, replay.rate);
    diesel::update(webhook_replays::table.find(replay.id))
        .set((
            webhook_replays::sent.eq(webhook_replays::sent + sent as i64),
            webhook_replays::reached_id.eq(window.reached),
            webhook_replays::next_at.eq(next_at),
            webhook_replays::state.eq(if window.ended { ReplayState::Done } else { ReplayState::Running }),
            webhook_replays::finished_at.eq(window.ended.then_some(now)),
        ))
        .execute(tx.conn)?;
    if sent > 0 {
        tell_loop(tx, Handover::leave);
    }
    Ok(Some((sent, next_at)))
}

/// New deliveries, made now. (They are not as old as their events: what was made later stands later in the log.)
fn insert_missing(tx: &mut Tx, webhook: &Webhook, window: &Window, now: NaiveDateTime) -> Result<usize> {
    let ids: Vec<EventId> = window.found.iter().map(|(event, _)| *event).collect();
    let told = with_delivery(tx.conn, webhook.id, &ids)?;
    // where the order is kept, a delivery says of which conversation it is
    let conversations: HashMap<EventId, Option<ConversationId>> = match webhook.in_order {
        true => events::table.filter(events::id.eq_any(&ids)).select((events::id, events::conversation_id)).load(tx.conn)?.into_iter().collect(),
        false => HashMap::new(),
    };
    let row = |event: &EventId| {
        (
            deliveries::public_id.eq(random::ordered_uuid()),
            deliveries::account_id.eq(webhook.account_id),
            deliveries::webhook_id.eq(webhook.id),
            deliveries::event_id.eq(*event),
            deliveries::conversation_id.eq(conversations.get(event).copied().flatten()),
            deliveries::manual.eq(true),
            deliveries::due_at.eq(now),
            deliveries::created_at.eq(now),
        )
    };
    let rows: Vec<_> = ids.iter().filter(|event| !told.contains(event)).map(row).collect();
    if rows.is_empty() {
        return Ok(0);
    }
    Ok(on_each!(tx.conn, c => diesel::insert_into(deliveries::table).values(rows).execute(c))?)
}
