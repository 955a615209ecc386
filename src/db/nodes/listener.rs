//! The node's own session: it hears what other nodes tell, calls them, and shows by its lock that the node is there.
use super::{
    Ear, Heard, Nodes, Present,
    line::{Line, Told},
};
use crate::{
    db::pool::KEEPALIVES,
    error::{Error, Result},
};
use std::time::Duration;
use tokio::{
    sync::oneshot,
    time::{Instant, MissedTickBehavior, interval, sleep, sleep_until},
};

/// How often a node looks who is there. It is also how soon a dead connection is noticed.
const BEAT: Duration = Duration::from_secs(1);

/// Between calls: those of a busy moment become one, for the sake of those who are called.
const BETWEEN_CALLS: Duration = Duration::from_millis(5);

/// Before the first attempt to connect again; each further one waits twice as long,
const SOON: Duration = Duration::from_millis(50);
/// up to this. A node that is alive must be back before others take it for dead.
const LATEST: Duration = Duration::from_secs(1);

/// The first of the two numbers of a node's advisory lock; the second is the node's own.
const PRESENCE: i32 = 4_665_642;

/// On which a node tells that it is there now. One that came and went between two looks would have been seen by nobody.
const ARRIVALS: &str = "hookdesk_arrivals";

/// The session's commits carry nothing but calls, so none waits for the disk.
const UNHURRIED: &str = "SET synchronous_commit = off;";

/// The running listener.
pub struct Listener(Option<(oneshot::Sender<()>, actix_rt::task::JoinHandle<()>)>);

impl Listener {
    /// Connects, and listens from now on. (On SQLite: nothing.)
    ///
    /// # Errors
    /// When PostgreSQL does not let it in.
    pub async fn start(nodes: Nodes, ears: Vec<Ear>) -> Result<Listener> {
        let Some(url) = nodes.0.url.clone() else { return Ok(Listener(None)) };
        let mut desk = Desk { nodes, ears, url, connection: 0, locked: false };
        let line = desk.connect().await?;
        tracing::info!(node = desk.nodes.number(), "one of the nodes on this database");
        let (stop, asked_to_stop) = oneshot::channel();
        let running = actix_rt::spawn(desk.keep(line, asked_to_stop));
        Ok(Listener(Some((stop, running))))
    }

    /// Makes the last calls and closes the connection; others see that the node is gone.
    pub async fn stop(self) {
        if let Some((stop, running)) = self.0 {
            let _ = stop.send(());
            let _ = running.await;
        }
    }
}

struct Desk {
    nodes: Nodes,
    ears: Vec<Ear>,
    url: String,
    connection: u32,
    /// Whether this session shows that the node is there.
    locked: bool,
}

impl Desk {
    async fn connect(&mut self) -> Result<Line> {
        let url = self.url.clone();
        let mut line = actix_rt::task::spawn_blocking(move || Line::connect(&url)).await.map_err(Error::internal)??;
        let channels: Vec<String> = self.ears.iter().map(|ear| format!("LISTEN {};", ear.channel.0)).collect();
        line.ask(&format!("{UNHURRIED} {KEEPALIVES} LISTEN {ARRIVALS}; {}", channels.concat())).await?;
        self.connection += 1;
        self.locked = false;
        self.beat(&mut line).await?;
        self.ears.iter().for_each(|ear| (ear.hear)(Heard::Missed));
        Ok(line)
    }

    async fn keep(mut self, mut line: Line, mut stop: oneshot::Receiver<()>) {
        while let Err(e) = self.serve(&mut line, &mut stop).await {
            tracing::warn!(error = %e, "the connection to the other nodes is lost");
            line = tokio::select! {
                _ = &mut stop => return,
                line = self.connect_again() => line,
            };
            tracing::info!("connected to the other nodes again");
        }
    }

    async fn connect_again(&mut self) -> Line {
        let mut wait = SOON;
        loop {
            sleep(wait).await;
            match self.connect().await {
                Ok(line) => return line,
                Err(e) => tracing::debug!(error = %e, "the other nodes cannot be reached"),
            }
            wait = LATEST.min(wait * 2);
        }
    }

    /// Until the connection fails, or the node stops.
    async fn serve(&mut self, line: &mut Line, stop: &mut oneshot::Receiver<()>) -> Result<()> {
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut next_call = Instant::now();
        loop {
            while let Some(told) = line.told() {
                self.hear(&told);
            }
            tokio::select! {
                read = line.readable() => read?,
                _ = beat.tick() => self.beat(line).await?,
                () = self.called(next_call) => {
                    self.call(line).await?;
                    next_call = Instant::now() + BETWEEN_CALLS;
                }
                _ = &mut *stop => {
                    // nobody calls instead of a node that stops; where it cannot, the others look by themselves
                    if let Err(e) = self.call(line).await {
                        tracing::warn!(error = %e, "the last calls to the other nodes are lost");
                    }
                    return Ok(());
                }
            }
        }
    }

    fn hear(&self, Told { channel, payload }: &Told) {
        let Some((Ok(from), payload)) = payload.split_once(':').map(|(from, payload)| (from.parse(), payload)) else { return };
        if channel == ARRIVALS {
            self.nodes.0.present.send_modify(|present| {
                present.numbers.insert(from);
            });
        } else if from != self.nodes.number() {
            // what this node has told is known to it already
            self.ears.iter().filter(|ear| ear.channel.0 == channel).for_each(|ear| (ear.hear)(Heard::Told(payload)));
        }
    }

    /// Waits for somebody who calls; not before that time.
    async fn called(&self, earliest: Instant) {
        while self.nodes.calls().is_empty() {
            self.nodes.0.called.notified().await;
        }
        sleep_until(earliest).await;
    }

    async fn call(&self, line: &mut Line) -> Result<()> {
        let calls = std::mem::take(&mut *self.nodes.calls());
        if calls.is_empty() {
            return Ok(());
        }
        let number = self.nodes.number();
        let all: Vec<String> = calls.iter().map(|channel| format!("NOTIFY {}, '{number}:';", channel.0)).collect();
        let done = line.ask(&all.concat()).await.map(drop);
        if done.is_err() {
            // on the next connection, then
            self.nodes.calls().extend(calls);
        }
        done
    }

    /// Shows that this node is there, and looks who else is.
    async fn beat(&mut self, line: &mut Line) -> Result<()> {
        if !self.locked {
            // an earlier session of this node may hold it still, and then stands for this one
            let number = self.nodes.number();
            self.locked = line.ask(&format!("SELECT pg_try_advisory_lock({PRESENCE}, {number})")).await? == ["t"];
            if self.locked {
                line.ask(&format!("NOTIFY {ARRIVALS}, '{number}:'")).await?;
            }
        }
        let locks = format!(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = {PRESENCE} AND objsubid = 2 AND granted \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        );
        let numbers = line.ask(&locks).await?.iter().filter_map(|number| number.parse().ok()).collect();
        self.nodes.0.present.send_replace(Present { numbers, connection: self.connection });
        Ok(())
    }
}
