//! What an owner arranges.
use super::{WebhookInput, claim::free};
use crate::{
    audit::Change,
    auth::Administrator,
    db::{
        Tx,
        dialect::Columns,
        schema::{deliveries, webhooks},
        types::{DeliveryId, UserId, WebhookId, now},
    },
    error::{Error, Result},
    inboxes::Inbox,
    notifications::{self, ActorType},
    random,
    web::fields::Patch,
    webhooks::{
        handover::{CHANGED, Handover},
        model::{DeliveryState, TurnedOff, Webhook},
        queries,
    },
};
use chrono::TimeDelta;
use diesel::prelude::*;

/// How long the old secret signs along after a new one was made.
const OVERLAP: TimeDelta = TimeDelta::hours(24);

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
    let webhook = insert(tx, webhook)?;
    by.record(tx, Change::Created(&webhook))?;
    Ok(webhook)
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
    let enabled = input.enabled.clone().set().map(|flag| flag.0).filter(|on| *on == before.turned_off_at.is_some());
    input.apply(tx, &mut webhook)?;
    if webhook != before {
        webhook.updated_at = now();
        save(tx, &webhook)?;
        by.record(tx, Change::Updated(&before, &webhook))?;
        recall(tx, id)?;
    }
    match enabled {
        Some(true) => turn_on(tx, by, id)?,
        Some(false) => turn_off(tx, by, id)?,
        None => return Ok(webhook),
    }
    queries::find(tx.conn, by.account_id(), id)
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
    by.record(tx, Change::Destroyed(&webhook))?;
    notifications::forget_about(tx, by.account_id(), ActorType::Webhook, id.0)?;
    recall(tx, id)?;
    Ok(webhook)
}

/// The webhooks that hear an inbox alone go with it, its callback among them: nothing that is in memory is sent any more, and nobody
/// is told about them.
///
/// # Errors
/// The database's.
pub fn close_inbox(tx: &mut Tx, inbox: &Inbox) -> Result<()> {
    for id in queries::of_inbox_alone(tx.conn, inbox.id)? {
        diesel::delete(webhooks::table.find(id)).execute(tx.conn)?;
        notifications::forget_about(tx, inbox.account_id, ActorType::Webhook, id.0)?;
        recall(tx, id)?;
    }
    Ok(())
}

/// Gives a webhook a new secret. The old one signs along for a day, so that receivers can be told the new one without a
/// delivery being refused; or it ends at once.
///
/// # Errors
/// [`Error::NotFound`].
pub fn rotate_secret(tx: &mut Tx, by: &Administrator, id: WebhookId, end_old: bool) -> Result<Webhook> {
    let before = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let now = now();
    let old = (!end_old).then(|| before.secret.clone());
    let until = old.as_ref().map(|_| now + OVERLAP);
    let webhook = Webhook { secret: random::webhook_secret()?, old_secret: old, old_secret_until: until, updated_at: now, ..before.clone() };
    save(tx, &webhook)?;
    by.record(tx, Change::Updated(&before, &webhook))?;
    recall(tx, id)?;
    Ok(webhook)
}

/// The old secret signs no more.
///
/// # Errors
/// [`Error::NotFound`].
pub fn end_old_secret(tx: &mut Tx, by: &Administrator, id: WebhookId) -> Result<Webhook> {
    let before = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let webhook = Webhook { old_secret: None, old_secret_until: None, updated_at: now(), ..before.clone() };
    save(tx, &webhook)?;
    by.record(tx, Change::Updated(&before, &webhook))?;
    recall(tx, id)?;
    Ok(webhook)
}

/// Turns a webhook off; what waits is held until it is on again.
///
/// # Errors
/// [`Error::NotFound`].
pub fn turn_off(tx: &mut Tx, by: &Administrator, id: WebhookId) -> Result<()> {
    let before = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let mut webhook = before.clone();
    hold(tx, &mut webhook, TurnedOff::ByPerson, Some(by.user.id))?;
    by.record(tx, Change::Updated(&before, &webhook))
}

/// Turns a webhook off, unless it is off already. Gives the number of deliveries that are held.
pub(super) fn hold(tx: &mut Tx, webhook: &mut Webhook, reason: TurnedOff, by: Option<UserId>) -> Result<Option<usize>> {
    if webhook.turned_off_at.is_some() {
        return Ok(None);
    }
    let now = now();
    (webhook.turned_off_at, webhook.turned_off_reason) = (Some(now), Some(reason));
    diesel::update(webhooks::table.find(webhook.id))
        .set((webhooks::turned_off_at.eq(now), webhooks::turned_off_reason.eq(reason), webhooks::turned_off_by.eq(by), webhooks::updated_at.eq(now)))
        .execute(tx.conn)?;
    let waiting = deliveries::table
        .filter(deliveries::webhook_id.eq(webhook.id).and(deliveries::state.eq(DeliveryState::Pending)))
        .filter(deliveries::test.eq(false));
    let held = diesel::update(waiting).set(deliveries::state.eq(DeliveryState::Held)).execute(tx.conn)?;
    recall(tx, webhook.id)?;
    Ok(Some(held))
}

/// Turns a webhook on; what was held is tried now.
///
/// # Errors
/// [`Error::NotFound`].
pub fn turn_on(tx: &mut Tx, by: &Administrator, id: WebhookId) -> Result<()> {
    let before = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let on = Webhook { turned_off_at: None, turned_off_reason: None, turned_off_by: None, failing_since: None, ..before.clone() };
    let webhook = Webhook { updated_at: now(), ..on };
    save(tx, &webhook)?;
    by.record(tx, Change::Updated(&before, &webhook))?;
    take_up_again(tx, id)
}

/// What was held while a webhook was off is tried now; what is still on its way from before stays so.
pub(super) fn take_up_again(tx: &mut Tx, id: WebhookId) -> Result<()> {
    let held = || deliveries::table.filter(deliveries::webhook_id.eq(id).and(deliveries::state.eq(DeliveryState::Held)));
    let on_its_way = held().filter(deliveries::locked_until.gt(now()));
    diesel::update(on_its_way).set(deliveries::state.eq(DeliveryState::Pending)).execute(tx.conn)?;
    diesel::update(held()).set((deliveries::state.eq(DeliveryState::Pending), free())).execute(tx.conn)?;
    tell_loop(tx, Handover::leave);
    Ok(())
}

/// Sends a delivery again, now and under the same id. One that is on its way already stays so.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Refused`] while the webhook is off.
pub fn send_again(tx: &mut Tx, by: &Administrator, webhook: WebhookId, id: DeliveryId) -> Result<()> {
    let webhook = queries::find_shown(tx.conn, by.account_id(), webhook)?;
    if webhook.turned_off_at.is_some() {
        return Err(Error::Refused("The webhook is off; turn it on first".into()));
    }
    let found = queries::detail(tx.conn, webhook.id, id)?.delivery;
    again(tx, found.id)
}

/// Puts a delivery into the queue once more, to be tried now and by hand, unless it is on its way.
pub(super) fn again(tx: &mut Tx, id: DeliveryId) -> Result<()> {
    let now = now();
    let unclaimed = deliveries::locked_until.is_null().or(deliveries::locked_until.lt(now));
    diesel::update(deliveries::table.filter(deliveries::id.eq(id)).filter(deliveries::state.ne(DeliveryState::Pending).or(unclaimed)))
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
