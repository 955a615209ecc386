//! Forgetting what is old, in small steps. A step and the rounds are apart, so that a test drains the steps and the rounds decide nothing.
use super::{
    commands,
    model::{Forgotten, Keep, Removed, Stage, Sweep},
    queries::{self, Found, STEP},
};
use crate::{
    contact_jobs,
    db::{
        Db,
        types::{AuditLogId, EventId, MailId, NotificationId, SessionId, now},
    },
    error::{Error, Result},
    files,
    rounds::Rounds,
    storage::Storage,
};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

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
            Ok(Step { removed, next: Some(sweep.then(last.map_or(Stage::SignUps(0), Stage::Sessions))) })
        }
        Stage::SignUps(after) => {
            let Found { old, last } = db.read(move |conn| queries::ended_sign_ups(conn, after, at)).await?;
            let removed = remove(db, old, move |tx, old| commands::remove_sign_ups(tx, old, at)).await?;
            Ok(Step { removed, next: Some(sweep.then(last.map_or(Stage::Mails(MailId(0)), Stage::SignUps))) })
        }
        Stage::Mails(after) => {
            let Found { old, last } = db.read(move |conn| queries::old_mails(conn, after, at)).await?;
            let removed = remove(db, old, commands::remove_mails).await?;
            Ok(Step { removed, next: Some(sweep.then(last.map_or(Stage::Notifications(NotificationId(0)), Stage::Mails))) })
        }
        Stage::Notifications(after) => {
            let Found { old, last } = db.read(move |conn| queries::old_notifications(conn, after, at)).await?;
            let removed = remove(db, old, commands::remove_notifications).await?;
            Ok(Step { removed, next: Some(sweep.then(last.map_or(Stage::AuditLogs(AuditLogId(0)), Stage::Notifications))) })
        }
        Stage::AuditLogs(after) => step_of_audit_logs(db, sweep, after).await,
    }
}

/// The last stage of a round.
async fn step_of_audit_logs(db: &Db, sweep: Sweep, after: AuditLogId) -> Result<Step> {
    let Some(before) = sweep.audited_before else { return Ok(Step { removed: Removed::default(), next: None }) };
    let Found { old, last } = db.read(move |conn| queries::old_audit_logs(conn, after, before)).await?;
    let removed = remove(db, old, commands::remove_audit_logs).await?;
    Ok(Step { removed, next: last.map(|last| sweep.then(Stage::AuditLogs(last))) })
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

/// Does it again and again: every ten minutes a round that forgets what is older than `keep`, sessions and sign-ups that have ended, old mails
/// and notifications.
pub fn keep_forgetting(db: Db, keep: Keep, forgotten: Arc<Forgotten>) -> Rounds {
    let mut sweep = None;
    Rounds::start(FIRST, async move || {
        let started = Instant::now();
        sweep = match step(&db, sweep.take().unwrap_or_else(|| Sweep::begin(now(), keep))).await {
            Ok(Step { removed, next }) => {
                forgotten.add(removed);
                next
            }
            Err(e) => {
                tracing::warn!(error = %e, "old rows could not be removed; the next round tries again");
                None
            }
        };
        if sweep.is_some() { (started.elapsed() * REST).max(SHORTEST_REST) } else { EVERY }
    })
}

/// Removes files again and again: those whose message is gone or whose time is over and, once a day, those of which nothing is known.
pub fn keep_sweeping(db: Db, storage: Storage) -> Rounds {
    let mut strays_at = Instant::now() + STRAYS_EVERY;
    Rounds::start(FIRST, async move || {
        let swept = async {
            if contact_jobs::forget_old(&db).await? || files::sweep(&db, &storage).await? {
                return Ok(SHORTEST_REST);
            }
            if Instant::now() >= strays_at {
                strays_at = Instant::now() + STRAYS_EVERY;
                files::sweep_strays(&db, &storage).await?;
            }
            Ok::<_, Error>(EVERY)
        };
        swept.await.unwrap_or_else(|e| {
            tracing::warn!(error = %e, "files that nobody needs could not be removed; the next round tries again");
            EVERY
        })
    })
}
