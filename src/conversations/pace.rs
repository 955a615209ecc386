//! How many messages a conversation takes in a minute. The database alone knows for sure; but to ask it at each message would cost as
//! much as some of the message's own statements. So this node counts what passes through it, and asks at every twentieth message of a
//! conversation, and at each one while the answer is that there are too many.
use crate::{db::types::ConversationId, locks::lock};
use chrono::{NaiveDateTime, TimeDelta};
use std::{collections::HashMap, sync::Mutex};

/// How many messages a conversation takes within [`WITHIN`].
pub const MOST: i64 = 200;
/// The time over which messages are counted.
pub const WITHIN: TimeDelta = TimeDelta::minutes(1);
/// At which messages the database is asked.
const EVERY: u32 = 20;
/// How many conversations are remembered. (Some 32 bytes each.)
const MOST_KEYS: usize = 10_000;

/// The messages that have passed through this node lately.
#[derive(Debug)]
pub struct Pace(Option<Mutex<HashMap<ConversationId, Count>>>);

#[derive(Debug)]
struct Count {
    since: NaiveDateTime,
    messages: u32,
}

impl Pace {
    /// Counts as the setting `rate_limits` says: or not at all.
    pub fn new(on: bool) -> Pace {
        Pace(on.then(Mutex::default))
    }

    /// Whether the database is to be asked before this message.
    pub fn is_to_ask(&self, id: ConversationId, last_activity: NaiveDateTime, now: NaiveDateTime) -> bool {
        let Some(counts) = &self.0 else { return false };
        let counts = lock(counts);
        match counts.get(&id).filter(|count| count.is_recent(now)) {
            Some(count) => count.messages.is_multiple_of(EVERY),
            // what began a while ago without a word since has nothing to count
            None => now - last_activity < WITHIN,
        }
    }

    /// Counts a message.
    pub fn note(&self, id: ConversationId, now: NaiveDateTime) {
        let Some(counts) = &self.0 else { return };
        let mut counts = lock(counts);
        if let Some(count) = counts.get_mut(&id).filter(|count| count.is_recent(now)) {
            count.messages += 1;
            return;
        }
        if counts.len() >= MOST_KEYS {
            counts.retain(|_, count| count.is_recent(now));
            if counts.len() >= MOST_KEYS {
                // each is asked about once more
                counts.clear();
            }
        }
        counts.insert(id, Count { since: now, messages: 1 });
    }
}

impl Count {
    fn is_recent(&self, now: NaiveDateTime) -> bool {
        self.since <= now && now - self.since < WITHIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::now;

    #[test]
    fn the_database_is_asked_now_and_then() {
        let (pace, start, id) = (Pace::new(true), now(), ConversationId(1));
        let mut asked = Vec::new();
        for n in 0..100 {
            if pace.is_to_ask(id, start, start + TimeDelta::milliseconds(n)) {
                asked.push(n);
            }
            pace.note(id, start + TimeDelta::milliseconds(n));
        }
        assert_eq!(asked, [0, 20, 40, 60, 80]);
        // refused ones are not noted: whoever goes on is asked about each time
        assert!((0..3).all(|_| pace.is_to_ask(id, start, start + TimeDelta::seconds(1))));
        let later = start + TimeDelta::minutes(5);
        assert!(!pace.is_to_ask(id, start, later), "nothing was written for minutes");
        assert!(!Pace::new(false).is_to_ask(id, start, start));
    }

    #[test]
    fn memory_is_bounded() {
        let (pace, now) = (Pace::new(true), now());
        (0..3 * MOST_KEYS as i64).for_each(|id| pace.note(ConversationId(id), now));
        assert!(pace.0.as_ref().unwrap().lock().unwrap().len() <= MOST_KEYS);
    }
}
