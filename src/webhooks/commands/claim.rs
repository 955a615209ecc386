//! Taking deliveries out of the database: what was left there, what is due again, what a dead process had claimed.
use super::bot::without_left;
use crate::{
    db::{
        Tx,
        dialect::{Columns, Turn, skip_locked, take_turn},
        schema::{deliveries, events, webhooks},
        types::{DeliveryId, MessageId, WebhookId, now},
    },
    error::Result,
    webhooks::{
        handover::{Claim, DUE, Handover, Ready},
        model::{Delivery, DeliveryState, HOLDS_BACK, Webhook},
        queries::pending,
    },
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{exists, not},
    prelude::*,
    sql_types::Bool,
};
use std::sync::Arc;

/// How many are claimed at once.
const BATCH: i64 = 64;

/// Claims what is due for these webhooks, as far as each has places in memory. A claim moves `due_at` to its own end, so that
/// the row comes back by itself if the outcome never does, and is not in the way of what is really due.
pub(in crate::webhooks) fn claim(tx: &mut Tx, handover: &Handover, due: &[WebhookId]) -> Result<Vec<Ready>> {
    let mut ready = Vec::new();
    for id in due {
        claim_for(tx, handover, *id, &mut ready)?;
    }
    Ok(ready)
}

fn claim_for(tx: &mut Tx, handover: &Handover, id: WebhookId, ready: &mut Vec<Ready>) -> Result<()> {
    let listening = webhooks::table.find(id).select(Webhook::columns());
    // deleted since it was looked up
    let Some(webhook) = listening.get_result::<Webhook>(tx.conn).optional()?.map(Arc::new) else { return Ok(()) };
    let now = now();
    let due = deliveries::table
        .filter(pending())
        .filter(deliveries::webhook_id.eq(id).and(deliveries::due_at.le(now)))
        // to one that is off only tests are sent: true is more than false
        .filter(deliveries::test.ge(webhook.turned_off_at.is_some()))
        .order_by(deliveries::due_at)
        .select(deliveries::id)
        .limit(BATCH);
    let ids: Vec<DeliveryId> = if webhook.in_order {
        let earlier = diesel::alias!(deliveries as earlier);
        let ahead = earlier
            .filter(earlier.field(deliveries::webhook_id).eq(id))
            .filter(earlier.field(deliveries::conversation_id).eq(deliveries::conversation_id))
            .filter(earlier.field(deliveries::id).lt(deliveries::id))
            .filter(
                // what has failed, and is not just being tried once more, stops to hold back others after a while
                (earlier.field(deliveries::created_at).gt(now - HOLDS_BACK))
                    .or(earlier.field(deliveries::error_class).is_null())
                    .or(earlier.field(deliveries::locked_until).gt(now).assume_not_null()),
            )
            .filter(diesel::dsl::sql::<Bool>("\"earlier\".\"state\" = 0"));
        skip_locked(due.filter(not(exists(ahead)))).load(tx.conn)?
    } else {
        skip_locked(due).load(tx.conn)?
    };
    let ids = without_left(tx, &webhook, ids)?;
    type Row = (Delivery, Option<MessageId>, String, bool);
    let rows: Vec<Row> = deliveries::table
        .inner_join(events::table)
        .filter(deliveries::id.eq_any(&ids))
        .select((Delivery::columns(), events::message_id, events::payload, deliveries::manual))
        .order_by((deliveries::due_at, deliveries::id))
        .load(tx.conn)?;
    let leased_until = now + webhook.lease(handover.settings());
    let mut taken = Vec::with_capacity(rows.len());
    for (Delivery { id, public_id, event_id, attempts, test, .. }, message_id, payload, manual) in rows {
        // what finds no place stays as it is, and is due
        let Some(place) = handover.reserve(&webhook, payload.len(), attempts > 0) else {
            // where a retry finds none, a first try still may
            if attempts > 0 { continue } else { break }
        };
        taken.push(id);
        let webhook = webhook.clone();
        let payload = payload.into();
        ready.push(Ready { id, public_id, event_id, webhook, payload, message_id, attempts, manual, test, leased_until, place });
    }
    diesel::update(deliveries::table.filter(deliveries::id.eq_any(taken)))
        .set((deliveries::due_at.eq(leased_until), deliveries::locked_until.eq(leased_until), deliveries::claimed_by.eq(handover.number())))
        .execute(tx.conn)?;
    Ok(())
}

/// Gives back claims that were not used, if nobody has taken them over meanwhile: then the row names another lease.
pub(in crate::webhooks) fn release(tx: &mut Tx, claims: &[Claim]) -> Result<()> {
    let (ids, leases): (Vec<DeliveryId>, Vec<Option<NaiveDateTime>>) = claims.iter().map(|claim| (claim.id, Some(claim.leased_until))).unzip();
    let ours = || deliveries::table.filter(deliveries::id.eq_any(&ids).and(deliveries::locked_until.eq_any(&leases)));
    diesel::update(ours().filter(pending())).set(free()).execute(tx.conn)?;
    // what was held meanwhile is nobody's as well
    let held = ours().filter(deliveries::state.eq(DeliveryState::Held));
    diesel::update(held).set(deliveries::locked_until.eq(None::<NaiveDateTime>)).execute(tx.conn)?;
    // this node may be about to end
    tx.tell_others(DUE, "")
}

/// Gives back every claim of a node that is gone; gives their number. The nodes that are left do so one after the other,
/// and all but the first find nothing.
pub(in crate::webhooks) fn take_over(tx: &mut Tx, number: i32) -> Result<usize> {
    take_turn(tx.conn, Turn::TakingOver)?;
    let left = deliveries::table.filter(pending()).filter(deliveries::locked_until.is_not_null().and(deliveries::claimed_by.eq(number)));
    Ok(diesel::update(left).set(free()).execute(tx.conn)?)
}

/// Gives back every claim: when no other process works on this database, those that are left are of one that has died.
pub(in crate::webhooks) fn release_all(tx: &mut Tx) -> Result<usize> {
    let left = deliveries::table.filter(pending()).filter(deliveries::locked_until.is_not_null());
    Ok(diesel::update(left).set(free()).execute(tx.conn)?)
}

/// Due now, and nobody's.
pub(in crate::webhooks) fn free() -> (Assigned<deliveries::due_at, NaiveDateTime>, Assigned<deliveries::locked_until, Option<NaiveDateTime>>) {
    (deliveries::due_at.eq(now()), deliveries::locked_until.eq(None))
}

type Assigned<Column, Value> = diesel::dsl::Eq<Column, Value>;
