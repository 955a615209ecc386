//! How much is in memory to be sent, overall and for each webhook, by number and bytes: so memory is bounded, and nobody takes all of
//! it. What happens now finds a place although a backlog waits, and what was never tried although much is tried again.
use super::model::Webhook;
use crate::{
    db::types::{DeliveryId, WebhookId},
    locks::lock,
};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};

/// How many deliveries are in memory at most.
const PLACES: usize = 10_000;

/// How many of them may be for one webhook.
const OF_ONE_WEBHOOK: usize = 1_000;

/// The same for one that has just let a request run into its timeout: more would wait here for longer than their leases hold.
const OF_A_SLOW_WEBHOOK: usize = 128;

/// The same for one with a rate, in seconds of that rate: what is in memory beyond that only waits.
pub(super) const SECONDS_OF_RATE: usize = 5;

/// So many places every webhook has although the others have taken all.
const RESERVED: usize = 16;

/// And if there are ever so many webhooks, so many places there are at most.
const MOST_PLACES: usize = 2 * PLACES;

/// How much of what came out of the database is in memory for one webhook: enough to keep its requests in flight busy until more is
/// claimed, and so little that what happens now does not stand behind it for long. So many for each request in flight,
const BACKLOG_OF_ONE_REQUEST: usize = 6;
/// and these at least.
const LEAST_BACKLOG: usize = 192;

/// How many bytes the payloads in memory may have together, and those for one webhook.
const MOST_BYTES: usize = 64 * 1024 * 1024;
const BYTES_OF_ONE_WEBHOOK: usize = 16 * 1024 * 1024;

/// Where a delivery comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// Its event is just happening. Such may take every place;
    Now,
    /// It was left in the database, and never tried. Such and retries together may take three quarters at most;
    Left,
    /// It has failed before. Such may take two thirds of those.
    Retry,
}

/// The places that there are, and who has taken them. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Places(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
    all: Loads,
    of_webhook: HashMap<WebhookId, Loads>,
    /// Who has these places.
    deliveries: HashSet<DeliveryId>,
    /// Counts recalls, as the time of the places.
    time: u64,
    /// Places from before that time are recalled.
    all_recalled: u64,
    /// The same for a webhook that was changed while deliveries to it were in memory.
    recalled: HashMap<WebhookId, u64>,
    /// Webhooks whose last request ran into its timeout.
    slow: HashSet<WebhookId>,
    /// Nothing more is taken.
    closed: bool,
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
    fn with(self, bytes: usize) -> Load {
        Load { number: self.number + 1, bytes: self.bytes + bytes }
    }

    fn without(self, bytes: usize) -> Load {
        Load { number: self.number.saturating_sub(1), bytes: self.bytes.saturating_sub(bytes) }
    }

    fn within(self, limit: Load) -> bool {
        self.number <= limit.number && self.bytes <= limit.bytes
    }

    /// So many parts of it.
    fn part(self, parts: usize, of: usize) -> Load {
        Load { number: (self.number * parts / of).max(1), bytes: self.bytes * parts / of }
    }
}

/// What is in memory, as a whole and the parts that have less room.
#[derive(Default, Clone, Copy)]
struct Loads {
    all: Load,
    /// What came out of the database,
    backlog: Load,
    /// and how many that may be.
    most_backlog: usize,
    /// What has failed before.
    retries: Load,
}

impl Loads {
    /// With one more of this size; none past the limits. A single one always fits, however large.
    fn and(self, bytes: usize, origin: Origin, limit: Load) -> Option<Loads> {
        let more = self.changed(origin, |load| load.with(bytes));
        let part = limit.part(3, 4);
        let backlog = Load { number: part.number.min(self.most_backlog), ..part };
        let fits = more.all.within(limit)
            && (origin < Origin::Left || more.backlog.within(backlog))
            && (origin < Origin::Retry || more.retries.within(backlog.part(2, 3)));
        (fits || self.all.number == 0).then_some(more)
    }

    fn changed(self, origin: Origin, change: impl Fn(Load) -> Load) -> Loads {
        Loads {
            all: change(self.all),
            backlog: if origin >= Origin::Left { change(self.backlog) } else { self.backlog },
            retries: if origin >= Origin::Retry { change(self.retries) } else { self.retries },
            ..self
        }
    }
}

/// Held from before the row is written until its outcome is stored.
pub(super) struct Place {
    places: Places,
    webhook: WebhookId,
    delivery: Option<DeliveryId>,
    bytes: usize,
    origin: Origin,
    taken_at: u64,
}

