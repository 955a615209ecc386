//! Changing what is one's own.
use crate::{
    audit::Change,
    auth::{self, Session, SignInLimits, SignedIn, check_password, hash_password},
    checks::phone_number,
    db::{Db, Tx, types::UserId},
    error::{Error, Result},
    files,
    mail::Mailer,
    mfa,
    storage::Upload,
    users::{self, User, strong_password},
    web::{
        ClientInfo, Input,
        fields::{Object, Patch, Text},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;

/// What users may change of themselves; what is absent stays.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ProfileChanges {
    /// Full name.
    pub name: Option<Text>,
    /// What visitors see instead.
    pub display_name: Patch<Text>,
    /// Address, as typed. Another one than the present counts once the link that went there is used; where no mail is sent, it takes
    /// the present password.
    pub email: Option<Text>,
    /// Put under their mails.
    pub message_signature: Patch<Text>,
    /// Their telephone, as `+` and 2 to 15 digits; kept among their custom attributes.
    pub phone_number: Patch<Text>,
    /// Laid over what front ends keep already.
    pub ui_settings: Option<Object>,
    /// A new password; an empty one is none.
    pub password: Option<Text>,
    /// The new password once more, where the client asks for it twice.
    pub password_confirmation: Option<Text>,
    /// The present password, for a new one or for another address.
    pub current_password: Option<Text>,
}

impl Input for ProfileChanges {
    const ROOT: &'static str = "profile";
    const FILES: &'static [&'static str] = &["avatar"];
}

/// Changes the user's own data, and their picture if a new one comes along. A new password ends every other session of theirs; it, or
/// a new address, ends the links that are under way. Where this server sends mail, the address stays until the link to the new one is used.
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
    let ProfileChanges { name, display_name, email, message_signature, phone_number: phone, ui_settings, .. } = changes;
    let ProfileChanges { password, password_confirmation, current_password, .. } = changes;
    let password = password.map(|password| password.0).filter(|password| !password.is_empty());
    let mailer = db.shared::<Mailer>().filter(|mailer| mailer.is_set_up());
    let address = match email {
        Some(Text(email)) => another_address(db, &who.user, &email).await?,
        None => None,
    };
    match (&address, &mailer) {
        (Some(address), Some(_)) => limits.count_reset(client.ip, address)?,
        (Some(_), None) if current_password.is_none() => {
            return Err(Error::invalid("current_password", "Current password can't be blank for another address"));
        }
        _ => {}
    }
    if password.is_some() || (address.is_some() && mailer.is_none()) {
        prove(db, limits, &who.user, current_password.unwrap_or_default().0, client).await?;
    }
    let password_hash = match password {
        Some(password) => Some(hash_of(password, password_confirmation).await?),
        None => None,
    };
    let (id, session) = (who.user.id, who.session.clone());
    db.write(move |tx| {
        let mut user = users::find_to_change(tx, id)?;
        let (new_password, new_address) = (password_hash.is_some(), address.is_some() && mailer.is_none());
        user.name = name.map_or(user.name, |name| name.0);
        user.display_name = display_name.map(|name| name.0).or(user.display_name);
        user.message_signature = message_signature.map(|text| text.0).or(user.message_signature);
        user.ui_settings.0.extend(ui_settings.unwrap_or_default().0);
        note_phone(&mut user, phone)?;
        if let Some(hash) = password_hash {
            set_password(tx, id, &hash, session)?;
        }
        if let (Some(address), None) = (&address, &mailer) {
            (user.email, user.address_proved) = (address.clone(), false);
        }
        let user = users::update(tx, &user)?;
        if new_password || new_address {
            auth::revoke_links(tx, id)?;
        }
        if let (Some(address), Some(mailer)) = (&address, &mailer) {
            auth::ask_for_address(tx, mailer, &user, address)?;
        }
        match avatar {
            Some(upload) => set_avatar(tx, id, upload),
            None => Ok(user),
        }
    })
    .await
}

/// Notes somebody's telephone among their custom attributes, or takes it away.
fn note_phone(user: &mut User, phone: Patch<Text>) -> Result<()> {
    let attributes = &mut user.custom_attributes.0;
    match phone {
        Patch::Absent => {}
        Patch::Null => drop(attributes.remove("phone_number")),
        Patch::Set(Text(text)) => drop(attributes.insert("phone_number".into(), phone_number(&text)?.into())),
    }
    Ok(())
}

async fn hash_of(password: String, again: Option<Text>) -> Result<String> {
    if again.is_some_and(|again| again.0 != password) {
        return Err(Error::invalid("password_confirmation", "Password confirmation doesn't match Password"));
    }
    strong_password(&password)?;
    hash_password(password).await
}

/// The address that somebody wishes for, in lower case; none if they have it already.
async fn another_address(db: &Db, user: &User, wish: &str) -> Result<Option<String>> {
    let address = users::email_address(wish)?;
    if address == user.email {
        return Ok(None);
    }
    let asked = address.clone();
    match db.read(move |conn| users::by_email(conn, &asked)).await? {
        Some(_) => Err(Error::taken(vec!["email"])),
        None => Ok(Some(address)),
    }
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

/// Gives the user other backup codes, for a code of the app or one of those that are left.
///
/// # Errors
/// [`Error::Refused`] for a wrong code, and for somebody without a second factor; [`Error::TooMany`] after too many wrong ones.
pub async fn renew_backup_codes(db: &Db, limits: &SignInLimits, user: &User, code: &str, client: &ClientInfo) -> Result<Vec<String>> {
    let (whose, by) = (user.clone(), auth::author(user, client.into()));
    let renew = move |tx: &mut Tx| {
        let codes = mfa::renew_backup_codes(tx, whose.id)?;
        auth::note_everywhere(tx, &whose, &by, Change::Renewed(&whose, "backup_codes"))?;
        Ok(codes)
    };
    auth::by_code(db, limits, user, code, client, renew).await
}

/// Switches the user's second factor off, for their password and a code.
///
/// # Errors
/// [`Error::Refused`] for a wrong password or code, and for somebody without a second factor; [`Error::TooMany`] after too many wrong ones.
pub async fn switch_off_second_factor(db: &Db, limits: &SignInLimits, user: &User, password: String, code: &str, client: &ClientInfo) -> Result<()> {
    prove(db, limits, user, password, client).await?;
    let (whose, by) = (user.clone(), auth::author(user, client.into()));
    auth::by_code(db, limits, user, code, client, move |tx| auth::switch_off_second_factor(tx, &whose, &by)).await
}

fn set_password(tx: &mut Tx, id: UserId, hash: &str, session: Option<Session>) -> Result<()> {
    users::set_password(tx, id, hash)?;
    auth::close_other_sessions(tx, id, session.map(|session| session.id))
}
