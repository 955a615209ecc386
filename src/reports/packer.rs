//! What happened is packed beside the work: see `packed.rs`. Until then reports read its rows.
use super::commands;
use crate::{db::Db, error::Result, rounds::Rounds};
use chrono::TimeDelta;
use std::time::Duration;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(60);
/// How long it rests between two steps, of which each keeps the database for some hundredths of a second.
const REST: Duration = Duration::from_millis(50);
/// After which time no transaction is under way that was under way before it. (SQLite has one at a time.)
const SETTLED: TimeDelta = TimeDelta::minutes(5);

/// Packs again and again.
pub fn keep_packing(db: Db) -> Rounds {
    Rounds::start(Duration::from_secs(1), async move || {
        let settled = if db.is_ours_alone() { TimeDelta::zero() } else { SETTLED };
        match pack(&db, settled).await {
            Ok(true) => REST,
            Ok(false) => EVERY,
            Err(e) => {
                tracing::warn!(error = %e, "what reports count could not be packed; it is tried again");
                EVERY
            }
        }
    })
}

/// One step, of what was seen so long ago; whether there may be more to do at once.
///
/// # Errors
/// The database's.
pub async fn pack(db: &Db, settled: TimeDelta) -> Result<bool> {
    let Some(step) = db.read(move |conn| commands::read(conn, settled)).await? else { return Ok(false) };
    db.write_patiently(move |tx| commands::write(tx, &step)).await?;
    Ok(true)
}
