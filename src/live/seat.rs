//! One subscription: what it is told, and what is held back for it until it has heard what was missed.
use super::{
    mailbox::{End, HALF, HALF_BYTES, Letter, Mailbox},
    model::{Admitted, Sequence},
};
use crate::{db::types::EventId, locks::lock};
use actix_web::web::Bytes;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};

/// One subscription.
pub(super) struct Seat {
    pub admitted: Admitted,
    /// How everything begins that is said to it.
    pub prefix: Arc<str>,
    pub mailbox: Arc<Mailbox>,
    /// What was told up to here is not told here again,
    pub from: EventId,
    /// nor what the client has heard before.
    heard: Option<Sequence>,
    /// What is new, while what was missed is still to come.
    held: Mutex<Option<Held>>,
}

/// What is held back, bounded as a mailbox is.
#[derive(Default)]
struct Held {
    waiting: VecDeque<Bytes>,
    bytes: usize,
    /// There was more than may be held: nothing is, any more.
    over: bool,
}

impl Held {
    /// Keeps something; whether there was room for it.
    fn keep(&mut self, rest: Bytes) -> bool {
        let bytes = self.bytes + rest.len();
        if self.over || self.waiting.len() == HALF || bytes > HALF_BYTES {
            *self = Held { over: true, ..Held::default() };
            return false;
        }
        self.bytes = bytes;
        self.waiting.push_back(rest);
        true
    }

    fn take(&mut self) -> Option<Bytes> {
        let rest = self.waiting.pop_front()?;
        self.bytes -= rest.len();
        Some(rest)
    }
}

impl Seat {
    /// A subscription that holds from that place on. Whatever comes after the place that the client has `heard` is told; if it comes again, what is
    /// new is held back until [`Seat::release`].
    pub fn new(admitted: Admitted, prefix: Arc<str>, mailbox: Arc<Mailbox>, from: EventId, heard: Option<Sequence>, comes_again: bool) -> Seat {
        Seat { admitted, prefix, mailbox, from, heard, held: Mutex::new(comes_again.then(Held::default)) }
    }

    /// Says something new.
    pub fn tell(&self, rest: Bytes) {
        match &mut *self.held() {
            Some(held) => {
                if !held.keep(rest) {
                    self.mailbox.end(End::Slow);
                }
            }
            None => self.say(rest),
        }
    }

    /// Its socket's.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// Whether it has not had this yet.
    pub fn awaits(&self, event: EventId, sequence: Sequence) -> bool {
        self.from < event && self.heard.is_none_or(|heard| heard < sequence)
    }

    /// Says something that waits for nothing.
    pub fn say(&self, rest: Bytes) {
        self.mailbox.put(Letter { prefix: self.prefix.clone(), rest });
    }

    /// What was missed has been told: what is new follows, as fast as the client reads.
    pub async fn release(&self) {
        loop {
            self.mailbox.drained().await;
            let mut held = self.held();
            match held.as_mut().and_then(Held::take) {
                Some(rest) => self.say(rest),
                None => {
                    *held = None;
                    return;
                }
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        lock(&self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        db::types::{AccountId, UserId},
        live::model::Who,
    };
    use std::future::poll_fn;

    fn seat() -> (Arc<Seat>, Arc<Mailbox>) {
        let admitted = Admitted { account: AccountId(1), who: Who::User(UserId(1)), token: String::new() };
        let mailbox = Arc::new(Mailbox::default());
        (Arc::new(Seat::new(admitted, "p".into(), mailbox.clone(), EventId(0), None, true)), mailbox)
    }

    fn text(length: usize) -> Bytes {
        vec![b'x'; length].into()
    }

    async fn take(mailbox: &Mailbox) -> Result<usize, End> {
        poll_fn(|cx| mailbox.poll(cx)).await.map(|letter| letter.rest.len())
    }

    #[actix_rt::test]
    async fn what_is_held_is_bounded_by_number_and_by_bytes() {
        for (fits, most) in [(vec![1; HALF], 1), (vec![HALF_BYTES], 1), (vec![HALF_BYTES / 4; 4], 1), (vec![], HALF_BYTES + 1)] {
            let (seat, mailbox) = seat();
            fits.iter().for_each(|length| seat.tell(text(*length)));
            assert_eq!(mailbox.ended(), None, "{} are held", fits.len());
            seat.tell(text(most));
            assert_eq!(take(&mailbox).await, Err(End::Slow));
            // and what comes after that is not held either
            seat.tell(text(1));
            let held = seat.held();
            let held = held.as_ref().unwrap();
            assert!(held.waiting.capacity() == 0 && held.bytes == 0);
        }
    }

    #[actix_rt::test]
    async fn what_was_held_follows_in_order_as_fast_as_it_is_read() {
        let (seat, mailbox) = seat();
        // one that fills what may be held; then many more, each after the one before has been read
        seat.tell(text(HALF_BYTES));
        let other = seat.clone();
        let releasing = actix_rt::spawn(async move { other.release().await });
        assert_eq!(take(&mailbox).await, Ok(HALF_BYTES));
        for length in 1..3 * HALF {
            seat.tell(text(length));
            assert_eq!(take(&mailbox).await, Ok(length));
        }
        releasing.await.unwrap();
        assert!(seat.held().is_none());
        (1..=HALF).for_each(|length| seat.tell(text(length)));
        for length in 1..=HALF {
            assert_eq!(take(&mailbox).await, Ok(length), "nothing is held any more");
        }
    }
}
