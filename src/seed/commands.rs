//! Writing a seeded account: rows as the server itself would have left them, many in one statement. Nothing is told of them.
use super::plan::{By, Line, Person, Talk};
use crate::{
    accounts::Account,
    auth::{self, Administrator},
    contacts::ContactType,
    conversations::{ContentType, MessageStatus, MessageType, Priority, SenderType, Status},
    db::{
        Tx,
        schema::{accounts, contact_inboxes, contacts, conversations, messages, reporting_events},
        types::{AccountId, ContactId, ContactInboxId, ConversationId, InboxId, Json, UserId},
    },
    error::{Error, Result},
    inboxes::{self, Inbox, InboxInput},
    on_each, random,
    reporting::{Lapse, NewReportingEvent},
    users::{self, NewUser, Role},
    web::Language,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Map, Value, json};

/// How many rows one statement inserts: SQLite allows 32,766 values in it.
const ROWS: usize = 500;

/// An inbox and who answers in it.
#[derive(Debug, Clone)]
pub struct Desk {
    pub inbox: InboxId,
    /// Each with their name; at least one.
    pub members: Vec<(UserId, String)>,
}

/// The administrator of an account who has been there the longest.
///
/// # Errors
/// [`Error::Refused`] when there is no such account, or nobody arranges things in it.
pub fn administrator(tx: &mut Tx, account: AccountId) -> Result<Administrator> {
    let found = users::administrators(tx.conn, account)?.into_iter().min_by_key(|member| member.user.id);
    let user = found.ok_or_else(|| Error::Refused(format!("There is no account {account} with an administrator.")))?.user;
    auth::enter(tx.conn, user, account).map(Administrator)
}

/// The number of the account's last conversation; 0 before the first.
pub fn last_number(tx: &mut Tx, account: AccountId) -> Result<u64> {
    let last: i64 = accounts::table.find(account).select(accounts::last_display_id).get_result(tx.conn)?;
    Ok(last.unsigned_abs())
}

/// Makes so many agents, each with a name and a number of their own. Nobody knows their password.
pub fn hire(tx: &mut Tx, by: &Administrator, names: &[String], password_hash: &str) -> Result<Vec<(UserId, String)>> {
    let present = users::members(tx.conn, by.account_id(), None)?.len();
    let mut hired = Vec::with_capacity(names.len());
    for (n, name) in names.iter().enumerate() {
        let email = format!("agent-{}-{}@example.com", by.account_id(), present + n);
        let user = users::create(tx, NewUser { name: name.clone(), email, password_hash: Some(password_hash.to_owned()) })?;
        users::add_member(tx, by.account_id(), user.id, Role::Agent, Some(by.user_id()))?;
        hired.push((user.id, name.clone()));
    }
    Ok(hired)
}

/// Makes an inbox in which these people answer.
pub fn open_inbox(tx: &mut Tx, by: &Administrator, said: Value, members: Vec<(UserId, String)>) -> Result<Desk> {
    let input: InboxInput = serde_json::from_value(said).map_err(Error::internal)?;
    let inbox: Inbox = inboxes::create(tx, by, input)?.inbox;
    let ids: Vec<UserId> = members.iter().map(|(id, _)| *id).collect();
    inboxes::set_members(tx, by, &inbox, &ids)?;
    Ok(Desk { inbox: inbox.id, members })
}

#[derive(Insertable)]
#[diesel(table_name = contacts, treat_none_as_default_value = false)]
struct NewContact<'a> {
    account_id: AccountId,
    name: &'a str,
    email: Option<&'a str>,
    phone_number: Option<&'a str>,
    identifier: Option<&'a str>,
    contact_type: ContactType,
    additional_attributes: Json<Map<String, Value>>,
    last_activity_at: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = contact_inboxes, treat_none_as_default_value = false)]
struct NewSession {
    contact_id: ContactId,
    inbox_id: InboxId,
    source_id: String,
    pubsub_token: String,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = conversations, treat_none_as_default_value = false)]
