//! How the client API draws things: less than agents see.
use super::{survey::Survey, visitor::Door};
use crate::{
    contacts::{self, ContactInbox, RawContact, SeenContact},
    conversations::{self, Conversation, PublicMessage, Status, Visitor, Window},
    db::{
        DbConn,
        types::{ContactId, ConversationId, DisplayId, InboxId, MessageId},
    },
    error::{Error, Result},
    files::Links,
    inboxes::{self, WorkingHour},
    surveys,
    web::json::{Iso, seconds_or_zero},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// An inbox as its visitors see it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PublicInbox")]
pub(super) struct InboxJson {
    identifier: String,
    /// Whether who one is must be proved (`identifier_hash`).
    identity_validation_enabled: bool,
    name: String,
    timezone: String,
    /// From Sunday on.
    working_hours: Vec<WorkingHour>,
    working_hours_enabled: bool,
    csat_survey_enabled: bool,
    greeting_enabled: bool,
}

pub(super) fn inbox(door: Door, working_hours: Vec<WorkingHour>) -> InboxJson {
    let Door { inbox, channel, .. } = door;
    InboxJson {
        identifier: channel.identifier,
        identity_validation_enabled: channel.hmac_mandatory,
        name: inbox.name,
        timezone: inbox.timezone,
        working_hours,
        working_hours_enabled: inbox.working_hours_enabled,
        csat_survey_enabled: inbox.csat_survey_enabled,
        greeting_enabled: inbox.greeting_enabled,
    }
}

/// A visitor, and their session.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Visitor")]
pub(super) struct VisitorJson<'a> {
    /// What all other paths name the session by; whoever knows it is the visitor.
    source_id: &'a str,
    pubsub_token: &'a str,
    id: ContactId,
    name: &'a str,
    email: Option<&'a str>,
    phone_number: Option<&'a str>,
}

pub(super) fn visitor<'a>(session: &'a ContactInbox, seen: &'a SeenContact) -> VisitorJson<'a> {
    let contact = seen.as_contact();
    VisitorJson {
        source_id: &session.source_id,
        pubsub_token: &session.pubsub_token,
        id: contact.id,
        name: &contact.name,
        email: contact.email.as_deref(),
        phone_number: contact.phone_number.as_deref(),
    }
}

/// A conversation as its visitor sees it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PublicConversation")]
pub(super) struct ConversationJson<'a> {
    id: DisplayId,
    uuid: &'a str,
    inbox_id: InboxId,
    /// In seconds since 1970; 0 for never.
    contact_last_seen_at: i64,
    status: Status,
    /// In seconds since 1970; 0 for never.
    agent_last_seen_at: i64,
    messages: Vec<PublicMessage<'a>>,
    contact: RawContact<'a>,
}

/// The whole of a conversation; of a very long one the first thousand messages, whose continuation their own endpoint has.
pub(super) const WHOLE: Window = Window { before: Some(MessageId(i64::MAX)), after: Some(MessageId(0)), public_only: true };

/// The end of a conversation, as a list shows it.
pub(super) const END: Window = Window { before: None, after: None, public_only: true };

/// Draws a conversation of a visitor with these of its messages, the oldest first.
pub(super) fn conversation(conn: &mut DbConn, visitor: &Visitor, c: &Conversation, window: Window, links: &Links) -> Result<Value> {
    let messages = conversations::messages(conn, c.id, window)?;
    let heard = visitor.hears(conversations::said(conn, c.account_id, messages)?);
    let seen = visitor.sees();
    let drawn = ConversationJson {
        id: c.display_id,
        uuid: &c.uuid,
        inbox_id: c.inbox_id,
        contact_last_seen_at: seconds_or_zero(c.contact_last_seen_at),
        status: c.status,
        agent_last_seen_at: seconds_or_zero(c.agent_last_seen_at),
        messages: heard.iter().map(|heard| conversations::public_message(heard, c.display_id, links)).collect(),
        contact: contacts::raw(&seen),
    };
    serde_json::to_value(drawn).map_err(Error::internal)
}

/// A question, and the answer to it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Survey")]
pub(super) struct SurveyJson<'a> {
    id: MessageId,
    /// Null as long as nobody has answered.
    csat_survey_response: Option<surveys::RawResponse<'a>>,
    /// `emoji`, `star`, or what else the message says.
    display_type: &'a str,
    content: Option<&'a str>,
    inbox_avatar_url: &'a str,
    inbox_name: &'a str,
    locale: &'a str,
    // the internal one, which is nowhere else on this wire
    conversation_id: ConversationId,
    created_at: Iso,
}

pub(super) fn survey(survey: &Survey) -> SurveyJson<'_> {
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
