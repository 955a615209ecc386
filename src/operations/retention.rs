//! Forgetting what is old, in small steps. A step and the loop are apart, so that a test drains the steps and the loop decides nothing.
use super::{
    commands,
    model::{Forgotten, Removed, Stage, Sweep},
    queries::{self, Found, STEP},
};
use crate::{
    db::{
        Db,
        types::{EventId, MailId, NotificationId, SessionId, now},
    },
    error::Result,
    files,
    storage::Storage,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::oneshot,
    time::{Instant, timeout},
};

/// A server that starts has better things to do.
const FIRST: Duration = Duration::from_secs(60);

/// How long after one round the next begins.
const EVERY: Duration = Duration::from_secs(600);

/// Looking for strays reads the names of all files. It begins after a day: who starts with the wrong database by mistake sees it
/// before its absence of files is taken for a reason to remove them.
const STRAYS_EVERY: Duration = Duration::from_secs(86_400);

/// After each step comes a rest of so many times its length: at most a fifth of the writer's time goes into forgetting,
const REST: u32 = 4;
/// and no rest is shorter than this.
const SHORTEST_REST: Duration = Duration::from_millis(5);

/// What one step did, and where the next begins.
#[derive(Debug)]
pub struct Step {
    /// What was removed.
    pub removed: Removed,
    /// The rest of the round, if there is any.
    pub next: Option<Sweep>,
}

/// Does one step of a round: reads one range of a table, and removes what is old in it in one short transaction.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn step(db: &Db, sweep: Sweep) -> Result<Step> {
    let (at, before) = (sweep.at, sweep.before.unwrap_or(sweep.at));
    match sweep.stage {
        Stage::Deliveries(after) => {
            let Found { old, last } = db.read(move |conn| queries::old_deliveries(conn, after, before)).await?;
            let removed = remove(db, old, move |tx, old| commands::remove_deliveries(tx, old, before)).await?;
            let again = removed.deliveries == 0 && removed.attempts as i64 == STEP;
            let next = if again { after } else { last.unwrap_or(after) };
            let stage = if again || last.is_some() { Stage::Deliveries(next) } else { Stage::Events(EventId(0)) };
            Ok(Step { removed, next: Some(sweep.then(stage)) })
        }
        Stage::Events(after) => {
            let Found { old, last } = db.read(move |conn| queries::old_events(conn, after, before)).await?;
            let removed = remove(db, old, commands::remove_events).await?;
            Ok(Step { removed, next: Some(sweep.then(last.map_or(Stage::Sessions(SessionId(0)), Stage::Events))) })
        }
        Stage::Sessions(after) => {
            let Found { old, last } = db.read(move |conn| queries::ended_sessions(conn, after, at)).await?;
            let removed = remove(db, old, move |tx, old| commands::remove_sessions(tx, old, at)).await?;
            Ok(Step { removed, next: Some(sweep.then(last.map_or(Stage::Mails(MailId(0)), Stage::Sessions))) })
        }
        Stage::Mails(after) => {
            let Found { old, last } = db.read(move |conn| queries::old_mails(conn, after, at)).await?;
            let removed = remove(db, old, commands::remove_mails).await?;
            Ok(Step { removed, next: Some(sweep.then(last.map_or(Stage::Notifications(NotificationId(0)), Stage::Mails))) })
        }
        Stage::Notifications(after) => {
            let Found { old, last } = db.read(move |conn| queries::old_notifications(conn, after, at)).await?;
            let removed = remove(db, old, commands::remove_notifications).await?;
            Ok(Step { removed, next: last.map(|last| sweep.then(Stage::Notifications(last))) })
        }
    }
}

/// Asks the writer only when there is something to remove.
async fn remove<Id, F>(db: &Db, old: Vec<Id>, work: F) -> Result<Removed>
where
    Id: Send + 'static,
    F: FnOnce(&mut crate::db::Tx, &[Id]) -> Result<Removed> + Send + 'static,
{
    if old.is_empty() {
        return Ok(Removed::default());
    }
    db.write_patiently(move |tx| work(tx, &old)).await
}

/// The running loop.
pub struct Sweeper {
    stop: oneshot::Sender<()>,
    running: actix_rt::task::JoinHandle<()>,
}

impl Sweeper {
    /// Starts the loop: every ten minutes a round that forgets what is older than `keep`, sessions that have ended, old
    /// mails and notifications, and files to which nothing refers.
    pub fn start(db: Db, storage: Storage, keep: Option<Duration>, forgotten: Arc<Forgotten>) -> Sweeper {
        let (stop, asked_to_stop) = oneshot::channel();
        Sweeper { stop, running: actix_rt::spawn(run(db, storage, keep, forgotten, asked_to_stop)) }
    }

    /// Lets the step under way end, and begins no other.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.running.await;
    }
}

async fn run(db: Db, storage: Storage, keep: Option<Duration>, forgotten: Arc<Forgotten>, mut asked_to_stop: oneshot::Receiver<()>) {
    let (mut sweep, mut wait, mut strays_at) = (None, FIRST, Instant::now() + STRAYS_EVERY);
    // whether it was told to stop or nobody is left to tell it
    while timeout(wait, &mut asked_to_stop).await.is_err() {
        let started = Instant::now();
        sweep = match step(&db, sweep.unwrap_or_else(|| Sweep::begin(now(), keep))).await {
            Ok(Step { removed, next }) => {
                forgotten.add(removed);
                next
            }
            Err(e) => {
                tracing::warn!(error = %e, "old rows could not be removed; the next round tries again");
                None
            }
        };
        if sweep.is_none()
            && let Err(e) = sweep_files(&db, &storage, &mut strays_at).await
        {
            tracing::warn!(error = %e, "files that nobody needs could not be removed; the next round tries again");
        }
        wait = if sweep.is_some() { (started.elapsed() * REST).max(SHORTEST_REST) } else { EVERY };
    }
}

/// Files whose message is gone; and, once a day, those of which nothing is known.
async fn sweep_files(db: &Db, storage: &Storage, strays_at: &mut Instant) -> Result<()> {
    while files::sweep(db, storage).await? {
        tokio::time::sleep(SHORTEST_REST).await;
    }
    if Instant::now() >= *strays_at {
        *strays_at = Instant::now() + STRAYS_EVERY;
        files::sweep_strays(db, storage).await?;
    }
    Ok(())
}
