//! The second step of signing in, and what is told of a second factor by mail.
use super::{
    author,
    commands::{Answer, Revocation, answer, note_everywhere},
    limits::SignInLimits,
    reset::language,
    session::NewSession,
};
use crate::{
    audit::{Author, Change},
    db::{
        Db, DbConn, Tx,
        dialect::Columns,
        schema::{sign_in_challenges, users as users_table},
        types::now,
    },
    error::{Error, Result},
    mail::{self, Letter},
    mfa::{self, Code},
    random::digest,
    users::User,
    web::ClientInfo,
};
use diesel::prelude::*;

/// Whom a challenge asks for a code, if it is not over.
pub(super) fn asked(conn: &mut DbConn, token: &str) -> Result<Option<User>> {
    let live = sign_in_challenges::token_hash.eq(digest(token)).and(sign_in_challenges::expires_at.gt(now()));
    let query = sign_in_challenges::table.inner_join(users_table::table).filter(live).select(User::columns());
    Ok(query.get_result(conn).optional()?)
}

/// Signs in whoever has said their password, by a code of their app or a backup code.
///
/// # Errors
/// [`Error::Unauthorized`] when the challenge is over, [`Error::BadRequest`] for a wrong code, [`Error::TooMany`] after too many of them,
/// [`Error::OverLimit`] when it is to be said first which session ends.
pub(super) async fn answer_challenge(
    db: &Db,
    limits: &SignInLimits,
    token: &str,
    code: &str,
    client: &ClientInfo,
    revocation: Revocation,
) -> Result<(User, NewSession)> {
    let (token, code, by) = (token.to_owned(), Code::read(code), client.clone());
    let sought = token.clone();
    let user = db.read(move |conn| asked(conn, &sought)).await?.ok_or_else(over)?;
    let attempt = limits.begin_code(client.ip, &user)?;
    let answered = db.write(move |tx| answer(tx, &token, &code, &by, revocation)).await;
    match answered {
        Ok(Answer::Wrong) => Err(Error::BadRequest("Invalid verification code".into())),
        other => {
            attempt.forgive();
            match other? {
                Answer::Right(user, session) => Ok((*user, session)),
                Answer::Wrong | Answer::Over => Err(over()),
            }
        }
    }
}

fn over() -> Error {
    Error::Unauthorized("The sign-in is over: enter the password again".into())
}

/// Does what takes a code of somebody who is signed in, and uses the code up.
///
/// # Errors
/// [`Error::Refused`] for a wrong one, and for somebody who has no second factor; [`Error::TooMany`] after too many wrong ones; those of `act`.
pub async fn by_code<T: Send + 'static>(
    db: &Db,
    limits: &SignInLimits,
    user: &User,
    code: &str,
    client: &ClientInfo,
    act: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (id, code) = (user.id, Code::read(code));
    let work = move |tx: &mut Tx| {
        if !mfa::is_on(tx.conn, id)? {
            return Err(not_on());
        }
        if mfa::use_up(tx, id, &code)? { act(tx).map(Some) } else { Ok(None) }
    };
    guess(limits, user, client, db.write(work)).await
}

fn not_on() -> Error {
    Error::Refused("Two-factor authentication is not on".into())
}

/// Switches on what somebody has set up, by a first code. Gives their backup codes.
///
/// # Errors
/// As [`by_code`].
pub async fn switch_on(db: &Db, limits: &SignInLimits, user: &User, code: &str, client: &ClientInfo) -> Result<Vec<String>> {
    let (whose, by, code) = (user.clone(), author(user, client.into()), Code::read(code));
    let confirm = move |tx: &mut Tx| {
        let codes = mfa::confirm(tx, whose.id, &code)?;
        if codes.is_some() {
            tell(tx, &whose, true)?;
            note_everywhere(tx, &whose, &by, Change::Done(&whose, "two_factor_authentication_switched_on"))?;
        }
        Ok(codes)
    };
    guess(limits, user, client, db.write(confirm)).await
}

/// A guess, which counts if it was wrong.
async fn guess<T>(limits: &SignInLimits, user: &User, client: &ClientInfo, answer: impl Future<Output = Result<Option<T>>>) -> Result<T> {
    let attempt = limits.begin_code(client.ip, user)?;
    let answered = answer.await;
    if !matches!(answered, Ok(None)) {
        attempt.forgive();
    }
    answered?.ok_or_else(|| Error::Refused("Invalid verification code".into()))
}

/// Ends somebody's second factor, and tells them and the audit logs of their accounts: by themselves, by an administrator or by the operator.
///
/// # Errors
/// [`Error::Refused`] for somebody who has none.
pub fn switch_off(tx: &mut Tx, user: &User, by: &Author) -> Result<()> {
    if !mfa::switch_off(tx, user.id)? {
        return Err(not_on());
    }
    tell(tx, user, false)?;
    note_everywhere(tx, user, by, Change::Done(user, "two_factor_authentication_switched_off"))
}

fn tell(tx: &mut Tx, user: &User, on: bool) -> Result<()> {
    let Some(mailer) = mail::mailer(tx) else { return Ok(()) };
    let language = language(tx.conn, user)?;
    let names = [("brand", mailer.brand().into())];
    let letter = Letter {
        account_id: None,
        to: user.recipient(),
        language,
        subject: language.ta(if on { "mfa-on-subject" } else { "mfa-off-subject" }, &names),
        paragraphs: vec![language.t(if on { "mfa-on-text" } else { "mfa-off-text" }), language.t("mfa-not-you")],
        facts: Vec::new(),
        action: None,
        reason: language.ta("mfa-why-you", &names),
    };
    mail::post(tx, &letter.write(&mailer)?).map(drop)
}
