//! Who may hear, who is there, and what has happened.
use super::model::{Admitted, Person, Wanted, Who};
use crate::{
    accounts::AccountStatus,
    db::{
        DbConn, MultiBackend,
        dialect::Columns,
        schema::{account_users, accounts, contact_inboxes, contacts, events, users},
        types::{AccountId, ContactId, ContactInboxId, ConversationId, EventId, UserId},
    },
    error::Result,
    events::{EventName, live::Stored},
    users::Membership,
};
use chrono::NaiveDateTime;
use diesel::{dsl::IntoBoxed, prelude::*};
use std::collections::HashMap;

/// Whoever an identifier's credential belongs to. A user says who and where they are, and all of it has to fit; a contact has only the credential.
pub(super) fn admit(conn: &mut DbConn, wanted: Wanted) -> Result<Option<Admitted>> {
    let Wanted { pubsub_token: token, account_id, user_id, .. } = wanted;
    let active = accounts::status.eq(AccountStatus::Active);
    if let Some(user) = user_id.map(UserId) {
        let Some(account) = account_id.map(AccountId) else { return Ok(None) };
        let query = account_users::table
            .inner_join(users::table.on(users::id.eq(account_users::user_id)))
            .inner_join(accounts::table.on(accounts::id.eq(account_users::account_id)))
            .filter(account_users::account_id.eq(account).and(account_users::user_id.eq(user)))
            .filter(users::pubsub_token.eq(&token).and(active))
            .select(account_users::user_id);
        let found: Option<UserId> = query.get_result(conn).optional()?;
        return Ok(found.map(|user| Admitted { account, who: Who::User(user), token }));
    }
    let query = contact_inboxes::table
        .inner_join(contacts::table.on(contacts::id.eq(contact_inboxes::contact_id)))
        .inner_join(accounts::table.on(accounts::id.eq(contacts::account_id)))
        .filter(contact_inboxes::pubsub_token.eq(&token).and(active))
        .select((contact_inboxes::id, contacts::account_id));
    let found: Option<(ContactInboxId, AccountId)> = query.get_result(conn).optional()?;
    Ok(found.map(|(session, account)| Admitted { account, who: Who::Session(session), token }))
}

/// Those among these who may hear now, with their credentials: nobody in an account that is suspended.
pub(super) fn entitled(conn: &mut DbConn, account: AccountId, who: impl IntoIterator<Item = Who>) -> Result<HashMap<Who, String>> {
    let (mut of_users, mut of_sessions) = (Vec::new(), Vec::new());
    for who in who {
        match who {
            Who::User(id) => of_users.push(id),
            Who::Session(id) => of_sessions.push(id),
        }
    }
    let mut entitled = HashMap::new();
    let status: Option<AccountStatus> = accounts::table.find(account).select(accounts::status).get_result(conn).optional()?;
    if status != Some(AccountStatus::Active) {
        return Ok(entitled);
    }
    for ids in of_users.chunks(1000) {
        let query = account_users::table
            .inner_join(users::table.on(users::id.eq(account_users::user_id)))
            .filter(account_users::account_id.eq(account).and(account_users::user_id.eq_any(ids.to_vec())))
            .select((users::id, users::pubsub_token));
        let rows: Vec<(UserId, String)> = query.load(conn)?;
        entitled.extend(rows.into_iter().map(|(id, token)| (Who::User(id), token)));
    }
    for ids in of_sessions.chunks(1000) {
        let query = contact_inboxes::table
            .inner_join(contacts::table.on(contacts::id.eq(contact_inboxes::contact_id)))
            .filter(contact_inboxes::id.eq_any(ids.to_vec()).and(contacts::account_id.eq(account)))
            .select((contact_inboxes::id, contact_inboxes::pubsub_token));
        let rows: Vec<(ContactInboxId, String)> = query.load(conn)?;
        entitled.extend(rows.into_iter().map(|(id, token)| (Who::Session(id), token)));
    }
    Ok(entitled)
}

