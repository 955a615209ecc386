//! What a step of a report is made of, one by one. Facts tell which conversations it was and when, so that no index by time is needed.
use super::{Filter, each};
use crate::{
    bots,
    conversations::{MessageType, SenderType, Status},
    db::{
        DbConn,
        schema::{contacts, conversations, inboxes, messages, users},
        types::{AccountId, AgentBotId, ContactId, DisplayId, InboxId, MessageId, UserId},
    },
    error::Result,
    reports::{
        model::{Fact, Kind},
        period::Period,
    },
};
use chrono::{DateTime, NaiveDateTime};
use diesel::prelude::*;
use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

/// Some facts, and how many there are.
#[derive(Debug)]
pub struct Drilled {
    /// Each with the number of those before it that look the same.
    pub facts: Vec<(Fact, usize)>,
    /// How many there are on all pages.
    pub total: i64,
    /// In how many conversations.
    pub conversations: i64,
}

/// A conversation, as a report names it.
#[derive(Debug, Clone)]
pub struct Talk {
    /// Its row.
    pub id: i64,
    /// Its number.
    pub display_id: DisplayId,
    /// Who talks.
    pub contact: (ContactId, String),
    /// Where.
    pub inbox: (InboxId, String),
    /// Who is to answer.
    pub assignee: Option<(UserId, String)>,
    /// How it stands.
    pub status: Status,
    /// When it began.
    pub created_at: NaiveDateTime,
    /// When something last happened in it.
    pub last_activity_at: NaiveDateTime,
    /// What was last said in it.
    pub last_message: Option<MessageId>,
}

/// A message, as a report names it.
#[derive(Debug, Clone)]
pub struct Spoken {
    /// Its id.
    pub id: MessageId,
    /// What it says.
    pub content: Option<String>,
    /// What it is.
    pub message_type: MessageType,
    /// Who has written it.
    pub sender: Option<String>,
    /// When.
    pub created_at: NaiveDateTime,
}

/// What some facts are about.
#[derive(Debug, Default)]
pub struct Things {
    /// Conversations, by their rows.
    pub talks: HashMap<i64, Talk>,
    /// Messages.
    pub spoken: HashMap<MessageId, Spoken>,
    /// The message of each fact that tells of one, by its place.
    pub of_facts: HashMap<usize, MessageId>,
}

/// The facts of a kind in a period, the newest first: so many after so many.
pub fn drilled(
    conn: &mut DbConn,
    account: AccountId,
    filter: &Filter,
    (kind, period): (Kind, Period),
    (offset, most): (i64, i64),
) -> Result<Drilled> {
    let mut all: Vec<Fact> = Vec::new();
    each(conn, account, period, |fact| {
        if fact.kind == kind && filter.fits(fact) {
            all.push(*fact);
        }
    })?;
    all.sort_by_key(|fact| Reverse((fact.at, fact.conversation, fact.user, fact.value)));
    let mut talks: HashSet<i64> = HashSet::new();
    if matches!(kind, Kind::BotResolved | Kind::BotHandoff) {
        all.retain(|fact| talks.insert(fact.conversation));
    } else {
        talks.extend(all.iter().map(|fact| fact.conversation));
    }
    let (total, offset) = (all.len() as i64, offset as usize);
    let before = |place: usize, fact: &Fact| all.iter().take(place).rev().take_while(|other| *other == fact).count();
    let page = all.iter().enumerate().skip(offset).take(most as usize);
    let facts = page.map(|(place, fact)| (*fact, before(place, fact))).collect();
    Ok(Drilled { facts, total, conversations: talks.len() as i64 })
}

/// What they are about.
pub fn things(conn: &mut DbConn, account: AccountId, facts: &[(Fact, usize)]) -> Result<Things> {
    let talks = talks(conn, account, facts)?;
    let of_facts = messages_of(conn, facts)?;
    let last = talks.values().filter_map(|talk| talk.last_message);
    let ids: HashSet<MessageId> = of_facts.values().copied().chain(last).collect();
    Ok(Things { spoken: spoken(conn, ids.into_iter().collect())?, talks, of_facts })
}

type Row = (i64, DisplayId, ContactId, InboxId, Option<UserId>, Status, NaiveDateTime, NaiveDateTime, Option<MessageId>);

fn talks(conn: &mut DbConn, account: AccountId, facts: &[(Fact, usize)]) -> Result<HashMap<i64, Talk>> {
    let ids: HashSet<i64> = facts.iter().map(|(fact, _)| fact.conversation).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let newest = messages::table.filter(messages::conversation_id.eq(conversations::id).and(messages::message_type.ne(MessageType::Activity)));
    let columns = (
        conversations::id,
        conversations::display_id,
        conversations::contact_id,
        conversations::inbox_id,
        conversations::assignee_id,
        conversations::status,
        conversations::created_at,
        conversations::last_activity_at,
        newest.order_by(messages::id.desc()).limit(1).select(messages::id).single_value(),
    );
    let query = conversations::table.filter(conversations::account_id.eq(account).and(conversations::id.eq_any(ids)));
    let rows: Vec<Row> = query.select(columns).load(conn)?;
    let contact_ids: Vec<ContactId> = rows.iter().map(|row| row.2).collect();
    let inbox_ids: Vec<InboxId> = rows.iter().map(|row| row.3).collect();
    let people: Vec<(ContactId, String)> =
        contacts::table.filter(contacts::id.eq_any(contact_ids)).select((contacts::id, contacts::name)).load(conn)?;
    let places: Vec<(InboxId, String)> = inboxes::table.filter(inboxes::id.eq_any(inbox_ids)).select((inboxes::id, inboxes::name)).load(conn)?;
    let agents = users_named(conn, rows.iter().filter_map(|row| row.4).collect())?;
    let (people, places): (HashMap<_, _>, HashMap<_, _>) = (people.into_iter().collect(), places.into_iter().collect());
    let talk = |(id, display_id, contact, inbox, assignee, status, created_at, last_activity_at, last_message): Row| Talk {
        id,
        display_id,
        contact: (contact, people.get(&contact).cloned().unwrap_or_default()),
        inbox: (inbox, places.get(&inbox).cloned().unwrap_or_default()),
        assignee: assignee.map(|user| (user, agents.get(&user).cloned().unwrap_or_default())),
        status,
        created_at,
        last_activity_at,
        last_message,
    };
    Ok(rows.into_iter().map(|row| (row.0, talk(row))).collect())
}