struct NewConversation {
    account_id: AccountId,
    inbox_id: InboxId,
    contact_id: ContactId,
    contact_inbox_id: ContactInboxId,
    display_id: i64,
    uuid: String,
    status: Status,
    priority: Option<Priority>,
    assignee_id: Option<UserId>,
    snoozed_until: Option<NaiveDateTime>,
    first_reply_created_at: Option<NaiveDateTime>,
    waiting_since: Option<NaiveDateTime>,
    last_activity_at: NaiveDateTime,
    agent_last_seen_at: Option<NaiveDateTime>,
    assignee_last_seen_at: Option<NaiveDateTime>,
    contact_last_seen_at: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
struct NewMessage<'a> {
    account_id: AccountId,
    inbox_id: InboxId,
    conversation_id: ConversationId,
    message_type: MessageType,
    content_type: ContentType,
    content: String,
    content_attributes: Json<Map<String, Value>>,
    private: bool,
    status: MessageStatus,
    sender_type: Option<SenderType>,
    sender_id: Option<i64>,
    created_at: &'a NaiveDateTime,
    updated_at: &'a NaiveDateTime,
}

/// Inserts rows, [`ROWS`] at a time, and gives the ids that they have, in the order of the rows: each statement gives out its
/// numbers one after the other, whatever the order in which it returns them.
macro_rules! insert {
    ($tx:expr, $table:ident, $id:ty, $rows:expr) => {{
        let mut ids: Vec<$id> = Vec::with_capacity($rows.len());
        for rows in $rows.chunks(ROWS) {
            let mut given: Vec<$id> = on_each!($tx.conn, c => diesel::insert_into($table::table).values(rows).returning($table::id).get_results(c))?;
            given.sort_unstable();
            ids.extend(given);
        }
        ids
    }};
}

/// Writes these conversations with their people and messages; `last` had the conversation before the first of them.
///
/// # Errors
/// The database's.
pub fn write(tx: &mut Tx, account: &Account, desks: &[Desk], talks: &[Talk], last: &mut Option<ContactId>) -> Result<()> {
    let contacts = write_people(tx, account, talks, last)?;
    let sessions = write_sessions(tx, desks, talks, &contacts)?;
    let talking: Vec<(&Talk, ContactId)> = talks.iter().zip(contacts).collect();
    let conversations = write_conversations(tx, account, desks, &talking, &sessions)?;
    let (mut rows, mut measured) = (Vec::new(), Vec::new());
    for ((talk, contact), conversation) in talking.into_iter().zip(conversations) {
        let desk = desk(desks, talk)?;
        let place = (account.id, desk.inbox, conversation);
        for line in &talk.lines {
            rows.push(message(place, line, contact, answering(desk, talk)?));
        }
        let user_id = Some(answering(desk, talk)?.0);
        for (name, from, to) in talk.lapses() {
            measured.push(NewReportingEvent::new((account.id, desk.inbox), conversation, Lapse { name, from, to, user_id }, 0));
        }
    }
    for rows in rows.chunks(ROWS) {
        on_each!(tx.conn, c => diesel::insert_into(messages::table).values(rows).execute(c))?;
    }
    for rows in measured.chunks(ROWS) {
        on_each!(tx.conn, c => diesel::insert_into(reporting_events::table).values(rows).execute(c))?;
    }
    Ok(())
}

fn desk<'a>(desks: &'a [Desk], talk: &Talk) -> Result<&'a Desk> {
    desks.get(talk.inbox).ok_or_else(|| Error::Internal("a conversation in no inbox".into()))
}

fn answering<'a>(desk: &'a Desk, talk: &Talk) -> Result<&'a (UserId, String)> {
    let place = talk.answering.checked_rem(desk.members.len());
    place.and_then(|place| desk.members.get(place)).ok_or_else(|| Error::Internal("an inbox without members".into()))
}

fn write_people(tx: &mut Tx, account: &Account, talks: &[Talk], last: &mut Option<ContactId>) -> Result<Vec<ContactId>> {
    let rows: Vec<NewContact> = talks.iter().filter_map(|talk| Some(contact(account.id, talk, talk.person.as_ref()?))).collect();
    let mut made = insert!(tx, contacts, ContactId, rows).into_iter();
    let mut people = Vec::with_capacity(talks.len());
    for talk in talks {
        if talk.person.is_some() {
            *last = made.next();
        }
        people.push(last.ok_or_else(|| Error::Internal("a conversation with nobody".into()))?);
    }
    Ok(people)
}

