//! The fields of a webhook's form: as typed, as stored, and as drawn.
use super::list_url;
use crate::{
    accounts::PayloadFormat,
    config::Webhooks as Settings,
    db::types::InboxId,
    events::EventName,
    web::{
        Input,
        fields::{Flag, List, Patch, Text},
        forms::Choice,
        shell::Shell,
    },
    webhooks::{
        commands::{PaceInput, WebhookInput},
        headers,
        model::Webhook,
    },
};
use serde::Deserialize;
use std::collections::HashMap;

/// The events in the groups of the form, in its order.
pub(super) const GROUPS: [(&str, &[EventName]); 3] = [
    (
        "event-group-conversations",
        &[
            EventName::ConversationCreated,
            EventName::ConversationStatusChanged,
            EventName::ConversationUpdated,
            EventName::ConversationTypingOn,
            EventName::ConversationTypingOff,
        ],
    ),
    ("event-group-messages", &[EventName::MessageCreated, EventName::MessageUpdated]),
    (
        "event-group-contacts",
        &[EventName::WebwidgetTriggered, EventName::ContactCreated, EventName::ContactUpdated, EventName::InboxCreated, EventName::InboxUpdated],
    ),
];

/// The fields, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    pub url: Text,
    pub name: Text,
    pub subscriptions: List<Text>,
    pub inbox_id: Text,
    pub payload_format: Text,
    pub description: Text,
    pub headers: Text,
    pub all_events: Flag,
    pub exclude_private_notes: Flag,
    pub timeout: Text,
    pub retry_schedule: Text,
    pub max_in_flight: Text,
    pub rate_limit: Text,
    pub in_order: Flag,
}

impl Input for Fields {}

impl Fields {
    pub fn of(webhook: &Webhook) -> Fields {
        let number = |number: Option<i32>| Text(number.map(|number| number.to_string()).unwrap_or_default());
        Fields {
            url: Text(webhook.url.clone()),
            name: Text(webhook.name.clone().unwrap_or_default()),
            subscriptions: List(webhook.subscriptions.0.iter().map(|event| Text(event.name().into())).collect()),
            inbox_id: Text(webhook.inbox_id.map(|id| id.to_string()).unwrap_or_default()),
            payload_format: Text(webhook.payload_format.name().into()),
            description: Text(webhook.description.clone().unwrap_or_default()),
            headers: Text(headers::to_lines(&webhook.headers.0)),
            all_events: Flag(webhook.all_events),
            exclude_private_notes: Flag(webhook.exclude_private_notes),
            timeout: Text(webhook.timeout_said().unwrap_or_default()),
            retry_schedule: Text(webhook.retry_schedule.clone().unwrap_or_default()),
            max_in_flight: number(webhook.max_in_flight),
            rate_limit: number(webhook.rate_limit),
            in_order: Flag(webhook.in_order),
        }
    }

    /// Whether anything is said under Advanced.
    fn go_beyond_the_usual(&self) -> bool {
        let texts = [&self.inbox_id, &self.description, &self.headers, &self.timeout, &self.retry_schedule, &self.max_in_flight, &self.rate_limit];
        let texts = texts.iter().any(|Text(text)| !text.trim().is_empty());
        texts || self.exclude_private_notes.0 || self.in_order.0 || self.payload_format.0 == PayloadFormat::Chatwoot.name()
    }

    /// What a command makes of it.
    pub fn input(&self) -> WebhookInput {
        let text = |text: &Text| {
            if text.0.trim().is_empty() { Patch::Null } else { Patch::Set(text.clone()) }
        };
        WebhookInput {
            url: text(&self.url),
            name: text(&self.name),
            subscriptions: Some(self.subscriptions.clone()),
            inbox_id: self.inbox_id.0.parse::<InboxId>().map_or(Patch::Null, Patch::Set),
            payload_format: PayloadFormat::from_name(&self.payload_format.0),
            description: text(&self.description),
            headers: Patch::Set(headers::from_lines(&self.headers.0)),
            all_events: Patch::Set(self.all_events),
            exclude_private_notes: Patch::Set(self.exclude_private_notes),
            pace: PaceInput {
                timeout: text(&self.timeout),
                retry_schedule: text(&self.retry_schedule),
                max_in_flight: text(&self.max_in_flight),
                rate_limit: text(&self.rate_limit),
                in_order: Patch::Set(self.in_order),
            },
            enabled: Patch::Absent,
        }
    }
}

