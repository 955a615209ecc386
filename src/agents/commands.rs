//! Inviting, changing and removing agents, and links with which they set a password.
use super::limits;
use crate::{
    accounts,
    audit::{Arranger, Change},
    auth::{self, Administrator, OneTimeLink, hash_password},
    db::{Db, Tx, types::UserId},
    error::{Error, Result},
    mail::{self, Letter},
    users::{self, Availability, Member, NewUser, PlaceChange, Role, User, strong_password},
    web::{
        Input, Quotas,
        clock::Moment,
        fields::{Flag, List, Text},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;

/// How many may be invited at once.
const MOST_AT_ONCE: usize = 100;

/// Somebody who is to become a member.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct NewAgent {
    /// Full name; of no meaning for somebody who is a user already.
    pub name: Text,
    /// Address, as typed: it decides whether they are a user already.
    pub email: Text,
    /// An agent unless said otherwise.
    pub role: Option<Role>,
    /// Online unless said otherwise.
    pub availability: Option<Availability>,
    /// True unless said otherwise.
    pub auto_offline: Option<Flag>,
    /// Their first password. Without one they set it themselves, by a link. It never replaces the password of a user.
    pub password: Option<Text>,
}

impl Input for NewAgent {
    const ROOT: &'static str = "agent";
}

/// Addresses of many who are to become members.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct NewAgents {
    /// At most 100.
    pub emails: List<Text>,
}

impl Input for NewAgents {}

/// What administrators may change of a member; what is absent stays.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AgentChanges {
    /// Full name, also in their other accounts.
    pub name: Option<Text>,
    /// What they may do here.
    pub role: Option<Role>,
    /// What they are seen as here.
    pub availability: Option<Availability>,
    /// Whether they count as offline while no client of theirs is connected.
    pub auto_offline: Option<Flag>,
}

impl Input for AgentChanges {
    const ROOT: &'static str = "agent";
}

/// Makes somebody a member of the administrator's account, and a user if they are none yet. Who has no password is invited to set one,
/// if this server sends mail.
///
/// # Errors
/// [`Error::Invalid`] about `name`, `email` or `password`, or about `user_id` when they are a member already. [`Error::Refused`] for somebody who
/// works in another account without having proved their address, where this server sends no mail that could prove it.
pub async fn add(db: &Db, by: &Administrator, new: NewAgent) -> Result<Member> {
    let NewAgent { name, email, role, availability, auto_offline, password } = new;
    let email = users::email_address(&email.0)?;
    let password_hash = match password.map(|password| password.0).filter(|password| !password.is_empty()) {
        // before the transaction, although somebody who is a user already does not need it
        Some(password) => {
            strong_password(&password)?;
            Some(hash_password(password).await?)
        }
        None => None,
    };
    let by = by.clone();
    db.write(move |tx| {
        let member = join(tx, &by, NewUser { name: name.0, email, password_hash }, role.unwrap_or(Role::Agent))?;
        if availability.is_none() && auto_offline.is_none() {
            return Ok(member);
        }
        let wanted = PlaceChange { role: None, availability, auto_offline: auto_offline.map(|flag| flag.0) };
        let changed = users::update_member(tx, by.account_id(), member.user.id, wanted)?;
        by.record(tx, Change::Updated(&member, &changed))?;
        Ok(changed)
    })
    .await
}

/// The same for many, who are agents and are called what stands before the @ of their address. Who is a member already stays as they are.
///
/// # Errors
/// [`Error::Invalid`] about `emails`; nobody is invited then.
pub fn add_all(tx: &mut Tx, by: &Administrator, new: NewAgents) -> Result<()> {
    let List(emails) = new.emails;
    if emails.is_empty() {
        return Err(Error::blank("emails"));
    }
    if emails.len() > MOST_AT_ONCE {
        return Err(Error::invalid("emails", format!("Emails are too many (maximum is {MOST_AT_ONCE})")));
    }
    let wrong = |email: &str| Error::invalid("emails", format!("{email} is not a valid e-mail address"));
    let mut emails = emails.iter().map(|email| users::email_address(&email.0).map_err(|_| wrong(&email.0))).collect::<Result<Vec<_>>>()?;
    emails.sort();
    emails.dedup();
    for email in emails {
        let known = users::by_email(tx.conn, &email)?;
        if let Some((user, _)) = &known
            && users::member(tx.conn, user.id, by.account_id())?.1.is_some()
        {
            continue;
        }
        let name = email.split('@').next().unwrap_or_default().to_owned();
        join(tx, by, NewUser { name, email, password_hash: None }, Role::Agent)?;
    }
    Ok(())
}

