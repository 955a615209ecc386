//! A webhook's page with its deliveries, and the page of one delivery.
use super::{
    At, Nothing, list_url,
    status::{Health, delivery_badge},
    url_of,
};
use crate::{
    auth::AdministratorPage,
    config::Config,
    db::{
        Db, DbConn, Tx,
        types::{DeliveryId, WebhookId, now},
    },
    error::Result,
    events::EventName,
    outbound::Target,
    web::{
        Form, Input, Params,
        fields::{Patch, Text},
        forms::Choice,
        html, see_other,
        shell::{Badge, Flash, Shell},
    },
    webhooks::{
        commands, explain, format,
        model::{Attempt, Delivery, DeliveryState, Webhook},
        queries::{self, Detail, Listed, Tally},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
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

fn masked(url: &str) -> String {
    Target::parse(url).map(|target| target.masked()).unwrap_or_else(|_| url.to_owned())
}

pub(super) fn head(page: &Shell, webhook: &Webhook, tally: &Tally) -> WebhookHead {
    let url = masked(&webhook.url);
    WebhookHead {
        title: if webhook.title() == webhook.url {
            url.clone()
        } else {
            webhook.title().to_owned()
        },
        url,
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
        Ok((webhook, tally, listed, queries::durations(conn, &ids)?))
    };
    let (webhook, tally, listed, durations) = db.read(work).await?;
    let path = url_of(&page, id);
    let most = config.webhook.retry_schedule.len() as i64 + 1;
    let row = |listed: &Listed| {
        let duration = durations.get(&listed.0.id).map(|ms| i64::from(*ms));
        delivery_row(&page, &path, listed, duration, most)
    };
    let filters = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("state", &state.0)
        .append_pair("event", &event.0)
        .finish();
    let last = listed
        .last()
        .filter(|_| listed.len() as i64 == queries::PAGE)
        .map(|(delivery, _)| delivery.id);
    html(&WebhookPage {
        list_url: list_url(&page),
        webhook: head(&page, &webhook, &tally),
        status: WebhookStatus {
            sentence: Health::of(&webhook, &tally, now()).sentence(&page, &webhook, &tally),
            delivered_24h: tally.delivered,
            failed_24h: tally.failed,
            waiting: tally.waiting,
            last_success: tally.last_success.map(|at| at.and_utc().timestamp()),
        },
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
        states: std::iter::once(Choice::new("", page.t("filter-all-states"), state))
            .chain(states)
            .collect(),
        events: std::iter::once(Choice::new("", page.t("filter-all-events"), event))
            .chain(events)
            .collect(),
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
        badge: delivery_badge(page, delivery),
        outcome: explain::outcome(page.lang, delivery.response_status, delivery.error_class),
        outcome_bad: delivery.error_class.is_some(),
        duration_ms,
        tries,
        max_tries: most.max(tries),
        next_try: next_try(delivery),
        created_at: delivery.created_at.and_utc().timestamp(),
    }
}

/// When a delivery that has failed is tried again.
fn next_try(delivery: &Delivery) -> Option<i64> {
    (delivery.state == DeliveryState::Pending && delivery.attempts > 0).then(|| delivery.due_at.and_utc().timestamp())
}

struct Header {
    name: String,
    value: String,
}

struct ResponseView {
    headers: Vec<Header>,
    body: String,
    kept_bytes: i64,
    truncated: bool,
}

struct AttemptRow {
    number: i64,
    url: String,
    at: i64,
    badge: Badge,
    outcome: String,
    duration_ms: i64,
    by_hand: bool,
    selected: bool,
}

struct AttemptView {
    number: i64,
    outcome: String,
    duration_ms: i64,
    address: Option<String>,
    response: Option<ResponseView>,
}

#[derive(Template)]
#[template(path = "webhooks/delivery.html")]
struct DeliveryPage {
    page: Shell,
    webhook_url: String,
    webhook_title: String,
    id: String,
    event: String,
    badge: Badge,
    summary: String,
    cure: Option<String>,
    created_at: i64,
    next_try: Option<i64>,
    send_again_action: String,
    attempts: Vec<AttemptRow>,
    shown: Option<AttemptView>,
    request_url: String,
    request_headers: Vec<Header>,
    request_body: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    attempt: Text,
}

impl Input for Shown {}

/// A path of an account, a webhook and one of its deliveries.
type AtDelivery = Path<(String, WebhookId, DeliveryId)>;

pub(super) async fn delivery(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: AtDelivery,
    params: Params<Shown>,
) -> Result<HttpResponse> {
    let (_, webhook_id, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let webhook = queries::find(conn, administrator.account_id(), webhook_id)?;
        queries::detail(conn, webhook.id, id).map(|detail| (webhook, detail))
    };
    let (
        webhook,
        Detail {
            delivery,
            event,
            payload,
            attempts,
        },
    ) = db.read(work).await?;
    let webhook_url = url_of(&page, webhook.id);
    let wanted: Option<i32> = params.0.attempt.0.parse().ok();
    let shown = attempts.iter().rfind(|attempt| wanted.is_none_or(|number| attempt.number == number));
    let (summary, cure) = summary(&page, &webhook, &delivery, attempts.last());
    let headers = |list: &[(String, String)]| {
        list.iter()
            .map(|(name, value)| Header {
                name: name.clone(),
                value: value.clone(),
            })
            .collect()
    };
    html(&DeliveryPage {
        badge: delivery_badge(&page, &delivery),
        summary,
        cure,
        next_try: next_try(&delivery),
        send_again_action: format!("{webhook_url}/deliveries/{id}/send_again"),
        attempts: attempts.iter().rev().map(|attempt| attempt_row(&page, attempt, shown)).collect(),
        shown: shown.map(|attempt| attempt_view(&page, attempt)),
        request_url: shown.map_or_else(|| masked(&webhook.url), |attempt| attempt.url.clone()),
        request_headers: shown.map(|attempt| headers(&attempt.request_headers.0)).unwrap_or_default(),
        request_body: pretty(&format::render(webhook.payload_format, &payload)),
        webhook_title: if webhook.title() == webhook.url {
            masked(&webhook.url)
        } else {
            webhook.title().to_owned()
        },
        id: delivery.public_id,
        event: event.name().into(),
        created_at: delivery.created_at.and_utc().timestamp(),
        webhook_url,
        page,
    })
}

/// What became of a delivery, in words; and what helps.
fn summary(page: &Shell, webhook: &Webhook, delivery: &Delivery, last: Option<&Attempt>) -> (String, Option<String>) {
    let tries = i64::from(delivery.attempts);
    let explained = last.and_then(|attempt| explain::explain(page.lang, attempt));
    let then = match (delivery.state, last) {
        (DeliveryState::Delivered, Some(attempt)) => {
            let (host, duration) = (explain::host(&attempt.url), page.duration(&attempt.duration_ms.into()));
            let status = attempt.response_status.unwrap_or_default().to_string();
            let args = [
                ("host", host.as_str().into()),
                ("status", status.as_str().into()),
                ("duration", duration.as_str().into()),
                ("tries", tries.into()),
            ];
            return (page.ta("delivery-delivered", &args), None);
        }
        (DeliveryState::Pending | DeliveryState::Delivered, None) => page.t("delivery-pending"),
        (DeliveryState::Pending, Some(_)) => {
            let at = page.time(&delivery.due_at.and_utc().timestamp());
            page.ta(
                "delivery-retry",
                &[("when", at.relative.as_str().into()), ("clock", at.clock.as_str().into())],
            )
        }
        (DeliveryState::Failed, _) => page.ta("delivery-gave-up", &[("tries", tries.into())]),
        (DeliveryState::Held, _) if webhook.turned_off_at.is_none() => page.t("delivery-pending"),
        (DeliveryState::Held, _) => page.t("delivery-held"),
    };
    match explained {
        Some(explained) => (format!("{} {then}", explained.sentence), Some(explained.cure)),
        None => (then, None),
    }
}

fn attempt_row(page: &Shell, attempt: &Attempt, shown: Option<&Attempt>) -> AttemptRow {
    let failed = attempt.error_class.is_some();
    let (tone, icon, key) = if failed {
        ("bad", "circle-x", "state-failed")
    } else {
        ("good", "circle-check", "state-delivered")
    };
    AttemptRow {
        number: attempt.number.into(),
        url: format!("?attempt={}", attempt.number),
        at: attempt.created_at.and_utc().timestamp(),
        badge: Badge {
            tone,
            icon,
            label: page.t(key),
        },
        outcome: explain::outcome(page.lang, attempt.response_status, attempt.error_class),
        duration_ms: attempt.duration_ms.into(),
        by_hand: attempt.manual,
        selected: shown.is_some_and(|shown| shown.number == attempt.number),
    }
}

fn attempt_view(page: &Shell, attempt: &Attempt) -> AttemptView {
    let response = attempt.response_status.map(|_| {
        let body = attempt.response_body.clone().unwrap_or_default();
        let headers = attempt.response_headers.as_ref().map(|headers| headers.0.clone()).unwrap_or_default();
        ResponseView {
            headers: headers.into_iter().map(|(name, value)| Header { name, value }).collect(),
            kept_bytes: body.len() as i64,
            body: pretty(&String::from_utf8_lossy(&body)),
            truncated: attempt.response_truncated,
        }
    });
    AttemptView {
        number: attempt.number.into(),
        outcome: explain::outcome(page.lang, attempt.response_status, attempt.error_class),
        duration_ms: attempt.duration_ms.into(),
        address: attempt.dialled.clone(),
        response,
    }
}

/// JSON with line breaks; what is not JSON, as it is.
fn pretty(text: &str) -> String {
    let parsed: Option<serde_json::Value> = serde_json::from_str(text).ok();
    parsed
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| text.to_owned())
}

pub(super) async fn send_again(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: AtDelivery,
    _: Form<Nothing>,
) -> Result<HttpResponse> {
    let (_, webhook, id) = path.into_inner();
    db.write(move |tx: &mut Tx| commands::send_again(tx, &administrator, webhook, id)).await?;
    Ok(see_other(
        &format!("{}/deliveries/{id}", url_of(&page, webhook)),
        Some(Flash::notice("flash-sent-again")),
    ))
}
