//! How reports look in JSON.
mod drill;
mod events;
mod standing;

pub use drill::{DrillMeta, RecordJson, drill_meta, records};
pub use events::{EventsMeta, ReportingEventJson, event};
pub use standing::{GroupJson, StandingJson, Standings, agent_standing, by_assignee, by_team, standing};

use super::{
    model::{Dimension, Metric, Tally},
    period::Steps,
    queries::Part,
};
use crate::{
    conversations::Status,
    db::types::{InboxId, LabelId},
    inboxes::{ChannelType, Inbox},
    labels::Label,
    web::json::Named,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// A number of things, or seconds.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub enum Figure {
    /// How many.
    Number(i64),
    /// How long, on the average.
    Seconds(f64),
}

/// What happened in a step.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReportPoint")]
pub struct Point {
    value: Figure,
    /// When the step begins, in seconds since 1970.
    timestamp: i64,
    /// Of how many things it is the average.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
}

/// The steps of a report, one after the other.
pub fn points(metric: Metric, steps: &Steps, tallies: &[Tally], within_hours: bool) -> Vec<Point> {
    let point = |(timestamp, tally): (&i64, &Tally)| match metric.is_time() {
        true => {
            let value = Figure::Seconds(tally.average(metric, within_hours).unwrap_or_default());
            Point { value, timestamp: *timestamp, count: Some(tally.number(metric)) }
        }
        false => Point { value: Figure::Number(tally.number(metric)), timestamp: *timestamp, count: None },
    };
    steps.begins.iter().zip(tallies).map(point).collect()
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Totals {
    conversations_count: i64,
    incoming_messages_count: i64,
    outgoing_messages_count: i64,
    /// In seconds.
    avg_first_response_time: Option<f64>,
    /// In seconds.
    avg_resolution_time: Option<f64>,
    resolutions_count: i64,
    /// In seconds.
    reply_time: Option<f64>,
}

fn totals(tally: &Tally, within_hours: bool) -> Totals {
    Totals {
        conversations_count: tally.number(Metric::Conversations),
        incoming_messages_count: tally.number(Metric::Incoming),
        outgoing_messages_count: tally.number(Metric::Outgoing),
        avg_first_response_time: tally.average(Metric::FirstResponse, within_hours),
        avg_resolution_time: tally.average(Metric::Resolution, within_hours),
        resolutions_count: tally.number(Metric::Resolutions),
        reply_time: tally.average(Metric::ReplyTime, within_hours),
    }
}

/// Everything at a glance, beside the time of the same length before.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReportSummary")]
pub struct Summary {
    #[serde(flatten)]
    now: Totals,
    previous: Totals,
}

/// Draws both.
pub fn summary((now, then): &(Tally, Tally), within_hours: bool) -> Summary {
    Summary { now: totals(now, within_hours), previous: totals(then, within_hours) }
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct BotTotals {
    bot_resolutions_count: i64,
    bot_handoffs_count: i64,
}

/// What bots did, beside the time of the same length before.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "BotSummary")]
pub struct BotSummary {
    #[serde(flatten)]
    now: BotTotals,
    previous: BotTotals,
}

/// Draws both.
pub fn bot_summary((now, then): &(Tally, Tally)) -> BotSummary {
    let totals = |tally: &Tally| BotTotals {
        bot_resolutions_count: tally.number(Metric::BotResolutions),
        bot_handoffs_count: tally.number(Metric::BotHandoffs),
    };
    BotSummary { now: totals(now), previous: totals(then) }
}

/// How bots do.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "BotMetrics")]
pub struct BotMetrics {
    /// That began while a bot was at work in their inbox, whether or not it still is.
    conversation_count: i64,
    /// That were sent in these.
    message_count: i64,
    /// Of a hundred conversations.
    resolution_rate: i64,
    /// Of a hundred conversations.
    handoff_rate: i64,
}

/// Draws what bots did.
pub fn bot_metrics(tally: &Tally) -> BotMetrics {
    let conversations = tally.number(Metric::Conversations);
    let rate = |metric| (tally.number(metric) * 100).checked_div(conversations).unwrap_or_default();
    BotMetrics {
        conversation_count: conversations,
        message_count: tally.number(Metric::Outgoing),
        resolution_rate: rate(Metric::BotResolutions),
        handoff_rate: rate(Metric::BotHandoffs),
    }
}

/// A row of a summary: an agent's, an inbox's, a team's or a label's.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SummaryRow")]
pub struct SummaryRow<'a> {
    id: i64,
    /// Of labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    conversations_count: i64,
    resolved_conversations_count: i64,
    /// In seconds.
    avg_resolution_time: Option<f64>,
    /// In seconds.
    avg_first_response_time: Option<f64>,
    /// In seconds.
    avg_reply_time: Option<f64>,
}

/// Draws one for each that the account has.
pub fn rows<'a>(parts: &'a [Part], dimension: Dimension, within_hours: bool) -> Vec<SummaryRow<'a>> {
    let row = |Part { id, name, tally }: &'a Part| SummaryRow {
        id: *id,
        name: (dimension == Dimension::Label).then_some(name.as_str()),
        conversations_count: tally.number(Metric::Conversations),
        resolved_conversations_count: tally.number(Metric::Resolutions),
        avg_resolution_time: tally.average(Metric::Resolution, within_hours),
        avg_first_response_time: tally.average(Metric::FirstResponse, within_hours),
        avg_reply_time: tally.average(Metric::ReplyTime, within_hours),
    };
    parts.iter().map(row).collect()
}

