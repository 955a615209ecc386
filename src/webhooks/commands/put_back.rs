//! Times that seem to lie in the future because the clock was put back after they were written.
use super::claim::free;
use crate::{
    db::{
        Tx,
        schema::deliveries,
        types::{WebhookId, now},
    },
    error::Result,
    webhooks::{
        handover::Handover,
        queries::{self, Reached, Waiting, pending},
    },
};
use diesel::prelude::*;

/// What one step has done.
pub(in crate::webhooks) struct PutBack {
    /// How many deliveries it has changed.
    pub moved: usize,
    /// Where the next one begins; none at the end.
    pub reached: Option<Reached>,
}

/// Goes through some of what waits for a webhook. What was never tried is due, and what was tried waits as long as it was to wait
/// then, but from now on. Claims of this node of which nobody knows any more are given back: their leases end too late.
pub(in crate::webhooks) fn put_back(tx: &mut Tx, handover: &Handover, webhook: WebhookId, after: Reached) -> Result<PutBack> {
    let now = now();
    let waiting = queries::waiting_after(tx.conn, webhook, handover.number(), after)?;
    let ids: Vec<_> = waiting.iter().map(|one| one.id).collect();
    let in_hand = handover.in_hand(&ids);
    let mut moved = 0;
    for one in waiting.iter().filter(|one| !in_hand.contains(&one.id)) {
        // somebody else may have claimed it meanwhile
        let unchanged = deliveries::table.find(one.id).filter(pending()).filter(deliveries::due_at.eq(one.due_at));
        let due_at = one.due_by(now);
        if one.is_claimed {
            moved += diesel::update(unchanged).set(free()).execute(tx.conn)?;
        } else if due_at != one.due_at {
            moved += diesel::update(unchanged).set(deliveries::due_at.eq(due_at)).execute(tx.conn)?;
        }
    }
    Ok(PutBack { moved, reached: waiting.last().map(Waiting::reached) })
}
