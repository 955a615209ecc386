//! Hearing events: a delivery row for each webhook that listens, in the event's own transaction.
use super::settings::{insert, recall, save, take_up_again};
use crate::{
    accounts::PayloadFormat,
    bots, conversations,
    db::{
        Tx,
        schema::{deliveries, webhooks},
        types::{DeliveryId, EventId, InboxId, Json},
    },
    error::Result,
    events::{Event, EventName, Subscriber},
    inboxes::{self, Channel},
    on_each, random,
    webhooks::{
        handover::{Handover, Ready},
        model::{OF_INBOX, Webhook, WebhookKind},
        places::Origin,
        queries,
    },
};
use diesel::prelude::*;
use std::sync::Arc;

/// The subscriber that writes deliveries, and keeps the callbacks of API inboxes in step with their channels.
pub fn subscriber() -> Subscriber {
    Box::new(|tx, id, event| {
        if !EventName::DELIVERED.contains(&event.name) {
            return Ok(());
        }
        if let (EventName::InboxCreated | EventName::InboxUpdated, Some(inbox)) = (event.name, event.inbox_id) {
            follow_inbox(tx, event, inbox)?;
        }
        write_deliveries(tx, id, event)
    })
}

/// With a place in memory a row is born claimed and goes out right after the commit; without one it is born free, for the
/// claim loop to find.
fn write_deliveries(tx: &mut Tx, event_id: EventId, event: &Event) -> Result<()> {
    let listening = queries::listening(tx.conn, event.account_id)?;
    let mut hearing: Vec<Webhook> = listening.into_iter().filter(|webhook| webhook.hears(event)).collect();
    // nobody without bots is asked for them
    if hearing.iter().any(|webhook| webhook.kind == WebhookKind::Bot) {
        let there = match (event.conversation_id, event.inbox_id) {
            (Some(conversation), _) => conversations::hearing_bots(tx.conn, conversation)?,
            (None, Some(inbox)) => [bots::at_work_in(tx.conn, inbox)?, None],
            (None, None) => [None; 2],
        };
        let concerned = |webhook: &Webhook| webhook.agent_bot_id.is_some_and(|bot| there.contains(&Some(bot)));
        hearing.retain(|webhook| webhook.kind != WebhookKind::Bot || concerned(webhook));
    }
    if hearing.is_empty() {
        return Ok(());
    }
    let handover = tx.shared::<Handover>();
    let payload: Arc<str> = event.payload.as_str().into();
    let all = hearing.len();
    let mut ready = Vec::with_capacity(all);
    for webhook in hearing {
        let (_, born) = bear(tx, handover.as_deref(), webhook, event_id, event, &payload, false)?;
        ready.extend(born);
    }
    if let Some(handover) = handover {
        tx.after_commit(move || {
            if ready.len() < all {
                handover.overflow();
            }
            if !ready.is_empty() {
                handover.give(ready);
            }
        });
    }
    Ok(())
}

/// Writes one delivery's row; gives it also as it goes to the loop, if there was a place.
pub(super) fn bear(
    tx: &mut Tx,
    handover: Option<&Handover>,
    webhook: Webhook,
    event_id: EventId,
    event: &Event,
    payload: &Arc<str>,
    test: bool,
) -> Result<(DeliveryId, Option<Ready>)> {
    // where the order is kept, the database says whose turn it is
    let delivering = handover.filter(|_| !webhook.in_order || test);
    let place = delivering.and_then(|handover| handover.reserve(&webhook, payload.len(), Origin::Now));
    let leased_until = event.at + delivering.map(|handover| handover.lease(&webhook)).unwrap_or_default();
    let public_id = random::ordered_uuid();
    let insert = diesel::insert_into(deliveries::table)
        .values((
            deliveries::public_id.eq(&public_id),
            deliveries::account_id.eq(event.account_id),
            deliveries::webhook_id.eq(webhook.id),
            deliveries::event_id.eq(event_id),
            deliveries::test.eq(test),
            deliveries::due_at.eq(if place.is_some() { leased_until } else { event.at }),
            deliveries::locked_until.eq(place.as_ref().map(|_| leased_until)),
            deliveries::claimed_by.eq(delivering.filter(|_| place.is_some()).map(Handover::number)),
            deliveries::created_at.eq(event.at),
            deliveries::conversation_id.eq(event.conversation_id.filter(|_| webhook.in_order)),
        ))
        .returning(deliveries::id);
    let id: DeliveryId = on_each!(tx.conn, c => insert.get_result(c))?;
    let (message_id, webhook, payload) = (event.message_id, Arc::new(webhook), payload.clone());
    let ready = place.map(|place| place.of(id)).map(|place| Ready {
        id,
        public_id,
        event_id,
        webhook,
        payload,
        message_id,
        attempts: 0,
        manual: false,
        test,
        leased_until,
        place,
    });
    Ok((id, ready))
}

/// The callback of an API inbox is a webhook like the others, so that it is signed, retried and logged like them.
fn follow_inbox(tx: &mut Tx, event: &Event, id: InboxId) -> Result<()> {
    let inbox = inboxes::of_account(tx.conn, event.account_id, id)?;
    let Channel::Api(channel) = inboxes::channel(tx.conn, &inbox)? else {
        return Ok(());
    };
    let url = channel.webhook_url.filter(|url| !url.is_empty());
    let wanted = url.map(|url| Webhook {
        kind: WebhookKind::Inbox,
        inbox_id: Some(id),
        name: Some(inbox.name),
        subscriptions: Json(OF_INBOX.to_vec()),
        ..Webhook::new(event.account_id, url, channel.secret, PayloadFormat::Chatwoot, event.at)
    });
    let present = queries::of_inbox(tx.conn, id)?;
    keep_in_step(tx, present, wanted)
}

/// Makes of a row that follows something else what is said there now; none without a URL.
pub(super) fn keep_in_step(tx: &mut Tx, present: Option<Webhook>, wanted: Option<Webhook>) -> Result<()> {
    match (present, wanted) {
        (None, None) => Ok(()),
        (Some(webhook), None) => {
            diesel::delete(webhooks::table.find(webhook.id)).execute(tx.conn)?;
            recall(tx, webhook.id)
        }
        (Some(webhook), Some(Webhook { url, secret, name, updated_at, .. })) => {
            // one that was turned off by its receiver listens again once its URL is changed
            let moved = url != webhook.url;
            let (turned_off_at, turned_off_reason) = if moved { (None, None) } else { (webhook.turned_off_at, webhook.turned_off_reason) };
            let now = Webhook { url, secret, name, turned_off_at, turned_off_reason, ..webhook.clone() };
            if now != webhook {
                save(tx, &Webhook { updated_at, ..now })?;
                recall(tx, webhook.id)?;
            }
            if moved { take_up_again(tx, webhook.id) } else { Ok(()) }
        }
        (None, Some(webhook)) => insert(tx, webhook).map(drop),
    }
}
