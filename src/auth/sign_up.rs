//! Signing up: whoever comes makes an account of their own, where the operator wants that and mail can prove their address. The address is proved by
//! a link together with the password: with the link alone, somebody who opens their mail would make the account that a stranger has the password of.
use super::{
    NewSession, SignedIn,
    commands::{Entry, Founding, OneTimeLink, found_another, keep_sign_up, renew_sign_up, use_sign_up},
    limits::SignInLimits,
    password::{hash_password, verify_password},
    reset,
};
use crate::{
    accounts::Account,
    checks::{LINE, required},
    config::Config,
    db::{Db, DbConn, Tx, schema::sign_ups, types::now},
    error::{Error, Result},
    mail::{self, Letter, Mailer, Recipient},
    random::digest,
    users::{self, strong_password},
    web::{ClientInfo, Input, Language, clock::Moment, fields::Text},
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// What somebody says who wants an account of their own.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct NewAccount {
    /// What the account is to be called.
    pub account_name: Text,
    /// Their full name. It is not read of somebody who is signed in, and neither are address and password.
    pub user_full_name: Text,
    /// Their address, where the link goes.
    pub email: Text,
    /// As typed.
    pub password: Text,
    /// The language of the account: English unless said otherwise.
    pub locale: Option<Text>,
}

impl Input for NewAccount {}

/// Whether people sign up here: the operator wants it, and mail is sent.
pub(super) fn is_open(config: &Config) -> bool {
    config.sign_up && config.mail.smtp.is_some()
}

/// Sends a link to whoever wants an account of their own; to somebody who has a login already, a mail that says so. The answer is the same. Gives the
/// address as it is kept.
///
/// # Errors
/// [`Error::NotFound`] where nobody signs up; [`Error::Invalid`] about `account_name`, `user_full_name`, `email`, `password` or `locale`;
/// [`Error::TooMany`] after too many wishes from one address or for one.
pub(super) async fn ask(db: &Db, config: &Config, limits: &SignInLimits, new: NewAccount, client: &ClientInfo) -> Result<String> {
    let mailer = db.shared::<Mailer>().filter(|_| is_open(config)).ok_or(Error::NotFound)?;
    let NewAccount { account_name, user_full_name, email, password: Text(password), locale } = new;
    let account_name = required("account_name", &account_name.0, LINE)?;
    let name = required("user_full_name", &user_full_name.0, LINE)?;
    let email = users::email_address(&email.0)?;
    let language = language(locale.as_ref());
    strong_password(&password)?;
    limits.count_sign_up(client.ip, &email)?;
    let founding =
        Founding { name, email: email.clone(), password_hash: hash_password(password).await?, account_name, locale: language.code().into() };
    db.write(move |tx| {
        // also for an address that somebody has, whose link nobody gets: a sign-in must not tell who is known either
        let link = keep_sign_up(tx, &founding)?;
        send_link(tx, &mailer, &founding.email, link, language)
    })
    .await?;
    Ok(email)
}

/// Makes one more account for somebody who is signed in, of which they are administrator; with a session for whoever has come with an access token.
///
/// # Errors
/// [`Error::NotFound`] where nobody signs up; [`Error::Invalid`] about `account_name`; [`Error::TooMany`] after too many accounts from one address or
/// of one user.
pub(super) async fn make_another(
    db: &Db,
    config: &Config,
    limits: &SignInLimits,
    who: &SignedIn,
    new: NewAccount,
    client: &ClientInfo,
) -> Result<(Account, Option<NewSession>)> {
    if !config.sign_up {
        return Err(Error::NotFound);
    }
    // whose it is, is known
    let NewAccount { account_name, locale, user_full_name: _, email: _, password: _ } = new;
    let account_name = required("account_name", &account_name.0, LINE)?;
    let language = language(locale.as_ref());
    limits.count_sign_up(client.ip, &who.user.email)?;
    let (user, opens, client) = (who.user.clone(), who.session.is_none(), client.clone());
    db.write(move |tx| found_another(tx, &user, &account_name, language.code(), opens.then_some(&client))).await
}

fn language(locale: Option<&Text>) -> Language {
    locale.and_then(|locale| Language::from_tag(&locale.0)).unwrap_or_default()
}

