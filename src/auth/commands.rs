//! Opening and closing sessions, links that set a password, and founding: an account and its administrator together.
mod challenges;
mod session_limit;
mod sign_ups;

pub(super) use challenges::{Answer, answer};
pub use challenges::{Entry, let_in};
pub use session_limit::Revocation;
pub(super) use session_limit::{TOO_MANY_SESSIONS, let_in_by_choice, make_room};
pub(super) use sign_ups::{found_another, keep_sign_up, renew_sign_up, use_sign_up};

use super::{author, session::NewSession};
use crate::{
    accounts::{self, Account},
    audit::{self, Author, Change},
    db::{
        Tx,
        dialect::{Turn, take_turn},
        schema::{account_users, address_tokens, password_tokens, service_keys, sessions, sign_in_tokens},
        types::{AccountId, ServiceKeyId, SessionId, UserId, now},
    },
    error::{Error, Result},
    mfa,
    random::{self, digest},
    users::{self, NewUser, Role, TokenOwner, User},
    web::ClientInfo,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use std::net::IpAddr;
use url::Url;

/// How long a session lives.
const LIFE: TimeDelta = TimeDelta::days(60);

/// How many sessions one user may have; the oldest make way, unless a browser says by the API which one does.
const MOST: i64 = 25;

/// How long somebody who was invited has to set their first password.
const INVITED: TimeDelta = TimeDelta::days(7);

/// How long a link is good for a password in place of another.
const RESET: TimeDelta = TimeDelta::hours(6);

/// How long a link is good for signing in.
const SIGN_IN: TimeDelta = TimeDelta::minutes(5);

/// A link that sets a password, or an address, or signs somebody in, once.
#[derive(Debug, Clone, PartialEq)]
pub struct OneTimeLink {
    /// The page, with the token, of which only a hash is kept.
    pub path: String,
    /// When it ends.
    pub expires_at: NaiveDateTime,
}

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

impl OneTimeLink {
    /// The whole address.
    pub fn url(&self, public_url: &Url) -> String {
        format!("{}{}", public_url.as_str().trim_end_matches('/'), self.path)
    }
}

/// Opens a session; the user's oldest ones beyond the limit end.
pub fn open_session(tx: &mut Tx, user: &User, client: &ClientInfo) -> Result<NewSession> {
    let whose = user.id;
    let session = NewSession { client: random::token()?, secret: random::token()?, expires_at: now() + LIFE };
    let kept = sessions::table
        .filter(sessions::user_id.eq(whose).and(sessions::expires_at.gt(now())))
        .order_by(sessions::id.desc())
        .select(sessions::id)
        .limit(MOST - 1);
    let kept: Vec<SessionId> = kept.load(tx.conn)?;
    diesel::delete(sessions::table.filter(sessions::user_id.eq(whose).and(sessions::id.ne_all(kept)))).execute(tx.conn)?;
    let ClientInfo { ip, user_agent, request: _ } = client;
    diesel::insert_into(sessions::table)
        .values((
            sessions::user_id.eq(whose),
            sessions::client_id.eq(&session.client),
            sessions::token_hash.eq(digest(&session.secret)),
            sessions::user_agent.eq(user_agent.as_deref().map(|text| text.chars().take(255).collect::<String>())),
            sessions::ip.eq(ip.map(|ip| ip.to_string())),
            sessions::created_at.eq(now()),
            sessions::expires_at.eq(session.expires_at),
        ))
        .execute(tx.conn)?;
    note_everywhere(tx, user, &author(user, client.into()), Change::SignedIn(user))?;
    Ok(session)
}

/// Ends a session, because whoever has it signs out.
pub fn close_session(tx: &mut Tx, user: &User, id: SessionId, client: &ClientInfo) -> Result<()> {
    diesel::delete(sessions::table.find(id)).execute(tx.conn)?;
    note_everywhere(tx, user, &author(user, client.into()), Change::SignedOut(user))
}

/// Notes what was done with a user in the audit logs of all their accounts. Call it last: others wait for it.
///
/// # Errors
/// The database's.
pub fn note_everywhere(tx: &mut Tx, user: &User, by: &Author, change: Change<'_, User>) -> Result<()> {
    let mut accounts: Vec<AccountId> = users::memberships(tx.conn, user.id)?.iter().map(|seat| seat.account.id).collect();
    // always in the same order, so that no two wait for each other
    accounts.sort_unstable();
    accounts.into_iter().try_for_each(|account| audit::record(tx, account, by, change))
}

/// Notes that a session is used, and from where.
pub(super) fn touch_session(tx: &mut Tx, id: SessionId, ip: Option<IpAddr>) -> Result<()> {
    let seen = (sessions::last_seen_at.eq(now()), sessions::ip.eq(ip.map(|ip| ip.to_string())));
    diesel::update(sessions::table.find(id)).set(seen).execute(tx.conn)?;
    Ok(())
}

/// Notes that a service key is used.
pub(super) fn touch_key(tx: &mut Tx, id: ServiceKeyId) -> Result<()> {
    diesel::update(service_keys::table.find(id)).set(service_keys::last_used_at.eq(now())).execute(tx.conn)?;
    Ok(())
}

/// Ends one session of a user. Whoever had it knows the credential of the user's sockets as well, so that is another one from now on.
///
/// # Errors
/// [`Error::NotFound`] for a session that is none of theirs.
pub fn revoke_session(tx: &mut Tx, user: UserId, id: SessionId) -> Result<()> {
    match diesel::delete(sessions::table.filter(sessions::id.eq(id).and(sessions::user_id.eq(user)))).execute(tx.conn)? {
        0 => Err(Error::NotFound),
        _ => users::renew_pubsub_token(tx, user),
    }
}

/// Ends all sessions of a user but this one, in the same way.
///
/// # Errors
/// The database's.
pub fn revoke_other_sessions(tx: &mut Tx, user: UserId, keep: Option<SessionId>) -> Result<()> {
    close_other_sessions(tx, user, keep)?;
    users::renew_pubsub_token(tx, user)
}

/// Ends the user's sessions except the one to keep: who knew the old password is out.
pub fn close_other_sessions(tx: &mut Tx, user: UserId, keep: Option<SessionId>) -> Result<()> {
    let keep: Vec<SessionId> = keep.into_iter().collect();
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user).and(sessions::id.ne_all(keep)))).execute(tx.conn)?;
    Ok(())
}

