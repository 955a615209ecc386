//! From the commit to the delivery loop, in memory, so that a delivery starts at once without being read back. Places are
//! counted, overall and for each webhook: memory is bounded, and one slow receiver cannot take them all. Whoever finds no
//! place leaves the delivery to the database, where the loop looks when it has room.
use super::model::Webhook;
use crate::{
    config::Webhooks as Settings,
    db::types::{DeliveryId, EventId, MessageId, WebhookId},
};
use chrono::{NaiveDateTime, TimeDelta};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{Notify, mpsc};

/// How many deliveries are in memory at most.
const PLACES: usize = 10_000;

/// How many of them may be for one webhook.
const OF_ONE_WEBHOOK: usize = 1_000;

/// A lease is as long as so many requests that take all the time allowed,
const LEASE_TIMEOUTS: u32 = 4;
/// and this.
const LEASE_WAIT: TimeDelta = TimeDelta::seconds(10);

/// How many bytes the payloads in memory may have together, and those for one webhook.
const MOST_BYTES: usize = 64 * 1024 * 1024;
const BYTES_OF_ONE_WEBHOOK: usize = 16 * 1024 * 1024;

/// A delivery on its way: its row is claimed by this process.
pub(super) struct Ready {
    pub id: DeliveryId,
    pub public_id: String,
    /// What it tells.
    pub event_id: EventId,
    pub webhook: Arc<Webhook>,
    /// The stored payload.
    pub payload: Arc<str>,
    /// The message it tells of.
    pub message_id: Option<MessageId>,
    /// How often it was tried before.
    pub attempts: i32,
    /// Whether somebody asked for it.
    pub manual: bool,
    /// Whether it is only to see whether something arrives: sent also to a webhook that is off, and once.
    pub test: bool,
    /// Until when nobody else may send it.
    pub leased_until: NaiveDateTime,
    pub place: Place,
}

/// Where deliveries are handed over. Cheap to clone.
#[derive(Clone)]
pub struct Handover {
    lease: TimeDelta,
    taken: Arc<Mutex<Taken>>,
    ready: mpsc::UnboundedSender<Vec<Ready>>,
    left: Arc<Notify>,
}

#[derive(Default)]
struct Taken {
    all: Load,
    of_webhook: HashMap<WebhookId, Load>,
    /// Webhooks that were turned off while deliveries to them were in memory.
    shut: HashSet<WebhookId>,
}

#[derive(Default, Clone, Copy)]
struct Load {
    number: usize,
    bytes: usize,
}

impl Load {
    /// With one more of this size; none past the limits. A single one always fits, however large.
    fn and(self, bytes: usize, places: usize, most_bytes: usize) -> Option<Load> {
        let more = Load { number: self.number + 1, bytes: self.bytes + bytes };
        (self.number == 0 || (more.number <= places && more.bytes <= most_bytes)).then_some(more)
    }

    fn without(self, bytes: usize) -> Load {
        Load { number: self.number.saturating_sub(1), bytes: self.bytes.saturating_sub(bytes) }
    }
}

/// Held from before the row is written until its outcome is stored.
pub(super) struct Place {
    taken: Arc<Mutex<Taken>>,
    webhook: WebhookId,
    bytes: usize,
}

/// The loop's end of it.
pub struct Intake {
    pub(super) ready: mpsc::UnboundedReceiver<Vec<Ready>>,
    pub(super) left: Arc<Notify>,
}

impl Handover {
    /// Both ends. The channel is bounded by the places: nothing enters without one.
    pub fn new(settings: &Settings) -> (Handover, Intake) {
        let lease = TimeDelta::from_std(settings.timeout * LEASE_TIMEOUTS).unwrap_or(TimeDelta::MAX) + LEASE_WAIT;
        let (sender, receiver) = mpsc::unbounded_channel();
        let left = Arc::new(Notify::new());
        (Handover { lease, taken: Arc::default(), ready: sender, left: left.clone() }, Intake { ready: receiver, left })
    }

