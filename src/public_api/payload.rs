//! How the client API draws things: less than agents see.
use super::{survey::Survey, visitor::Door};
use crate::{
    contacts::{self, Contact, ContactInbox, RawContact},
    conversations::{self, AttachmentJson, ContentType, Conversation, Said, Sender, Status, Window},
    db::{
        DbConn,
        types::{ContactId, ConversationId, DisplayId, InboxId, MessageId},
    },
    error::{Error, Result},
    files::Links,
    inboxes::{self, WorkingHour},
    surveys, users,
    web::json::{Iso, seconds, seconds_or_zero},
};
use serde::Serialize;
use serde_json::{Map, Value, json};

pub(super) fn inbox(door: &Door, hours: &[WorkingHour]) -> Value {
    let Door { inbox, channel, .. } = door;
    json!({
        "identifier": channel.identifier,
        "identity_validation_enabled": channel.hmac_mandatory,
        "name": inbox.name,
        "timezone": inbox.timezone,
        "working_hours": hours,
        "working_hours_enabled": inbox.working_hours_enabled,
        "csat_survey_enabled": inbox.csat_survey_enabled,
        "greeting_enabled": inbox.greeting_enabled,
    })
}

#[derive(Serialize)]
pub(super) struct VisitorJson<'a> {
    source_id: &'a str,
    pubsub_token: &'a str,
    id: ContactId,
    name: &'a str,
    email: Option<&'a str>,
    phone_number: Option<&'a str>,
}

pub(super) fn visitor<'a>(session: &'a ContactInbox, contact: &'a Contact) -> VisitorJson<'a> {
    VisitorJson {
        source_id: &session.source_id,
        pubsub_token: &session.pubsub_token,
        id: contact.id,
        name: &contact.name,
        email: contact.email.as_deref(),
        phone_number: contact.phone_number.as_deref(),
    }
}

#[derive(Serialize)]
pub(super) struct MessageJson<'a> {
    id: MessageId,
    content: Option<&'a str>,
    message_type: i16,
    content_type: ContentType,
    content_attributes: &'a Map<String, Value>,
    created_at: i64,
    conversation_id: DisplayId,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<AttachmentJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<Value>,
}

pub(super) fn message<'a>(said: &'a Said, conversation: DisplayId, links: &Links) -> Result<MessageJson<'a>> {
    let sender = said.sender.as_ref().map(|sender| match sender {
        Sender::User(user) => serde_json::to_value(users::push(user, None)),
        Sender::Contact(contact) => serde_json::to_value(contacts::push(contact)),
    });
    let message = &said.message;
    Ok(MessageJson {
        id: message.id,
        content: message.content.as_deref(),
        message_type: message.message_type.number(),
        content_type: message.content_type,
        content_attributes: &message.content_attributes.0,
        created_at: seconds(message.created_at),
        conversation_id: conversation,
        attachments: conversations::draw_attachments(&said.attachments, links),
        sender: sender.transpose().map_err(Error::internal)?,
    })
}

#[derive(Serialize)]
struct ConversationJson<'a> {
    id: DisplayId,
    uuid: &'a str,
    inbox_id: InboxId,
    contact_last_seen_at: i64,
    status: Status,
    agent_last_seen_at: i64,
    messages: Vec<MessageJson<'a>>,
    contact: RawContact<'a>,
}

/// The whole of a conversation; of a very long one the first thousand messages, whose continuation their own endpoint has.
pub(super) const WHOLE: Window = Window { before: Some(MessageId(i64::MAX)), after: Some(MessageId(0)), public_only: true };

/// The end of a conversation, as a list shows it.
pub(super) const END: Window = Window { before: None, after: None, public_only: true };

/// Draws a conversation with these of its messages, the oldest first.
pub(super) fn conversation(conn: &mut DbConn, contact: &Contact, c: &Conversation, window: Window, links: &Links) -> Result<Value> {
    let messages = conversations::messages(conn, c.id, window)?;
    let said = conversations::said(conn, c.account_id, messages)?;
    let drawn = ConversationJson {
        id: c.display_id,
        uuid: &c.uuid,
        inbox_id: c.inbox_id,
        contact_last_seen_at: seconds_or_zero(c.contact_last_seen_at),
        status: c.status,
        agent_last_seen_at: seconds_or_zero(c.agent_last_seen_at),
        messages: said.iter().map(|said| message(said, c.display_id, links)).collect::<Result<_>>()?,
        contact: contacts::raw(contact),
    };
    serde_json::to_value(drawn).map_err(Error::internal)
}

#[derive(Serialize)]
pub(super) struct SurveyJson<'a, R> {
    id: MessageId,
    csat_survey_response: Option<R>,
    display_type: &'a str,
    content: Option<&'a str>,
    inbox_avatar_url: &'a str,
    inbox_name: &'a str,
    locale: &'a str,
    // the internal one, which is nowhere else on this wire
    conversation_id: ConversationId,
    created_at: Iso,
}

pub(super) fn survey(survey: &Survey) -> SurveyJson<'_, impl Serialize> {
    let Survey { account, inbox, message, response, .. } = survey;
    SurveyJson {
        id: message.id,
        csat_survey_response: response.as_ref().map(surveys::raw),
        display_type: survey.display_type(),
        content: message.content.as_deref(),
        inbox_avatar_url: inboxes::avatar(inbox),
        inbox_name: &inbox.name,
        locale: &account.locale,
        conversation_id: message.conversation_id,
        created_at: Iso(message.created_at),
    }
}
