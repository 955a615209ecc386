//! Sessions in the database: one row serves the browser's cookie and the API's headers. The secret is stored hashed.
use crate::{
    db::{
        DbConn, Tx,
        dialect::Columns,
        schema::{sessions, users},
        types::{SessionId, UserId, now},
    },
    error::Result,
    random,
    users::User,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

/// How long a session lives.
const LIFE: TimeDelta = TimeDelta::days(60);

/// How many sessions one user may have; the oldest make way.
const MOST: i64 = 25;

/// A session that has been proved.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Names it to clients.
    pub client_id: String,
    /// When it ends.
    pub expires_at: NaiveDateTime,
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

/// Opens a session; the user's oldest ones beyond the limit end.
pub fn open_session(tx: &mut Tx, user: UserId, user_agent: Option<&str>, ip: Option<&str>) -> Result<NewSession> {
    let session = NewSession {
        client: random::token()?,
        secret: random::token()?,
        expires_at: now() + LIFE,
    };
    let kept = sessions::table
        .filter(sessions::user_id.eq(user))
        .order_by(sessions::id.desc())
        .select(sessions::id)
        .limit(MOST - 1);
    let kept: Vec<SessionId> = kept.load(tx.conn)?;
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user).and(sessions::id.ne_all(kept)))).execute(tx.conn)?;
    diesel::insert_into(sessions::table)
        .values((
            sessions::user_id.eq(user),
            sessions::client_id.eq(&session.client),
            sessions::token_hash.eq(hashed(&session.secret)),
            sessions::user_agent.eq(user_agent.map(|text| text.chars().take(255).collect::<String>())),
            sessions::ip.eq(ip),
            sessions::created_at.eq(now()),
            sessions::expires_at.eq(session.expires_at),
        ))
        .execute(tx.conn)?;
    Ok(session)
}

/// Ends a session.
pub fn close_session(tx: &mut Tx, id: SessionId) -> Result<()> {
    diesel::delete(sessions::table.find(id)).execute(tx.conn)?;
    Ok(())
}

/// The session of that name and secret, unless it has ended.
pub(super) fn find(conn: &mut DbConn, client: &str, secret: &str) -> Result<Option<(User, Session)>> {
    let found = sessions::table
        .inner_join(users::table)
        .filter(
            sessions::client_id
                .eq(client)
                .and(sessions::token_hash.eq(hashed(secret)))
                .and(sessions::expires_at.gt(now())),
        )
        .select((User::columns(), Session::columns()))
        .get_result(conn);
    Ok(found.optional()?)
}

/// A plain hash will do: the secret is random, so there is nothing to guess from a list.
fn hashed(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
