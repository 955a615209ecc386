//! Reading webhooks and deliveries: always within an account.
mod called;
mod halving;
mod log;
mod origin;
mod replay;
mod tail;
mod tally;
mod turned_off;
mod waiting;

pub(super) use called::{called, count_called};
pub use log::{Found, Hour, Sought, hours, search};
pub(super) use origin::{at_url, callback_of, first_of_message, named};
pub use replay::{WINDOW, Window, again, replay, replays, span, window, with_delivery};
pub(super) use replay::{at_work, has_replay, in_line};
pub use tail::{Made, News, OVERLAP, Place, Tried, news, present};
pub(super) use tally::last_success;
pub use tally::{MOST_COUNTED, Tally, tallies};
pub(super) use turned_off::{by_ids, turned_off_by_server};
pub use waiting::{Reached, Waiting};
pub(super) use waiting::{due, everybody, is_of_the_future, waiting_after};

use super::{
    figures::Backlog,
    model::{Attempt, Delivery, DeliveryState, Webhook, WebhookKind},
};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, limit_one, limit_ten, locked},
        schema::{attempts, deliveries, events, webhooks},
        told::{Told, told},
        types::{AccountId, AgentBotId, DeliveryId, EventId, InboxId, WebhookId, now},
    },
    error::{Error, Result},
    events::EventName,
    on_each,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{
    dsl::{count_star, exists, min},
    prelude::*,
};
use std::collections::HashMap;

/// How many tries of a delivery are shown.
const SHOWN_TRIES: i64 = 100;

/// How many deliveries a page has.
pub const PAGE: i64 = 50;

/// The webhooks that somebody made for the account, the oldest first.
pub fn list(conn: &mut DbConn, account: AccountId) -> Result<Vec<Webhook>> {
    let query = webhooks::table.filter(webhooks::account_id.eq(account).and(webhooks::kind.eq(WebhookKind::Account)));
    Ok(query.select(Webhook::columns()).order_by(webhooks::id).load(conn)?)
}

/// Whether somebody made one for the account.
///
/// # Errors
/// The database's.
pub fn are_there(conn: &mut DbConn, account: AccountId) -> Result<bool> {
    let made = webhooks::table.filter(webhooks::account_id.eq(account).and(webhooks::kind.eq(WebhookKind::Account)));
    Ok(diesel::select(exists(made)).get_result(conn)?)
}

/// A webhook of the account.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find(conn: &mut DbConn, account: AccountId, id: WebhookId) -> Result<Webhook> {
    let query = webhooks::table.filter(webhooks::id.eq(id).and(webhooks::account_id.eq(account)).and(webhooks::kind.eq(WebhookKind::Account)));
    Ok(query.select(Webhook::columns()).get_result(conn)?)
}

/// The same, or what a bot of the account hears by: all that has pages.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find_shown(conn: &mut DbConn, account: AccountId, id: WebhookId) -> Result<Webhook> {
    let query = webhooks::table.filter(webhooks::id.eq(id).and(webhooks::account_id.eq(account)).and(webhooks::kind.ne(WebhookKind::Inbox)));
    Ok(query.select(Webhook::columns()).get_result(conn)?)
}

/// A webhook that somebody made, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_change(conn: &mut DbConn, account: AccountId, id: WebhookId) -> Result<Webhook> {
    let query = webhooks::table.filter(webhooks::id.eq(id).and(webhooks::account_id.eq(account)).and(webhooks::kind.eq(WebhookKind::Account)));
    Ok(locked(query.select(Webhook::columns())).get_result(conn)?)
}

/// A webhook of whatever account, for work that began within its account.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn by_id(conn: &mut DbConn, id: WebhookId) -> Result<Webhook> {
    Ok(webhooks::table.find(id).select(Webhook::columns()).get_result(conn)?)
}

/// The account's webhooks that are on, of whatever kind.
pub(super) fn listening(conn: &mut DbConn, account: AccountId) -> Result<Vec<Webhook>> {
    let query = webhooks::table
        .filter(webhooks::account_id.eq(account).and(webhooks::turned_off_at.is_null()))
        .select(Webhook::columns())
        .order_by(webhooks::id);
    Ok(on_each!(conn, c => query.load(c))?)
}