/// How the conversations of a channel stand.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "ChannelSummary")]
pub struct ChannelJson {
    open: i64,
    resolved: i64,
    pending: i64,
    snoozed: i64,
    total: i64,
}

/// Draws each channel in which there are some.
pub fn channels(counts: &[(InboxId, Status, i64)], inboxes: &[Inbox]) -> BTreeMap<&'static str, ChannelJson> {
    let mut drawn: BTreeMap<&'static str, ChannelJson> = BTreeMap::new();
    let channels = channels_of(inboxes);
    for (inbox, status, number) in counts {
        let Some(channel) = channels.get(inbox) else { continue };
        let drawn = drawn.entry(channel.name()).or_default();
        drawn.total += number;
        match status {
            Status::Open => drawn.open += number,
            Status::Resolved => drawn.resolved += number,
            Status::Pending => drawn.pending += number,
            Status::Snoozed => drawn.snoozed += number,
        }
    }
    drawn
}

fn channels_of(inboxes: &[Inbox]) -> HashMap<InboxId, ChannelType> {
    inboxes.iter().map(|inbox| (inbox.id, inbox.channel_type)).collect()
}

/// How many first answers took how long.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "FirstResponseTimes")]
pub struct FirstResponses {
    #[serde(rename = "0-1h")]
    hour: i64,
    #[serde(rename = "1-4h")]
    four: i64,
    #[serde(rename = "4-8h")]
    eight: i64,
    #[serde(rename = "8-24h")]
    day: i64,
    #[serde(rename = "24h+")]
    longer: i64,
}

/// Counts the seconds that each took, by the channel of its inbox.
pub fn first_responses(found: &[(i64, i64)], inboxes: &[Inbox]) -> BTreeMap<&'static str, FirstResponses> {
    let channels = channels_of(inboxes);
    let mut drawn: BTreeMap<&'static str, FirstResponses> = BTreeMap::new();
    for (inbox, seconds) in found {
        let Some(channel) = channels.get(&InboxId(*inbox)) else { continue };
        let times = drawn.entry(channel.name()).or_default();
        match seconds / 3600 {
            ..1 => times.hour += 1,
            1..4 => times.four += 1,
            4..8 => times.eight += 1,
            8..24 => times.day += 1,
            24.. => times.longer += 1,
        }
    }
    drawn
}

/// How much was written.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct WrittenJson<'a> {
    id: i64,
    name: &'a str,
    outgoing_messages_count: i64,
}

/// Draws whoever has written anything.
pub fn written<'a>(parts: &'a [Part]) -> Vec<WrittenJson<'a>> {
    let row = |Part { id, name, tally }: &'a Part| WrittenJson { id: *id, name, outgoing_messages_count: tally.number(Metric::Outgoing) };
    parts.iter().map(row).filter(|row| row.outgoing_messages_count > 0).collect()
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Titled<'a> {
    id: LabelId,
    title: &'a str,
}

/// Which labels are carried in which inboxes.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "InboxLabelMatrix")]
pub struct Matrix<'a> {
    inboxes: Vec<Named<'a, InboxId>>,
    labels: Vec<Titled<'a>>,
    /// A row for each inbox, with a number for each label.
    matrix: Vec<Vec<i64>>,
}

/// Draws it.
pub fn matrix<'a>(inboxes: &'a [Inbox], labels: &'a [Label], counts: &HashMap<(InboxId, LabelId), i64>) -> Matrix<'a> {
    let number = |inbox: &Inbox, label: &Label| counts.get(&(inbox.id, label.id)).copied().unwrap_or_default();
    Matrix {
        inboxes: inboxes.iter().map(|inbox| Named { id: inbox.id, name: &inbox.name }).collect(),
        labels: labels.iter().map(|label| Titled { id: label.id, title: &label.title }).collect(),
        matrix: inboxes.iter().map(|inbox| labels.iter().map(|label| number(inbox, label)).collect()).collect(),
    }
}
