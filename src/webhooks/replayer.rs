//! Sending a part of the past again, slowly. A step and the rounds are apart, as with deliveries. Steps are short and come in turns:
//! whichever node makes the next one, the row of the replay says where it begins and not before when. So nobody has to take a
//! replay over from a node that is gone.
//!
//! What is replayed must not stand in the way of what happens now. So a replay puts something into the queue only while less than
//! half of its webhook's requests in flight are taken: a delivery that is new always finds one free.
use super::{
    commands::{self, Order, Step},
    handover::Handover,
    model::{Replay, Scope, Webhook, allowance},
    queries::{self, Window},
};
use crate::{
    db::{
        Db,
        types::{EventId, now},
    },
    error::{Error, Result},
    rounds::Rounds,
};
use chrono::{NaiveDateTime, TimeDelta};
use std::time::{Duration, Instant};

/// How often a node looks whether there is a replay to work on.
const IDLE: Duration = Duration::from_secs(1);

/// After a look that has found no room in the queue; the next ones double it.
const FULL: Duration = Duration::from_millis(10);

/// After a step comes a rest of so many times its length,
const REST: u32 = 4;
/// and no rest is shorter than this.
const SHORTEST_REST: Duration = Duration::from_millis(5);

/// How many events a replay may have to look at.
const MOST: usize = 1_000_000;

/// What is to be sent, counted.
#[derive(Debug)]
pub(super) struct Counted {
    /// How many there are.
    pub total: i64,
    /// Between which events.
    pub span: (EventId, EventId),
}

/// Counts what is to be sent, as it will be looked for: in windows, each read by itself, so that others can read as well.
///
/// # Errors
/// [`Error::Invalid`] when there is too much to look at.
pub(super) async fn count(db: &Db, order: &Order) -> Result<Counted> {
    let scope = order.scope.clone();
    let span = db.read(move |conn| queries::span(conn, scope.account_id, scope.from, scope.until)).await?;
    let (mut after, mut total, mut looked_at) = (span.0, 0, 0);
    loop {
        let scope = order.scope.clone();
        let window = db.read(move |conn| queries::window(conn, &scope, after, span.1, usize::MAX)).await?;
        total += window.found.len() as i64;
        looked_at += queries::WINDOW as usize;
        if window.ended {
            return Ok(Counted { total, span });
        }
        if looked_at >= MOST {
            return Err(Error::invalid("from", format!("From: more than {MOST} events happened in this period; choose a shorter one")));
        }
        after = window.reached;
    }
}

/// How a replay went on.
#[derive(Debug, PartialEq)]
enum Went {
    /// So far that the next step may be made then.
    On(NaiveDateTime),
    /// Not: what it has sent already is still in line.
    NoRoom,
    /// Not: somebody else did, or it has ended.
    Elsewhere,
}

/// Makes one step of a replay: looks at one window of events, and puts what is found there into the queue in one short
/// transaction.
async fn step(db: &Db, handover: &Handover, kept_since: Option<NaiveDateTime>, at_work: (Replay, Webhook)) -> Result<Went> {
    let (replay, webhook) = at_work;
    let (most, lease) = ((webhook.in_flight(handover.settings()) / 2).max(1), handover.lease(&webhook));
    let look = move |conn: &mut crate::db::DbConn| {
        let room = most.saturating_sub(queries::in_line(conn, webhook.id, lease, most)?);
        let scope: Scope = replay.scope(&webhook, kept_since);
        let window = match allowance(replay.rate, room) {
            0 => None,
            most => Some(queries::window(conn, &scope, replay.reached_id, replay.last_id, most)?),
        };
        Ok((replay, window))
    };
    let (replay, window): (Replay, Option<Window>) = db.read(look).await?;
    let Some(window) = window else { return Ok(Went::NoRoom) };
    let step = Step { replay, window };
    let advanced = db.write_patiently(move |tx| commands::advance(tx, &step)).await?;
    Ok(advanced.map_or(Went::Elsewhere, |(_, next_at)| Went::On(next_at)))
}

/// Does it again and again. `keep` is how long finished deliveries are kept.
pub fn keep_replaying(db: Db, handover: Handover, keep: Option<Duration>) -> Rounds {
    let mut works = Works { db, handover, keep, patience: FULL };
    Rounds::start(IDLE, async move || {
        works.round().await.unwrap_or_else(|e| {
            tracing::warn!(error = %e, "replays could not go on; it is tried again");
            IDLE
        })
    })
}

struct Works {
    db: Db,
    handover: Handover,
    keep: Option<Duration>,
    /// How long it waits when there is no room: longer each time.
    patience: Duration,
}

impl Works {
    /// Makes a step of each replay for which it is time. Gives the wait before the next round.
    async fn round(&mut self) -> Result<Duration> {
        let mut wait = IDLE;
        let kept_since = kept_since(self.keep);
        for (replay, webhook) in self.db.read(queries::at_work).await? {
            let until = |at: NaiveDateTime| (at - now()).to_std().unwrap_or_default();
            if let Some(until_then) = replay.waits(now()) {
                wait = wait.min(until_then);
                continue;
            }
            let (started, id) = (Instant::now(), replay.id);
            wait = wait.min(match step(&self.db, &self.handover, kept_since, (replay, webhook)).await {
                Ok(Went::On(next_at)) => {
                    self.patience = FULL;
                    until(next_at).max(started.elapsed() * REST)
                }
                Ok(Went::NoRoom) => {
                    self.patience = (self.patience * 2).min(IDLE);
                    self.patience.max(started.elapsed() * REST)
                }
                Ok(Went::Elsewhere) => FULL,
                Err(e) => {
                    tracing::warn!(replay = id.0, error = %e, "a replay could not go on; it is tried again");
                    IDLE
                }
            });
        }
        Ok(wait.max(SHORTEST_REST))
    }
}

/// Since when nothing has been forgotten.
pub(super) fn kept_since(keep: Option<Duration>) -> Option<NaiveDateTime> {
    keep.and_then(|keep| TimeDelta::from_std(keep).ok()).map(|keep| now() - keep)
}
