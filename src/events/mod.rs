//! What has happened, told once. A command changes the state and publishes on the same transaction: the event's row is
//! written beside the change, and each subscriber writes its own rows there too. All of it is committed, or none of it.
pub mod catalogue;
mod changes;
pub mod live;

pub use changes::Changes;

use crate::{
    db::{
        Tx,
        schema::events,
        types::{AccountId, AgentBotId, AutomationRuleId, ContactId, ConversationId, EventId, InboxId, MessageId, UserId, now},
    },
    error::{Error, Result},
    on_each, text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;

text_enum! {
    /// What can happen, in the order in which the form lists it; then what only bots hear, and what is told at sockets alone. Among these stands what a
    /// rule or a macro calls an address with: nobody else hears of it.
    pub enum EventName {
        ConversationCreated = 0 "conversation_created",
        ConversationStatusChanged = 1 "conversation_status_changed",
        ConversationUpdated = 2 "conversation_updated",
        MessageCreated = 3 "message_created",
        MessageUpdated = 4 "message_updated",
        WebwidgetTriggered = 5 "webwidget_triggered",
        ContactCreated = 6 "contact_created",
        ContactUpdated = 7 "contact_updated",
        ConversationTypingOn = 8 "conversation_typing_on",
        ConversationTypingOff = 9 "conversation_typing_off",
        InboxCreated = 10 "inbox_created",
        InboxUpdated = 11 "inbox_updated",
        ConversationOpened = 12 "conversation_opened",
        ConversationResolved = 13 "conversation_resolved",
        NoticeCreated = 14 "notice_created",
        NoticeUpdated = 15 "notice_updated",
        ConversationRead = 16 "conversation_read",
        ConversationContactChanged = 17 "conversation_contact_changed",
        ContactMerged = 18 "contact_merged",
        ContactDeleted = 19 "contact_deleted",
        NotificationCreated = 20 "notification_created",
        NotificationUpdated = 21 "notification_updated",
        NotificationDeleted = 22 "notification_deleted",
        AccountCacheInvalidated = 23 "account_cache_invalidated",
        AutomationEvent = 24 "automation_event",
        ConversationUnread = 25 "conversation_unread",
    }
    on the wire: EventName::DELIVERED
}

impl EventName {
    /// Those that only bots hear.
    pub const FOR_BOTS: [EventName; 2] = [EventName::ConversationOpened, EventName::ConversationResolved];

    /// Those that have a body and may be delivered: to webhooks, or to bots. All others are told at sockets alone, and are no part of what is
    /// delivered, replayed, read back or described.
    pub const DELIVERED: &'static [EventName] = EventName::ALL.split_at(EventName::ConversationResolved.number() as usize + 1).0;

    /// Those that a webhook can subscribe to.
    pub const SUBSCRIBABLE: &'static [EventName] = EventName::DELIVERED.split_at(EventName::DELIVERED.len() - EventName::FOR_BOTS.len()).0;

    /// Those by which rules begin.
    pub const FOR_RULES: [EventName; 5] = [
        EventName::ConversationCreated,
        EventName::ConversationUpdated,
        EventName::ConversationOpened,
        EventName::ConversationResolved,
        EventName::MessageCreated,
    ];

    /// One that a webhook can subscribe to, by its name.
    pub fn subscribable(name: &str) -> Option<EventName> {
        EventName::from_name(name).filter(|event| EventName::SUBSCRIBABLE.contains(event))
    }

    /// Whether its body says what changed.
    pub fn tells_changes(self) -> bool {
        matches!(self, EventName::ConversationStatusChanged | EventName::ConversationUpdated | EventName::ContactUpdated | EventName::InboxUpdated)
    }
}

text_enum! {
    /// What kind of thing acts.
    pub enum ActorType {
        User = 0 "User",
        Contact = 1 "Contact",
        AutomationRule = 2 "AutomationRule",
        AgentBot = 3 "AgentBot",
    }
}

/// Who caused a change, with the name that notices show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// An agent or administrator.
    User(UserId, String),
    /// A visitor.
    Contact(ContactId, String),
    /// A program that answers before people do.
    Bot(AgentBotId, String),
    /// A rule that the business has made.
    Rule(AutomationRuleId),
    /// The server by its own rules.
    System,
}

