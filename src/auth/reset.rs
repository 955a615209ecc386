//! Passwords that are set by a link, without the old one: by somebody who has forgotten it, or who was invited.
use super::{
    commands::{Entry, issue_password_link, let_in, use_password_token},
    limits::SignInLimits,
    password::hash_password,
};
use crate::{
    db::{
        Db, DbConn, Tx,
        dialect::Columns,
        schema::{password_tokens, users as users_table},
        types::now,
    },
    error::{Error, Result},
    mail::{self, Letter},
    random::digest,
    users::{self, User, strong_password},
    web::{ClientInfo, Input, Language, clock::Moment, fields::Text},
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::Semaphore;

/// How many wishes for a link by mail are seen to at once.
static ASKING: Semaphore = Semaphore::const_new(16);

/// Somebody has forgotten the password of this address. If it belongs to somebody, and this server sends mail, they get a link.
///
/// It is seen to after the answer, so that the time which the answer takes does not tell whether the address is known.
///
/// # Errors
/// [`Error::TooMany`] after too many such wishes, [`Error::Overloaded`] when too many come at once: both whether the address is known or not.
pub async fn ask(db: &Db, limits: &SignInLimits, email: &str, client: &ClientInfo) -> Result<()> {
    limits.count_reset(client.ip, email)?;
    after_the_answer(db, email, send_link)
}

/// Sends somebody a link after the answer.
///
/// # Errors
/// [`Error::Overloaded`] when too many come at once.
pub(super) fn after_the_answer(db: &Db, email: &str, send: fn(&mut Tx, &str) -> Result<()>) -> Result<()> {
    let place = ASKING.try_acquire().map_err(|_| Error::Overloaded)?;
    let (db, email) = (db.clone(), email.trim().to_lowercase());
    actix_rt::spawn(async move {
        let _place = place;
        if let Err(error) = db.write(move |tx| send(tx, &email)).await {
            tracing::error!(%error, "a link that somebody has asked for could not be sent");
        }
    });
    Ok(())
}

/// Sends a link that sets a password to whoever has this address, in lower case.
pub(super) fn send_link(tx: &mut Tx, email: &str) -> Result<()> {
    let Some(mailer) = mail::mailer(tx) else { return Ok(()) };
    let Some((user, _)) = users::by_email(tx.conn, email)? else { return Ok(()) };
    // they may just be taking another address
    let user = users::find_to_change(tx, user.id)?;
    if user.email != email {
        return Ok(());
    }
    let link = issue_password_link(tx, &user, false)?;
    let language = language(tx.conn, &user)?;
    let expires = link.expires_at.and_utc().timestamp();
    let letter = Letter {
        account_id: None,
        to: user.recipient(),
        language,
        subject: language.ta("reset-subject", &[("brand", mailer.brand().into())]),
        paragraphs: vec![language.t("reset-text"), language.t("reset-not-you")],
        facts: vec![(language.t("password-link-expires"), Moment::new(language, expires, expires).full)],
        action: Some((language.t("reset-action"), link.path)),
        reason: language.ta("reset-why-you", &[("brand", mailer.brand().into())]),
    };
    mail::post(tx, &letter.write(&mailer)?).map(drop)
}

/// The language in which somebody is told what has nothing to do with an account.
pub(super) fn language(conn: &mut DbConn, user: &User) -> Result<Language> {
    let seat = users::memberships(conn, user.id)?.into_iter().next();
    Ok(match seat {
        Some(seat) => user.language(&seat.account),
        None => user.locale().and_then(Language::from_tag).unwrap_or_default(),
    })
}

/// Whom a token lets set a password, if it is known and not too old.
pub(super) fn owner(conn: &mut DbConn, token: &str) -> Result<Option<User>> {
    let live = password_tokens::token_hash.eq(digest(token)).and(password_tokens::expires_at.gt(now()));
    let query = password_tokens::table.inner_join(users_table::table).filter(live).select(User::columns());
    Ok(query.get_result(conn).optional()?)
}

/// A password that is set by a link.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct NewPassword {
    /// From the link.
    pub reset_password_token: Text,
    /// As typed.
    pub password: Text,
    /// The same once more, where the client asks for it twice.
    pub password_confirmation: Option<Text>,
}

impl Input for NewPassword {}

/// Sets a password by a link, which is used up then. The sessions of the user end, and one for whoever has set it begins, unless the user has a second
/// factor: a link is no way around that.
///
/// # Errors
/// [`Error::Invalid`] about `reset_password_token`, `password` or `password_confirmation`.
pub(super) async fn set(db: &Db, new: NewPassword, client: &ClientInfo) -> Result<(User, Entry)> {
    let NewPassword { reset_password_token: Text(token), password: Text(password), password_confirmation } = new;
    let asked = token.clone();
    // before anything slow, and again when it is used
    db.read(move |conn| owner(conn, &asked)).await?.ok_or_else(used_up)?;
    if password_confirmation.is_some_and(|again| again.0 != password) {
        return Err(Error::invalid("password_confirmation", "Password confirmation doesn't match Password"));
    }
    strong_password(&password)?;
    let (hash, client) = (hash_password(password).await?, client.clone());
    db.write(move |tx| {
        let user = use_password_token(tx, &token, &hash).map_err(|e| if matches!(e, Error::NotFound) { used_up() } else { e })?;
        let entry = let_in(tx, &user, &client)?;
        Ok((user, entry))
    })
    .await
}

fn used_up() -> Error {
    Error::invalid("reset_password_token", "Reset password token is invalid, used up or too old")
}
