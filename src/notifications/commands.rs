//! Telling, and what becomes of what was told.
mod choices;

pub(super) use choices::*;

use super::{
    model::{ActorType, News, Notification},
    queries::{self, Which},
};
use crate::{
    auth::Agent,
    db::{
        Tx,
        schema::notifications,
        types::{AccountId, Json, NotificationId, UserId, now},
    },
    error::Result,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Tells these users something.
///
/// # Errors
/// The database's.
pub fn tell(tx: &mut Tx, users: &[UserId], news: &News) -> Result<()> {
    let (now, News { account_id, notification_type, primary_actor, secondary_actor, meta }) = (now(), news);
    for user in users {
        diesel::insert_into(notifications::table)
            .values((
                notifications::account_id.eq(account_id),
                notifications::user_id.eq(user),
                notifications::notification_type.eq(notification_type),
                notifications::primary_actor_type.eq(primary_actor.0),
                notifications::primary_actor_id.eq(primary_actor.1),
                notifications::secondary_actor_type.eq(secondary_actor.map(|actor| actor.0)),
                notifications::secondary_actor_id.eq(secondary_actor.map(|actor| actor.1)),
                notifications::last_activity_at.eq(now),
                notifications::meta.eq(Json(meta.clone())),
                (notifications::created_at.eq(now), notifications::updated_at.eq(now)),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// A thing is gone, and with it what was told about it. Call it after the thing is deleted, so that nothing is told in between.
///
/// # Errors
/// The database's.
pub fn forget_about(tx: &mut Tx, account: AccountId, actor: ActorType, id: i64) -> Result<()> {
    let about = notifications::primary_actor_type.eq(actor).and(notifications::primary_actor_id.eq(id));
    diesel::delete(notifications::table.filter(notifications::account_id.eq(account).and(about))).execute(tx.conn)?;
    Ok(())
}

/// Somebody leaves the account, and is told no more of it.
///
/// # Errors
/// The database's.
pub fn depart(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    diesel::delete(notifications::table.filter(notifications::account_id.eq(account).and(notifications::user_id.eq(user)))).execute(tx.conn)?;
    Ok(())
}

/// What may become of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was read.
    Read,
    /// It counts as unread again.
    Unread,
    /// It is hidden until then, and comes back unread.
    Snooze(NaiveDateTime),
}

/// Changes one of one's own.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn change(tx: &mut Tx, agent: &Agent, id: NotificationId, change: Change) -> Result<Notification> {
    let now = now();
    let mut one = queries::find_to_change(tx.conn, agent, id)?.at(now);
    match change {
        Change::Read => one.read_at = Some(now),
        Change::Unread => one.read_at = None,
        Change::Snooze(until) => {
            (one.read_at, one.snoozed_until) = (None, Some(until));
            one.meta.0.insert("last_snoozed_at".to_owned(), serde_json::Value::Null);
        }
    }
    one.updated_at = now;
    diesel::update(notifications::table.find(one.id))
        .set((
            notifications::read_at.eq(one.read_at),
            notifications::snoozed_until.eq(one.snoozed_until),
            notifications::last_activity_at.eq(one.last_activity_at),
            notifications::meta.eq(&one.meta),
            notifications::updated_at.eq(one.updated_at),
        ))
        .execute(tx.conn)?;
    Ok(one)
}

/// Marks many as read at once.
///
/// # Errors
/// The database's.
pub fn read_all(tx: &mut Tx, agent: &Agent, which: Which) -> Result<()> {
    let now = now();
    loop {
        let unread = queries::some(tx.conn, agent, which, Some(false))?;
        if unread.is_empty() {
            return Ok(());
        }
        diesel::update(notifications::table.filter(notifications::id.eq_any(unread)))
            .set((notifications::read_at.eq(now), notifications::updated_at.eq(now)))
            .execute(tx.conn)?;
    }
}

/// Deletes one of one's own.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn delete(tx: &mut Tx, agent: &Agent, id: NotificationId) -> Result<()> {
    let one = queries::find_to_change(tx.conn, agent, id)?;
    diesel::delete(notifications::table.find(one.id)).execute(tx.conn)?;
    Ok(())
}

/// Deletes many at once; or those among them that were read.
///
/// # Errors
/// The database's.
pub fn delete_all(tx: &mut Tx, agent: &Agent, which: Which, read_only: bool) -> Result<()> {
    loop {
        let found = queries::some(tx.conn, agent, which, read_only.then_some(true))?;
        if found.is_empty() {
            return Ok(());
        }
        diesel::delete(notifications::table.filter(notifications::id.eq_any(found))).execute(tx.conn)?;
    }
}
