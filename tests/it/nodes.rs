//! Several nodes on one PostgreSQL: they share the work, hear of each other, and take over from one that is gone. SQLite has one
//! node, and says so.
use crate::support::{
    Office, PATIENCE, Process, Receiver, Reply, Server, Visitor,
    database::{Place, is_postgres},
    process::{command, database, run, settings},
    receiver::Received,
    server::count,
    until,
};
use actix_web::http::Method;
use futures_util::future::{join, join_all};
use hookdesk::db::{Db, DbConn};
use serde_json::json;
use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    time::Duration,
};

const PENDING: &str = "SELECT count(*) AS number FROM deliveries WHERE state = 0";
const ATTEMPTS: &str = "SELECT count(*) AS number FROM attempts";

/// Much longer than a test waits: whatever happens within the test was not found by looking from time to time,
const NEVER: (&str, &str) = ("HOOKDESK_WEBHOOK_POLL", "10m");
/// nor after the end of a lease, which is four timeouts and ten seconds.
const LONG: (&str, &str) = ("HOOKDESK_WEBHOOK_TIMEOUT", "60s");

async fn settled(db: &Db) {
    until("an empty queue", async || (count(db, PENDING).await == 0).then_some(())).await;
}

fn name(request: &Received) -> String {
    request.json()["name"].as_str().unwrap_or_default().to_owned()
}

/// Each of these arrived, each under one id of its own.
fn assert_each_arrived(names: &[String], received: &[Received]) {
    let mut ids: HashMap<String, HashSet<&str>> = HashMap::new();
    for request in received {
        ids.entry(name(request)).or_default().insert(request.header("webhook-id"));
    }
    for name in names {
        assert_eq!(ids.get(name).map(HashSet::len), Some(1), "{name} arrived under {:?}", ids.get(name));
    }
    let all: HashSet<&&str> = ids.values().flatten().collect();
    assert_eq!(all.len(), ids.len(), "two share an id");
}

/// Somebody who adds contacts at this node: one change, one delivery.
struct Clerk<'a> {
    office: &'a Office,
    node: &'a str,
}

impl Clerk<'_> {
    /// Adds a contact; whether it was acknowledged.
    async fn adds(&self, name: &str) -> bool {
        let body = json!({"name": name}).to_string().into_bytes();
        let caller = self.office.agent.caller.moved_to(self.node);
        let answer = caller.try_send(Method::POST, "/contacts", Some("application/json"), body).await;
        answer.is_ok_and(|answer| answer.status == 200)
    }

    async fn adds_all(&self, names: &[String]) {
        let added = join_all(names.iter().map(|name| self.adds(name))).await;
        assert!(added.iter().all(|added| *added));
    }
}

fn names(prefix: &str, number: usize) -> Vec<String> {
    (0..number).map(|n| format!("{prefix}{n}")).collect()
}

/// An office at this node, whose only webhook hears of contacts.
async fn office_at(node: &Process, db: &Db, receiver: &Receiver) -> Office {
    let office = Office::open(db.clone(), node.anonymous(), "").await;
    office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["contact_created"], "payload_format": "chatwoot"})).await;
    office
}

#[actix_rt::test]
async fn a_role_needs_a_database_that_nodes_can_share() {
    let place = Place::new();
    let file = place.folder.path().join("own.db");
    for role in ["web", "worker"] {
        let mut settings = settings(&place);
        settings.push(("HOOKDESK_DATABASE_URL".into(), format!("sqlite:{}", file.display())));
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let done = run(command(&["serve", "--role", role], &settings)).await;
        assert_eq!(done.code, Some(1), "{done:?}");
        assert!(done.err.contains("HOOKDESK_ROLE") && done.err.contains("PostgreSQL"), "{done:?}");
        assert!(!file.exists(), "it is refused before anything is made");
    }
}

