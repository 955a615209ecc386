//! What was told goes with what it was about, and with whoever was told.
use super::announce;
use crate::{
    db::{
        Tx,
        schema::notifications,
        types::{AccountId, UserId},
    },
    error::Result,
    events::Actor,
    notifications::model::ActorType,
};
use diesel::prelude::*;

/// A thing is gone, and with it what was told about it. Call it after the thing is deleted, so that nothing is told in between.
///
/// # Errors
/// The database's.
pub fn forget_about(tx: &mut Tx, account: AccountId, actor: ActorType, id: i64) -> Result<()> {
    let about = notifications::primary_actor_type.eq(actor).and(notifications::primary_actor_id.eq(id));
    let all = notifications::table.filter(notifications::account_id.eq(account).and(about));
    let columns = (notifications::id, notifications::user_id, notifications::notification_type);
    let rows = diesel::delete(all).returning(columns).get_results(tx.conn)?;
    announce::gone(tx, account, &Actor::System, rows)
}

/// Somebody leaves the account, and is told no more of it.
///
/// # Errors
/// The database's.
pub fn depart(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    diesel::delete(notifications::table.filter(notifications::account_id.eq(account).and(notifications::user_id.eq(user)))).execute(tx.conn)?;
    Ok(())
}
