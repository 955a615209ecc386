//! Between the password and the code.
use super::{NewSession, Revocation, make_room, open_session};
use crate::{
    db::{
        Tx,
        dialect::{Columns, locked},
        schema::{sign_in_challenges, users as users_table},
        types::{UserId, now},
    },
    error::Result,
    mfa::{self, Code},
    random::{self, digest},
    users::User,
    web::ClientInfo,
};
use chrono::TimeDelta;
use diesel::prelude::*;

/// How long somebody has to type their code.
const TIME: TimeDelta = TimeDelta::minutes(10);

/// How many wrong codes end a challenge: then it takes the password again.
const TRIES: i64 = 5;

/// How many challenges one user may have at once; the oldest make way.
const MOST: i64 = 5;

/// What somebody gets who has said their password, or has used a link.
#[derive(Debug)]
pub enum Entry {
    /// They are in.
    Session(NewSession),
    /// They are asked for a code; with the token that says so.
    Challenge(String),
}

/// What becomes of a code.
#[derive(Debug)]
pub(in crate::auth) enum Answer {
    /// It is right.
    Right(Box<User>, NewSession),
    /// It is not.
    Wrong,
    /// There is no such challenge, or it is over.
    Over,
}

/// Lets somebody in who has proved their password: at once, or with a challenge if they have a second factor.
///
/// # Errors
/// The database's.
pub fn let_in(tx: &mut Tx, user: &User, client: &ClientInfo) -> Result<Entry> {
    match mfa::is_on(tx.conn, user.id)? {
        true => challenge(tx, user.id).map(Entry::Challenge),
        false => open_session(tx, user, client).map(Entry::Session),
    }
}

fn challenge(tx: &mut Tx, user: UserId) -> Result<String> {
    let (token, now) = (random::token()?, now());
    let of_user = || sign_in_challenges::user_id.eq(user);
    let live = sign_in_challenges::table.filter(of_user().and(sign_in_challenges::expires_at.gt(now)));
    let kept: Vec<i64> = live.order_by(sign_in_challenges::id.desc()).select(sign_in_challenges::id).limit(MOST - 1).load(tx.conn)?;
    diesel::delete(sign_in_challenges::table.filter(of_user().and(sign_in_challenges::id.ne_all(kept)))).execute(tx.conn)?;
    diesel::insert_into(sign_in_challenges::table)
        .values((
            sign_in_challenges::user_id.eq(user),
            sign_in_challenges::token_hash.eq(digest(&token)),
            sign_in_challenges::created_at.eq(now),
            sign_in_challenges::expires_at.eq(now + TIME),
        ))
        .execute(tx.conn)?;
    Ok(token)
}

/// Answers a challenge, which is over once the code is right, or too many were wrong.
///
/// # Errors
/// As [`make_room`]: neither the challenge nor the code is used up then.
pub(in crate::auth) fn answer(tx: &mut Tx, token: &str, code: &Code, client: &ClientInfo, revocation: Revocation) -> Result<Answer> {
    let live = sign_in_challenges::token_hash.eq(digest(token)).and(sign_in_challenges::expires_at.gt(now()));
    let asked = locked(sign_in_challenges::table.filter(live).select((sign_in_challenges::id, sign_in_challenges::user_id)));
    let Some((id, user)) = asked.get_result::<(i64, UserId)>(tx.conn).optional()? else { return Ok(Answer::Over) };
    let this = sign_in_challenges::table.find(id);
    if mfa::use_up(tx, user, code)? {
        diesel::delete(this).execute(tx.conn)?;
        let user = users_table::table.find(user).select(User::columns()).get_result(tx.conn)?;
        let user = make_room(tx, user, revocation)?;
        let session = open_session(tx, &user, client)?;
        return Ok(Answer::Right(Box::new(user), session));
    }
    // kept although the code is wrong: so it is no error, which would undo it
    let more = sign_in_challenges::tries.eq(sign_in_challenges::tries + 1);
    let tries: i64 = diesel::update(this).set(more).returning(sign_in_challenges::tries).get_result(tx.conn)?;
    if tries >= TRIES {
        diesel::delete(this).execute(tx.conn)?;
    }
    Ok(Answer::Wrong)
}

/// Ends the challenges of a user: they have another password now.
pub(super) fn end_challenges(tx: &mut Tx, user: UserId) -> Result<()> {
    diesel::delete(sign_in_challenges::table.filter(sign_in_challenges::user_id.eq(user))).execute(tx.conn)?;
    Ok(())
}
