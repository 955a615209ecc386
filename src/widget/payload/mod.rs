//! How the widget's API draws things: less than agents see.
mod website;

pub(super) use website::{ConfigJson, Site, config};

use crate::{
    contacts::{RawContact, SeenContact},
    conversations::{AttachmentJson, Conversation, Heard, PublicMessage, SenderPush, Status, draw_attachments, public_sender},
    db::types::{AccountId, CampaignNumber, ContactId, ContactInboxId, ConversationId, DisplayId, InboxId, MessageId, TeamId, UserId},
    files::Links,
    users::{Availability, Member},
    web::json::{Iso, seconds, seconds_or_zero},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// An error that says what is wrong.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct Refused {
    error: String,
}

/// What is known of the visitor, without what it is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WidgetContact")]
pub(super) struct KnownJson<'a> {
    id: ContactId,
    has_email: bool,
    has_name: bool,
    has_phone_number: bool,
    identifier: Option<&'a str>,
}

/// Draws what a visitor may know of themselves.
pub(super) fn known(seen: &SeenContact) -> KnownJson<'_> {
    let contact = seen.as_contact();
    KnownJson {
        id: contact.id,
        has_email: contact.email.is_some(),
        has_name: !contact.name.is_empty(),
        has_phone_number: contact.phone_number.is_some(),
        identifier: contact.identifier.as_deref(),
    }
}

/// The same after they have said who they are.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WidgetIdentified")]
pub(super) struct IdentifiedJson<'a> {
    id: ContactId,
    has_email: bool,
    has_name: bool,
    has_phone_number: bool,
    /// The session from now on, where it is another one than before.
    #[serde(skip_serializing_if = "Option::is_none")]
    widget_auth_token: Option<&'a str>,
}

/// Draws a visitor who has said who they are.
pub(super) fn identified<'a>(seen: &SeenContact, widget_auth_token: Option<&'a str>) -> IdentifiedJson<'a> {
    let KnownJson { id, has_email, has_name, has_phone_number, .. } = known(seen);
    IdentifiedJson { id, has_email, has_name, has_phone_number, widget_auth_token }
}

/// The conversation that the visitor is in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WidgetConversation")]
pub(super) struct ConversationJson {
    id: DisplayId,
    inbox_id: InboxId,
    /// In seconds since 1970; 0 for never.
    contact_last_seen_at: i64,
    /// When one of the agents last looked, in seconds since 1970; 0 for never.
    agent_last_seen_at: i64,
    status: Status,
}

/// The same, or `{}` as long as there is none.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(super) enum LatestJson {
    One(ConversationJson),
    None {},
}

/// Draws a conversation.
pub(super) fn conversation(conversation: &Conversation) -> ConversationJson {
    ConversationJson {
        id: conversation.display_id,
        inbox_id: conversation.inbox_id,
        contact_last_seen_at: seconds_or_zero(conversation.contact_last_seen_at),
        agent_last_seen_at: seconds_or_zero(conversation.agent_last_seen_at),
        status: conversation.status,
    }
}

/// A conversation that has just begun.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WidgetBegun")]
pub(super) struct BegunJson<'a> {
    #[serde(flatten)]
    pub conversation: ConversationJson,
    pub messages: Vec<PublicMessage<'a>>,
    pub custom_attributes: &'a Map<String, Value>,
    pub contact: RawContact<'a>,
}

/// The messages of a conversation.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WidgetMessages")]
pub(super) struct MessagesJson<'a> {
    pub payload: Vec<PublicMessage<'a>>,
    /// As long as there is a conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<SeenJson>,
}

/// What is known of a conversation's visitor.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct SeenJson {
    /// In seconds since 1970; 0 for never.
    contact_last_seen_at: i64,
}

/// Draws when the visitor has last seen their conversation.
pub(super) fn seen(conversation: &Conversation) -> SeenJson {
    SeenJson { contact_last_seen_at: seconds_or_zero(conversation.contact_last_seen_at) }
}

