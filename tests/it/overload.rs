//! More requests than the server can take: it says so, at once, and recovers.
use crate::support::Server;
use futures_util::future::join_all;
use serde_json::json;

#[actix_rt::test]
async fn more_writes_than_the_queue_holds_are_answered_with_503_and_lose_nothing() {
    // room for all that the server does by itself, so that it refuses what came in a flood and nothing else
    const ROOM: usize = 32;
    const FLOOD: usize = 80;
    let server = Server::start_with(|config| {
        config.write_queue = ROOM;
        config.pool_size = 1;
    })
    .await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    // somebody holds the database while the others come
    let (held, holds) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let db = server.db.clone();
    let holding = actix_rt::spawn(async move {
        let work = move |_: &mut hookdesk::db::Tx| {
            held.send(()).unwrap();
            released.recv().unwrap();
            Ok(())
        };
        db.write(work).await
    });
    actix_rt::task::spawn_blocking(move || holds.recv()).await.unwrap().unwrap();
    let path = format!("/conversations/{number}/messages");
    let mut first_answers = Vec::new();
    let mut waiting: Vec<_> = (0..FLOOD).map(|_| Box::pin(visitor.post(&path, json!({"content": "Hello"})))).collect();
    while waiting.len() > ROOM {
        let (answer, _, rest) = futures_util::future::select_all(waiting).await;
        first_answers.push(answer);
        waiting = rest;
    }
    for answer in &first_answers {
        answer.error(503);
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    release.send(()).unwrap();
    holding.await.unwrap().unwrap();
    let stored = join_all(waiting).await.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(server.count("SELECT count(*) AS number FROM messages").await, stored as i64);
    visitor.says(number, "And all is well again").await;
    server.finish().await;
}

#[actix_rt::test]
async fn many_at_once_are_all_stored_each_under_its_own_number() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let visitor = office.visitor(&inbox, json!({"name": "Lea"})).await;
    let mut numbers = join_all((0..40).map(|_| visitor.begin())).await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
    let texts: Vec<String> = (0..40).map(|n| format!("M{n}")).collect();
    join_all(texts.iter().map(|text| visitor.says(1, text))).await;
    let seen = office.agent.get("/conversations/1/messages?after=0").await.ok();
    assert_eq!(seen["payload"].as_array().unwrap().len(), 40);
    assert_eq!(office.agent.sees(1).await["unread_count"], 10);
    server.finish().await;
}

#[actix_rt::test]
async fn the_same_contact_introduced_many_times_at_once_stays_one() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let path = format!("/public/api/v1/inboxes/{}/contacts", inbox.identifier);
    let said = json!({"source_id": "s", "email": "lea@example.org", "identifier": "crm-88"});
    let anonymous = server.anonymous();
    let answers = join_all((0..16).map(|_| anonymous.post(&path, said.clone()))).await;
    for answer in &answers {
        assert!(matches!(answer.status, 200 | 422), "{}", answer.text());
    }
    assert!(answers.iter().any(|answer| answer.status == 200));
    assert_eq!(server.count("SELECT count(*) AS number FROM contacts").await, 1);
    assert_eq!(server.count("SELECT count(*) AS number FROM contact_inboxes").await, 1);
    let agents = join_all((0..16).map(|_| office.agent.post("/contacts", json!({"email": "max@example.org"})))).await;
    assert_eq!(agents.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(agents.iter().all(|answer| matches!(answer.status, 200 | 422)));
    server.finish().await;
}
