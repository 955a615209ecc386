//! Reading the log of an account.
use super::model::{Action, AuditLog, AuthorType};
use crate::{
    db::{
        DbConn,
        dialect::Columns,
        schema::audit_logs,
        types::{AccountId, AuditLogId, AuditableId, UserId},
    },
    error::Result,
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::max,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text},
};

/// So many entries are counted at most.
pub const MOST_COUNTED: i64 = 10_000;

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
    Ok(query.order_by((audit_logs::created_at.desc(), audit_logs::id.desc())).offset(offset).limit(most).load(conn)?)
}

/// A page of entries.
#[derive(Debug)]
pub struct Found {
    /// Those of the page, the newest first.
    pub entries: Vec<AuditLog>,
    /// How many there are on all pages: of as many as are counted, or as this page shows.
    pub total: i64,
    /// Whether there are more than [`MOST_COUNTED`].
    pub is_cut: bool,
    /// Whether there are older ones.
    pub goes_on: bool,
}

/// A page of entries, of so many.
///
/// # Errors
/// The database's.
pub fn page(conn: &mut DbConn, account: AccountId, wanted: &Wanted, offset: i64, size: i64) -> Result<Found> {
    let mut entries = some(conn, account, wanted, offset, size + 1)?;
    let beyond = narrowed!(audit_logs::table.select(audit_logs::id), account, wanted).offset(MOST_COUNTED).limit(1);
    let is_cut = beyond.get_result::<AuditLogId>(conn).optional()?.is_some();
    let counted = if is_cut { MOST_COUNTED } else { narrowed!(audit_logs::table, account, wanted).count().get_result(conn)? };
    let reached = if entries.is_empty() { 0 } else { offset + entries.len() as i64 };
    let goes_on = entries.len() as i64 > size;
    entries.truncate(size as usize);
    Ok(Found { entries, total: counted.max(reached), is_cut, goes_on })
}

/// The types of which things were changed, in the order of their names. From one the index leads to the next.
///
/// # Errors
/// The database's.
pub fn types(conn: &mut DbConn, account: AccountId) -> Result<Vec<String>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let query = "WITH RECURSIVE types (name) AS (SELECT min(auditable_type) FROM audit_logs WHERE account_id = $1 \
                 UNION ALL SELECT (SELECT min(auditable_type) FROM audit_logs WHERE account_id = $1 AND auditable_type > types.name) \
                 FROM types WHERE types.name IS NOT NULL) SELECT name FROM types WHERE name IS NOT NULL";
    let rows: Vec<Row> = sql_query(query).bind::<BigInt, _>(account).load(conn)?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// The number of the last entry about a thing; 0 without one.
pub(super) fn last_version(conn: &mut DbConn, account: AccountId, auditable_type: &str, id: i64) -> Result<i64> {
    let of_thing = audit_logs::auditable_type.eq(auditable_type).and(audit_logs::auditable_id.eq(id));
    let query = audit_logs::table.filter(audit_logs::account_id.eq(account)).filter(of_thing);
    Ok(query.select(max(audit_logs::version)).get_result::<Option<i64>>(conn)?.unwrap_or_default())
}
