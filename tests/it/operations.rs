//! Looking after the server: what monitors read.
use crate::support::{Receiver, Reply, Server, config, database::Place, office::settle, until};
use diesel::{ExpressionMethods, RunQueryDsl};
use hookdesk::{
    config::Secret,
    db::{
        Db, Shared, Tx,
        schema::{deliveries, events, webhooks},
        types::{EventId, Json, WebhookId, now},
    },
    events::EventName,
    users::Role,
    webhooks::{Backlog, Figures, Handover},
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

const TOKEN: &str = "the-monitor-of-the-tests";

async fn watched() -> Server {
    Server::start_with(|config| {
        config.metrics_token = Some(Secret(TOKEN.into()));
        config.webhook.retry_schedule.clear();
    })
    .await
}

/// What a monitor reads: each sample under its name with its labels, as written. The text is held to the rules of its format.
async fn metrics(server: &Server) -> BTreeMap<String, f64> {
    let answer = server.anonymous().with("authorization", &format!("Bearer {TOKEN}")).get("/metrics").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/plain; version=0.0.4; charset=utf-8")));
    parse(&answer.text())
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn parse(text: &str) -> BTreeMap<String, f64> {
    let (mut samples, mut families, mut family) = (BTreeMap::new(), BTreeSet::new(), (String::new(), ""));
    assert!(text.ends_with('\n'));
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').unwrap();
            assert!(is_name(name) && name.starts_with("hookdesk_") && words.ends_with('.'), "{line}");
            assert!(families.insert(name.to_owned()), "{name} stands twice");
            let kind = lines.next().and_then(|line| line.strip_prefix(&format!("# TYPE {name} "))).unwrap_or_else(|| panic!("{name} has no type"));
            assert!(["gauge", "counter", "histogram"].contains(&kind), "{kind}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{name} is a {kind}");
            family = (name.to_owned(), kind);
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap();
        let name = series.split('{').next().unwrap();
        let suffix = name.strip_prefix(&family.0).unwrap_or_else(|| panic!("{line} stands below {}", family.0));
        assert!(if family.1 == "histogram" { ["_bucket", "_sum", "_count"].contains(&suffix) } else { suffix.is_empty() }, "{line}");
        if let Some(labels) = series.strip_prefix(name).and_then(|rest| rest.strip_prefix('{')) {
            for label in labels.strip_suffix("\"}").unwrap().split("\",") {
                let (label, value) = label.split_once("=\"").unwrap();
                assert!(is_name(label) && !value.contains(['"', '\n']), "{line}");
            }
        }
        assert!(samples.insert(series.to_owned(), value.parse().unwrap()).is_none(), "{series} stands twice");
    }
    for (series, count) in samples.iter().filter(|(series, _)| series.contains("_count")) {
        let buckets = series.replace("_count", "_bucket");
        let infinite = match buckets.strip_suffix('}') {
            Some(labels) => format!("{labels},le=\"+Inf\"}}"),
            None => format!("{buckets}{{le=\"+Inf\"}}"),
        };
        assert_eq!(samples.get(&infinite), Some(count), "{infinite}");
    }
    samples
}

#[actix_rt::test]
async fn without_a_token_there_are_no_metrics() {
    let server = Server::start().await;
    let (metrics, nothing) = (server.anonymous().get("/metrics").await, server.anonymous().get("/nothing").await);
    assert_eq!((metrics.status, metrics.text()), (404, nothing.text()));
    server.finish().await;
}

#[actix_rt::test]
async fn metrics_are_for_those_who_know_the_token() {
    let server = watched().await;
    let office = server.office().await;
    for given in ["", "Bearer", "Bearer ", "Bearer the-monitor-of-the-test", "Basic the-monitor-of-the-tests", TOKEN] {
        let answer = server.anonymous().with("authorization", given).get("/metrics").await;
        assert_eq!((answer.status, answer.header("www-authenticate"), answer.text().as_str()), (401, Some("Bearer"), ""), "{given}");
    }
    let administrator = server.anonymous().with("api_access_token", &office.administrator.token).get("/metrics").await;
    assert_eq!(administrator.status, 401, "not even for administrators");
    metrics(&server).await;
    server.finish().await;
}

#[actix_rt::test]
async fn counters_move_with_a_delivery_and_a_failure() {
    let (server, receiver) = (watched().await, Receiver::open());
    let office = server.office().await;
    office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["contact_created"]})).await;
    let before = metrics(&server).await;
    for outcome in ["ok", "status", "dns", "timeout", "invalid_url"] {
        assert_eq!(before[&format!("hookdesk_delivery_attempts_total{{outcome=\"{outcome}\"}}")], 0.0);
    }
    receiver.next(Reply::status(500));
    office.contact(json!({"name": "Lea"})).await;
    office.contact(json!({"name": "Max"})).await;
    let after = until("two tries that are counted", async || {
        let now = metrics(&server).await;
        (now["hookdesk_delivery_attempt_duration_seconds_count"] == 2.0).then_some(now)
    })
    .await;
    assert_eq!(after["hookdesk_delivery_attempts_total{outcome=\"ok\"}"], 1.0);
    assert_eq!(after["hookdesk_delivery_attempts_total{outcome=\"status\"}"], 1.0);
    assert_eq!(after["hookdesk_delivery_latency_seconds_count"], 1.0, "what failed has not arrived");
    assert_eq!(after["hookdesk_database_up"], 1.0);
    assert!(after["hookdesk_process_resident_memory_bytes"] > 1e6 && after["hookdesk_process_start_time_seconds"] > 1.6e9);
    let contacts = "route=\"/api/v1/accounts/{account_id}/contacts\",method=\"POST\"";
    assert_eq!(after[&format!("hookdesk_http_requests_total{{{contacts},status=\"2xx\"}}")], 2.0);
    assert_eq!(after[&format!("hookdesk_http_request_duration_seconds_count{{{contacts}}}")], 2.0);
    assert!(!after.keys().any(|series| series.contains("accounts/1")), "a path is not a label");
    assert!(!after.keys().any(|series| series.contains("account=") || series.contains("webhook=")));
    server.finish().await;
}

