//! Looking after the server: what monitors read, what administrators see, and what is forgotten.
use crate::support::{Office, Receiver, Reply, Server, config, database::Place, office::settle, until};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, sql_query};
use hookdesk::{
    auth::open_session,
    config::Secret,
    db::{
        Db, Shared, Tx,
        nodes::Nodes,
        schema::{attempts, deliveries, events, sessions, webhooks},
        types::{AccountId, DeliveryId, EventId, Json, UserId, WebhookId, now},
    },
    events::{Actor, Event, EventName},
    operations::{Keep, Removed, Step, Sweep, step},
    outbound::ErrorClass,
    users::{self, Role},
    web::ClientInfo,
    webhooks::{Backlog, DeliveryState, Figures, Handover},
};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

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
    let (handover, _intake) = Handover::new(&config.webhook, Nodes::new(&config.database, true).unwrap());
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

/// A stored payload.
const CONTACT: &str = r#"{"account":{"id":1,"name":"Acme"},"additional_attributes":{},"avatar":"","custom_attributes":{},"email":null,"id":1,
    "identifier":null,"name":"Lea","phone_number":null,"thumbnail":"","blocked":false,"event":"contact_created"}"#;

/// The account's webhook and rows of its log, of any age.
struct Log<'a> {
    server: &'a Server,
    account: AccountId,
    webhook: WebhookId,
}

impl Log<'_> {
    async fn of<'a>(server: &'a Server, office: &Office) -> Log<'a> {
        let hook = office.webhook_with(json!({"url": "https://receiver.example/hook", "subscriptions": ["contact_created"]})).await;
        Log { server, account: AccountId(office.account), webhook: WebhookId(hook.id) }
    }

    /// An event so many days ago.
    async fn event(&self, days: i64) -> EventId {
        let (account, at) = (self.account, now() - chrono::TimeDelta::days(days));
        let row =
            (events::account_id.eq(account), events::name.eq(EventName::ContactCreated), events::payload.eq(CONTACT), events::created_at.eq(at));
        self.server.write(move |tx| Ok(diesel::insert_into(events::table).values(row).returning(events::id).get_result(tx.conn)?)).await
    }

    /// A delivery of an event, finished so many days ago if it is, with its tries.
    async fn delivery(&self, event: EventId, state: DeliveryState, finished: Option<i64>, tries: i32) -> DeliveryId {
        let (account, webhook, now) = (self.account, self.webhook, now());
        let insert = move |tx: &mut Tx| {
            let created_at: chrono::NaiveDateTime = events::table.find(event).select(events::created_at).get_result(tx.conn)?;
            let row = (
                (deliveries::public_id.eq(hookdesk::random::uuid()), deliveries::account_id.eq(account), deliveries::webhook_id.eq(webhook)),
                (deliveries::event_id.eq(event), deliveries::state.eq(state), deliveries::attempts.eq(tries)),
                (deliveries::due_at.eq(now + chrono::TimeDelta::hours(1)), deliveries::created_at.eq(created_at)),
                deliveries::finished_at.eq(finished.map(|days| now - chrono::TimeDelta::days(days))),
            );
            let id: DeliveryId = diesel::insert_into(deliveries::table).values(row).returning(deliveries::id).get_result(tx.conn)?;
            for number in 1..=tries {
                let row = (
                    (attempts::delivery_id.eq(id), attempts::number.eq(number), attempts::url.eq("https://receiver.example/hook")),
                    (attempts::request_headers.eq(Json(Vec::<(String, String)>::new())), attempts::duration_ms.eq(7)),
                    (attempts::error_class.eq(ErrorClass::Refused), attempts::account_id.eq(account), attempts::created_at.eq(created_at)),
                );
                diesel::insert_into(attempts::table).values(row).execute(tx.conn)?;
            }
            Ok(id)
        };
        self.server.write(insert).await
    }

    async fn left(&self) -> (Vec<DeliveryId>, Vec<EventId>) {
        let read = |conn: &mut hookdesk::db::DbConn| {
            let deliveries = deliveries::table.order_by(deliveries::id).select(deliveries::id).load(conn)?;
            Ok((deliveries, events::table.order_by(events::id).select(events::id).load(conn)?))
        };
        self.server.read(read).await
    }
}

fn days(number: u64) -> Option<Duration> {
    Some(Duration::from_secs(number * 86_400))
}

