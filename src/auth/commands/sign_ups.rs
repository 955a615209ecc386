//! Accounts that people make for themselves, once their address is proved.
use super::{Entry, Founding, NewSession, OneTimeLink, found, let_in, open_session};
use crate::{
    accounts::{self, Account},
    db::{Tx, dialect::Each, schema::sign_ups, types::now},
    error::{Error, Result},
    mfa,
    random::{self, digest},
    users::{self, Role, User},
    web::ClientInfo,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

/// How long the link is good for.
const TIME: TimeDelta = TimeDelta::hours(24);

/// How many wishes wait at once, of all addresses.
const MOST: i64 = 10_000;

/// Keeps the wish of somebody until they use the link, in place of the one before. What is too old is swept away with whatever else has ended.
///
/// # Errors
/// [`Error::Overloaded`] when too many wait.
pub(in crate::auth) fn keep_sign_up(tx: &mut Tx, founding: &Founding) -> Result<OneTimeLink> {
    let Founding { name, email, password_hash, account_name, locale } = founding;
    let (token, now) = (random::token()?, now());
    let others = sign_ups::email.ne(email).and(sign_ups::expires_at.gt(now));
    if sign_ups::table.filter(others).count().get_result::<i64>(tx.conn)? >= MOST {
        return Err(Error::Overloaded);
    }
    let (hash, expires_at) = (digest(&token), now + TIME);
    let said = (
        sign_ups::name.eq(name),
        sign_ups::password_hash.eq(password_hash),
        sign_ups::account_name.eq(account_name),
        sign_ups::locale.eq(locale),
        sign_ups::token_hash.eq(&hash),
        sign_ups::created_at.eq(now),
        sign_ups::expires_at.eq(expires_at),
    );
    let insert = diesel::insert_into(sign_ups::table).values((sign_ups::email.eq(email), said));
    // two may wish for the same address at once
    Each(insert.on_conflict(sign_ups::email).do_update().set(said)).execute(tx.conn)?;
    Ok(link(&token, expires_at))
}

/// Another link for the wish that waits of this address, in place of the one before, and the language of the account; none where none waits.
pub(in crate::auth) fn renew_sign_up(tx: &mut Tx, email: &str) -> Result<Option<(OneTimeLink, String)>> {
    let (token, now) = (random::token()?, now());
    let (hash, expires_at) = (digest(&token), now + TIME);
    let live = sign_ups::table.filter(sign_ups::email.eq(email).and(sign_ups::expires_at.gt(now)));
    let renewed = (sign_ups::token_hash.eq(&hash), sign_ups::expires_at.eq(expires_at));
    let locale: Option<String> = diesel::update(live).set(renewed).returning(sign_ups::locale).get_result(tx.conn).optional()?;
    Ok(locale.map(|locale| (link(&token, expires_at), locale)))
}

fn link(token: &str, expires_at: NaiveDateTime) -> OneTimeLink {
    OneTimeLink { path: format!("/app/sign_up/confirm?confirmation_token={token}"), expires_at }
}

/// Makes one more account of somebody, and a session for a `client` that has none, unless they have a second factor: an access token is no way around
/// that.
///
/// # Errors
/// [`Error::Invalid`] about `name` or `locale`.
pub(in crate::auth) fn found_another(
    tx: &mut Tx,
    user: &User,
    name: &str,
    locale: &str,
    client: Option<&ClientInfo>,
) -> Result<(Account, Option<NewSession>)> {
    let account = accounts::create(tx, name, locale)?;
    users::add_member(tx, account.id, user.id, Role::Administrator, None)?;
    let session = match client {
        Some(client) if !mfa::is_on(tx.conn, user.id)? => Some(open_session(tx, user, client)?),
        _ => None,
    };
    Ok((account, session))
}

/// Makes the user and the account of a wish. The token is gone with it.
///
/// # Errors
/// [`Error::NotFound`] for a token that is unknown, used up or too old; as [`found`].
pub(in crate::auth) fn use_sign_up(tx: &mut Tx, token: &str, client: &ClientInfo) -> Result<(User, Entry)> {
    let live = sign_ups::table.filter(sign_ups::token_hash.eq(digest(token)).and(sign_ups::expires_at.gt(now())));
    let columns = (sign_ups::email, sign_ups::name, sign_ups::password_hash, sign_ups::account_name, sign_ups::locale);
    let (email, name, password_hash, account_name, locale) = diesel::delete(live).returning(columns).get_result(tx.conn)?;
    let (user, _) = found(tx, Founding { name, email, password_hash, account_name, locale })?;
    let entry = let_in(tx, &user, client)?;
    Ok((user, entry))
}
