//! Telling the sockets of users what has become of their notifications. Of types that Chatwoot's clients don't know they hear nothing.
use crate::{
    db::{
        Tx,
        types::{AccountId, NotificationId, UserId},
    },
    error::Result,
    events::{self, Actor, Event, EventName},
    notifications::model::{Announcements, Noted, Notification, NotificationType, Notified},
};

/// A deleted row, as far as it is told.
pub(super) type Gone = (NotificationId, UserId, NotificationType);

/// Tells users that they were told something.
///
/// # Errors
/// The database's.
pub fn announce(tx: &mut Tx, account: AccountId, actor: &Actor, announced: Notified) -> Result<()> {
    let announced = Announcements { notified: vec![announced] };
    note(tx, EventName::NotificationCreated, account, actor, Noted { announced, ..Noted::default() })
}

/// Tells somebody that a notification of theirs is another one now.
pub(super) fn changed(tx: &mut Tx, one: &Notification, actor: &Actor) -> Result<()> {
    match one.notification_type.is_ours() {
        true => Ok(()),
        false => note(tx, EventName::NotificationUpdated, one.account_id, actor, Noted { updated: Some(one.id), ..Noted::default() }),
    }
}

/// Tells users that notifications of theirs are gone.
pub(super) fn gone(tx: &mut Tx, account: AccountId, actor: &Actor, rows: Vec<Gone>) -> Result<()> {
    let known = rows.into_iter().filter(|(.., kind)| !kind.is_ours());
    let deleted: Vec<(NotificationId, UserId)> = known.map(|(id, user, _)| (id, user)).collect();
    match deleted.is_empty() {
        true => Ok(()),
        false => note(tx, EventName::NotificationDeleted, account, actor, Noted { deleted, ..Noted::default() }),
    }
}

fn note(tx: &mut Tx, name: EventName, account: AccountId, actor: &Actor, noted: Noted) -> Result<()> {
    events::publish(tx, Event::for_sockets(name, account, actor.clone(), &noted)?)
}
