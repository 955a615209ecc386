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
        fields::{List, Patch, Text},
    },
    webhooks::{
        Handover,
        model::{DeliveryState, TurnedOff, USUAL, Webhook},
        queries,
    },
};
use diesel::prelude::*;
use serde::Deserialize;

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
        let WebhookInput { url, name, subscriptions, inbox_id, payload_format } = self;
        if url != Patch::Absent {
            let text = url.set().map(|url| url.0.trim().to_owned()).filter(|url| !url.is_empty()).ok_or_else(|| Error::blank("url"))?;
            Target::parse(&text).map_err(|e| Error::invalid("url", format!("Url {e}")))?;
            if queries::url_taken(tx.conn, webhook.account_id, &text, Some(webhook.id))? {
                return Err(Error::taken(vec!["url"]));
            }
            webhook.url = text;
        }
        webhook.name = at_most("name", name.map(|name| name.0.trim().to_owned()).or(webhook.name.take()), LINE)?;
        if let Some(List(names)) = subscriptions {
            webhook.subscriptions = Json(known(&names)?);
        }
        webhook.inbox_id = inbox_id.or(webhook.inbox_id);
        if let Some(inbox) = webhook.inbox_id {
            let missing = |e| {
                if matches!(e, Error::NotFound) { Error::invalid("inbox_id", "Inbox must exist") } else { e }
            };
            inboxes::of_account(tx.conn, webhook.account_id, inbox).map_err(missing)?;
        }
        webhook.payload_format = payload_format.unwrap_or(webhook.payload_format);
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
    let now = now();
    let mut webhook = Webhook {
        id: WebhookId(0),
        account_id: by.account_id(),
        kind: crate::webhooks::model::WebhookKind::Account,
        inbox_id: None,
        url: String::new(),
        name: None,
        subscriptions: Json(USUAL.to_vec()),
        secret: random::webhook_secret()?,
        payload_format: by.account.webhook_payload_format,
        turned_off_at: None,
        turned_off_reason: None,
        created_at: now,
        updated_at: now,
    };
    input.apply(tx, &mut webhook)?;
    insert(tx, webhook)
}

pub(super) fn insert(tx: &mut Tx, webhook: Webhook) -> Result<Webhook> {
    let insert = diesel::insert_into(webhooks::table)
        .values((
            (webhooks::account_id.eq(webhook.account_id), webhooks::kind.eq(webhook.kind), webhooks::inbox_id.eq(webhook.inbox_id)),
            (webhooks::url.eq(webhook.url), webhooks::name.eq(webhook.name), webhooks::subscriptions.eq(webhook.subscriptions)),
            (webhooks::secret.eq(webhook.secret), webhooks::payload_format.eq(webhook.payload_format)),
            (webhooks::created_at.eq(webhook.created_at), webhooks::updated_at.eq(webhook.updated_at)),
        ))
        .returning(Webhook::columns());
    Ok(insert.get_result(tx.conn)?)
}

/// Changes a webhook. What waits for its next try goes to the new URL.
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
    let waiting = deliveries::table
        .filter(deliveries::webhook_id.eq(webhook.id).and(deliveries::state.eq(DeliveryState::Pending)))
        .filter(deliveries::test.eq(false));
    diesel::update(waiting).set(deliveries::state.eq(DeliveryState::Held)).execute(tx.conn)?;
    let id = webhook.id;
    tell_loop(tx, move |handover| handover.shut(id));
    Ok(())
}

/// Turns a webhook on; what was held is tried now.
///
/// # Errors
/// [`Error::NotFound`].
pub fn turn_on(tx: &mut Tx, by: &Administrator, id: WebhookId) -> Result<()> {
    let webhook = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let webhook = Webhook { turned_off_at: None, turned_off_reason: None, updated_at: now(), ..webhook };
    save(tx, &webhook)?;
    tell_loop(tx, move |handover| handover.open(id));
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

/// Tells the delivery loop something, once this is committed.
fn tell_loop(tx: &mut Tx, what: impl FnOnce(&Handover) + Send + 'static) {
    if let Some(handover) = tx.shared::<Handover>() {
        tx.after_commit(move || what(&handover));
    }
}
