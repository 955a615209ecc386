//! Taking deliveries out of the database: what was left there, what is due again, what a dead process had claimed.
use crate::{
    db::{
        Tx,
        dialect::{Columns, skip_locked},
        schema::{deliveries, events, webhooks},
        types::{DeliveryId, MessageId, WebhookId, now},
    },
    error::Result,
    webhooks::{
        handover::{Handover, Ready},
        model::{Delivery, Webhook},
        queries::pending,
    },
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use std::{collections::HashMap, sync::Arc};

/// How long a claim holds before another worker may take the row: longer than the longest request, with room for the wait
/// before it. A delivery whose lease nears its end is not sent any more.
pub(in crate::webhooks) const LEASE: TimeDelta = TimeDelta::seconds(120);

/// How many are claimed at once.
const BATCH: i64 = 64;

/// Claims what is due, for webhooks that have places in memory.
pub(in crate::webhooks) fn claim(tx: &mut Tx, handover: &Handover) -> Result<Vec<Ready>> {
    let (now, most) = (now(), BATCH.min(handover.room() as i64));
    let due = deliveries::table
        .filter(pending())
        .filter(deliveries::due_at.le(now))
        .filter(deliveries::locked_until.is_null().or(deliveries::locked_until.lt(now)))
        .filter(deliveries::webhook_id.ne_all(handover.full()))
        .order_by(deliveries::due_at)
        .select(deliveries::id)
        .limit(most);
    let ids: Vec<DeliveryId> = skip_locked(due).load(tx.conn)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    type Row = (Delivery, Option<MessageId>, String, Webhook, bool);
    let rows: Vec<Row> = deliveries::table
        .inner_join(events::table)
        .inner_join(webhooks::table)
        .filter(deliveries::id.eq_any(&ids))
        .select((
            Delivery::columns(),
            events::message_id,
            events::payload,
            Webhook::columns(),
            deliveries::manual,
        ))
        .order_by(deliveries::due_at)
        .load(tx.conn)?;
    let mut known: HashMap<WebhookId, Arc<Webhook>> = HashMap::new();
    let leased_until = now + LEASE;
    let mut ready = Vec::with_capacity(rows.len());
    for (delivery, message_id, payload, webhook, manual) in rows {
        let Some(place) = handover.reserve(webhook.id) else { continue };
        let webhook = known.entry(webhook.id).or_insert_with(|| Arc::new(webhook)).clone();
        let Delivery { id, public_id, attempts, .. } = delivery;
        ready.push(Ready {
            id,
            public_id,
            webhook,
            payload: payload.into(),
            message_id,
            attempts,
            manual,
            leased_until,
            place,
        });
    }
    let taken: Vec<DeliveryId> = ready.iter().map(|ready| ready.id).collect();
    diesel::update(deliveries::table.filter(deliveries::id.eq_any(taken)))
        .set(deliveries::locked_until.eq(leased_until))
        .execute(tx.conn)?;
    Ok(ready)
}

/// Gives back claims that were not used.
pub(in crate::webhooks) fn release(tx: &mut Tx, ids: &[DeliveryId]) -> Result<()> {
    diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids)))
        .set(deliveries::locked_until.eq(None::<NaiveDateTime>))
        .execute(tx.conn)?;
    Ok(())
}

/// Gives back every claim: when no other process works on this database, those that are left are of one that has died.
pub(in crate::webhooks) fn release_all(tx: &mut Tx) -> Result<usize> {
    let left = deliveries::table.filter(pending()).filter(deliveries::locked_until.is_not_null());
    Ok(diesel::update(left)
        .set(deliveries::locked_until.eq(None::<NaiveDateTime>))
        .execute(tx.conn)?)
}