/// Does a whole round; no step of it removes many rows.
async fn forget(server: &Server, keep: Option<Duration>) -> Removed {
    let (mut sweep, mut all) = (Some(Sweep::begin(now(), Keep { deliveries: keep, ..Keep::default() })), Removed::default());
    while let Some(next) = sweep {
        let Step { removed, next } = step(&server.db, next).await.unwrap();
        let Removed { deliveries, attempts, events, sessions, sign_ups, mails, notifications, audit_logs } = removed;
        assert!(deliveries + attempts + events + sessions + sign_ups + mails + notifications + audit_logs <= 500);
        all.deliveries += deliveries;
        all.attempts += attempts;
        all.events += events;
        all.sessions += sessions;
        all.sign_ups += sign_ups;
        all.mails += mails;
        all.notifications += notifications;
        all.audit_logs += audit_logs;
        sweep = next;
    }
    all
}

#[actix_rt::test]
async fn what_is_old_and_finished_is_forgotten_and_nothing_else() {
    use DeliveryState::{Delivered, Failed, Held, Pending};
    let server = Server::start().await;
    let office = server.office().await;
    let log = Log::of(&server, &office).await;
    let (gone, waits, long) = (log.event(40).await, log.event(40).await, log.event(40).await);
    log.event(40).await;
    log.delivery(gone, Delivered, Some(40), 1).await;
    log.delivery(gone, Failed, Some(31), 3).await;
    log.delivery(waits, Delivered, Some(40), 1).await;
    let waiting = log.delivery(waits, Pending, None, 2).await;
    // delivered long ago, and waiting to be sent again
    let again = log.delivery(waits, Pending, Some(40), 1).await;
    let held = log.delivery(waits, Held, None, 0).await;
    let lately = log.delivery(long, Delivered, Some(29), 1).await;
    let young = log.event(1).await;
    let fresh = log.delivery(young, Delivered, Some(1), 1).await;
    let untold_young = log.event(29).await;
    assert_eq!(forget(&server, None).await, Removed::default());
    assert_eq!(forget(&server, days(30)).await, Removed { deliveries: 3, attempts: 5, events: 2, ..Removed::default() });
    assert_eq!(log.left().await, (vec![waiting, again, held, lately, fresh], vec![waits, long, young, untold_young]));
    assert_eq!(forget(&server, days(30)).await, Removed::default());
    server.finish_with_a_queue().await;
}