/// Events that belong together.
pub(super) struct EventGroup {
    pub legend: String,
    pub events: Vec<Choice>,
}

/// The form as a template draws it.
pub(super) struct WebhookForm {
    pub url: String,
    pub name: String,
    pub groups: Vec<EventGroup>,
    pub inboxes: Vec<Choice>,
    pub payload_formats: Vec<Choice>,
    pub description: String,
    pub headers: String,
    pub all_events: bool,
    pub exclude_private_notes: bool,
    pub timeout: String,
    pub retry_schedule: String,
    pub max_in_flight: String,
    pub rate_limit: String,
    pub in_order: bool,
    /// What applies to a webhook that does not say.
    pub usual: Usual,
    pub advanced_open: bool,
    pub events_url: String,
    /// Where a receiver is to be had, for somebody who has none.
    pub receivers_url: String,
}

/// Draws the fields as they are.
pub(super) fn form(page: &Shell, settings: &Settings, fields: &Fields, inboxes: &HashMap<InboxId, String>) -> WebhookForm {
    let chosen = |event: &EventName| fields.subscriptions.0.iter().any(|Text(name)| name == event.name());
    let choice =
        |event: &EventName| Choice { value: event.name().into(), label: page.t(&format!("event-{}", event.name())), selected: chosen(event) };
    let group = |(legend, events): &(&str, &[EventName])| EventGroup { legend: page.t(legend), events: events.iter().map(choice).collect() };
    let mut names: Vec<(&InboxId, &String)> = inboxes.iter().collect();
    names.sort_by_key(|(_, name)| name.to_lowercase());
    let all = Choice::new("", page.t("webhook-inbox-all"), &fields.inbox_id.0);
    let format = |format: &PayloadFormat| Choice::new(format.name(), page.t(&format!("payload-format-{}", format.name())), &fields.payload_format.0);
    WebhookForm {
        events_url: format!("{}/events", list_url(page)),
        receivers_url: page.viewer.as_ref().map(|viewer| viewer.settings("integrations/test_receivers")).unwrap_or_default(),
        url: fields.url.0.clone(),
        name: fields.name.0.clone(),
        groups: GROUPS.iter().map(group).collect(),
        inboxes: std::iter::once(all)
            .chain(names.into_iter().map(|(id, name)| Choice::new(id.to_string(), name.clone(), &fields.inbox_id.0)))
            .collect(),
        payload_formats: PayloadFormat::ALL.iter().map(format).collect(),
        description: fields.description.0.clone(),
        headers: fields.headers.0.clone(),
        all_events: fields.all_events.0,
        exclude_private_notes: fields.exclude_private_notes.0,
        timeout: fields.timeout.0.clone(),
        retry_schedule: fields.retry_schedule.0.clone(),
        max_in_flight: fields.max_in_flight.0.clone(),
        rate_limit: fields.rate_limit.0.clone(),
        in_order: fields.in_order.0,
        usual: Usual::of(settings),
        advanced_open: fields.go_beyond_the_usual(),
    }
}

/// What applies to a webhook that does not say, as one would write it.
pub(super) struct Usual {
    pub timeout: String,
    pub retry_schedule: String,
    pub max_in_flight: String,
}

impl Usual {
    fn of(settings: &Settings) -> Usual {
        let steps: Vec<String> = settings.retry_schedule.iter().map(|step| humantime::format_duration(*step).to_string()).collect();
        Usual {
            timeout: humantime::format_duration(settings.timeout).to_string(),
            retry_schedule: steps.join(","),
            max_in_flight: settings.in_flight.to_string(),
        }
    }
}
