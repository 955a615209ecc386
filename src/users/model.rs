//! Rows and rules of users.
use crate::{
    accounts::Account,
    audited,
    db::{
        schema::{account_users, users},
        types::{AccountId, Json, UserId, now},
    },
    error::{Error, Result},
    files::local,
    mail::Recipient,
    text_enum,
    web::{Language, fields::List},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value};

/// How long after they were last seen somebody still counts as there.
const THERE: TimeDelta = TimeDelta::minutes(5);

/// How often it is written down that somebody is there.
const SEEN_AGAIN: TimeDelta = TimeDelta::minutes(1);

text_enum! {
    /// What kind of thing an access token belongs to.
    pub enum TokenOwner { User = 0 "User", AgentBot = 1 "AgentBot" }
}

text_enum! {
    /// What a user may do in an account.
    pub enum Role { Agent = 0 "agent", Administrator = 1 "administrator" }
}

text_enum! {
    /// What a user chose to be seen as.
    pub enum Availability { Online = 0 "online", Offline = 1 "offline", Busy = 2 "busy" }
}

/// A row of `users`, without the password's hash.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Serialize)]
#[diesel(table_name = users)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their full name.
    pub name: String,
    /// What visitors see instead of the name.
    pub display_name: Option<String>,
    /// In lower case; unique in the installation.
    pub email: String,
    /// The credential of their socket.
    pub pubsub_token: String,
    /// Put under their mails.
    pub message_signature: Option<String>,
    /// What front ends keep about them; `locale` is their language.
    pub ui_settings: Json<Map<String, Value>>,
    /// What administrators note about them.
    pub custom_attributes: Json<Map<String, Value>>,
    /// When they were made.
    pub created_at: NaiveDateTime,
    /// Whether nobody waits for them to set a password: they have one, or a program of the operator's has made them.
    pub confirmed: bool,
    /// The link to their picture.
    pub avatar_url: Option<String>,
    /// Whether they are known to read what goes to their address: by a link that went there, or because the operator says so.
    pub address_proved: bool,
}

impl User {
    /// Where mail about their own matters goes.
    pub fn recipient(&self) -> Recipient {
        Recipient { name: self.available_name().to_owned(), address: self.email.clone() }
    }

    /// The name that visitors see.
    pub fn available_name(&self) -> &str {
        self.display_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&self.name)
    }

    /// Where a page finds their picture; empty without one.
    pub fn avatar_path(&self) -> &str {
        self.avatar_url.as_deref().map(local).unwrap_or_default()
    }

    /// The language they chose, as a code.
    pub fn locale(&self) -> Option<&str> {
        self.ui_settings.0.get("locale").and_then(Value::as_str)
    }

    /// The language in which they are told things of an account: their own, else the account's.
    pub fn language(&self, account: &Account) -> Language {
        [self.locale(), Some(&account.locale)].into_iter().flatten().find_map(Language::from_tag).unwrap_or_default()
    }
}

/// What a new member is mailed until they choose for themselves, as `notifications` reads it: what is theirs to answer.
pub const FIRST_EMAIL_FLAGS: i64 = 2;

/// What a new member is told until they choose for themselves: the same, what is written there, where they are named, and what is written where
/// they take part.
pub const FIRST_PUSH_FLAGS: i64 = 30;

/// A row of `account_users`: what one user is in one account.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Serialize)]
#[diesel(table_name = account_users)]
pub struct Membership {
    /// Where.
    pub account_id: AccountId,
    /// Who.
    pub user_id: UserId,
    /// What they may do.
    pub role: Role,
    /// What they chose to be seen as.
    pub availability: Availability,
    /// Whether they count as offline while they are not seen.
    pub auto_offline: bool,
    /// Who invited them.
    pub inviter_id: Option<UserId>,
    /// When they last used the account.
    pub active_at: Option<NaiveDateTime>,
    /// When they were gone after they had closed the last of their sockets.
    pub left_at: Option<NaiveDateTime>,
}

impl Membership {
    /// As what a program acts, whose user is a member of nothing. It is there whenever it is asked.
    pub fn of_program(account_id: AccountId, user_id: UserId, role: Role) -> Membership {
        Membership {
            account_id,
            user_id,
            role,
            availability: Availability::Online,
            auto_offline: false,
            inviter_id: None,
            active_at: None,
            left_at: None,
        }
    }