#[actix_rt::test]
async fn what_only_sockets_heard_is_forgotten_like_the_rest() {
    let server = Server::start().await;
    let office = server.office().await;
    let account = AccountId(office.account);
    for age in [40, 1] {
        let event = Event::for_sockets(EventName::AccountCacheInvalidated, account, Actor::System, &json!({})).unwrap();
        let at = event.at - chrono::TimeDelta::days(age);
        server.write(move |tx| hookdesk::events::publish(tx, Event { at, ..event })).await;
    }
    assert_eq!(forget(&server, days(30)).await, Removed { events: 1, ..Removed::default() });
    assert_eq!(server.count("SELECT count(*) AS number FROM events").await, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn much_is_forgotten_in_small_steps_by_several_at_once() {
    let server = Server::start().await;
    let office = server.office().await;
    let log = Log::of(&server, &office).await;
    for _ in 0..6 {
        let event = log.event(40).await;
        log.delivery(event, DeliveryState::Failed, Some(40), 120).await;
    }
    for _ in 0..300 {
        let event = log.event(35).await;
        log.delivery(event, DeliveryState::Delivered, Some(35), 1).await;
    }
    let (one, other) = futures_util::future::join(forget(&server, days(30)), forget(&server, days(30))).await;
    assert!(one.deliveries + other.deliveries <= 306 && one.attempts + other.attempts <= 1020);
    // what one of two has passed over because the other had it in hand is left to the next round
    forget(&server, days(30)).await;
    assert_eq!(log.left().await, (vec![], vec![]));
    assert_eq!(server.count("SELECT count(*) AS number FROM attempts").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn wishes_for_accounts_whose_time_is_over_are_forgotten() {
    let server = Server::start().await;
    // more than one step looks at, and every other one is over
    let many = "WITH RECURSIVE many (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM many WHERE number < 600) \
                INSERT INTO sign_ups (email, name, password_hash, account_name, locale, token_hash, created_at, expires_at) \
                SELECT CAST(number AS TEXT), 'Zoe', '', 'Zoe', 'en', CAST(number AS TEXT), '2020-01-01 00:00:00', '2100-01-01 00:00:00' FROM many";
    server.write(move |tx| Ok(sql_query(many).execute(tx.conn)?)).await;
    assert_eq!(forget(&server, None).await, Removed::default());
    let over = "UPDATE sign_ups SET expires_at = '2020-01-02 00:00:00' WHERE id % 2 = 0";
    server.write(move |tx| Ok(sql_query(over).execute(tx.conn)?)).await;
    assert_eq!(forget(&server, None).await, Removed { sign_ups: 300, ..Removed::default() });
    assert_eq!(server.count("SELECT count(*) AS number FROM sign_ups WHERE expires_at > '2090-01-01 00:00:00'").await, 300);
    server.finish().await;
}

#[actix_rt::test]
async fn sessions_that_have_ended_are_forgotten_also_when_deliveries_are_not() {
    let server = Server::start().await;
    let office = server.office().await;
    let user = UserId(office.administrator.id);
    let open = move |tx: &mut Tx| {
        let user = users::find(tx.conn, user)?;
        Ok(open_session(tx, &user, &ClientInfo::default())?.client)
    };
    let (ended, lasting) = (server.write(open).await, server.write(open).await);
    server
        .write(move |tx| {
            let row = diesel::update(sessions::table.filter(sessions::client_id.eq(ended)));
            Ok(row.set(sessions::expires_at.eq(now())).execute(tx.conn)?)
        })
        .await;
    assert_eq!(forget(&server, None).await, Removed { sessions: 1, ..Removed::default() });
    let left: Vec<String> = server.read(|conn| Ok(sessions::table.select(sessions::client_id).load(conn)?)).await;
    assert_eq!(left, [lasting]);
    server.finish().await;
}

const PAGE: &str = "/app/accounts/1/settings/server";

#[actix_rt::test]
async fn the_page_of_the_server_is_for_administrators() {
    let server = Server::start().await;
    let office = server.office().await;
    let shown = server.browser_of(office.administrator.id).await.get(PAGE).await;
    assert_eq!(shown.status, 200);
    for words in ["All is well", env!("CARGO_PKG_VERSION"), "For 30 days", "Nothing has failed", "aria-current=\"page\""] {
        assert!(shown.text().contains(words), "{words}: {}", shown.text());
    }
    let database = if crate::support::database::is_postgres() { "PostgreSQL" } else { "SQLite" };
    assert!(shown.text().contains(&format!("<dd>{database}</dd>")));
    let agent = server.browser_of(office.agent.id).await;
    let (refused, account) = (agent.get(PAGE).await, agent.get("/app/accounts/1/settings/account").await);
    assert_eq!((refused.status, refused.status), (403, account.status));
    assert!(!agent.get("/app/accounts/1/settings/agents").await.text().contains(PAGE), "not in the menu either");
    let stranger = server.another_office("b").await;
    assert!(matches!(server.browser_of(stranger.administrator.id).await.get(PAGE).await.status, 403 | 404));
    let visitor = server.anonymous().get(PAGE).await;
    assert_eq!((visitor.status, visitor.header("location").map(|to| to.starts_with("/app/login?next="))), (303, Some(true)));
    server.finish().await;
}

#[actix_rt::test]
async fn failures_are_shown_in_words_to_their_own_account_alone() {
    let (server, receiver) = (watched().await, Receiver::open());
    let (office, other) = (server.office().await, server.another_office("b").await);
    receiver.always(Reply::status(500));
    office.webhook_with(json!({"url": receiver.url(), "name": "Ledger", "subscriptions": ["contact_created"]})).await;
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    let page = server.browser_of(office.administrator.id).await.get(PAGE).await.text();
    assert!(page.contains("127.0.0.1 answered 500 Internal Server Error") && page.contains("Ledger"), "{page}");
    let link = "/app/accounts/1/settings/integrations/webhooks/1/deliveries/1?attempt=1";
    assert!(page.contains(&format!("href=\"{link}\"")), "{page}");
    assert_eq!(server.browser_of(office.administrator.id).await.get(link).await.status, 200);
    let theirs = server.browser_of(other.administrator.id).await.get("/app/accounts/2/settings/server").await;
    assert_eq!(theirs.status, 200);
    assert!(theirs.text().contains("Nothing has failed") && !theirs.text().contains("Ledger"), "{}", theirs.text());
    server.finish().await;
}

#[actix_rt::test]
async fn old_deliveries_on_the_page_of_a_webhook_simply_end() {
    let server = Server::start().await;
    let office = server.office().await;
    let log = Log::of(&server, &office).await;
    let event = log.event(40).await;
    log.delivery(event, DeliveryState::Failed, Some(40), 2).await;
    forget(&server, days(30)).await;
    let browser = server.browser_of(office.administrator.id).await;
    assert_eq!(browser.get("/app/accounts/1/settings/integrations/webhooks/1").await.status, 200);
    assert_eq!(browser.get("/app/accounts/1/settings/integrations/webhooks/1/deliveries/1").await.status, 404);
    server.finish().await;
}