/// The callback of an API inbox, which nobody else may change before this transaction ends.
pub(super) fn of_inbox(conn: &mut DbConn, inbox: InboxId) -> Result<Option<Webhook>> {
    let query = webhooks::table.filter(webhooks::inbox_id.eq(inbox).and(webhooks::kind.eq(WebhookKind::Inbox)));
    Ok(locked(query.select(Webhook::columns())).get_result(conn).optional()?)
}

/// What a bot of the account hears by; none for a bot without a URL.
pub fn of_bot(conn: &mut DbConn, account: AccountId, bot: AgentBotId) -> Result<Option<WebhookId>> {
    let query = webhooks::table.filter(webhooks::agent_bot_id.eq(bot).and(webhooks::kind.eq(WebhookKind::Bot)).and(webhooks::account_id.eq(account)));
    Ok(query.select(webhooks::id).get_result(conn).optional()?)
}

/// What a bot hears by in all accounts, which nobody else may change before this transaction ends.
pub(super) fn of_bot_to_change(conn: &mut DbConn, bot: AgentBotId) -> Result<Vec<Webhook>> {
    let query = webhooks::table.filter(webhooks::agent_bot_id.eq(bot).and(webhooks::kind.eq(WebhookKind::Bot)));
    Ok(locked(query.select(Webhook::columns()).order_by(webhooks::id)).load(conn)?)
}

/// The webhooks that hear this inbox alone, of whatever kind, in the order in which all change more than one.
pub(super) fn of_inbox_alone(conn: &mut DbConn, inbox: InboxId) -> Result<Vec<WebhookId>> {
    let query = webhooks::table.filter(webhooks::inbox_id.eq(inbox)).order_by(webhooks::id).select(webhooks::id);
    Ok(locked(query).load(conn)?)
}

/// Whether another webhook of the account has this URL.
pub(super) fn url_taken(conn: &mut DbConn, account: AccountId, url: &str, but: Option<WebhookId>) -> Result<bool> {
    let query = webhooks::table
        .filter(webhooks::account_id.eq(account).and(webhooks::url.eq(url)).and(webhooks::kind.eq(WebhookKind::Account)))
        .select(webhooks::id);
    let found: Option<WebhookId> = query.get_result(conn).optional()?;
    Ok(found.is_some_and(|id| Some(id) != but))
}

/// The names of these inboxes.
pub fn inbox_names(conn: &mut DbConn, account: AccountId) -> Result<HashMap<InboxId, String>> {
    Ok(crate::inboxes::names(conn, account)?.into_iter().collect())
}

/// The newest try of the newest delivery.
pub fn last_attempt(conn: &mut DbConn, webhook: WebhookId) -> Result<Option<Attempt>> {
    let newest = deliveries::table
        .filter(deliveries::webhook_id.eq(webhook).and(deliveries::test.eq(false)))
        .order_by(deliveries::id.desc())
        .select(deliveries::id);
    let Some(id) = limit_one(newest).get_result::<DeliveryId>(conn).optional()? else { return Ok(None) };
    let tries = attempts::table.filter(attempts::delivery_id.eq(id)).order_by(attempts::id.desc()).select(Attempt::columns());
    Ok(limit_one(tries).get_result(conn).optional()?)
}

/// How long the last try of each of these deliveries took, in milliseconds.
pub fn durations(conn: &mut DbConn, of: &[DeliveryId]) -> Result<HashMap<DeliveryId, i32>> {
    let tries =
        attempts::table.filter(attempts::delivery_id.eq_any(of)).order_by(attempts::id).select((attempts::delivery_id, attempts::duration_ms));
    Ok(tries.load(conn)?.into_iter().collect())
}

/// A delivery in a list, with what it tells.
pub type Listed = (Delivery, EventName);