#[actix_rt::test]
async fn an_outcome_that_comes_after_the_claim_was_taken_over_decides_nothing() {
    let server = Server::start_with(|config| config.webhook.timeout = PATIENCE).await;
    let receiver = Receiver::open();
    let office = server.office().await;
    office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["contact_created"]})).await;
    receiver.next(Reply::ok().when_released());
    office.contact(json!({"name": "Lea"})).await;
    receiver.wait_for(1).await;
    // somebody else claims it while the first request is still out
    let later = chrono::Utc::now().naive_utc() + chrono::TimeDelta::hours(1);
    let later = chrono::DateTime::from_timestamp(later.and_utc().timestamp(), 0).unwrap().naive_utc();
    server
        .write(move |tx| {
            use diesel::{ExpressionMethods, RunQueryDsl};
            use hookdesk::db::schema::deliveries::dsl::{deliveries, due_at, locked_until};
            Ok(diesel::update(deliveries).set((due_at.eq(later), locked_until.eq(later))).execute(tx.conn)?)
        })
        .await;
    receiver.release();
    until("the note of the try", async || (server.count(ATTEMPTS).await == 1).then_some(())).await;
    let row: (i16, i32, Option<chrono::NaiveDateTime>) = server
        .read(|conn| {
            use diesel::{QueryDsl, RunQueryDsl};
            use hookdesk::db::schema::deliveries::dsl::{attempts, deliveries, locked_until, state};
            Ok(deliveries.select((state, attempts, locked_until)).get_result(conn)?)
        })
        .await;
    assert_eq!(row, (0, 0, Some(later)), "it is as the other claim has left it");
    server.finish_with_a_queue().await;
}

#[actix_rt::test]
async fn what_is_changed_while_it_waits_in_memory_goes_to_the_new_url() {
    let server = Server::start_with(|config| {
        config.webhook.in_flight = 1;
        config.webhook.timeout = PATIENCE;
    })
    .await;
    let (old, new) = (Receiver::open(), Receiver::open());
    let office = server.office().await;
    let hook = office.webhook_with(json!({"url": old.url(), "subscriptions": ["contact_created"]})).await;
    old.next(Reply::ok().when_released());
    for name in names("C", 5) {
        office.contact(json!({"name": name})).await;
    }
    old.wait_for(1).await;
    office.administrator.patch(&format!("/webhooks/{}", hook.id), json!({"url": new.url()})).await.ok();
    old.release();
    new.wait_for(4).await;
    server.settled().await;
    assert_eq!((old.received().len(), new.received().len()), (1, 4));
    server.finish().await;
}

#[actix_rt::test]
async fn claims_of_a_killed_server_are_taken_over_long_before_their_leases_end() {
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let server = Process::start(&place, &[LONG]).await;
    let office = office_at(&server, &db, &receiver).await;
    let names = names("C", 40);
    for _ in 0..32 {
        receiver.next(Reply::hang());
    }
    Clerk { office: &office, node: &server.address }.adds_all(&names).await;
    receiver.wait_for(32).await;
    server.kill();
    let _next = Process::start(&place, &[LONG]).await;
    settled(&db).await;
    assert_each_arrived(&names, &receiver.received());
}

#[actix_rt::test]
async fn two_nodes_share_the_work_of_a_third_and_send_each_delivery_once() {
    if !is_postgres() {
        return;
    }
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let web = Process::start(&place, &[NEVER, ("HOOKDESK_ROLE", "web")]).await;
    let worker = [NEVER, ("HOOKDESK_ROLE", "worker")];
    let _workers = join(Process::start(&place, &worker), Process::start(&place, &worker)).await;
    let office = office_at(&web, &db, &receiver).await;
    let mut all = Vec::new();
    // whoever is woken first takes the most, so it may take a while until both had a share
    for round in 0.. {
        let some = names(&format!("{round}-"), 100);
        Clerk { office: &office, node: &web.address }.adds_all(&some).await;
        all.extend(some);
        settled(&db).await;
        if count(&db, "SELECT count(DISTINCT claimed_by) AS number FROM deliveries").await == 2 {
            break;
        }
        assert!(round < 50, "one node does all the work");
    }
    let received = receiver.received();
    assert_each_arrived(&all, &received);
    assert_eq!(received.len(), all.len(), "each once");
}

