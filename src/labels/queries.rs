//! Reading labels: always within an account.
use super::model::Label;
use crate::{
    db::{
        DbConn,
        dialect::{Columns, locked},
        schema::labels,
        types::{AccountId, LabelId},
    },
    error::Result,
};
use diesel::prelude::*;

/// The labels of an account, by title.
pub fn list(conn: &mut DbConn, account: AccountId) -> Result<Vec<Label>> {
    Ok(labels::table.filter(labels::account_id.eq(account)).select(Label::columns()).order_by(labels::title).load(conn)?)
}

/// Those of these titles that are labels of the account.
pub fn defined(conn: &mut DbConn, account: AccountId, titles: &[String]) -> Result<Vec<String>> {
    let query = labels::table.filter(labels::account_id.eq(account).and(labels::title.eq_any(titles))).select(labels::title);
    Ok(query.order_by(labels::id).load(conn)?)
}

/// The titles of those of these labels that the account has.
pub fn titles_by_ids(conn: &mut DbConn, account: AccountId, ids: &[LabelId]) -> Result<Vec<String>> {
    let query = labels::table.filter(labels::account_id.eq(account).and(labels::id.eq_any(ids))).select(labels::title);
    Ok(query.order_by(labels::id).load(conn)?)
}

/// The titles of the account's labels, the oldest first.
pub fn titles_of(conn: &mut DbConn, account: AccountId) -> Result<Vec<String>> {
    Ok(labels::table.filter(labels::account_id.eq(account)).select(labels::title).order_by(labels::id).load(conn)?)
}

/// Those that clients show beside their lists, with their titles.
pub fn on_sidebar(conn: &mut DbConn, account: AccountId) -> Result<Vec<(LabelId, String)>> {
    let shown = labels::table.filter(labels::account_id.eq(account).and(labels::show_on_sidebar.eq(true)));
    Ok(shown.select((labels::id, labels::title)).load(conn)?)
}

/// A label of the account.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find(conn: &mut DbConn, account: AccountId, id: LabelId) -> Result<Label> {
    Ok(labels::table.filter(labels::id.eq(id).and(labels::account_id.eq(account))).select(Label::columns()).get_result(conn)?)
}

/// The same, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_change(conn: &mut DbConn, account: AccountId, id: LabelId) -> Result<Label> {
    let query = labels::table.filter(labels::id.eq(id).and(labels::account_id.eq(account))).select(Label::columns());
    Ok(locked(query).get_result(conn)?)
}