#[actix_rt::test]
async fn paths_and_methods_that_nobody_knows_make_no_labels_of_their_own() {
    let server = watched().await;
    for path in ["/nowhere/1", "/nowhere/2"] {
        server.anonymous().get(path).await;
        server.anonymous().send("BREW".parse().unwrap(), path, None, Vec::new()).await;
    }
    let seen = metrics(&server).await;
    assert_eq!(seen["hookdesk_http_requests_total{route=\"-\",method=\"GET\",status=\"4xx\"}"], 2.0);
    assert_eq!(seen["hookdesk_http_requests_total{route=\"-\",method=\"other\",status=\"4xx\"}"], 2.0);
    assert!(!seen.keys().any(|series| series.contains("nowhere") || series.contains("BREW")));
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_on_its_way_is_told() {
    let (server, receiver) = (watched().await, Receiver::open());
    let office = server.office().await;
    receiver.always(Reply::hang());
    office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["contact_created"]})).await;
    office.contact(json!({"name": "Lea"})).await;
    receiver.wait_for(1).await;
    let seen = metrics(&server).await;
    assert_eq!((seen["hookdesk_deliveries_in_flight"], seen["hookdesk_deliveries_due"]), (1.0, 0.0));
    assert_eq!(seen["hookdesk_deliveries_oldest_due_seconds"], 0.0);
    drop(receiver);
    server.finish().await;
}

#[actix_rt::test]
async fn a_database_that_does_not_answer_is_told_and_the_rest_is_shown() {
    let server = Server::start_with(|config| {
        config.metrics_token = Some(Secret(TOKEN.into()));
        config.pool_size = 1;
    })
    .await;
    let (held, holds) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let db = server.db.clone();
    let holding = actix_rt::spawn(async move {
        let work = move |_: &mut hookdesk::db::DbConn| {
            held.send(()).unwrap();
            released.recv().unwrap();
            Ok(())
        };
        db.read(work).await
    });
    actix_rt::task::spawn_blocking(move || holds.recv()).await.unwrap().unwrap();
    let seen = metrics(&server).await;
    assert_eq!((seen["hookdesk_database_up"], seen.get("hookdesk_deliveries_due")), (0.0, None));
    assert_eq!(seen["hookdesk_database_connections{state=\"in_use\"}"], 1.0);
    release.send(()).unwrap();
    holding.await.unwrap().unwrap();
    assert_eq!(metrics(&server).await["hookdesk_deliveries_due"], 0.0);
    server.finish().await;
}

/// A database in which nobody sends anything: two deliveries are due, one is tried again later, and one is in somebody's hands.
#[actix_rt::test]
async fn what_is_due_is_told_with_the_time_of_the_first() {
    let place = Place::new();
    let config = config(&place);
    let db = Db::open(&config, Shared::default()).unwrap();
    let (account, ..) = settle(&db, None, "Ada", "ada@acme.example", Role::Administrator, None).await;
    let (handover, _intake) = Handover::new(&config.webhook);
    let now = now();
    let ago = move |seconds| now - chrono::TimeDelta::seconds(seconds);
    let insert = move |tx: &mut Tx| {
        let row = (
            (webhooks::account_id.eq(account), webhooks::url.eq("https://receiver.example/"), webhooks::secret.eq("s")),
            (webhooks::subscriptions.eq(Json(vec![EventName::ContactCreated])), webhooks::created_at.eq(now), webhooks::updated_at.eq(now)),
        );
        let webhook: WebhookId = diesel::insert_into(webhooks::table).values(row).returning(webhooks::id).get_result(tx.conn)?;
        let row = (events::account_id.eq(account), events::name.eq(EventName::ContactCreated), events::payload.eq("{}"), events::created_at.eq(now));
        let event: EventId = diesel::insert_into(events::table).values(row).returning(events::id).get_result(tx.conn)?;
        for (due_at, locked_until) in [(ago(100), None), (ago(10), None), (ago(-3600), None), (ago(-5), Some(ago(-5)))] {
            let row = (
                (deliveries::public_id.eq(hookdesk::random::uuid()), deliveries::account_id.eq(account), deliveries::webhook_id.eq(webhook)),
                (deliveries::event_id.eq(event), deliveries::due_at.eq(due_at), deliveries::locked_until.eq(locked_until)),
                deliveries::created_at.eq(ago(200)),
            );
            diesel::insert_into(deliveries::table).values(row).execute(tx.conn)?;
        }
        Ok(())
    };
    db.write(insert).await.unwrap();
    let backlog = db.read(move |conn| Figures::new(&handover).backlog(conn)).await.unwrap();
    assert_eq!(backlog, Backlog { due: 2, oldest_due: Some(ago(100)), in_flight: 1 });
    drop(db);
    // dropping a database may block
    actix_rt::task::spawn_blocking(move || drop(place)).await.unwrap();
}
