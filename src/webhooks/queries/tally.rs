//! How a webhook is doing, in numbers. No more than a bounded number of its deliveries is counted for that, however many there are.
use super::log::{SLACK, first_since};
use crate::{
    db::{
        DbConn,
        dialect::limit_one,
        schema::{deliveries, users, webhooks},
        types::{DeliveryId, WebhookId, now},
    },
    error::Result,
    outbound::ErrorClass,
    webhooks::model::DeliveryState,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Bool, Nullable, SmallInt, Timestamp},
};
use std::collections::HashMap;

/// So many deliveries are counted at most, of those that happened as of those that wait. A number that has reached it means: at least.
pub const MOST_COUNTED: i64 = 100_000;

/// A success is looked for among so many first.
const FEW: i64 = 100;

/// What became of a webhook's deliveries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Delivered in the last 24 hours, of the newest [`MOST_COUNTED`].
    pub delivered: i64,
    /// Given up in the last 24 hours, of the same.
    pub failed: i64,
    /// What was looked at for both, whatever became of it.
    recent: i64,
    /// Waiting for their next try, whenever they began; no more than [`MOST_COUNTED`].
    pub waiting: i64,
    /// Those among them that have failed at least once.
    pub retrying: i64,
    /// The newest one.
    pub last: Option<NaiveDateTime>,
    /// The newest success among the newest [`MOST_COUNTED`].
    pub last_success: Option<NaiveDateTime>,
    /// When the oldest of those that are retried happened.
    pub oldest_retry: Option<NaiveDateTime>,
    /// When the next of them is tried.
    pub next_try: Option<NaiveDateTime>,
    /// Why the newest delivery failed, if it did.
    pub last_error: Option<ErrorClass>,
    /// When the oldest delivery happened that is due and was never tried.
    pub oldest_untried: Option<NaiveDateTime>,
    /// Who has turned the webhook off, if somebody did.
    pub turned_off_by: Option<String>,
}

impl Tally {
    /// Whether there are more deliveries than were counted.
    pub fn is_cut(&self) -> bool {
        self.recent >= MOST_COUNTED || self.waiting >= MOST_COUNTED
    }
}

/// What became of the deliveries of these webhooks.
pub fn tallies(conn: &mut DbConn, of: &[WebhookId]) -> Result<HashMap<WebhookId, Tally>> {
    let mut tallies = HashMap::with_capacity(of.len());
    for id in of {
        let mut tally = Tally::default();
        count_recent(conn, *id, &mut tally)?;
        count_waiting(conn, *id, &mut tally)?;
        look_at_newest(conn, *id, &mut tally)?;
        tallies.insert(*id, tally);
    }
    let turned_off = webhooks::table.inner_join(users::table).filter(webhooks::id.eq_any(of)).select((webhooks::id, users::name));
    for (id, name) in turned_off.load::<(WebhookId, String)>(conn)? {
        tallies.entry(id).or_default().turned_off_by = Some(name);
    }
    Ok(tallies)
}

/// Counts the last 24 hours. (What was only to see whether something arrives says nothing about what does.)
fn count_recent(conn: &mut DbConn, webhook: WebhookId, tally: &mut Tally) -> Result<()> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SmallInt)]
        state: DeliveryState,
        #[diesel(sql_type = Bool)]
        test: bool,
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let yesterday = now() - TimeDelta::hours(24);
    let query = "SELECT state, test, count(*) AS number FROM (SELECT state, test, created_at FROM deliveries \
                 WHERE webhook_id = $1 AND id >= $2 ORDER BY id DESC LIMIT $3) AS newest \
                 WHERE created_at > $4 GROUP BY state, test";
    let query = sql_query(query)
        .bind::<BigInt, _>(webhook)
        .bind::<BigInt, _>(first_since(conn, webhook, yesterday - SLACK)?)
        .bind::<BigInt, _>(MOST_COUNTED)
        .bind::<Timestamp, _>(yesterday);
    for Row { state, test, number } in query.load(conn)? {
        tally.recent += number;
        match state {
            DeliveryState::Delivered if !test => tally.delivered = number,
            DeliveryState::Failed if !test => tally.failed = number,
            _ => {}
        }
    }
    Ok(())
}

