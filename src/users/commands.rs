//! Changing users. Passwords come here hashed: hashing is slow on purpose, and nothing slow runs in a transaction.
mod places;

pub use places::{PlaceChange, add_member, appoint, expel, leave_membership, remove_member, restrict, touch_membership, update_member};

use super::{
    model::{TokenOwner, User, email_address},
    queries,
};
use crate::{
    checks::{LINE, required, within},
    db::{
        Tx,
        dialect::Columns,
        schema::{access_tokens, users},
        types::{AccountId, UserId, now},
    },
    error::{Error, Result},
    files::Avatar,
    random,
};
use diesel::prelude::*;

/// How many bytes front ends may keep about a user.
const UI_SETTINGS_LIMIT: usize = 64 * 1024;

/// How many users who stood for programs are deleted in one step.
const SERVICES: i64 = 50;

/// What the rooms above do when somebody leaves an account, in the same transaction: nothing there may stay in their hands.
/// `app` makes the list and puts it into [`crate::db::Shared`].
pub struct Departures(pub Vec<Departure>);

/// One room's part in it.
pub type Departure = fn(&mut Tx, AccountId, UserId) -> Result<()>;

/// What the rooms above let go of before somebody leaves an account, in the same transaction: what everybody locks before the account's row. What
/// comes into their hands while nobody keeps it from them is the [`Departures`]' matter.
/// `app` makes the list and puts it into [`crate::db::Shared`].
pub struct Releases(pub Vec<Departure>);

/// What the rooms above do when somebody has stopped to be an administrator of an account, in the same transaction.
/// `app` makes the list and puts it into [`crate::db::Shared`].
pub struct Dismissals(pub Vec<fn(&mut Tx, AccountId) -> Result<()>>);

/// What the rooms above do when users may see less of an account than before, in the same transaction.
/// `app` makes the list and puts it into [`crate::db::Shared`].
pub struct Restrictions(pub Vec<Restriction>);

/// One room's part in it.
pub type Restriction = fn(&mut Tx, AccountId, &[UserId]) -> Result<()>;

/// What a new user needs.
#[derive(Debug)]
pub struct NewUser {
    /// Full name.
    pub name: String,
    /// Address, as typed.
    pub email: String,
    /// The argon2id hash of the password; none for somebody who is to set it by a link.
    pub password_hash: Option<String>,
}

/// Makes a user with an access token of their own.
///
/// # Errors
/// [`Error::Invalid`] for a blank name, a bad or taken address.
pub fn create(tx: &mut Tx, new: NewUser) -> Result<User> {
    let NewUser { name, email, password_hash } = new;
    let (name, email, now) = (required("name", &name, LINE)?, email_address(&email)?, now());
    queries::refuse_taken_email(tx.conn, &email, None)?;
    let insert = diesel::insert_into(users::table)
        .values((
            users::name.eq(name),
            users::email.eq(email),
            users::confirmed.eq(password_hash.is_some()),
            users::password_hash.eq(password_hash.unwrap_or_default()),
            users::pubsub_token.eq(random::token()?),
            users::created_at.eq(now),
            users::updated_at.eq(now),
        ))
        .returning(User::columns());
    let user: User = insert.get_result(tx.conn).map_err(|e| Error::or_taken(e, "email"))?;
    issue_token(tx, TokenOwner::User, user.id.0)?;
    Ok(user)
}

/// Makes the user whose name stands beside what a program of an account does. Nobody signs in as them, and no mail goes there.
///
/// # Errors
/// [`Error::Invalid`] for a name that is blank or too long.
pub fn create_service(tx: &mut Tx, account: AccountId, name: &str) -> Result<UserId> {
    let (name, now) = (required("name", name, LINE)?, now());
    let insert = diesel::insert_into(users::table)
        .values((
            users::name.eq(name),
            // names under .invalid belong to nobody
            users::email.eq(format!("{}@service.invalid", random::uuid())),
            users::confirmed.eq(false),
            users::password_hash.eq(""),
            users::is_service.eq(true),
            users::service_of.eq(account),
            users::pubsub_token.eq(random::token()?),
            users::created_at.eq(now),
            users::updated_at.eq(now),
        ))
        .returning(users::id);
    Ok(insert.get_result(tx.conn)?)
}

/// Deletes the users who stood for programs of an account that is to be deleted, some of them. False when none is left.
///
/// # Errors
/// The database's.
pub fn clear_services(tx: &mut Tx, account: AccountId) -> Result<bool> {
    let some: Vec<UserId> = users::table.filter(users::service_of.eq(account)).select(users::id).limit(SERVICES).load(tx.conn)?;
    Ok(diesel::delete(users::table.filter(users::id.eq_any(some))).execute(tx.conn)? > 0)
}

