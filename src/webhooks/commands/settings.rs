//! What an owner arranges.
use super::claim::free;
use crate::{
    accounts::PayloadFormat,
    auth::Administrator,
    checks::{LINE, at_most},
    db::{
        Tx,
        dialect::Columns,
        schema::{deliveries, webhooks},
        types::{DeliveryId, InboxId, Json, WebhookId, now},
    },
    error::{Error, Result},
    events::EventName,
    inboxes,
    outbound::Target,
    random,
    web::{
        Input,
        fields::{Flag, List, Object, Patch, Text},
    },
    webhooks::{
        handover::{CHANGED, Handover},
        headers,
        model::{DeliveryState, TurnedOff, Webhook},
        queries,
    },
};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde::Deserialize;

/// The longest description, in characters.
const LONGEST_TEXT: usize = 1000;

/// How long the old secret signs along after a new one was made.
const OVERLAP: TimeDelta = TimeDelta::hours(24);

/// What may be said about a webhook.
#[derive(Debug, Clone, Default, Deserialize)]
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
    /// All headers that are to be sent besides our own, by name; [`headers::HIDDEN`] for a value that stays.
    pub headers: Patch<Object>,
    /// Every event, also those that do not exist yet.
    pub all_events: Patch<Flag>,
    /// None of private notes.
    pub exclude_private_notes: Patch<Flag>,
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

    fn apply(self, tx: &mut Tx, webhook: &mut Webhook) -> Result<()> {
        let WebhookInput { url, name, subscriptions, inbox_id, payload_format, description, headers: custom, all_events, exclude_private_notes } =
            self;
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
        webhook.exclude_private_notes = exclude_private_notes.set().map_or(webhook.exclude_private_notes, |flag| flag.0);
        Ok(())
    }
}

fn known(names: &[Text]) -> Result<Vec<EventName>> {
    let mut events = Vec::with_capacity(names.len());
    for Text(name) in names {
        let event = EventName::from_name(name).ok_or_else(|| Error::invalid("subscriptions", format!("Subscriptions: there is no event {name}")))?;
        if !events.contains(&event) {
            events.push(event);
        }
    }
    if events.is_empty() { Err(Error::blank("subscriptions")) } else { Ok(events) }
}

/// Makes a webhook with a secret of its own.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute.
pub fn create(tx: &mut Tx, by: &Administrator, input: WebhookInput) -> Result<Webhook> {
    if input.url == Patch::Absent {
        return Err(Error::blank("url"));
    }
    let mut webhook = Webhook::new(by.account_id(), String::new(), random::webhook_secret()?, by.account.webhook_payload_format, now());
    input.apply(tx, &mut webhook)?;
    insert(tx, webhook)
}

pub(super) fn insert(tx: &mut Tx, webhook: Webhook) -> Result<Webhook> {
    Ok(diesel::insert_into(webhooks::table).values(webhook).returning(Webhook::columns()).get_result(tx.conn)?)
}

/// Changes a webhook. What is not on its way yet goes to the new URL.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute.
pub fn update(tx: &mut Tx, by: &Administrator, id: WebhookId, input: WebhookInput) -> Result<Webhook> {
    let before = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let mut webhook = before.clone();
    input.apply(tx, &mut webhook)?;
    if webhook != before {
        webhook.updated_at = now();
        save(tx, &webhook)?;
        recall(tx, id)?;
    }
    Ok(webhook)
}

pub(super) fn save(tx: &mut Tx, webhook: &Webhook) -> Result<()> {
    diesel::update(webhooks::table.find(webhook.id)).set(webhook).execute(tx.conn)?;
    Ok(())
}

/// Deletes a webhook with the log of its deliveries.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx, by: &Administrator, id: WebhookId) -> Result<Webhook> {
    let webhook = queries::find(tx.conn, by.account_id(), id)?;
    diesel::delete(webhooks::table.find(id)).execute(tx.conn)?;
    recall(tx, id)?;
    Ok(webhook)
}

