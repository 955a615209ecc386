//! How it looks in JSON what was measured.
use crate::{
    db::types::{AccountId, DisplayId, InboxId, ReportingEventId, UserId},
    reporting::{Measure, ReportingEvent},
    web::{fields::PageNumber, json::Iso},
};
use schemars::JsonSchema;
use serde::Serialize;

/// Something that was measured.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReportingEvent")]
pub struct ReportingEventJson {
    id: ReportingEventId,
    name: Measure,
    /// In seconds.
    value: f64,
    /// In seconds; nothing where nobody knows which hours the inbox had.
    value_in_business_hours: Option<f64>,
    event_start_time: Iso,
    event_end_time: Iso,
    account_id: AccountId,
    conversation_id: DisplayId,
    inbox_id: InboxId,
    user_id: Option<UserId>,
    created_at: Iso,
    updated_at: Iso,
}

/// Draws it.
pub fn event(event: &ReportingEvent, conversation_id: DisplayId) -> ReportingEventJson {
    ReportingEventJson {
        id: event.id,
        name: event.name,
        value: event.value,
        value_in_business_hours: event.value_in_business_hours,
        event_start_time: Iso(event.event_start_time),
        event_end_time: Iso(event.event_end_time),
        account_id: event.account_id,
        conversation_id,
        inbox_id: event.inbox_id,
        user_id: event.user_id,
        created_at: Iso(event.created_at),
        updated_at: Iso(event.updated_at),
    }
}

/// How much there is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct EventsMeta {
    /// On all pages together.
    pub count: i64,
    /// As it was asked for.
    pub current_page: PageNumber,
    /// How many pages there are.
    pub total_pages: i64,
}
