//! Much that waits, and receivers that waste what they are given: memory stays within bounds, and what happens now is not kept waiting.
use crate::support::{Office, Process, Receiver, Reply, database::Place, process::database, server::count, until};
use diesel::{RunQueryDsl, sql_query};
use hookdesk::db::Db;
use serde_json::json;
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

const PENDING: &str = "SELECT count(*) AS number FROM deliveries WHERE state = 0";
const MB: u64 = 1 << 20;

async fn execute(db: &Db, sql: String) -> usize {
    db.write(move |tx| Ok(sql_query(sql).execute(tx.conn)?)).await.unwrap()
}

/// So many deliveries of the newest event to this webhook, due one after the other in the last hour: every second one has failed once.
async fn pile_up(db: &Db, webhook: i64, number: usize) {
    let id = match crate::support::database::is_postgres() {
        true => "md5(i::text || ':' || w.id)::uuid::text",
        false => "'pile-' || i || ':' || w.id",
    };
    let hour_ago = chrono::Utc::now().naive_utc() - chrono::TimeDelta::hours(1);
    let at = hour_ago.format("%Y-%m-%d %H:%M:%S");
    let fill = format!(
        "INSERT INTO deliveries (public_id, account_id, webhook_id, event_id, attempts, error_class, due_at, created_at) \
         WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {number}) \
         SELECT {id}, w.account_id, w.id, (SELECT max(id) FROM events), i % 2, CASE WHEN i % 2 = 1 THEN 5 END, '{at}', '{at}' \
         FROM numbers, webhooks w WHERE w.id = {webhook}"
    );
    assert_eq!(execute(db, fill).await, number);
}

/// Starts a server in an office whose conversation has had one message, which `webhook`s hear. Gives what it took at most.
async fn furnished(place: &Place, receivers: &[&Receiver], text: &str) -> (Office, Vec<i64>, hookdesk::db::Db, u64) {
    let db = database(place).await;
    let server = Process::start(place, &[]).await;
    let office = Office::open(db.clone(), server.anonymous(), "").await;
    let mut hooks = Vec::new();
    for receiver in receivers {
        let said = json!({"url": receiver.url(), "subscriptions": ["message_created"], "payload_format": "chatwoot"});
        hooks.push(office.webhook_with(said).await.id);
    }
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    for _ in 0..20 {
        office.agent.says(number, "before").await;
    }
    office.agent.says(number, text).await;
    until("an empty queue", async || (count(&db, PENDING).await == 0).then_some(())).await;
    let most = server.most_memory();
    server.terminate();
    server.ended().await;
    (office, hooks, db, most)
}

#[actix_rt::test]
async fn a_hundred_thousand_due_deliveries_at_the_start_delay_nothing_new() {
    const ALL: usize = 100_000;
    const NEW: usize = 20;
    let (place, piled, other) = (Place::new(), Receiver::open(), Receiver::open());
    let (office, hooks, db, usual) = furnished(&place, &[&piled, &other], "old").await;
    let before = piled.received().len();
    piled.keep_only("fresh");
    pile_up(&db, hooks[0], ALL).await;
    let started = Instant::now();
    let server = Process::start(&place, &[]).await;
    assert!(started.elapsed() < Duration::from_secs(10), "it took {:?} to start", started.elapsed());
    let agent = office.agent.caller.moved_to(&server.address);
    for number in 0..NEW {
        let (text, asked) = (format!("fresh-{number}-"), Instant::now());
        agent.post("/conversations/1/messages", json!({"content": text})).await.ok();
        agent.get("/conversations/1").await.ok();
        let answered = asked.elapsed();
        let is_it = |request: &crate::support::receiver::Received| String::from_utf8_lossy(&request.body).contains(&text);
        for receiver in [&piled, &other] {
            receiver.wait_for_those(1, is_it).await;
        }
        let arrived = asked.elapsed();
        assert!(answered < Duration::from_secs(2) && arrived < Duration::from_secs(4), "answered after {answered:?}, arrived after {arrived:?}");
    }
    let most = server.most_memory().saturating_sub(usual);
    assert!(most < 96 * MB, "{} MB more than usual", most / MB);
    server.terminate();
    server.ended().await;
    // all of it was there to the end, and each was sent once
    let received = piled.received().split_off(before);
    let ids: HashSet<&str> = received.iter().map(|request| request.header("webhook-id")).collect();
    assert_eq!(ids.len(), received.len(), "some were sent twice");
    let waiting = usize::try_from(count(&db, PENDING).await).unwrap();
    assert_eq!(ids.len() + waiting, ALL + NEW);
    assert!(ids.len() > 1_000, "only {} were sent in {:?}", ids.len(), started.elapsed());
    execute(&db, "UPDATE deliveries SET state = 2 WHERE state = 0".into()).await;
}