/// Gives a webhook a new secret. The old one signs along for a day, so that receivers can be told the new one without a
/// delivery being refused; or it ends at once.
///
/// # Errors
/// [`Error::NotFound`].
pub fn rotate_secret(tx: &mut Tx, by: &Administrator, id: WebhookId, end_old: bool) -> Result<Webhook> {
    let webhook = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let now = now();
    let old = (!end_old).then_some(webhook.secret);
    let until = old.as_ref().map(|_| now + OVERLAP);
    let webhook = Webhook { secret: random::webhook_secret()?, old_secret: old, old_secret_until: until, updated_at: now, ..webhook };
    save(tx, &webhook)?;
    recall(tx, id)?;
    Ok(webhook)
}

/// The old secret signs no more.
///
/// # Errors
/// [`Error::NotFound`].
pub fn end_old_secret(tx: &mut Tx, by: &Administrator, id: WebhookId) -> Result<Webhook> {
    let webhook = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let webhook = Webhook { old_secret: None, old_secret_until: None, updated_at: now(), ..webhook };
    save(tx, &webhook)?;
    recall(tx, id)?;
    Ok(webhook)
}

/// Turns a webhook off; what waits is held until it is on again.
///
/// # Errors
/// [`Error::NotFound`].
pub fn turn_off(tx: &mut Tx, by: &Administrator, id: WebhookId) -> Result<()> {
    let webhook = queries::find_to_change(tx.conn, by.account_id(), id)?;
    hold(tx, &webhook, TurnedOff::ByPerson)
}

pub(super) fn hold(tx: &mut Tx, webhook: &Webhook, reason: TurnedOff) -> Result<()> {
    if webhook.turned_off_at.is_some() {
        return Ok(());
    }
    let now = now();
    diesel::update(webhooks::table.find(webhook.id))
        .set((webhooks::turned_off_at.eq(now), webhooks::turned_off_reason.eq(reason), webhooks::updated_at.eq(now)))
        .execute(tx.conn)?;
    let waiting = deliveries::table.filter(deliveries::webhook_id.eq(webhook.id).and(deliveries::state.eq(DeliveryState::Pending)));
    diesel::update(waiting).set(deliveries::state.eq(DeliveryState::Held)).execute(tx.conn)?;
    recall(tx, webhook.id)
}

/// Turns a webhook on; what was held is tried now.
///
/// # Errors
/// [`Error::NotFound`].
pub fn turn_on(tx: &mut Tx, by: &Administrator, id: WebhookId) -> Result<()> {
    let webhook = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let webhook = Webhook { turned_off_at: None, turned_off_reason: None, updated_at: now(), ..webhook };
    save(tx, &webhook)?;
    let held = deliveries::table.filter(deliveries::webhook_id.eq(id).and(deliveries::state.eq(DeliveryState::Held)));
    diesel::update(held).set((deliveries::state.eq(DeliveryState::Pending), free())).execute(tx.conn)?;
    tell_loop(tx, Handover::leave);
    Ok(())
}

/// Sends a delivery again, now and under the same id. One that is on its way already stays so.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Refused`] while the webhook is off.
pub fn send_again(tx: &mut Tx, by: &Administrator, webhook: WebhookId, id: DeliveryId) -> Result<()> {
    let webhook = queries::find(tx.conn, by.account_id(), webhook)?;
    if webhook.turned_off_at.is_some() {
        return Err(Error::Refused("The webhook is off; turn it on first".into()));
    }
    let found = queries::detail(tx.conn, webhook.id, id)?.delivery;
    let now = now();
    let unclaimed = deliveries::locked_until.is_null().or(deliveries::locked_until.lt(now));
    diesel::update(deliveries::table.filter(deliveries::id.eq(found.id)).filter(deliveries::state.ne(DeliveryState::Pending).or(unclaimed)))
        .set((deliveries::state.eq(DeliveryState::Pending), deliveries::manual.eq(true), free()))
        .execute(tx.conn)?;
    tell_loop(tx, Handover::leave);
    Ok(())
}

/// What is in memory for this webhook, on this node or another, is not sent as it is. Call it after the change: the rows must
/// be right by then.
pub(super) fn recall(tx: &mut Tx, id: WebhookId) -> Result<()> {
    tell_loop(tx, move |handover| handover.recall(id));
    tx.tell_others(CHANGED, &id.0.to_string())
}

/// Tells the delivery loop something, once this is committed.
pub(super) fn tell_loop(tx: &mut Tx, what: impl FnOnce(&Handover) + Send + 'static) {
    if let Some(handover) = tx.shared::<Handover>() {
        tx.after_commit(move || what(&handover));
    }
}
