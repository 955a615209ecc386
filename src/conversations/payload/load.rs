//! The batched load of what is drawn: a fixed number of statements, however many conversations there are.
use crate::{
    bots::{self, AgentBot},
    contacts::{self, Contact, ContactInbox},
    conversations::{
        model::{Attachment, Conversation, Message, MessageType, SenderType},
        queries,
        thread::{Said, Sender},
    },
    db::{
        DbConn,
        dialect::Columns,
        schema::{conversations, messages},
        types::{AccountId, AgentBotId, ContactId, ContactInboxId, ConversationId, MessageId, TeamId, UserId},
    },
    error::Result,
    inboxes::{self, Channel, Inbox},
    teams::{self, Team},
    users::{self, Member, User},
};
use diesel::{dsl::sql, prelude::*, sql_types::BigInt};
use std::{collections::HashMap, sync::Arc};

/// Finds the author of each message, and its files.
pub fn said(conn: &mut DbConn, account: AccountId, messages: Vec<Message>) -> Result<Vec<Said>> {
    said_beside(conn, account, messages, &[]).map(|(said, _)| said)
}

/// The same, and bots that are needed besides: they are read together with those who have written.
fn said_beside(conn: &mut DbConn, account: AccountId, messages: Vec<Message>, besides: &[AgentBotId]) -> Result<(Vec<Said>, Bots)> {
    let ids = |kind: SenderType| {
        let mut ids: Vec<i64> = messages.iter().filter(|message| message.sender_type == Some(kind)).filter_map(|message| message.sender_id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let user_ids: Vec<UserId> = ids(SenderType::User).into_iter().map(UserId).collect();
    let contact_ids: Vec<ContactId> = ids(SenderType::Contact).into_iter().map(ContactId).collect();
    let users: HashMap<i64, User> = users::by_ids(conn, &user_ids)?.into_iter().map(|user| (user.id.0, user)).collect();
    let contacts: HashMap<i64, Contact> = contacts::by_ids(conn, account, &contact_ids)?.into_iter().map(|contact| (contact.id.0, contact)).collect();
    let mut bot_ids: Vec<AgentBotId> = ids(SenderType::AgentBot).into_iter().map(AgentBotId).chain(besides.iter().copied()).collect();
    bot_ids.sort();
    bot_ids.dedup();
    let bots: Bots = bots::by_ids(conn, &bot_ids)?.into_iter().map(|bot| (bot.id, bot)).collect();
    let message_ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
    let mut attachments: HashMap<MessageId, Vec<Attachment>> = HashMap::new();
    for attachment in queries::attachments(conn, &message_ids)? {
        attachments.entry(attachment.message_id).or_default().push(attachment);
    }
    let sender = |message: &Message| match (message.sender_type?, message.sender_id?) {
        (SenderType::User, id) => users.get(&id).map(|user| Sender::User(Box::new(user.clone()))),
        (SenderType::AgentBot, id) => bots.get(&AgentBotId(id)).map(|bot| Sender::Bot(Box::new(bot.clone()))),
        (SenderType::Contact, id) => contacts.get(&id).map(|contact| Sender::Contact(Box::new(contact.clone()))),
    };
    let one = |message: Message| Said { sender: sender(&message), attachments: attachments.remove(&message.id).unwrap_or_default(), message };
    Ok((messages.into_iter().map(one).collect(), bots))
}

/// Bots by their ids.
type Bots = HashMap<AgentBotId, AgentBot>;

/// A conversation and all that the API draws with it.
#[derive(Debug)]
pub struct Loaded {
    /// The conversation.
    pub conversation: Conversation,
    /// With whom.
    pub contact: Contact,
    /// In which session of theirs.
    pub contact_inbox: ContactInbox,
    /// Where; many are in one.
    pub inbox: Arc<Inbox>,
    /// Who is to answer.
    pub assignee: Option<Member>,
    /// The bot that is to answer.
    pub assignee_bot: Option<AgentBot>,
    /// Which team is to answer, and first whether whoever looks is in it.
    pub team: Option<(bool, Team)>,
    /// How many of the contact's messages no agent has seen, at most 10.
    pub unread: i64,
    /// Whether an agent may still answer.
    pub can_reply: bool,
    /// The newest message of any kind.
    pub last: Option<Said>,
    /// The newest message that is no notice.
    pub last_non_activity: Option<Said>,
    /// The members among those who have written or are to answer, in all that was loaded at once: it is seen whether they are there.
    pub colleagues: Arc<[Member]>,
}

/// Loads what is drawn with these conversations, for a user or for nobody in particular, in their order.
pub fn load(conn: &mut DbConn, account: AccountId, seen_by: Option<UserId>, of: Vec<Conversation>) -> Result<Vec<Loaded>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let mut contact_ids: Vec<ContactId> = of.iter().map(|c| c.contact_id).collect();
    contact_ids.sort();
    contact_ids.dedup();
    let contacts: HashMap<_, _> = contacts::by_ids(conn, account, &contact_ids)?.into_iter().map(|contact| (contact.id, contact)).collect();
    let session_ids: Vec<ContactInboxId> = of.iter().map(|c| c.contact_inbox_id).collect();
    let sessions: HashMap<_, _> = contacts::sessions_by_ids(conn, account, &session_ids)?.into_iter().map(|session| (session.id, session)).collect();
    let mut inbox_ids: Vec<_> = of.iter().map(|c| c.inbox_id).collect();
    inbox_ids.sort();
    inbox_ids.dedup();
    let inboxes: HashMap<_, _> =
        inboxes::by_ids(conn, &inbox_ids)?.into_iter().map(|(inbox, channel)| (inbox.id, (Arc::new(inbox), channel))).collect();
    let teams = teams_of(conn, account, seen_by, &of)?;
    let unread = unread(conn, &of)?;
    let (mut newest, bots) = newest(conn, account, &of)?;
    let authors = newest.values().flat_map(|(last, spoken, _)| [last, spoken]).flatten().filter_map(Said::author);
    let mut colleague_ids: Vec<UserId> = of.iter().filter_map(|c| c.assignee_id).chain(authors).collect();
    colleague_ids.sort();
    colleague_ids.dedup();
    let colleagues: Arc<[Member]> = users::members(conn, account, Some(&colleague_ids))?.into();
    let one = |conversation: Conversation| {
        let (inbox, channel) = inboxes.get(&conversation.inbox_id)?;
        let session = sessions.get(&conversation.contact_inbox_id)?;
        let (last, last_non_activity, last_incoming) = newest.remove(&conversation.id).unwrap_or_default();
        let window = match channel {
            Channel::Api(api) => &api.additional_attributes.0,
            Channel::WebWidget(_) => &serde_json::Map::new(),
        };
        Some(Loaded {
            contact: contacts.get(&conversation.contact_id)?.clone(),
            contact_inbox: session.clone(),
            inbox: inbox.clone(),
            assignee: conversation.assignee_id.and_then(|id| colleagues.iter().find(|member| member.user.id == id).cloned()),
            assignee_bot: conversation.assignee_agent_bot_id.and_then(|id| bots.get(&id).cloned()),
            team: conversation.team_id.and_then(|id| teams.get(&id).cloned()),
            unread: unread.get(&conversation.id).copied().unwrap_or_default(),
            can_reply: inboxes::within_reply_window(window, last_incoming, crate::db::types::now()),
            last,
            last_non_activity,
            colleagues: colleagues.clone(),
            conversation,
        })
    };
    Ok(of.into_iter().filter_map(one).collect())
}

/// The teams of these conversations, and whether whoever looks is in them.
fn teams_of(conn: &mut DbConn, account: AccountId, seen_by: Option<UserId>, of: &[Conversation]) -> Result<HashMap<TeamId, (bool, Team)>> {
    let mut ids: Vec<TeamId> = of.iter().filter_map(|c| c.team_id).collect();
    ids.sort();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let own = seen_by.map(|user| teams::of_member(conn, account, user)).transpose()?.unwrap_or_default();
    let found = teams::by_ids(conn, account, &ids)?;
    Ok(found.into_iter().map(|team| (team.id, (own.contains(&team.id), team))).collect())
}

/// As many of a conversation's messages as are counted: in the words of the index that holds what contacts write.
const UNSEEN: &str = "(SELECT count(*) FROM (SELECT 1 FROM messages AS m WHERE m.conversation_id = conversations.id AND m.message_type = 0 \
                      AND m.created_at > COALESCE(conversations.agent_last_seen_at, '1970-01-01') LIMIT 10) AS unseen)";

/// How many of its contact's messages no agent has seen, at most 10, of each of these conversations.
pub fn unread(conn: &mut DbConn, of: &[Conversation]) -> Result<HashMap<ConversationId, i64>> {
    let ids: Vec<ConversationId> = of.iter().map(|c| c.id).collect();
    let counts = conversations::table.filter(conversations::id.eq_any(ids)).select((conversations::id, sql::<BigInt>(UNSEEN)));
    Ok(counts.load::<(ConversationId, i64)>(conn)?.into_iter().collect())
}

/// The newest message of any kind, the newest that is no notice, and the time of the newest incoming one.
type Newest = (Option<Said>, Option<Said>, Option<chrono::NaiveDateTime>);

/// These of each conversation, and the bots that are to answer.
fn newest(conn: &mut DbConn, account: AccountId, of: &[Conversation]) -> Result<(HashMap<ConversationId, Newest>, Bots)> {
    let ids: Vec<ConversationId> = of.iter().map(|c| c.id).collect();
    let newest = || messages::table.filter(messages::conversation_id.eq(conversations::id)).order_by(messages::id.desc()).limit(1);
    type Ids = (ConversationId, Option<MessageId>, Option<MessageId>, Option<chrono::NaiveDateTime>);
    let found: Vec<Ids> = conversations::table
        .filter(conversations::id.eq_any(ids))
        .select((
            conversations::id,
            newest().select(messages::id).single_value(),
            newest().filter(messages::message_type.ne(MessageType::Activity)).select(messages::id).single_value(),
            newest().filter(queries::incoming()).select(messages::created_at).single_value(),
        ))
        .load(conn)?;
    let mut wanted: Vec<MessageId> = found.iter().flat_map(|(_, last, spoken, _)| [*last, *spoken]).flatten().collect();
    wanted.sort();
    wanted.dedup();
    let rows: Vec<Message> = messages::table.filter(messages::id.eq_any(wanted)).select(Message::columns()).load(conn)?;
    let answering: Vec<AgentBotId> = of.iter().filter_map(|c| c.assignee_agent_bot_id).collect();
    let (said, bots) = said_beside(conn, account, rows, &answering)?;
    let said: HashMap<MessageId, Said> = said.into_iter().map(|said| (said.message.id, said)).collect();
    let get = |id: Option<MessageId>| id.and_then(|id| said.get(&id).cloned());
    Ok((found.into_iter().map(|(id, last, spoken, incoming)| (id, (get(last), get(spoken), incoming))).collect(), bots))
}

/// The newest message of each conversation that its visitor may see.
pub fn last_public(conn: &mut DbConn, account: AccountId, of: &[ConversationId]) -> Result<HashMap<ConversationId, Said>> {
    let public = messages::private.eq(false).and(messages::message_type.ne(MessageType::Activity));
    let newest = messages::table.filter(messages::conversation_id.eq(conversations::id).and(public)).order_by(messages::id.desc()).limit(1);
    let query = conversations::table.filter(conversations::id.eq_any(of)).select(newest.select(messages::id).single_value());
    let ids: Vec<MessageId> = query.load::<Option<MessageId>>(conn)?.into_iter().flatten().collect();
    let rows = queries::messages_of(conn, account, &ids)?;
    Ok(said(conn, account, rows)?.into_iter().map(|said| (said.message.conversation_id, said)).collect())
}