/// Makes a link with which a user sets a password without the old one. It takes the place of the one before.
///
/// `shown` is said of a link that an administrator gets to see, and hands on: it proves no address. One that goes by mail does, and so does one that
/// the operator of this server makes.
///
/// # Errors
/// The database's.
pub fn issue_password_link(tx: &mut Tx, user: &User, shown: bool) -> Result<OneTimeLink> {
    let (token, now) = (random::token()?, now());
    let expires_at = now + if user.confirmed { RESET } else { INVITED };
    // of two links that are made at once, each would take the place of the one before, and both would be there
    users::find_to_change(tx, user.id)?;
    end_links(tx, user.id)?;
    diesel::insert_into(password_tokens::table)
        .values((
            password_tokens::user_id.eq(user.id),
            password_tokens::token_hash.eq(digest(&token)),
            password_tokens::shown.eq(shown),
            password_tokens::created_at.eq(now),
            password_tokens::expires_at.eq(expires_at),
        ))
        .execute(tx.conn)?;
    Ok(OneTimeLink { path: format!("/app/password/edit?reset_password_token={token}"), expires_at })
}

fn end_links(tx: &mut Tx, user: UserId) -> Result<()> {
    diesel::delete(password_tokens::table.filter(password_tokens::user_id.eq(user))).execute(tx.conn)?;
    Ok(())
}