#[actix_rt::test]
async fn retries_do_not_hide_what_was_never_tried() {
    let (place, receiver) = (Place::new(), Receiver::open());
    let (_office, hooks, db, _) = furnished(&place, &[&receiver], "old").await;
    let before = receiver.received().len();
    pile_up(&db, hooks[0], 2_000).await;
    execute(&db, "UPDATE deliveries SET attempts = 1 WHERE state = 0".into()).await;
    // one that was left by a node that delivers nothing, behind them all
    let now = chrono::Utc::now().naive_utc();
    let last = "SELECT max(id) FROM deliveries";
    let fresh =
        format!("UPDATE deliveries SET attempts = 0, public_id = 'fresh', due_at = '{}' WHERE id = ({last})", now.format("%Y-%m-%d %H:%M:%S"));
    execute(&db, fresh).await;
    receiver.always(Reply::hang());
    let server = Process::start(&place, &[("HOOKDESK_WEBHOOK_IN_FLIGHT", "1000"), ("HOOKDESK_WEBHOOK_TIMEOUT", "60s")]).await;
    // the retries have taken all that they may have, and none of them comes to an end
    receiver.wait_for_those(1, |request| request.header("webhook-id") == "fresh").await;
    assert!(receiver.received().len() - before <= 501, "{}", receiver.received().len() - before);
    server.kill();
    execute(&db, "UPDATE deliveries SET state = 2 WHERE state = 0".into()).await;
}

#[actix_rt::test]
async fn a_backlog_of_large_payloads_takes_bounded_memory() {
    let place = Place::new();
    let receivers: Vec<Receiver> = (0..8).map(|_| Receiver::open()).collect();
    let all: Vec<&Receiver> = receivers.iter().collect();
    let (_office, hooks, db, usual) = furnished(&place, &all, &"long ".repeat(25_000)).await;
    for hook in hooks {
        pile_up(&db, hook, 500).await;
    }
    for receiver in &receivers {
        receiver.always(Reply::hang());
    }
    let server = Process::start(&place, &[("HOOKDESK_WEBHOOK_TIMEOUT", "60s"), ("HOOKDESK_WEBHOOK_IN_FLIGHT", "4")]).await;
    // it takes as many as it may have, and then no more, since none comes to an end
    let claimed = "SELECT count(*) AS number FROM deliveries WHERE state = 0 AND locked_until IS NOT NULL";
    let (mut last, mut same) = (0, 0);
    until("the claims to end", async || {
        let now = count(&db, claimed).await;
        same = if now == last && now > 0 { same + 1 } else { 0 };
        last = now;
        (same >= 150).then_some(())
    })
    .await;
    let most = server.most_memory().saturating_sub(usual);
    // a gigabyte waits
    assert!(most < 256 * MB, "{} MB more than usual, for {last} deliveries", most / MB);
    assert!(last >= 100, "only {last} were claimed");
    server.kill();
    execute(&db, "UPDATE deliveries SET state = 2 WHERE state = 0".into()).await;
}

#[actix_rt::test]
async fn a_thousand_receivers_that_trickle_or_answer_a_gigabyte_take_bounded_memory() {
    let (place, trickles, floods) = (Place::new(), Receiver::open(), Receiver::open());
    let (_office, hooks, db, usual) = furnished(&place, &[&trickles, &floods], "old").await;
    let before = [&trickles, &floods].map(|receiver| receiver.received().len());
    pile_up(&db, hooks[0], 800).await;
    pile_up(&db, hooks[1], 200).await;
    execute(&db, "UPDATE deliveries SET attempts = 0 WHERE state = 0".into()).await;
    trickles.always(Reply::trickle());
    floods.always(Reply::gigabyte());
    let more = [("HOOKDESK_WEBHOOK_IN_FLIGHT", "1000"), ("HOOKDESK_WEBHOOK_TIMEOUT", "4s")];
    let server = Process::start(&place, &more).await;
    trickles.wait_for(before[0] + 700).await;
    floods.wait_for(before[1] + 200).await;
    until("an empty queue", async || (count(&db, PENDING).await == 0).then_some(())).await;
    let most = server.most_memory().saturating_sub(usual);
    assert!(most < 160 * MB, "{} MB more than usual", most / MB);
    // an answer counts when its head is there; what is kept of it is cut
    let kept = "SELECT count(*) AS number FROM attempts WHERE error_class IS NULL AND response_truncated";
    assert_eq!(count(&db, kept).await, 1000);
    assert_eq!([trickles.received().len() - before[0], floods.received().len() - before[1]], [800, 200], "each was sent once");
    let longest = count(&db, "SELECT max(duration_ms) AS number FROM attempts").await;
    assert!(longest < 8_000, "{longest} ms");
    server.kill();
}
