//! Storing what became of deliveries: all outcomes that came in while the last batch was being committed make the next.
use super::{
    alarm::raise_alarm,
    settings::{hold, tell_loop},
};
use crate::{
    config::Webhooks as Settings,
    conversations,
    db::{
        Tx,
        dialect::{Cached, Columns, locked},
        schema::{attempts, deliveries, webhooks},
        types::{DeliveryId, Json, MessageId, WebhookId, now},
    },
    error::Result,
    on_each,
    outbound::{Answer, ErrorClass, Exchange, Failure},
    random,
    webhooks::{
        figures::Figures,
        handover::Handover,
        model::{Delivery, DeliveryState, FAILING_FOR, TurnedOff, Webhook, WebhookKind, wait_after},
        places::Place,
        queries,
    },
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

/// How one try went.
pub(in crate::webhooks) struct Outcome {
    pub id: DeliveryId,
    pub webhook: Arc<Webhook>,
    pub message_id: Option<MessageId>,
    /// The number of this try.
    pub number: i32,
    pub manual: bool,
    /// The end of the claim under which it was sent.
    pub leased_until: NaiveDateTime,
    /// Tried once, and nothing follows from it.
    pub test: bool,
    /// Where it went, without a password.
    pub url: String,
    pub request_headers: Vec<(String, String)>,
    pub exchange: Exchange,
    pub started_at: NaiveDateTime,
    /// Given back when the outcome is stored.
    pub _place: Place,
}

impl Outcome {
    fn status(&self) -> Option<i16> {
        self.exchange.result.as_ref().ok().and_then(|answer| i16::try_from(answer.status).ok())
    }

    /// Whether the receiver has let it run into the timeout.
    pub fn is_late(&self) -> bool {
        matches!(&self.exchange.result, Err(Failure { class: ErrorClass::Timeout, .. }))
    }

    fn error(&self) -> Option<(ErrorClass, String)> {
        match &self.exchange.result {
            Ok(Answer { status: 200..300, .. }) => None,
            Ok(Answer { status, .. }) if (300..400).contains(status) => Some((ErrorClass::Redirect, format!("answered with the redirect {status}"))),
            Ok(Answer { status, .. }) => Some((ErrorClass::Status, format!("answered with status {status}"))),
            Err(Failure { class, message, .. }) => Some((*class, message.clone())),
        }
    }

    /// Where it went; or the address that kept it from going anywhere.
    fn address(&self) -> Option<String> {
        let blocked = self.exchange.result.as_ref().err().and_then(|failure| failure.blocked);
        self.exchange.dialled.map(|address| address.to_string()).or(blocked.map(|ip| ip.to_string()))
    }

    /// What the receiver asks for with `Retry-After`, in seconds or as a date.
    fn asked(&self) -> Option<Duration> {
        let answer = self.exchange.result.as_ref().ok()?;
        let (_, value) = answer.headers.iter().find(|(name, _)| name == "retry-after")?;
        match value.trim().parse::<u64>() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => {
                let at = chrono::DateTime::parse_from_rfc2822(value.trim()).ok()?.naive_utc();
                (at - now()).to_std().ok()
            }
        }
    }
}

