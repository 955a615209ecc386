//! The keys of an account.
use crate::{
    auth::ServiceKey,
    db::{
        DbConn,
        dialect::Columns,
        schema::service_keys,
        types::{AccountId, ServiceKeyId},
    },
    error::Result,
};
use diesel::prelude::*;

/// All of them, the newest first. There are no more than an account may have.
pub(super) fn list(conn: &mut DbConn, account: AccountId) -> Result<Vec<ServiceKey>> {
    let query = service_keys::table.filter(service_keys::account_id.eq(account)).select(ServiceKey::columns());
    Ok(query.order_by(service_keys::id.desc()).load(conn)?)
}

/// One of them.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find(conn: &mut DbConn, account: AccountId, id: ServiceKeyId) -> Result<ServiceKey> {
    let query = service_keys::table.filter(service_keys::account_id.eq(account).and(service_keys::id.eq(id))).select(ServiceKey::columns());
    Ok(query.get_result(conn)?)
}

/// How many there are.
pub(super) fn count(conn: &mut DbConn, account: AccountId) -> Result<i64> {
    Ok(service_keys::table.filter(service_keys::account_id.eq(account)).count().get_result(conn)?)
}
