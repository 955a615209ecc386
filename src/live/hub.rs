//! Who hears on this node: the sockets, their subscriptions, and how far each of them has been told.
use super::{
    figures::Figures,
    limits::Limits,
    mailbox::{End, Letter, Mailbox},
    model::{Admitted, Sequence, Who},
    payload,
    presence::Seen,
    seat::Seat,
};
use crate::{
    config::Config,
    db::{
        Db, Tx,
        nodes::{Channel, Ear, Heard, Nodes},
        told::Told,
        types::{AccountId, EventId},
    },
    error::{Error, Result},
    events::{Event, Subscriber, live::Drawers},
    locks::lock,
    metrics::Text,
};
use actix_web::web::Bytes;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, atomic::Ordering},
    time::Duration,
};
use tokio::sync::Notify;

/// Nodes call each other here when something was told that sockets may hear.
const TOLD: Channel = Channel("hookdesk_told");

/// The sockets of this node. Cheap to clone.
#[derive(Clone)]
pub struct Hub(pub(super) Arc<Inner>);

pub(super) struct Inner {
    nodes: Nodes,
    pub limits: Limits,
    pub figures: Figures,
    pub seen: Seen,
    /// From the start until it is closed: the database carries the hub along, so that each would keep the other for ever.
    room: Mutex<Option<Room>>,
    desk: Mutex<Desk>,
    pub woken: Notify,
    /// How long events are kept; for ever with `None`.
    pub retention: Option<Duration>,
}

/// Where frames come from.
#[derive(Clone)]
pub(super) struct Room {
    pub db: Db,
    pub drawers: Arc<Drawers>,
}

#[derive(Default)]
struct Desk {
    /// The event up to which all that was told has been handed out; none while nobody listens.
    place: Option<EventId>,
    /// The event up to which is just being read, for those who were there when the reading began.
    reading: Option<EventId>,
    accounts: HashMap<AccountId, HashMap<Who, Vec<Arc<Seat>>>>,
    /// Every open socket by its number, with what counts as its address.
    sockets: HashMap<u64, (Arc<Mailbox>, Option<u64>)>,
    /// How many of them an address has.
    addresses: HashMap<u64, u32>,
    last: u64,
    closed: bool,
}

/// A subscription for as long as it lives.
pub(super) struct Seated {
    hub: Hub,
    pub seat: Arc<Seat>,
}

/// A socket for as long as it lives.
pub(super) struct Open {
    hub: Hub,
    number: u64,
    /// As what its address is counted, if it is.
    pub address: Option<u64>,
    pub mailbox: Arc<Mailbox>,
}

/// A frame on its way: what it says after the prefix, and to whom.
pub(super) struct Outgoing {
    pub sequence: Sequence,
    pub rest: Bytes,
    pub to: Vec<Who>,
}

/// Wakes the hub once an event is committed, and those of other nodes. Where nobody listens, it does nothing.
pub fn subscriber() -> Subscriber {
    Box::new(|tx: &mut Tx, _: EventId, _: &Event| {
        if let Some(hub) = tx.shared::<Hub>() {
            tx.after_commit(move || hub.told());
        }
        Ok(())
    })
}

impl Hub {
    /// Nobody yet.
    pub fn new(nodes: Nodes, config: &Config) -> Hub {
        Hub(Arc::new(Inner {
            nodes,
            limits: Limits::new(config),
            figures: Figures::default(),
            seen: Seen::default(),
            room: Mutex::default(),
            desk: Mutex::default(),
            woken: Notify::new(),
            retention: config.retention,
        }))
    }

    /// Begins to tell what happens, with these who draw it. It ends with [`Hub::close`].
    pub fn start(&self, db: Db, drawers: Drawers) {
        *lock(&self.0.room) = Some(Room { db, drawers: Arc::new(drawers) });
        drop(actix_rt::spawn(self.clone().run()));
        drop(actix_rt::spawn(self.clone().note_all()));
    }

    /// What this node hears from others.
    pub fn ears(&self) -> Vec<Ear> {
        let (told, left) = (self.clone(), self.clone());
        let hear_left = move |heard: Heard| match heard {
            Heard::Told(text) => left.heard_of_departure(text),
            Heard::Missed => {}
        };
        vec![Ear { channel: TOLD, hear: Box::new(move |_| told.wake()) }, Ear { channel: super::presence::LEFT, hear: Box::new(hear_left) }]
    }

    /// Ends all sockets, and begins no other.
    pub fn close(&self) {
        let mut desk = self.desk();
        desk.closed = true;
        desk.sockets.values().for_each(|(mailbox, _)| mailbox.end(End::Stopping));
        drop(desk);
        lock(&self.0.room).take();
        self.0.woken.notify_one();
        self.0.seen.wake();
    }

    /// Writes what was counted.
    pub fn write(&self, text: &mut Text) {
        self.0.figures.write(text);
    }

    fn told(&self) {
        self.wake();
        if self.0.nodes.has_others() {
            self.0.nodes.call(TOLD);
        }
    }

    /// There may be something new.
    pub(super) fn wake(&self) {
        if self.is_heard() {
            self.0.woken.notify_one();
        }
    }

    /// A new socket from this address.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when there is no room at all, or the server is about to end; [`Error::TooMany`] when the address has enough.
    pub(super) fn open(&self, ip: Option<IpAddr>) -> Result<Open> {
        let address = ip.and_then(|ip| self.0.limits.counted(ip));
        let mut desk = self.desk();
        if desk.closed {
            return Err(Error::Overloaded);
        }
        let theirs = address.and_then(|address| desk.addresses.get(&address)).copied().unwrap_or_default();
        if let Err(e) = self.0.limits.admit(desk.sockets.len(), theirs) {
            self.0.figures.refused.add(1);
            return Err(e);
        }
        if let Some(address) = address {
            *desk.addresses.entry(address).or_default() += 1;
        }
        desk.last += 1;
        let (number, mailbox) = (desk.last, Arc::new(Mailbox::default()));
        desk.sockets.insert(number, (mailbox.clone(), address));
        self.0.figures.open.store(desk.sockets.len(), Ordering::Relaxed);
        Ok(Open { hub: self.clone(), number, address, mailbox })
    }

