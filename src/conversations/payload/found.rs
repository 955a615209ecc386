//! What searches give, as front ends for agents read it: messages whole, conversations with fewer fields than lists have.
use super::MessageJson;
use crate::{
    contacts::{self, Contact, ContactJson},
    conversations::{
        model::{Conversation, Message},
        search,
        thread::{Said, Sender},
    },
    db::{
        DbConn,
        types::{AccountId, ContactId, ConversationId, DisplayId, InboxId, MessageId, UserId},
    },
    error::{Error, Result},
    files::Links,
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
    #[serde(flatten)]
    message: MessageJson<'a>,
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
    members: Vec<Member>,
}

/// Draws the messages that a search has found.
pub fn messages(conn: &mut DbConn, account: AccountId, found: Vec<Message>, links: &Links) -> Result<Vec<Value>> {
    let numbers: HashMap<ConversationId, DisplayId> =
        search::conversations_of(conn, &found)?.into_iter().map(|conversation| (conversation.id, conversation.display_id)).collect();
    let inboxes = load_inboxes(conn, found.iter().map(|message| message.inbox_id))?;
    let said = super::said(conn, account, found)?;
    let members = load_members(conn, account, said.iter().filter_map(Said::author))?;
    let around = Around { inboxes, members, ..Around::default() };
    let draw = |said: &Said| Some(json(message(said, *numbers.get(&said.message.conversation_id)?, &around, links)));
    said.iter().filter_map(draw).collect()
}

/// Draws the conversations that a search has found by number or contact.
pub fn conversations(conn: &mut DbConn, account: AccountId, found: &[Conversation], links: &Links) -> Result<Vec<Value>> {
    let ids: Vec<ConversationId> = found.iter().map(|conversation| conversation.id).collect();
    let first = search::first_messages(conn, &ids)?;
    let first = super::said(conn, account, first)?;
    let around = load_around(conn, account, found, &first)?;
    let first: HashMap<ConversationId, &Said> = first.iter().map(|said| (said.message.conversation_id, said)).collect();
    let draw = |conversation: &Conversation| {
        json(ConversationFound {
            id: conversation.display_id,
            account_id: conversation.account_id,
            uuid: &conversation.uuid,
            created_at: seconds(conversation.created_at),
            message: first.get(&conversation.id).map(|said| message(said, conversation.display_id, &around, links)),
            contact: around.contacts.get(&conversation.contact_id).map(|contact| contacts::draw(contact, None)),
            inbox: inbox(&around, conversation.inbox_id),
            agent: conversation.assignee_id.and_then(|id| around.members.iter().find(|member| member.user.id == id)).map(users::agent),
        })
    };
    found.iter().map(draw).collect()
}

/// Draws conversations with the messages in which a text was found.
pub fn conversations_saying(conn: &mut DbConn, account: AccountId, found: &[Conversation], said: Vec<Message>) -> Result<Vec<Value>> {
    let around = load_around(conn, account, found, &[])?;
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

fn message<'a>(said: &'a Said, conversation: DisplayId, around: &'a Around, links: &Links) -> MessageFound<'a> {
    MessageFound { message: super::message(said, conversation, None, &around.members, links), inbox: inbox(around, said.message.inbox_id) }
}

fn inbox(around: &Around, id: InboxId) -> Option<SlimInbox<'_>> {
    around.inboxes.get(&id).map(|(inbox, channel)| inboxes::slim(inbox, channel))
}

/// What is around these conversations, and around what is drawn of what was said in them.
fn load_around(conn: &mut DbConn, account: AccountId, found: &[Conversation], said: &[Said]) -> Result<Around> {
    let ids: Vec<ContactId> = found.iter().map(|conversation| conversation.contact_id).collect();
    let members = found.iter().filter_map(|conversation| conversation.assignee_id).chain(said.iter().filter_map(Said::author));
    Ok(Around {
        contacts: contacts::by_ids(conn, account, &ids)?.into_iter().map(|contact| (contact.id, contact)).collect(),
        inboxes: load_inboxes(conn, found.iter().map(|conversation| conversation.inbox_id))?,
        members: load_members(conn, account, members)?,
    })
}

fn load_members(conn: &mut DbConn, account: AccountId, ids: impl Iterator<Item = UserId>) -> Result<Vec<Member>> {
    let mut ids: Vec<UserId> = ids.collect();
    ids.sort();
    ids.dedup();
    users::members(conn, account, Some(&ids))
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
