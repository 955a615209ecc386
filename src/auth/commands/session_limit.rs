//! What becomes of the sign-in of somebody who has as many sessions as they may.
use super::{Entry, MOST, let_in, revoke_other_sessions, revoke_session};
use crate::{
    db::{
        Tx,
        schema::sessions,
        types::{SessionId, now},
    },
    error::{Error, Result},
    mfa,
    users::{self, User},
    web::ClientInfo,
};
use diesel::prelude::*;

/// What somebody is told who has as many sessions as they may, and has to say which of them ends.
pub(in crate::auth) const TOO_MANY_SESSIONS: &str = "You are signed in at as many places as you may be: say which session ends";

/// Which sessions end when somebody signs in; beyond that, the oldest make way.
#[derive(Debug, Clone, Copy, Default)]
pub struct Revocation {
    /// All.
    pub all: bool,
    /// This one, if it is theirs.
    pub one: Option<SessionId>,
    /// None makes way by itself: whoever signs in is asked.
    pub asks: bool,
}

/// Ends the sessions that are to make way for another. Gives the user as they are then.
///
/// # Errors
/// [`Error::OverLimit`] with [`TOO_MANY_SESSIONS`] when they have to say first which one ends; the database's.
pub(in crate::auth) fn make_room(tx: &mut Tx, user: User, revocation: Revocation) -> Result<User> {
    let Revocation { all, one, asks } = revocation;
    let ended = match (all, one) {
        (true, _) => revoke_other_sessions(tx, user.id, None),
        (false, Some(id)) => revoke_session(tx, user.id, id),
        (false, None) => Ok(()),
    };
    match ended {
        // what is none of theirs, or has ended by now, makes no room
        Ok(()) | Err(Error::NotFound) => {}
        Err(e) => return Err(e),
    }
    // the credential of their sockets goes with a session
    let user = users::find(tx.conn, user.id)?;
    let live = sessions::table.filter(sessions::user_id.eq(user.id).and(sessions::expires_at.gt(now())));
    if asks && live.count().get_result::<i64>(tx.conn)? >= MOST {
        return Err(Error::OverLimit(TOO_MANY_SESSIONS.into()));
    }
    Ok(user)
}

/// As [`let_in`], where whoever signs in has a say in which of their sessions end. Somebody with a second factor has it with the code.
///
/// # Errors
/// As [`make_room`].
pub(in crate::auth) fn let_in_by_choice(tx: &mut Tx, user: User, client: &ClientInfo, revocation: Revocation) -> Result<(User, Entry)> {
    let user = if mfa::is_on(tx.conn, user.id)? { user } else { make_room(tx, user, revocation)? };
    let entry = let_in(tx, &user, client)?;
    Ok((user, entry))
}