impl Actor {
    fn columns(&self) -> (Option<ActorType>, Option<i64>) {
        match self {
            Actor::User(id, _) => (Some(ActorType::User), Some(id.0)),
            Actor::Contact(id, _) => (Some(ActorType::Contact), Some(id.0)),
            Actor::Bot(id, _) => (Some(ActorType::AgentBot), Some(id.0)),
            Actor::Rule(id) => (Some(ActorType::AutomationRule), Some(id.0)),
            Actor::System => (None, None),
        }
    }
}

/// Something that has happened, with its payload as of now: later changes do not reach it.
#[derive(Debug)]
pub struct Event {
    /// What happened.
    pub name: EventName,
    /// Where.
    pub account_id: AccountId,
    /// In which inbox, where that has a meaning.
    pub inbox_id: Option<InboxId>,
    /// In which conversation.
    pub conversation_id: Option<ConversationId>,
    /// About which message.
    pub message_id: Option<MessageId>,
    /// Whether it is about a private note.
    pub is_private: bool,
    /// By whom.
    pub actor: Actor,
    /// The body that receivers get in the `chatwoot` format; other formats are made from it.
    pub payload: String,
    /// What only those at sockets are told of it, as JSON.
    pub aside: Option<String>,
    /// When.
    pub at: NaiveDateTime,
}

impl Event {
    /// Something that is told at sockets alone, and drawn when it is told. It may be narrowed down to an inbox, a conversation, a message.
    ///
    /// # Errors
    /// When `aside` is no JSON, which would be our mistake.
    pub fn for_sockets(name: EventName, account_id: AccountId, actor: Actor, aside: &impl Serialize) -> Result<Event> {
        Ok(Event {
            name,
            account_id,
            inbox_id: None,
            conversation_id: None,
            message_id: None,
            is_private: false,
            actor,
            payload: "{}".to_owned(),
            aside: Some(serde_json::to_string(aside).map_err(Error::internal)?),
            at: now(),
        })
    }
}

/// Writes its own rows for an event, in the event's transaction.
pub type Subscriber = Box<dyn Fn(&mut Tx, EventId, &Event) -> Result<()> + Send + Sync>;

/// Who listens; `app` makes the list.
pub struct Subscribers(pub Vec<Subscriber>);

/// Stores the event and lets each subscriber write its rows.
///
/// # Errors
/// The database's, and those of the subscribers: then nothing of the change is kept.
pub fn publish(tx: &mut Tx, event: Event) -> Result<()> {
    let id = store(tx, &event, false)?;
    match tx.shared::<Subscribers>() {
        Some(subscribers) => subscribers.0.iter().try_for_each(|subscriber| subscriber(tx, id, &event)),
        None => Ok(()),
    }
}

/// Stores an event that has not happened: something to send as a test. Nobody is told, and it is no part of the history.
///
/// # Errors
/// The database's.
pub fn pretend(tx: &mut Tx, event: &Event) -> Result<EventId> {
    store(tx, event, true)
}

/// Stores an event of which nobody is told by subscription.
///
/// # Errors
/// The database's.
pub fn record(tx: &mut Tx, event: &Event) -> Result<EventId> {
    store(tx, event, false)
}

fn store(tx: &mut Tx, event: &Event, test: bool) -> Result<EventId> {
    let (actor_type, actor_id) = event.actor.columns();
    let insert = diesel::insert_into(events::table)
        .values((
            events::account_id.eq(event.account_id),
            events::name.eq(event.name),
            events::inbox_id.eq(event.inbox_id),
            events::conversation_id.eq(event.conversation_id),
            events::message_id.eq(event.message_id),
            events::actor_type.eq(actor_type),
            events::actor_id.eq(actor_id),
            events::payload.eq(&event.payload),
            events::test.eq(test),
            events::created_at.eq(event.at),
            events::aside.eq(&event.aside),
        ))
        .returning(events::id);
    Ok(on_each!(tx.conn, c => insert.get_result(c))?)
}
