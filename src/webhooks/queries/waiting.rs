//! What waits to be sent: what is due, and what waits for a later time, as it is looked through when the clock was put back.
use super::pending;
use crate::{
    db::{
        DbConn,
        dialect::limit_one,
        schema::{attempts, deliveries, webhooks},
        types::{DeliveryId, WebhookId, now},
    },
    error::Result,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{
    dsl::{exists, max},
    prelude::*,
};

/// How many are looked at in one step.
const STEP: i64 = 500;

/// Nodes on one database agree about the time as far as this.
const DISAGREE: TimeDelta = TimeDelta::seconds(5);

/// How far a look through a webhook's deliveries has come, in the order in which they are due.
#[derive(Debug, Clone, Copy)]
pub struct Reached {
    /// The time of the last one,
    pub due_at: NaiveDateTime,
    /// and which one it was.
    pub id: DeliveryId,
}

/// A delivery that waits.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Which one.
    pub id: DeliveryId,
    /// Until when.
    pub due_at: NaiveDateTime,
    /// Whether it waits for a node, and not for its time.
    pub is_claimed: bool,
    /// When it was tried last, if it waits because that failed.
    pub tried_at: Option<NaiveDateTime>,
}

impl Waiting {
    /// Where the look has come with this one.
    pub fn reached(&self) -> Reached {
        Reached { due_at: self.due_at, id: self.id }
    }

    /// Until when it is to wait, by a clock that says `now`: only a failed try makes a delivery wait at all, and one that was made in
    /// the future was made before the clock was put back.
    pub fn due_by(&self, now: NaiveDateTime) -> NaiveDateTime {
        match self.tried_at {
            None => self.due_at.min(now),
            Some(at) if at > now => (now + (self.due_at - at)).clamp(now, self.due_at.max(now)),
            Some(_) => self.due_at,
        }
    }
}

/// The webhooks for which something is due, except those that are full: one step into an index for each.
pub(in crate::webhooks) fn due(conn: &mut DbConn, full: &[WebhookId]) -> Result<Vec<WebhookId>> {
    let waiting = deliveries::table.filter(pending()).filter(deliveries::webhook_id.eq(webhooks::id).and(deliveries::due_at.le(now())));
    // to one that is off only tests are sent
    let waiting = waiting.filter(webhooks::turned_off_at.is_null().or(deliveries::test));
    let query = webhooks::table.filter(webhooks::id.ne_all(full)).filter(exists(waiting));
    Ok(query.select(webhooks::id).load(conn)?)
}

/// Whether something was written at a time that has not come yet: one step into an index for each table.
pub(in crate::webhooks) fn is_of_the_future(conn: &mut DbConn) -> Result<bool> {
    let made = limit_one(deliveries::table.order_by(deliveries::id.desc()).select(deliveries::created_at));
    let made: Option<NaiveDateTime> = made.get_result(conn).optional()?;
    let tried = limit_one(attempts::table.order_by(attempts::id.desc()).select(attempts::created_at));
    let tried: Option<NaiveDateTime> = tried.get_result(conn).optional()?;
    Ok(made.max(tried).is_some_and(|at| at > now() + DISAGREE))
}

/// Every webhook there is.
pub(in crate::webhooks) fn everybody(conn: &mut DbConn) -> Result<Vec<WebhookId>> {
    Ok(webhooks::table.select(webhooks::id).order_by(webhooks::id).load(conn)?)
}

/// The next of a webhook's deliveries that wait, except those that other nodes have claimed.
pub(in crate::webhooks) fn waiting_after(conn: &mut DbConn, webhook: WebhookId, number: i32, after: Reached) -> Result<Vec<Waiting>> {
    let tries = attempts::table.filter(attempts::delivery_id.eq(deliveries::id)).select(max(attempts::created_at));
    type Row = (DeliveryId, NaiveDateTime, Option<NaiveDateTime>, i32, bool, Option<NaiveDateTime>);
    let rows: Vec<Row> = deliveries::table
        .filter(pending())
        .filter(deliveries::webhook_id.eq(webhook).and(deliveries::due_at.ge(after.due_at)))
        .filter(deliveries::due_at.gt(after.due_at).or(deliveries::id.gt(after.id)))
        .filter(deliveries::locked_until.is_null().or(deliveries::claimed_by.eq(number)))
        .order_by((deliveries::due_at, deliveries::id))
        .select((deliveries::id, deliveries::due_at, deliveries::locked_until, deliveries::attempts, deliveries::manual, tries.single_value()))
        .limit(STEP)
        .load(conn)?;
    let waiting = |(id, due_at, locked_until, attempts, manual, tried_at): Row| Waiting {
        id,
        due_at,
        is_claimed: locked_until.is_some(),
        tried_at: tried_at.filter(|_| attempts > 0 && !manual),
    };
    Ok(rows.into_iter().map(waiting).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_after_the_clock_was_put_back_waits_no_longer_than_it_was_to() {
        let (now, minute, day) = (now(), TimeDelta::minutes(1), TimeDelta::days(1));
        let waiting = |due_at, tried_at| Waiting { id: DeliveryId(1), due_at, is_claimed: false, tried_at }.due_by(now);
        assert_eq!(waiting(now + day, None), now, "nothing keeps it waiting");
        assert_eq!(waiting(now + day + minute, Some(now + day)), now + minute, "a minute after its try, by whatever clock");
        assert_eq!(waiting(now + minute, Some(now - minute)), now + minute, "as planned");
        assert_eq!(waiting(now + minute, Some(now + day)), now, "it was put back already");
        assert_eq!(waiting(now - minute, Some(now + day)), now);
    }
}