impl Places {
    /// A place for a delivery of so many bytes to this webhook, which may have so many requests in flight, if there is one for its
    /// kind.
    pub fn reserve(&self, webhook: &Webhook, in_flight: usize, bytes: usize, origin: Origin) -> Option<Place> {
        let mut taken = self.lock();
        if taken.closed {
            return None;
        }
        let most_backlog = LEAST_BACKLOG.max(in_flight * BACKLOG_OF_ONE_REQUEST);
        let present = Loads { most_backlog, ..taken.of_webhook.get(&webhook.id).copied().unwrap_or_default() };
        let of_webhook = present.and(bytes, origin, Load { number: taken.places_of(webhook), bytes: BYTES_OF_ONE_WEBHOOK })?;
        let has_few = present.all.number < RESERVED;
        let (number, bytes_of_all) = if has_few { (MOST_PLACES, 2 * MOST_BYTES) } else { (PLACES, MOST_BYTES) };
        taken.all = Loads { most_backlog: number, ..taken.all }.and(bytes, origin, Load { number, bytes: bytes_of_all })?;
        taken.of_webhook.insert(webhook.id, of_webhook);
        Some(Place { places: self.clone(), webhook: webhook.id, delivery: None, bytes, origin, taken_at: taken.time })
    }

    /// Those of these deliveries that have a place.
    pub fn in_hand(&self, ids: &[DeliveryId]) -> HashSet<DeliveryId> {
        let taken = self.lock();
        ids.iter().filter(|id| taken.deliveries.contains(id)).copied().collect()
    }

    /// Notes whether a webhook has let a request run into its timeout.
    pub fn note_pace(&self, webhook: WebhookId, is_slow: bool) {
        let slow = &mut self.lock().slow;
        if is_slow {
            slow.insert(webhook);
        } else {
            slow.remove(&webhook);
        }
    }

    /// The webhooks for which nothing more can come out of the database.
    pub fn full(&self) -> Vec<WebhookId> {
        let taken = self.lock();
        let is_full = |webhook: &WebhookId, loads: &Loads| {
            let limit = Load { number: taken.most_of(webhook), bytes: BYTES_OF_ONE_WEBHOOK };
            loads.and(0, Origin::Left, limit).is_none() || loads.all.bytes >= limit.bytes
        };
        taken.of_webhook.iter().filter(|(webhook, loads)| is_full(webhook, loads)).map(|(webhook, _)| *webhook).collect()
    }

    /// How many are free.
    pub fn room(&self) -> usize {
        MOST_PLACES.saturating_sub(self.lock().all.all.number)
    }

    /// From now on there are none.
    pub fn close(&self) {
        self.lock().closed = true;
    }

    /// The places of this webhook are not used any more.
    pub fn recall(&self, webhook: WebhookId) {
        let mut taken = self.lock();
        if taken.of_webhook.contains_key(&webhook) {
            taken.time += 1;
            let time = taken.time;
            taken.recalled.insert(webhook, time);
            tracing::debug!(webhook = webhook.0, "recalled");
        }
    }

    /// The same for all webhooks.
    pub fn recall_all(&self) {
        let mut taken = self.lock();
        taken.time += 1;
        taken.all_recalled = taken.time;
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        lock(&self.0)
    }
}

impl Place {
    /// Says which delivery has it.
    pub fn of(mut self, delivery: DeliveryId) -> Place {
        self.places.lock().deliveries.insert(delivery);
        self.delivery = Some(delivery);
        self
    }

