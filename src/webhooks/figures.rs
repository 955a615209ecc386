//! How deliveries are doing, in numbers: tries by their outcome and how long they took, counted here as they are stored; what waits,
//! asked of the database.
use super::{handover::Handover, model::lease, queries};
use crate::{
    db::{DbConn, types::now},
    error::Result,
    metrics::{Counter, Histogram, Kind, Text},
    outbound::ErrorClass,
};
use chrono::{NaiveDateTime, TimeDelta};
use std::{sync::Arc, time::Duration};

/// Bounds of a try's duration, in microseconds: the longest timeout is a minute.
const TRIES: &[u64] = &[1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 60_000_000];

/// Bounds of the time from the event to its delivery, in microseconds: from a millisecond to the days of the retry schedule.
const LATENCIES: &[u64] = &[
    1_000,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    1_000_000,
    5_000_000,
    30_000_000,
    300_000_000,
    3_600_000_000,
    36_000_000_000,
    360_000_000_000,
];

/// No webhook waits longer for an answer.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(60);

/// The numbers of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Figures(Arc<Counted>);

#[derive(Debug)]
struct Counted {
    lease: TimeDelta,
    succeeded: Counter,
    failed: [Counter; ErrorClass::ALL.len()],
    tries: Histogram,
    latencies: Histogram,
}

/// What waits in the whole installation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Deliveries that should be sent now and that nobody is sending.
    pub due: i64,
    /// Since when the first of them should have been sent.
    pub oldest_due: Option<NaiveDateTime>,
    /// Deliveries that some process is sending, or is about to.
    pub in_flight: i64,
}

impl Figures {
    /// All zero, for deliveries that go this way.
    pub fn new(handover: &Handover) -> Figures {
        Figures(Arc::new(Counted {
            lease: lease(handover.settings().timeout.max(LONGEST_TIMEOUT)),
            succeeded: Counter::default(),
            failed: Default::default(),
            tries: Histogram::of_durations(TRIES),
            latencies: Histogram::of_durations(LATENCIES),
        }))
    }

    /// Notes a try that is stored: why it failed, if it did, how long it took, and how old the event was when its delivery arrived.
    pub(super) fn note(&self, failed: Option<ErrorClass>, took: Duration, arrived_after: Option<Duration>) {
        let counter = match failed {
            None => Some(&self.0.succeeded),
            Some(class) => ErrorClass::ALL.iter().position(|known| *known == class).and_then(|at| self.0.failed.get(at)),
        };
        counter.into_iter().for_each(|counter| counter.add(1));
        self.0.tries.note_duration(took);
        if let Some(after) = arrived_after {
            self.0.latencies.note_duration(after);
        }
    }

    /// What waits in the whole installation.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub fn backlog(&self, conn: &mut DbConn) -> Result<Backlog> {
        queries::backlog(conn, now(), self.0.lease)
    }

    /// Writes what was counted.
    pub fn write(&self, text: &mut Text) {
        let counted = &self.0;
        let mut family =
            text.family("hookdesk_delivery_attempts_total", Kind::Counter, "Tries to send a delivery, by outcome: ok, or why it failed.");
        family.sample(&[("outcome", "ok")], counted.succeeded.value());
        for (class, number) in ErrorClass::ALL.iter().zip(&counted.failed) {
            family.sample(&[("outcome", class.name())], number.value());
        }
        let help = "From the lookup of the name to the last byte of the answer, of each try.";
        text.family("hookdesk_delivery_attempt_duration_seconds", Kind::Histogram, help).histogram(&[], &counted.tries);
        let help = "From the event to the success of its delivery, retries included, those that somebody asked for left out.";
        text.family("hookdesk_delivery_latency_seconds", Kind::Histogram, help).histogram(&[], &counted.latencies);
    }
}
