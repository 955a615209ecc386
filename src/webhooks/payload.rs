//! How webhooks look in the API.
pub mod replay;
pub mod tail;

use super::{headers::HIDDEN, model::Webhook};
use crate::{
    db::types::{InboxId, now},
    web::json::{Iso, Named},
};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

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
    description: Option<&'a str>,
    headers: BTreeMap<&'a str, &'static str>,
    all_events: bool,
    exclude_private_notes: bool,
    old_secret_until: Option<Iso>,
}

/// Draws a webhook, with the name of its inbox.
pub fn draw<'a>(webhook: &'a Webhook, inboxes: &'a HashMap<InboxId, String>) -> WebhookJson<'a> {
    let inbox = webhook.inbox_id.and_then(|id| inboxes.get(&id).map(|name| Named { id, name }));
    WebhookJson {
        id: webhook.id,
        name: webhook.name.as_deref(),
        url: &webhook.url,
        account_id: webhook.account_id,
        subscriptions: webhook.heard(),
        secret: &webhook.secret,
        inbox,
        payload_format: webhook.payload_format,
        enabled: webhook.turned_off_at.is_none(),
        description: webhook.description.as_deref(),
        headers: webhook.headers.0.iter().map(|(name, _)| (name.as_str(), HIDDEN)).collect(),
        all_events: webhook.all_events,
        exclude_private_notes: webhook.exclude_private_notes,
        old_secret_until: webhook.old_secret_until.filter(|until| *until > now()).map(Iso),
    }
}
