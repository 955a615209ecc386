//! What administrators are told on every page: that a webhook was turned off, and not by one of them.
use super::{
    model::{TurnedOff, Webhook},
    queries,
};
use crate::{
    db::{DbConn, types::AccountId},
    error::Result,
    web::{Language, shell::Notice},
};

/// One for each webhook that the server has turned off.
///
/// # Errors
/// The database's.
pub fn notices(conn: &mut DbConn, account: AccountId, language: Language) -> Result<Vec<Notice>> {
    let off = queries::turned_off_by_server(conn, account)?;
    Ok(off.iter().map(|webhook| notice(webhook, language)).collect())
}

fn notice(webhook: &Webhook, language: Language) -> Notice {
    let key = match webhook.turned_off_reason {
        Some(TurnedOff::Failing) => "notice-webhook-failing",
        _ => "notice-webhook-gone",
    };
    let title = webhook.title();
    Notice {
        text: language.ta(key, &[("webhook", title.as_str().into())]),
        href: format!("/app/accounts/{}/settings/integrations/webhooks/{}", webhook.account_id, webhook.id),
    }
}
