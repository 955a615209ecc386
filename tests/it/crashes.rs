//! A server that is killed while it works, and two of them on one database: nothing that was answered is lost.
use crate::support::{
    Office, Process, Receiver, Reply, Visitor,
    database::{Place, is_postgres},
    process::database,
    server::count,
    traffic::assert_delivered,
    until,
};
use actix_web::http::Method;
use futures_util::future::join_all;
use serde_json::json;
use std::{cell::RefCell, collections::HashSet, time::Duration};

const PENDING: &str = "SELECT count(*) AS number FROM deliveries WHERE state = 0";

/// Writes until the server is gone, and notes what was answered with 200.
async fn write_until_it_is_gone(visitor: &Visitor, conversation: i64, name: &str, answered: &RefCell<Vec<String>>) {
    let path = format!("/conversations/{conversation}/messages");
    for number in 0.. {
        let text = format!("{name}-{number}");
        let body = json!({"content": text}).to_string().into_bytes();
        match visitor.try_send(Method::POST, &path, Some("application/json"), body).await {
            Ok(answer) if answer.status == 200 => answered.borrow_mut().push(text),
            Ok(answer) => panic!("{}", answer.text()),
            Err(_) => return,
        }
    }
}

#[actix_rt::test]
async fn kill_9_under_load_loses_nothing_that_was_answered() {
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let mut server = Process::start(&place, &[]).await;
    let office = Office::open(db.clone(), server.anonymous(), "").await;
    let said = json!({"url": receiver.url(), "subscriptions": ["message_created"], "payload_format": "chatwoot"});
    office.webhook_with(said).await;
    let inbox = office.api_inbox().await;
    let mut visitors = Vec::new();
    for _ in 0..6 {
        visitors.push(office.conversation(&inbox).await);
    }
    receiver.always(Reply::ok().after(Duration::from_millis(3)));
    let answered = RefCell::new(Vec::new());
    for round in 1..=6 {
        for number in 0..5 {
            // some tries fail, so that retries are on their way as well
            let reply = if number % 2 == 0 { Reply::status(500) } else { Reply::hang_up() };
            receiver.next(reply);
        }
        let arrived = receiver.received().len();
        let moved: Vec<(Visitor, i64)> = visitors
            .iter()
            .map(|(visitor, number)| {
                let caller = visitor.moved_to(&server.address);
                (Visitor { caller, ..visitor.clone() }, *number)
            })
            .collect();
        let names: Vec<String> = (0..moved.len()).map(|n| format!("{round}-{n}")).collect();
        let writing = join_all(moved.iter().zip(&names).map(|((visitor, number), name)| write_until_it_is_gone(visitor, *number, name, &answered)));
        let killing = async {
            // at another moment each time
            receiver.wait_for(arrived + 40 + 7 * round).await;
            server.kill();
        };
        futures_util::future::join(writing, killing).await;
        server = Process::start(&place, &[]).await;
    }
    until("an empty queue", async || (count(&db, PENDING).await == 0).then_some(())).await;
    let answered = answered.into_inner();
    assert!(answered.len() >= 200, "only {} messages were answered", answered.len());
    assert_delivered(&answered, &receiver.received());
    let stored: HashSet<String> = {
        use diesel::{QueryDsl, RunQueryDsl};
        use hookdesk::db::schema::messages::dsl::{content, messages};
        let all: Vec<Option<String>> = db.read(|conn| Ok(messages.select(content).load(conn)?)).await.unwrap();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len(), "a message is stored twice");
        all.into_iter().flatten().collect()
    };
    assert!(answered.iter().all(|text| stored.contains(text)));
    assert_eq!(count(&db, "SELECT count(*) AS number FROM deliveries WHERE state <> 1").await, 0);
}

#[actix_rt::test]
async fn two_servers_share_one_database_and_send_each_delivery_once() {
    if !is_postgres() {
        return; // SQLite has one server
    }
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    // they start at the same time, on an empty database
    let (one, two) = futures_util::future::join(Process::start(&place, &[]), Process::start(&place, &[])).await;
    let office = Office::open(db.clone(), one.anonymous(), "").await;
    let said = json!({"url": receiver.url(), "subscriptions": ["message_created"], "payload_format": "chatwoot"});
    office.webhook_with(said).await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let caller = visitor.moved_to(&two.address);
    let there = Visitor { caller, ..visitor.clone() };
    // the first tries fail, so that either server may take up the retries of the other
    for _ in 0..20 {
        receiver.next(Reply::status(500));
    }
    let texts: Vec<String> = (0..60).map(|n| format!("M{n}")).collect();
    join_all(texts.iter().enumerate().map(|(n, text)| if n % 2 == 0 { visitor.says(number, text) } else { there.says(number, text) })).await;
    let mut numbers = join_all((0..20).map(|n| if n % 2 == 0 { visitor.begin() } else { there.begin() })).await;
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 20);
    until("an empty queue", async || (count(&db, PENDING).await == 0).then_some(())).await;
    let received = receiver.received();
    assert_delivered(&texts, &received);
    assert_eq!(received.len(), 60 + 20, "each once, and once more for each failure");
    assert_eq!(office.agent.sees(number).await["unread_count"], 10);
}
