//! What may be said about a webhook, when it is made and when it is changed; and the rules for it.
use crate::{
    accounts::PayloadFormat,
    checks::{LINE, at_most},
    config,
    db::{
        Tx,
        types::{InboxId, Json},
    },
    error::{Error, Result},
    events::EventName,
    inboxes,
    outbound::Target,
    web::{
        Input,
        fields::{Flag, List, Object, Patch, Text},
    },
    webhooks::{headers, model::Webhook, queries},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// The longest description, in characters.
const LONGEST_TEXT: usize = 1000;

/// What may be said about a webhook.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct WebhookInput {
    /// http or https, up to 2048 characters, unique in the account.
    pub url: Patch<Text>,
    /// Up to 255 characters.
    pub name: Patch<Text>,
    /// Names of events; at least one. Left out by a new webhook: the usual ones.
    pub subscriptions: Option<List<Text>>,
    /// Only events of this inbox.
    pub inbox_id: Patch<InboxId>,
    /// Left out by a new webhook: what the account says.
    pub payload_format: Option<PayloadFormat>,
    /// What it is for, up to 1000 characters.
    pub description: Patch<Text>,
    /// All headers that are to be sent besides our own, by name; a value that stays may be sent as it is shown.
    pub headers: Patch<Object>,
    /// Every event, also those that do not exist yet.
    pub all_events: Patch<Flag>,
    /// None of private notes.
    pub exclude_private_notes: Patch<Flag>,
    /// How fast it is called.
    #[serde(flatten)]
    pub pace: PaceInput,
    /// Turns one that is there on or off.
    pub enabled: Patch<Flag>,
}

/// How fast a webhook is called.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PaceInput {
    /// For one request, as in `5s`; 100 ms to 60 s. Null is as the server's settings say, here and below.
    pub timeout: Patch<Text>,
    /// The waits before the retries, as in `5s,5m,2h`.
    pub retry_schedule: Patch<Text>,
    /// Requests under way at once on each node, 1 to 1000.
    pub max_in_flight: Patch<Text>,
    /// Deliveries in a second, 1 to 1000.
    pub rate_limit: Patch<Text>,
    /// The deliveries of a conversation go one after the other.
    pub in_order: Patch<Flag>,
}

impl Input for WebhookInput {
    const ROOT: &'static str = "webhook";
}

impl WebhookInput {
    /// The URL that is to be called, if one is said.
    pub fn said_url(&self) -> Option<&str> {
        match &self.url {
            Patch::Set(url) => Some(&url.0),
            _ => None,
        }
    }

    pub(super) fn apply(self, tx: &mut Tx, webhook: &mut Webhook) -> Result<()> {
        let WebhookInput {
            url,
            name,
            subscriptions,
            inbox_id,
            payload_format,
            description,
            headers: custom,
            all_events,
            exclude_private_notes,
            pace,
            // the caller's matter: it is more than a column
            enabled: _,
        } = self;
        if url != Patch::Absent {
            let text = url.set().map(|url| url.0.trim().to_owned()).filter(|url| !url.is_empty()).ok_or_else(|| Error::blank("url"))?;
            Target::parse(&text).map_err(|e| Error::invalid("url", format!("Url {e}")))?;
            if queries::url_taken(tx.conn, webhook.account_id, &text, Some(webhook.id))? {
                return Err(Error::taken(vec!["url"]));
            }
            webhook.url = text;
        }
        webhook.name = at_most("name", name.map(|name| name.0.trim().to_owned()).or(webhook.name.take()), LINE)?;
        webhook.all_events = all_events.set().map_or(webhook.all_events, |flag| flag.0);
        match subscriptions {
            // what was chosen before is remembered for the day on which it is chosen again
            Some(List(names)) if !webhook.all_events || !names.is_empty() => webhook.subscriptions = Json(known(&names)?),
            _ => {}
        }
        webhook.inbox_id = inbox_id.or(webhook.inbox_id);
        if let Some(inbox) = webhook.inbox_id {
            let missing = |e| {
                if matches!(e, Error::NotFound) { Error::invalid("inbox_id", "Inbox must exist") } else { e }
            };
            inboxes::of_account(tx.conn, webhook.account_id, inbox).map_err(missing)?;
        }
        webhook.payload_format = payload_format.unwrap_or(webhook.payload_format);
        webhook.description = at_most("description", description.map(|text| text.0.trim().to_owned()).or(webhook.description.take()), LONGEST_TEXT)?;
        webhook.headers = Json(headers::said(custom, std::mem::take(&mut webhook.headers.0))?);
        let authorized = webhook.headers.0.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        if authorized && Target::parse(&webhook.url).is_ok_and(|target| target.authorization().is_some()) {
            return Err(Error::invalid("headers", "Headers: Authorization is set already by the user in the URL"));
        }
        pace.apply(webhook)?;
        webhook.exclude_private_notes = exclude_private_notes.set().map_or(webhook.exclude_private_notes, |flag| flag.0);
        Ok(())
    }
}

impl PaceInput {
    fn apply(self, webhook: &mut Webhook) -> Result<()> {
        let PaceInput { timeout, retry_schedule, max_in_flight, rate_limit, in_order } = self;
        webhook.timeout_ms = said("timeout", "must be a duration from 100ms to 60s, such as 5s", timeout, webhook.timeout_ms, |text| {
            i32::try_from(config::webhook_timeout(text).ok()?.as_millis()).ok()
        })?;
        let steps = "must be up to 20 durations of at most 365d each, such as 5s,5m,2h";
        webhook.retry_schedule = said("retry_schedule", steps, retry_schedule, webhook.retry_schedule.take(), |text| {
            config::webhook_schedule(text).is_ok().then(|| text.to_owned())
        })?;
        let number = |text: &str| text.parse().ok().filter(|number| (1..=1000).contains(number));
        webhook.max_in_flight = said("max_in_flight", A_NUMBER, max_in_flight, webhook.max_in_flight, number)?;
        webhook.rate_limit = said("rate_limit", A_NUMBER, rate_limit, webhook.rate_limit, number)?;
        webhook.in_order = in_order.set().map_or(webhook.in_order, |flag| flag.0);
        Ok(())
    }
}

/// What a limit may be.
const A_NUMBER: &str = "must be a whole number from 1 to 1000";

/// What was said about an attribute whose text is read in its own way.
fn said<T>(attribute: &'static str, right: &str, said: Patch<Text>, present: Option<T>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
    match said {
        Patch::Absent => Ok(present),
        Patch::Null => Ok(None),
        Patch::Set(Text(text)) => match read(text.trim()) {
            Some(value) => Ok(Some(value)),
            None => Err(Error::invalid(attribute, format!("{attribute} {right}"))),
        },
    }
}

fn known(names: &[Text]) -> Result<Vec<EventName>> {
    let mut events = Vec::with_capacity(names.len());
    for Text(name) in names {
        let event =
            EventName::subscribable(name).ok_or_else(|| Error::invalid("subscriptions", format!("Subscriptions: there is no event {name}")))?;
        if !events.contains(&event) {
            events.push(event);
        }
    }
    if events.is_empty() { Err(Error::blank("subscriptions")) } else { Ok(events) }
}
