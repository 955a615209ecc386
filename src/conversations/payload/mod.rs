//! How conversations and messages look in JSON. One view holds all that is drawn; the API, webhooks and sockets draw from
//! it and cannot drift apart.
pub mod answers;
mod assignee;
mod attachment;
pub mod found;
mod load;
mod message;
mod public;
mod rest;
mod widget;

pub use assignee::{AssigneePush, assignee};
pub use attachment::{AttachmentJson, ContactAttachment, ListedAttachment, draw as draw_attachments, listed as listed_attachment};
pub use load::{Loaded, last_public, load, said, unread};
pub use message::{MessageJson, availability, message};
pub use public::{PublicMessage, public_message, public_sender};
pub use rest::{ConversationJson, conversation};
pub(super) use widget::WidgetEvent;

use super::{
    model::{ContentType, Conversation, Message, MessageType, SenderType},
    thread::{Said, Sender, Thread},
};
use crate::{
    accounts::Account,
    bots::{self, AgentBot, BotPush, BotWebhook},
    contacts::{self, Contact, ContactInbox, ContactPush, ContactWebhook},
    db::types::{AccountId, DisplayId, InboxId, MessageId, UserId},
    events::Changes,
    files::Links,
    inboxes::{ChannelType, Inbox},
    teams::{self, Team, TeamPush},
    users::{self, Availability, Member, TokenOwner, User, UserPush, UserWebhook},
    web::json::{Iso, Named, fraction, seconds, seconds_or_zero},
};
use message::author_push;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// An author inside messages.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "NestedSender")]
pub enum SenderPush<'a> {
    /// An agent.
    User(UserPush<'a>),
    /// The contact.
    Contact(ContactPush<'a>),
    /// A bot.
    Bot(BotPush<'a>),
}

fn sender_push(sender: &Sender, seen_as: Option<Availability>) -> SenderPush<'_> {
    match sender {
        Sender::User(user) => SenderPush::User(users::push(user, seen_as)),
        Sender::Contact(contact) => SenderPush::Contact(contacts::push(contact)),
        Sender::Bot(bot) => SenderPush::Bot(bots::push(bot)),
    }
}

/// A message inside conversations, in webhooks and sockets: whole seconds and numbers where the top level has texts.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NestedMessage")]
pub struct MessagePush<'a> {
    id: MessageId,
    content: Option<&'a str>,
    account_id: AccountId,
    inbox_id: InboxId,
    conversation_id: DisplayId,
    message_type: i16,
    created_at: i64,
    updated_at: Iso,
    private: bool,
    status: super::model::MessageStatus,
    source_id: Option<&'a str>,
    content_type: super::model::ContentType,
    content_attributes: &'a Map<String, Value>,
    sender_type: Option<SenderType>,
    sender_id: Option<i64>,
    external_source_ids: Empty,
    additional_attributes: &'a Map<String, Value>,
    processed_message_content: Option<&'a str>,
    sentiment: Empty,
    conversation: Context<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<AttachmentJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<SenderPush<'a>>,
}

/// `{}`.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Empty {}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Context<'a> {
    assignee_id: Option<UserId>,
    unread_count: i64,
    last_activity_at: i64,
    contact_inbox: Source<'a>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Source<'a> {
    source_id: &'a str,
}

/// Draws a message inside a conversation, for nobody in particular, who could see somebody online.
pub fn message_push<'a>(said: &'a Said, conversation: &'a Conversation, source_id: &'a str, unread: i64, links: &Links) -> MessagePush<'a> {
    message_push_among(said, conversation, source_id, unread, None, links)
}

/// The same for those who see whether its author is there, who may be one of these colleagues.
pub fn message_push_among<'a>(
    said: &'a Said,
    conversation: &'a Conversation,
    source_id: &'a str,
    unread: i64,
    colleagues: Option<&[Member]>,
    links: &Links,
) -> MessagePush<'a> {
    let message = &said.message;
    MessagePush {
        id: message.id,
        content: message.content.as_deref(),
        account_id: message.account_id,
        inbox_id: message.inbox_id,
        conversation_id: conversation.display_id,
        message_type: message.message_type.number(),
        created_at: seconds(message.created_at),
        updated_at: Iso(message.updated_at),
        private: message.private,
        status: message.status,
        source_id: message.source_id.as_deref(),
        content_type: message.content_type,
        content_attributes: &message.content_attributes.0,
        sender_type: message.sender_type,
        sender_id: message.sender_id,
        external_source_ids: Empty {},
        additional_attributes: &message.additional_attributes.0,
        processed_message_content: message.content.as_deref(),
        sentiment: Empty {},
        conversation: Context {
            assignee_id: conversation.assignee_id,
            unread_count: unread,
            last_activity_at: seconds(conversation.last_activity_at),
            contact_inbox: Source { source_id },
        },
        attachments: draw_attachments(&said.attachments, links),
        sender: said.sender.as_ref().map(|sender| match colleagues {
            Some(colleagues) => author_push(sender, colleagues),
            None => sender_push(sender, None),
        }),
    }
}

