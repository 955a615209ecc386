//! The labels of contacts: rows of their own, since no payload draws them.
use super::{LabelChange, tell, visitors::take_turn};
use crate::{
    accounts::Account,
    contacts::queries,
    db::{
        Tx,
        schema::{contact_labels, contacts},
        types::{AccountId, ContactId, now},
    },
    error::Result,
    events::{Actor, Changes},
    labels::{self, Relabelled},
    on_each,
    web::json::Iso,
};
use diesel::prelude::*;

/// Makes these titles the labels of a contact, and tells it as a change of the contact; gives the labels.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn set_labels(tx: &mut Tx, account: &Account, actor: &Actor, id: ContactId, wanted: Vec<String>) -> Result<Vec<String>> {
    let mut contact = queries::find_to_change(tx.conn, account.id, id)?;
    let before = queries::labels(tx.conn, id)?;
    let after = labels::replaced(&before, wanted);
    if after == before {
        return Ok(after);
    }
    let (added, removed) = labels::difference(&before, &after);
    let rows = contact_labels::table.filter(contact_labels::contact_id.eq(id).and(contact_labels::title.eq_any(removed)));
    diesel::delete(rows).execute(tx.conn)?;
    add(tx, account.id, id, added)?;
    let (changed_before, at) = (contact.updated_at, now());
    contact.updated_at = at;
    diesel::update(contacts::table.find(id)).set(contacts::updated_at.eq(at)).execute(tx.conn)?;
    let mut changes = Changes::default();
    changes.compare("label_list", &before, &after);
    changes.compare("updated_at", Iso(changed_before), Iso(at));
    tell(tx, account, actor, &contact, Some(&changes))?;
    Ok(after)
}

fn add(tx: &mut Tx, account: AccountId, contact: ContactId, titles: Vec<&str>) -> Result<()> {
    let row = |title| (contact_labels::account_id.eq(account), contact_labels::contact_id.eq(contact), contact_labels::title.eq(title));
    let rows: Vec<_> = titles.into_iter().map(row).collect();
    if !rows.is_empty() {
        on_each!(tx.conn, c => diesel::insert_into(contact_labels::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// Gives a contact the labels of another one that becomes part of it. Gives its labels before and after.
pub(super) fn inherit(tx: &mut Tx, account: AccountId, contact: ContactId, other: ContactId) -> Result<LabelChange> {
    let (own, others) = (queries::labels(tx.conn, contact)?, queries::labels(tx.conn, other)?);
    let new = labels::difference(&own, &others).0;
    let all = own.iter().map(String::as_str).chain(new.iter().copied()).map(str::to_owned).collect();
    add(tx, account, contact, new)?;
    Ok((own, all))
}

/// Takes the turn that imports and merging take, before whoever relabels holds anything: these hold contacts in another order.
///
/// # Errors
/// The database's.
pub fn make_way_to_relabel(tx: &mut Tx, relabelled: Relabelled) -> Result<()> {
    take_turn(tx, relabelled.account)
}

/// A label is another one now, or gone: the contacts that carry it follow, some at a time, so that memory does not grow with them.
/// Written silently.
///
/// # Errors
/// The database's.
pub fn relabel(tx: &mut Tx, relabelled: Relabelled) -> Result<()> {
    let Relabelled { account, from, to } = relabelled;
    let rows = |of: &[ContactId]| {
        contact_labels::table.filter(contact_labels::contact_id.eq_any(of.to_vec()).and(contact_labels::title.eq(from.to_owned())))
    };
    loop {
        let carrying = queries::carrying(tx.conn, account, from)?;
        if carrying.is_empty() {
            return Ok(());
        }
        if let Some(to) = to {
            let already = queries::among(tx.conn, &carrying, to)?;
            let renamed: Vec<ContactId> = carrying.iter().filter(|id| !already.contains(id)).copied().collect();
            diesel::update(rows(&renamed)).set(contact_labels::title.eq(to)).execute(tx.conn)?;
        }
        // what still has the old title is gone, or carries the new one already
        diesel::delete(rows(&carrying)).execute(tx.conn)?;
    }
}