/// Stores a batch of outcomes. Gives the time of the earliest next try among them. Each try is noted, but one whose claim was
/// taken over says nothing any more about its delivery: whoever has it now does.
pub(in crate::webhooks) fn settle(tx: &mut Tx, batch: &[Outcome], settings: &Settings) -> Result<Option<NaiveDateTime>> {
    // webhooks before their deliveries, as whoever turns one off does: else the two would wait for each other
    let mut concerned = concerned(tx, batch)?;
    // a webhook may have been deleted meanwhile, and its deliveries with it
    let ids: Vec<DeliveryId> = batch.iter().map(|outcome| outcome.id).collect();
    let query = deliveries::table.filter(deliveries::id.eq_any(ids)).order_by(deliveries::id).select(Delivery::columns());
    let present: HashMap<DeliveryId, Delivery> = locked(query).load::<Delivery>(tx.conn)?.into_iter().map(|row| (row.id, row)).collect();
    let batch: Vec<&Outcome> = batch.iter().filter(|outcome| present.contains_key(&outcome.id)).collect();
    insert_attempts(tx, &batch)?;
    count(tx, &batch, &present);
    let counts = |outcome: &&Outcome| present.get(&outcome.id).is_some_and(|row| row.is_settled_by(outcome.leased_until, outcome.number));
    let (batch, late): (Vec<&Outcome>, Vec<&Outcome>) = batch.into_iter().partition(counts);
    for outcome in late {
        tracing::warn!(delivery = outcome.id.0, "an outcome came after its claim had been taken over");
    }
    let (mut successes, mut ended): (HashMap<Option<i16>, Vec<DeliveryId>>, Vec<Ended>) = (HashMap::new(), Vec::new());
    let (mut earliest, mut recovered): (Option<NaiveDateTime>, BTreeSet<WebhookId>) = (None, BTreeSet::new());
    for outcome in &batch {
        match outcome.error() {
            None => {
                recovered.extend(outcome.webhook.failing_since.filter(|_| !outcome.test).map(|_| outcome.webhook.id));
                // nearly always one group: all that were answered with 200
                successes.entry(outcome.status()).or_default().push(outcome.id);
                ended.extend((outcome.number > 1).then_some((*outcome, None)));
            }
            Some((class, message)) => {
                let Some(webhook) = concerned.get_mut(&outcome.webhook.id) else { continue };
                let due = fail(tx, webhook, outcome, class, settings)?;
                ended.extend(due.is_none().then_some((*outcome, Some(message))));
                earliest = [earliest, due].into_iter().flatten().min();
            }
        }
    }
    tell_messages(tx, ended)?;
    if batch.iter().any(|outcome| outcome.webhook.in_order) {
        // it is the turn of the next ones
        tell_loop(tx, Handover::overflow);
    }
    if !recovered.is_empty() {
        let recovered = webhooks::table.filter(webhooks::id.eq_any(recovered));
        diesel::update(recovered).set(webhooks::failing_since.eq(None::<NaiveDateTime>)).execute(tx.conn)?;
    }
    let now = now();
    for (status, ids) in successes {
        let update = diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids))).set((
            deliveries::state.eq(DeliveryState::Delivered),
            deliveries::attempts.eq(deliveries::attempts + 1),
            deliveries::manual.eq(false),
            deliveries::response_status.eq(status),
            deliveries::error_class.eq(None::<ErrorClass>),
            deliveries::locked_until.eq(None::<NaiveDateTime>),
            deliveries::finished_at.eq(now),
        ));
        on_each!(tx.conn, c => Cached(update).execute(c))?;
    }
    Ok(earliest)
}