/// A conversation in webhooks and sockets.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Conversation")]
pub struct ConversationPush<'a> {
    additional_attributes: &'a Map<String, Value>,
    can_reply: bool,
    channel: crate::inboxes::ChannelType,
    contact_inbox: contacts::ContactInboxJson<'a>,
    id: DisplayId,
    inbox_id: InboxId,
    messages: Vec<MessagePush<'a>>,
    labels: &'a [String],
    meta: Meta<'a>,
    status: super::model::Status,
    custom_attributes: &'a Map<String, Value>,
    snoozed_until: Option<Iso>,
    unread_count: i64,
    first_reply_created_at: Option<Iso>,
    priority: Option<super::model::Priority>,
    waiting_since: i64,
    agent_last_seen_at: i64,
    contact_last_seen_at: i64,
    last_activity_at: i64,
    timestamp: i64,
    created_at: i64,
    updated_at: f64,
    account: Named<'a, AccountId>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Meta<'a> {
    sender: ContactPush<'a>,
    assignee: Option<AssigneePush<'a>>,
    assignee_type: Option<TokenOwner>,
    team: Option<TeamPush<'a>>,
    hmac_verified: bool,
}

/// What is drawn of a conversation, wherever it was loaded.
#[derive(Debug, Clone, Copy)]
struct View<'a> {
    conversation: &'a Conversation,
    contact: &'a Contact,
    contact_inbox: &'a ContactInbox,
    inbox: &'a Inbox,
    account: &'a Account,
    assignee: Option<&'a User>,
    assignee_bot: Option<&'a AgentBot>,
    team: Option<&'a Team>,
    unread: i64,
    can_reply: bool,
    last_public: Option<&'a Said>,
    /// Those who are seen online or not; without them it is drawn for nobody in particular.
    colleagues: Option<&'a [Member]>,
}

/// Draws a conversation for webhooks.
pub fn conversation_push<'a>(thread: &'a Thread, links: &Links) -> ConversationPush<'a> {
    let Thread { conversation, contact, contact_inbox, inbox, account, .. } = thread;
    let (assignee, team, last_public) = (thread.assignee.as_ref(), thread.team.as_ref(), thread.last_public.as_ref());
    let (assignee_bot, unread, can_reply) = (thread.assignee_bot.as_ref(), thread.unread, thread.can_reply);
    let colleagues = None;
    push(
        View { conversation, contact, contact_inbox, inbox, account, assignee, assignee_bot, team, unread, can_reply, last_public, colleagues },
        links,
    )
}

/// Draws the same of one of many that were loaded at once.
pub fn loaded_push<'a>(loaded: &'a Loaded, account: &'a Account, last_public: Option<&'a Said>, links: &Links) -> ConversationPush<'a> {
    loaded_push_among(loaded, account, last_public, None, links)
}

/// The same for those who see whether these colleagues are there.
pub fn loaded_push_among<'a>(
    loaded: &'a Loaded,
    account: &'a Account,
    last_public: Option<&'a Said>,
    colleagues: Option<&'a [Member]>,
    links: &Links,
) -> ConversationPush<'a> {
    let Loaded { conversation, contact, contact_inbox, inbox, .. } = loaded;
    let (assignee, team) = (loaded.assignee.as_ref().map(|member| &member.user), loaded.team.as_ref().map(|(_, team)| team));
    let (assignee_bot, unread, can_reply) = (loaded.assignee_bot.as_ref(), loaded.unread, loaded.can_reply);
    push(
        View { conversation, contact, contact_inbox, inbox, account, assignee, assignee_bot, team, unread, can_reply, last_public, colleagues },
        links,
    )
}

