//! Noting who is there: they have written, or have a socket open.
use super::{super::model::Contact, tell};
use crate::{
    accounts::Account,
    db::{
        Tx,
        dialect::{Cached, Columns, skip_locked},
        schema::contacts,
        types::{ContactId, now},
    },
    error::Result,
    on_each,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Notes that these contacts have a socket open, but for those whom somebody is just changing; gives back who was noted. It is told to nobody.
///
/// # Errors
/// The database's.
pub fn note_seen(tx: &mut Tx, ids: &[ContactId]) -> Result<Vec<ContactId>> {
    let free = contacts::table.filter(contacts::id.eq_any(ids.to_vec())).order_by(contacts::id).select(contacts::id);
    let free: Vec<ContactId> = skip_locked(free).load(tx.conn)?;
    diesel::update(contacts::table.filter(contacts::id.eq_any(free.clone()))).set(contacts::seen_at.eq(now())).execute(tx.conn)?;
    Ok(free)
}

/// Notes that a contact has just written. Nothing else of the row is written: somebody may be changing it at the same time.
pub fn touch(tx: &mut Tx, account: &Account, known: &Contact, at: NaiveDateTime) -> Result<Contact> {
    let update = diesel::update(contacts::table.find(known.id))
        .set((contacts::last_activity_at.eq(at), contacts::updated_at.eq(now())))
        .returning(Contact::columns());
    let contact: Contact = on_each!(tx.conn, c => Cached(update).get_result(c))?;
    let before = Contact { last_activity_at: known.last_activity_at, updated_at: known.updated_at, ..contact.clone() };
    tell(tx, account, &contact.actor(), &contact, Some(&before.changes(&contact)))?;
    Ok(contact)
}
