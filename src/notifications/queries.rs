//! Reading notifications: always one's own, in one account.
mod choices;

pub(super) use choices::*;

use super::model::{ActorType, FIRST_OF_OURS, Notification};
use crate::{
    auth::Agent,
    db::{
        DbConn, MultiBackend,
        dialect::{Columns, Question, asked, limit_ten, locked},
        schema::notifications,
        types::{AccountId, NotificationId, UserId, now},
    },
    error::Result,
};
use diesel::{
    dsl::{IntoBoxed, sql},
    prelude::*,
    sql_types::Timestamp,
};
use std::collections::HashMap;

/// How many notifications a page of the API has.
pub const PAGE: i64 = 15;

/// How many a page in the browser has.
pub const SHOWN: i64 = 25;

/// Which notifications a list shows besides those that are unread and awake.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those that were read.
    pub read: bool,
    /// Those that are hidden until later.
    pub snoozed: bool,
    /// Those of our own types.
    pub ours: bool,
}

type Query<'a> = IntoBoxed<'a, notifications::table, MultiBackend>;

/// Whether a row may still be read by its user: an administrator reads all; others what Chatwoot has too, about conversations that they see. (A
/// role may change, and people leave inboxes.)
struct MayBeRead;

impl Question for MayBeRead {
    const SQL: &'static str = "(EXISTS (SELECT 1 FROM account_users WHERE account_users.account_id = notifications.account_id \
        AND account_users.user_id = notifications.user_id AND account_users.role = 1) \
        OR (notifications.notification_type < 100 AND (notifications.primary_actor_type <> 0 \
        OR EXISTS (SELECT 1 FROM conversations WHERE conversations.id = notifications.primary_actor_id AND (conversations.inbox_id IN \
        (SELECT inbox_members.inbox_id FROM inbox_members WHERE inbox_members.user_id = notifications.user_id) OR conversations.team_id IN \
        (SELECT team_members.team_id FROM team_members WHERE team_members.user_id = notifications.user_id))))))";
}

/// All of a user in an account that they may read.
fn own<'a>(agent: &Agent) -> Query<'a> {
    notifications::table
        .filter(notifications::user_id.eq(agent.user_id()).and(notifications::account_id.eq(agent.account_id())))
        .filter(asked(MayBeRead))
        .into_boxed()
}

fn wanted<'a>(agent: &Agent, Wanted { read, snoozed, ours }: Wanted) -> Query<'a> {
    let mut query = own(agent);
    if !read {
        query = query.filter(notifications::read_at.is_null());
    }
    if !snoozed {
        query = query.filter(notifications::snoozed_until.is_null().or(notifications::snoozed_until.le(now())));
    }
    if !ours {
        query = query.filter(notifications::notification_type.lt(FIRST_OF_OURS));
    }
    query
}

/// Which of one's own a step concerns that is made for many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those of the types that Chatwoot's clients know.
    Chatwoots,
    /// Those of every type.
    All,
    /// Those about this thing.
    About(ActorType, i64),
}

/// How many are changed by one statement.
const BATCH: i64 = 500;

/// How many are named in one statement.
const AT_ONCE: usize = 1000;

/// Some of these of one's own, hidden or not; only those that were read, or were not, if it matters.
pub(super) fn some(conn: &mut DbConn, agent: &Agent, which: Which, read: Option<bool>) -> Result<Vec<NotificationId>> {
    let mut query = match which {
        Which::All => own(agent),
        Which::Chatwoots => own(agent).filter(notifications::notification_type.lt(FIRST_OF_OURS)),
        Which::About(actor, id) => own(agent).filter(notifications::primary_actor_type.eq(actor).and(notifications::primary_actor_id.eq(id))),
    };
    query = match read {
        Some(true) => query.filter(notifications::read_at.is_not_null()),
        Some(false) => query.filter(notifications::read_at.is_null()),
        None => query,
    };
    Ok(query.select(notifications::id).limit(BATCH).load(conn)?)
}

