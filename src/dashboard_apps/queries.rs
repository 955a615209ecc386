//! Reading dashboard apps: always within an account.
use super::model::DashboardApp;
use crate::{
    db::{
        DbConn,
        dialect::{Columns, locked},
        schema::dashboard_apps,
        types::{AccountId, DashboardAppId},
    },
    error::Result,
};
use diesel::prelude::*;

/// Those of an account, the oldest first.
pub(super) fn list(conn: &mut DbConn, account: AccountId) -> Result<Vec<DashboardApp>> {
    let query = dashboard_apps::table.filter(dashboard_apps::account_id.eq(account)).select(DashboardApp::columns());
    Ok(query.order_by(dashboard_apps::id).load(conn)?)
}

/// One of the account.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find(conn: &mut DbConn, account: AccountId, id: DashboardAppId) -> Result<DashboardApp> {
    let query = dashboard_apps::table.filter(dashboard_apps::id.eq(id).and(dashboard_apps::account_id.eq(account)));
    Ok(query.select(DashboardApp::columns()).get_result(conn)?)
}

/// The same, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_change(conn: &mut DbConn, account: AccountId, id: DashboardAppId) -> Result<DashboardApp> {
    let query = dashboard_apps::table.filter(dashboard_apps::id.eq(id).and(dashboard_apps::account_id.eq(account)));
    Ok(locked(query.select(DashboardApp::columns())).get_result(conn)?)
}

/// How many the account has.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut DbConn, account: AccountId) -> Result<i64> {
    Ok(dashboard_apps::table.filter(dashboard_apps::account_id.eq(account)).count().get_result(conn)?)
}