/// Ends the links of a user, for a password, for an address and for signing in, and whatever their password has begun: they have another password
/// now, or another address than the links went to.
///
/// # Errors
/// The database's.
pub fn revoke_links(tx: &mut Tx, user: UserId) -> Result<()> {
    end_links(tx, user)?;
    challenges::end_challenges(tx, user)?;
    diesel::delete(sign_in_tokens::table.filter(sign_in_tokens::user_id.eq(user))).execute(tx.conn)?;
    diesel::delete(address_tokens::table.filter(address_tokens::user_id.eq(user))).execute(tx.conn)?;
    Ok(())
}

/// Ends the link of a user that somebody else has seen: they are about to get what is no business of whoever that was.
///
/// # Errors
/// The database's.
pub fn revoke_shown_link(tx: &mut Tx, user: UserId) -> Result<()> {
    diesel::delete(password_tokens::table.filter(password_tokens::user_id.eq(user).and(password_tokens::shown.eq(true)))).execute(tx.conn)?;
    Ok(())
}

/// Sets the password of whoever a token was made for, and ends their sessions. The token is gone with it.
///
/// # Errors
/// [`Error::NotFound`] for a token that is unknown, used up or too old.
pub(super) fn use_password_token(tx: &mut Tx, token: &str, password_hash: &str) -> Result<User> {
    let live = || password_tokens::table.filter(password_tokens::token_hash.eq(digest(token)).and(password_tokens::expires_at.gt(now())));
    let user: UserId = live().select(password_tokens::user_id).get_result(tx.conn)?;
    // the user first, as everybody takes them who ends their links
    let before = users::find_to_change(tx, user)?;
    let shown: bool = diesel::delete(live()).returning(password_tokens::shown).get_result(tx.conn)?;
    if shown && users::memberships(tx.conn, user)?.len() > 1 {
        return Err(Error::NotFound);
    }
    users::set_password(tx, user, password_hash)?;
    if shown {
        // whoever has opened it may have been the administrator who saw it, and knows the password then
        users::note_address(tx, user, false)?;
    }
    if !shown && !before.address_proved {
        // whoever was in as them until now may have noted it
        users::reset_access_token(tx, TokenOwner::User, user.0)?;
        users::note_address(tx, user, true)?;
    }
    revoke_links(tx, user)?;
    close_other_sessions(tx, user, None)?;
    users::find(tx.conn, user)
}

/// Makes a link that signs a user in once. Many may be under way at once: somebody may come by two doors.
///
/// # Errors
/// The database's.
pub fn issue_sign_in_link(tx: &mut Tx, user: &User) -> Result<OneTimeLink> {
    let (token, now) = (random::token()?, now());
    let expires_at = now + SIGN_IN;
    // what was never used goes with the next
    let over = sign_in_tokens::table.filter(sign_in_tokens::user_id.eq(user.id).and(sign_in_tokens::expires_at.le(now)));
    diesel::delete(over).execute(tx.conn)?;
    diesel::insert_into(sign_in_tokens::table)
        .values((
            sign_in_tokens::user_id.eq(user.id),
            sign_in_tokens::token_hash.eq(digest(&token)),
            sign_in_tokens::created_at.eq(now),
            sign_in_tokens::expires_at.eq(expires_at),
        ))
        .execute(tx.conn)?;
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("email", &user.email).append_pair("sso_auth_token", &token).finish();
    Ok(OneTimeLink { path: format!("/app/login?{query}"), expires_at })
}

/// The user of this address, whom a link let in with this token. The token is gone with it. (It is looked up by its hash, so that the time which
/// that takes says nothing about it.)
///
/// # Errors
/// [`Error::NotFound`] for a token that is unknown, used up, too old, or another user's, which stays as it is.
pub(super) fn use_sign_in_token(tx: &mut Tx, email: &str, token: &str) -> Result<User> {
    let live = sign_in_tokens::table.filter(sign_in_tokens::token_hash.eq(digest(token)).and(sign_in_tokens::expires_at.gt(now())));
    let user: UserId = diesel::delete(live).returning(sign_in_tokens::user_id).get_result(tx.conn)?;
    let user = users::find(tx.conn, user)?;
    if user.email == email { Ok(user) } else { Err(Error::NotFound) }
}

