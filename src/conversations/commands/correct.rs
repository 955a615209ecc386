//! What agents, and the programs behind API inboxes, do with a message that is there: say how far it got, send it again, take it back.
use super::message::update;
use crate::{
    checks::at_most,
    conversations::{
        model::{ContentType, FAILURE, Message, MessageStatus, TRANSLATIONS},
        payload, queries,
        thread::{Said, Thread},
    },
    db::{Tx, schema::attachments, types::MessageId},
    error::{Error, Result},
    events::Actor,
    inboxes::ChannelType,
};
use diesel::prelude::*;
use serde_json::Map;

/// What the rooms above do to send a message again, in the same transaction. `app` makes the list and puts it into
/// [`crate::db::Shared`].
pub struct Resendings(pub Vec<Resending>);

/// One room's part in it.
pub type Resending = fn(&mut Tx, &Message) -> Result<()>;

/// The longest reason for a failure that is kept, in characters.
const LONGEST_REASON: usize = 20_000;

/// In how many languages a message is kept besides its own.
const MOST_TRANSLATIONS: usize = 20;

/// Notes how far a message got, as the program behind an API inbox says. What was read stays more than delivered; a reason is kept
/// with a failure alone.
///
/// # Errors
/// [`Error::Forbidden`] in inboxes of other kinds; [`Error::NotFound`]; [`Error::Invalid`] for too long a reason.
pub fn set_message_status(
    tx: &mut Tx,
    thread: &mut Thread,
    actor: &Actor,
    id: MessageId,
    status: Option<MessageStatus>,
    reason: Option<String>,
) -> Result<Said> {
    if thread.inbox.channel_type != ChannelType::Api {
        return Err(Error::Forbidden("Message status update is only allowed for API inboxes".into()));
    }
    let message = queries::message(tx.conn, thread.conversation.id, id)?;
    let reason = at_most(FAILURE, reason, LONGEST_REASON)?;
    let Some(status) = status.filter(|status| (message.status, *status) != (MessageStatus::Read, MessageStatus::Delivered)) else {
        return unchanged(tx, message);
    };
    update(tx, thread, actor, message, |message| {
        message.status = status;
        let attributes = &mut message.content_attributes.0;
        match reason.filter(|_| status == MessageStatus::Failed) {
            Some(reason) => attributes.insert(FAILURE.into(), reason.into()),
            None => attributes.shift_remove(FAILURE),
        };
    })
}

/// Sends a message again that has failed; any other stays as it is.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Refused`] when there is nobody to send it to any more.
pub fn retry(tx: &mut Tx, thread: &mut Thread, actor: &Actor, id: MessageId) -> Result<Said> {
    let message = queries::message(tx.conn, thread.conversation.id, id)?;
    if message.status != MessageStatus::Failed {
        return unchanged(tx, message);
    }
    let said = update(tx, thread, actor, message, |message| {
        message.status = MessageStatus::Sent;
        message.content_attributes.0.shift_remove(FAILURE);
    })?;
    if let Some(resendings) = tx.shared::<Resendings>() {
        resendings.0.iter().try_for_each(|resend| resend(tx, &said.message))?;
    }
    Ok(said)
}

/// Takes a message back: a sentence stands in its place, and its files are gone. Its row stays.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete_message(tx: &mut Tx, thread: &mut Thread, actor: &Actor, id: MessageId) -> Result<Said> {
    let message = queries::message(tx.conn, thread.conversation.id, id)?;
    diesel::delete(attachments::table.filter(attachments::message_id.eq(message.id))).execute(tx.conn)?;
    let language = thread.account.language();
    update(tx, thread, actor, message, |message| {
        message.content = Some(language.t("message-deleted"));
        message.content_type = ContentType::Text;
        message.content_attributes.0 = Map::from_iter([("deleted".to_owned(), true.into())]);
    })
}

/// Keeps what a message says in another language, if it still says what was translated.
///
/// # Errors
/// [`Error::NotFound`].
pub fn keep_translation(tx: &mut Tx, thread: &mut Thread, actor: &Actor, id: MessageId, of: &str, translation: (&str, &str)) -> Result<()> {
    let message = queries::message(tx.conn, thread.conversation.id, id)?;
    if message.content.as_deref() != Some(of) {
        return Ok(());
    }
    let (language, text) = translation;
    let said = update(tx, thread, actor, message, |message| {
        let mut all = message.translations().cloned().unwrap_or_default();
        all.insert(language.to_owned(), text.into());
        while all.len() > MOST_TRANSLATIONS {
            let oldest = all.keys().next().cloned().unwrap_or_default();
            all.shift_remove(&oldest);
        }
        message.content_attributes.0.insert(TRANSLATIONS.into(), all.into());
    });
    said.map(|_| ())
}

fn unchanged(tx: &mut Tx, message: Message) -> Result<Said> {
    payload::said(tx.conn, message.account_id, vec![message])?.pop().ok_or(Error::NotFound)
}