    /// How the user is seen, which is said nowhere else: as they chose; those who go offline by themselves only while they are there.
    pub fn availability_status(&self) -> Availability {
        if self.is_there() { self.availability } else { Availability::Offline }
    }

    /// Whether the user counts as there: those who go offline by themselves do while a socket of theirs is open, or their session was used within
    /// five minutes and no socket was closed for good since then.
    pub fn is_there(&self) -> bool {
        !self.auto_offline || !self.has_left() && self.active_at.is_some_and(|seen| now() - seen < THERE)
    }

    fn has_left(&self) -> bool {
        self.left_at.is_some_and(|left| self.active_at.is_none_or(|seen| seen <= left))
    }

    /// Whether it is time to write down that the user is there.
    pub fn is_to_be_noted(&self) -> bool {
        self.has_left() || self.active_at.is_none_or(|seen| now() - seen >= SEEN_AGAIN)
    }
}

/// A user of one account.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Member {
    /// Who; what they are is noted with themselves.
    #[serde(skip)]
    pub user: User,
    /// As what.
    #[serde(flatten)]
    pub membership: Membership,
}

audited!(User = "User" by email);

audited!(Member = "AccountUser": |it| it.user.id.0, &it.user.email);

/// A user's place in an account, with the account.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Where.
    pub account: Account,
    /// As what.
    pub membership: Membership,
}

/// How many users one request may name.
const MOST_AT_ONCE: usize = 1000;

/// The users whom a request names: each once, and no more than one statement can name.
///
/// # Errors
/// [`Error::Invalid`] about `user_ids` for more than 1000.
pub fn named(List(mut ids): List<UserId>) -> Result<Vec<UserId>> {
    ids.sort();
    ids.dedup();
    if ids.len() > MOST_AT_ONCE {
        return Err(Error::invalid("user_ids", format!("User ids are too many (maximum is {MOST_AT_ONCE})")));
    }
    Ok(ids)
}

/// The address in lower case, without spaces around it.
///
/// # Errors
/// [`Error::Invalid`] when it is not an e-mail address.
pub fn email_address(text: &str) -> Result<String> {
    let text = text.trim().to_lowercase();
    let fits = text.len() <= 255
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | ':' | '"'))
        && text.split_once('@').is_some_and(|(local, domain)| {
            let labels_fit = domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
            !local.is_empty() && !local.starts_with('.') && !local.ends_with('.') && labels_fit && domain.contains('.') && !domain.contains('@')
        });
    if fits { Ok(text) } else { Err(Error::invalid("email", "Email is not a valid e-mail address")) }
}

/// A password of 6 to 128 characters with a capital, a small letter, a digit and a special character.
///
/// # Errors
/// [`Error::Invalid`] that says what is missing.
pub fn strong_password(password: &str) -> Result<()> {
    let length = password.chars().count();
    let has = |test: fn(char) -> bool| password.chars().any(test);
    let wrong = match () {
        () if length < 6 => "is too short (minimum is 6 characters)",
        () if length > 128 => "is too long (maximum is 128 characters)",
        () if !has(char::is_uppercase) => "must contain at least 1 uppercase character",
        () if !has(char::is_lowercase) => "must contain at least 1 lowercase character",
        () if !has(char::is_numeric) => "must contain at least 1 number",
        () if !has(|c| !c.is_alphanumeric()) => "must contain at least 1 special character",
        () => return Ok(()),
    };
    Err(Error::invalid("password", format!("Password {wrong}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["ada@example.org", " Ada.L+x@Mail.Example.co ", "ä@bücher.example"] {
            assert!(email_address(good).is_ok(), "{good}");
        }
        for bad in ["", "ada", "@example.org", "ada@", "ada@example", "a b@example.org", "a@b@c.org", "a@-x.org", "a@x..org", "<a@x.org>"] {
            assert!(email_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn passwords() {
        assert!(strong_password("Passw0rd!").is_ok());
        for bad in ["P0w!", "passw0rd!", "PASSW0RD!", "Password!", "Passw0rds", &"Aa1!".repeat(33)] {
            assert!(strong_password(bad).is_err(), "{bad}");
        }
    }
}
