//! The inbox of samples, and what the catalogue says about the events of inboxes.
use super::{
    model::{ApiChannel, Channel, ChannelType, Inbox, SenderNameType, WorkingHour},
    payload::{self, Details, InboxEvent},
};
use crate::{
    accounts::Account,
    db::types::{AccountId, InboxId, Json},
    error::Result,
    events::{
        EventName,
        catalogue::{self, Sample, moment},
    },
};
use serde_json::{Map, Value};

/// An inbox that exists in samples only.
pub fn sample(account: AccountId) -> Inbox {
    Inbox {
        id: InboxId(3),
        account_id: account,
        channel_type: ChannelType::Api,
        name: "Support".into(),
        greeting_enabled: false,
        greeting_message: None,
        working_hours_enabled: false,
        out_of_office_message: None,
        timezone: "UTC".into(),
        enable_email_collect: true,
        csat_survey_enabled: false,
        csat_config: Json(Map::new()),
        enable_auto_assignment: true,
        auto_assignment_config: Json(Map::new()),
        allow_messages_after_resolved: true,
        lock_to_single_conversation: false,
        sender_name_type: SenderNameType::Friendly,
        business_name: None,
        created_at: moment(0),
        updated_at: moment(0),
        avatar_blob_id: None,
        avatar_url: None,
        portal_id: None,
    }
}

fn channel(inbox: &Inbox) -> Channel {
    Channel::Api(ApiChannel {
        id: 2,
        account_id: inbox.account_id,
        inbox_id: inbox.id,
        webhook_url: Some("https://bridge.example/hook".into()),
        identifier: "Hq3fVbT7nXk2mRp9sLw5yZcD".into(),
        hmac_token: String::new(),
        hmac_mandatory: false,
        secret: String::new(),
        additional_attributes: Json(Map::new()),
        created_at: inbox.created_at,
        updated_at: inbox.updated_at,
    })
}

fn hours(inbox: &Inbox) -> Vec<WorkingHour> {
    let day = |day_of_week: i16| {
        let closed = matches!(day_of_week, 0 | 6);
        let hour = |hour: i16| (!closed).then_some(hour);
        WorkingHour {
            id: i64::from(day_of_week) + 1,
            account_id: inbox.account_id,
            inbox_id: inbox.id,
            day_of_week,
            closed_all_day: closed,
            open_hour: hour(9),
            open_minutes: hour(0),
            close_hour: hour(17),
            close_minutes: hour(0),
            open_all_day: false,
            created_at: inbox.created_at,
            updated_at: inbox.updated_at,
        }
    };
    (0..7).map(day).collect()
}

/// The schema of an event about an inbox; none for the others.
pub fn event_schema(name: EventName) -> Option<Value> {
    matches!(name, EventName::InboxCreated | EventName::InboxUpdated).then(|| catalogue::schema::<InboxEvent>(name))
}

/// Samples of an event about this inbox; none for the others.
///
/// # Errors
/// When it cannot be drawn, which would be our mistake.
pub fn samples(name: EventName, account: &Account, inbox: &Inbox) -> Result<Vec<Sample>> {
    let before = Inbox { greeting_enabled: !inbox.greeting_enabled, updated_at: inbox.updated_at - chrono::TimeDelta::minutes(30), ..inbox.clone() };
    let changes = payload::changes(&before, inbox);
    let changed = match name {
        EventName::InboxCreated => None,
        EventName::InboxUpdated => Some(&changes),
        _ => return Ok(Vec::new()),
    };
    let details = Details { channel: channel(inbox), hours: hours(inbox), inbox: inbox.clone(), help_center: None };
    payload::event(&details, &account.name, name.name(), changed).map(Sample::plain)
}
