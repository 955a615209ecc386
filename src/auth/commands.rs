//! Opening and closing sessions, and founding: an account and its administrator together.
use super::session::{NewSession, hashed};
use crate::{
    accounts::{self, Account},
    db::{
        Tx,
        dialect::{Turn, take_turn},
        schema::sessions,
        types::{SessionId, UserId, now},
    },
    error::{Error, Result},
    random,
    users::{self, NewUser, Role, User},
    web::ClientInfo,
};
use chrono::TimeDelta;
use diesel::prelude::*;

/// How long a session lives.
const LIFE: TimeDelta = TimeDelta::days(60);

/// How many sessions one user may have; the oldest make way.
const MOST: i64 = 25;

/// An account and its administrator, both new.
#[derive(Debug)]
pub struct Founding {
    /// The administrator's full name.
    pub name: String,
    /// Their address, as typed.
    pub email: String,
    /// The argon2id hash of their password.
    pub password_hash: String,
    /// What the account is called.
    pub account_name: String,
    /// The account's language, as a code.
    pub locale: String,
}

/// Opens a session; the user's oldest ones beyond the limit end.
pub fn open_session(tx: &mut Tx, user: UserId, client: &ClientInfo) -> Result<NewSession> {
    let session = NewSession { client: random::token()?, secret: random::token()?, expires_at: now() + LIFE };
    let kept = sessions::table
        .filter(sessions::user_id.eq(user).and(sessions::expires_at.gt(now())))
        .order_by(sessions::id.desc())
        .select(sessions::id)
        .limit(MOST - 1);
    let kept: Vec<SessionId> = kept.load(tx.conn)?;
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user).and(sessions::id.ne_all(kept)))).execute(tx.conn)?;
    let ClientInfo { ip, user_agent } = client;
    diesel::insert_into(sessions::table)
        .values((
            sessions::user_id.eq(user),
            sessions::client_id.eq(&session.client),
            sessions::token_hash.eq(hashed(&session.secret)),
            sessions::user_agent.eq(user_agent.as_deref().map(|text| text.chars().take(255).collect::<String>())),
            sessions::ip.eq(ip.map(|ip| ip.to_string())),
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

/// Ends the user's sessions except the one to keep: who knew the old password is out.
pub fn close_other_sessions(tx: &mut Tx, user: UserId, keep: Option<SessionId>) -> Result<()> {
    let keep: Vec<SessionId> = keep.into_iter().collect();
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user).and(sessions::id.ne_all(keep)))).execute(tx.conn)?;
    Ok(())
}

/// Makes an account and its administrator.
///
/// # Errors
/// [`Error::Invalid`] about `name`, `email`, `locale` or `account_name`.
pub fn found(tx: &mut Tx, founding: Founding) -> Result<(User, Account)> {
    let Founding { name, email, password_hash, account_name, locale } = founding;
    take_turn(tx.conn, Turn::Founding)?;
    let user = users::create(tx, NewUser { name, email, password_hash })?;
    let account = accounts::create(tx, &account_name, &locale).map_err(|e| match e {
        // `name` is the person's here
        Error::Invalid { message, attributes, rule } if attributes == ["name"] => {
            Error::Invalid { message: format!("Account {message}"), attributes: vec!["account_name"], rule }
        }
        e => e,
    })?;
    users::add_member(tx, account.id, user.id, Role::Administrator, None)?;
    Ok((user, account))
}

/// As [`found`], for the very first user of the installation: of two requests at once one wins.
///
/// # Errors
/// [`Error::Forbidden`] when there is a user already; else as [`found`].
pub(super) fn found_first(tx: &mut Tx, founding: Founding) -> Result<(User, Account)> {
    // before looking, so that what another transaction has just committed is seen
    take_turn(tx.conn, Turn::Founding)?;
    if users::any(tx.conn)? {
        return Err(Error::Forbidden("This installation is set up already: sign in".into()));
    }
    found(tx, founding)
}
