//! What has happened in the logs since the last look, for those who watch. One look serves all of them: it reads the newest rows by
//! their primary keys, so that it costs as much as has happened, and needs nothing of those who write.
use crate::{
    db::{
        DbConn,
        dialect::limit_one,
        schema::{attempts, deliveries, events, webhooks},
        types::{AccountId, DeliveryId, WebhookId},
    },
    error::Result,
    events::EventName,
    outbound::ErrorClass,
    webhooks::model::{DeliveryState, WebhookKind},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Transactions overtake each other: a row may appear after one that was numbered later. So many ids are looked at again.
pub const OVERLAP: i64 = 250;

/// How many rows of each table one look gives: whoever watches a server that does more in a second sees the newest.
const MOST: i64 = 500;

/// The last rows that have been looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// Of the deliveries.
    pub delivery: i64,
    /// Of their tries.
    pub attempt: i64,
}

/// A delivery that was made.
#[derive(Debug, Clone, Queryable)]
pub struct Made {
    /// Its id in the database.
    pub id: DeliveryId,
    /// Its id on the wire.
    pub public_id: String,
    /// In which account.
    pub account_id: AccountId,
    /// To whom.
    pub webhook_id: WebhookId,
    /// Where that comes from.
    pub kind: WebhookKind,
    /// What it tells.
    pub event: EventName,
    /// When.
    pub at: NaiveDateTime,
}

/// A try that has ended.
#[derive(Debug, Clone, Queryable)]
pub struct Tried {
    /// Of which delivery.
    pub delivery: Made,
    /// Its own id.
    pub id: i64,
    /// 1 for the first.
    pub number: i32,
    /// Whether somebody asked for it.
    pub manual: bool,
    /// The status of the answer.
    pub response_status: Option<i16>,
    /// Why it failed.
    pub error_class: Option<ErrorClass>,
    /// The same in a sentence.
    pub error_message: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: i32,
    /// When it began.
    pub at: NaiveDateTime,
    /// Where the delivery stands now.
    pub state: DeliveryState,
}

/// What a look has found, the oldest first.
#[derive(Debug, Default)]
pub struct News {
    /// New deliveries.
    pub made: Vec<Made>,
    /// New outcomes.
    pub tried: Vec<Tried>,
    /// Up to where.
    pub place: Place,
}

/// The newest rows.
pub fn present(conn: &mut DbConn) -> Result<Place> {
    let delivery: Option<DeliveryId> =
        limit_one(deliveries::table.order_by(deliveries::id.desc()).select(deliveries::id)).get_result(conn).optional()?;
    let attempt: Option<i64> = limit_one(attempts::table.order_by(attempts::id.desc()).select(attempts::id)).get_result(conn).optional()?;
    Ok(Place { delivery: delivery.map_or(0, |id| id.0), attempt: attempt.unwrap_or_default() })
}

/// What has happened in these accounts since a little before that place. The callbacks of inboxes are left out, as they are
/// wherever webhooks are shown.
pub fn news(conn: &mut DbConn, accounts: &[AccountId], since: Place) -> Result<News> {
    let place = present(conn)?;
    let of_delivery =
        (deliveries::id, deliveries::public_id, deliveries::account_id, deliveries::webhook_id, webhooks::kind, events::name, deliveries::created_at);
    let theirs = || deliveries::account_id.eq_any(accounts.to_vec()).and(webhooks::kind.ne(WebhookKind::Inbox));
    let mut made: Vec<Made> = deliveries::table
        .inner_join(events::table)
        .inner_join(webhooks::table)
        .filter(deliveries::id.gt(DeliveryId(since.delivery - OVERLAP)).and(deliveries::id.le(DeliveryId(place.delivery))))
        .filter(theirs())
        .order_by(deliveries::id.desc())
        .select(of_delivery)
        .limit(MOST)
        .load(conn)?;
    let mut tried: Vec<Tried> = attempts::table
        .inner_join(deliveries::table.inner_join(webhooks::table).inner_join(events::table))
        .filter(attempts::id.gt(since.attempt - OVERLAP).and(attempts::id.le(place.attempt)))
        .filter(theirs())
        .order_by(attempts::id.desc())
        .select((
            of_delivery,
            attempts::id,
            attempts::number,
            attempts::manual,
            attempts::response_status,
            attempts::error_class,
            attempts::error_message,
            attempts::duration_ms,
            attempts::created_at,
            deliveries::state,
        ))
        .limit(MOST)
        .load(conn)?;
    made.reverse();
    tried.reverse();
    Ok(News { made, tried, place })
}
