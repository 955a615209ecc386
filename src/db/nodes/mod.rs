//! Several nodes on one database: what they tell each other, and who is there. PostgreSQL carries both. Words go by
//! LISTEN/NOTIFY, and whoever is there holds an advisory lock on the session that listens: it falls when the process ends,
//! however it ends. On SQLite there is one node, which has nobody to tell.
#[allow(unsafe_code)]
mod line;
mod listener;

pub use listener::Listener;

use super::{DbConn, Tx};
use crate::{
    config::Database,
    error::{Error, Result},
    locks::lock,
    random,
};
use diesel::{
    RunQueryDsl, sql_query,
    sql_types::{Integer, Text},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard},
};
use tokio::sync::{Notify, watch};

/// A name under which nodes tell each other things: letters, digits and `_`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Channel(pub &'static str);

/// What reaches a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard<'a> {
    /// Another node has told this.
    Told(&'a str),
    /// Nobody was listening for a while, so anything may have been told.
    Missed,
}

/// Somebody who listens to a channel.
pub struct Ear {
    /// What they listen to.
    pub channel: Channel,
    /// Called for each word on it, and once after each time that nobody listened. It must be quick and must not block.
    pub hear: Box<dyn Fn(Heard) + Send>,
}

/// The nodes that are there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Present {
    /// Their numbers, this node's among them.
    pub numbers: BTreeSet<i32>,
    /// How many connections the listener has had: when it changes, nobody has looked for a while.
    pub connection: u32,
}

/// This node among the others. Cheap to clone.
#[derive(Clone)]
pub struct Nodes(Arc<Node>);

struct Node {
    /// Even if the node delivers, so that the others know how many do.
    number: i32,
    delivers: bool,
    /// PostgreSQL's.
    url: Option<String>,
    calls: Mutex<BTreeSet<Channel>>,
    called: Notify,
    present: watch::Sender<Present>,
}

impl Nodes {
    /// A node that nobody knows yet; [`Listener::start`] makes it known. It sends deliveries, or leaves them to others.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn new(database: &Database, delivers: bool) -> Result<Nodes> {
        let (drawn, url) = match database {
            // drawn and not counted: a row for each process that ever ran would have to be cleared away by somebody
            Database::Postgres(url) => (i32::from_be_bytes(random::bytes()?) & i32::MAX, Some(url.clone())),
            Database::Sqlite(_) => (0, None),
        };
        let number = drawn & !1 | i32::from(!delivers);
        Ok(Nodes(Arc::new(Node { number, delivers, url, calls: Mutex::default(), called: Notify::new(), present: watch::Sender::default() })))
    }

    /// Whether this node sends deliveries.
    pub fn delivers(&self) -> bool {
        self.0.delivers
    }

    /// How many of the nodes that are there send deliveries; at least one.
    pub fn delivering(&self) -> u32 {
        let present = self.0.present.borrow();
        let delivering = present.numbers.iter().filter(|number| *number % 2 == 0).count();
        u32::try_from(delivering).unwrap_or(u32::MAX).max(1)
    }

    /// Whether another node is there, as far as this one has seen.
    pub fn has_others(&self) -> bool {
        self.0.present.borrow().numbers.len() > 1
    }

    /// What this node is called, for as long as it runs.
    pub fn number(&self) -> i32 {
        self.0.number
    }

    /// Wakes those who listen to this channel on other nodes, soon. Many calls may become one, and one may be lost: what must
    /// not be lost is told by [`Tx::tell_others`].
    ///
    /// It costs the caller nothing, and the database less than a NOTIFY in each transaction would: PostgreSQL lets
    /// transactions that notify commit only one after the other, flush included.
    pub fn call(&self, channel: Channel) {
        if self.0.url.is_some() {
            self.calls().insert(channel);
            self.0.called.notify_one();
        }
    }

    /// Who is there; renewed about once in a second while the listener is connected, also if nothing has changed.
    pub fn present(&self) -> watch::Receiver<Present> {
        self.0.present.subscribe()
    }

    fn calls(&self) -> MutexGuard<'_, BTreeSet<Channel>> {
        lock(&self.0.calls)
    }
}

impl Tx<'_> {
    /// Tells the other nodes something once this is committed, in a round trip of its own. For what is rare.
    ///
    /// # Errors
    /// The database's, as when the payload has 8000 bytes or more.
    pub fn tell_others(&mut self, channel: Channel, payload: &str) -> Result<()> {
        let number = self.shared::<Nodes>().map_or(0, |nodes| nodes.number());
        match &mut *self.conn {
            DbConn::Pg(c) => {
                let tell = sql_query("SELECT pg_notify($1, $2 || ':' || $3)").bind::<Text, _>(channel.0);
                tell.bind::<Integer, _>(number).bind::<Text, _>(payload).execute(c).map(drop).map_err(Error::from)
            }
            DbConn::Sqlite(_) => Ok(()),
        }
    }
}
