//! What waits to be written to one socket: bounded, so that a client which reads too slowly costs no more than that, and is let go.
use crate::locks::lock;
use actix_web::web::Bytes;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
};
use tokio::sync::Notify;

/// How many letters wait at most.
const MOST: usize = 512;

/// How many bytes wait at most. What goes to many sockets is counted for each, although it is in memory once.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// So many of what is new are held back while what was missed is told.
pub(super) const HALF: usize = MOST / 2;
/// The same in bytes. (`draw` makes no frame longer than this.)
pub(super) const HALF_BYTES: usize = MOST_BYTES / 2;

/// What was missed is in memory for one socket alone, so it is only put in while fewer than this wait.
const FEW: usize = 16;
/// The same in bytes.
const FEW_BYTES: usize = 256 * 1024;

/// A text for one subscription: how it begins, and the rest, which others hear as well.
#[derive(Debug)]
pub(super) struct Letter {
    pub prefix: Arc<str>,
    pub rest: Bytes,
}

impl Letter {
    fn length(&self) -> usize {
        self.prefix.len() + self.rest.len()
    }
}

/// Why nothing more is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The server ends.
    Stopping,
    /// Whoever listens has shown what is no credential any more.
    Unauthorized,
    /// More was to be written than may wait, or more asked than there is room for.
    Slow,
    /// The database has lost some of what was told.
    Lost,
}

/// Of one socket. Others put letters in; the socket takes them.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    state: Mutex<State>,
    emptier: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Letter>,
    bytes: usize,
    end: Option<End>,
    socket: Option<Waker>,
}

impl Mailbox {
    /// Puts something in. If there is no room, that is the end.
    pub fn put(&self, letter: Letter) {
        let mut state = self.state();
        if state.end.is_some() {
            return;
        }
        state.bytes += letter.length();
        state.waiting.push_back(letter);
        if state.waiting.len() > MOST || state.bytes > MOST_BYTES {
            state.finish(End::Slow);
        }
        let socket = state.socket.take();
        drop(state);
        socket.into_iter().for_each(Waker::wake);
    }

    /// Nothing more goes in.
    pub fn end(&self, end: End) {
        let mut state = self.state();
        if state.end.is_none() {
            state.finish(end);
        }
        let socket = state.socket.take();
        drop(state);
        socket.into_iter().for_each(Waker::wake);
        self.emptier.notify_one();
    }

    /// The next letter, or the end.
    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<Letter, End>> {
        let mut state = self.state();
        if let Some(end) = state.end {
            return Poll::Ready(Err(end));
        }
        let was_drained = state.is_drained();
        let Some(letter) = state.waiting.pop_front() else {
            if state.socket.as_ref().is_none_or(|socket| !socket.will_wake(cx.waker())) {
                state.socket = Some(cx.waker().clone());
            }
            return Poll::Pending;
        };
        state.bytes -= letter.length();
        if state.waiting.is_empty() {
            // most sockets are idle most of the time
            state.waiting = VecDeque::new();
        }
        if !was_drained && state.is_drained() {
            self.emptier.notify_one();
        }
        Poll::Ready(Ok(letter))
    }

    /// Waits until most of what was put in has been taken; without end if it has ended.
    pub async fn drained(&self) {
        loop {
            let (there, ended) = {
                let state = self.state();
                (state.is_drained(), state.end.is_some())
            };
            match (there, ended) {
                (_, true) => std::future::pending().await,
                (true, _) => return,
                _ => self.emptier.notified().await,
            }
        }
    }

    /// Why nothing more goes in, if that is so.
    pub fn ended(&self) -> Option<End> {
        self.state().end
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    fn is_drained(&self) -> bool {
        self.waiting.len() < FEW && self.bytes < FEW_BYTES
    }

    fn finish(&mut self, end: End) {
        self.end = Some(end);
        self.waiting = VecDeque::new();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    fn letter(text: &str) -> Letter {
        Letter { prefix: "p".into(), rest: Bytes::copy_from_slice(text.as_bytes()) }
    }

    async fn take(mailbox: &Mailbox) -> Result<String, End> {
        poll_fn(|cx| mailbox.poll(cx)).await.map(|letter| String::from_utf8_lossy(&letter.rest).into_owned())
    }

    #[actix_rt::test]
    async fn letters_come_in_order_until_the_end() {
        let mailbox = Arc::new(Mailbox::default());
        mailbox.put(letter("a"));
        mailbox.put(letter("b"));
        assert_eq!((take(&mailbox).await, take(&mailbox).await), (Ok("a".into()), Ok("b".into())));
        let other = mailbox.clone();
        let waiting = actix_rt::spawn(async move { take(&other).await });
        actix_rt::task::yield_now().await;
        mailbox.put(letter("c"));
        assert_eq!(waiting.await.unwrap(), Ok("c".into()));
        mailbox.put(letter("never read"));
        mailbox.end(End::Stopping);
        mailbox.put(letter("too late"));
        mailbox.end(End::Slow);
        assert_eq!(take(&mailbox).await, Err(End::Stopping));
    }

    #[actix_rt::test]
    async fn too_much_is_the_end_and_is_forgotten() {
        let (many, large, largest) = (Mailbox::default(), Mailbox::default(), Mailbox::default());
        (0..MOST).for_each(|_| many.put(letter("x")));
        assert_eq!(take(&many).await, Ok("x".into()));
        (0..2).for_each(|_| many.put(letter("x")));
        let half = "x".repeat(HALF_BYTES);
        large.put(letter(&half));
        assert_eq!(large.ended(), None);
        large.put(letter(&half));
        largest.put(letter(&"x".repeat(MOST_BYTES)));
        for mailbox in [many, large, largest] {
            assert_eq!(take(&mailbox).await.map(|text| text.len()), Err(End::Slow));
            assert!(mailbox.state().waiting.is_empty() && mailbox.state().waiting.capacity() == 0);
        }
    }

    #[actix_rt::test]
    async fn whoever_puts_in_much_waits_for_room() {
        let mailbox = Arc::new(Mailbox::default());
        (0..MOST).for_each(|_| mailbox.put(letter("x")));
        let other = mailbox.clone();
        let waiting = actix_rt::spawn(async move { other.drained().await });
        actix_rt::task::yield_now().await;
        for _ in FEW..MOST {
            assert!(!waiting.is_finished());
            assert!(take(&mailbox).await.is_ok());
        }
        assert!(take(&mailbox).await.is_ok());
        waiting.await.unwrap();
    }
}
