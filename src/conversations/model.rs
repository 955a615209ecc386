//! Rows and rules of conversations and their messages.
use crate::{
    audited,
    db::{
        schema::{attachments, conversations, messages},
        types::{
            AccountId, AgentBotId, AttachmentId, CampaignId, ContactId, ContactInboxId, ConversationId, DisplayId, InboxId, Json, MessageId, TeamId,
            UserId,
        },
    },
    events::Changes,
    files::{Blob, FileType},
    text_enum,
    web::json::Iso,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Map, Value};

text_enum! {
    /// Where a conversation stands.
    pub enum Status { Open = 0 "open", Resolved = 1 "resolved", Pending = 2 "pending", Snoozed = 3 "snoozed" }
}

text_enum! {
    /// How much a conversation matters.
    pub enum Priority { Low = 0 "low", Medium = 1 "medium", High = 2 "high", Urgent = 3 "urgent" }
}

text_enum! {
    /// Who a message comes from: a visitor, an agent, a notice of what happened, or an automatic text.
    pub enum MessageType { Incoming = 0 "incoming", Outgoing = 1 "outgoing", Activity = 2 "activity", Template = 3 "template" }
}

text_enum! {
    /// How a message is shown.
    pub enum ContentType {
        Text = 0 "text",
        InputText = 1 "input_text",
        InputTextarea = 2 "input_textarea",
        InputEmail = 3 "input_email",
        InputSelect = 4 "input_select",
        Cards = 5 "cards",
        Form = 6 "form",
        Article = 7 "article",
        IncomingEmail = 8 "incoming_email",
        InputCsat = 9 "input_csat",
        Integrations = 10 "integrations",
        Sticker = 11 "sticker",
        VoiceCall = 12 "voice_call",
    }
}

text_enum! {
    /// How far a message got.
    pub enum MessageStatus { Sent = 0 "sent", Delivered = 1 "delivered", Read = 2 "read", Failed = 3 "failed" }
}

text_enum! {
    /// What kind of thing wrote a message.
    pub enum SenderType { User = 0 "User", Contact = 1 "Contact", AgentBot = 2 "AgentBot" }
}

/// A row of `conversations`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset)]
#[diesel(treat_none_as_null = true)]
pub struct Conversation {
    /// Its id, which never leaves the server.
    pub id: ConversationId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Where it takes place.
    pub inbox_id: InboxId,
    /// With whom.
    pub contact_id: ContactId,
    /// In which session of theirs.
    pub contact_inbox_id: ContactInboxId,
    /// Its number in the account.
    pub display_id: DisplayId,
    /// For links that nobody can guess.
    pub uuid: String,
    /// Where it stands.
    pub status: Status,
    /// How much it matters.
    pub priority: Option<Priority>,
    /// Who is to answer.
    pub assignee_id: Option<UserId>,
    /// Which team is to answer.
    pub team_id: Option<TeamId>,
    /// When it opens again; only while snoozed.
    pub snoozed_until: Option<NaiveDateTime>,
    /// When a person first answered.
    pub first_reply_created_at: Option<NaiveDateTime>,
    /// Since when the contact waits for an answer.
    pub waiting_since: Option<NaiveDateTime>,
    /// The time of its newest message of any kind.
    pub last_activity_at: NaiveDateTime,
    /// When an agent last looked.
    pub agent_last_seen_at: Option<NaiveDateTime>,
    /// When the assignee last looked.
    pub assignee_last_seen_at: Option<NaiveDateTime>,
    /// When the contact last looked.
    pub contact_last_seen_at: Option<NaiveDateTime>,
    /// The titles of its labels.
    pub labels: Json<Vec<String>>,
    /// Browser, referrer and the like.
    pub additional_attributes: Json<Map<String, Value>>,
    /// What the business defines.
    pub custom_attributes: Json<Map<String, Value>>,
    /// When it began.
    pub created_at: NaiveDateTime,
    /// When it last changed.
    pub updated_at: NaiveDateTime,
    /// The campaign that began it.
    pub campaign_id: Option<CampaignId>,
    /// The bot that is to answer; it may be gone, and the conversation is about to open then.
    pub assignee_agent_bot_id: Option<AgentBotId>,
}

// of what was said in a conversation that is deleted the audit log keeps nothing.
audited!(DisplayId = "Conversation": |it| it.0, "");

impl Conversation {
    /// Puts right what follows from the status: a time to wake is kept only while snoozed, and nobody waits for an answer
    /// once it is resolved. What is open is people's.
    pub fn settle_status(&mut self) {
        if self.status == Status::Open {
            self.assignee_agent_bot_id = None;
        }
        if self.status != Status::Snoozed {
            self.snoozed_until = None;
        }
        if self.status == Status::Resolved {
            self.waiting_since = None;
        }
    }

