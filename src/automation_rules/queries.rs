//! Reading rules: within an account.
use super::model::{AutomationRule, MOST};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, locked},
        schema::automation_rules,
        types::{AccountId, AutomationRuleId},
    },
    error::Result,
    events::EventName,
};
use diesel::prelude::*;

/// The rules of an account, the oldest first; so many of them after so many others.
pub fn list(conn: &mut DbConn, account: AccountId, after: i64, most: i64) -> Result<Vec<AutomationRule>> {
    let query = automation_rules::table.filter(automation_rules::account_id.eq(account)).select(AutomationRule::columns());
    Ok(query.order_by(automation_rules::id).offset(after).limit(most).load(conn)?)
}

/// A rule of the account.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find(conn: &mut DbConn, account: AccountId, id: AutomationRuleId) -> Result<AutomationRule> {
    let query = automation_rules::table.filter(automation_rules::id.eq(id).and(automation_rules::account_id.eq(account)));
    Ok(query.select(AutomationRule::columns()).get_result(conn)?)
}

/// The same, which nobody else changes before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_change(conn: &mut DbConn, account: AccountId, id: AutomationRuleId) -> Result<AutomationRule> {
    let query = automation_rules::table.filter(automation_rules::id.eq(id).and(automation_rules::account_id.eq(account)));
    Ok(locked(query.select(AutomationRule::columns())).get_result(conn)?)
}

/// Those of these rules that the account has.
pub(super) fn by_ids(conn: &mut DbConn, account: AccountId, ids: &[AutomationRuleId]) -> Result<Vec<AutomationRule>> {
    let query = automation_rules::table.filter(automation_rules::account_id.eq(account).and(automation_rules::id.eq_any(ids)));
    Ok(query.select(AutomationRule::columns()).load(conn)?)
}

/// Those that are on, the oldest first; of one event, if one is named.
pub(super) fn active(conn: &mut DbConn, account: AccountId, event: Option<EventName>) -> Result<Vec<AutomationRule>> {
    let on = automation_rules::account_id.eq(account).and(automation_rules::active.eq(true));
    let mut query = automation_rules::table.filter(on).select(AutomationRule::columns()).order_by(automation_rules::id).limit(MOST).into_boxed();
    if let Some(event) = event {
        query = query.filter(automation_rules::event_name.eq(event));
    }
    Ok(query.load(conn)?)
}

/// How many rules an account has.
pub(super) fn count(conn: &mut DbConn, account: AccountId) -> Result<i64> {
    Ok(automation_rules::table.filter(automation_rules::account_id.eq(account)).count().get_result(conn)?)
}
