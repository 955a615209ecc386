//! Telling, and what becomes of what was told.
mod announce;
mod choices;
mod forget;

pub use announce::announce;
pub(super) use choices::*;
pub use forget::{depart, forget_about};

use super::{
    model::{Listener, News, Notification, Notified},
    queries::{self, Which},
};
use crate::{
    auth::Agent,
    db::{
        Tx,
        schema::notifications,
        types::{Json, NotificationId, UserId, now},
    },
    error::Result,
    on_each,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

/// For how long nobody is mailed again about what they have not read yet.
const MAIL_PAUSE: TimeDelta = TimeDelta::minutes(10);

/// Tells these users something. Gives what, and whose it is.
///
/// # Errors
/// The database's.
pub fn tell(tx: &mut Tx, users: &[UserId], news: &News) -> Result<Vec<(NotificationId, UserId)>> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let (now, News { account_id, notification_type, primary_actor, secondary_actor, meta }) = (now(), news);
    let meta = Json(meta.clone());
    let row = |user: &UserId| {
        (
            notifications::account_id.eq(*account_id),
            notifications::user_id.eq(*user),
            notifications::notification_type.eq(*notification_type),
            notifications::primary_actor_type.eq(primary_actor.0),
            notifications::primary_actor_id.eq(primary_actor.1),
            notifications::secondary_actor_type.eq(secondary_actor.map(|actor| actor.0)),
            notifications::secondary_actor_id.eq(secondary_actor.map(|actor| actor.1)),
            notifications::last_activity_at.eq(now),
            notifications::meta.eq(meta.clone()),
            notifications::created_at.eq(now),
            notifications::updated_at.eq(now),
        )
    };
    let rows: Vec<_> = users.iter().map(row).collect();
    let told = (notifications::id, notifications::user_id);
    Ok(on_each!(tx.conn, c => diesel::insert_into(notifications::table).values(rows).returning(told).get_results(c))?)
}

/// Tells these listeners something in place of what they were told of the same kind about the same thing: so there is one at most. Gives what is
/// to be announced at their sockets, and those to whom a mail about it is due: who wants one, and was not told just now what they have not read yet.
///
/// # Errors
/// The database's.
pub fn tell_anew<'a>(tx: &mut Tx, listeners: &[&'a Listener], news: &News) -> Result<(Notified, Vec<&'a Listener>)> {
    let (kind, (actor, id)) = (news.notification_type, news.primary_actor);
    let users: Vec<UserId> = listeners.iter().map(|one| one.user.id).collect();
    let of_it = notifications::primary_actor_type.eq(actor).and(notifications::primary_actor_id.eq(id));
    let earlier = notifications::table
        .filter(notifications::account_id.eq(news.account_id).and(of_it))
        .filter(notifications::notification_type.eq(kind).and(notifications::user_id.eq_any(&users)));
    let columns = (notifications::id, notifications::user_id, notifications::read_at, notifications::last_activity_at);
    let replaced: Vec<(NotificationId, UserId, Option<NaiveDateTime>, NaiveDateTime)> =
        diesel::delete(earlier).returning(columns).get_results(tx.conn)?;
    let told = tell(tx, &users, news)?;
    let lately = now() - MAIL_PAUSE;
    let knows = |user: UserId| replaced.iter().any(|(_, who, read_at, at)| *who == user && read_at.is_none() && *at > lately);
    let by_mail = listeners.iter().copied().filter(|one| one.choices.is_mailed(kind) && !knows(one.user.id)).collect();
    let replaced = replaced.iter().map(|(id, user, ..)| (*id, *user)).collect();
    Ok((Notified { told, replaced }, by_mail))
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
    announce::changed(tx, &one, &agent.actor())?;
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
    announce::gone(tx, one.account_id, &agent.actor(), vec![(one.id, one.user_id, one.notification_type)])
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
        let columns = (notifications::id, notifications::user_id, notifications::notification_type);
        let gone = diesel::delete(notifications::table.filter(notifications::id.eq_any(found))).returning(columns).get_results(tx.conn)?;
        announce::gone(tx, agent.account_id(), &agent.actor(), gone)?;
    }
}
