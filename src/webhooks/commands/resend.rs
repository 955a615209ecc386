//! Sending a message again, because an agent wants it: to the callback of its inbox alone. Others have heard of it.
use super::settings::again;
use crate::{
    conversations::Message,
    db::Tx,
    error::{Error, Result},
    webhooks::queries,
};

/// Sends a message to its inbox's callback once more, under the id of its first delivery. Where there is no callback, or the delivery
/// was forgotten, there is nothing to send.
///
/// # Errors
/// [`Error::Refused`] while the callback is off.
pub fn resend(tx: &mut Tx, message: &Message) -> Result<()> {
    let Some(callback) = queries::callback_of(tx.conn, message.inbox_id)? else { return Ok(()) };
    if callback.turned_off_at.is_some() {
        return Err(Error::Refused("The callback of the inbox is off, since its receiver wants no more; give it another URL first".into()));
    }
    match queries::first_of_message(tx.conn, callback.id, message.id, message.created_at)? {
        Some(delivery) => again(tx, delivery),
        None => Ok(()),
    }
}
