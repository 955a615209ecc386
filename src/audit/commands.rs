//! Writing the log.
use super::{
    model::{Audited, Author, Change},
    queries,
};
use crate::{
    db::{
        Tx,
        dialect::take_turns_of,
        schema::audit_logs,
        types::{AccountId, Json, now},
    },
    error::Result,
};
use diesel::prelude::*;

/// Whoever may change what an account has arranged.
pub trait Arranger {
    /// Where.
    fn account_id(&self) -> AccountId;

    /// Who, as the log names them.
    fn author(&self) -> Author;

    /// Notes what they do, in the transaction in which they do it.
    ///
    /// # Errors
    /// The database's.
    fn record<T: Audited>(&self, tx: &mut Tx, change: Change<'_, T>) -> Result<()> {
        record(tx, self.account_id(), &self.author(), change)
    }
}

/// Notes a change, in the transaction in which it is made.
///
/// # Errors
/// The database's.
pub fn record<T: Audited>(tx: &mut Tx, account: AccountId, by: &Author, change: Change<'_, T>) -> Result<()> {
    let Some(noted) = change.noted()? else { return Ok(()) };
    let thing = change.thing();
    // of two who note something of one thing at once, the other comes after it. Most hold the row of the thing already; who signs in holds none
    take_turns_of(tx.conn, &[format!("audit {} {} {}", account.0, T::TYPE, thing.id())])?;
    // not before: by the time, too, one comes after the other
    let now = now();
    let version = queries::last_version(tx.conn, account, T::TYPE, thing.id())? + 1;
    let Author { kind, id, name, origin } = by;
    diesel::insert_into(audit_logs::table)
        .values((
            audit_logs::account_id.eq(account),
            (audit_logs::auditable_type.eq(T::TYPE), audit_logs::auditable_id.eq(thing.id()), audit_logs::auditable_name.eq(thing.name())),
            (audit_logs::action.eq(change.action()), audit_logs::audited_changes.eq(Json(noted)), audit_logs::version.eq(version)),
            (audit_logs::author_type.eq(kind), audit_logs::author_id.eq(id), audit_logs::author_name.eq(name)),
            audit_logs::request_uuid.eq(&origin.request),
            audit_logs::remote_address.eq(origin.address.map(|address| address.to_string())),
            audit_logs::created_at.eq(now),
        ))
        .execute(tx.conn)?;
    Ok(())
}
