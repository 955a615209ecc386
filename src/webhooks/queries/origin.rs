//! Finding the webhook and the delivery that a request came from.
use crate::{
    db::{
        DbConn,
        dialect::{Columns, limit_ten},
        schema::{deliveries, events, webhooks},
        types::{AccountId, DeliveryId},
    },
    error::Result,
    webhooks::model::Webhook,
};
use diesel::prelude::*;

/// A delivery of the account that receivers know by this id, its webhook of whatever kind, and the stored payload.
pub fn named(conn: &mut DbConn, account: AccountId, public_id: &str) -> Result<Option<(DeliveryId, Webhook, String)>> {
    let query = deliveries::table
        .inner_join(webhooks::table)
        .inner_join(events::table)
        .filter(deliveries::public_id.eq(public_id).and(deliveries::account_id.eq(account)))
        .select((deliveries::id, Webhook::columns(), events::payload));
    Ok(query.get_result(conn).optional()?)
}

/// The account's webhooks of whatever kind that call this URL, ten at most, the oldest first.
pub fn at_url(conn: &mut DbConn, account: AccountId, url: &str) -> Result<Vec<Webhook>> {
    let query = webhooks::table.filter(webhooks::account_id.eq(account).and(webhooks::url.eq(url)));
    Ok(limit_ten(query.select(Webhook::columns()).order_by(webhooks::id)).load(conn)?)
}
