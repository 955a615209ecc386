//! Signing in, and the first run: what the API and the pages share. Hashing comes before the transaction, since it is slow
//! on purpose.
use super::{
    commands::{Entry, Founding, Revocation, found_first, let_in_by_choice, make_room, open_session, use_sign_in_token},
    limits::SignInLimits,
    password::{hash_password, verify_password},
    second_factor::asked,
    session::{NewSession, Session, sessions_of},
    sign_up,
};
use crate::{
    accounts::Account,
    db::{Db, DbConn},
    error::{Error, Result},
    users::{self, User, strong_password},
    web::ClientInfo,
};

/// What somebody is told who has signed up and has not used the link yet.
pub(super) const UNCONFIRMED: &str = "Confirm your address first: a mail with a link is on its way";

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
    let find = move |conn: &mut DbConn| Ok((users::by_email(conn, &email)?, sign_up::by_address(conn, &email)?));
    let (known, waiting) = db.read(find).await?;
    let (user, hash) = known.unzip();
    let is_right = verify_password(password.clone(), hash.filter(|hash: &String| !hash.is_empty())).await?;
    if let Some(user) = user.filter(|_| is_right) {
        return Ok(user);
    }
    // also where somebody has the address: whoever has asked for an account with it would learn that they have otherwise
    let Some(waiting) = waiting else { return Err(wrong()) };
    match verify_password(password, Some(waiting.password_hash)).await? {
        true => Err(Error::SignIn(UNCONFIRMED.into())),
        false => Err(wrong()),
    }
}

fn wrong() -> Error {
    Error::SignIn("Invalid login credentials. Please try again.".into())
}

/// Signs in with e-mail address and password: opens a session, or asks for a code.
///
/// # Errors
/// As [`check_password`]; [`Error::OverLimit`] when it is to be said first which session ends.
pub async fn sign_in(
    db: &Db,
    limits: &SignInLimits,
    email: &str,
    password: String,
    client: &ClientInfo,
    revocation: Revocation,
) -> Result<(User, Entry)> {
    let user = check_password(db, limits, email, password, client).await?;
    let client = client.clone();
    db.write(move |tx| match let_in_by_choice(tx, user, &client, revocation) {
        // gone in the meantime
        Err(Error::NotFound) => Err(wrong()),
        entered => entered,
    })
    .await
}

/// Signs in by a link, which is used up then, and opens a session. No code of a second factor is asked for: the program that makes such links has the
/// user's access token as well, and has asked them for whatever it wants to know.
///
/// # Errors
/// [`Error::SignIn`] for a link that does not work, [`Error::TooMany`] after too many of them; [`Error::OverLimit`] when it is to be said first which
/// session ends, and the link still works.
pub async fn sign_in_by_link(
    db: &Db,
    limits: &SignInLimits,
    email: &str,
    token: String,
    client: &ClientInfo,
    revocation: Revocation,
) -> Result<(User, Entry)> {
    let attempt = limits.begin(client.ip, email)?;
    let (email, client) = (email.trim().to_lowercase(), client.clone());
    let entering = db.write(move |tx| {
        let user = use_sign_in_token(tx, &email, &token)?;
        let user = make_room(tx, user, revocation)?;
        let session = open_session(tx, &user, &client)?;
        Ok((user, Entry::Session(session)))
    });
    let entered = entering.await.map_err(|e| if matches!(e, Error::NotFound) { wrong() } else { e });
    if !matches!(entered, Err(Error::SignIn(_))) {
        attempt.forgive();
    }
    entered
}

/// By what somebody has proved who they are.
#[derive(Debug)]
pub(super) enum Proof {
    /// By the password of this address, or by a link that signs in.
    Address(String),
    /// By the code that this challenge asks for.
    Challenge(String),
}

/// The sessions of somebody who has proved who they are, and is to say which of them ends.
pub(super) async fn sessions_to_choose_from(db: &Db, proof: Proof) -> Result<Vec<Session>> {
    db.read(move |conn| {
        let user = match &proof {
            Proof::Address(email) => users::by_email(conn, &email.trim().to_lowercase())?.map(|(user, _)| user),
            Proof::Challenge(token) => asked(conn, token)?,
        };
        sessions_of(conn, user.ok_or(Error::NotFound)?.id)
    })
    .await
}

