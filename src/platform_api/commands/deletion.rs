//! Clearing away an account that is to be deleted: first what there is much of, some at a time, and with the rest the account itself.
use crate::{
    contacts,
    db::{
        DbConn, Tx,
        dialect::skip_locked,
        schema::{account_plans, accounts, audit_logs, events, notifications},
        types::{AccountId, AuditLogId, EventId, NotificationId},
    },
    error::Result,
    events::Actor,
    inboxes,
};
use diesel::{
    dsl::{exists, select},
    prelude::*,
};

/// How many rows of a kind go in one step.
const STEP: i64 = 250;

/// Whether an account is to be deleted.
///
/// # Errors
/// The database's.
pub fn is_anything_to_go(conn: &mut DbConn) -> Result<bool> {
    Ok(select(exists(account_plans::table.filter(account_plans::deleted_at.is_not_null()))).get_result(conn)?)
}

/// Deletes some of what is in an account that is to be deleted and at which no other node is; or, once little is left, the account. False where
/// there is no such account.
///
/// # Errors
/// The database's.
pub fn clear_some(tx: &mut Tx) -> Result<bool> {
    let doomed = account_plans::table.filter(account_plans::deleted_at.is_not_null()).order_by(account_plans::id);
    let account: Option<AccountId> = skip_locked(doomed.select(account_plans::account_id).limit(1)).get_result(tx.conn).optional()?;
    let Some(account) = account else { return Ok(false) };
    if let Some(inbox) = inboxes::any_of(tx.conn, account)? {
        inboxes::remove_some(tx, &inbox, &Actor::System)?;
        return Ok(true);
    }
    let events_of: Vec<EventId> = events::table.filter(events::account_id.eq(account)).select(events::id).limit(STEP).load(tx.conn)?;
    if diesel::delete(events::table.filter(events::id.eq_any(events_of))).execute(tx.conn)? > 0 || contacts::clear_account(tx, account)? {
        return Ok(true);
    }
    let told = notifications::table.filter(notifications::account_id.eq(account)).select(notifications::id);
    let told: Vec<NotificationId> = told.limit(STEP).load(tx.conn)?;
    let noted = audit_logs::table.filter(audit_logs::account_id.eq(account)).select(audit_logs::id);
    let noted: Vec<AuditLogId> = noted.limit(STEP).load(tx.conn)?;
    if told.is_empty() && noted.is_empty() {
        diesel::delete(accounts::table.find(account)).execute(tx.conn)?;
        return Ok(true);
    }
    diesel::delete(notifications::table.filter(notifications::id.eq_any(told))).execute(tx.conn)?;
    diesel::delete(audit_logs::table.filter(audit_logs::id.eq_any(noted))).execute(tx.conn)?;
    Ok(true)
}
