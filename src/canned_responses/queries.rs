//! Reading canned responses: always within an account.
use super::model::{CannedResponse, rank};
use crate::{
    checks::LONGEST_SEARCH,
    db::{
        DbConn, MultiBackend,
        dialect::{Columns, containing, locked, lower, substr},
        schema::canned_responses,
        types::{AccountId, CannedResponseId},
    },
    error::Result,
};
use diesel::{dsl::IntoBoxed, prelude::*};

type Query = IntoBoxed<'static, canned_responses::table, MultiBackend>;

/// Those of an account, by name; when something is sought, those that have it, the best first.
pub(super) fn list(conn: &mut DbConn, account: AccountId, sought: Option<&str>) -> Result<Vec<CannedResponse>> {
    let sought = folded(sought);
    let mut found: Vec<CannedResponse> = fitting(account, sought.as_deref()).select(CannedResponse::columns()).load(conn)?;
    if let Some(sought) = &sought {
        // stable: among equals the order of the names stays
        found.sort_by_key(|one| rank(&one.short_code, sought));
    }
    Ok(found)
}

/// The same, with no more than so many characters of each text.
pub(super) fn glimpses(conn: &mut DbConn, account: AccountId, sought: &str, most: i32) -> Result<Vec<(CannedResponseId, String, String)>> {
    let sought = folded(Some(sought));
    let columns = (canned_responses::id, canned_responses::short_code, substr(canned_responses::content.nullable(), 1, most));
    let found: Vec<(CannedResponseId, String, Option<String>)> = fitting(account, sought.as_deref()).select(columns).load(conn)?;
    let mut found: Vec<_> = found.into_iter().map(|(id, name, text)| (id, name, text.unwrap_or_default())).collect();
    if let Some(sought) = &sought {
        found.sort_by_key(|(_, name, _)| rank(name, sought));
    }
    Ok(found)
}

/// What is sought, as names and texts are compared with it; nothing if it is blank.
fn folded(sought: Option<&str>) -> Option<String> {
    let sought: Option<String> = sought.map(|text| text.trim().to_lowercase().chars().take(LONGEST_SEARCH).collect());
    sought.filter(|text| !text.is_empty())
}

fn fitting(account: AccountId, sought: Option<&str>) -> Query {
    let query = canned_responses::table
        .filter(canned_responses::account_id.eq(account))
        .order_by((lower(canned_responses::short_code.nullable()), canned_responses::id))
        .into_boxed();
    let Some(sought) = sought else { return query };
    let pattern = containing(sought);
    let name = lower(canned_responses::short_code.nullable()).like(pattern.clone()).escape('\\');
    let content = lower(canned_responses::content.nullable()).like(pattern).escape('\\');
    query.filter(name.or(content))
}

/// One of the account.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find(conn: &mut DbConn, account: AccountId, id: CannedResponseId) -> Result<CannedResponse> {
    let query = canned_responses::table.filter(canned_responses::id.eq(id).and(canned_responses::account_id.eq(account)));
    Ok(query.select(CannedResponse::columns()).get_result(conn)?)
}

/// The same, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_change(conn: &mut DbConn, account: AccountId, id: CannedResponseId) -> Result<CannedResponse> {
    let query = canned_responses::table.filter(canned_responses::id.eq(id).and(canned_responses::account_id.eq(account)));
    Ok(locked(query.select(CannedResponse::columns())).get_result(conn)?)
}

/// How many the account has.
pub(super) fn count(conn: &mut DbConn, account: AccountId) -> Result<i64> {
    Ok(canned_responses::table.filter(canned_responses::account_id.eq(account)).count().get_result(conn)?)
}