    /// Either somebody is to answer or a bot: whoever was said last.
    pub fn settle_assignee(&mut self, before: &Conversation) {
        if self.assignee_id.is_some() && self.assignee_id != before.assignee_id {
            self.assignee_agent_bot_id = None;
        } else if self.assignee_agent_bot_id.is_some() && self.assignee_agent_bot_id != before.assignee_agent_bot_id {
            self.assignee_id = None;
        }
    }

    /// Whether the time has come until which it was snoozed.
    pub fn is_to_wake(&self, now: NaiveDateTime) -> bool {
        self.status == Status::Snoozed && self.snoozed_until.is_some_and(|until| until <= now)
    }

    /// What changed between two states of a conversation.
    pub fn changes(&self, after: &Conversation) -> Changes {
        let mut changes = Changes::default();
        changes.compare("status", self.status, after.status);
        changes.compare("assignee_id", self.assignee_id, after.assignee_id);
        changes.compare("assignee_agent_bot_id", self.assignee_agent_bot_id, after.assignee_agent_bot_id);
        changes.compare("contact_last_seen_at", self.contact_last_seen_at.map(Iso), after.contact_last_seen_at.map(Iso));
        changes.compare("agent_last_seen_at", self.agent_last_seen_at.map(Iso), after.agent_last_seen_at.map(Iso));
        changes.compare("additional_attributes", &self.additional_attributes.0, &after.additional_attributes.0);
        changes.compare("snoozed_until", self.snoozed_until.map(Iso), after.snoozed_until.map(Iso));
        changes.compare("custom_attributes", &self.custom_attributes.0, &after.custom_attributes.0);
        changes.compare("team_id", self.team_id, after.team_id);
        changes.compare("first_reply_created_at", self.first_reply_created_at.map(Iso), after.first_reply_created_at.map(Iso));
        changes.compare("priority", self.priority, after.priority);
        changes.compare("waiting_since", self.waiting_since.map(Iso), after.waiting_since.map(Iso));
        changes.compare("label_list", &self.labels.0, &after.labels.0);
        changes.compare("updated_at", Iso(self.updated_at), Iso(after.updated_at));
        changes
    }
}

/// The attributes whose change is told as `conversation_updated`.
pub const WATCHED: [&str; 10] = [
    "team_id",
    "assignee_id",
    "assignee_agent_bot_id",
    "status",
    "snoozed_until",
    "custom_attributes",
    "label_list",
    "waiting_since",
    "first_reply_created_at",
    "priority",
];

/// Under which of its additional attributes a message names its campaign.
pub const CAMPAIGN: &str = "campaign_id";

/// Under which of them it has the template that it was made from.
pub const TEMPLATE: &str = "template_params";

/// Under which of its content attributes an agent reads why a message did not arrive. It may tell of the business's own network, so visitors are not
/// shown it.
pub const FAILURE: &str = "external_error";

/// Under which of its content attributes a message has what it says in other languages.
pub const TRANSLATIONS: &str = "translations";

/// A row of `messages`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Where.
    pub inbox_id: InboxId,
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Who it comes from.
    pub message_type: MessageType,
    /// How it is shown.
    pub content_type: ContentType,
    /// Its text.
    pub content: Option<String>,
    /// What else it holds, by content type.
    pub content_attributes: Json<Map<String, Value>>,
    /// A note that visitors never see.
    pub private: bool,
    /// How far it got.
    pub status: MessageStatus,
    /// What another system calls it.
    pub source_id: Option<String>,
    /// What kind of thing wrote it; nothing for notices and automatic texts.
    pub sender_type: Option<SenderType>,
    /// Which.
    pub sender_id: Option<i64>,
    /// Campaign and the like.
    pub additional_attributes: Json<Map<String, Value>>,
    /// When it was written.
    pub created_at: NaiveDateTime,
    /// When it last changed.
    pub updated_at: NaiveDateTime,
}

impl Message {
    /// Whether a visitor may see it.
    pub fn is_public(&self) -> bool {
        !self.private && self.message_type != MessageType::Activity
    }

    /// Whether its author, or somebody else, has taken it back: a sentence stands in its place.
    pub fn is_taken_back(&self) -> bool {
        self.content_attributes.0.get("deleted") == Some(&Value::Bool(true))
    }

    /// What it says in other languages, by language.
    pub fn translations(&self) -> Option<&Map<String, Value>> {
        self.content_attributes.0.get(TRANSLATIONS)?.as_object()
    }

    /// Whether a campaign says it, and not a person now.
    pub fn is_of_campaign(&self) -> bool {
        self.additional_attributes.0.contains_key(CAMPAIGN)
    }

    /// Whether webhooks hear of it: of everything but notices.
    pub fn is_told(&self) -> bool {
        self.message_type != MessageType::Activity
    }
}

/// A row of `attachments`, with its file.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// Whose it is.
    pub account_id: AccountId,
    /// The message that it came with.
    pub message_id: MessageId,
    /// How it is shown.
    pub file_type: FileType,
    /// The file.
    #[diesel(embed)]
    pub blob: Blob,
}

/// How many messages a visitor may have waiting before the count stops.
pub const MOST_UNREAD: i64 = 10;
