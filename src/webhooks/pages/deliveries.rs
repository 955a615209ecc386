//! A webhook's page with its deliveries, and the page of one delivery.
use super::{
    At, list_url,
    status::{Health, delivery_badge},
    url_of,
};
use crate::{
    auth::AdministratorPage,
    config::Config,
    db::{
        Db, DbConn,
        types::{DeliveryId, now},
    },
    error::Result,
    events::EventName,
    web::{
        Input, Params,
        fields::{Patch, Text},
        forms::Choice,
        html,
        shell::{Badge, Shell},
    },
    webhooks::{
        explain,
        model::{DeliveryState, Webhook},
        queries::{self, Listed, Tally},
    },
};
use actix_web::{HttpResponse, web::Data};
use askama::Template;
use serde::Deserialize;

/// The head that a webhook's pages share.
pub(super) struct WebhookHead {
    pub title: String,
    pub url: String,
    pub path: String,
    pub badge: Badge,
    pub active: bool,
}

/// A URL without the password in it.
pub(super) fn head(page: &Shell, webhook: &Webhook, tally: &Tally) -> WebhookHead {
    WebhookHead {
        title: webhook.title(),
        url: webhook.masked_url(),
        path: url_of(page, webhook.id),
        badge: Health::of(webhook, tally, now()).badge(page),
        active: webhook.turned_off_at.is_none(),
    }
}

struct WebhookStatus {
    sentence: String,
    delivered_24h: i64,
    failed_24h: i64,
    waiting: i64,
    last_success: Option<i64>,
}

struct DeliveryFilter {
    states: Vec<Choice>,
    events: Vec<Choice>,
    active: bool,
    paged: bool,
}

struct DeliveryRow {
    url: String,
    short_id: String,
    event: String,
    test: bool,
    badge: Badge,
    outcome: String,
    outcome_bad: bool,
    duration_ms: Option<i64>,
    tries: i64,
    max_tries: i64,
    next_try: Option<i64>,
    created_at: i64,
}

#[derive(Template)]
#[template(path = "webhooks/show.html")]
struct WebhookPage {
    page: Shell,
    list_url: String,
    webhook: WebhookHead,
    status: WebhookStatus,
    test_action: String,
    test_events: Vec<Choice>,
    filter: DeliveryFilter,
    deliveries: Vec<DeliveryRow>,
    older_url: Option<String>,
    newest_url: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    state: Text,
    event: Text,
    before: Patch<DeliveryId>,
}

impl Input for Filter {}

pub(super) async fn show(
    db: Data<Db>,
    config: Data<Config>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    params: Params<Filter>,
) -> Result<HttpResponse> {
    let ((_, id), Filter { state, event, before }) = (path.into_inner(), params.0);
    let (wanted_state, wanted_event) = (DeliveryState::from_name(&state.0), EventName::from_name(&event.0));
    let older_than = before.clone().set();
    let work = move |conn: &mut DbConn| {
        let webhook = queries::find(conn, administrator.account_id(), id)?;
        let tally = queries::tallies(conn, &[id])?.remove(&id).unwrap_or_default();
        let listed = queries::page(conn, id, wanted_state, wanted_event, older_than)?;
        let ids: Vec<DeliveryId> = listed.iter().map(|(delivery, _)| delivery.id).collect();
        let last = queries::last_attempt(conn, id)?;
        Ok((webhook, tally, last, listed, queries::durations(conn, &ids)?))
    };
    let (webhook, tally, last_attempt, listed, durations) = db.read(work).await?;
    let path = url_of(&page, id);
    let most = webhook.schedule(&config.webhook).len() as i64 + 1;
    let row = |listed: &Listed| {
        let duration = durations.get(&listed.0.id).map(|ms| i64::from(*ms));
        delivery_row(&page, &path, listed, duration, most)
    };
    let filters = url::form_urlencoded::Serializer::new(String::new()).append_pair("state", &state.0).append_pair("event", &event.0).finish();
    let last = listed.last().filter(|_| listed.len() as i64 == queries::PAGE).map(|(delivery, _)| delivery.id);
    html(&WebhookPage {
        list_url: list_url(&page),
        webhook: head(&page, &webhook, &tally),
        status: WebhookStatus {
            sentence: Health::of(&webhook, &tally, now()).sentence(&page, &webhook, &tally, last_attempt.as_ref()),
            delivered_24h: tally.delivered,
            failed_24h: tally.failed,
            waiting: tally.waiting,
            last_success: tally.last_success.map(|at| at.and_utc().timestamp()),
        },
        test_action: format!("{path}/test"),
        test_events: super::trial::choices(&page, &webhook),
        filter: filter(&page, &state.0, &event.0, before != Patch::Absent),
        deliveries: listed.iter().map(row).collect(),
        older_url: last.map(|last| format!("{path}?{filters}&before={last}")),
        newest_url: format!("{path}?{filters}"),
        page,
    })
}

fn filter(page: &Shell, state: &str, event: &str, paged: bool) -> DeliveryFilter {
    let label = |state: &DeliveryState| page.t(&format!("state-{}", state.name()));
    let states = DeliveryState::ALL.iter().map(|one| Choice::new(one.name(), label(one), state));
    let events = EventName::ALL.iter().map(|one| Choice::new(one.name(), one.name(), event));
    DeliveryFilter {
        states: std::iter::once(Choice::new("", page.t("filter-all-states"), state)).chain(states).collect(),
        events: std::iter::once(Choice::new("", page.t("filter-all-events"), event)).chain(events).collect(),
        active: !state.is_empty() || !event.is_empty(),
        paged,
    }
}

fn delivery_row(page: &Shell, path: &str, (delivery, event): &Listed, duration_ms: Option<i64>, most: i64) -> DeliveryRow {
    let tries = i64::from(delivery.attempts);
    DeliveryRow {
        url: format!("{path}/deliveries/{}", delivery.id),
        short_id: delivery.public_id.chars().take(8).collect(),
        event: event.name().into(),
        test: delivery.test,
        badge: delivery_badge(page, delivery),
        outcome: explain::outcome(page.lang, delivery.response_status, delivery.error_class),
        outcome_bad: delivery.error_class.is_some(),
        duration_ms,
        tries,
        max_tries: if delivery.test { tries.max(1) } else { most.max(tries) },
        next_try: delivery.next_try(now()).map(|at| at.and_utc().timestamp()),
        created_at: delivery.created_at.and_utc().timestamp(),
    }
}