/// Gives somebody new an access token.
///
/// # Errors
/// The database's.
pub fn issue_token(tx: &mut Tx, owner: TokenOwner, id: i64) -> Result<()> {
    let now = now();
    diesel::insert_into(access_tokens::table)
        .values((
            access_tokens::owner_type.eq(owner),
            access_tokens::owner_id.eq(id),
            access_tokens::token.eq(random::token()?),
            access_tokens::created_at.eq(now),
            access_tokens::updated_at.eq(now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Changes a user's own data.
///
/// # Errors
/// [`Error::Invalid`] for a blank name, a bad or taken address, and whatever is too long.
pub fn update(tx: &mut Tx, user: &User) -> Result<User> {
    // the rest has commands of its own, or never changes
    let User { id, name, display_name, email, message_signature, ui_settings, custom_attributes, address_proved, .. } = user;
    let (name, email) = (required("name", name, LINE)?, email_address(email)?);
    if let Some(text) = display_name.as_deref() {
        within("display_name", text, 255)?;
    }
    within("message_signature", message_signature.as_deref().unwrap_or_default(), 20_000)?;
    if serde_json::to_vec(&ui_settings.0).map_err(Error::internal)?.len() > UI_SETTINGS_LIMIT {
        return Err(Error::invalid("ui_settings", "Ui settings are too long (maximum is 64 KiB)"));
    }
    queries::refuse_taken_email(tx.conn, &email, Some(*id))?;
    let update = diesel::update(users::table.find(*id))
        .set((
            users::name.eq(name),
            users::display_name.eq(display_name),
            users::email.eq(email),
            users::address_proved.eq(*address_proved),
            users::message_signature.eq(message_signature),
            users::ui_settings.eq(ui_settings),
            users::custom_attributes.eq(custom_attributes),
            users::updated_at.eq(now()),
        ))
        .returning(User::columns());
    update.get_result(tx.conn).map_err(|e| Error::or_taken(e, "email"))
}

/// Gives a user another picture, or none. The file of the one before is swept away.
///
/// # Errors
/// The database's.
pub fn set_avatar(tx: &mut Tx, id: UserId, avatar: Option<Avatar>) -> Result<User> {
    let (blob_id, url) = avatar.map(|Avatar { blob_id, url }| (blob_id, url)).unzip();
    let update = diesel::update(users::table.find(id))
        .set((users::avatar_blob_id.eq(blob_id), users::avatar_url.eq(url), users::updated_at.eq(now())))
        .returning(User::columns());
    Ok(update.get_result(tx.conn)?)
}

/// Stores the hash of a new password. The socket's credential is another one from now on.
pub fn set_password(tx: &mut Tx, id: UserId, password_hash: &str) -> Result<()> {
    let credential = users::pubsub_token.eq(random::token()?);
    let new = (users::password_hash.eq(password_hash), credential, users::confirmed.eq(true), users::updated_at.eq(now()));
    diesel::update(users::table.find(id)).set(new).execute(tx.conn)?;
    Ok(())
}

/// Gives a user another credential of sockets: whoever knows the old one hears nothing any more.
///
/// # Errors
/// The database's.
pub fn renew_pubsub_token(tx: &mut Tx, id: UserId) -> Result<()> {
    diesel::update(users::table.find(id)).set(users::pubsub_token.eq(random::token()?)).execute(tx.conn)?;
    Ok(())
}

/// Notes whether it is proved that a user, and nobody else, reads what goes to their address.
///
/// # Errors
/// The database's.
pub fn note_address(tx: &mut Tx, id: UserId, proved: bool) -> Result<()> {
    diesel::update(users::table.find(id)).set(users::address_proved.eq(proved)).execute(tx.conn)?;
    Ok(())
}

/// Notes that somebody answers for it that a user, and nobody else, reads what goes to their address: nobody waits for them to accept an invitation.
///
/// # Errors
/// The database's.
pub fn vouch_for(tx: &mut Tx, id: UserId) -> Result<()> {
    diesel::update(users::table.find(id)).set((users::confirmed.eq(true), users::address_proved.eq(true))).execute(tx.conn)?;
    Ok(())
}

/// Takes the password, the access token and the socket's credential from whoever has used this user so far. Who reads what goes to the address
/// sets another password.
///
/// # Errors
/// The database's.
pub fn disown(tx: &mut Tx, id: UserId) -> Result<()> {
    diesel::update(users::table.find(id))
        .set((
            users::password_hash.eq(""),
            users::confirmed.eq(false),
            users::address_proved.eq(false),
            users::pubsub_token.eq(random::token()?),
            users::updated_at.eq(now()),
        ))
        .execute(tx.conn)?;
    reset_access_token(tx, TokenOwner::User, id.0)
}

/// Replaces the access token: the old one stops working.
pub fn reset_access_token(tx: &mut Tx, owner: TokenOwner, id: i64) -> Result<()> {
    diesel::update(access_tokens::table.filter(access_tokens::owner_type.eq(owner).and(access_tokens::owner_id.eq(id))))
        .set((access_tokens::token.eq(random::token()?), access_tokens::updated_at.eq(now())))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes away an access token, with its owner.
///
/// # Errors
/// The database's.
pub fn revoke_token(tx: &mut Tx, owner: TokenOwner, id: i64) -> Result<()> {
    diesel::delete(access_tokens::table.filter(access_tokens::owner_type.eq(owner).and(access_tokens::owner_id.eq(id)))).execute(tx.conn)?;
    Ok(())
}

/// Deletes a user, who has left all accounts. What they have said keeps their number, and no name.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx, id: UserId) -> Result<()> {
    revoke_token(tx, TokenOwner::User, id.0)?;
    match diesel::delete(users::table.find(id)).execute(tx.conn)? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}
