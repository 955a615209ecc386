//! Changing a message that was posted.
use super::{change::fill_last_public, post};
use crate::{
    conversations::{
        aside::Aside,
        content,
        model::{ContentType, Message, MessageStatus, MessageType},
        payload, queries,
        thread::{Said, Thread},
    },
    db::{
        Tx,
        schema::messages,
        types::{MessageId, now},
    },
    error::{Error, Result},
    events::{Actor, EventName},
    surveys::{self, Answer, Question},
};
use diesel::prelude::*;
use serde_json::Value;

/// Changes a message and tells it, unless nothing changed.
pub(super) fn update(tx: &mut Tx, thread: &mut Thread, actor: &Actor, before: Message, edit: impl FnOnce(&mut Message)) -> Result<Said> {
    let mut message = before.clone();
    edit(&mut message);
    let changed = message != before;
    if changed {
        message.updated_at = now();
        diesel::update(messages::table.find(message.id))
            .set((
                (messages::content.eq(&message.content), messages::content_type.eq(message.content_type)),
                messages::status.eq(message.status),
                messages::content_attributes.eq(&message.content_attributes),
                messages::updated_at.eq(message.updated_at),
            ))
            .execute(tx.conn)?;
    }
    let said = payload::said(tx.conn, thread.account.id, vec![message])?.pop().ok_or(Error::NotFound)?;
    let aside = Aside::of_change(&before, &said.message);
    if changed && !said.message.is_told() {
        post::tell_notice(tx, thread, &said.message, actor, EventName::NoticeUpdated, &aside)?;
    } else if changed {
        // payloads drawn from here on show the message as it is now
        match &mut thread.last_public {
            Some(last) if last.message.id == said.message.id => *last = said.clone(),
            _ => fill_last_public(tx, thread)?,
        }
        post::tell(tx, thread, &said, actor, EventName::MessageUpdated, &aside)?;
    }
    Ok(said)
}

/// Stores what a visitor chose or filled in; of a survey also its response.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Refused`] for values that the message's type does not take, and for a survey that is over;
/// [`Error::Invalid`] for too long a feedback.
pub fn submit(tx: &mut Tx, thread: &mut Thread, id: MessageId, values: &Value) -> Result<Said> {
    let message = queries::message(tx.conn, thread.conversation.id, id)?;
    if !message.is_public() {
        return Err(Error::NotFound);
    }
    let submitted = match message.content_type {
        ContentType::InputCsat => respond(tx, thread, &message, values)?,
        _ => content::submitted(values)?,
    };
    let actor = thread.contact.actor();
    update(tx, thread, &actor, message, |message| {
        message.content_attributes.0.insert("submitted_values".into(), submitted);
    })
}

/// Records the answer to a survey; gives what its message is to hold of it.
fn respond(tx: &mut Tx, thread: &Thread, message: &Message, values: &Value) -> Result<Value> {
    surveys::check_open(message.created_at)?;
    let answer = Answer::read(values)?;
    let question = Question {
        account_id: thread.account.id,
        conversation_id: thread.conversation.id,
        message_id: message.id,
        contact_id: thread.contact.id,
        assigned_agent_id: thread.conversation.assignee_id,
    };
    surveys::record(tx, question, &answer)?;
    Ok(answer.submitted())
}

/// The last try of sending a message to the inbox's callback has failed: the agent is to see it. What a visitor wrote is
/// not touched: it has arrived here.
///
/// # Errors
/// The database's; a message that is gone is none.
pub fn failed(tx: &mut Tx, id: MessageId, error: &str) -> Result<()> {
    settle(tx, id, |message| {
        message.status = MessageStatus::Failed;
        message.content_attributes.0.insert("external_error".into(), error.into());
    })
}

/// A message that counted as failed has reached the callback after all.
///
/// # Errors
/// The database's; a message that is gone is none.
pub fn delivered(tx: &mut Tx, id: MessageId) -> Result<()> {
    settle(tx, id, |message| {
        if message.status == MessageStatus::Failed {
            message.status = MessageStatus::Sent;
            message.content_attributes.0.shift_remove("external_error");
        }
    })
}

fn settle(tx: &mut Tx, id: MessageId, edit: impl FnOnce(&mut Message)) -> Result<()> {
    let (message, conversation, account) = match queries::place_of(tx.conn, id) {
        Err(Error::NotFound) => return Ok(()),
        found => found?,
    };
    if message.message_type == MessageType::Incoming {
        return Ok(());
    }
    let mut thread = queries::open(tx.conn, &account, conversation)?;
    update(tx, &mut thread, &Actor::System, message, edit).map(drop)
}
