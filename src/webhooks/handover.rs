//! From the commit to the delivery loop, in memory, so that a delivery starts at once without being read back. Places are
//! counted, overall and for each webhook: memory is bounded, and one slow receiver cannot take them all. Whoever finds no
//! place leaves the delivery to the database, where the loop looks when it has room, and tells other nodes, which may have
//! room now.
use super::model::Webhook;
use crate::{
    config::Webhooks as Settings,
    db::{
        nodes::{Channel, Ear, Heard, Nodes},
        types::{DeliveryId, EventId, MessageId, WebhookId},
    },
};
use chrono::NaiveDateTime;
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{Notify, mpsc};

/// How many deliveries are in memory at most.
const PLACES: usize = 10_000;

/// How many of them may be for one webhook.
const OF_ONE_WEBHOOK: usize = 1_000;

/// The same for one that has just let a request run into its timeout: more would wait here for longer than their leases hold.
const OF_A_SLOW_WEBHOOK: usize = 128;

/// The same for one with a rate, in seconds of that rate: what is in memory beyond that only waits.
const SECONDS_OF_RATE: usize = 5;

/// So many places every webhook has although the others have taken all.
const RESERVED: usize = 16;

/// And if there are ever so many webhooks, so many places there are at most.
const MOST_PLACES: usize = 2 * PLACES;

/// How many bytes the payloads in memory may have together, and those for one webhook.
const MOST_BYTES: usize = 64 * 1024 * 1024;
const BYTES_OF_ONE_WEBHOOK: usize = 16 * 1024 * 1024;

/// Nodes call each other here when something is due that whoever calls does not send itself.
pub(super) const DUE: Channel = Channel("hookdesk_due");

/// Nodes tell each other here which webhook is not what it was: its id.
pub(super) const CHANGED: Channel = Channel("hookdesk_webhook_changed");

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
    /// Until when nobody else may send it. Two claims of one row never end at the same time, so this also tells them apart.
    pub leased_until: NaiveDateTime,
    pub place: Place,
}

/// A claim that was not used.
pub(super) struct Claim {
    pub id: DeliveryId,
    pub leased_until: NaiveDateTime,
}

/// Where deliveries are handed over. Cheap to clone.
#[derive(Clone)]
pub struct Handover {
    settings: Arc<Settings>,
    nodes: Nodes,
    taken: Arc<Mutex<Taken>>,
    ready: mpsc::UnboundedSender<Vec<Ready>>,
    left: Arc<Notify>,
}

#[derive(Default)]
struct Taken {
    all: Load,
    of_webhook: HashMap<WebhookId, Load>,
    /// Counts recalls, as the time of the places.
    time: u64,
    /// Places from before that time are recalled.
    all_recalled: u64,
    /// The same for a webhook that was changed while deliveries to it were in memory.
    recalled: HashMap<WebhookId, u64>,
    /// Webhooks whose last request ran into its timeout.
    slow: HashSet<WebhookId>,
}

impl Taken {
    /// How many places there are for this webhook, whatever its rate.
    fn most_of(&self, webhook: &WebhookId) -> usize {
        if self.slow.contains(webhook) { OF_A_SLOW_WEBHOOK } else { OF_ONE_WEBHOOK }
    }

    fn places_of(&self, webhook: &Webhook) -> usize {
        let most = self.most_of(&webhook.id);
        let rate = webhook.rate_limit.and_then(|rate| usize::try_from(rate).ok());
        rate.map_or(most, |rate| most.min(rate * SECONDS_OF_RATE))
    }
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
    taken_at: u64,
}

/// The loop's end of it.
pub struct Intake {
    pub(super) ready: mpsc::UnboundedReceiver<Vec<Ready>>,
    pub(super) left: Arc<Notify>,
}

impl Handover {
    /// Both ends. The channel is bounded by the places: nothing enters without one.
    pub fn new(settings: &Settings, nodes: Nodes) -> (Handover, Intake) {
        let settings = Arc::new(settings.clone());
        let (sender, receiver) = mpsc::unbounded_channel();
        let left = Arc::new(Notify::new());
        (Handover { settings, nodes, taken: Arc::default(), ready: sender, left: left.clone() }, Intake { ready: receiver, left })
    }

