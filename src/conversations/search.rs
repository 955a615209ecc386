//! Finding messages by what was said, and conversations by what was said in them and with whom.
use super::model::{Conversation, Message, MessageType};
use crate::{
    auth::Agent,
    contacts,
    db::{
        DbConn, MultiBackend,
        dialect::{Columns, apart, containing, lower},
        schema::{conversations, messages},
        search::{Kind, MOST, Near, Scope, near},
        types::{ContactId, ConversationId, DisplayId, InboxId, MessageId},
    },
    error::Result,
    inboxes::{self, Visible},
};
use diesel::{
    dsl::{IntoBoxed, min},
    prelude::*,
};

/// How many of each kind a page has.
pub const PAGE: i64 = 15;
/// How many messages are shown with a page of conversations.
const SHOWN: i64 = 100;

/// The conversations in which this was said, by contacts or agents, in whatever case: those of the newest messages that fit.
///
/// # Errors
/// The database's.
pub fn conversations_saying(conn: &mut DbConn, agent: &Agent, visible: &Visible, text: &str) -> Result<Vec<ConversationId>> {
    let query = saying(conn, agent, visible, text)?.select(messages::conversation_id).distinct();
    Ok(query.load(conn)?)
}

/// A page of the messages in which this is said, the newest first.
///
/// # Errors
/// The database's.
pub fn messages_saying(conn: &mut DbConn, agent: &Agent, text: &str, offset: i64) -> Result<Vec<Message>> {
    let visible = inboxes::visible(conn, agent)?;
    let query = saying(conn, agent, &visible, text)?.select(Message::columns()).order_by(messages::id.desc());
    Ok(query.limit(PAGE).offset(offset).load(conn)?)
}

fn saying<'a>(conn: &mut DbConn, agent: &Agent, visible: &Visible, text: &str) -> Result<IntoBoxed<'a, messages::table, MultiBackend>> {
    let scope = match visible {
        Visible::All => Scope::Account(agent.account_id()),
        Visible::Only(inboxes) => Scope::Inboxes(inboxes.clone()),
    };
    let spoken = messages::message_type.eq_any([MessageType::Incoming, MessageType::Outgoing]);
    let matching = lower(messages::content).like(containing(&text.to_lowercase())).escape('\\');
    let mut query = messages::table.filter(messages::account_id.eq(agent.account_id())).filter(spoken).filter(matching).into_boxed();
    query = match near(conn, Kind::Messages, &scope, text)? {
        Near::Ids(ids) => query.filter(messages::id.eq_any(ids.into_iter().map(MessageId))),
        Near::From(id) => query.filter(messages::id.gt(MessageId(id))),
    };
    Ok(match visible {
        Visible::All => query,
        Visible::Only(inboxes) => query.filter(messages::inbox_id.eq_any(inboxes.clone())),
    })
}

/// A page of the conversations that have this number or are with contacts in whom the text occurs, the newest first.
///
/// # Errors
/// The database's.
pub fn conversations_with(conn: &mut DbConn, agent: &Agent, text: &str, offset: i64) -> Result<Vec<Conversation>> {
    let account = agent.account_id();
    let mut people = contacts::containing_text(conn, account, text, MOST)?;
    // nobody's: with an empty list, SQLite would look through all conversations
    people.push(ContactId(0));
    let number = DisplayId(text.parse().unwrap_or_default());
    let numbered = conversations::account_id.eq(account).and(conversations::display_id.eq(number));
    let numbered: Vec<ConversationId> = conversations::table.filter(numbered).select(conversations::id).load(conn)?;
    let numbered = numbered.first().copied().unwrap_or(ConversationId(0));
    let named = conversations::id.eq(numbered).or(conversations::contact_id.eq_any(people));
    let mut query = conversations::table.filter(apart(conversations::account_id).eq(account)).filter(named).into_boxed();
    if let Visible::Only(ids) = inboxes::visible(conn, agent)? {
        query = query.filter(conversations::inbox_id.eq_any(ids));
    }
    let query = query.select(Conversation::columns()).order_by((conversations::created_at.desc(), conversations::id.desc()));
    Ok(query.limit(PAGE).offset(offset).load(conn)?)
}

/// The newest messages in these conversations in which this is said.
///
/// # Errors
/// The database's.
pub fn messages_of(conn: &mut DbConn, agent: &Agent, of: &[Conversation], text: &str) -> Result<Vec<Message>> {
    let ids: Vec<ConversationId> = of.iter().map(|conversation| conversation.id).collect();
    let mut inboxes: Vec<InboxId> = of.iter().map(|conversation| conversation.inbox_id).collect();
    inboxes.sort();
    inboxes.dedup();
    let query = saying(conn, agent, &Visible::Only(inboxes), text)?.filter(messages::conversation_id.eq_any(ids));
    Ok(query.select(Message::columns()).order_by(messages::id.desc()).limit(SHOWN).load(conn)?)
}

/// The first message of each of these conversations.
///
/// # Errors
/// The database's.
pub fn first_messages(conn: &mut DbConn, of: &[ConversationId]) -> Result<Vec<Message>> {
    let first = messages::table.filter(messages::conversation_id.eq_any(of)).group_by(messages::conversation_id).select(min(messages::id));
    let first: Vec<Option<MessageId>> = first.load(conn)?;
    let first: Vec<MessageId> = first.into_iter().flatten().collect();
    Ok(messages::table.filter(messages::id.eq_any(first)).select(Message::columns()).load(conn)?)
}

/// The conversations of these messages.
///
/// # Errors
/// The database's.
pub fn conversations_of(conn: &mut DbConn, of: &[Message]) -> Result<Vec<Conversation>> {
    let ids: Vec<ConversationId> = of.iter().map(|message| message.conversation_id).collect();
    Ok(conversations::table.filter(conversations::id.eq_any(ids)).select(Conversation::columns()).load(conn)?)
}