fn push<'a>(view: View<'a>, links: &Links) -> ConversationPush<'a> {
    let (c, source_id) = (view.conversation, view.contact_inbox.source_id.as_str());
    let draw = |said| message_push_among(said, c, source_id, view.unread, view.colleagues, links);
    let seen_as = |user: &User| view.colleagues.map(|colleagues| availability(colleagues, user.id));
    let assignee = assignee(view.assignee.map(|user| users::push(user, seen_as(user))), view.assignee_bot);
    ConversationPush {
        additional_attributes: &c.additional_attributes.0,
        can_reply: view.can_reply,
        channel: view.inbox.channel_type,
        contact_inbox: contacts::contact_inbox(view.contact_inbox),
        id: c.display_id,
        inbox_id: c.inbox_id,
        messages: view.last_public.into_iter().map(draw).collect(),
        labels: &c.labels.0,
        meta: Meta {
            sender: contacts::push(view.contact),
            assignee_type: assignee.as_ref().map(AssigneePush::kind),
            assignee,
            team: view.team.map(teams::push),
            hmac_verified: view.contact_inbox.hmac_verified,
        },
        status: c.status,
        custom_attributes: &c.custom_attributes.0,
        snoozed_until: c.snoozed_until.map(Iso),
        unread_count: view.unread,
        first_reply_created_at: c.first_reply_created_at.map(Iso),
        priority: c.priority,
        waiting_since: seconds_or_zero(c.waiting_since),
        agent_last_seen_at: seconds_or_zero(c.agent_last_seen_at),
        contact_last_seen_at: seconds_or_zero(c.contact_last_seen_at),
        last_activity_at: seconds(c.last_activity_at),
        timestamp: seconds(c.last_activity_at),
        created_at: seconds(c.created_at),
        updated_at: fraction(c.updated_at),
        account: Named { id: view.account.id, name: &view.account.name },
    }
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Author<'a> {
    User(UserWebhook<'a>),
    Contact(ContactWebhook<'a>),
    Bot(BotWebhook<'a>),
}

fn author<'a>(sender: &'a Sender, account: &'a Account) -> Author<'a> {
    match sender {
        Sender::User(user) => Author::User(users::webhook(user)),
        Sender::Contact(contact) => Author::Contact(contacts::webhook(contact, account)),
        Sender::Bot(bot) => Author::Bot(bots::webhook(bot)),
    }
}

/// The body of `message_created` and `message_updated`.
#[derive(Serialize, JsonSchema)]
pub(super) struct MessageEvent<'a> {
    account: Named<'a, AccountId>,
    additional_attributes: &'a Map<String, Value>,
    content_attributes: &'a Map<String, Value>,
    content_type: super::model::ContentType,
    content: Option<Cow<'a, str>>,
    conversation: ConversationPush<'a>,
    created_at: Iso,
    id: MessageId,
    inbox: Named<'a, InboxId>,
    message_type: MessageType,
    private: bool,
    sender: Option<Author<'a>>,
    source_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<AttachmentJson<'a>>,
    event: &'static str,
}

pub(super) fn message_event<'a>(thread: &'a Thread, said: &'a Said, event: &'static str, links: &Links) -> MessageEvent<'a> {
    let message = &said.message;
    MessageEvent {
        account: Named { id: thread.account.id, name: &thread.account.name },
        additional_attributes: &message.additional_attributes.0,
        content_attributes: &message.content_attributes.0,
        content_type: message.content_type,
        content: content(thread, message, links),
        conversation: conversation_push(thread, links),
        created_at: Iso(message.created_at),
        id: message.id,
        inbox: Named { id: thread.inbox.id, name: &thread.inbox.name },
        message_type: message.message_type,
        private: message.private,
        sender: said.sender.as_ref().map(|sender| author(sender, &thread.account)),
        source_id: message.source_id.as_deref(),
        attachments: draw_attachments(&said.attachments, links),
        event,
    }
}

/// The text of a message. What asks a contact how it was says where to answer: only a website's widget draws the question itself.
fn content<'a>(thread: &Thread, message: &'a Message, links: &Links) -> Option<Cow<'a, str>> {
    let text = message.content.as_deref()?;
    let asks = message.content_type == ContentType::InputCsat && message.is_public() && thread.inbox.channel_type != ChannelType::WebWidget;
    Some(match asks {
        true => format!("{text} {}", links.to_page(&format!("/survey/responses/{}", thread.conversation.uuid))).into(),
        false => text.into(),
    })
}

/// The body of the events about a conversation.
#[derive(Serialize, JsonSchema)]
pub(super) struct ConversationEvent<'a> {
    #[serde(flatten)]
    pub conversation: ConversationPush<'a>,
    pub event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_attributes: Option<&'a Changes>,
}

/// The body of `conversation_typing_on` and `conversation_typing_off`.
#[derive(Serialize, JsonSchema)]
pub(super) struct TypingEvent<'a> {
    event: &'static str,
    user: Author<'a>,
    conversation: ConversationPush<'a>,
    is_private: bool,
}

pub(super) fn typing_event<'a>(thread: &'a Thread, by: &'a Sender, event: &'static str, is_private: bool, links: &Links) -> TypingEvent<'a> {
    TypingEvent { event, user: author(by, &thread.account), conversation: conversation_push(thread, links), is_private }
}