/// The webhooks whose rows may be changed by what has become of these tries, and which nobody else changes meanwhile.
fn concerned(tx: &mut Tx, batch: &[Outcome]) -> Result<HashMap<WebhookId, Webhook>> {
    let matters = |outcome: &&Outcome| outcome.error().is_some() || outcome.webhook.failing_since.is_some();
    let ids: BTreeSet<WebhookId> = batch.iter().filter(matters).map(|outcome| outcome.webhook.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = webhooks::table.filter(webhooks::id.eq_any(ids)).order_by(webhooks::id).select(Webhook::columns());
    Ok(locked(query).load::<Webhook>(tx.conn)?.into_iter().map(|webhook| (webhook.id, webhook)).collect())
}

/// Counts the tries, once they are stored. Tests are nobody's traffic.
fn count(tx: &mut Tx, batch: &[&Outcome], present: &HashMap<DeliveryId, Delivery>) {
    let Some(figures) = tx.shared::<Figures>() else { return };
    let now = now();
    let counted = |outcome: &&Outcome| {
        let failed = outcome.error().map(|(class, _)| class);
        let delivery = present.get(&outcome.id).filter(|_| failed.is_none() && !outcome.manual);
        (failed, outcome.exchange.duration, delivery.map(|delivery| (now - delivery.created_at).to_std().unwrap_or_default()))
    };
    let tries: Vec<_> = batch.iter().filter(|outcome| !outcome.test).map(counted).collect();
    tx.after_commit(move || tries.into_iter().for_each(|(failed, took, arrived_after)| figures.note(failed, took, arrived_after)));
}

fn insert_attempts(tx: &mut Tx, batch: &[&Outcome]) -> Result<()> {
    let row = |outcome: &&Outcome| {
        let answer = outcome.exchange.result.as_ref().ok();
        let (class, message) = outcome.error().unzip();
        (
            (attempts::delivery_id.eq(outcome.id), attempts::number.eq(outcome.number), attempts::manual.eq(outcome.manual)),
            (attempts::url.eq(outcome.url.clone()), attempts::request_headers.eq(Json(outcome.request_headers.clone()))),
            attempts::dialled.eq(outcome.address()),
            attempts::response_status.eq(outcome.status()),
            attempts::response_headers.eq(answer.map(|answer| Json(answer.headers.clone()))),
            attempts::response_body.eq(answer.map(|answer| answer.body.clone())),
            attempts::response_truncated.eq(answer.is_some_and(|answer| answer.truncated)),
            (attempts::error_class.eq(class), attempts::error_message.eq(message)),
            attempts::timings.eq(outcome.exchange.timings.to_string()),
            attempts::duration_ms.eq(i32::try_from(outcome.exchange.duration.as_millis()).unwrap_or(i32::MAX)),
            (attempts::created_at.eq(outcome.started_at), attempts::account_id.eq(outcome.webhook.account_id)),
        )
    };
    let rows: Vec<_> = batch.iter().map(row).collect();
    on_each!(tx.conn, c => diesel::insert_into(attempts::table).values(rows).execute(c))?;
    Ok(())
}

/// Stores a failed try: with the time of the next one, or as given up. 410 ends it at once, and the webhook with it unless it is a
/// bot's.
fn fail(tx: &mut Tx, webhook: &mut Webhook, outcome: &Outcome, class: ErrorClass, settings: &Settings) -> Result<Option<NaiveDateTime>> {
    let gone = outcome.status() == Some(410);
    let [chance] = random::bytes::<1>()?;
    // who waits for a bot does not wait for as long as its server likes
    let asked = outcome.asked().filter(|_| webhook.kind != WebhookKind::Bot);
    let wait = wait_after(outcome.number, &outcome.webhook.schedule(settings), asked, f64::from(chance) / 255.0).filter(|_| !gone && !outcome.test);
    let now = now();
    let due = wait.and_then(|wait| TimeDelta::from_std(wait).ok()).map(|wait| now + wait);
    let state = match due {
        Some(_) if webhook.turned_off_at.is_some() => DeliveryState::Held,
        Some(_) => DeliveryState::Pending,
        None => DeliveryState::Failed,
    };
    diesel::update(deliveries::table.find(outcome.id))
        .set((
            deliveries::state.eq(state),
            deliveries::attempts.eq(deliveries::attempts + 1),
            deliveries::manual.eq(false),
            deliveries::due_at.eq(due.unwrap_or(now)),
            deliveries::response_status.eq(outcome.status()),
            deliveries::error_class.eq(class),
            deliveries::locked_until.eq(None::<NaiveDateTime>),
            deliveries::finished_at.eq(due.is_none().then_some(now)),
        ))
        .execute(tx.conn)?;
    // a bot stays on whatever it answers: conversations wait for it, and open only when a delivery fails
    if outcome.test || webhook.kind == WebhookKind::Bot {
        return Ok(due);
    }
    if gone {
        give_up(tx, webhook, TurnedOff::Gone)?;
    } else if !outcome.manual {
        // what somebody tries by hand says nothing about the rest
        note_failing(tx, webhook, due.is_none())?;
    }
    Ok(due)
}

/// Notes since when deliveries are given up, and turns a webhook off that has had no success for days after the first one.
/// (Not the callback of an inbox: it has no page on which somebody could see that and turn it on again.)
fn note_failing(tx: &mut Tx, webhook: &mut Webhook, given_up: bool) -> Result<()> {
    if !given_up || webhook.kind == WebhookKind::Inbox {
        return Ok(());
    }
    let now = now();
    match webhook.failing_since {
        Some(since) if now - since < FAILING_FOR => return Ok(()),
        // a success that was under way when the first one was given up did not know of it
        Some(since) if queries::last_success(tx.conn, webhook.id)?.is_none_or(|at| at <= since) => {
            return give_up(tx, webhook, TurnedOff::Failing);
        }
        _ => webhook.failing_since = Some(now),
    }
    diesel::update(webhooks::table.find(webhook.id)).set(webhooks::failing_since.eq(now)).execute(tx.conn)?;
    Ok(())
}

/// Turns a webhook off to which nothing is to be sent any more, and says so to those who can see to it.
fn give_up(tx: &mut Tx, webhook: &mut Webhook, reason: TurnedOff) -> Result<()> {
    let Some(held) = hold(tx, webhook, reason, None)? else { return Ok(()) };
    tracing::warn!(webhook = webhook.id.0, reason = reason.name(), "turned off");
    raise_alarm(tx, webhook, held)
}

/// What was sent for the last time, and why that has failed if it has.
type Ended<'a> = (&'a Outcome, Option<String>);

/// Tells the messages what has become of them, conversation after conversation: always in the same order, so that no two nodes wait for each other.
fn tell_messages(tx: &mut Tx, mut ended: Vec<Ended>) -> Result<()> {
    ended.retain(|(outcome, _)| matches!(outcome.webhook.kind, WebhookKind::Inbox | WebhookKind::Bot));
    let messages: Vec<MessageId> = ended.iter().filter_map(|(outcome, _)| outcome.message_id).collect();
    let places = conversations::of_messages(tx.conn, &messages)?;
    ended.sort_by_key(|(outcome, _)| outcome.message_id.and_then(|message| places.get(&message)));
    ended.iter().try_for_each(|(outcome, failure)| tell_message(tx, outcome, failure.as_deref()))
}

/// The agent sees at their message when the inbox's callback did not get it, or got it after all. A conversation that waits for a
/// bot which did not get a message opens for people.
fn tell_message(tx: &mut Tx, outcome: &Outcome, failure: Option<&str>) -> Result<()> {
    match (outcome.webhook.kind, outcome.message_id, failure) {
        (WebhookKind::Inbox, Some(message), Some(failure)) => conversations::failed(tx, message, failure),
        (WebhookKind::Inbox, Some(message), None) => conversations::delivered(tx, message),
        (WebhookKind::Bot, Some(message), Some(_)) => conversations::open_after_bot(tx, message),
        _ => Ok(()),
    }
}
