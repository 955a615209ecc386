//! The list of webhooks.
use super::{list_url, status::Health, url_of};
use crate::{
    auth::AdministratorPage,
    db::{
        Db, DbConn,
        types::{AccountId, InboxId, WebhookId, now},
    },
    error::Result,
    web::{
        Input, Params,
        fields::Text,
        html,
        shell::{Badge, Shell},
    },
    webhooks::{
        model::Webhook,
        queries::{self, Tally},
    },
};
use actix_web::{HttpResponse, web::Data};
use askama::Template;
use serde::Deserialize;
use std::collections::HashMap;

/// How many characters of the subscribed events are shown before the rest is folded away.
const CUT: usize = 60;

/// The webhooks of an account with what a list shows of each.
pub(super) struct Overview {
    webhooks: Vec<Webhook>,
    tallies: HashMap<WebhookId, Tally>,
    inboxes: HashMap<InboxId, String>,
}

fn overview(conn: &mut DbConn, account: AccountId) -> Result<Overview> {
    let webhooks = queries::list(conn, account)?;
    let ids: Vec<WebhookId> = webhooks.iter().map(|webhook| webhook.id).collect();
    Ok(Overview { tallies: queries::tallies(conn, &ids)?, inboxes: queries::inbox_names(conn, account)?, webhooks })
}

impl Overview {
    fn health(&self, webhook: &Webhook) -> Health {
        Health::of(webhook, &self.tally(webhook), now())
    }

    fn tally(&self, webhook: &Webhook) -> Tally {
        self.tallies.get(&webhook.id).cloned().unwrap_or_default()
    }
}

/// How the webhooks of an account are doing, in two numbers.
pub struct Standing {
    /// How many there are.
    pub endpoints: i64,
    /// How many of them somebody should look at.
    pub failing: i64,
}

/// How the webhooks of an account are doing.
///
/// # Errors
/// The database's.
pub fn standing(conn: &mut DbConn, account: AccountId) -> Result<Standing> {
    let all = overview(conn, account)?;
    let failing = all.webhooks.iter().filter(|webhook| all.health(webhook).is_bad()).count();
    Ok(Standing { endpoints: all.webhooks.len() as i64, failing: failing as i64 })
}

struct WebhookRow {
    id: i64,
    name: String,
    url: String,
    url_of_page: String,
    events: String,
    events_short: String,
    events_cut: bool,
    inbox_name: Option<String>,
    badge: Badge,
    delivered_24h: i64,
    failed_24h: i64,
    waiting: i64,
    last_delivery: Option<i64>,
}

impl WebhookRow {
    fn percent_delivered(&self) -> i64 {
        self.delivered_24h * 100 / (self.delivered_24h + self.failed_24h).max(1)
    }
}

#[derive(Template)]
#[template(path = "webhooks/list.html")]
struct WebhooksPage {
    page: Shell,
    integrations_url: String,
    list_url: String,
    new_url: String,
    query: String,
    total: i64,
    webhooks: Vec<WebhookRow>,
    sample: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Search {
    q: Text,
}

impl Input for Search {}

pub(super) async fn list(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    params: Params<Search>,
) -> Result<HttpResponse> {
    let all = db.read(move |conn| overview(conn, administrator.account_id())).await?;
    let (query, list_url) = (params.0.q.0, list_url(&page));
    let sought = query.trim().to_lowercase();
    let fits = |webhook: &&Webhook| webhook.url.to_lowercase().contains(&sought) || webhook.title().to_lowercase().contains(&sought);
    html(&WebhooksPage {
        integrations_url: page.viewer.as_ref().map(|viewer| viewer.settings("integrations")).unwrap_or_default(),
        new_url: format!("{list_url}/new"),
        total: all.webhooks.len() as i64,
        webhooks: all.webhooks.iter().filter(fits).map(|webhook| row(&page, &all, webhook)).collect(),
        sample: include_str!("sample.json").trim_end().to_owned(),
        query,
        list_url,
        page,
    })
}

fn row(page: &Shell, all: &Overview, webhook: &Webhook) -> WebhookRow {
    let tally = all.tally(webhook);
    let events = webhook.subscriptions.0.iter().map(|event| page.t(&format!("event-{}", event.name()))).collect::<Vec<_>>().join(", ");
    let events_short: String = events.chars().take(CUT).collect();
    WebhookRow {
        id: webhook.id.0,
        name: webhook.name.clone().unwrap_or_default(),
        url: webhook.masked_url(),
        url_of_page: url_of(page, webhook.id),
        events_cut: events_short.len() < events.len(),
        events_short,
        events,
        inbox_name: webhook.inbox_id.and_then(|id| all.inboxes.get(&id).cloned()),
        badge: all.health(webhook).badge(page),
        delivered_24h: tally.delivered,
        failed_24h: tally.failed,
        waiting: tally.waiting,
        last_delivery: tally.last.map(|at| at.and_utc().timestamp()),
    }
}
