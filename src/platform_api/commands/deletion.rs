//! Clearing away an account that is to be deleted: first what there is much of, some at a time, and with the rest the account itself.
use super::revoke;
use crate::{
    bots, campaigns, contact_jobs, contacts,
    db::{
        DbConn, Tx,
        dialect::skip_locked,
        schema::{account_plans, accounts, audit_logs, events, notifications, report_omissions as omissions},
        types::{AccountId, AuditLogId, EventId, NotificationId},
    },
    error::Result,
    events::Actor,
    files, help_centre, inboxes,
    platform_api::model::PermissibleType,
    users::{self, TokenOwner},
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
    // first of all what would bring more
    if contact_jobs::clear_account(tx, account)? || campaigns::end_sending(tx, account)? {
        return Ok(true);
    }
    if let Some(inbox) = inboxes::any_of(tx.conn, account)? {
        inboxes::remove_some(tx, &inbox, &Actor::System)?;
        return Ok(true);
    }
    let events_of: Vec<EventId> = events::table.filter(events::account_id.eq(account)).select(events::id).limit(STEP).load(tx.conn)?;
    if diesel::delete(events::table.filter(events::id.eq_any(events_of))).execute(tx.conn)? > 0 || contacts::clear_account(tx, account)? {
        return Ok(true);
    }
    if help_centre::clear_account(tx, account)? || users::clear_services(tx, account)? || files::clear_account(tx, account)? {
        return Ok(true);
    }
    let told = notifications::table.filter(notifications::account_id.eq(account)).select(notifications::id);
    let told: Vec<NotificationId> = told.limit(STEP).load(tx.conn)?;
    let noted = audit_logs::table.filter(audit_logs::account_id.eq(account)).select(audit_logs::id);
    let noted: Vec<AuditLogId> = noted.limit(STEP).load(tx.conn)?;
    let omitted = omissions::table.filter(omissions::account_id.eq(account)).select(omissions::conversation_id);
    let omitted: Vec<i64> = omitted.limit(STEP).load(tx.conn)?;
    if told.is_empty() && noted.is_empty() && omitted.is_empty() {
        remove(tx, account)?;
        return Ok(true);
    }
    diesel::delete(notifications::table.filter(notifications::id.eq_any(told))).execute(tx.conn)?;
    diesel::delete(audit_logs::table.filter(audit_logs::id.eq_any(noted))).execute(tx.conn)?;
    let of_account = omissions::account_id.eq(account).and(omissions::conversation_id.eq_any(omitted));
    diesel::delete(omissions::table.filter(of_account)).execute(tx.conn)?;
    Ok(true)
}

/// Deletes what is left of an account, also what no reference of the database leads to: the tokens of its bots, and that apps may touch them.
fn remove(tx: &mut Tx, account: AccountId) -> Result<()> {
    for bot in bots::of_account(tx.conn, account)? {
        users::revoke_token(tx, TokenOwner::AgentBot, bot.id.0)?;
        revoke(tx, PermissibleType::AgentBot, bot.id.0)?;
    }
    diesel::delete(accounts::table.find(account)).execute(tx.conn)?;
    Ok(())
}
