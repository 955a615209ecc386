//! Reading what an account has set up: always within an account.
use super::model::{App, Hook};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, locked},
        schema::integration_hooks,
        types::{AccountId, IntegrationHookId},
    },
    error::Result,
};
use diesel::prelude::*;

/// The hooks of an account, the oldest first.
pub(super) fn list(conn: &mut DbConn, account: AccountId) -> Result<Vec<Hook>> {
    let query = integration_hooks::table.filter(integration_hooks::account_id.eq(account)).select(Hook::columns());
    Ok(query.order_by(integration_hooks::id).load(conn)?)
}

/// The hook of an app that an account has one of.
pub(super) fn of_app(conn: &mut DbConn, account: AccountId, app: App) -> Result<Option<Hook>> {
    let query = integration_hooks::table.filter(integration_hooks::account_id.eq(account).and(integration_hooks::app_id.eq(app)));
    Ok(query.select(Hook::columns()).get_result(conn).optional()?)
}

/// A hook of the account.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find(conn: &mut DbConn, account: AccountId, id: IntegrationHookId) -> Result<Hook> {
    let query = integration_hooks::table.filter(integration_hooks::id.eq(id).and(integration_hooks::account_id.eq(account)));
    Ok(query.select(Hook::columns()).get_result(conn)?)
}

/// The same, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_change(conn: &mut DbConn, account: AccountId, id: IntegrationHookId) -> Result<Hook> {
    let query = integration_hooks::table.filter(integration_hooks::id.eq(id).and(integration_hooks::account_id.eq(account)));
    Ok(locked(query.select(Hook::columns())).get_result(conn)?)
}
