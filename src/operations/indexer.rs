//! Putting texts into the search index, in small steps beside the work. Until a text is in, searches find it among what waits.
use crate::{
    db::{
        Db,
        search::{self, Kind},
    },
    error::Result,
    rounds::Rounds,
};
use std::time::Duration;
use tokio::time::Instant;

/// How often it looks for what waits.
const EVERY: Duration = Duration::from_secs(1);

/// How many texts one step puts in: some 10 ms of the writer's time.
const STEP: i64 = 100;

/// While others wait for the database, each step is followed by a rest of so many times its length: a fortieth of the writer's time
/// goes into the index then.
const REST: u32 = 39;

/// The longest rest: a step may have waited long for its turn.
const LONGEST_REST: Duration = Duration::from_secs(1);

/// Does it again and again.
pub fn keep_indexing(db: Db) -> Rounds {
    Rounds::start(EVERY, async move || {
        let started = Instant::now();
        match step(&db).await {
            Ok(true) if is_busy(&db) => (started.elapsed() * REST).min(LONGEST_REST),
            Ok(true) => Duration::ZERO,
            Ok(false) => EVERY,
            Err(e) => {
                tracing::warn!(error = %e, "texts could not be put into the search index; they are tried again");
                EVERY
            }
        }
    })
}

fn is_busy(db: &Db) -> bool {
    let load = db.load();
    load.waiting > 0 || load.writer.is_some_and(|writer| writer.queued > 0)
}

/// One step of each kind; whether there may be more. The writer is asked only when something waits.
async fn step(db: &Db) -> Result<bool> {
    let mut more = false;
    for kind in [Kind::Messages, Kind::Contacts, Kind::Articles] {
        if db.read(move |conn| search::waits(conn, kind)).await? {
            more |= db.write_patiently(move |tx| search::step(tx, kind, STEP)).await? as i64 == STEP;
        }
    }
    Ok(more)
}
