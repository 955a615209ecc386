//! Where a request came from that has arrived at one of our own receivers, and what its signatures are to be checked with.
use super::{
    format,
    model::{Webhook, WebhookKind},
    queries,
    verification::{self, Case, Sent},
};
use crate::{
    db::{
        DbConn,
        types::{AccountId, DeliveryId},
    },
    error::Result,
};

/// A request as it arrived.
#[derive(Debug)]
pub struct Arrived {
    /// The receiver's URL.
    pub url: String,
    /// All of them.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: String,
    /// When, in unix seconds.
    pub at: i64,
}

/// The webhook that has sent a request, or that would have.
#[derive(Debug)]
pub struct Origin {
    webhook: Webhook,
    /// None for a request that names no delivery that is known.
    delivery: Option<DeliveryId>,
    pub(super) case: Case,
}

/// Where a request came from: the webhook of the delivery that it names, or else one that calls this receiver. Nothing, if
/// the account has neither.
///
/// # Errors
/// The database's.
pub fn origin(conn: &mut DbConn, account: AccountId, arrived: Arrived) -> Result<Option<Origin>> {
    let Arrived { url, headers, body, at } = arrived;
    let named = verification::named(&headers).map(|id| queries::named(conn, account, id)).transpose()?.flatten();
    let (delivery, webhook, payload) = match named {
        Some((delivery, webhook, payload)) => (Some(delivery), webhook, Some(payload)),
        None => match queries::at_url(conn, account, &url)?.into_iter().next() {
            Some(webhook) => (None, webhook, None),
            None => return Ok(None),
        },
    };
    let sent = payload.map(|payload| Sent { body: format::render(webhook.payload_format, &payload).into_owned() });
    let case = Case { headers, body, computed: String::new(), secret: webhook.secret.clone(), old_secret: webhook.old_secret.clone(), now: at, sent };
    Ok(Some(Origin { webhook, delivery, case }))
}

impl Origin {
    /// What people know the webhook by, without a password.
    pub fn title(&self) -> String {
        self.webhook.title()
    }

    /// The webhook's place below the settings of its account. The callbacks of inboxes have none.
    pub fn page(&self) -> Option<String> {
        page(&self.webhook)
    }

    /// The delivery's place there.
    pub fn delivery_page(&self) -> Option<String> {
        Some(format!("{}/deliveries/{}", self.page()?, self.delivery?))
    }
}

fn page(webhook: &Webhook) -> Option<String> {
    (webhook.kind != WebhookKind::Inbox).then(|| format!("integrations/webhooks/{}", webhook.id))
}

/// The webhooks with a page that call this URL: what people know each by, and its place below the settings.
///
/// # Errors
/// The database's.
pub fn pointing_at(conn: &mut DbConn, account: AccountId, url: &str) -> Result<Vec<(String, String)>> {
    let found = queries::at_url(conn, account, url)?;
    Ok(found.iter().filter_map(|webhook| Some((webhook.title(), page(webhook)?))).collect())
}
