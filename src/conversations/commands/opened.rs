//! What a visitor does in a website's widget besides writing.
use super::change::fill_last_public;
use crate::{
    contacts,
    conversations::{
        payload::{self, WidgetEvent},
        visitor::Visitor,
    },
    db::{Tx, types::now},
    error::{Error, Result},
    events::{self, Event, EventName},
    files,
    web::json::Named,
};
use serde_json::{Map, Value};

/// Tells that a visitor has opened the chat, with the newest of their conversations, and what is known of their browser and page.
///
/// # Errors
/// The database's.
pub fn open_widget(tx: &mut Tx, visitor: &Visitor, about: &Map<String, Value>) -> Result<()> {
    let mut thread = visitor.latest(tx.conn)?;
    if let Some(thread) = &mut thread {
        fill_last_public(tx, thread)?;
    }
    let (name, links) = (EventName::WebwidgetTriggered, files::links(tx)?);
    let Visitor { account, inbox, session, contact } = visitor;
    let drawn = WidgetEvent {
        id: session.id,
        contact: contacts::webhook(contact, account),
        inbox: Named { id: inbox.id, name: &inbox.name },
        account: Named { id: account.id, name: &account.name },
        current_conversation: thread.as_ref().map(|thread| payload::conversation_push(thread, &links)),
        source_id: &session.source_id,
        event: name.name(),
        event_info: about,
    };
    let event = Event {
        name,
        account_id: account.id,
        inbox_id: Some(inbox.id),
        conversation_id: None,
        message_id: None,
        is_private: false,
        actor: contact.actor(),
        payload: serde_json::to_string(&drawn).map_err(Error::internal)?,
        aside: None,
        at: now(),
    };
    events::publish(tx, event)
}
