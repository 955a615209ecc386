//! Reading the log of an account.
use super::model::{Action, AuditLog, AuthorType};
use crate::{
    db::{
        DbConn,
        dialect::Columns,
        schema::audit_logs,
        types::{AccountId, AuditableId, UserId},
    },
    error::Result,
};
use chrono::NaiveDateTime;
use diesel::{dsl::max, prelude::*};

/// How many types of things a list of them has at most.
const MOST_TYPES: i64 = 100;

/// What is asked for; all of it without more.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Noted from then on.
    pub since: Option<NaiveDateTime>,
    /// Noted until then.
    pub until: Option<NaiveDateTime>,
    /// Done by this user.
    pub user: Option<UserId>,
    /// Things of this type.
    pub auditable_type: Option<String>,
    /// This one of them.
    pub auditable_id: Option<AuditableId>,
    /// Where this was done.
    pub action: Option<Action>,
}

macro_rules! narrowed {
    ($query:expr, $account:expr, $wanted:expr) => {{
        let mut query = $query.filter(audit_logs::account_id.eq($account)).into_boxed();
        if let Some(since) = $wanted.since {
            query = query.filter(audit_logs::created_at.ge(since));
        }
        if let Some(until) = $wanted.until {
            query = query.filter(audit_logs::created_at.le(until));
        }
        if let Some(user) = $wanted.user {
            query = query.filter(audit_logs::author_type.eq(AuthorType::User)).filter(audit_logs::author_id.eq(user.0));
        }
        if let Some(auditable_type) = &$wanted.auditable_type {
            query = query.filter(audit_logs::auditable_type.eq(auditable_type.clone()));
        }
        if let Some(id) = $wanted.auditable_id {
            query = query.filter(audit_logs::auditable_id.eq(id));
        }
        if let Some(action) = $wanted.action {
            query = query.filter(audit_logs::action.eq(action));
        }
        query
    }};
}

/// Some of the entries, the newest first.
///
/// # Errors
/// The database's.
pub fn some(conn: &mut DbConn, account: AccountId, wanted: &Wanted, offset: i64, most: i64) -> Result<Vec<AuditLog>> {
    let query = narrowed!(audit_logs::table.select(AuditLog::columns()), account, wanted);
    Ok(query.order_by(audit_logs::id.desc()).offset(offset).limit(most).load(conn)?)
}

/// How many there are.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut DbConn, account: AccountId, wanted: &Wanted) -> Result<i64> {
    Ok(narrowed!(audit_logs::table, account, wanted).count().get_result(conn)?)
}

/// The types of which things were changed, in the order of their names.
///
/// # Errors
/// The database's.
pub fn types(conn: &mut DbConn, account: AccountId) -> Result<Vec<String>> {
    let query = audit_logs::table.filter(audit_logs::account_id.eq(account)).select(audit_logs::auditable_type).distinct();
    Ok(query.order_by(audit_logs::auditable_type).limit(MOST_TYPES).load(conn)?)
}

/// The number of the last entry about a thing; 0 without one.
pub(super) fn last_version(conn: &mut DbConn, account: AccountId, auditable_type: &str, id: i64) -> Result<i64> {
    let of_thing = audit_logs::auditable_type.eq(auditable_type).and(audit_logs::auditable_id.eq(id));
    let query = audit_logs::table.filter(audit_logs::account_id.eq(account)).filter(of_thing);
    Ok(query.select(max(audit_logs::version)).get_result::<Option<i64>>(conn)?.unwrap_or_default())
}