    /// Takes somebody in. `told` is how far the events were settled some moments ago: nobody is owed what came before. Whoever says that they
    /// may have missed something (`since`) gets nothing new until [`Seat::release`].
    pub(super) fn seat(&self, admitted: Admitted, prefix: Arc<str>, mailbox: Arc<Mailbox>, told: Told, since: Option<Sequence>) -> Seated {
        let mut desk = self.desk();
        let from = desk.reading.or(desk.place).unwrap_or(EventId(told.settled));
        desk.place.get_or_insert(from);
        mailbox.put(Letter { prefix: prefix.clone(), rest: payload::confirmed(Sequence::after(from)) });
        let (account, who) = (admitted.account, admitted.who);
        // a place that was never given out says nothing
        let heard = since.filter(|since| since.event().0 <= told.given);
        let seat = Arc::new(Seat::new(admitted, prefix, mailbox, from, heard, since.is_some()));
        desk.accounts.entry(account).or_default().entry(who).or_default().push(seat.clone());
        self.0.figures.subscribed.fetch_add(1, Ordering::SeqCst);
        drop(desk);
        // what came between the look at the events and now has woken nobody, if this is the first
        self.wake();
        Seated { hub: self.clone(), seat }
    }

    /// Begins a look at the events as far as they are settled: after which event, and for which accounts. Nothing if nobody listens.
    ///
    /// A database that was put back (a standby has taken over, or a copy) has given fewer events than were told here. What it tells now has numbers
    /// that were heard before, so everybody is to come again, and to read what there is.
    pub(super) fn begin(&self, told: Told) -> Option<(EventId, Vec<AccountId>)> {
        let mut desk = self.desk();
        let place = desk.place?;
        if told.given < place.0 {
            tracing::warn!(given = told.given, told = place.0, "the database has lost events: all sockets are to come again");
            desk.sockets.values().for_each(|(mailbox, _)| mailbox.end(End::Lost));
            desk.place = Some(EventId(told.settled));
            return None;
        }
        desk.reading = Some(place.max(EventId(told.settled)));
        Some((place, desk.accounts.keys().copied().collect()))
    }

    /// Ends a look that has come to this event.
    pub(super) fn finish(&self, place: Option<EventId>) {
        let mut desk = self.desk();
        desk.reading = None;
        if let (Some(place), Some(now)) = (place, desk.place) {
            desk.place = Some(place.max(now));
        }
    }

    /// Whether nobody will come any more.
    pub(super) fn is_closed(&self) -> bool {
        self.desk().closed
    }

    /// Hands out what one event has become, to those who may hear it.
    pub(super) fn hand_out(&self, account: AccountId, event: EventId, frames: &[Outgoing], entitled: &HashMap<Who, String>) {
        let desk = self.desk();
        let Some(present) = desk.accounts.get(&account) else { return };
        let mut told = 0;
        for frame in frames {
            for who in &frame.to {
                let Some(token) = entitled.get(who) else { continue };
                for seat in present.get(who).into_iter().flatten().filter(|seat| seat.awaits(event, frame.sequence)) {
                    if seat.admitted.token != *token {
                        seat.mailbox().end(End::Unauthorized);
                        continue;
                    }
                    seat.tell(frame.rest.clone());
                    told += 1;
                }
            }
        }
        self.0.figures.told.add(told);
    }

    /// Whether somebody listens here.
    pub(super) fn is_heard(&self) -> bool {
        self.0.figures.subscribed.load(Ordering::SeqCst) > 0
    }

    /// Whether somebody has a socket here.
    pub(super) fn here(&self, account: AccountId, who: Who) -> bool {
        self.desk().accounts.get(&account).is_some_and(|present| present.contains_key(&who))
    }

    /// Where frames come from; nothing before the start, and once it is closed.
    pub(super) fn room(&self) -> Option<Room> {
        lock(&self.0.room).clone()
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        lock(&self.0.desk)
    }
}

impl Drop for Seated {
    fn drop(&mut self) {
        let Admitted { account, who, .. } = self.seat.admitted;
        let mut desk = self.hub.desk();
        let mut gone = false;
        if let Some(present) = desk.accounts.get_mut(&account) {
            if let Some(seats) = present.get_mut(&who) {
                seats.retain(|seat| !Arc::ptr_eq(seat, &self.seat));
                gone = seats.is_empty();
            }
            if gone {
                present.remove(&who);
            }
            if present.is_empty() {
                desk.accounts.remove(&account);
            }
        }
        if desk.accounts.is_empty() {
            desk.place = None;
        }
        let closed = desk.closed;
        drop(desk);
        self.hub.0.figures.subscribed.fetch_sub(1, Ordering::SeqCst);
        if gone && !closed {
            self.hub.0.seen.gone(account, who);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // whoever has stopped reading may never hear that this is why
        if self.mailbox.ended() == Some(End::Slow) {
            self.hub.0.figures.slow.add(1);
        }
        let mut desk = self.hub.desk();
        if let Some((_, Some(address))) = desk.sockets.remove(&self.number)
            && let Some(number) = desk.addresses.get_mut(&address)
        {
            *number -= 1;
            if *number == 0 {
                desk.addresses.remove(&address);
            }
        }
        self.hub.0.figures.open.store(desk.sockets.len(), Ordering::Relaxed);
    }
}