fn join(tx: &mut Tx, by: &Administrator, new: NewUser, role: Role) -> Result<Member> {
    let account = by.account_id();
    accounts::make_room(tx, account, "agents", |conn| Ok(users::members(conn, account, None)?.len() as i64))?;
    let user = match users::by_email(tx.conn, &new.email)? {
        Some((user, _)) => {
            let user = users::find_to_change(tx, user.id)?;
            if users::member(tx.conn, user.id, by.account_id())?.1.is_some() {
                return Err(Error::taken(vec!["user_id"]));
            }
            auth::revoke_shown_link(tx, user.id)?;
            if user.confirmed && !user.address_proved {
                disown(tx, &user)?;
            }
            user
        }
        None => users::create(tx, new)?,
    };
    let member = users::add_member(tx, by.account_id(), user.id, role, Some(by.user_id()))?;
    by.record(tx, Change::Created(&member))?;
    if !member.user.confirmed {
        send_invitation(tx, by, &member.user)?;
    }
    Ok(member)
}

/// Somebody who has never proved that the address is theirs is to get into one more account: it may be anybody to whom another account's
/// administrator has given a password. So nobody is let in as them any more, until a link has set another password.
fn disown(tx: &mut Tx, user: &User) -> Result<()> {
    let mail = mail::mailer(tx).is_some();
    if !mail && !users::memberships(tx.conn, user.id)?.is_empty() {
        let message = format!(
            "{0} works in another account, and has never proved that the address is theirs. This server sends no mail, so its operator makes a link \
             with which they prove it: hookdesk password-link {0}",
            user.email
        );
        return Err(Error::Refused(message));
    }
    auth::disown(tx, user.id)
}

/// False where this server sends no mail.
fn send_invitation(tx: &mut Tx, by: &Administrator, user: &User) -> Result<bool> {
    let Some(mailer) = mail::mailer(tx) else { return Ok(false) };
    let link = auth::issue_password_link(tx, user, false)?;
    let (language, expires) = (user.language(&by.account), link.expires_at.and_utc().timestamp());
    let (inviter, account) = (by.user.available_name(), by.account.name.as_str());
    let names = [("inviter", inviter.into()), ("account", account.into()), ("brand", mailer.brand().into())];
    let letter = Letter {
        account_id: Some(by.account_id()),
        to: user.recipient(),
        language,
        subject: language.ta("invitation-subject", &names),
        paragraphs: vec![language.ta("invitation-text", &names)],
        facts: vec![
            (language.t("field-email"), user.email.clone()),
            (language.t("password-link-expires"), Moment::new(language, expires, expires).full),
        ],
        action: Some((language.t("invitation-action"), link.path)),
        reason: language.ta("invitation-why-you", &names),
    };
    mail::post(tx, &letter.write(&mailer)?)
}

/// Sends the invitation once more; the link in the one before ends.
///
/// # Errors
/// [`Error::NotFound`] for somebody who is no member; [`Error::Refused`] for somebody who has set a password, and where no mail server is set up;
/// [`Error::TooMany`] when they were written to too often.
pub fn invite_again(tx: &mut Tx, quotas: &Quotas, by: &Administrator, id: UserId) -> Result<()> {
    let member = member(tx, by, id)?;
    if member.user.confirmed {
        return Err(Error::Refused("They have accepted their invitation".into()));
    }
    limits::count_invited(quotas, &member.user.email)?;
    match send_invitation(tx, by, &member.user)? {
        true => by.record(tx, Change::Done(&member, "invitation")),
        false => Err(Error::Refused("This server sends no mail: make a link instead".into())),
    }
}

