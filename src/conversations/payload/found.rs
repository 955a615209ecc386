//! What searches give: fewer fields than lists have, as front ends for agents read them.
use super::{SenderPush, sender_push};
use crate::{
    contacts::{self, Contact, ContactJson},
    conversations::{
        model::{ContentType, Conversation, Message},
        search,
        thread::{Said, Sender},
    },
    db::{
        DbConn,
        types::{AccountId, ContactId, ConversationId, DisplayId, InboxId, MessageId, UserId},
    },
    error::{Error, Result},
    help_centre::FoundArticle,
    inboxes::{self, Channel, Inbox, SlimInbox},
    users::{self, AgentJson, Member},
    web::json::seconds,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;

/// A message that a search has found.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FoundMessage")]
pub struct MessageFound<'a> {
    id: MessageId,
    content: Option<&'a str>,
    message_type: i16,
    content_type: ContentType,
    source_id: Option<&'a str>,
    inbox_id: InboxId,
    conversation_id: Option<DisplayId>,
    created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<SenderPush<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inbox: Option<SlimInbox<'a>>,
}

/// A conversation that a search has found, with its first message.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FoundConversation")]
pub struct ConversationFound<'a> {
    id: DisplayId,
    account_id: AccountId,
    uuid: &'a str,
    created_at: i64,
    message: Option<MessageFound<'a>>,
    contact: Option<ContactJson<'a>>,
    inbox: Option<SlimInbox<'a>>,
    agent: Option<AgentJson<'a>>,
}

/// A conversation with the messages in which a text was found.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ConversationSaying")]
pub struct ConversationSaying<'a> {
    id: DisplayId,
    uuid: &'a str,
    created_at: i64,
    contact: Named<'a, ContactId>,
    inbox: Option<SlimInbox<'a>>,
    messages: Vec<Saying<'a>>,
    account_id: AccountId,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Named<'a, Id> {
    id: Id,
    name: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Saying<'a> {
    content: Option<&'a str>,
    id: MessageId,
    sender_name: Option<&'a str>,
    message_type: i16,
    created_at: i64,
}

/// What was found; only what was looked for is there.
#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct Found {
    #[serde(skip_serializing_if = "Option::is_none")]
    conversations: Option<Vec<ConversationFound<'static>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contacts: Option<Vec<ContactJson<'static>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<MessageFound<'static>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    articles: Option<Vec<FoundArticle>>,
}

/// What is drawn around the things found, by id.
#[derive(Default)]
struct Around {
    contacts: HashMap<ContactId, Contact>,
    inboxes: HashMap<InboxId, (Inbox, Channel)>,
    members: HashMap<UserId, Member>,
}

/// Draws the messages that a search has found.
pub fn messages(conn: &mut DbConn, account: AccountId, found: Vec<Message>) -> Result<Vec<Value>> {
    let numbers: HashMap<ConversationId, DisplayId> =
        search::conversations_of(conn, &found)?.into_iter().map(|conversation| (conversation.id, conversation.display_id)).collect();
    let around = Around { inboxes: load_inboxes(conn, found.iter().map(|message| message.inbox_id))?, ..Around::default() };
    let said = super::said(conn, account, found)?;
    said.iter().map(|said| json(message(said, numbers.get(&said.message.conversation_id).copied(), &around))).collect()
}

/// Draws the conversations that a search has found by number or contact.
pub fn conversations(conn: &mut DbConn, account: AccountId, found: &[Conversation]) -> Result<Vec<Value>> {
    let around = load_around(conn, account, found)?;
    let ids: Vec<ConversationId> = found.iter().map(|conversation| conversation.id).collect();
    let first = search::first_messages(conn, &ids)?;
    let first: HashMap<ConversationId, Said> =
        super::said(conn, account, first)?.into_iter().map(|said| (said.message.conversation_id, said)).collect();
    let draw = |conversation: &Conversation| {
        json(ConversationFound {
            id: conversation.display_id,
            account_id: conversation.account_id,
            uuid: &conversation.uuid,
            created_at: seconds(conversation.created_at),
            message: first.get(&conversation.id).map(|said| message(said, Some(conversation.display_id), &around)),
            contact: around.contacts.get(&conversation.contact_id).map(|contact| contacts::draw(contact, None)),
            inbox: inbox(&around, conversation.inbox_id),
            agent: conversation.assignee_id.and_then(|id| around.members.get(&id)).map(users::agent),
        })
    };
    found.iter().map(draw).collect()
}

