//! How much of what may be asked for in a minute.
use crate::support::{Answer, Server};
use serde_json::json;

#[track_caller]
fn assert_too_many(answer: &Answer) {
    assert_eq!((answer.status, answer.header("content-type")), (429, Some("text/plain")), "{}", answer.text());
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait} s");
}

#[actix_rt::test]
async fn one_address_asks_only_so_often() {
    let server = Server::start_with(|config| (config.rate_limits, config.request_limit) = (true, 5)).await;
    let from = |address: &str| server.anonymous().with("x-forwarded-for", address);
    let crowd = from("203.0.113.7");
    for path in ["/api", "/app/login", "/nowhere", "/api/v1/profile", "/static/nothing"] {
        assert_ne!(crowd.get(path).await.status, 429, "{path}");
    }
    for path in ["/api", "/app/login", "/nowhere", "/api/v1/profile"] {
        assert_too_many(&crowd.get(path).await);
    }
    // what was written by the client itself makes nobody else of it
    assert_too_many(&from("192.0.2.1, 203.0.113.7").get("/api").await);
    // whoever watches over the server goes on, and so do all others
    crowd.get("/health").await.ok();
    from("203.0.113.8").get("/api").await.ok();
    // this machine may ask as often as it likes
    for _ in 0..20 {
        server.anonymous().get("/api").await.ok();
    }
    server.finish().await;
}

#[actix_rt::test]
async fn an_exemption_is_a_network() {
    let exempt = |config: &mut hookdesk::config::Config| {
        (config.rate_limits, config.request_limit) = (true, 1);
        config.request_limit_exempt = vec!["203.0.113.0/24".parse().unwrap()];
    };
    let server = Server::start_with(exempt).await;
    for _ in 0..5 {
        server.anonymous().with("x-forwarded-for", "203.0.113.7").get("/api").await.ok();
    }
    let other = server.anonymous().with("x-forwarded-for", "203.0.114.7");
    other.get("/api").await.ok();
    assert_too_many(&other.get("/api").await);
    server.finish().await;
}

#[actix_rt::test]
async fn contacts_are_searched_and_conversations_counted_only_so_often() {
    let server = Server::start_with(|config| config.rate_limits = true).await;
    let (office, other) = (server.office().await, server.another_office("b.").await);
    for _ in 0..100 {
        office.agent.get("/contacts/search?q=lea").await.ok();
    }
    assert_too_many(&office.administrator.get("/contacts/search?q=lea").await);
    other.agent.get("/contacts/search?q=lea").await.ok();
    for _ in 0..30 {
        office.agent.get("/conversations/meta").await.ok();
    }
    assert_too_many(&office.agent.get("/conversations/meta").await);
    office.administrator.get("/conversations/meta").await.ok();
    server.finish().await;
}

#[actix_rt::test]
async fn notices_take_no_room_among_the_messages_of_a_minute() {
    let server = Server::start_with(|config| config.rate_limits = true).await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    for n in 0..180 {
        visitor.says(number, &format!("M{n}")).await;
    }
    for status in ["resolved", "open"].repeat(12) {
        office.agent.post(&format!("/conversations/{number}/toggle_status"), json!({"status": status})).await.ok();
    }
    assert!(server.count("SELECT count(*) AS number FROM messages WHERE message_type = 2").await >= 20);
    for n in 0..20 {
        visitor.says(number, &format!("N{n}")).await;
    }
    assert_eq!(visitor.post(&format!("/conversations/{number}/messages"), json!({"content": "Too many"})).await.invalid(), ["base"]);
    server.finish().await;
}