/// Sends the link once more to whoever waits for it: of a sign-up, or, to somebody who was invited and has set no password yet, of their invitation.
/// Nobody learns who waits, neither from the answer nor from the time that it takes.
///
/// # Errors
/// [`Error::TooMany`] after too many such wishes, [`Error::Overloaded`] when too many come at once.
pub(super) fn ask_again(db: &Db, limits: &SignInLimits, email: &str, client: &ClientInfo) -> Result<()> {
    limits.count_confirmation(client.ip, email)?;
    reset::after_the_answer(db, email, send_again)
}

fn send_again(tx: &mut Tx, email: &str) -> Result<()> {
    let Some(mailer) = mail::mailer(tx) else { return Ok(()) };
    if let Some((link, locale)) = renew_sign_up(tx, email)? {
        return send_link(tx, &mailer, email, link, Language::from_tag(&locale).unwrap_or_default());
    }
    match users::by_email(tx.conn, email)? {
        Some((user, _)) if !user.confirmed => reset::send_link(tx, email),
        _ => Ok(()),
    }
}

fn send_link(tx: &mut Tx, mailer: &Mailer, email: &str, link: OneTimeLink, language: Language) -> Result<()> {
    let names = [("brand", mailer.brand().into())];
    // nothing that was said stands in it: whoever says it may want something told to somebody who has never been here
    let letter = |about: &str| Letter {
        account_id: None,
        to: Recipient { name: String::new(), address: email.to_owned() },
        language,
        subject: language.ta(&format!("sign-up-letter-{about}-subject"), &names),
        paragraphs: vec![language.ta(&format!("sign-up-letter-{about}-text"), &names), language.t("sign-up-not-you")],
        facts: Vec::new(),
        action: None,
        reason: language.ta("sign-up-why-you", &names),
    };
    if users::by_email(tx.conn, email)?.is_some() {
        let mut letter = letter("known");
        letter.action = Some((language.t("sign-in"), "/app/login".into()));
        return mail::post(tx, &letter.write(mailer)?).map(drop);
    }
    let expires = link.expires_at.and_utc().timestamp();
    let mut letter = letter("link");
    letter.facts.push((language.t("password-link-expires"), Moment::new(language, expires, expires).full));
    letter.action = Some((language.t("sign-up-action"), link.path));
    mail::post(tx, &letter.write(mailer)?).map(drop)
}

/// A wish that waits for its link: the address, what the account is to be called, and the hash of the password.
pub(super) struct Waiting {
    pub email: String,
    pub account_name: String,
    pub password_hash: String,
}

fn waiting(conn: &mut DbConn, of: Of) -> Result<Option<Waiting>> {
    let live = sign_ups::table.filter(sign_ups::expires_at.gt(now())).select((sign_ups::email, sign_ups::account_name, sign_ups::password_hash));
    let found = match of {
        Of::Token(token) => live.filter(sign_ups::token_hash.eq(digest(token))).get_result(conn),
        Of::Address(email) => live.filter(sign_ups::email.eq(email)).get_result(conn),
    };
    let found: Option<(String, String, String)> = found.optional()?;
    Ok(found.map(|(email, account_name, password_hash)| Waiting { email, account_name, password_hash }))
}

enum Of<'a> {
    Token(&'a str),
    Address(&'a str),
}

/// What a link is about, if it is good.
pub(super) fn by_token(conn: &mut DbConn, token: &str) -> Result<Option<Waiting>> {
    waiting(conn, Of::Token(token))
}

/// What waits for the link to an address.
pub(super) fn by_address(conn: &mut DbConn, email: &str) -> Result<Option<Waiting>> {
    waiting(conn, Of::Address(email))
}

/// Makes the account by a link and the password, and lets its user in. The link is used up then.
///
/// # Errors
/// [`Error::Invalid`] about `confirmation_token`, `current_password`, or `email` when somebody has it by now; [`Error::TooMany`] after too many wrong
/// passwords.
pub(super) async fn confirm(
    db: &Db,
    limits: &SignInLimits,
    waiting: Waiting,
    token: String,
    password: String,
    client: &ClientInfo,
) -> Result<(users::User, Entry)> {
    let attempt = limits.begin(client.ip, &waiting.email)?;
    if !verify_password(password, Some(waiting.password_hash)).await? {
        return Err(Error::invalid("current_password", "Invalid current password"));
    }
    attempt.forgive();
    let client = client.clone();
    let made = db.write(move |tx| use_sign_up(tx, &token, &client)).await;
    made.map_err(|e| if matches!(e, Error::NotFound) { super::address::used_up() } else { e })
}
