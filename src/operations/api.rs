//! `/metrics`, for Prometheus and those who speak its format. What it tells is of the whole installation: hence a credential of its own.
use super::{machine, model::Watch};
use crate::{
    checks::same_secret,
    config::{Config, Secret},
    db::{Db, DbConn, Load},
    error::Result,
    mail,
    metrics::{Kind, Text},
    webhooks::Backlog,
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, ServiceConfig, get, resource},
};
use std::time::Duration;

/// How long the database may take: monitors give up after ten seconds, and what needs no database is to be told before.
const PATIENCE: Duration = Duration::from_secs(3);

/// The route; without a credential there is none.
pub fn routes(cfg: &mut ServiceConfig, token: Option<&Secret>) {
    if token.is_some() {
        cfg.service(resource("/metrics").route(get().to(metrics)));
    }
}

async fn metrics(db: Data<Db>, config: Data<Config>, watch: Data<Watch>, request: HttpRequest) -> Result<HttpResponse> {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer);
    let known = given.zip(config.metrics_token.as_ref()).is_some_and(|(given, expected)| same_secret(given, &expected.0));
    if !known {
        return Ok(HttpResponse::Unauthorized().insert_header((header::WWW_AUTHENTICATE, "Bearer")).finish());
    }
    let figures = watch.figures.clone();
    let look = move |conn: &mut DbConn| Ok((figures.backlog(conn)?, mail::waiting(conn)?));
    let waiting = tokio::time::timeout(PATIENCE, db.read(look)).await.ok().and_then(Result::ok);
    let mut text = Text::default();
    write_process(&mut text, &watch);
    write_database(&mut text, &db.load());
    // a database that does not answer is told in a number, not by silence about everything else
    write_backlog(&mut text, waiting.as_ref().map(|(backlog, _)| backlog));
    if let Some((_, mails)) = &waiting {
        let help = "E-mails that wait to be sent, in the whole installation.";
        text.single("hookdesk_mails_waiting", Kind::Gauge, help, *mails);
    }
    watch.figures.write(&mut text);
    watch.mailer.write(&mut text);
    watch.hub.write(&mut text);
    watch.forgotten.write(&mut text);
    watch.traffic.write(&mut text);
    Ok(HttpResponse::Ok().content_type(Text::CONTENT_TYPE).insert_header((header::CACHE_CONTROL, "no-store")).body(text.finish()))
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn write_process(text: &mut Text, watch: &Watch) {
    let mut build = text.family("hookdesk_build_info", Kind::Gauge, "Always 1; the version is a label.");
    build.sample(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    let started = watch.started.and_utc().timestamp_micros() as f64 / 1e6;
    text.single("hookdesk_process_start_time_seconds", Kind::Gauge, "When the process began, in unix seconds.", started);
    if let Some(bytes) = machine::memory() {
        text.single("hookdesk_process_resident_memory_bytes", Kind::Gauge, "Memory in use by the process.", bytes);
    }
}

fn write_database(text: &mut Text, load: &Load) {
    let mut pool = text.family("hookdesk_database_connections", Kind::Gauge, "Open connections of the pool, by whether somebody uses them.");
    pool.sample(&[("state", "in_use")], load.connections.saturating_sub(load.idle));
    pool.sample(&[("state", "idle")], load.idle);
    text.single("hookdesk_database_waiting_requests", Kind::Gauge, "Requests that wait for a connection of the pool.", load.waiting);
    if let Some(writer) = &load.writer {
        text.single("hookdesk_write_queue_depth", Kind::Gauge, "Requests that wait for the single writer of SQLite.", writer.queued);
        text.family("hookdesk_commit_requests", Kind::Histogram, "How many requests shared one commit.").histogram(&[], &writer.commits);
    }
}

fn write_backlog(text: &mut Text, backlog: Option<&Backlog>) {
    text.single("hookdesk_database_up", Kind::Gauge, "Whether the database answers: 1 or 0.", u8::from(backlog.is_some()));
    let Some(Backlog { due, oldest_due, in_flight }) = backlog else { return };
    let of_all = "In the whole installation, as every node tells it.";
    text.single("hookdesk_deliveries_due", Kind::Gauge, &format!("Deliveries that should be on their way and are not. {of_all}"), due);
    text.single("hookdesk_deliveries_in_flight", Kind::Gauge, &format!("Deliveries that a process has taken in hand. {of_all}"), in_flight);
    let age = oldest_due.map_or(0.0, |since| (crate::db::types::now() - since).as_seconds_f64().max(0.0));
    let help = format!("For how long the first of those that are due has been due; 0 when none is. {of_all}");
    text.single("hookdesk_deliveries_oldest_due_seconds", Kind::Gauge, &help, age);
}
