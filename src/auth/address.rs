//! Another address: it counts once its owner has used a link that went there, and has said the password. So neither a session nor an access token
//! that is in wrong hands becomes a password, by way of a mailbox that is in the same hands.
use super::{
    commands::{issue_address_link, use_address_token},
    limits::SignInLimits,
    reset::language,
    sign_in::check_password,
};
use crate::{
    db::{
        Db, DbConn, Tx,
        dialect::Columns,
        schema::{address_tokens, users as users_table},
        types::now,
    },
    error::{Error, Result},
    mail::{self, Letter, Mailer, Recipient},
    random::digest,
    users::{self, User},
    web::{ClientInfo, Input, clock::Moment, fields::Text},
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// Sends a link to the address that a user wishes for, and tells the one they have. `address` is in lower case.
///
/// # Errors
/// [`Error::Invalid`] about `email` when somebody else has it.
pub fn ask(tx: &mut Tx, mailer: &Mailer, user: &User, address: &str) -> Result<()> {
    if users::by_email(tx.conn, address)?.is_some() {
        return Err(Error::taken(vec!["email"]));
    }
    let link = issue_address_link(tx, user, address)?;
    let (language, expires) = (language(tx.conn, user)?, link.expires_at.and_utc().timestamp());
    let names = [("address", address.into()), ("brand", mailer.brand().into())];
    let letter = |to: &str, subject: &str, text: &[&str]| Letter {
        account_id: None,
        to: Recipient { name: user.available_name().to_owned(), address: to.to_owned() },
        language,
        subject: language.ta(subject, &names),
        paragraphs: text.iter().map(|key| language.ta(key, &names)).collect(),
        facts: Vec::new(),
        action: None,
        reason: language.ta("address-why-you", &names),
    };
    let mut proof = letter(address, "address-subject", &["address-text", "address-not-you"]);
    proof.facts.push((language.t("password-link-expires"), Moment::new(language, expires, expires).full));
    proof.action = Some((language.t("address-action"), link.path));
    mail::post(tx, &proof.write(mailer)?)?;
    let warning = letter(&user.email, "address-asked-subject", &["address-asked-text", "address-asked-not-you"]);
    mail::post(tx, &warning.write(mailer)?).map(drop)
}

/// Who wishes for another address with a token, and for which, if it is known and not too old.
pub(super) fn wish(conn: &mut DbConn, token: &str) -> Result<Option<(User, String)>> {
    let live = address_tokens::token_hash.eq(digest(token)).and(address_tokens::expires_at.gt(now()));
    let query = address_tokens::table.inner_join(users_table::table).filter(live).select((User::columns(), address_tokens::address));
    Ok(query.get_result(conn).optional()?)
}

/// An address that is confirmed by a link.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct NewAddress {
    /// From the link.
    pub confirmation_token: Text,
    /// The present password: the link alone is no proof of who opens it.
    pub current_password: Text,
    /// The same, as signing in calls it.
    pub password: Text,
}

impl Input for NewAddress {}

impl NewAddress {
    /// The token and the password, whatever that is called.
    pub(super) fn said(self) -> (String, String) {
        let NewAddress { confirmation_token: Text(token), current_password: Text(current), password: Text(password) } = self;
        (token, if current.is_empty() { password } else { current })
    }
}

/// Gives a user the address that a link went to. The link is used up then.
///
/// # Errors
/// [`Error::Invalid`] about `confirmation_token`, `current_password`, or `email` when somebody else has the address by now;
/// [`Error::TooMany`] after too many wrong passwords.
pub(super) async fn set(db: &Db, limits: &SignInLimits, new: NewAddress, client: &ClientInfo) -> Result<User> {
    let (token, password) = new.said();
    let asked = token.clone();
    let (user, _) = db.read(move |conn| wish(conn, &asked)).await?.ok_or_else(used_up)?;
    check_password(db, limits, &user.email, password, client).await.map_err(|e| match e {
        Error::SignIn(_) => Error::invalid("current_password", "Invalid current password"),
        e => e,
    })?;
    let set = db.write(move |tx| use_address_token(tx, &token));
    set.await.map_err(|e| if matches!(e, Error::NotFound) { used_up() } else { e })
}

pub(super) fn used_up() -> Error {
    Error::invalid("confirmation_token", "Confirmation token is invalid, used up or too old")
}
