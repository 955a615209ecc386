//! Clearing away accounts that are to be deleted, bit by bit. What is to go stands in the database: whoever is stopped in between goes on later, and
//! any node does each bit.
use super::commands;
use crate::{db::Db, error::Result, rounds::Rounds};
use std::time::Duration;

/// How long after one look the next comes.
const EVERY: Duration = Duration::from_secs(5);

/// How long others have the database to themselves after each bit.
const REST: Duration = Duration::from_millis(20);

/// Does one bit. False when there is nothing to clear away.
///
/// # Errors
/// The database's.
pub async fn step(db: &Db) -> Result<bool> {
    match db.read(commands::is_anything_to_go).await? {
        true => db.write_patiently(commands::clear_some).await,
        false => Ok(false),
    }
}

/// Does it again and again.
pub fn keep_deleting(db: Db) -> Rounds {
    Rounds::start(EVERY, async move || {
        let more = step(&db).await.unwrap_or_else(|e| {
            tracing::warn!(error = %e, "an account could not be cleared away; the next round tries again");
            false
        });
        if more { REST } else { EVERY }
    })
}
