//! How messages look to visitors: less than agents see.
use super::{SenderPush, attachment, sender_push};
use crate::{
    conversations::{model::ContentType, payload::AttachmentJson, thread::Heard},
    db::types::{DisplayId, MessageId},
    files::Links,
    web::json::seconds,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// A message as visitors see it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PublicMessage")]
pub struct PublicMessage<'a> {
    id: MessageId,
    content: Option<&'a str>,
    /// 0: of the visitor, 1: of an agent or a bot, 3: of the server.
    message_type: i16,
    content_type: ContentType,
    content_attributes: &'a Map<String, Value>,
    /// In seconds since 1970.
    created_at: i64,
    conversation_id: DisplayId,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<AttachmentJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<SenderPush<'a>>,
}

/// Draws a message for visitors.
pub fn public_message<'a>(heard: &'a Heard, conversation: DisplayId, links: &Links) -> PublicMessage<'a> {
    let said = heard.said();
    let message = &said.message;
    PublicMessage {
        id: message.id,
        content: message.content.as_deref(),
        message_type: message.message_type.number(),
        content_type: message.content_type,
        content_attributes: &message.content_attributes.0,
        created_at: seconds(message.created_at),
        conversation_id: conversation,
        attachments: attachment::draw(&said.attachments, links),
        sender: public_sender(heard),
    }
}

/// Draws the author of a message for visitors, who are not told who is online.
pub fn public_sender(heard: &Heard) -> Option<SenderPush<'_>> {
    heard.said().sender.as_ref().map(|sender| sender_push(sender, None))
}
