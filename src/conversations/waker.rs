//! Opening conversations that were snoozed until some time, to the second. A step and the rounds are apart, as with deliveries. Any
//! number of nodes do it: whoever holds a conversation judges whether it is still to be woken.
use super::{commands, queries};
use crate::{
    db::{Db, types::now},
    error::Result,
    rounds::Rounds,
};
use std::time::Duration;

/// How often a node looks for what was snoozed meanwhile.
const POLL: Duration = Duration::from_secs(1);

/// How many are woken in one step.
const BATCH: i64 = 50;

/// Opens those whose time has come, some at once, each in a transaction of its own. Gives how many, and the wait until there may be
/// others.
///
/// # Errors
/// When the database cannot be read. One that cannot be opened is left for the next step, and said in the log.
pub async fn wake_due(db: &Db) -> Result<(usize, Duration)> {
    let asleep = db.read(|conn| queries::asleep(conn, BATCH)).await?;
    let (now, mut woken, mut failed) = (now(), 0, false);
    for (id, _) in asleep.iter().filter(|(_, until)| *until <= now) {
        match db
            .write_patiently({
                let id = *id;
                move |tx| commands::wake(tx, id)
            })
            .await
        {
            Ok(done) => woken += usize::from(done),
            Err(e) => {
                tracing::error!(conversation = id.0, error = %e, "a snoozed conversation could not be opened; it is tried again");
                failed = true;
            }
        }
    }
    let wait = match asleep.iter().find(|(_, until)| *until > now) {
        _ if failed => POLL,
        Some((_, until)) => (*until - now).to_std().unwrap_or_default().min(POLL),
        None if asleep.len() as i64 == BATCH => Duration::ZERO,
        None => POLL,
    };
    Ok((woken, wait))
}

/// Does it again and again.
pub fn keep_waking(db: Db) -> Rounds {
    Rounds::start(Duration::ZERO, async move || match wake_due(&db).await {
        Ok((_, wait)) => wait,
        Err(e) => {
            tracing::warn!(error = %e, "snoozed conversations could not be looked for; it is tried again");
            POLL
        }
    })
}
