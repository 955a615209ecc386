//! Who answers in an inbox.
use crate::{
    accounts::{self, KeptList},
    audit::Change,
    auth::Administrator,
    db::{
        Tx,
        dialect::Each,
        schema::{inbox_members, inboxes},
        types::{AccountId, UserId, now},
    },
    error::{Error, Result},
    inboxes::{
        model::{Inbox, InboxMember},
        queries,
    },
    users,
};
use diesel::prelude::*;

/// Makes users members; those who are already stay so.
///
/// # Errors
/// [`Error::Invalid`] for somebody who has no place in the account.
pub fn add_members(tx: &mut Tx, by: &Administrator, inbox: &Inbox, ids: &[UserId]) -> Result<()> {
    hold(tx, inbox)?;
    let known = users::members(tx.conn, by.account_id(), Some(ids))?;
    if let Some(stranger) = ids.iter().find(|id| !known.iter().any(|member| member.user.id == **id)) {
        return Err(Error::invalid("user_id", format!("User {stranger} is no member of this account")));
    }
    let mut added = 0;
    for id in ids {
        let insert = diesel::insert_into(inbox_members::table)
            .values((inbox_members::inbox_id.eq(inbox.id), inbox_members::user_id.eq(id), inbox_members::created_at.eq(now())))
            .on_conflict_do_nothing();
        if Each(insert).execute(tx.conn)? > 0 {
            added += 1;
            by.record(tx, Change::Created(&InboxMember::new(inbox, *id)))?;
        }
    }
    // who sees which inboxes is part of the list
    if added > 0 { accounts::note_change(tx, by.account_id(), KeptList::Inbox, &by.actor()) } else { Ok(()) }
}

/// Nobody else changes who the members are before this transaction ends: what is noted of them is noted of the inbox, one after the other.
fn hold(tx: &mut Tx, inbox: &Inbox) -> Result<()> {
    queries::to_change(tx.conn, inbox.account_id, inbox.id).map(drop)
}

/// Ends the membership of these users.
pub fn remove_members(tx: &mut Tx, by: &Administrator, inbox: &Inbox, ids: &[UserId]) -> Result<()> {
    hold(tx, inbox)?;
    let members = inbox_members::table.filter(inbox_members::inbox_id.eq(inbox.id).and(inbox_members::user_id.eq_any(ids)));
    let gone = diesel::delete(members).returning(inbox_members::user_id).get_results(tx.conn)?;
    follow_leaving(tx, by, inbox, gone)
}

fn follow_leaving(tx: &mut Tx, by: &Administrator, inbox: &Inbox, gone: Vec<UserId>) -> Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    gone.iter().try_for_each(|id| by.record(tx, Change::Destroyed(&InboxMember::new(inbox, *id))))?;
    users::restrict(tx, inbox.account_id, &gone)?;
    accounts::note_change(tx, inbox.account_id, KeptList::Inbox, &by.actor())
}

/// Makes these users, and nobody else, the members.
///
/// # Errors
/// As [`add_members`].
pub fn set_members(tx: &mut Tx, by: &Administrator, inbox: &Inbox, ids: &[UserId]) -> Result<()> {
    hold(tx, inbox)?;
    let others = inbox_members::table.filter(inbox_members::inbox_id.eq(inbox.id).and(inbox_members::user_id.ne_all(ids)));
    let gone = diesel::delete(others).returning(inbox_members::user_id).get_results(tx.conn)?;
    follow_leaving(tx, by, inbox, gone)?;
    add_members(tx, by, inbox, ids)
}

/// Somebody leaves the account, and with it its inboxes.
///
/// # Errors
/// The database's.
pub fn depart(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    let of_account = inboxes::table.filter(inboxes::account_id.eq(account)).select(inboxes::id);
    let places = inbox_members::table.filter(inbox_members::user_id.eq(user).and(inbox_members::inbox_id.eq_any(of_account)));
    diesel::delete(places).execute(tx.conn)?;
    Ok(())
}