    /// What this node hears from others.
    pub fn ears(&self) -> Vec<Ear> {
        let (due, changed) = (self.clone(), self.clone());
        let hear_changed = move |heard: Heard| match heard {
            Heard::Told(id) => id.parse().into_iter().for_each(|id| changed.recall(WebhookId(id))),
            Heard::Missed => changed.recall_all(),
        };
        vec![Ear { channel: DUE, hear: Box::new(move |_| due.left.notify_one()) }, Ear { channel: CHANGED, hear: Box::new(hear_changed) }]
    }

    /// The other nodes.
    pub(super) fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    /// Whom the claims of this node name.
    pub(super) fn number(&self) -> i32 {
        self.nodes.number()
    }

    /// How webhooks are delivered that do not say.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A place for a delivery of so many bytes to this webhook, if there is one. First tries may take them all, retries
    /// only the first half: what has failed does not keep waiting what is fresh. A node that does not deliver has none.
    pub(super) fn reserve(&self, webhook: &Webhook, bytes: usize, is_retry: bool) -> Option<Place> {
        if !self.nodes.delivers() {
            return None;
        }
        let share = if is_retry { 2 } else { 1 };
        let mut taken = self.lock();
        let present = taken.of_webhook.get(&webhook.id).copied().unwrap_or_default();
        let of_webhook = present.and(bytes, (taken.places_of(webhook) / share).max(1), BYTES_OF_ONE_WEBHOOK)?;
        let (places, most_bytes) = if present.number < RESERVED { (MOST_PLACES, 2 * MOST_BYTES) } else { (PLACES / share, MOST_BYTES) };
        taken.all = taken.all.and(bytes, places, most_bytes)?;
        taken.of_webhook.insert(webhook.id, of_webhook);
        Some(Place { taken: self.taken.clone(), webhook: webhook.id, bytes, taken_at: taken.time })
    }

    /// Notes whether a webhook has let a request run into its timeout.
    pub(super) fn note_pace(&self, webhook: WebhookId, is_slow: bool) {
        let slow = &mut self.lock().slow;
        if is_slow {
            slow.insert(webhook);
        } else {
            slow.remove(&webhook);
        }
    }

    /// The webhooks that have no place left.
    pub(super) fn full(&self) -> Vec<WebhookId> {
        let taken = self.lock();
        taken
            .of_webhook
            .iter()
            .filter(|(webhook, load)| load.number >= taken.most_of(webhook) || load.bytes >= BYTES_OF_ONE_WEBHOOK)
            .map(|(webhook, _)| *webhook)
            .collect()
    }

    /// How many places are free.
    pub(super) fn room(&self) -> usize {
        MOST_PLACES.saturating_sub(self.lock().all.number)
    }

    /// Hands over what is committed. After the loop has ended nothing is lost: the claims of the rows run out.
    pub(super) fn give(&self, ready: Vec<Ready>) {
        let _ = self.ready.send(ready);
    }

    /// What is in memory for this webhook is not sent but given back: the webhook is not what it was.
    pub(super) fn recall(&self, webhook: WebhookId) {
        let mut taken = self.lock();
        if taken.of_webhook.contains_key(&webhook) {
            taken.time += 1;
            let time = taken.time;
            taken.recalled.insert(webhook, time);
            tracing::debug!(webhook = webhook.0, "recalled");
        }
    }

    /// The same for all webhooks: any of them may have been changed.
    fn recall_all(&self) {
        let mut taken = self.lock();
        taken.time += 1;
        taken.all_recalled = taken.time;
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        // nothing can panic while it is held, so a poisoned lock is as good as any
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was left in the database: wakes the loop, or those of other nodes if there is none here.
    pub(super) fn leave(&self) {
        if self.nodes.delivers() {
            self.left.notify_one();
        } else {
            self.nodes.call(DUE);
        }
    }

    /// The same when it may be more than this node can take: wakes every loop there is.
    pub(super) fn overflow(&self) {
        self.left.notify_one();
        self.nodes.call(DUE);
    }
}

impl Place {
    /// Whether the webhook was changed since this place was taken.
    pub fn is_recalled(&self) -> bool {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let recalled = taken.recalled.get(&self.webhook).copied().unwrap_or_default();
        self.taken_at < recalled.max(taken.all_recalled)
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
                taken.recalled.remove(&self.webhook);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        accounts::PayloadFormat,
        config::Config,
        db::types::{AccountId, now},
    };