#[actix_rt::test]
async fn nodes_keep_a_rate_together() {
    if !is_postgres() {
        return;
    }
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let web = Process::start(&place, &[NEVER, ("HOOKDESK_ROLE", "web")]).await;
    let worker = [NEVER, ("HOOKDESK_ROLE", "worker")];
    let _workers = join(Process::start(&place, &worker), Process::start(&place, &worker)).await;
    let office = office_at(&web, &db, &receiver).await;
    let hook = office.administrator.get("/webhooks").await.ok()["payload"]["webhooks"][0]["id"].to_string();
    office.administrator.patch(&format!("/webhooks/{hook}"), json!({"rate_limit": 20})).await.ok();
    // a node sees within a second who else is there: what the first round takes
    for round in ["first ", "second "] {
        Clerk { office: &office, node: &web.address }.adds_all(&names(round, 24)).await;
        settled(&db).await;
    }
    let received = receiver.received();
    assert_each_arrived(&[names("first ", 24), names("second ", 24)].concat(), &received);
    let times: Vec<_> = received.iter().filter(|one| name(one).starts_with("second")).map(|one| one.at).collect();
    let (first, last) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    // each of the two sends ten in a second; what they begin at the same moment counts as one step
    assert!(*last - *first >= Duration::from_millis(11 * 100 - 40), "{:?}", *last - *first);
}

#[actix_rt::test]
async fn a_web_node_delivers_nothing_and_a_worker_serves_nothing() {
    if !is_postgres() {
        return;
    }
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let web = Process::start(&place, &[NEVER, ("HOOKDESK_ROLE", "web")]).await;
    let office = office_at(&web, &db, &receiver).await;
    let clerk = Clerk { office: &office, node: &web.address };
    clerk.adds_all(&names("early ", 3)).await;
    assert_eq!(count(&db, PENDING).await, 3);
    assert_eq!(count(&db, "SELECT count(*) AS number FROM deliveries WHERE locked_until IS NOT NULL").await, 0);
    let worker = Process::start(&place, &[NEVER, ("HOOKDESK_ROLE", "worker")]).await;
    receiver.wait_for(3).await;
    for path in ["/api", "/app/login", "/api/v1/accounts/1/conversations", "/public/api/v1/inboxes/some"] {
        assert_eq!(worker.anonymous().get(path).await.status, 404, "{path}");
    }
    // one at a time: each is told by itself
    for number in 0..20 {
        clerk.adds_all(&[format!("late {number}")]).await;
        receiver.wait_for(4 + number).await;
    }
    // a retry is the worker's own business
    receiver.next(Reply::status(500));
    clerk.adds_all(&["again".to_owned()]).await;
    settled(&db).await;
    assert_eq!(receiver.received().len(), 3 + 20 + 2);
    // what cannot be sent any more is left to whoever comes
    worker.terminate();
    assert_eq!(worker.ended().await.code(), Some(0));
    clerk.adds_all(&["last".to_owned()]).await;
    assert_eq!(count(&db, PENDING).await, 1);
}

