//! Answers that are drawn in one place only.
use super::AssigneePush;
use crate::{
    bots::SlimBot, contacts::ContactPush, conversations::model::Status, db::types::DisplayId, teams::RawTeam, users::AgentJson, web::json::Iso,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// About the conversation whose messages are listed.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Around<'a> {
    pub labels: &'a [String],
    pub additional_attributes: &'a Map<String, Value>,
    pub contact: ContactPush<'a>,
    /// Who is to answer, if somebody is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<AssigneePush<'a>>,
    pub agent_last_seen_at: Option<Iso>,
    pub assignee_last_seen_at: Option<Iso>,
}

/// Where a conversation stands.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Standing {
    /// True; null when a bot has left the conversation to people.
    pub success: Option<bool>,
    pub conversation_id: DisplayId,
    pub current_status: Status,
    pub snoozed_until: Option<Iso>,
}

/// Who is to answer now.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Assigned<'a> {
    /// Somebody.
    Agent(AgentJson<'a>),
    /// A team.
    Team(RawTeam<'a>),
    /// A bot.
    Bot(SlimBot<'a>),
}

/// What a business notes about a conversation.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Noted<'a> {
    /// By the keys that are defined.
    pub custom_attributes: &'a Map<String, Value>,
}

/// What an agent has begun to write.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Draft {
    pub has_draft: bool,
    /// Not there without a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A file that no message names yet.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Uploaded<'a> {
    pub file_url: String,
    /// What a message names it by.
    pub blob_id: &'a str,
}

/// What an action on many conversations answers when it is refused as a whole.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Failed {
    /// Always false.
    pub success: bool,
}