/// One page, in the order in which they were told or have come back, and how many there are in all, and how many of those unread.
pub fn page(conn: &mut DbConn, agent: &Agent, which: Wanted, oldest_first: bool, offset: i64) -> Result<(Vec<Notification>, i64, i64)> {
    let total = wanted(agent, which).count().get_result(conn)?;
    let unread = wanted(agent, Wanted { read: false, ..which }).count().get_result(conn)?;
    let now = now();
    let told_at = || sql::<Timestamp>("CASE WHEN snoozed_until <= ").bind::<Timestamp, _>(now).sql(" THEN snoozed_until ELSE last_activity_at END");
    let query = wanted(agent, which);
    let query = match oldest_first {
        true => query.order_by((told_at().asc(), notifications::id.asc())),
        false => query.order_by((told_at().desc(), notifications::id.desc())),
    };
    let found: Vec<Notification> = query.select(Notification::columns()).limit(PAGE).offset(offset).load(conn)?;
    Ok((found.into_iter().map(|one| one.at(now)).collect(), total, unread))
}

/// How many are unread.
pub fn unread(conn: &mut DbConn, agent: &Agent, ours: bool) -> Result<i64> {
    Ok(wanted(agent, Wanted { ours, ..Wanted::default() }).count().get_result(conn)?)
}

/// The newest that are not hidden, read or unread, before the one of that id; and whether there are more.
pub fn newest(conn: &mut DbConn, agent: &Agent, before: Option<NotificationId>) -> Result<(Vec<Notification>, bool)> {
    let mut query = wanted(agent, Wanted { read: true, snoozed: false, ours: true });
    if let Some(before) = before {
        query = query.filter(notifications::id.lt(before));
    }
    let mut found: Vec<Notification> = query.select(Notification::columns()).order_by(notifications::id.desc()).limit(SHOWN + 1).load(conn)?;
    let more = found.len() as i64 > SHOWN;
    found.truncate(SHOWN as usize);
    let now = now();
    Ok((found.into_iter().map(|one| one.at(now)).collect(), more))
}

/// Those of these notifications that their users may read now. Nothing of our own types.
pub(super) fn told(conn: &mut DbConn, account: AccountId, ids: &[NotificationId]) -> Result<Vec<Notification>> {
    let now = now();
    let mut told = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let query = notifications::table
            .filter(notifications::id.eq_any(some).and(notifications::account_id.eq(account)))
            .filter(notifications::notification_type.lt(FIRST_OF_OURS))
            .filter(asked(MayBeRead))
            .select(Notification::columns())
            .order_by(notifications::id);
        told.extend(query.load::<Notification>(conn)?.into_iter().map(|one| one.at(now)));
    }
    Ok(told)
}

/// How many each of these users has not read, of what a list shows at first.
pub(super) fn unread_of(conn: &mut DbConn, account: AccountId, users: &[UserId]) -> Result<HashMap<UserId, i64>> {
    let query = notifications::table
        .filter(notifications::user_id.eq_any(users).and(notifications::account_id.eq(account)).and(notifications::read_at.is_null()))
        .filter(notifications::snoozed_until.is_null().or(notifications::snoozed_until.le(now())))
        .filter(notifications::notification_type.lt(FIRST_OF_OURS))
        .filter(asked(MayBeRead))
        .group_by(notifications::user_id)
        .select((notifications::user_id, diesel::dsl::count_star()));
    Ok(query.load(conn)?.into_iter().collect())
}

/// How many are unread, counted to ten: what a bell shows needs no more.
///
/// # Errors
/// The database's.
pub fn unread_for_bell(conn: &mut DbConn, account: AccountId, user: UserId) -> Result<usize> {
    let unread = notifications::table
        .filter(asked(MayBeRead))
        .filter(notifications::user_id.eq(user).and(notifications::account_id.eq(account)).and(notifications::read_at.is_null()))
        .filter(notifications::snoozed_until.is_null().or(notifications::snoozed_until.le(now())));
    Ok(limit_ten(unread.select(notifications::id)).load::<NotificationId>(conn)?.len())
}

/// One of one's own.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find(conn: &mut DbConn, agent: &Agent, id: NotificationId) -> Result<Notification> {
    Ok(own(agent).filter(notifications::id.eq(id)).select(Notification::columns()).get_result(conn)?)
}

/// The same, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_change(conn: &mut DbConn, agent: &Agent, id: NotificationId) -> Result<Notification> {
    let query = notifications::table
        .filter(notifications::id.eq(id))
        .filter(asked(MayBeRead))
        .filter(notifications::user_id.eq(agent.user_id()).and(notifications::account_id.eq(agent.account_id())));
    Ok(locked(query.select(Notification::columns())).get_result(conn)?)
}
