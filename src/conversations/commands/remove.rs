//! Deleting a conversation. One of many messages goes in steps, so that others get their turn in between.
use crate::{
    auth::Administrator,
    conversations::queries,
    db::{
        Tx,
        schema::{conversations, messages},
        types::{DisplayId, MessageId},
    },
    error::Result,
    notifications::{self, ActorType},
};
use diesel::prelude::*;

/// How many messages go in one step.
const STEP: i64 = 500;

/// Deletes some of a conversation's messages, or, where only a few are left, all of it. True when it is gone. (Its files go with a
/// sweep within a day, since nothing refers to them any more.)
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn remove_some(tx: &mut Tx, by: &Administrator, id: DisplayId) -> Result<bool> {
    let conversation = queries::of_number(tx.conn, by.account_id(), id)?;
    let of_it = || messages::table.filter(messages::conversation_id.eq(conversation.id));
    let some: Vec<MessageId> = of_it().select(messages::id).order_by(messages::id).limit(STEP).load(tx.conn)?;
    if let (Some(last), true) = (some.last(), some.len() as i64 == STEP) {
        diesel::delete(of_it().filter(messages::id.le(last))).execute(tx.conn)?;
        return Ok(false);
    }
    diesel::delete(conversations::table.find(conversation.id)).execute(tx.conn)?;
    notifications::forget_about(tx, by.account_id(), ActorType::Conversation, conversation.id.0)?;
    Ok(true)
}