#[actix_rt::test]
async fn a_webhook_that_is_changed_on_one_node_is_recalled_from_the_other() {
    if !is_postgres() {
        return;
    }
    let (place, off, old, new) = (Place::new(), Receiver::open(), Receiver::open(), Receiver::open());
    let db = database(&place).await;
    let one_at_a_time = [NEVER, LONG, ("HOOKDESK_WEBHOOK_IN_FLIGHT", "1"), ("HOOKDESK_LOG", "info,hookdesk::webhooks=debug")];
    let (here, there) = join(Process::start(&place, &one_at_a_time), Process::start(&place, &one_at_a_time)).await;
    let office = office_at(&here, &db, &off).await;
    let (here_adds, there_adds) = (Clerk { office: &office, node: &here.address }, Clerk { office: &office, node: &there.address });
    let recalled = |times: usize| {
        let there = &there;
        let log = move || there.log().iter().filter(|line| line.contains("recalled")).count();
        until("the other node to hear of it", async move || (log() == times).then_some(()))
    };
    off.next(Reply::ok().when_released()).next(Reply::status(410));
    there_adds.adds_all(&names("C", 5)).await;
    off.wait_for(1).await;
    // the second request is the first node's, and its answer turns the webhook off
    here_adds.adds_all(&["gone".to_owned()]).await;
    recalled(1).await;
    off.release();
    // one was delivered, for its request was out; one was given up; what had not begun is held
    until("the end of the first request", async || (count(&db, ATTEMPTS).await == 2).then_some(())).await;
    assert_eq!(count(&db, "SELECT count(*) AS number FROM deliveries WHERE state = 3").await, 4);
    assert_eq!(office.administrator.get("/webhooks").await.ok()["payload"]["webhooks"][0]["enabled"], false);
    // what had not begun when the URL was changed goes to the new one
    let hook = office.webhook_with(json!({"url": old.url(), "subscriptions": ["contact_created"]})).await;
    old.next(Reply::ok().when_released());
    there_adds.adds_all(&names("D", 5)).await;
    old.wait_for(1).await;
    office.administrator.patch(&format!("/webhooks/{}", hook.id), json!({"url": new.url()})).await.ok();
    recalled(2).await;
    old.release();
    new.wait_for(4).await;
    settled(&db).await;
    assert_eq!((off.received().len(), old.received().len(), new.received().len()), (2, 1, 4));
}

#[actix_rt::test]
async fn when_one_node_is_killed_the_other_takes_over_within_seconds() {
    if !is_postgres() {
        return;
    }
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let (one, two) = join(Process::start(&place, &[LONG, NEVER]), Process::start(&place, &[LONG, NEVER])).await;
    let office = office_at(&two, &db, &receiver).await;
    let inbox = office.api_inbox().await;
    let said = json!({"url": receiver.url_of("/messages"), "subscriptions": ["message_created"], "payload_format": "chatwoot"});
    office.webhook_with(said).await;
    let mut visitors = Vec::new();
    for _ in 0..6 {
        visitors.push(office.conversation(&inbox).await);
    }
    settled(&db).await;
    let before = receiver.received().len();
    // a few of the first requests hang: whoever has sent them still has them when it is killed
    for _ in 0..8 {
        receiver.next(Reply::hang());
    }
    let answered = RefCell::new(Vec::new());
    let doomed = one.address.clone();
    let writing = join_all(visitors.iter().enumerate().map(|(n, (visitor, number))| {
        let caller = visitor.moved_to(if n % 2 == 0 { &doomed } else { &two.address });
        write(Visitor { caller, ..visitor.clone() }, *number, format!("M{n}-"), &answered)
    }));
    let killing = async {
        receiver.wait_for(before + 100).await;
        one.kill();
    };
    join(writing, killing).await;
    // the other one has some of the hanging requests itself, which would end with their timeout, a minute from now
    receiver.hang_up();
    settled(&db).await;
    let received: Vec<Received> = receiver.received().into_iter().filter(|request| request.path == "/messages").collect();
    let mut ids: HashMap<String, HashSet<String>> = HashMap::new();
    for request in &received {
        ids.entry(request.json()["content"].as_str().unwrap().to_owned()).or_default().insert(request.header("webhook-id").to_owned());
    }
    let answered = answered.into_inner();
    assert!(answered.len() >= 60, "only {} messages were answered", answered.len());
    for text in &answered {
        assert_eq!(ids.get(text).map(HashSet::len), Some(1), "{text}");
    }
}