/// A message that the visitor has just written.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WidgetWritten")]
pub(super) struct WrittenJson<'a> {
    id: MessageId,
    content: Option<&'a str>,
    inbox_id: InboxId,
    conversation_id: DisplayId,
    message_type: i16,
    /// In seconds since 1970.
    created_at: i64,
    private: bool,
    source_id: Option<&'a str>,
    content_attributes: &'a Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<AttachmentJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<SenderPush<'a>>,
    /// What the client that wrote it has called it.
    #[serde(skip_serializing_if = "Option::is_none")]
    echo_id: Option<&'a str>,
}

/// Draws a message that the visitor has just written.
pub(super) fn written<'a>(heard: &'a Heard, conversation: DisplayId, echo_id: Option<&'a str>, links: &Links) -> WrittenJson<'a> {
    let said = heard.said();
    let message = &said.message;
    WrittenJson {
        id: message.id,
        content: message.content.as_deref(),
        inbox_id: message.inbox_id,
        conversation_id: conversation,
        message_type: message.message_type.number(),
        created_at: seconds(message.created_at),
        private: message.private,
        source_id: message.source_id.as_deref(),
        content_attributes: &message.content_attributes.0,
        attachments: draw_attachments(&said.attachments, links),
        sender: public_sender(heard),
        echo_id,
    }
}

/// What answers to an interactive message is answered with.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct SubmittedJson<'a> {
    pub contact: RawContact<'a>,
}

/// A member of the inbox as visitors see them.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WidgetMember")]
pub(super) struct MemberJson<'a> {
    id: UserId,
    name: &'a str,
    /// A link to their picture; empty without one.
    avatar_url: &'a str,
    availability_status: Availability,
}

/// Draws a member of the inbox.
pub(super) fn member(member: &Member) -> MemberJson<'_> {
    MemberJson {
        id: member.user.id,
        name: member.user.available_name(),
        avatar_url: member.user.avatar_url.as_deref().unwrap_or_default(),
        availability_status: member.membership.availability_status(),
    }
}

/// Nothing that visitors may know.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Nothing {}

/// A conversation as its bare row.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ConversationRow")]
pub(super) struct RawConversation<'a> {
    id: ConversationId,
    account_id: AccountId,
    inbox_id: InboxId,
    status: Status,
    assignee_id: Option<UserId>,
    created_at: Iso,
    updated_at: Iso,
    contact_id: ContactId,
    display_id: DisplayId,
    contact_last_seen_at: Option<Iso>,
    agent_last_seen_at: Option<Iso>,
    additional_attributes: &'a Map<String, Value>,
    contact_inbox_id: ContactInboxId,
    uuid: &'a str,
    identifier: Option<&'a str>,
    last_activity_at: Iso,
    team_id: Option<TeamId>,
    /// The number of the campaign that began it.
    campaign_id: Option<CampaignNumber>,
    snoozed_until: Option<Iso>,
    /// Always empty: they are the business's own.
    custom_attributes: Nothing,
    first_reply_created_at: Option<Iso>,
    waiting_since: Option<Iso>,
}

/// Draws a conversation as its bare row, without what agents alone note of it.
pub(super) fn raw_conversation(c: &Conversation, campaign: Option<CampaignNumber>) -> RawConversation<'_> {
    RawConversation {
        id: c.id,
        account_id: c.account_id,
        inbox_id: c.inbox_id,
        status: c.status,
        assignee_id: None,
        created_at: Iso(c.created_at),
        updated_at: Iso(c.updated_at),
        contact_id: c.contact_id,
        display_id: c.display_id,
        contact_last_seen_at: c.contact_last_seen_at.map(Iso),
        agent_last_seen_at: c.agent_last_seen_at.map(Iso),
        additional_attributes: &c.additional_attributes.0,
        contact_inbox_id: c.contact_inbox_id,
        uuid: &c.uuid,
        identifier: None,
        last_activity_at: Iso(c.last_activity_at),
        team_id: None,
        campaign_id: campaign,
        snoozed_until: None,
        custom_attributes: Nothing {},
        first_reply_created_at: c.first_reply_created_at.map(Iso),
        waiting_since: c.waiting_since.map(Iso),
    }
}