/// Counts what waits, those first that are due first.
fn count_waiting(conn: &mut DbConn, webhook: WebhookId, tally: &mut Tally) -> Result<()> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        waiting: i64,
        #[diesel(sql_type = BigInt)]
        retrying: i64,
        #[diesel(sql_type = Nullable<Timestamp>)]
        oldest_retry: Option<NaiveDateTime>,
        #[diesel(sql_type = Nullable<Timestamp>)]
        next_try: Option<NaiveDateTime>,
        #[diesel(sql_type = Nullable<Timestamp>)]
        oldest_untried: Option<NaiveDateTime>,
    }
    // SQLite numbers parameters as they appear, and uses the partial index only if it sees the number of the state
    let query = "SELECT count(*) AS waiting, count(error_class) AS retrying, \
                 min(CASE WHEN error_class IS NOT NULL THEN created_at END) AS oldest_retry, \
                 min(CASE WHEN error_class IS NOT NULL THEN due_at END) AS next_try, \
                 min(CASE WHEN attempts = 0 AND due_at <= $1 THEN created_at END) AS oldest_untried \
                 FROM (SELECT test, error_class, created_at, due_at, attempts FROM deliveries \
                 WHERE webhook_id = $2 AND state = 0 ORDER BY due_at LIMIT $3) AS waiting WHERE NOT test";
    let query = sql_query(query).bind::<Timestamp, _>(now()).bind::<BigInt, _>(webhook).bind::<BigInt, _>(MOST_COUNTED);
    let Row { waiting, retrying, oldest_retry, next_try, oldest_untried } = query.get_result(conn)?;
    *tally = Tally { waiting, retrying, oldest_retry, next_try, oldest_untried, ..std::mem::take(tally) };
    Ok(())
}

/// The end of a webhook's log, backwards along its index.
fn look_at_newest(conn: &mut DbConn, webhook: WebhookId, tally: &mut Tally) -> Result<()> {
    let real = deliveries::table.filter(deliveries::webhook_id.eq(webhook).and(deliveries::test.eq(false)));
    let last = limit_one(real.order_by(deliveries::id.desc()).select((deliveries::created_at, deliveries::error_class)));
    let last: Option<(NaiveDateTime, Option<ErrorClass>)> = last.get_result(conn).optional()?;
    tally.last = last.map(|(at, _)| at);
    tally.last_error = last.and_then(|(_, class)| class);
    tally.last_success = last_success(conn, webhook)?;
    Ok(())
}

/// The newest success among the newest [`MOST_COUNTED`] deliveries: a log without any is not read to its beginning for that.
pub(in crate::webhooks) fn last_success(conn: &mut DbConn, webhook: WebhookId) -> Result<Option<NaiveDateTime>> {
    let log = || deliveries::table.filter(deliveries::webhook_id.eq(webhook)).order_by(deliveries::id.desc());
    let newest_among = |conn: &mut DbConn, floor: DeliveryId| {
        let delivered = log().filter(deliveries::id.ge(floor)).filter(deliveries::state.eq(DeliveryState::Delivered).and(deliveries::test.eq(false)));
        limit_one(delivered.select(deliveries::finished_at)).get_result::<Option<NaiveDateTime>>(conn).optional()
    };
    // nearly always it is found at once
    for newest in [FEW, MOST_COUNTED] {
        let floor = log().select(deliveries::id).offset(newest).limit(1).get_result::<DeliveryId>(conn).optional()?;
        let found = newest_among(conn, floor.unwrap_or(DeliveryId(0)))?.flatten();
        if found.is_some() || floor.is_none() {
            return Ok(found);
        }
    }
    Ok(None)
}