/// Who it is that was admitted, if they still may hear: a session is another contact's once two have become one.
pub(super) fn person(conn: &mut DbConn, Admitted { account, who, token }: &Admitted) -> Result<Option<Person>> {
    if entitled(conn, *account, [*who])?.get(who) != Some(token) {
        return Ok(None);
    }
    match who {
        Who::User(user) => Ok(Some(Person::User(*account, *user))),
        Who::Session(session) => {
            let contact = contact_inboxes::table.find(session).select(contact_inboxes::contact_id);
            Ok(contact.get_result(conn).optional()?.map(Person::Contact))
        }
    }
}

/// Which events are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// In these accounts,
    pub within: &'a [AccountId],
    /// of these names,
    pub names: &'a [EventName],
    /// and only those about these conversations, where it says any.
    pub about: Option<&'a [ConversationId]>,
    /// After this one,
    pub after: EventId,
    /// and up to this one.
    pub until: EventId,
}

type Query<'a> = IntoBoxed<'a, events::table, MultiBackend>;

/// Account, place and conversation are columns of one index: what is about other conversations is passed over there, and never read.
fn asked<'a>(Asked { within, names, about, after, until }: Asked<'a>) -> Query<'a> {
    let query = events::table
        .filter(events::id.gt(after).and(events::id.le(until)))
        .filter(events::account_id.eq_any(within).and(events::name.eq_any(names)).and(events::test.eq(false)))
        .order_by(events::id)
        .into_boxed();
    match about {
        Some(about) => query.filter(events::conversation_id.eq_any(about)),
        None => query,
    }
}

/// Some events, in their order.
pub(super) fn stored(conn: &mut DbConn, which: Asked, limit: usize) -> Result<Vec<Stored>> {
    Ok(asked(which).select(Stored::columns()).limit(limit as i64).load(conn)?)
}

/// Which ones they are.
pub(super) fn ids(conn: &mut DbConn, which: Asked, limit: usize) -> Result<Vec<EventId>> {
    Ok(asked(which).select(events::id).limit(limit as i64).load(conn)?)
}

/// These, in their order.
pub(super) fn by_ids(conn: &mut DbConn, ids: &[EventId]) -> Result<Vec<Stored>> {
    Ok(events::table.filter(events::id.eq_any(ids)).order_by(events::id).select(Stored::columns()).load(conn)?)
}

/// When the last event was told that is not after this one; none if all of them are forgotten.
pub(super) fn told_by(conn: &mut DbConn, event: EventId) -> Result<Option<NaiveDateTime>> {
    let query = events::table.filter(events::id.le(event)).order_by(events::id.desc()).select(events::created_at);
    Ok(query.first(conn).optional()?)
}

/// Everybody who works in an account, as what.
pub(super) fn members(conn: &mut DbConn, account: AccountId) -> Result<Vec<Membership>> {
    Ok(account_users::table
        .filter(account_users::account_id.eq(account))
        .select(Membership::columns())
        .order_by(account_users::user_id)
        .load(conn)?)
}

/// The first event that was told after this one, and is not forgotten.
pub(super) fn first_after(conn: &mut DbConn, event: EventId) -> Result<Option<EventId>> {
    Ok(events::table.filter(events::id.gt(event)).order_by(events::id).select(events::id).first(conn).optional()?)
}

/// How many contacts are named who are there: those who were seen last.
const MOST_CONTACTS: i64 = 1000;

/// The contacts who were seen after that time.
pub(super) fn contacts_seen(conn: &mut DbConn, account: AccountId, since: NaiveDateTime) -> Result<Vec<ContactId>> {
    let query = contacts::table
        .filter(contacts::account_id.eq(account).and(contacts::seen_at.gt(since)))
        .order_by(contacts::seen_at.desc())
        .select(contacts::id)
        .limit(MOST_CONTACTS);
    Ok(query.load(conn)?)
}
