//! What came last, and what conversations are called.
use crate::{
    conversations::model::{Conversation, Message, MessageType},
    db::{
        DbConn,
        dialect::{Columns, apart},
        schema::{conversations, messages},
        types::{AccountId, ConversationId, DisplayId},
    },
    error::Result,
};
use diesel::prelude::*;
use std::collections::HashMap;

/// The newest conversations of an account, the newest first.
pub fn newest(conn: &mut DbConn, account: AccountId, most: i64) -> Result<Vec<Conversation>> {
    let query = conversations::table.filter(conversations::account_id.eq(account)).select(Conversation::columns());
    Ok(query.order_by(conversations::display_id.desc()).limit(most).load(conn)?)
}

/// The newest message of a conversation that is no notice.
pub fn newest_message(conn: &mut DbConn, conversation: ConversationId) -> Result<Option<Message>> {
    let told = messages::message_type.ne(MessageType::Activity);
    let query = messages::table.filter(messages::conversation_id.eq(conversation).and(told)).select(Message::columns());
    Ok(query.order_by(messages::id.desc()).limit(1).get_result(conn).optional()?)
}

/// The numbers of these conversations of an account.
pub fn numbers(conn: &mut DbConn, account: AccountId, ids: &[ConversationId]) -> Result<HashMap<ConversationId, DisplayId>> {
    let query = conversations::table.filter(apart(conversations::account_id).eq(account).and(conversations::id.eq_any(ids)));
    Ok(query.select((conversations::id, conversations::display_id)).load(conn)?.into_iter().collect())
}
