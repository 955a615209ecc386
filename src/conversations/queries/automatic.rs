//! What was written in a conversation before an automatic text.
use super::NEVER;
use crate::{
    conversations::model::{ContentType, MessageType},
    db::{DbConn, schema::messages, types::ConversationId},
    error::Result,
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{exists, sql},
    expression::SqlLiteral,
    prelude::*,
    sql_types::Bool,
};

/// That a message is an automatic text. Written out, since a bound value would keep the partial index from being used.
fn automatic() -> SqlLiteral<Bool> {
    sql("\"messages\".\"message_type\" = 3")
}

/// Whether there is any automatic text.
pub fn was_answered_automatically(conn: &mut DbConn, conversation: ConversationId) -> Result<bool> {
    was_answered_automatically_since(conn, conversation, NEVER)
}

/// Whether there is one since then.
pub fn was_answered_automatically_since(conn: &mut DbConn, conversation: ConversationId, since: NaiveDateTime) -> Result<bool> {
    let texts = messages::table.filter(messages::conversation_id.eq(conversation).and(automatic())).filter(messages::created_at.ge(since));
    Ok(diesel::select(exists(texts)).get_result(conn)?)
}

/// Whether there is one that asks for an e-mail address.
pub fn was_asked_for_email(conn: &mut DbConn, conversation: ConversationId) -> Result<bool> {
    let asks = messages::content_type.eq(ContentType::InputEmail);
    let texts = messages::table.filter(messages::conversation_id.eq(conversation).and(automatic())).filter(asks);
    Ok(diesel::select(exists(texts)).get_result(conn)?)
}

/// Whether anybody has asked how it was, by themselves or automatically.
pub fn was_asked_how_it_was(conn: &mut DbConn, conversation: ConversationId) -> Result<bool> {
    let asks = sql::<Bool>("\"messages\".\"content_type\" = 9");
    Ok(diesel::select(exists(messages::table.filter(messages::conversation_id.eq(conversation).and(asks)))).get_result(conn)?)
}

/// Whether somebody has written an answer or a note.
pub fn was_answered(conn: &mut DbConn, conversation: ConversationId) -> Result<bool> {
    let by_us = messages::message_type.eq(MessageType::Outgoing);
    Ok(diesel::select(exists(messages::table.filter(messages::conversation_id.eq(conversation).and(by_us)))).get_result(conn)?)
}

/// Whether the contact was answered after then.
pub fn was_answered_after(conn: &mut DbConn, conversation: ConversationId, at: NaiveDateTime) -> Result<bool> {
    let by_us = messages::message_type.eq(MessageType::Outgoing).and(messages::private.eq(false));
    let answers = messages::table.filter(messages::conversation_id.eq(conversation).and(by_us)).filter(messages::created_at.gt(at));
    Ok(diesel::select(exists(answers)).get_result(conn)?)
}
