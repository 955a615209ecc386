//! Signing in, and the first run: what the API and the pages share. Hashing comes before the transaction, since it is slow
//! on purpose.
use super::{
    commands::{Founding, found_first, open_session},
    limits::SignInLimits,
    password::{hash_password, verify_password},
    session::NewSession,
};
use crate::{
    accounts::Account,
    db::Db,
    error::{Error, Result},
    users::{self, User, strong_password},
    web::ClientInfo,
};

/// The first user of an installation, and their account.
#[derive(Debug, Clone)]
pub struct NewInstallation {
    /// Full name.
    pub name: String,
    /// Address, as typed.
    pub email: String,
    /// Password, as typed.
    pub password: String,
    /// What the account is called.
    pub account_name: String,
    /// Its language, as a code.
    pub locale: String,
}

/// Finds the user of that address and password. Whether there is nobody of that address or the password is another one can
/// be told neither from the answer nor from the time it takes.
///
/// # Errors
/// [`Error::SignIn`] when they do not fit together, [`Error::TooMany`] after too many such tries.
pub async fn check_password(db: &Db, limits: &SignInLimits, email: &str, password: String, client: &ClientInfo) -> Result<User> {
    let attempt = limits.begin(client.ip, email)?;
    let checked = check(db, email, password).await;
    // what failed for another reason than the password was no guess
    if !matches!(checked, Err(Error::SignIn(_))) {
        attempt.forgive();
    }
    checked
}

async fn check(db: &Db, email: &str, password: String) -> Result<User> {
    let email = email.trim().to_lowercase();
    let (user, hash) = db.read(move |conn| users::by_email(conn, &email)).await?.unzip();
    match (verify_password(password, hash).await?, user) {
        (true, Some(user)) => Ok(user),
        _ => Err(wrong()),
    }
}

fn wrong() -> Error {
    Error::SignIn("Invalid login credentials. Please try again.".into())
}

/// Signs in with e-mail address and password, and opens a session.
///
/// # Errors
/// As [`check_password`].
pub async fn sign_in(db: &Db, limits: &SignInLimits, email: &str, password: String, client: &ClientInfo) -> Result<(User, NewSession)> {
    let user = check_password(db, limits, email, password, client).await?;
    let client = client.clone();
    db.write(move |tx| match open_session(tx, user.id, &client) {
        // gone in the meantime
        Err(Error::NotFound) => Err(wrong()),
        session => Ok((user, session?)),
    })
    .await
}

/// Makes the first user, their account and their session, all or nothing.
///
/// # Errors
/// [`Error::Forbidden`] when there is a user already; [`Error::Invalid`] about `name`, `email`, `password`, `account_name`
/// or `locale`.
pub async fn first_run(db: &Db, new: NewInstallation, client: &ClientInfo) -> Result<(User, Account, NewSession)> {
    let NewInstallation {
        name,
        email,
        password,
        account_name,
        locale,
    } = new;
    strong_password(&password)?;
    let founding = Founding {
        name,
        email,
        password_hash: hash_password(password).await?,
        account_name,
        locale,
    };
    let client = client.clone();
    db.write(move |tx| {
        let (user, account) = found_first(tx, founding)?;
        let session = open_session(tx, user.id, &client)?;
        Ok((user, account, session))
    })
    .await
}
