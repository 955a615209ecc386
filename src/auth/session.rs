//! Sessions in the database: one row serves the browser's cookie and the API's headers. The secret is stored hashed.
use crate::{
    db::{
        DbConn,
        dialect::Columns,
        schema::{sessions, users},
        types::{SessionId, now},
    },
    error::Result,
    users::User,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

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

/// The session of that name and secret, unless it has ended.
pub(super) fn find(conn: &mut DbConn, client: &str, secret: &str) -> Result<Option<(User, Session)>> {
    let found = sessions::table
        .inner_join(users::table)
        .filter(sessions::client_id.eq(client).and(sessions::token_hash.eq(hashed(secret))).and(sessions::expires_at.gt(now())))
        .select((User::columns(), Session::columns()))
        .get_result(conn);
    Ok(found.optional()?)
}

/// A plain hash will do: the secret is random, so there is nothing to guess from a list.
pub(super) fn hashed(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
