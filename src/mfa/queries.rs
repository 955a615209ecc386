//! Who has a second factor.
use super::{
    key::Key,
    model::{SecondFactor, Setup, State},
};
use crate::{
    db::{
        DbConn, Tx,
        dialect::{Columns, locked},
        schema::{backup_codes, second_factors},
        types::UserId,
    },
    error::Result,
    users::User,
    web::json::seconds,
};
use diesel::prelude::*;

fn find(conn: &mut DbConn, user: UserId) -> Result<Option<SecondFactor>> {
    let query = second_factors::table.filter(second_factors::user_id.eq(user)).select(SecondFactor::columns());
    Ok(query.get_result(conn).optional()?)
}

/// The same, which nobody else may use before this transaction ends.
pub(super) fn find_to_use(tx: &mut Tx, user: UserId) -> Result<Option<SecondFactor>> {
    let query = second_factors::table.filter(second_factors::user_id.eq(user)).select(SecondFactor::columns());
    Ok(locked(query).get_result(tx.conn).optional()?)
}

/// Whether somebody is asked for a code when they sign in.
///
/// # Errors
/// The database's.
pub fn is_on(conn: &mut DbConn, user: UserId) -> Result<bool> {
    Ok(find(conn, user)?.is_some_and(|factor| factor.enabled_at.is_some()))
}

/// What somebody has of it.
///
/// # Errors
/// The database's.
pub fn state(conn: &mut DbConn, user: UserId) -> Result<State> {
    let on_since = find(conn, user)?.and_then(|factor| factor.enabled_at).map(seconds);
    let left = backup_codes::table.filter(backup_codes::user_id.eq(user)).count().get_result(conn)?;
    Ok(State { on_since, backup_codes: left })
}

/// What somebody who is setting it up tells their app; none for whoever is not.
///
/// # Errors
/// The database's.
pub fn pending(conn: &mut DbConn, key: &Key, user: &User, brand: &str) -> Result<Option<Setup>> {
    let waiting = find(conn, user.id)?.filter(|factor| factor.enabled_at.is_none());
    waiting.map(|factor| factor.setup(key, user, brand)).transpose()
}