    /// How long a claim holds before another worker may take the row: longer than the longest request, with room for the wait
    /// before it. A delivery whose lease nears its end is not sent any more.
    pub(super) fn lease(&self) -> TimeDelta {
        self.lease
    }

    /// A place for a delivery of so many bytes to this webhook, if there is one.
    pub(super) fn reserve(&self, webhook: WebhookId, bytes: usize) -> Option<Place> {
        let mut taken = self.lock();
        let present = taken.of_webhook.get(&webhook).copied().unwrap_or_default();
        let of_webhook = present.and(bytes, OF_ONE_WEBHOOK, BYTES_OF_ONE_WEBHOOK)?;
        taken.all = taken.all.and(bytes, PLACES, MOST_BYTES)?;
        taken.of_webhook.insert(webhook, of_webhook);
        Some(Place { taken: self.taken.clone(), webhook, bytes })
    }

    /// The webhooks that have no place left.
    pub(super) fn full(&self) -> Vec<WebhookId> {
        let taken = self.lock();
        taken
            .of_webhook
            .iter()
            .filter(|(_, load)| load.number >= OF_ONE_WEBHOOK || load.bytes >= BYTES_OF_ONE_WEBHOOK)
            .map(|(webhook, _)| *webhook)
            .collect()
    }

    /// How many places are free.
    pub(super) fn room(&self) -> usize {
        PLACES.saturating_sub(self.lock().all.number)
    }

    /// Hands over what is committed. After the loop has ended nothing is lost: the claims of the rows run out.
    pub(super) fn give(&self, ready: Vec<Ready>) {
        let _ = self.ready.send(ready);
    }

    /// What is in memory for this webhook is not sent any more: it was turned off.
    pub(super) fn shut(&self, webhook: WebhookId) {
        let mut taken = self.lock();
        if taken.of_webhook.contains_key(&webhook) {
            taken.shut.insert(webhook);
        }
    }

    /// The webhook is on again.
    pub(super) fn open(&self, webhook: WebhookId) {
        self.lock().shut.remove(&webhook);
    }

    /// Whether the webhook was turned off since its deliveries came into memory.
    pub(super) fn is_shut(&self, webhook: WebhookId) -> bool {
        self.lock().shut.contains(&webhook)
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        // nothing can panic while it is held, so a poisoned lock is as good as any
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the loop because something was left in the database.
    pub(super) fn leave(&self) {
        self.left.notify_one();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.without(self.bytes);
        if let Some(load) = taken.of_webhook.get_mut(&self.webhook) {
            *load = load.without(self.bytes);
            if load.number == 0 {
                taken.of_webhook.remove(&self.webhook);
                taken.shut.remove(&self.webhook);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_webhook_cannot_take_every_place() {
        let (handover, _intake) = Handover::new(&crate::config::Config::defaults().expect("defaults").webhook);
        let mut places: Vec<_> = (0..OF_ONE_WEBHOOK).map(|_| handover.reserve(WebhookId(1), 1).expect("a place")).collect();
        assert!(handover.reserve(WebhookId(1), 1).is_none());
        assert_eq!(handover.full(), [WebhookId(1)]);
        assert!(handover.reserve(WebhookId(2), 1).is_some());
        places.pop();
        assert!(handover.full().is_empty());
        assert!(handover.reserve(WebhookId(1), 1).is_some());
    }

    #[test]
    fn large_payloads_take_no_more_memory_than_small_ones() {
        let (handover, _intake) = Handover::new(&crate::config::Config::defaults().expect("defaults").webhook);
        let first = handover.reserve(WebhookId(1), 2 * BYTES_OF_ONE_WEBHOOK).expect("a single one always fits");
        assert!(handover.reserve(WebhookId(1), 1).is_none());
        assert_eq!(handover.full(), [WebhookId(1)]);
        let others: Vec<_> = (2..9).map_while(|id| handover.reserve(WebhookId(id), BYTES_OF_ONE_WEBHOOK)).collect();
        assert_eq!(others.len(), 2);
        drop(first);
        assert!(handover.reserve(WebhookId(1), 1).is_some());
    }
}
