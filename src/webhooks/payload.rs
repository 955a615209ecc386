//! How webhooks look in the API.
use super::model::Webhook;
use crate::{db::types::InboxId, web::json::Named};
use serde::Serialize;
use std::collections::HashMap;

/// A webhook in the API.
#[derive(Debug, Serialize)]
pub struct WebhookJson<'a> {
    id: crate::db::types::WebhookId,
    name: Option<&'a str>,
    url: &'a str,
    account_id: crate::db::types::AccountId,
    subscriptions: &'a [crate::events::EventName],
    secret: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    inbox: Option<Named<'a, InboxId>>,
    payload_format: crate::accounts::PayloadFormat,
    enabled: bool,
}

/// Draws a webhook, with the name of its inbox.
pub fn draw<'a>(webhook: &'a Webhook, inboxes: &'a HashMap<InboxId, String>) -> WebhookJson<'a> {
    let inbox = webhook.inbox_id.and_then(|id| inboxes.get(&id).map(|name| Named { id, name }));
    WebhookJson {
        id: webhook.id,
        name: webhook.name.as_deref(),
        url: &webhook.url,
        account_id: webhook.account_id,
        subscriptions: &webhook.subscriptions.0,
        secret: &webhook.secret,
        inbox,
        payload_format: webhook.payload_format,
        enabled: webhook.turned_off_at.is_none(),
    }
}