/// Writes messages until there are enough or the node is gone.
async fn write(visitor: Visitor, conversation: i64, prefix: String, answered: &RefCell<Vec<String>>) {
    for number in 0..60 {
        let text = format!("{prefix}{number}");
        let body = json!({"content": text}).to_string().into_bytes();
        match visitor.try_send(Method::POST, &format!("/conversations/{conversation}/messages"), Some("application/json"), body).await {
            Ok(answer) if answer.status == 200 => answered.borrow_mut().push(text),
            Ok(answer) => panic!("{}", answer.text()),
            Err(_) => return,
        }
    }
}

/// As a restart of PostgreSQL does to those who are connected.
async fn end_all_sessions(db: &Db) {
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let work = move |conn: &mut DbConn| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(end), conn)?);
    db.read(work).await.unwrap();
}

/// Waits until these nodes have lost their listening session so many times, and have a new one.
async fn back(nodes: &[&Process], times: usize) {
    for node in nodes {
        let log = async || node.log().iter().filter(|line| line.contains("connected to the other nodes again")).count();
        until("the node to be back", async || (log().await >= times).then_some(())).await;
    }
}

#[actix_rt::test]
async fn nodes_come_back_after_all_their_connections_were_ended() {
    if !is_postgres() {
        return;
    }
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let web = Process::start(&place, &[("HOOKDESK_ROLE", "web")]).await;
    let (worker, both) = join(Process::start(&place, &[("HOOKDESK_ROLE", "worker")]), Process::start(&place, &[])).await;
    let office = office_at(&web, &db, &receiver).await;
    receiver.always(Reply::ok().after(Duration::from_millis(2)));
    let mut acknowledged = Vec::new();
    for round in 1..=3 {
        let all: Vec<String> = names(&format!("{round}-"), 60);
        let adding = join_all(all.iter().enumerate().map(async |(n, name)| {
            let node = if n % 2 == 0 { &web.address } else { &both.address };
            Clerk { office: &office, node }.adds(name).await.then(|| name.clone())
        }));
        let (added, ()) = join(adding, end_all_sessions(&db)).await;
        acknowledged.extend(added.into_iter().flatten());
        back(&[&web, &worker, &both], round).await;
        // one request for each dead connection of a pool may fail; then all is well again
        until("the nodes to work again", async || {
            let done = join_all([&web, &both].map(|node| async move { node.anonymous().get("/api").await.ok()["data_services"] == "ok" })).await;
            done.into_iter().all(|done| done).then_some(())
        })
        .await;
    }
    let last = names("last ", 10);
    for name in &last {
        let clerk = Clerk { office: &office, node: &web.address };
        until("an acknowledgement", async || clerk.adds(name).await.then_some(())).await;
    }
    settled(&db).await;
    acknowledged.extend(last);
    let received = receiver.received();
    let arrived: HashSet<String> = received.iter().map(name).collect();
    assert!(acknowledged.len() > 20, "only {} were acknowledged", acknowledged.len());
    assert!(acknowledged.iter().all(|name| arrived.contains(name)));
}

#[actix_rt::test]
async fn calls_are_heard_again_after_the_listening_session_was_ended() {
    if !is_postgres() {
        return;
    }
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let web = Process::start(&place, &[NEVER, ("HOOKDESK_ROLE", "web")]).await;
    let worker = Process::start(&place, &[NEVER, ("HOOKDESK_ROLE", "worker")]).await;
    let office = office_at(&web, &db, &receiver).await;
    let clerk = Clerk { office: &office, node: &web.address };
    for round in 1..=2 {
        end_all_sessions(&db).await;
        back(&[&web, &worker], round).await;
        for number in 0..3 {
            // a connection of the pool that is dead shows only when it is used
            let name = format!("{round}-{number}");
            until("an acknowledgement", async || clerk.adds(&name).await.then_some(())).await;
            receiver.wait_for_those(1, |request| self::name(request) == name).await;
        }
    }
    settled(&db).await;
}
