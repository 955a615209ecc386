//! Reading canned responses: always within an account.
use super::model::CannedResponse;
use crate::{
    checks::LONGEST_SEARCH,
    db::{
        DbConn,
        dialect::{Columns, containing, locked, lower},
        schema::canned_responses,
        types::{AccountId, CannedResponseId},
    },
    error::Result,
};
use diesel::prelude::*;

/// Those of an account, by name; when something is sought, those that have it, the best first.
pub(super) fn list(conn: &mut DbConn, account: AccountId, sought: Option<&str>) -> Result<Vec<CannedResponse>> {
    let mut query = canned_responses::table
        .filter(canned_responses::account_id.eq(account))
        .select(CannedResponse::columns())
        .order_by((lower(canned_responses::short_code.nullable()), canned_responses::id))
        .into_boxed();
    let sought: Option<String> = sought.map(|text| text.trim().to_lowercase().chars().take(LONGEST_SEARCH).collect());
    let Some(sought) = sought.filter(|text| !text.is_empty()) else { return Ok(query.load(conn)?) };
    let pattern = containing(&sought);
    let name = lower(canned_responses::short_code.nullable()).like(pattern.clone()).escape('\\');
    let content = lower(canned_responses::content.nullable()).like(pattern).escape('\\');
    query = query.filter(name.or(content));
    let mut found: Vec<CannedResponse> = query.load(conn)?;
    // stable: among equals the order of the names stays
    found.sort_by_key(|one| one.rank(&sought));
    Ok(found)
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
