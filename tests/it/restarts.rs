//! PostgreSQL is started anew while the server works. (SQLite is part of the server, and is killed with it in `crashes`.)
use crate::support::{
    Office, Process, Receiver, Reply, Traffic,
    cluster::{Cluster, Stop},
    database::is_postgres,
    process::database,
    server::count,
    traffic::assert_delivered,
    until,
};
use futures_util::future::join;
use serde_json::json;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

const PENDING: &str = "SELECT count(*) AS number FROM deliveries WHERE state = 0";
/// What the server may say while the database is away.
const AWAY: &[u16] = &[503];

#[actix_rt::test]
async fn postgres_is_restarted_again_and_again_under_load_and_nothing_acknowledged_is_lost() {
    if !is_postgres() {
        return;
    }
    let cluster = Arc::new(Mutex::new(Cluster::start(&std::env::temp_dir())));
    let (place, receiver) = (cluster.lock().unwrap().place(), Receiver::open());
    let server = Process::start(&place, &[]).await;
    let db = database(&place).await;
    let office = Office::open(db.clone(), server.anonymous(), "").await;
    office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["message_created"], "payload_format": "chatwoot"})).await;
    let traffic = Traffic::open(&office, &office.api_inbox().await, 6).await;
    receiver.always(Reply::ok().after(Duration::from_millis(3)));
    let restarting = async {
        for round in 0..6 {
            // some tries fail, so that retries are on their way as well
            receiver.next(Reply::status(500)).next(Reply::hang_up());
            let acknowledged = traffic.acknowledged.borrow().len();
            let working = async || (traffic.acknowledged.borrow().len() >= acknowledged + 40).then_some(());
            let (started, _) = (Instant::now(), until("the server to work again", working).await);
            assert!(started.elapsed() < Duration::from_secs(8), "it took {:?} after the restart", started.elapsed());
            let stop = if round % 2 == 0 { Stop::Fast } else { Stop::Immediate };
            let cluster = cluster.clone();
            actix_rt::task::spawn_blocking(move || cluster.lock().unwrap().restart(stop)).await.unwrap();
        }
        let acknowledged = traffic.acknowledged.borrow().len();
        until("the server to work again", async || (traffic.acknowledged.borrow().len() > acknowledged).then_some(())).await;
        traffic.stop();
    };
    join(traffic.flow(AWAY), restarting).await;
    assert!(!traffic.refused.borrow().is_empty(), "nobody noticed that the database was away");
    assert!(traffic.longest.get() < Duration::from_secs(12), "somebody waited for {:?}", traffic.longest.get());
    // this test's own connections died as well
    until("an empty queue", async || db.answers().await.then_some(())).await;
    let db = database(&place).await;
    until("an empty queue", async || (count(&db, PENDING).await == 0).then_some(())).await;
    let acknowledged = traffic.acknowledged.take();
    assert_delivered(&acknowledged, &receiver.received());
    let stored: HashSet<String> = {
        use diesel::{QueryDsl, RunQueryDsl};
        use hookdesk::db::schema::messages::dsl::{content, messages};
        let all: Vec<Option<String>> = db.read(|conn| Ok(messages.select(content).load(conn)?)).await.unwrap();
        all.into_iter().flatten().collect()
    };
    assert!(acknowledged.iter().all(|text| stored.contains(text)));
    assert_eq!(count(&db, "SELECT count(*) AS number FROM deliveries WHERE state <> 1").await, 0);
    assert!(!server.log().iter().any(|line| line.contains("panicked")), "{:#?}", server.log());
}
