//! How contacts look in JSON: to agents, inside messages, in webhooks, and as a bare row.
use super::{
    model::{Contact, ContactInbox, ContactType, Note},
    queries::Sessions,
    words::SeenContact,
};
use crate::{
    accounts::Account,
    db::types::{AccountId, ContactId, NoteId, now},
    events::Changes,
    inboxes::{self, Channel, Inbox, RawInbox, SlimInbox},
    users::{self, AgentJson, Member},
    web::{
        fields::PageNumber,
        json::{Iso, Named, seconds},
    },
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// A contact as agents see them.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Contact")]
pub struct ContactJson<'a> {
    additional_attributes: &'a Map<String, Value>,
    /// `online` or `offline`.
    availability_status: &'static str,
    email: Option<&'a str>,
    id: ContactId,
    name: &'a str,
    phone_number: Option<&'a str>,
    blocked: bool,
    identifier: Option<&'a str>,
    thumbnail: &'a str,
    custom_attributes: &'a Map<String, Value>,
    /// In seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_activity_at: Option<i64>,
    /// In seconds since 1970.
    created_at: i64,
    /// Their sessions in inboxes, unless these are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_inboxes: Option<Vec<SessionJson<'a>>>,
}

/// A session inside a contact.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ContactSession")]
pub struct SessionJson<'a> {
    source_id: &'a str,
    inbox: SlimInbox<'a>,
}

/// Draws a session inside a contact.
pub(super) fn session<'a>(source_id: &'a str, inbox: &'a Inbox, channel: &Channel) -> SessionJson<'a> {
    SessionJson { source_id, inbox: inboxes::slim(inbox, channel) }
}

/// A session inside an answer about contacts, the inbox first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ContactableInbox")]
pub(super) struct ReachedJson<'a> {
    pub inbox: SlimInbox<'a>,
    pub source_id: String,
}

/// What a new contact is answered with.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct CreatedJson<'a> {
    #[schemars(with = "ContactJson")]
    pub contact: Value,
    pub contact_inbox: FirstSession<'a>,
}

/// The session that was begun with a new contact; both null without one.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct FirstSession<'a> {
    pub inbox: Option<RawInbox<'a>>,
    pub source_id: Option<&'a str>,
}

/// About a list of contacts.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct Meta {
    /// How many there are on all pages; of a search, how many are on this one, and null when nothing is sought.
    pub count: Option<i64>,
    /// As it was sent.
    pub current_page: PageNumber,
    /// Of a search, whether there are more pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_more: Option<bool>,
}

/// A note. Of what it belongs to clients know the keys, and that they are null.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Note")]
pub(super) struct NoteJson<'a> {
    id: NoteId,
    content: &'a str,
    account_id: Option<AccountId>,
    contact_id: Option<ContactId>,
    /// Who wrote it, if they are still there; a program of the account by its own name.
    user: Option<AgentJson<'a>>,
    /// In seconds since 1970.
    created_at: i64,
    /// In seconds since 1970.
    updated_at: i64,
}

/// Draws a note; `authors` are members of the account, and its programs.
pub(super) fn note<'a>(note: &'a Note, authors: &'a [Member]) -> NoteJson<'a> {
    let author = authors.iter().find(|member| Some(member.user.id) == note.user_id);
    NoteJson {
        id: note.id,
        content: &note.content,
        account_id: None,
        contact_id: None,
        user: author.map(users::agent),
        created_at: seconds(note.created_at),
        updated_at: seconds(note.updated_at),
    }
}

/// Draws a contact for agents; with their sessions, if given.
pub fn draw<'a>(contact: &'a Contact, sessions: Option<&'a Sessions>) -> ContactJson<'a> {
    let own = |sessions: &'a Sessions| {
        let own = sessions.iter().filter(|(session, ..)| session.contact_id == contact.id);
        own.map(|(row, inbox, channel)| session(&row.source_id, inbox, channel)).collect()
    };
    ContactJson {
        additional_attributes: &contact.additional_attributes.0,
        availability_status: if contact.is_online(now()) { "online" } else { "offline" },
        email: contact.email.as_deref(),
        id: contact.id,
        name: &contact.name,
        phone_number: contact.phone_number.as_deref(),
        blocked: contact.blocked,
        identifier: contact.identifier.as_deref(),
        thumbnail: contact.avatar_url.as_deref().unwrap_or_default(),
        custom_attributes: &contact.custom_attributes.0,
        last_activity_at: contact.last_activity_at.map(seconds),
        created_at: seconds(contact.created_at),
        contact_inboxes: sessions.map(own),
    }
}

/// A contact inside messages and conversations.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "NestedContact")]
pub struct ContactPush<'a> {
    additional_attributes: &'a Map<String, Value>,
    custom_attributes: &'a Map<String, Value>,
    email: Option<&'a str>,
    id: ContactId,
    identifier: Option<&'a str>,
    name: &'a str,
    phone_number: Option<&'a str>,
    thumbnail: &'a str,
    blocked: bool,
    #[serde(rename = "type")]
    #[schemars(extend("const" = "contact"))]
    kind: &'static str,
}