/// A delivery with all that is known of it.
#[derive(Debug)]
pub struct Detail {
    /// The delivery.
    pub delivery: Delivery,
    /// What it tells.
    pub event: EventName,
    /// The stored payload.
    pub payload: String,
    /// Its tries, the first one first.
    pub attempts: Vec<Attempt>,
}

/// A delivery of a webhook.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn detail(conn: &mut DbConn, webhook: WebhookId, id: DeliveryId) -> Result<Detail> {
    let query = deliveries::table.inner_join(events::table).filter(deliveries::id.eq(id).and(deliveries::webhook_id.eq(webhook))).select((
        Delivery::columns(),
        events::name,
        events::payload,
    ));
    let (delivery, event, payload) = query.get_result(conn)?;
    // a delivery that is sent again by hand a thousand times shows its newest tries
    let tries = attempts::table.filter(attempts::delivery_id.eq(id)).select(Attempt::columns()).order_by(attempts::id.desc());
    let mut attempts: Vec<Attempt> = tries.limit(SHOWN_TRIES).load(conn)?;
    attempts.reverse();
    Ok(Detail { delivery, event, payload, attempts })
}

/// Where a delivery stands.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn state(conn: &mut DbConn, id: DeliveryId) -> Result<DeliveryState> {
    Ok(deliveries::table.find(id).select(deliveries::state).get_result(conn)?)
}

/// The stored payload of the delivery that a receiver knows by this id.
pub(super) fn payload_of(conn: &mut DbConn, webhook: WebhookId, public_id: &str) -> Result<Option<String>> {
    let query = deliveries::table.inner_join(events::table).filter(deliveries::public_id.eq(public_id).and(deliveries::webhook_id.eq(webhook)));
    Ok(query.select(events::payload).get_result(conn).optional()?)
}

/// What waits in the whole installation. It is asked for each webhook by itself, each time a range of the index of what is pending:
/// joined, SQLite would read all of that index, with every retry that is far from due. A claim moves `due_at` to its own end, so what
/// is claimed is due within a lease from now.
pub(super) fn backlog(conn: &mut DbConn, now: NaiveDateTime, lease: TimeDelta) -> Result<Backlog> {
    let waiting = || deliveries::table.filter(pending()).filter(deliveries::webhook_id.eq(webhooks::id));
    let due = || waiting().filter(deliveries::due_at.le(now));
    let claimed = waiting().filter(deliveries::due_at.gt(now).and(deliveries::due_at.le(now + lease))).filter(deliveries::locked_until.gt(now));
    let query = webhooks::table.filter(webhooks::turned_off_at.is_null()).select((
        due().select(count_star()).single_value(),
        due().select(min(deliveries::due_at)).single_value(),
        claimed.select(count_star()).single_value(),
    ));
    type Row = (Option<i64>, Option<NaiveDateTime>, Option<i64>);
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().fold(Backlog::default(), |sum, (due, oldest_due, in_flight)| Backlog {
        due: sum.due + due.unwrap_or_default(),
        oldest_due: [sum.oldest_due, oldest_due].into_iter().flatten().min(),
        in_flight: sum.in_flight + in_flight.unwrap_or_default(),
    }))
}

/// A try that failed, with what it belongs to.
#[derive(Debug)]
pub struct FailedTry {
    /// The try.
    pub attempt: Attempt,
    /// Of which delivery.
    pub delivery: DeliveryId,
    /// What it tells.
    pub event: EventName,
    /// To whom.
    pub webhook: Webhook,
}

/// The account's ten newest tries that failed, the newest first.
pub fn failed_tries(conn: &mut DbConn, account: AccountId) -> Result<Vec<FailedTry>> {
    let query = attempts::table
        .inner_join(deliveries::table.inner_join(webhooks::table).inner_join(events::table))
        .filter(attempts::account_id.eq(account).and(attempts::error_class.is_not_null()).and(deliveries::test.eq(false)))
        .order_by(attempts::id.desc())
        .select((Attempt::columns(), deliveries::id, events::name, Webhook::columns()));
    let rows: Vec<(Attempt, DeliveryId, EventName, Webhook)> = limit_ten(query).load(conn)?;
    Ok(rows.into_iter().map(|(attempt, delivery, event, webhook)| FailedTry { attempt, delivery, event, webhook }).collect())
}

