//! A message as the API draws it, and its author as those see them who may see who is there.
use super::{AttachmentJson, SenderPush, draw_attachments, sender_push};
use crate::{
    conversations::{
        model::{ContentType, MessageStatus},
        thread::{Said, Sender},
    },
    db::types::{DisplayId, InboxId, MessageId, UserId},
    files::Links,
    users::{Availability, Member},
    web::json::seconds,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// A message as the API draws it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Message")]
pub struct MessageJson<'a> {
    id: MessageId,
    content: Option<&'a str>,
    inbox_id: InboxId,
    /// What the client that wrote it has called it; in that answer alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    echo_id: Option<&'a str>,
    conversation_id: DisplayId,
    /// 0: of the contact, 1: of an agent or a bot, 2: a notice, 3: of the server.
    message_type: i16,
    content_type: ContentType,
    status: MessageStatus,
    content_attributes: &'a Map<String, Value>,
    /// In seconds since 1970.
    created_at: i64,
    /// Whether it is a note that the contact does not see.
    private: bool,
    source_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<SenderPush<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<AttachmentJson<'a>>,
}

/// Draws a message for the API. `echo_id` comes back only to the client that sent it; `colleagues` tells how an author is
/// seen, as offline if they have left.
pub fn message<'a>(said: &'a Said, conversation: DisplayId, echo_id: Option<&'a str>, colleagues: &[Member], links: &Links) -> MessageJson<'a> {
    let message = &said.message;
    MessageJson {
        id: message.id,
        content: message.content.as_deref(),
        inbox_id: message.inbox_id,
        echo_id,
        conversation_id: conversation,
        message_type: message.message_type.number(),
        content_type: message.content_type,
        status: message.status,
        content_attributes: &message.content_attributes.0,
        created_at: seconds(message.created_at),
        private: message.private,
        source_id: message.source_id.as_deref(),
        sender: said.sender.as_ref().map(|sender| author_push(sender, colleagues)),
        attachments: draw_attachments(&said.attachments, links),
    }
}

/// An author as those see them who may see who is there.
pub(super) fn author_push<'a>(sender: &'a Sender, colleagues: &[Member]) -> SenderPush<'a> {
    let seen_as = match sender {
        Sender::User(user) => Some(availability(colleagues, user.id)),
        Sender::Contact(_) | Sender::Bot(_) => None,
    };
    sender_push(sender, seen_as)
}

/// How one of these colleagues is seen.
pub fn availability(colleagues: &[Member], user: UserId) -> Availability {
    let colleague = colleagues.iter().find(|member| member.user.id == user);
    colleague.map_or(Availability::Offline, |member| member.membership.availability_status())
}
