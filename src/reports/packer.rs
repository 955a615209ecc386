//! What happened is packed beside the work: see `packed.rs`. Until then reports read its rows.
use super::commands;
use crate::{db::Db, error::Result, rounds::Rounds};
use std::time::Duration;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(60);
/// How long it rests between two steps, of which each keeps the database for some hundredths of a second.
const REST: Duration = Duration::from_millis(50);
/// How many deleted conversations of an account are passed over in what is packed; more are taken out of it.
const FEW: i64 = 500;

/// Packs again and again.
pub fn keep_packing(db: Db) -> Rounds {
    Rounds::start(Duration::from_secs(1), async move || match step(&db).await {
        Ok(true) => REST,
        Ok(false) => EVERY,
        Err(e) => {
            tracing::warn!(error = %e, "what reports count could not be packed; it is tried again");
            EVERY
        }
    })
}

async fn step(db: &Db) -> Result<bool> {
    Ok(pack(db).await? || clear_deleted(db, FEW + 1).await?)
}

/// One step; whether there may be more to do at once.
///
/// # Errors
/// The database's.
pub async fn pack(db: &Db) -> Result<bool> {
    let Some(step) = db.read(commands::read).await? else { return Ok(false) };
    db.write_patiently(move |tx| commands::write(tx, &step)).await?;
    Ok(true)
}

/// Takes out what was deleted of an account, if it is at least so many conversations; whether there may be more to do at once.
///
/// # Errors
/// The database's.
pub async fn clear_deleted(db: &Db, least: i64) -> Result<bool> {
    let Some(clearing) = db.read(move |conn| commands::read_deleted(conn, least)).await? else { return Ok(false) };
    db.write_patiently(move |tx| commands::clear(tx, clearing)).await?;
    Ok(true)
}
