//! How it looks in JSON what a step of a report is made of.
use crate::{
    conversations::{MessageType, Status},
    db::types::{ContactId, DisplayId, InboxId, MessageId, UserId},
    reports::{
        model::{Fact, Kind, Metric},
        period::Period,
        queries::{Drilled, Spoken, Talk, Things},
    },
    text_enum,
    web::json::seconds,
};
use schemars::JsonSchema;
use serde::Serialize;

text_enum! {
    /// What a step is made of.
    pub enum RecordType { Conversation = 0 "conversation", Message = 1 "message" }
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct SpokenJson<'a> {
    id: MessageId,
    content: Option<&'a str>,
    message_type: MessageType,
    sender_name: Option<&'a str>,
    created_at: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct TalkJson<'a> {
    /// Its row.
    id: i64,
    /// Its number, by which all else calls it.
    display_id: DisplayId,
    contact_id: ContactId,
    contact_name: &'a str,
    inbox_id: InboxId,
    inbox_name: &'a str,
    assignee_id: Option<UserId>,
    assignee_name: Option<&'a str>,
    status: Status,
    created_at: i64,
    last_activity_at: i64,
    last_message: Option<SpokenJson<'a>>,
}

/// A conversation or a message of a step.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DrilldownRecord")]
pub struct RecordJson<'a> {
    record_type: RecordType,
    conversation: TalkJson<'a>,
    /// What was written, or the answer that somebody waited for.
    message: Option<SpokenJson<'a>>,
    /// In seconds, where something took time.
    metric_value: Option<f64>,
    /// When, in seconds since 1970.
    occurred_at: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Bucket {
    since: i64,
    until: i64,
}

/// Which step it is, and how much there is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct DrillMeta {
    metric: Metric,
    record_type: RecordType,
    bucket: Bucket,
    current_page: i64,
    per_page: i64,
    /// On all pages together.
    total_count: i64,
    /// In how many conversations.
    conversation_count: i64,
}

fn tells_of_messages(kind: Kind) -> bool {
    matches!(kind, Kind::Incoming | Kind::Outgoing | Kind::FirstResponse | Kind::ReplyTime)
}

/// Draws what is told of all.
pub fn drill_meta(metric: Metric, bucket: Period, (current_page, per_page): (i64, i64), found: &Drilled) -> DrillMeta {
    DrillMeta {
        metric,
        record_type: if tells_of_messages(metric.kind()) { RecordType::Message } else { RecordType::Conversation },
        bucket: Bucket { since: bucket.since, until: bucket.until },
        current_page,
        per_page,
        total_count: found.total,
        conversation_count: found.conversations,
    }
}

fn spoken(spoken: &Spoken) -> SpokenJson<'_> {
    SpokenJson {
        id: spoken.id,
        content: spoken.content.as_deref(),
        message_type: spoken.message_type,
        sender_name: spoken.sender.as_deref(),
        created_at: seconds(spoken.created_at),
    }
}

fn talk<'a>(talk: &'a Talk, things: &'a Things) -> TalkJson<'a> {
    TalkJson {
        id: talk.id,
        display_id: talk.display_id,
        contact_id: talk.contact.0,
        contact_name: &talk.contact.1,
        inbox_id: talk.inbox.0,
        inbox_name: &talk.inbox.1,
        assignee_id: talk.assignee.as_ref().map(|(id, _)| *id),
        assignee_name: talk.assignee.as_ref().map(|(_, name)| name.as_str()),
        status: talk.status,
        created_at: seconds(talk.created_at),
        last_activity_at: seconds(talk.last_activity_at),
        last_message: talk.last_message.and_then(|id| things.spoken.get(&id)).map(spoken),
    }
}

/// Draws them. What was deleted a moment ago is left out.
pub fn records<'a>(found: &Drilled, things: &'a Things, within_hours: bool) -> Vec<RecordJson<'a>> {
    let record = |(place, (fact, _)): (usize, &(Fact, usize))| {
        let message = things.of_facts.get(&place).and_then(|id| things.spoken.get(id)).map(spoken);
        let took = if within_hours { fact.within_hours } else { Some(fact.value) };
        Some(RecordJson {
            record_type: if message.is_some() { RecordType::Message } else { RecordType::Conversation },
            conversation: talk(things.talks.get(&fact.conversation)?, things),
            message,
            metric_value: took.filter(|_| !matches!(fact.kind, Kind::Began | Kind::Incoming | Kind::Outgoing)).map(|seconds| seconds as f64),
            occurred_at: fact.at,
        })
    };
    found.facts.iter().enumerate().filter_map(record).collect()
}