fn users_named(conn: &mut DbConn, ids: Vec<UserId>) -> Result<HashMap<UserId, String>> {
    let found: Vec<(UserId, String)> = users::table.filter(users::id.eq_any(ids)).select((users::id, users::name)).load(conn)?;
    Ok(found.into_iter().collect())
}

type Found = (MessageId, i64, Option<SenderType>, Option<i64>, bool, NaiveDateTime);

/// Which message a fact tells of: the one itself, or the answer that somebody waited for.
fn messages_of(conn: &mut DbConn, facts: &[(Fact, usize)]) -> Result<HashMap<usize, MessageId>> {
    let (wanted, is_answer) = match facts.first().map(|(fact, _)| fact.kind) {
        Some(Kind::Incoming) => (MessageType::Incoming, false),
        Some(Kind::Outgoing) => (MessageType::Outgoing, false),
        Some(Kind::FirstResponse | Kind::ReplyTime) => (MessageType::Outgoing, true),
        _ => return Ok(HashMap::new()),
    };
    let ids: HashSet<i64> = facts.iter().map(|(fact, _)| fact.conversation).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let (first, last) = facts.iter().fold((i64::MAX, 0_i64), |(first, last), (fact, _)| (first.min(fact.at), last.max(fact.at)));
    let time = |at| DateTime::from_timestamp(at, 0).unwrap_or_default().naive_utc();
    let columns = (messages::id, messages::conversation_id, messages::sender_type, messages::sender_id, messages::private, messages::created_at);
    let query = messages::table
        .filter(messages::conversation_id.eq_any(ids).and(messages::message_type.eq(wanted)))
        .filter(messages::created_at.ge(time(first)).and(messages::created_at.lt(time(last + 1))))
        .order_by(messages::id)
        .select(columns);
    let found: Vec<Found> = query.load(conn)?;
    let mut at: HashMap<(i64, i64, i64), Vec<MessageId>> = HashMap::new();
    for (id, conversation, sender_type, sender, private, created_at) in found {
        if !(is_answer && private) {
            let user = sender.filter(|_| sender_type == Some(SenderType::User)).unwrap_or_default();
            at.entry((conversation, created_at.and_utc().timestamp(), user)).or_default().push(id);
        }
    }
    let of_fact = |(place, (fact, before)): (usize, &(Fact, usize))| {
        let said = at.get(&(fact.conversation, fact.at, fact.user))?;
        // of those of one second the first is the answer; listed they are the newest first
        let id = if is_answer { said.get(*before) } else { said.iter().rev().nth(*before) };
        id.map(|id| (place, *id))
    };
    Ok(facts.iter().enumerate().filter_map(of_fact).collect())
}

type Written = (MessageId, Option<String>, MessageType, Option<SenderType>, Option<i64>, NaiveDateTime);

fn spoken(conn: &mut DbConn, ids: Vec<MessageId>) -> Result<HashMap<MessageId, Spoken>> {
    let columns = (messages::id, messages::content, messages::message_type, messages::sender_type, messages::sender_id, messages::created_at);
    let rows: Vec<Written> = messages::table.filter(messages::id.eq_any(ids)).select(columns).load(conn)?;
    let senders = |of: SenderType| rows.iter().filter(move |row| row.3 == Some(of)).filter_map(|row| row.4);
    let agents = users_named(conn, senders(SenderType::User).map(UserId).collect())?;
    let people: Vec<ContactId> = senders(SenderType::Contact).map(ContactId).collect();
    let people: Vec<(ContactId, String)> = contacts::table.filter(contacts::id.eq_any(people)).select((contacts::id, contacts::name)).load(conn)?;
    let people: HashMap<ContactId, String> = people.into_iter().collect();
    let programs: Vec<AgentBotId> = senders(SenderType::AgentBot).map(AgentBotId).collect();
    let programs: HashMap<AgentBotId, String> = bots::by_ids(conn, &programs)?.into_iter().map(|bot| (bot.id, bot.name)).collect();
    let sender = |sender_type: Option<SenderType>, id: Option<i64>| match (sender_type?, id?) {
        (SenderType::User, id) => agents.get(&UserId(id)).cloned(),
        (SenderType::Contact, id) => people.get(&ContactId(id)).cloned(),
        (SenderType::AgentBot, id) => programs.get(&AgentBotId(id)).cloned(),
    };
    let one = |(id, content, message_type, sender_type, sender_id, created_at): &Written| Spoken {
        id: *id,
        content: content.clone(),
        message_type: *message_type,
        sender: sender(*sender_type, *sender_id),
        created_at: *created_at,
    };
    Ok(rows.iter().map(|row| (row.0, one(row))).collect())
}
