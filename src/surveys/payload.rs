//! How answers look to administrators: in JSON, and as a table.
use super::{Response, queries::Given};
use crate::{
    contacts::{self, ContactJson},
    db::types::{AccountId, DisplayId, MessageId, SurveyResponseId},
    error::Result,
    users::{self, AgentJson, Member},
    web::{
        json::{Iso, seconds},
        spreadsheet,
    },
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What the table is called.
pub const TABLE: &str = "csat_report";

/// The columns of the table.
const COLUMNS: [&str; 8] =
    ["agent_name", "rating", "feedback", "contact_name", "contact_email", "contact_phone_number", "conversation_id", "recorded_at"];

/// An answer as administrators see it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SurveyResponse")]
pub struct GivenJson<'a> {
    id: SurveyResponseId,
    /// From 1, the worst, to 5.
    rating: i16,
    feedback_message: Option<&'a str>,
    /// What an administrator has noted about it.
    csat_review_notes: Option<&'a str>,
    /// When that was, in seconds since 1970.
    review_notes_updated_at: Option<i64>,
    /// Who that was, unless they have left.
    #[serde(skip_serializing_if = "Option::is_none")]
    review_notes_updated_by: Option<AgentJson<'a>>,
    account_id: AccountId,
    message_id: MessageId,
    contact: ContactJson<'a>,
    conversation_id: DisplayId,
    /// Who was to answer when the rating was given, unless they have left.
    #[serde(skip_serializing_if = "Option::is_none")]
    assigned_agent: Option<AgentJson<'a>>,
    /// In seconds since 1970.
    created_at: i64,
}

/// Draws an answer. Whoever it is about, or has noted something about it, is among the colleagues, unless they have left.
pub fn given<'a>((response, conversation, contact): &'a Given, colleagues: &'a [Member]) -> GivenJson<'a> {
    GivenJson {
        id: response.id,
        rating: response.rating,
        feedback_message: response.feedback_message.as_deref(),
        csat_review_notes: response.csat_review_notes.as_deref(),
        review_notes_updated_at: response.review_notes_updated_at.map(seconds),
        review_notes_updated_by: reviewer(response, colleagues).map(users::agent),
        account_id: response.account_id,
        message_id: response.message_id,
        contact: contacts::draw(contact, None),
        conversation_id: *conversation,
        assigned_agent: about(response, colleagues).map(users::agent),
        created_at: seconds(response.created_at),
    }
}

/// How many answers there are.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct MetricsJson {
    total_count: i64,
    /// By rating; one that nobody has given is not there.
    ratings_count: BTreeMap<String, i64>,
    /// How often was asked.
    total_sent_messages_count: i64,
}

/// Draws how many answers there are, by rating, and how often was asked.
pub fn metrics(counts: &[(i16, i64)], asked: i64) -> MetricsJson {
    MetricsJson {
        total_count: counts.iter().map(|(_, count)| count).sum(),
        ratings_count: counts.iter().map(|(rating, count)| (rating.to_string(), *count)).collect(),
        total_sent_messages_count: asked,
    }
}

/// Writes answers as a table (CSV).
///
/// # Errors
/// [`Error::Internal`] when it cannot be written.
pub fn table(all: &[Given], colleagues: &[Member]) -> Result<Vec<u8>> {
    let row = |(response, conversation, contact): &Given| {
        vec![
            about(response, colleagues).map(|member| member.user.available_name().to_owned()).unwrap_or_default(),
            response.rating.to_string(),
            response.feedback_message.clone().unwrap_or_default(),
            contact.name.clone(),
            contact.email.clone().unwrap_or_default(),
            contact.phone_number.clone().unwrap_or_default(),
            conversation.to_string(),
            Iso(response.created_at).to_string(),
        ]
    };
    spreadsheet::table(&COLUMNS, all.iter().map(row))
}

/// Whom an answer is about, unless they have left.
pub fn about<'a>(response: &Response, colleagues: &'a [Member]) -> Option<&'a Member> {
    colleagues.iter().find(|member| response.assigned_agent_id == Some(member.user.id))
}

/// Who has noted something about an answer, unless they have left.
pub fn reviewer<'a>(response: &Response, colleagues: &'a [Member]) -> Option<&'a Member> {
    colleagues.iter().find(|member| response.review_notes_updated_by_id == Some(member.user.id))
}
