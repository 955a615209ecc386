//! Webhooks that administrators are told of, since the server has turned them off.
use crate::{
    db::{
        DbConn,
        dialect::{Columns, limit_ten},
        schema::webhooks,
        types::{AccountId, WebhookId},
    },
    error::Result,
    webhooks::model::{TurnedOff, Webhook, WebhookKind},
};
use diesel::prelude::*;

/// The webhooks that somebody made for the account and that the server has turned off, ten at most.
pub(in crate::webhooks) fn turned_off_by_server(conn: &mut DbConn, account: AccountId) -> Result<Vec<Webhook>> {
    let off = webhooks::table
        .filter(webhooks::account_id.eq(account).and(webhooks::kind.eq(WebhookKind::Account)))
        .filter(webhooks::turned_off_reason.eq_any([TurnedOff::Gone, TurnedOff::Failing]));
    Ok(limit_ten(off.select(Webhook::columns()).order_by(webhooks::id)).load(conn)?)
}

/// Those of these webhooks that exist in the account.
pub(in crate::webhooks) fn by_ids(conn: &mut DbConn, account: AccountId, ids: &[WebhookId]) -> Result<Vec<Webhook>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => Ok(webhooks::table.filter(webhooks::account_id.eq(account).and(webhooks::id.eq_any(ids))).select(Webhook::columns()).load(conn)?),
    }
}
