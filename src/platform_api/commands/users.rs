//! Users.
use super::{grant, revoke};
use crate::{
    audit::{self, Change},
    auth::{self, hash_password},
    checks::not_too_large,
    db::{Tx, types::UserId},
    error::Result,
    platform_api::{caller::Platform, model::PermissibleType, queries},
    users::{self, NewUser, User, strong_password},
    web::{
        Input,
        fields::{Object, Patch, Text},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;

/// What may be said about a user; what is absent stays.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct UserInput {
    /// Full name; a new one needs it.
    pub name: Option<Text>,
    /// What visitors see instead.
    pub display_name: Patch<Text>,
    /// A new one needs it. Of somebody who has it already, the app may touch them from then on.
    pub email: Option<Text>,
    /// Without one they sign in by links alone, or set one themselves.
    pub password: Option<Text>,
    /// Laid over what is noted about them already; up to 64 KiB of JSON.
    pub custom_attributes: Option<Object>,
}

impl Input for UserInput {
    const ROOT: &'static str = "user";
}

/// The same, with the password hashed: that is slow, and comes before the transaction.
pub struct Prepared {
    input: UserInput,
    password_hash: Option<String>,
}

impl UserInput {
    /// Hashes the password, if there is one.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] about `password`.
    pub async fn prepare(mut self) -> Result<Prepared> {
        let password_hash = match self.password.take().map(|password| password.0).filter(|password| !password.is_empty()) {
            Some(password) => {
                strong_password(&password)?;
                Some(hash_password(password).await?)
            }
            None => None,
        };
        Ok(Prepared { input: self, password_hash })
    }
}

/// Makes a user who belongs to the app. Whoever has the address already is not changed, and belongs to it, too.
///
/// # Errors
/// [`crate::error::Error::Invalid`] that names the attribute.
pub fn create_user(tx: &mut Tx, by: &Platform, Prepared { input, password_hash }: Prepared) -> Result<User> {
    let email = users::email_address(&input.email.clone().unwrap_or_default().0)?;
    let user = match users::by_email(tx.conn, &email)? {
        Some((user, _)) => user,
        None => {
            let name = input.name.clone().unwrap_or_default().0;
            let new = users::create(tx, NewUser { name, email, password_hash })?;
            // whoever runs this server has let the app in, and believes it
            users::vouch_for(tx, new.id)?;
            change(tx, new.id, input)?
        }
    };
    grant(tx, by.id(), PermissibleType::User, user.id.0)?;
    Ok(user)
}

/// Changes a user. Another password ends their sessions; another address, like that, the links that are under way.
///
/// # Errors
/// [`crate::error::Error::NotFound`], [`crate::error::Error::Unauthorized`]; else as [`create_user`].
pub fn update_user(tx: &mut Tx, by: &Platform, id: UserId, Prepared { input, password_hash }: Prepared) -> Result<User> {
    let before = queries::user(tx.conn, by.id(), id)?;
    let has_new_password = password_hash.is_some();
    if let Some(hash) = password_hash {
        users::set_password(tx, id, &hash)?;
        auth::revoke_links(tx, id)?;
        auth::close_other_sessions(tx, id, None)?;
    }
    let after = change(tx, id, input)?;
    if after.email != before.email {
        // they went to the one before
        auth::revoke_links(tx, id)?;
    }
    // as of whoever signs in at the same time, in the same order
    auth::note_everywhere(tx, &after, &by.author(), Change::Updated(&before, &after))?;
    if has_new_password {
        auth::note_everywhere(tx, &after, &by.author(), Change::Renewed(&after, "password"))?;
    }
    Ok(after)
}

fn change(tx: &mut Tx, id: UserId, input: UserInput) -> Result<User> {
    let UserInput { name, display_name, email, password: _, custom_attributes } = input;
    let mut user = users::find_to_change(tx, id)?;
    user.name = name.map_or(user.name, |name| name.0);
    user.display_name = display_name.map(|name| name.0).or(user.display_name);
    user.email = email.map_or(user.email, |email| email.0);
    user.custom_attributes.0.extend(custom_attributes.unwrap_or_default().0);
    not_too_large("custom_attributes", &user.custom_attributes.0)?;
    users::update(tx, &user)
}

/// Deletes a user, who leaves all their accounts first. What they have said stays.
///
/// # Errors
/// [`crate::error::Error::NotFound`], [`crate::error::Error::Unauthorized`].
pub fn delete_user(tx: &mut Tx, by: &Platform, id: UserId) -> Result<()> {
    let user = queries::user(tx.conn, by.id(), id)?;
    let mut seats = users::memberships(tx.conn, id)?;
    // always in the same order, so that no two wait for each other
    seats.sort_by_key(|seat| seat.account.id);
    for seat in seats {
        let account = seat.account.id;
        let member = users::Member { user: user.clone(), membership: seat.membership };
        users::expel(tx, account, id)?;
        audit::record(tx, account, &by.author(), Change::Destroyed(&member))?;
    }
    users::delete(tx, id)?;
    revoke(tx, PermissibleType::User, id.0)
}