/// Makes a link for the administrator to hand on, with which somebody sets a password once.
///
/// # Errors
/// [`Error::NotFound`] for somebody who is no member; [`Error::Refused`] for oneself, since a session is no proof of a password; and for
/// somebody who also works in another account: who has the link would get in there, too.
pub fn make_link(tx: &mut Tx, by: &Administrator, id: UserId) -> Result<OneTimeLink> {
    by.check_person()?;
    if id == by.user_id() {
        return Err(Error::Refused("You change your own password on your profile".into()));
    }
    let member = member(tx, by, id)?;
    // nobody gets into another account meanwhile
    users::find_to_change(tx, id)?;
    if users::memberships(tx.conn, id)?.len() > 1 {
        let message = "They also work in another account, so only they themselves can get a link: by mail, or from the operator of this server \
                       (hookdesk password-link)";
        return Err(Error::Refused(message.into()));
    }
    tell_of_link(tx, by, &member.user)?;
    by.record(tx, Change::Renewed(&member, "password_link"))?;
    auth::issue_password_link(tx, &member.user, true)
}

/// Ends the second factor of a member who has lost it: whoever else has their password then gets in. They are told by mail.
///
/// # Errors
/// [`Error::NotFound`] for somebody who is no member; [`Error::Refused`] for oneself, since a session is no proof of a code; for somebody who also
/// works in another account; and for somebody who has none.
pub fn switch_off_second_factor(tx: &mut Tx, by: &Administrator, id: UserId) -> Result<()> {
    by.check_person()?;
    if id == by.user_id() {
        return Err(Error::Refused("You switch off your own two-factor authentication on your profile".into()));
    }
    let member = member(tx, by, id)?;
    users::find_to_change(tx, id)?;
    if users::memberships(tx.conn, id)?.len() > 1 {
        let message = "They also work in another account, so only they themselves can switch it off, or the operator of this server \
                       (hookdesk second-factor-off)";
        return Err(Error::Refused(message.into()));
    }
    auth::switch_off_second_factor(tx, &member.user, &by.author())
}

/// Whoever has a password learns that somebody else can replace it.
fn tell_of_link(tx: &mut Tx, by: &Administrator, user: &User) -> Result<()> {
    let Some(mailer) = mail::mailer(tx).filter(|_| user.confirmed) else { return Ok(()) };
    let language = user.language(&by.account);
    let (administrator, account) = (by.user.available_name(), by.account.name.as_str());
    let names = [("administrator", administrator.into()), ("account", account.into()), ("brand", mailer.brand().into())];
    let letter = Letter {
        account_id: Some(by.account_id()),
        to: user.recipient(),
        language,
        subject: language.ta("link-made-subject", &names),
        paragraphs: vec![language.ta("link-made-text", &names)],
        facts: Vec::new(),
        action: None,
        reason: language.ta("link-made-why-you", &names),
    };
    mail::post(tx, &letter.write(&mailer)?).map(drop)
}

fn member(tx: &mut Tx, by: &Administrator, id: UserId) -> Result<Member> {
    users::members(tx.conn, by.account_id(), Some(&[id]))?.pop().ok_or(Error::NotFound)
}

/// Changes a member of the administrator's account.
///
/// # Errors
/// [`Error::NotFound`] for somebody who is none, [`Error::Refused`] when no administrator would be left,
/// [`Error::Invalid`] about `name`.
pub fn change(tx: &mut Tx, by: &Administrator, id: UserId, changes: AgentChanges) -> Result<Member> {
    let AgentChanges { name, role, availability, auto_offline } = changes;
    let account = by.account_id();
    let before = self::member(tx, by, id)?;
    let wanted = PlaceChange { role, availability, auto_offline: auto_offline.map(|flag| flag.0) };
    let mut member = users::update_member(tx, account, id, wanted)?;
    let renamed = match name {
        Some(Text(name)) => {
            let user = users::find_to_change(tx, id)?;
            Some(users::update(tx, &User { name, ..user })?)
        }
        None => None,
    };
    // last, with the user held: whoever notes something else of them holds the user, and would wait for what is noted here
    by.record(tx, Change::Updated(&before, &member))?;
    if let Some(user) = renamed {
        by.record(tx, Change::Updated(&before.user, &user))?;
        member.user = user;
    }
    Ok(member)
}

/// Takes somebody out of the administrator's account.
///
/// # Errors
/// [`Error::Refused`] for oneself and for the last administrator, [`Error::NotFound`] for somebody who is no member.
pub fn remove(tx: &mut Tx, by: &Administrator, id: UserId) -> Result<()> {
    if id == by.user_id() {
        return Err(Error::Refused("You cannot remove yourself from the account".into()));
    }
    let gone = member(tx, by, id)?;
    users::remove_member(tx, by.account_id(), id)?;
    by.record(tx, Change::Destroyed(&gone))
}
