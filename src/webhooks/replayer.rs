//! Sending a part of the past again, slowly. A step and the loop are apart, as with deliveries. Steps are short and come in turns:
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
};
use chrono::{NaiveDateTime, TimeDelta};
use std::{
    cell::Cell,
    time::{Duration, Instant},
};
use tokio::{sync::oneshot, time::timeout};

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

/// The running loop.
pub struct Replayer {
    stop: oneshot::Sender<()>,
    running: actix_rt::task::JoinHandle<()>,
}

impl Replayer {
    /// Starts the loop. `keep` is how long finished deliveries are kept.
    pub fn start(db: Db, handover: Handover, keep: Option<Duration>) -> Replayer {
        let (stop, asked_to_stop) = oneshot::channel();
        let works = Works { db, handover, keep, patience: FULL.into() };
        Replayer { stop, running: actix_rt::spawn(works.run(asked_to_stop)) }
    }

    /// Lets the step under way end, and begins no other.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.running.await;
    }
}

struct Works {
    db: Db,
    handover: Handover,
    keep: Option<Duration>,
    /// How long it waits when there is no room: longer each time.
    patience: Cell<Duration>,
}

impl Works {
    async fn run(self, mut asked_to_stop: oneshot::Receiver<()>) {
        let mut wait = IDLE;
        // whether it was told to stop or nobody is left to tell it
        while timeout(wait, &mut asked_to_stop).await.is_err() {
            wait = self.round().await.unwrap_or_else(|e| {
                tracing::warn!(error = %e, "replays could not go on; it is tried again");
                IDLE
            });
        }
    }

    /// Makes a step of each replay for which it is time. Gives the wait before the next round.
    async fn round(&self) -> Result<Duration> {
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
                    self.patience.set(FULL);
                    until(next_at).max(started.elapsed() * REST)
                }
                Ok(Went::NoRoom) => {
                    self.patience.set((self.patience.get() * 2).min(IDLE));
                    self.patience.get().max(started.elapsed() * REST)
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
