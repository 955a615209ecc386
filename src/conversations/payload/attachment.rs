//! How the files of a message look in JSON, everywhere the same.
use super::{SenderPush, author_push};
use crate::{
    conversations::{model::Attachment, thread::Said},
    db::types::{AccountId, AttachmentId, DisplayId, MessageId},
    files::{FileType, Links},
    users::Member,
    web::json::seconds,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A file of a message.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Attachment")]
pub struct AttachmentJson<'a> {
    id: AttachmentId,
    message_id: MessageId,
    file_type: FileType,
    account_id: AccountId,
    extension: Option<String>,
    content_type: &'a str,
    data_url: String,
    /// A link to a picture; empty for what is none.
    thumb_url: String,
    /// In bytes.
    file_size: i64,
    width: Option<i32>,
    height: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transcribed_text: Option<&'static str>,
}

/// Draws the files of a message.
pub fn draw<'a>(attachments: &'a [Attachment], links: &Links) -> Vec<AttachmentJson<'a>> {
    attachments.iter().map(|attachment| one(attachment, links)).collect()
}

/// A file in the list of a conversation's files.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ListedAttachment")]
pub struct ListedAttachment<'a> {
    #[serde(flatten)]
    file: AttachmentJson<'a>,
    /// When its message was written, in seconds since 1970.
    created_at: i64,
    sender: Option<SenderPush<'a>>,
}

/// A file in the list of a contact's files.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ContactAttachment")]
pub struct ContactAttachment<'a> {
    #[serde(flatten)]
    pub file: AttachmentJson<'a>,
    pub conversation_id: DisplayId,
}

/// Draws a file of a message by itself; `colleagues` as for messages.
pub fn listed<'a>(attachment: &'a Attachment, of: &'a Said, colleagues: &[Member], links: &Links) -> ListedAttachment<'a> {
    ListedAttachment {
        file: one(attachment, links),
        created_at: seconds(of.message.created_at),
        sender: of.sender.as_ref().map(|sender| author_push(sender, colleagues)),
    }
}

fn one<'a>(attachment: &'a Attachment, links: &Links) -> AttachmentJson<'a> {
    let Attachment { id, account_id, message_id, file_type, blob } = attachment;
    AttachmentJson {
        id: *id,
        message_id: *message_id,
        file_type: *file_type,
        account_id: *account_id,
        extension: blob.extension(),
        content_type: &blob.content_type,
        data_url: links.to(blob),
        thumb_url: if *file_type == FileType::Image { links.thumbnail(blob) } else { String::new() },
        file_size: blob.byte_size,
        width: blob.width,
        height: blob.height,
        transcribed_text: (*file_type == FileType::Audio).then_some(""),
    }
}
