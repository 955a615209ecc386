//! Sessions in the database: one row serves the browser's cookie and the API's headers. The secret is stored hashed.
use crate::{
    db::{
        DbConn,
        dialect::Columns,
        schema::{sessions, users},
        types::{SessionId, UserId, now},
    },
    error::Result,
    random::digest,
    users::User,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

/// How often it is written down that a session is used.
const SEEN_AGAIN: TimeDelta = TimeDelta::minutes(5);

/// A session that has been proved, or that its user sees in their list.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Names it to clients.
    pub client_id: String,
    /// When it ends.
    pub expires_at: NaiveDateTime,
    /// What was said when it was opened.
    pub user_agent: Option<String>,
    /// From where it was used last.
    pub ip: Option<String>,
    /// When it was opened.
    pub created_at: NaiveDateTime,
    /// When it was noted last that it is used.
    pub last_seen_at: Option<NaiveDateTime>,
}

impl Session {
    /// When it was used last, to within some minutes.
    pub fn seen_at(&self) -> NaiveDateTime {
        self.last_seen_at.unwrap_or(self.created_at)
    }

    /// Whether it is time to note that it is used.
    pub(super) fn is_to_be_noted(&self) -> bool {
        now() - self.seen_at() >= SEEN_AGAIN
    }
}

/// A session just opened, with the secret that is shown this once.
#[derive(Debug)]
pub struct NewSession {
    /// Names it.
    pub client: String,
    /// Proves it.
    pub secret: String,
    /// When it ends.
    pub expires_at: NaiveDateTime,
}

/// The session of that name and secret, unless it has ended.
pub(super) fn find(conn: &mut DbConn, client: &str, secret: &str) -> Result<Option<(User, Session)>> {
    let found = sessions::table
        .inner_join(users::table)
        .filter(sessions::client_id.eq(client).and(sessions::token_hash.eq(digest(secret))).and(sessions::expires_at.gt(now())))
        .select((User::columns(), Session::columns()))
        .get_result(conn);
    Ok(found.optional()?)
}

/// The sessions of a user, the one that was used last first. There are no more than a user may have.
///
/// # Errors
/// The database's.
pub fn sessions_of(conn: &mut DbConn, user: UserId) -> Result<Vec<Session>> {
    let live = sessions::table.filter(sessions::user_id.eq(user).and(sessions::expires_at.gt(now())));
    let mut live: Vec<Session> = live.select(Session::columns()).order_by(sessions::id.desc()).load(conn)?;
    live.sort_by_key(|session| std::cmp::Reverse(session.seen_at()));
    Ok(live)
}
