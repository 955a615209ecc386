//! Reading users.
use super::model::{Member, Membership, Role, Seat, TokenOwner, User};
use crate::{
    accounts::Account,
    db::{
        DbConn, Tx,
        dialect::{Columns, locked, lower},
        schema::{access_tokens, account_users, accounts, users},
        types::{AccountId, UserId},
    },
    error::{Error, Result},
    on_each,
};
use diesel::prelude::*;

/// The user of that id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut DbConn, id: UserId) -> Result<User> {
    Ok(users::table.find(id).select(User::columns()).get_result(conn)?)
}

/// The user of that id, whom nobody else may change before this transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_to_change(tx: &mut Tx, id: UserId) -> Result<User> {
    Ok(locked(users::table.find(id).select(User::columns())).get_result(tx.conn)?)
}

/// Those of these users that exist.
pub fn by_ids(conn: &mut DbConn, ids: &[UserId]) -> Result<Vec<User>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => Ok(users::table.filter(users::id.eq_any(ids)).select(User::columns()).load(conn)?),
    }
}

/// Whether there is any user yet.
pub fn any(conn: &mut DbConn) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(users::table.select(users::id))).get_result(conn)?)
}

/// The person of that address (in lower case), with the hash of their password, which is empty as long as they have none.
pub fn by_email(conn: &mut DbConn, email: &str) -> Result<Option<(User, String)>> {
    let found =
        users::table.filter(users::email.eq(email).and(users::is_service.eq(false))).select((User::columns(), users::password_hash)).get_result(conn);
    Ok(found.optional()?)
}

/// The owner of an access token.
pub fn by_access_token(conn: &mut DbConn, token: &str) -> Result<Option<User>> {
    let query = access_tokens::table
        .inner_join(users::table.on(users::id.eq(access_tokens::owner_id)))
        .filter(access_tokens::token.eq(token).and(access_tokens::owner_type.eq(TokenOwner::User)))
        .select(User::columns());
    Ok(on_each!(conn, c => query.get_result(c)).optional()?)
}

/// What kind of thing an access token belongs to, if it is one at all.
pub fn owner_of_token(conn: &mut DbConn, token: &str) -> Result<Option<TokenOwner>> {
    Ok(access_tokens::table.filter(access_tokens::token.eq(token)).select(access_tokens::owner_type).get_result(conn).optional()?)
}

/// A user, and of an account whether it exists and what they are in it.
pub type Placed = (User, Option<Account>, Option<Membership>);

/// The owner of an access token, with an account (if there is one of that id) and their place in it (if they have one): what
/// most requests ask, in one statement.
pub fn by_access_token_in(conn: &mut DbConn, token: &str, account: AccountId) -> Result<Option<Placed>> {
    let place = account_users::account_id.eq(account).and(account_users::user_id.eq(users::id));
    let query = access_tokens::table
        .inner_join(users::table.on(users::id.eq(access_tokens::owner_id)))
        .left_join(accounts::table.on(accounts::id.eq(account)))
        .left_join(account_users::table.on(place))
        .filter(access_tokens::token.eq(token).and(access_tokens::owner_type.eq(TokenOwner::User)))
        .select((User::columns(), Option::<Account>::columns(), Option::<Membership>::columns()));
    Ok(on_each!(conn, c => query.get_result(c)).optional()?)
}

/// The access token that the API shows to its owner.
///
/// # Errors
/// [`Error::NotFound`] for a user who does not exist.
pub fn access_token(conn: &mut DbConn, id: UserId) -> Result<String> {
    let query = access_tokens::table.filter(access_tokens::owner_type.eq(TokenOwner::User).and(access_tokens::owner_id.eq(id.0)));
    Ok(query.select(access_tokens::token).get_result(conn)?)
}

/// The user's place in an account; `None` for a stranger.
///
/// # Errors
/// [`Error::NotFound`] when there is no such account.
pub fn member(conn: &mut DbConn, user: UserId, account: AccountId) -> Result<(Account, Option<Membership>)> {
    let query = accounts::table
        .left_join(account_users::table.on(account_users::account_id.eq(accounts::id).and(account_users::user_id.eq(user))))
        .filter(accounts::id.eq(account))
        .select((Account::columns(), Option::<Membership>::columns()));
    Ok(on_each!(conn, c => query.get_result(c))?)
}

/// The user's places in all accounts, the most recently used first.
pub fn memberships(conn: &mut DbConn, user: UserId) -> Result<Vec<Seat>> {
    let rows: Vec<(Membership, Account)> = account_users::table
        .inner_join(accounts::table)
        .filter(account_users::user_id.eq(user))
        .select((Membership::columns(), Account::columns()))
        .order_by(account_users::account_id)
        .load(conn)?;
    let mut seats: Vec<Seat> = rows.into_iter().map(|(membership, account)| Seat { account, membership }).collect();
    seats.sort_by_key(|seat| std::cmp::Reverse(seat.membership.active_at));
    Ok(seats)
}

/// The users of an account, by name. With `ids`, only those.
pub fn members(conn: &mut DbConn, account: AccountId, ids: Option<&[UserId]>) -> Result<Vec<Member>> {
    let mut query = users::table
        .inner_join(account_users::table.on(account_users::user_id.eq(users::id)))
        .filter(account_users::account_id.eq(account))
        .select((User::columns(), Membership::columns()))
        .order_by((lower(users::name.nullable()), users::id))
        .into_boxed();
    if let Some(ids) = ids {
        query = query.filter(users::id.eq_any(ids.to_vec()));
    }
    Ok(query.load(conn)?.into_iter().map(|(user, membership)| Member { user, membership }).collect())
}

/// Those of these users who are members of the account, and those who stand for its programs: all whose names stand beside what they have made.
pub fn authors(conn: &mut DbConn, account: AccountId, ids: &[UserId]) -> Result<Vec<Member>> {
    let mut authors = members(conn, account, Some(ids))?;
    let others: Vec<UserId> = ids.iter().copied().filter(|id| authors.iter().all(|member| member.user.id != *id)).collect();
    if !others.is_empty() {
        let query = users::table.filter(users::id.eq_any(others)).filter(users::service_of.eq(account)).select(User::columns());
        let programs: Vec<User> = query.load(conn)?;
        authors.extend(programs.into_iter().map(|user| Member { membership: Membership::of_program(account, user.id, Role::Agent), user }));
    }
    Ok(authors)
}

/// The administrators of an account, by name.
pub fn administrators(conn: &mut DbConn, account: AccountId) -> Result<Vec<Member>> {
    Ok(members(conn, account, None)?.into_iter().filter(|member| member.membership.role == Role::Administrator).collect())
}

/// Refuses an address that is taken.
///
/// # Errors
/// [`Error::Invalid`] about `email`.
pub(super) fn refuse_taken_email(conn: &mut DbConn, email: &str, but: Option<UserId>) -> Result<()> {
    match by_email(conn, email)? {
        Some((user, _)) if Some(user.id) != but => Err(Error::taken(vec!["email"])),
        _ => Ok(()),
    }
}