/// Makes the first user, their account and their session, all or nothing.
///
/// # Errors
/// [`Error::Forbidden`] when there is a user already; [`Error::Invalid`] about `name`, `email`, `password`, `account_name`
/// or `locale`.
pub async fn first_run(db: &Db, new: NewInstallation, client: &ClientInfo) -> Result<(User, Account, NewSession)> {
    let NewInstallation { name, email, password, account_name, locale } = new;
    strong_password(&password)?;
    let founding = Founding { name, email, password_hash: hash_password(password).await?, account_name, locale };
    let client = client.clone();
    db.write(move |tx| {
        let (user, account) = found_first(tx, founding)?;
        let session = open_session(tx, &user, &client)?;
        Ok((user, account, session))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        auth::{
            enter, session,
            tests::{PASSWORD, administrator},
        },
        db::tests::{TestDb, on_each_database},
    };

    #[test]
    fn many_guesses_at_once_are_no_way_around_the_limit() {
        on_each_database(async |test| {
            administrator(test, "ada@example.org").await;
            let (limits, client) = (SignInLimits::new(true), ClientInfo::default());
            let guesses = (0..30).map(|_| sign_in(&test.db, &limits, "ada@example.org", "x".into(), &client, Revocation::default()));
            let answers = futures_util::future::join_all(guesses).await;
            let heard = answers.iter().filter(|answer| matches!(answer, Err(Error::SignIn(_)))).count();
            assert_eq!(heard, 10);
            assert!(answers.iter().all(Result::is_err));
        });
    }

    #[test]
    fn the_oldest_sessions_make_way() {
        on_each_database(async |test| {
            let (ada, _) = administrator(test, "ada@example.org").await;
            let (user, client) = (ada.user.clone(), ClientInfo::default());
            let sessions = test.db.write(move |tx| (0..30).map(|_| open_session(tx, &user, &client)).collect::<Result<Vec<_>>>());
            let sessions = sessions.await.unwrap();
            let live = test.db.read(move |conn| {
                let live = |new: &NewSession| Ok(session::find(conn, &new.client, &new.secret)?.is_some());
                sessions.iter().map(live).collect::<Result<Vec<bool>>>()
            });
            let live = live.await.unwrap();
            assert_eq!(live, [vec![false; 5], vec![true; 25]].concat());
        });
    }

    fn installation(n: usize) -> NewInstallation {
        NewInstallation {
            name: "Ada".into(),
            email: format!("ada{n}@example.org"),
            password: PASSWORD.into(),
            account_name: "Acme".into(),
            locale: "en".into(),
        }
    }

    async fn refused(test: &TestDb, change: impl FnOnce(&mut NewInstallation)) -> Vec<&'static str> {
        let mut new = installation(0);
        change(&mut new);
        match first_run(&test.db, new, &ClientInfo::default()).await {
            Err(Error::Invalid { attributes, .. }) => attributes,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_first_run_is_all_or_nothing_and_happens_once() {
        on_each_database(async |test| {
            assert_eq!(refused(test, |new| new.password = "weak".into()).await, ["password"]);
            assert_eq!(refused(test, |new| new.email = "ada".into()).await, ["email"]);
            assert_eq!(refused(test, |new| new.name = " ".into()).await, ["name"]);
            assert_eq!(refused(test, |new| new.account_name = String::new()).await, ["account_name"]);
            assert_eq!(refused(test, |new| new.locale = "Klingon".into()).await, ["locale"]);
            assert!(!test.db.read(users::any).await.unwrap());

            let client = ClientInfo::default();
            let racing = (0..8).map(|n| first_run(&test.db, installation(n), &client));
            let outcomes = futures_util::future::join_all(racing).await;
            let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
            assert_eq!(won.len(), 1);
            assert!(lost.iter().all(|outcome| matches!(outcome, Err(Error::Forbidden(_)))));
            let (user, account, session) = won.into_iter().next().unwrap().unwrap();
            let found = test.db.read(move |conn| {
                let (who, _) = session::find(conn, &session.client, &session.secret)?.ok_or(Error::NotFound)?;
                enter(conn, who, account.id)
            });
            let agent = found.await.unwrap();
            assert_eq!((agent.user_id(), agent.is_administrator()), (user.id, true));
        });
    }
}