/// Makes a link with which a user takes another address. It takes the place of the one before.
///
/// # Errors
/// The database's.
pub(super) fn issue_address_link(tx: &mut Tx, user: &User, address: &str) -> Result<OneTimeLink> {
    let (token, now) = (random::token()?, now());
    let expires_at = now + RESET;
    users::find_to_change(tx, user.id)?;
    diesel::delete(address_tokens::table.filter(address_tokens::user_id.eq(user.id))).execute(tx.conn)?;
    diesel::insert_into(address_tokens::table)
        .values((
            address_tokens::user_id.eq(user.id),
            address_tokens::token_hash.eq(digest(&token)),
            address_tokens::address.eq(address),
            address_tokens::created_at.eq(now),
            address_tokens::expires_at.eq(expires_at),
        ))
        .execute(tx.conn)?;
    Ok(OneTimeLink { path: format!("/app/address/edit?confirmation_token={token}"), expires_at })
}

/// Gives a user the address that a token went to. The token is gone with it. Somebody who had not proved the address before has not proved this one:
/// whoever knew their password still does.
///
/// # Errors
/// [`Error::NotFound`] for a token that is unknown, used up or too old; [`Error::Invalid`] about `email` when somebody else has the address by now.
pub(super) fn use_address_token(tx: &mut Tx, token: &str) -> Result<User> {
    let live = || address_tokens::table.filter(address_tokens::token_hash.eq(digest(token)).and(address_tokens::expires_at.gt(now())));
    let id: UserId = live().select(address_tokens::user_id).get_result(tx.conn)?;
    let mut user = users::find_to_change(tx, id)?;
    user.email = diesel::delete(live()).returning(address_tokens::address).get_result(tx.conn)?;
    revoke_links(tx, id)?;
    users::update(tx, &user)
}

/// Lets nobody in any more who has used this user so far: whoever that was has never proved that the address is theirs.
///
/// # Errors
/// The database's.
pub fn disown(tx: &mut Tx, user: UserId) -> Result<()> {
    revoke_links(tx, user)?;
    close_other_sessions(tx, user, None)?;
    // it may be in the same hands, and would keep the owner of the address out
    mfa::switch_off(tx, user)?;
    users::disown(tx, user)
}

/// Somebody has left an account. Without any account left, nobody may set their password by a link that was made before.
///
/// # Errors
/// The database's.
pub fn depart(tx: &mut Tx, _: AccountId, user: UserId) -> Result<()> {
    match users::memberships(tx.conn, user)?.is_empty() {
        true => revoke_links(tx, user),
        false => Ok(()),
    }
}

/// Ends the links that administrators of an account have seen: one of them is none any more.
///
/// # Errors
/// The database's.
pub fn dismiss(tx: &mut Tx, account: AccountId) -> Result<()> {
    let members = account_users::table.filter(account_users::account_id.eq(account)).select(account_users::user_id);
    diesel::delete(password_tokens::table.filter(password_tokens::shown.eq(true).and(password_tokens::user_id.eq_any(members)))).execute(tx.conn)?;
    Ok(())
}

/// Makes an account and its administrator.
///
/// # Errors
/// [`Error::Invalid`] about `name`, `email`, `locale` or `account_name`.
pub fn found(tx: &mut Tx, founding: Founding) -> Result<(User, Account)> {
    let Founding { name, email, password_hash, account_name, locale } = founding;
    take_turn(tx.conn, Turn::Founding)?;
    let user = users::create(tx, NewUser { name, email, password_hash: Some(password_hash) })?;
    let account = accounts::create(tx, &account_name, &locale).map_err(|e| match e {
        // `name` is the person's here
        Error::Invalid { message, attributes, rule } if attributes == ["name"] => {
            Error::Invalid { message: format!("Account {message}"), attributes: vec!["account_name"], rule }
        }
        e => e,
    })?;
    users::add_member(tx, account.id, user.id, Role::Administrator, None)?;
    // who makes an account by the command line or as the first of all is believed; all others have come by a link that went there
    users::note_address(tx, user.id, true)?;
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
