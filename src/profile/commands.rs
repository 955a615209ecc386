//! Changing what is one's own.
use crate::{
    auth::{self, Session, SignInLimits, SignedIn, check_password, hash_password},
    db::{Db, Tx, types::UserId},
    error::{Error, Result},
    files,
    storage::Upload,
    users::{self, User, strong_password},
    web::{
        ClientInfo, Input,
        fields::{Object, Patch, Text},
    },
};
use serde::Deserialize;

/// What users may change of themselves; what is absent stays.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProfileChanges {
    /// Full name.
    pub name: Option<Text>,
    /// What visitors see instead.
    pub display_name: Patch<Text>,
    /// Address, as typed.
    pub email: Option<Text>,
    /// Put under their mails.
    pub message_signature: Patch<Text>,
    /// Laid over what front ends keep already.
    pub ui_settings: Option<Object>,
    /// A new password; an empty one is none.
    pub password: Option<Text>,
    /// The new password once more, where the client asks for it twice.
    pub password_confirmation: Option<Text>,
    /// The present password, for a new one.
    pub current_password: Option<Text>,
}

impl Input for ProfileChanges {
    const ROOT: &'static str = "profile";
}

/// Changes the user's own data, and their picture if a new one comes along. A new password ends every other session of theirs; it, or
/// a new address, ends the link for a new password.
///
/// # Errors
/// [`Error::Refused`] for a wrong current password, [`Error::TooMany`] after too many of them, [`Error::Invalid`] about the
/// field that breaks a rule.
pub async fn change(
    db: &Db,
    limits: &SignInLimits,
    who: &SignedIn,
    client: &ClientInfo,
    changes: ProfileChanges,
    avatar: Option<Upload>,
) -> Result<User> {
    let ProfileChanges { name, display_name, email, message_signature, ui_settings, password, password_confirmation, current_password } = changes;
    let password_hash = match password.map(|password| password.0).filter(|password| !password.is_empty()) {
        None => None,
        Some(password) => {
            let current = current_password.unwrap_or_default().0;
            prove(db, limits, &who.user, current, client).await?;
            if password_confirmation.is_some_and(|again| again.0 != password) {
                return Err(Error::invalid("password_confirmation", "Password confirmation doesn't match Password"));
            }
            strong_password(&password)?;
            Some(hash_password(password).await?)
        }
    };
    let (id, session) = (who.user.id, who.session.clone());
    db.write(move |tx| {
        let mut user = users::find_to_change(tx, id)?;
        let (address_before, new_password) = (user.email.clone(), password_hash.is_some());
        user.name = name.map_or(user.name, |name| name.0);
        user.display_name = display_name.map(|name| name.0).or(user.display_name);
        user.email = email.map_or(user.email, |email| email.0);
        user.message_signature = message_signature.map(|text| text.0).or(user.message_signature);
        user.ui_settings.0.extend(ui_settings.unwrap_or_default().0);
        if let Some(hash) = password_hash {
            set_password(tx, id, &hash, session)?;
        }
        let user = users::update(tx, &user)?;
        if new_password || user.email != address_before {
            auth::revoke_link(tx, id)?;
        }
        match avatar {
            Some(upload) => set_avatar(tx, id, upload),
            None => Ok(user),
        }
    })
    .await
}

/// Gives the user another picture.
///
/// # Errors
/// [`Error::Invalid`] about `avatar`.
pub fn set_avatar(tx: &mut Tx, id: UserId, upload: Upload) -> Result<User> {
    let avatar = files::store_avatar(tx, None, upload)?;
    users::set_avatar(tx, id, Some(avatar))
}

async fn prove(db: &Db, limits: &SignInLimits, user: &User, password: String, client: &ClientInfo) -> Result<()> {
    match check_password(db, limits, &user.email, password, client).await {
        Ok(_) => Ok(()),
        Err(Error::SignIn(_)) => Err(Error::Refused("Invalid current password".into())),
        Err(e) => Err(e),
    }
}

fn set_password(tx: &mut Tx, id: UserId, hash: &str, session: Option<Session>) -> Result<()> {
    users::set_password(tx, id, hash)?;
    auth::close_other_sessions(tx, id, session.map(|session| session.id))
}