/// Draws a contact inside messages.
pub fn push(contact: &Contact) -> ContactPush<'_> {
    ContactPush {
        additional_attributes: &contact.additional_attributes.0,
        custom_attributes: &contact.custom_attributes.0,
        email: contact.email.as_deref(),
        id: contact.id,
        identifier: contact.identifier.as_deref(),
        name: &contact.name,
        phone_number: contact.phone_number.as_deref(),
        thumbnail: contact.avatar_url.as_deref().unwrap_or_default(),
        blocked: contact.blocked,
        kind: "contact",
    }
}

/// A contact in webhooks: known by the missing `type`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Contact")]
pub struct ContactWebhook<'a> {
    account: Named<'a, AccountId>,
    additional_attributes: &'a Map<String, Value>,
    avatar: &'a str,
    custom_attributes: &'a Map<String, Value>,
    email: Option<&'a str>,
    id: ContactId,
    identifier: Option<&'a str>,
    name: &'a str,
    phone_number: Option<&'a str>,
    thumbnail: &'a str,
    blocked: bool,
}

/// Draws a contact for webhooks.
pub fn webhook<'a>(contact: &'a Contact, account: &'a Account) -> ContactWebhook<'a> {
    let avatar = contact.avatar_url.as_deref().unwrap_or_default();
    ContactWebhook {
        account: Named { id: account.id, name: &account.name },
        additional_attributes: &contact.additional_attributes.0,
        avatar,
        custom_attributes: &contact.custom_attributes.0,
        email: contact.email.as_deref(),
        id: contact.id,
        identifier: contact.identifier.as_deref(),
        name: &contact.name,
        phone_number: contact.phone_number.as_deref(),
        thumbnail: avatar,
        blocked: contact.blocked,
    }
}

/// The body of `contact_created` and `contact_updated`.
#[derive(Serialize, JsonSchema)]
pub(super) struct ContactEvent<'a> {
    #[serde(flatten)]
    pub contact: ContactWebhook<'a>,
    pub event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_attributes: Option<&'a Changes>,
}

/// A contact as its bare row, as the public client API draws it inside conversations.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ContactRow")]
pub struct RawContact<'a> {
    id: ContactId,
    name: &'a str,
    email: Option<&'a str>,
    phone_number: Option<&'a str>,
    account_id: AccountId,
    created_at: Iso,
    updated_at: Iso,
    additional_attributes: &'a Map<String, Value>,
    identifier: Option<&'a str>,
    custom_attributes: &'a Map<String, Value>,
    last_activity_at: Option<Iso>,
    contact_type: ContactType,
    middle_name: &'static str,
    last_name: &'static str,
    location: Option<&'a str>,
    country_code: Option<&'a str>,
    blocked: bool,
    company_id: Option<i64>,
    label_list: Option<&'static str>,
}

/// Draws a contact as its bare row, for visitors.
pub fn raw(seen: &SeenContact) -> RawContact<'_> {
    let contact = seen.as_contact();
    let attribute = |key: &str| contact.additional_attributes.0.get(key).and_then(Value::as_str);
    RawContact {
        id: contact.id,
        name: &contact.name,
        email: contact.email.as_deref(),
        phone_number: contact.phone_number.as_deref(),
        account_id: contact.account_id,
        created_at: Iso(contact.created_at),
        updated_at: Iso(contact.updated_at),
        additional_attributes: &contact.additional_attributes.0,
        identifier: contact.identifier.as_deref(),
        custom_attributes: &contact.custom_attributes.0,
        last_activity_at: contact.last_activity_at.map(Iso),
        contact_type: contact.contact_type,
        middle_name: "",
        last_name: "",
        location: attribute("city"),
        country_code: attribute("country_code"),
        blocked: contact.blocked,
        company_id: None,
        label_list: None,
    }
}

/// A session inside conversation payloads.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ContactInbox")]
pub struct ContactInboxJson<'a> {
    id: crate::db::types::ContactInboxId,
    contact_id: ContactId,
    inbox_id: crate::db::types::InboxId,
    source_id: &'a str,
    created_at: Iso,
    updated_at: Iso,
    hmac_verified: bool,
    pubsub_token: &'a str,
}

/// Draws a session inside a conversation.
pub fn contact_inbox(session: &ContactInbox) -> ContactInboxJson<'_> {
    ContactInboxJson {
        id: session.id,
        contact_id: session.contact_id,
        inbox_id: session.inbox_id,
        source_id: &session.source_id,
        created_at: Iso(session.created_at),
        updated_at: Iso(session.updated_at),
        hmac_verified: session.hmac_verified,
        pubsub_token: &session.pubsub_token,
    }
}
