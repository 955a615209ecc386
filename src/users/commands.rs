//! Changing users. Passwords come here hashed: hashing is slow on purpose, and nothing slow runs in a transaction.
use super::{
    model::{Availability, Member, Role, User, email_address},
    queries::{self, USER_OWNER},
};
use crate::{
    db::{
        Tx,
        dialect::Columns,
        schema::{access_tokens, account_users, users},
        types::{AccountId, Json, UserId, now},
    },
    error::{Error, Result},
    random,
};
use diesel::prelude::*;
use serde_json::{Map, Value};

/// What a new user needs.
#[derive(Debug)]
pub struct NewUser {
    /// Full name.
    pub name: String,
    /// Address, as typed.
    pub email: String,
    /// The argon2id hash of the password.
    pub password_hash: String,
}

/// Makes a user with an access token of their own.
///
/// # Errors
/// [`Error::Invalid`] for a blank name, a bad or taken address.
pub fn create(tx: &mut Tx, new: NewUser) -> Result<User> {
    let NewUser { name, email, password_hash } = new;
    let (name, email, now) = (checked_name(&name)?, email_address(&email)?, now());
    queries::refuse_taken_email(tx.conn, &email, None)?;
    let insert = diesel::insert_into(users::table)
        .values((
            users::name.eq(name),
            users::email.eq(email),
            users::password_hash.eq(password_hash),
            users::pubsub_token.eq(random::token()?),
            users::created_at.eq(now),
            users::updated_at.eq(now),
        ))
        .returning(User::columns());
    let user: User = insert.get_result(tx.conn)?;
    diesel::insert_into(access_tokens::table)
        .values((
            access_tokens::owner_type.eq(USER_OWNER),
            access_tokens::owner_id.eq(user.id.0),
            access_tokens::token.eq(random::token()?),
            access_tokens::created_at.eq(now),
            access_tokens::updated_at.eq(now),
        ))
        .execute(tx.conn)?;
    Ok(user)
}

/// Changes a user's own data.
///
/// # Errors
/// [`Error::Invalid`] for a blank name, a bad or taken address.
pub fn update(tx: &mut Tx, user: &User) -> Result<()> {
    let (name, email) = (checked_name(&user.name)?, email_address(&user.email)?);
    queries::refuse_taken_email(tx.conn, &email, Some(user.id))?;
    diesel::update(users::table.find(user.id))
        .set((
            users::name.eq(name),
            users::display_name.eq(&user.display_name),
            users::email.eq(email),
            users::message_signature.eq(&user.message_signature),
            users::ui_settings.eq(Json::<Map<String, Value>>(user.ui_settings.0.clone())),
            users::updated_at.eq(now()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Stores the hash of a new password.
pub fn set_password(tx: &mut Tx, id: UserId, password_hash: &str) -> Result<()> {
    diesel::update(users::table.find(id))
        .set((users::password_hash.eq(password_hash), users::updated_at.eq(now())))
        .execute(tx.conn)?;
    Ok(())
}

/// Replaces the access token: the old one stops working.
pub fn reset_access_token(tx: &mut Tx, id: UserId) -> Result<()> {
    diesel::update(access_tokens::table.filter(access_tokens::owner_type.eq(USER_OWNER).and(access_tokens::owner_id.eq(id.0))))
        .set((access_tokens::token.eq(random::token()?), access_tokens::updated_at.eq(now())))
        .execute(tx.conn)?;
    Ok(())
}

/// Gives a user a place in an account.
///
/// # Errors
/// [`Error::Invalid`] about `user_id` when they have one already.
pub fn add_member(tx: &mut Tx, account: AccountId, user: UserId, role: Role, inviter: Option<UserId>) -> Result<Member> {
    if queries::member(tx.conn, user, account)?.1.is_some() {
        return Err(Error::invalid("user_id", "User has already been taken"));
    }
    let now = now();
    diesel::insert_into(account_users::table)
        .values((
            account_users::account_id.eq(account),
            account_users::user_id.eq(user),
            account_users::role.eq(role),
            account_users::inviter_id.eq(inviter),
            account_users::created_at.eq(now),
            account_users::updated_at.eq(now),
        ))
        .execute(tx.conn)?;
    queries::members(tx.conn, account, Some(&[user]))?.pop().ok_or(Error::NotFound)
}

/// Changes what a user is in an account; `None` leaves a thing as it is.
///
/// # Errors
/// [`Error::NotFound`] for somebody who has no place there.
pub fn update_member(
    tx: &mut Tx,
    account: AccountId,
    user: UserId,
    role: Option<Role>,
    availability: Option<Availability>,
    auto_offline: Option<bool>,
) -> Result<Member> {
    let member = queries::members(tx.conn, account, Some(&[user]))?.pop().ok_or(Error::NotFound)?;
    let present = &member.membership;
    diesel::update(account_users::table.filter(account_users::account_id.eq(account).and(account_users::user_id.eq(user))))
        .set((
            account_users::role.eq(role.unwrap_or(present.role)),
            account_users::availability.eq(availability.unwrap_or(present.availability)),
            account_users::auto_offline.eq(auto_offline.unwrap_or(present.auto_offline)),
            account_users::updated_at.eq(now()),
        ))
        .execute(tx.conn)?;
    queries::members(tx.conn, account, Some(&[user]))?.pop().ok_or(Error::NotFound)
}

/// Takes away a user's place in an account.
///
/// # Errors
/// [`Error::NotFound`] for somebody who has none.
pub fn remove_member(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    let gone =
        diesel::delete(account_users::table.filter(account_users::account_id.eq(account).and(account_users::user_id.eq(user)))).execute(tx.conn)?;
    if gone == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Notes that a user has just used an account.
pub fn touch_membership(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    diesel::update(account_users::table.filter(account_users::account_id.eq(account).and(account_users::user_id.eq(user))))
        .set(account_users::active_at.eq(now()))
        .execute(tx.conn)?;
    Ok(())
}

fn checked_name(name: &str) -> Result<&str> {
    match name.trim() {
        "" => Err(Error::invalid("name", "Name can't be blank")),
        name if name.chars().count() > 255 => Err(Error::invalid("name", "Name is too long (maximum is 255 characters)")),
        name => Ok(name),
    }
}
