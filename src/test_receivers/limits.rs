//! What may go on at once at the test receivers of a node. Whoever knows a URL may send something, without signing in: so what
//! that costs has a bound, whoever they are and however many.
use crate::{
    db::types::TestReceiverId,
    error::{Error, Result},
    locks::lock,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// How many requests may be at the database at once,
const AT_ONCE: usize = 64;
/// how many may wait for a late answer,
const WAITING: usize = 64;
/// how many pages may watch,
const WATCHING: usize = 100;
/// and how many requests one receiver takes in a second.
const A_SECOND: u32 = 100;

/// The bounds of one node. Cheap to clone.
#[derive(Clone)]
pub struct Limits(Arc<Bounds>);

struct Bounds {
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    watching: Arc<Semaphore>,
    taken: Mutex<Taken>,
    closed: watch::Sender<bool>,
}

/// How many requests each receiver has taken since then.
struct Taken {
    since: Instant,
    by: HashMap<TestReceiverId, u32>,
}

impl Default for Limits {
    fn default() -> Self {
        let places = |number| Arc::new(Semaphore::new(number));
        let taken = Mutex::new(Taken { since: Instant::now(), by: HashMap::new() });
        let (at_once, waiting, watching) = (places(AT_ONCE), places(WAITING), places(WATCHING));
        Limits(Arc::new(Bounds { at_once, waiting, watching, taken, closed: watch::channel(false).0 }))
    }
}

impl Limits {
    /// Ends what would keep the server from ending: late answers, and pages that watch.
    pub fn close(&self) {
        self.0.closed.send_replace(true);
    }

    /// Counts a request at a receiver.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(super) fn count(&self, receiver: TestReceiverId, now: Instant) -> Result<()> {
        let mut taken = lock(&self.0.taken);
        if now.saturating_duration_since(taken.since) >= Duration::from_secs(1) {
            *taken = Taken { since: now, by: HashMap::new() };
        }
        let number = taken.by.entry(receiver).or_default();
        if *number >= A_SECOND {
            return Err(Error::TooMany(1));
        }
        *number += 1;
        Ok(())
    }

    /// A place among those who may go to the database.
    ///
    /// # Errors
    /// [`Error::Overloaded`].
    pub(super) fn enter(&self) -> Result<OwnedSemaphorePermit> {
        place(&self.0.at_once)
    }

    /// A place among those who wait for a late answer.
    ///
    /// # Errors
    /// [`Error::Overloaded`].
    pub(super) fn wait(&self) -> Result<OwnedSemaphorePermit> {
        place(&self.0.waiting)
    }

    /// A place among those who watch.
    ///
    /// # Errors
    /// [`Error::Overloaded`].
    pub(super) fn watch(&self) -> Result<OwnedSemaphorePermit> {
        place(&self.0.watching)
    }

    /// Lets time pass; false when the server ends before it is over.
    pub(super) async fn pass(&self, time: Duration) -> bool {
        let mut closed = self.0.closed.subscribe();
        tokio::time::timeout(time, closed.wait_for(|closed| *closed)).await.is_err()
    }
}

fn place(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    places.clone().try_acquire_owned().map_err(|_| Error::Overloaded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_receiver_takes_so_many_in_a_second() {
        let (limits, start) = (Limits::default(), Instant::now());
        let (busy, other) = (TestReceiverId(1), TestReceiverId(2));
        assert!((0..A_SECOND).all(|_| limits.count(busy, start).is_ok()));
        assert!(matches!(limits.count(busy, start + Duration::from_millis(900)), Err(Error::TooMany(1))));
        assert!(limits.count(other, start).is_ok(), "another one is not to blame");
        assert!(limits.count(busy, start + Duration::from_millis(1100)).is_ok());
        assert_eq!(limits.0.taken.lock().unwrap().by.len(), 1, "who sends nothing any more is forgotten");
    }

    #[actix_rt::test]
    async fn so_many_wait_and_none_past_the_end() {
        let limits = Limits::default();
        let places: Vec<_> = (0..WAITING).map(|_| limits.wait().unwrap()).collect();
        assert!(matches!(limits.wait(), Err(Error::Overloaded)));
        assert!(limits.enter().is_ok() && limits.watch().is_ok());
        drop(places);
        assert!(limits.wait().is_ok());
        assert!(limits.pass(Duration::from_millis(1)).await);
        let waiting = actix_rt::spawn({
            let limits = limits.clone();
            async move { limits.pass(Duration::from_secs(60)).await }
        });
        limits.close();
        assert!(!waiting.await.unwrap());
        assert!(!limits.pass(Duration::from_secs(60)).await);
    }
}