/// The numbers of the nodes that hold claims. It reads all that is pending.
pub(super) fn claimants(conn: &mut DbConn) -> Result<Vec<i32>> {
    let held = deliveries::table.filter(pending()).filter(deliveries::locked_until.gt(now()).and(deliveries::claimed_by.is_not_null()));
    Ok(held.select(deliveries::claimed_by.assume_not_null()).distinct().load(conn)?)
}

/// `state = 0`, written out: SQLite uses the partial index only if it sees the number.
pub(super) fn pending() -> diesel::expression::SqlLiteral<diesel::sql_types::Bool> {
    diesel::dsl::sql("\"deliveries\".\"state\" = 0")
}

/// An event that has happened.
#[derive(Debug)]
pub struct Past {
    /// Its id.
    pub id: EventId,
    /// What happened.
    pub name: EventName,
    /// When.
    pub created_at: NaiveDateTime,
    /// The stored payload.
    pub payload: String,
}

/// A page of what has happened in an account.
#[derive(Debug)]
pub struct Pull {
    /// The events, the oldest first.
    pub events: Vec<Past>,
    /// Where the next page begins: after this event.
    pub next: EventId,
    /// Whether there is more already.
    pub has_more: bool,
}

/// How many events one page looks through for those that are wanted.
const LOOKED_THROUGH: i64 = 2_000;
/// How many payloads are read at once,
const READ_AT_ONCE: usize = 50;
/// and how large those of a page may be together: one may have hundreds of kilobytes.
const MOST_PULLED: usize = 8 << 20;

/// What has happened in an account after a given event, in the order of the ids: those of these names, if any are given. Each
/// step goes along the index of the account's events.
///
/// # Errors
/// [`Error::Invalid`] when there has been no such event yet.
pub fn pull(conn: &mut DbConn, account: AccountId, after: EventId, limit: usize, names: &[EventName]) -> Result<Pull> {
    let Told { settled, given } = told(conn)?;
    if after.0 > given {
        return Err(Error::invalid("after", format!("After is ahead of every event: the newest is {given}")));
    }
    let seen: Vec<(EventId, EventName, bool)> = events::table
        .filter(events::account_id.eq(account).and(events::id.gt(after)).and(events::id.le(EventId(settled))))
        .select((events::id, events::name, events::test))
        .order_by(events::id)
        .limit(LOOKED_THROUGH)
        .load(conn)?;
    let names = if names.is_empty() { EventName::SUBSCRIBABLE } else { names };
    let is_wanted = |(_, name, test): &&(EventId, EventName, bool)| !*test && names.contains(name);
    let wanted: Vec<EventId> = seen.iter().filter(is_wanted).map(|(id, ..)| *id).collect();
    let mut has_more = wanted.len() > limit || seen.len() as i64 == LOOKED_THROUGH;
    let mut next = if wanted.len() > limit { wanted.get(limit - 1) } else { seen.last().map(|(id, ..)| id) }.copied().unwrap_or(after);
    let (mut found, mut bytes): (Vec<Past>, usize) = (Vec::new(), 0);
    for ids in wanted[..limit.min(wanted.len())].chunks(READ_AT_ONCE) {
        if bytes > MOST_PULLED {
            has_more = true;
            next = found.last().map_or(after, |last| last.id);
            break;
        }
        let columns = (events::id, events::name, events::created_at, events::payload);
        type Row = (EventId, EventName, NaiveDateTime, String);
        let rows: Vec<Row> = events::table.filter(events::id.eq_any(ids)).select(columns).order_by(events::id).load(conn)?;
        bytes += rows.iter().map(|(.., payload)| payload.len()).sum::<usize>();
        found.extend(rows.into_iter().map(|(id, name, created_at, payload)| Past { id, name, created_at, payload }));
    }
    Ok(Pull { events: found, next, has_more })
}