    /// Whether the webhook was changed since this place was taken.
    pub fn is_recalled(&self) -> bool {
        let taken = self.places.lock();
        let recalled = taken.recalled.get(&self.webhook).copied().unwrap_or_default();
        self.taken_at < recalled.max(taken.all_recalled)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        if let Some(delivery) = self.delivery {
            taken.deliveries.remove(&delivery);
        }
        taken.all = taken.all.changed(self.origin, |load| load.without(self.bytes));
        if let Some(loads) = taken.of_webhook.get_mut(&self.webhook) {
            *loads = loads.changed(self.origin, |load| load.without(self.bytes));
            if loads.all.number == 0 {
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
        db::types::{AccountId, now},
    };

    /// Requests in flight: as many as a webhook may ever have.
    const MANY: usize = 1000;

    fn webhook(id: i64) -> Webhook {
        let new = Webhook::new(AccountId(1), "https://receiver.example".into(), "s".into(), PayloadFormat::Chatwoot, now());
        Webhook { id: WebhookId(id), ..new }
    }

    fn take(places: &Places, id: i64) -> Option<Place> {
        places.reserve(&webhook(id), MANY, 1, Origin::Now)
    }

    fn many(places: &Places, webhook: &Webhook, origin: Origin) -> Vec<Place> {
        std::iter::from_fn(|| places.reserve(webhook, MANY, 1, origin)).collect()
    }

    #[test]
    fn a_recall_reaches_what_is_in_memory_and_not_what_comes_after() {
        let places = Places::default();
        let take = |webhook| take(&places, webhook).expect("a place");
        let (before, other) = (take(1), take(2));
        places.recall(WebhookId(1));
        let after = take(1);
        assert_eq!([&before, &other, &after].map(Place::is_recalled), [true, false, false]);
        places.recall_all();
        let last = take(2);
        assert_eq!([&other, &after, &last].map(Place::is_recalled), [true, true, false]);
        places.recall(WebhookId(3));
        assert!(!take(3).is_recalled(), "nothing was in memory for it");
    }

    #[test]
    fn one_webhook_cannot_take_every_place() {
        let places = Places::default();
        let mut taken: Vec<_> = (0..OF_ONE_WEBHOOK).map(|_| take(&places, 1).expect("a place")).collect();
        assert!(take(&places, 1).is_none());
        assert_eq!(places.full(), [WebhookId(1)]);
        assert!(take(&places, 2).is_some());
        taken.pop();
        assert!(places.full().is_empty());
        assert!(take(&places, 1).is_some());
    }

    #[test]
    fn large_payloads_take_no_more_memory_than_small_ones() {
        let places = Places::default();
        let first = places.reserve(&webhook(1), MANY, 2 * BYTES_OF_ONE_WEBHOOK, Origin::Now).expect("a single one always fits");
        assert!(take(&places, 1).is_none());
        assert_eq!(places.full(), [WebhookId(1)]);
        // what is reserved for everybody may take as much again, and no more
        let others: Vec<_> = (2..20).map_while(|id| places.reserve(&webhook(id), MANY, BYTES_OF_ONE_WEBHOOK, Origin::Now)).collect();
        assert_eq!(others.len(), 2 * MOST_BYTES / BYTES_OF_ONE_WEBHOOK - 2);
        drop(first);
        assert!(take(&places, 1).is_some());
    }

    #[test]
    fn what_has_failed_or_hangs_leaves_room_for_the_others() {
        let places = Places::default();
        assert_eq!(many(&places, &webhook(1), Origin::Retry).len(), OF_ONE_WEBHOOK / 2, "retries take half");
        places.note_pace(WebhookId(1), true);
        assert_eq!(many(&places, &webhook(1), Origin::Now).len(), OF_A_SLOW_WEBHOOK);
        places.note_pace(WebhookId(1), false);
        assert_eq!(many(&places, &Webhook { rate_limit: Some(3), ..webhook(1) }, Origin::Now).len(), 3 * SECONDS_OF_RATE);
        assert_eq!(many(&places, &Webhook { rate_limit: Some(1), ..webhook(1) }, Origin::Retry).len(), SECONDS_OF_RATE / 2);
        let all: Vec<_> = (2..2 + (PLACES / OF_ONE_WEBHOOK) as i64).map(|id| many(&places, &webhook(id), Origin::Now)).collect();
        assert_eq!(all.iter().map(Vec::len).sum::<usize>(), PLACES);
        assert_eq!(many(&places, &webhook(100), Origin::Retry).len(), RESERVED, "everybody has some");
    }

    #[test]
    fn a_backlog_leaves_room_for_what_happens_now() {
        let places = Places::default();
        let retries = many(&places, &webhook(1), Origin::Retry);
        assert!(places.full().is_empty(), "what was never tried still finds a place");
        let left = many(&places, &webhook(1), Origin::Left);
        assert_eq!((retries.len(), left.len()), (OF_ONE_WEBHOOK / 2, OF_ONE_WEBHOOK / 4));
        assert_eq!(places.full(), [WebhookId(1)]);
        let now = many(&places, &webhook(1), Origin::Now);
        assert_eq!(now.len(), OF_ONE_WEBHOOK / 4);
        drop((retries, left));
        // and what happens now leaves the backlog what it has not taken itself
        assert_eq!(many(&places, &webhook(1), Origin::Left).len(), OF_ONE_WEBHOOK * 3 / 4);
        // the fewer requests are in flight, the longer what happens now would stand behind it
        let few = |webhook: &Webhook, origin| std::iter::from_fn(|| places.reserve(webhook, 32, 1, origin)).collect::<Vec<_>>();
        let retries = few(&webhook(2), Origin::Retry);
        let left = few(&webhook(2), Origin::Left);
        assert_eq!((retries.len(), left.len()), (LEAST_BACKLOG * 2 / 3, LEAST_BACKLOG / 3));
        assert!(places.full().contains(&WebhookId(2)));
        assert_eq!(few(&webhook(2), Origin::Now).len(), OF_ONE_WEBHOOK - LEAST_BACKLOG);
    }

    #[test]
    fn what_is_closed_takes_nothing_more() {
        let places = Places::default();
        let before = take(&places, 1).expect("a place");
        places.close();
        assert!(take(&places, 1).is_none() && take(&places, 2).is_none());
        assert!(!before.is_recalled(), "what has one keeps it");
    }

    #[test]
    fn who_has_a_place_is_known_until_it_is_given_back() {
        let places = Places::default();
        let place = take(&places, 1).map(|place| place.of(DeliveryId(7)));
        assert_eq!(places.in_hand(&[DeliveryId(7), DeliveryId(8)]), [DeliveryId(7)].into());
        drop(place);
        assert!(places.in_hand(&[DeliveryId(7)]).is_empty());
    }
}
