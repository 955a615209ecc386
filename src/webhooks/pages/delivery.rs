//! The page of one delivery: what was sent, what came back, what comes next; and sending it again.
use super::{
    inspect::{self, SignatureView, TimingsView},
    status::delivery_badge,
    url_of,
};
use crate::{
    auth::AdministratorPage,
    db::{
        Db, DbConn, Tx,
        types::{DeliveryId, WebhookId, now},
    },
    error::{Error, Result},
    web::{
        Form, Input, NoFields, Params,
        fields::Text,
        html,
        json::pretty,
        see_other,
        shell::{Badge, Flash, Shell},
    },
    webhooks::{
        commands,
        explain::{self, Explanation},
        format,
        model::{Attempt, Delivery, DeliveryState, Webhook, WebhookKind},
        queries::{self, Detail},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use askama::Template;
use serde::Deserialize;

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
    timings: Option<TimingsView>,
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
    test: bool,
    badge: Badge,
    summary: String,
    cure: Option<String>,
    created_at: i64,
    next_try: Option<i64>,
    send_again_action: Option<String>,
    attempts: Vec<AttemptRow>,
    shown: Option<AttemptView>,
    request_url: String,
    request_headers: Vec<Header>,
    request_body: String,
    curl: Option<String>,
    signatures: Vec<SignatureView>,
    verify_url: String,
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
        let webhook = queries::find_shown(conn, administrator.account_id(), webhook_id)?;
        queries::detail(conn, webhook.id, id).map(|detail| (webhook, detail))
    };
    let (webhook, Detail { delivery, event, payload, attempts }) = db.read(work).await?;
    let webhook_url = url_of(&page, webhook.id);
    let wanted: Option<i32> = params.0.attempt.0.parse().ok();
    let shown = attempts.iter().rfind(|attempt| wanted.is_none_or(|number| attempt.number == number));
    let (summary, cure) = summary(&page, &webhook, &delivery, attempts.last());
    let body = format::render(webhook.payload_format, &payload);
    let headers = |list: &[(String, String)]| list.iter().map(|(name, value)| Header { name: name.clone(), value: value.clone() }).collect();
    html(&DeliveryPage {
        badge: delivery_badge(&page, &delivery),
        summary,
        cure,
        next_try: delivery.next_try(now()).map(|at| at.and_utc().timestamp()),
        send_again_action: webhook.turned_off_at.is_none().then(|| format!("{webhook_url}/deliveries/{id}/send_again")),
        attempts: attempts.iter().rev().map(|attempt| attempt_row(&page, attempt, shown)).collect(),
        shown: shown.map(|attempt| attempt_view(&page, attempt)),
        request_url: shown.map_or_else(|| webhook.masked_url(), |attempt| attempt.url.clone()),
        request_headers: shown.map(|attempt| headers(&attempt.request_headers.0)).unwrap_or_default(),
        request_body: pretty(&body),
        curl: shown.and_then(|attempt| inspect::command(attempt, &body)),
        signatures: shown.map(|attempt| inspect::signatures(&page, &webhook, attempt, &body)).unwrap_or_default(),
        verify_url: format!("{webhook_url}/verify"),
        webhook_title: webhook.title(),
        id: delivery.public_id,
        event: event.name().into(),
        test: delivery.test,
        created_at: delivery.created_at.and_utc().timestamp(),
        webhook_url,
        page,
    })
}

/// What became of a delivery, in words; and what helps.
fn summary(page: &Shell, webhook: &Webhook, delivery: &Delivery, last: Option<&Attempt>) -> (String, Option<String>) {
    let tries = i64::from(delivery.attempts);
    let explained = last.and_then(|attempt| explain::explain(page.lang, attempt)).map(|explained| match last {
        Some(Attempt { response_status: Some(410), .. }) if webhook.kind == WebhookKind::Bot => {
            Explanation { cure: page.t("failure-status-gone-bot-cure"), ..explained }
        }
        _ => explained,
    });
    let then = match (delivery.state, last) {
        (DeliveryState::Delivered, Some(attempt)) => {
            let (host, duration) = (explain::host(&attempt.url), page.duration(&attempt.duration_ms.into()));
            let status = attempt.response_status.unwrap_or_default().to_string();
            let args =
                [("host", host.as_str().into()), ("status", status.as_str().into()), ("duration", duration.as_str().into()), ("tries", tries.into())];
            return (page.ta("delivery-delivered", &args), None);
        }
        (DeliveryState::Pending, _) if delivery.is_being_sent(now()) => page.t("delivery-sending"),
        (DeliveryState::Pending | DeliveryState::Delivered, None) => page.t("delivery-pending"),
        (DeliveryState::Pending, Some(attempt)) if attempt.error_class.is_none() => page.t("delivery-again"),
        (DeliveryState::Pending, Some(_)) => {
            let at = page.upcoming(&delivery.due_at.and_utc().timestamp());
            page.ta("delivery-retry", &[("when", at.relative.as_str().into()), ("clock", at.clock.as_str().into())])
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
    let (tone, icon, key) = if failed { ("bad", "circle-x", "state-failed") } else { ("good", "circle-check", "state-delivered") };
    AttemptRow {
        number: attempt.number.into(),
        url: format!("?attempt={}", attempt.number),
        at: attempt.created_at.and_utc().timestamp(),
        badge: Badge { tone, icon, label: page.t(key) },
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
        timings: TimingsView::of(page, attempt),
        response,
    }
}

pub(super) async fn send_again(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: AtDelivery,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, webhook, id) = path.into_inner();
    let flash = match db.write(move |tx: &mut Tx| commands::send_again(tx, &administrator, webhook, id)).await {
        Err(Error::Refused(_)) => Flash::alert("flash-webhook-is-off"),
        sent => sent.map(|()| Flash::notice("flash-sent-again"))?,
    };
    Ok(see_other(&format!("{}/deliveries/{id}", url_of(&page, webhook)), Some(flash)))
}