/// Draws conversations with the messages in which a text was found.
pub fn conversations_saying(conn: &mut DbConn, account: AccountId, found: &[Conversation], said: Vec<Message>) -> Result<Vec<Value>> {
    let around = load_around(conn, account, found)?;
    let said = super::said(conn, account, said)?;
    let draw = |conversation: &Conversation| {
        let own = said.iter().filter(|said| said.message.conversation_id == conversation.id);
        json(ConversationSaying {
            id: conversation.display_id,
            uuid: &conversation.uuid,
            created_at: seconds(conversation.created_at),
            contact: Named { id: conversation.contact_id, name: around.contacts.get(&conversation.contact_id).map(|contact| contact.name.as_str()) },
            inbox: inbox(&around, conversation.inbox_id),
            messages: own.map(one_saying).collect(),
            account_id: conversation.account_id,
        })
    };
    found.iter().map(draw).collect()
}

/// Draws the contacts that a search has found.
pub fn people(found: &[Contact]) -> Result<Vec<Value>> {
    found.iter().map(|contact| json(contacts::draw(contact, None))).collect()
}

/// Draws the articles that a search has found.
pub fn articles(found: &[FoundArticle]) -> Result<Vec<Value>> {
    found.iter().map(json).collect()
}

fn one_saying(said: &Said) -> Saying<'_> {
    let message = &said.message;
    let sender_name = said.sender.as_ref().map(Sender::name);
    let content = message.content.as_deref();
    Saying { content, id: message.id, sender_name, message_type: message.message_type.number(), created_at: seconds(message.created_at) }
}

fn message<'a>(said: &'a Said, conversation_id: Option<DisplayId>, around: &'a Around) -> MessageFound<'a> {
    let message = &said.message;
    MessageFound {
        id: message.id,
        content: message.content.as_deref(),
        message_type: message.message_type.number(),
        content_type: message.content_type,
        source_id: message.source_id.as_deref(),
        inbox_id: message.inbox_id,
        conversation_id,
        created_at: seconds(message.created_at),
        sender: said.sender.as_ref().map(|sender| sender_push(sender, None)),
        inbox: inbox(around, message.inbox_id),
    }
}

fn inbox(around: &Around, id: InboxId) -> Option<SlimInbox<'_>> {
    around.inboxes.get(&id).map(|(inbox, channel)| inboxes::slim(inbox, channel))
}

fn load_around(conn: &mut DbConn, account: AccountId, found: &[Conversation]) -> Result<Around> {
    let ids: Vec<ContactId> = found.iter().map(|conversation| conversation.contact_id).collect();
    let assignees: Vec<UserId> = found.iter().filter_map(|conversation| conversation.assignee_id).collect();
    Ok(Around {
        contacts: contacts::by_ids(conn, account, &ids)?.into_iter().map(|contact| (contact.id, contact)).collect(),
        inboxes: load_inboxes(conn, found.iter().map(|conversation| conversation.inbox_id))?,
        members: users::members(conn, account, Some(&assignees))?.into_iter().map(|member| (member.user.id, member)).collect(),
    })
}

fn load_inboxes(conn: &mut DbConn, ids: impl Iterator<Item = InboxId>) -> Result<HashMap<InboxId, (Inbox, Channel)>> {
    let mut ids: Vec<InboxId> = ids.collect();
    ids.sort();
    ids.dedup();
    Ok(inboxes::by_ids(conn, &ids)?.into_iter().map(|(inbox, channel)| (inbox.id, (inbox, channel))).collect())
}

fn json(drawn: impl Serialize) -> Result<Value> {
    serde_json::to_value(drawn).map_err(Error::internal)
}
