//! Reading macros: those that somebody may run.
use super::model::{MOST, Macro, Visibility};
use crate::{
    auth::Agent,
    db::{
        DbConn,
        dialect::{Columns, locked},
        schema::macros,
        types::{AccountId, MacroId},
    },
    error::{Error, Result},
};
use diesel::prelude::*;

/// Those of the account, and the agent's own, the oldest first.
pub fn list(conn: &mut DbConn, agent: &Agent) -> Result<Vec<Macro>> {
    let theirs = macros::visibility.eq(Visibility::Global).or(macros::created_by_id.eq(agent.user_id()).assume_not_null());
    let query = macros::table.filter(macros::account_id.eq(agent.account_id()).and(theirs)).select(Macro::columns());
    Ok(query.order_by(macros::id).limit(MOST).load(conn)?)
}

/// One of them.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Unauthorized`] for somebody else's.
pub fn find(conn: &mut DbConn, agent: &Agent, id: MacroId) -> Result<Macro> {
    let query = macros::table.filter(macros::id.eq(id).and(macros::account_id.eq(agent.account_id())));
    let found: Macro = query.select(Macro::columns()).get_result(conn)?;
    if found.is_for(agent) { Ok(found) } else { Err(Error::not_allowed()) }
}

/// One that the agent may change, which nobody else changes before this transaction ends.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Unauthorized`].
pub(super) fn find_to_change(conn: &mut DbConn, agent: &Agent, id: MacroId) -> Result<Macro> {
    let query = macros::table.filter(macros::id.eq(id).and(macros::account_id.eq(agent.account_id()))).select(Macro::columns());
    let found: Macro = locked(query).get_result(conn)?;
    if found.is_changed_by(agent) { Ok(found) } else { Err(Error::not_allowed()) }
}

/// How many macros an account has.
pub(super) fn count(conn: &mut DbConn, account: AccountId) -> Result<i64> {
    Ok(macros::table.filter(macros::account_id.eq(account)).count().get_result(conn)?)
}
