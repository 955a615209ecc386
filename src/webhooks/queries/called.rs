//! The addresses that rules and macros call.
use crate::{
    db::{DbConn, dialect::Columns, schema::webhooks, types::AccountId},
    error::Result,
    webhooks::model::{Webhook, WebhookKind},
};
use diesel::prelude::*;

/// The row of such an address.
pub(in crate::webhooks) fn called(conn: &mut DbConn, account: AccountId, url: &str) -> Result<Option<Webhook>> {
    let of_account = webhooks::account_id.eq(account).and(webhooks::kind.eq(WebhookKind::Action));
    Ok(webhooks::table.filter(of_account.and(webhooks::url.eq(url))).select(Webhook::columns()).get_result(conn).optional()?)
}

/// How many there are.
pub(in crate::webhooks) fn count_called(conn: &mut DbConn, account: AccountId) -> Result<i64> {
    let of_account = webhooks::account_id.eq(account).and(webhooks::kind.eq(WebhookKind::Action));
    Ok(webhooks::table.filter(of_account).count().get_result(conn)?)
}