    fn handover(delivers: bool) -> (Handover, Intake) {
        let config = Config::defaults().expect("defaults");
        Handover::new(&config.webhook, Nodes::new(&config.database, delivers).expect("a node"))
    }

    fn webhook(id: i64) -> Webhook {
        let new = Webhook::new(AccountId(1), "https://receiver.example".into(), "s".into(), PayloadFormat::Chatwoot, now());
        Webhook { id: WebhookId(id), ..new }
    }

    fn take(handover: &Handover, id: i64) -> Option<Place> {
        handover.reserve(&webhook(id), 1, false)
    }

    #[test]
    fn a_recall_reaches_what_is_in_memory_and_not_what_comes_after() {
        let (handover, _intake) = handover(true);
        let take = |webhook| take(&handover, webhook).expect("a place");
        let (before, other) = (take(1), take(2));
        handover.recall(WebhookId(1));
        let after = take(1);
        assert_eq!([&before, &other, &after].map(Place::is_recalled), [true, false, false]);
        handover.recall_all();
        let last = take(2);
        assert_eq!([&other, &after, &last].map(Place::is_recalled), [true, true, false]);
        handover.recall(WebhookId(3));
        assert!(!take(3).is_recalled(), "nothing was in memory for it");
    }

    #[test]
    fn a_node_that_does_not_deliver_has_no_places() {
        let (handover, _intake) = handover(false);
        assert!(take(&handover, 1).is_none());
    }

    #[test]
    fn one_webhook_cannot_take_every_place() {
        let (handover, _intake) = handover(true);
        let mut places: Vec<_> = (0..OF_ONE_WEBHOOK).map(|_| take(&handover, 1).expect("a place")).collect();
        assert!(take(&handover, 1).is_none());
        assert_eq!(handover.full(), [WebhookId(1)]);
        assert!(take(&handover, 2).is_some());
        places.pop();
        assert!(handover.full().is_empty());
        assert!(take(&handover, 1).is_some());
    }

    #[test]
    fn large_payloads_take_no_more_memory_than_small_ones() {
        let (handover, _intake) = handover(true);
        let first = handover.reserve(&webhook(1), 2 * BYTES_OF_ONE_WEBHOOK, false).expect("a single one always fits");
        assert!(take(&handover, 1).is_none());
        assert_eq!(handover.full(), [WebhookId(1)]);
        // what is reserved for everybody may take as much again, and no more
        let others: Vec<_> = (2..20).map_while(|id| handover.reserve(&webhook(id), BYTES_OF_ONE_WEBHOOK, false)).collect();
        assert_eq!(others.len(), 2 * MOST_BYTES / BYTES_OF_ONE_WEBHOOK - 2);
        drop(first);
        assert!(take(&handover, 1).is_some());
    }

    #[test]
    fn what_has_failed_or_hangs_leaves_room_for_the_others() {
        let (handover, _intake) = handover(true);
        let many = |webhook: &Webhook, is_retry| std::iter::from_fn(|| handover.reserve(webhook, 1, is_retry)).collect::<Vec<_>>();
        assert_eq!(many(&webhook(1), true).len(), OF_ONE_WEBHOOK / 2, "retries take half");
        handover.note_pace(WebhookId(1), true);
        assert_eq!(many(&webhook(1), false).len(), OF_A_SLOW_WEBHOOK);
        handover.note_pace(WebhookId(1), false);
        assert_eq!(many(&Webhook { rate_limit: Some(3), ..webhook(1) }, false).len(), 3 * SECONDS_OF_RATE);
        assert_eq!(many(&Webhook { rate_limit: Some(1), ..webhook(1) }, true).len(), SECONDS_OF_RATE / 2);
        let all: Vec<_> = (2..2 + (PLACES / OF_ONE_WEBHOOK) as i64).map(|id| many(&webhook(id), false)).collect();
        assert_eq!(all.iter().map(Vec::len).sum::<usize>(), PLACES);
        assert_eq!(many(&webhook(100), true).len(), RESERVED, "everybody has some");
    }
}