fn contact<'a>(account_id: AccountId, talk: &Talk, person: &'a Person) -> NewContact<'a> {
    let Person { name, email, phone_number, identifier, city, country, company } = person;
    let mut about = Map::new();
    about.insert("city".into(), json!(city));
    about.insert("country".into(), json!(country));
    about.extend(company.map(|company| ("company_name".to_owned(), json!(company))));
    let reachable = email.is_some() || phone_number.is_some();
    NewContact {
        account_id,
        name,
        email: email.as_deref(),
        phone_number: phone_number.as_deref(),
        identifier: identifier.as_deref(),
        contact_type: if reachable { ContactType::Lead } else { ContactType::Visitor },
        additional_attributes: Json(about),
        last_activity_at: talk.last_written(),
        created_at: talk.began,
        updated_at: talk.last_written().unwrap_or(talk.began),
    }
}

fn write_sessions(tx: &mut Tx, desks: &[Desk], talks: &[Talk], contacts: &[ContactId]) -> Result<Vec<ContactInboxId>> {
    let row = |(talk, contact_id): (&Talk, &ContactId)| {
        let (contact_id, inbox_id, began) = (*contact_id, desk(desks, talk)?.inbox, talk.began);
        Ok(NewSession { contact_id, inbox_id, source_id: random::uuid(), pubsub_token: random::token()?, created_at: began, updated_at: began })
    };
    let rows: Vec<NewSession> = talks.iter().zip(contacts).map(row).collect::<Result<_>>()?;
    Ok(insert!(tx, contact_inboxes, ContactInboxId, rows))
}

fn write_conversations(
    tx: &mut Tx,
    account: &Account,
    desks: &[Desk],
    talks: &[(&Talk, ContactId)],
    sessions: &[ContactInboxId],
) -> Result<Vec<ConversationId>> {
    let taken = diesel::update(accounts::table.find(account.id)).set(accounts::last_display_id.eq(accounts::last_display_id + talks.len() as i64));
    let last: i64 = taken.returning(accounts::last_display_id).get_result(tx.conn)?;
    let first = last - talks.len() as i64 + 1;
    let row = |(((talk, contact_id), session), display_id): ((&(&Talk, ContactId), &ContactInboxId), i64)| {
        let desk = desk(desks, talk)?;
        let assignee_id = if talk.assigned { Some(answering(desk, talk)?.0) } else { None };
        Ok(NewConversation {
            account_id: account.id,
            inbox_id: desk.inbox,
            contact_id: *contact_id,
            contact_inbox_id: *session,
            display_id,
            uuid: random::uuid(),
            status: talk.status,
            priority: talk.priority,
            assignee_id,
            snoozed_until: talk.snoozed_until,
            first_reply_created_at: talk.first_reply(),
            waiting_since: talk.waiting_since(),
            last_activity_at: talk.last_activity(),
            agent_last_seen_at: talk.agent_last_seen(),
            assignee_last_seen_at: talk.agent_last_seen().filter(|_| assignee_id.is_some()),
            contact_last_seen_at: talk.first_reply(),
            created_at: talk.began,
            updated_at: talk.last_activity(),
        })
    };
    let rows: Vec<NewConversation> = talks.iter().zip(sessions).zip(first..).map(row).collect::<Result<_>>()?;
    Ok(insert!(tx, conversations, ConversationId, rows))
}

fn message<'a>(place: (AccountId, InboxId, ConversationId), line: &'a Line, contact: ContactId, (agent, name): &(UserId, String)) -> NewMessage<'a> {
    let (account_id, inbox_id, conversation_id) = place;
    let (message_type, sender_type, sender_id) = match line.by {
        By::Contact => (MessageType::Incoming, Some(SenderType::Contact), Some(contact.0)),
        By::Agent => (MessageType::Outgoing, Some(SenderType::User), Some(agent.0)),
        By::Notice => (MessageType::Activity, None, None),
    };
    let content = match line.by {
        By::Notice => Language::English.ta("activity-status-resolved-by-user", &[("name", name.as_str().into())]),
        By::Contact | By::Agent => line.text.clone(),
    };
    NewMessage {
        account_id,
        inbox_id,
        conversation_id,
        message_type,
        content_type: ContentType::Text,
        content,
        content_attributes: Json::default(),
        private: line.private,
        status: MessageStatus::Sent,
        sender_type,
        sender_id,
        created_at: &line.at,
        updated_at: &line.at,
    }
}
