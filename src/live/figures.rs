//! What is counted of sockets.
use crate::metrics::{Counter, Histogram, Kind, Text};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bounds of the time from the event to the queues of all sockets, in microseconds.
const DURATIONS: &[u64] = &[1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 10_000_000];

/// The numbers of this node's sockets.
#[derive(Debug)]
pub(super) struct Figures {
    /// How many are open.
    pub open: AtomicUsize,
    /// How many subscriptions they have.
    pub subscribed: AtomicUsize,
    /// Frames handed to sockets.
    pub told: Counter,
    /// Sockets let go because they read too slowly.
    pub slow: Counter,
    /// Sockets let go because of what they sent.
    pub unruly: Counter,
    /// Sockets that were refused for want of room.
    pub refused: Counter,
    /// Times that a client was told to reload, since too much was missed, or it asked too often.
    pub reloads: Counter,
    /// From an event to the queues of those who hear it.
    pub took: Histogram,
}

impl Default for Figures {
    fn default() -> Figures {
        Figures {
            open: AtomicUsize::new(0),
            subscribed: AtomicUsize::new(0),
            told: Counter::default(),
            slow: Counter::default(),
            unruly: Counter::default(),
            refused: Counter::default(),
            reloads: Counter::default(),
            took: Histogram::of_durations(DURATIONS),
        }
    }
}

impl Figures {
    /// Writes all of them.
    pub fn write(&self, text: &mut Text) {
        text.single("hookdesk_sockets_open", Kind::Gauge, "WebSockets that are open on this node.", self.open.load(Ordering::Relaxed));
        text.single("hookdesk_socket_subscriptions", Kind::Gauge, "Subscriptions of these.", self.subscribed.load(Ordering::Relaxed));
        text.single("hookdesk_socket_frames_total", Kind::Counter, "Events handed to sockets, once for each that hears.", self.told.value());
        let mut dropped = text.family("hookdesk_sockets_dropped_total", Kind::Counter, "Sockets let go or refused by the server, by why.");
        for (why, counter) in [("slow", &self.slow), ("unruly", &self.unruly), ("refused", &self.refused)] {
            dropped.sample(&[("reason", why)], counter.value());
        }
        let help = "Clients that came again and were told to reload, since they had missed too much or asked too often.";
        text.single("hookdesk_socket_reloads_total", Kind::Counter, help, self.reloads.value());
        let help = "From an event to the queues of all sockets that hear it.";
        text.family("hookdesk_socket_delay_seconds", Kind::Histogram, help).histogram(&[], &self.took);
    }
}
