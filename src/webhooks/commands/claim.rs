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
        places::Origin,
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

/// How many of what has become due last are looked through for first tries, where the oldest are in nobody's reach.
const NEWEST: i64 = 256;

/// Claims what is due for these webhooks, as far as each has places in memory. A claim moves `due_at` to its own end, so that
/// the row comes back by itself if the outcome never does, and is not in the way of what is really due.
pub(in crate::webhooks) fn claim(tx: &mut Tx, handover: &Handover, due: &[WebhookId]) -> Result<Vec<Ready>> {
    let mut ready = Vec::new();
    for id in due {
        let listening = webhooks::table.find(id).select(Webhook::columns());
        // deleted since it was looked up
        let Some(webhook) = listening.get_result::<Webhook>(tx.conn).optional()?.map(Arc::new) else { continue };
        let claims = Claims { handover, others: handover.others(), webhook, now: now() };
        claims.make(tx, &mut ready)?;
    }
    Ok(ready)
}

/// Claims for one webhook.
struct Claims<'a> {
    handover: &'a Handover,
    /// The other nodes that are there.
    others: Vec<i32>,
    webhook: Arc<Webhook>,
    now: NaiveDateTime,
}

/// A delivery that is due, and how often it was tried.
type Due = (DeliveryId, i32);

impl Claims<'_> {
    fn make(&self, tx: &mut Tx, ready: &mut Vec<Ready>) -> Result<()> {
        let oldest = self.due(tx, false, BATCH)?;
        let claimed = self.take(tx, &oldest, ready)?;
        let untried = |due: &[Due]| due.iter().filter(|(_, attempts)| *attempts == 0).copied().collect::<Vec<Due>>();
        if claimed > 0 || (oldest.len() as i64) < BATCH || !self.without_those_in_hand(&untried(&oldest)).is_empty() {
            return Ok(());
        }
        // a row of retries for which there is no room: what was never tried stands behind them, and has room of its own
        let newest = untried(&self.due(tx, true, NEWEST)?);
        self.take(tx, newest.get(..BATCH as usize).unwrap_or(&newest), ready).map(drop)
    }

    /// What is due and nobody's: that of the longest standing, or that which has become due last.
    fn due(&self, tx: &mut Tx, newest: bool, most: i64) -> Result<Vec<Due>> {
        let (id, now) = (self.webhook.id, self.now);
        let due = deliveries::table
            .filter(pending())
            .filter(deliveries::webhook_id.eq(id).and(deliveries::due_at.le(now)))
            // to one that is off only tests are sent: true is more than false
            .filter(deliveries::test.ge(self.webhook.turned_off_at.is_some()))
            // what a node that is there has claimed is its own also past the lease's end: one of the clocks may have jumped
            .filter(deliveries::locked_until.is_null().or(deliveries::claimed_by.is_null()).or(deliveries::claimed_by.ne_all(&self.others)))
            .select((deliveries::id, deliveries::attempts))
            .limit(most);
        let earlier = diesel::alias!(deliveries as earlier);
        let ahead = earlier
            .filter(earlier.field(deliveries::webhook_id).eq(id))
            .filter(earlier.field(deliveries::conversation_id).eq(deliveries::conversation_id))
            .filter(earlier.field(deliveries::id).lt(deliveries::id))
            .filter(
                // what has failed, and is not just being tried once more, stops to hold back others after a while; what seems to be
                // made in the future was made before the clock was put back
                (earlier.field(deliveries::created_at).between(now - HOLDS_BACK, now + HOLDS_BACK))
                    .or(earlier.field(deliveries::error_class).is_null())
                    .or(earlier.field(deliveries::locked_until).gt(now).assume_not_null()),
            )
            .filter(diesel::dsl::sql::<Bool>("\"earlier\".\"state\" = 0"));
        Ok(match (self.webhook.in_order, newest) {
            (true, true) => skip_locked(due.filter(not(exists(ahead))).order_by(deliveries::due_at.desc())).load(tx.conn)?,
            (true, false) => skip_locked(due.filter(not(exists(ahead))).order_by(deliveries::due_at)).load(tx.conn)?,
            (false, true) => skip_locked(due.order_by(deliveries::due_at.desc())).load(tx.conn)?,
            (false, false) => skip_locked(due.order_by(deliveries::due_at)).load(tx.conn)?,
        })
    }

    fn without_those_in_hand(&self, due: &[Due]) -> Vec<DeliveryId> {
        let ids: Vec<DeliveryId> = due.iter().map(|(id, _)| *id).collect();
        let in_hand = self.handover.in_hand(&ids);
        ids.into_iter().filter(|id| !in_hand.contains(id)).collect()
    }

    /// Claims those of these for which there is a place, and that are not in memory already. Gives their number.
    fn take(&self, tx: &mut Tx, due: &[Due], ready: &mut Vec<Ready>) -> Result<usize> {
        // payloads are not read for nothing: while retries wait for room, they stand before everything else at each look
        let room_for_retries = self.handover.reserve(&self.webhook, 0, Origin::Retry).is_some();
        let due: Vec<Due> = due.iter().filter(|(_, attempts)| *attempts == 0 || room_for_retries).copied().collect();
        let ids = without_left(tx, &self.webhook, self.without_those_in_hand(&due))?;
        type Row = (Delivery, Option<MessageId>, String, bool);
        let rows: Vec<Row> = deliveries::table
            .inner_join(events::table)
            .filter(deliveries::id.eq_any(&ids))
            .select((Delivery::columns(), events::message_id, events::payload, deliveries::manual))
            .order_by((deliveries::due_at, deliveries::id))
            .load(tx.conn)?;
        let leased_until = self.now + self.handover.lease(&self.webhook);
        let mut taken = Vec::with_capacity(rows.len());
        for (Delivery { id, public_id, event_id, attempts, test, .. }, message_id, payload, manual) in rows {
            let origin = if attempts > 0 { Origin::Retry } else { Origin::Left };
            // what finds no place stays as it is, and is due
            let Some(place) = self.handover.reserve(&self.webhook, payload.len(), origin) else {
                // where a retry finds none, a first try still may
                if attempts > 0 { continue } else { break }
            };
            taken.push(id);
            let (webhook, payload, place) = (self.webhook.clone(), payload.into(), place.of(id));
            ready.push(Ready { id, public_id, event_id, webhook, payload, message_id, attempts, manual, test, leased_until, place });
        }
        let number = self.handover.number();
        let claim = (deliveries::due_at.eq(leased_until), deliveries::locked_until.eq(leased_until), deliveries::claimed_by.eq(number));
        Ok(diesel::update(deliveries::table.filter(deliveries::id.eq_any(taken))).set(claim).execute(tx.conn)?)
    }
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
