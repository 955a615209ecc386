//! Finding the webhook and the delivery that a request came from.
use super::log::{SLACK, first_since};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, limit_ten},
        schema::{deliveries, events, webhooks},
        types::{AccountId, DeliveryId, InboxId, MessageId, WebhookId},
    },
    error::Result,
    events::EventName,
    webhooks::model::{Webhook, WebhookKind},
};
use chrono::NaiveDateTime;
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

/// The callback of an API inbox as it is, for work that holds a conversation: whoever changes a webhook's row may be waiting for that.
pub fn callback_of(conn: &mut DbConn, inbox: InboxId) -> Result<Option<Webhook>> {
    let query = webhooks::table.filter(webhooks::inbox_id.eq(inbox).and(webhooks::kind.eq(WebhookKind::Inbox)));
    Ok(query.select(Webhook::columns()).get_result(conn).optional()?)
}

/// The delivery that told a webhook of a new message, which was written at that time. Nothing is indexed by message; so it is looked for
/// where the log has that time.
pub fn first_of_message(conn: &mut DbConn, webhook: WebhookId, message: MessageId, at: NaiveDateTime) -> Result<Option<DeliveryId>> {
    let (from, until) = (first_since(conn, webhook, at - SLACK)?, first_since(conn, webhook, at + SLACK)?);
    let query = deliveries::table
        .inner_join(events::table)
        .filter(deliveries::webhook_id.eq(webhook).and(deliveries::id.ge(from)).and(deliveries::id.lt(until)))
        // a delivery is born at the time of its event
        .filter(deliveries::created_at.eq(at).and(events::message_id.eq(message)).and(events::name.eq(EventName::MessageCreated)))
        .order_by(deliveries::id)
        .select(deliveries::id)
        .limit(1);
    Ok(query.get_result(conn).optional()?)
}
