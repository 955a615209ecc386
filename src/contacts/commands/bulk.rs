//! One change of many contacts.
use super::{delete_some, lock_out, set_labels, visitors::take_turn};
use crate::{
    accounts::Account,
    auth::Administrator,
    contacts::queries,
    db::{Db, Tx, types::ContactId},
    error::{Error, Result},
    events::Actor,
    labels,
};

/// How many contacts one request may change.
const MOST: usize = 100;

/// Each once, always in the same order, so that no two wait for each other.
fn in_turn(mut ids: Vec<ContactId>) -> Result<Vec<ContactId>> {
    ids.sort();
    ids.dedup();
    if ids.len() > MOST {
        return Err(Error::Refused(format!("At most {MOST} contacts are changed at once")));
    }
    Ok(ids)
}

/// Puts labels on these contacts and takes others off, each told by itself. Those that are not the account's, or gone, are passed over.
///
/// # Errors
/// [`Error::Refused`] for too many; [`Error::Invalid`] for more labels than a contact carries.
pub fn change_labels(tx: &mut Tx, account: &Account, actor: &Actor, ids: Vec<ContactId>, added: &[String], removed: &[String]) -> Result<()> {
    let ids = in_turn(ids)?;
    // as whoever relabels: contacts are made one in another order
    take_turn(tx, account.id)?;
    for id in queries::known(tx.conn, account.id, &ids)? {
        let wanted = labels::changed(&queries::labels(tx.conn, id)?, added, removed)?;
        match set_labels(tx, account, actor, id, wanted) {
            // gone in the meantime
            Err(Error::NotFound) => {}
            labelled => drop(labelled?),
        }
    }
    Ok(())
}

/// Deletes these contacts as one is deleted: all are locked out together, or none is, and then they go one after the other. Those that are
/// not the account's, or gone, are passed over.
///
/// # Errors
/// [`Error::Refused`] for too many; [`Error::Invalid`] while one of them is online.
pub async fn delete_many(db: &Db, by: &Administrator, ids: Vec<ContactId>) -> Result<()> {
    let (account, ids) = (by.account_id(), in_turn(ids)?);
    // only who is there now: nobody else is locked out, so nobody else may go
    let ids = db.read(move |conn| queries::known(conn, account, &ids)).await?;
    let (first, by, all) = (by.clone(), by.clone(), ids.clone());
    let lock_all = move |tx: &mut Tx| {
        take_turn(tx, account)?;
        for id in all {
            match lock_out(tx, &first, id) {
                Err(Error::NotFound) => {}
                locked => locked?,
            }
        }
        Ok(())
    };
    let delete_next = move |tx: &mut Tx| {
        let Some(next) = queries::known(tx.conn, account, &ids)?.first().copied() else { return Ok(true) };
        match delete_some(tx, &by, next) {
            // somebody else was faster; the others are still there
            Ok(_) | Err(Error::NotFound) => Ok(false),
            Err(e) => Err(e),
        }
    };
    db.write_in_steps(lock_all, delete_next).await
}
