//! Changing a message that was posted.
use super::{change::fill_last_public, post};
use crate::{
    contacts::{self, ContactInput},
    conversations::{
        answers,
        aside::Aside,
        model::{ContentType, FAILURE, Message, MessageStatus, MessageType},
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
    users,
    web::fields::{Patch, Text},
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

/// What a visitor answers to an interactive message.
#[derive(Debug, Default)]
pub struct Submission {
    /// What was chosen or filled in, as the message asks for it.
    pub values: Value,
    /// The address, where the message asks for one.
    pub email: Option<String>,
    /// The name that comes with it.
    pub name: Option<String>,
}

/// Stores what a visitor chose or filled in, and tells it once; of a survey also its response. Whoever leaves their address is known by it from
/// then on, and has made way before they opened the conversation (`Visitor::submit`). Nothing else of a message can be changed in this way.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for what does not answer the message, and for too long a feedback; [`Error::Refused`] for a message
/// that asks nothing, for values of another shape, and for a survey that is over.
pub fn submit(tx: &mut Tx, thread: &mut Thread, id: MessageId, said: &Submission) -> Result<Said> {
    let message = queries::message(tx.conn, thread.conversation.id, id)?;
    if !message.is_public() {
        return Err(Error::NotFound);
    }
    if message.message_type == MessageType::Incoming {
        return Err(Error::Refused("Only what was asked can be answered".into()));
    }
    let (key, submitted) = match message.content_type {
        ContentType::InputCsat => ("submitted_values", respond(tx, thread, &message, &said.values)?),
        ContentType::InputEmail => ("submitted_email", Value::String(identify(tx, thread, said)?)),
        content_type => ("submitted_values", answers::checked(content_type, &message.content_attributes.0, &said.values)?),
    };
    let actor = thread.contact.actor();
    update(tx, thread, &actor, message, |message| {
        message.content_attributes.0.insert(key.into(), submitted);
    })
}

/// The contact has left their address, by which they may turn out to be somebody who is known already. Gives the address.
fn identify(tx: &mut Tx, thread: &mut Thread, said: &Submission) -> Result<String> {
    let (email, input) = introduction(said)?;
    let contact = contacts::update_visitor(tx, &thread.account, &mut thread.contact_inbox, input)?;
    thread.be_with(contact);
    Ok(email)
}

/// What an answer to the question for an address says of the contact, and the address.
///
/// # Errors
/// [`Error::Invalid`] for what is none.
pub(in crate::conversations) fn introduction(said: &Submission) -> Result<(String, ContactInput)> {
    let email = match &said.email {
        Some(email) => email.clone(),
        None => answers::only_value(&said.values).ok_or_else(|| Error::blank("email"))?,
    };
    let email = users::email_address(&email)?;
    let name = said.name.clone().filter(|name| !name.trim().is_empty());
    let input = ContactInput {
        email: Patch::Set(Text(email.clone())),
        name: name.map_or(Patch::Absent, |name| Patch::Set(Text(name))),
        ..ContactInput::default()
    };
    Ok((email, input))
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
        message.content_attributes.0.insert(FAILURE.into(), error.into());
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
            message.content_attributes.0.shift_remove(FAILURE);
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
