//! What an owner may arrange for each webhook besides its URL and its events.
use crate::support::*;
use serde_json::json;
use standardwebhooks::Webhook;

/// Whether an independent library accepts a delivery with that secret.
fn accepts(secret: &str, received: &receiver::Received) -> bool {
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers: std::collections::HashMap<String, String> = names.map(|name| (name.to_owned(), received.header(name).to_owned())).into();
    Webhook::new(secret).unwrap().verify(&received.body, &(&headers).try_into().unwrap()).is_ok()
}

async fn begin(office: &Office) -> i64 {
    let inbox = office.api_inbox().await;
    office.conversation(&inbox).await.1
}

#[actix_rt::test]
async fn headers_of_the_owner_are_sent_and_not_shown_again() {
    let server = Server::start().await;
    let office = server.office().await;
    let receiver = Receiver::open();
    let said = json!({"url": receiver.url(), "subscriptions": ["message_created"], "headers": {"Authorization": "Bearer hush", "X-Team": "blue"}});
    let made = office.administrator.post("/webhooks", said).await.ok();
    let hook = &made["payload"]["webhook"];
    assert_eq!(hook["headers"], json!({"Authorization": "********", "X-Team": "********"}));
    let path = format!("/webhooks/{}", hook["id"]);
    let conversation = begin(&office).await;
    office.agent.says(conversation, "One").await;
    receiver.wait_for(1).await;
    // the one value stays, the other changes
    office.administrator.patch(&path, json!({"headers": {"Authorization": "********", "X-Team": "red"}})).await.ok();
    office.agent.says(conversation, "Two").await;
    receiver.wait_for(2).await;
    office.administrator.patch(&path, json!({"name": "Headers stay"})).await.ok();
    office.agent.says(conversation, "Three").await;
    receiver.wait_for(3).await;
    office.administrator.patch(&path, json!({"headers": {}})).await.ok();
    office.agent.says(conversation, "Four").await;
    let received = receiver.wait_for(4).await;
    let header = |one: &receiver::Received, name: &str| if one.has(name) { one.header(name).to_owned() } else { String::new() };
    let mut seen: Vec<_> = received.iter().map(|one| (one.json()["content"].clone(), header(one, "authorization"), header(one, "x-team"))).collect();
    seen.sort_by_key(|(content, ..)| ["One", "Two", "Three", "Four"].iter().position(|text| content == text));
    let expected = [("One", "Bearer hush", "blue"), ("Two", "Bearer hush", "red"), ("Three", "Bearer hush", "red"), ("Four", "", "")];
    assert_eq!(seen, expected.map(|(content, authorization, team)| (json!(content), authorization.to_owned(), team.to_owned())));
    server.settled().await;
    assert_eq!(server.count("SELECT count(*) AS number FROM attempts WHERE CAST(request_headers AS TEXT) LIKE '%hush%'").await, 0);
    for (headers, word) in [
        (json!({"Host": "x"}), "Host"),
        (json!({"webhook-id": "x"}), "webhook-id"),
        (json!({"X-A": "a\r\nb: c"}), "X-A"),
        (json!({"X-New": "********"}), "X-New"),
    ] {
        let refused = office.administrator.patch(&path, json!({"headers": headers})).await;
        assert_eq!(refused.invalid(), ["headers"]);
        assert!(refused.text().contains(word), "{}", refused.text());
    }
    let url = receiver.url().replace("http://", "http://ada:pw@");
    let both = json!({"url": url, "headers": {"authorization": "Bearer x"}});
    assert_eq!(office.administrator.post("/webhooks", both).await.invalid(), ["headers"]);
    server.finish().await;
}

#[actix_rt::test]
async fn while_a_secret_is_replaced_both_sign() {
    let server = Server::start().await;
    let office = server.office().await;
    let receiver = Receiver::open();
    let hook = office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["message_created"]})).await;
    let conversation = begin(&office).await;
    let path = format!("/webhooks/{}", hook.id);
    let rotated = office.administrator.post(&format!("{path}/rotate_secret"), json!({})).await.ok();
    let second = rotated["payload"]["webhook"]["secret"].as_str().unwrap().to_owned();
    assert!(second != hook.secret && rotated["payload"]["webhook"]["old_secret_until"].is_string());
    office.agent.says(conversation, "Both").await;
    let both = receiver.wait_for(1).await.remove(0);
    assert!(accepts(&hook.secret, &both) && accepts(&second, &both));
    assert!(hookdesk::webhooks::verify(&second, &both.headers, &both.body), "the header with room for one has the newer");

    let ended = office.administrator.delete(&format!("{path}/old_secret")).await.ok();
    assert_eq!(ended["payload"]["webhook"]["old_secret_until"], json!(null));
    office.agent.says(conversation, "New").await;
    let new = receiver.wait_for(2).await.remove(1);
    assert!(!accepts(&hook.secret, &new) && accepts(&second, &new));

    let rotated = office.administrator.post(&format!("{path}/rotate_secret"), json!({"end_old": true})).await.ok();
    let third = rotated["payload"]["webhook"]["secret"].as_str().unwrap().to_owned();
    office.agent.says(conversation, "Third").await;
    let last = receiver.wait_for(3).await.remove(2);
    assert!(!accepts(&second, &last) && accepts(&third, &last));
    office.agent.post(&format!("{path}/rotate_secret"), json!({})).await.error(401);
    office.administrator.post("/webhooks/999/rotate_secret", json!({})).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn an_old_secret_ends_by_itself() {
    let server = Server::start().await;
    let office = server.office().await;
    let receiver = Receiver::open();
    let hook = office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["message_created"]})).await;
    let conversation = begin(&office).await;
    office.administrator.post(&format!("/webhooks/{}/rotate_secret", hook.id), json!({})).await.ok();
    let pass = "UPDATE webhooks SET old_secret_until = '2020-01-01 00:00:00'";
    server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(pass), tx.conn)?)).await;
    office.agent.says(conversation, "Later").await;
    assert!(!accepts(&hook.secret, &receiver.wait_for(1).await[0]));
    let listed = office.administrator.get("/webhooks").await.ok();
    assert_eq!(listed["payload"]["webhooks"][0]["old_secret_until"], json!(null));
    server.finish().await;
}

#[actix_rt::test]
async fn notes_are_left_out_and_every_event_is_heard_on_demand() {
    let server = Server::start().await;
    let office = server.office().await;
    let receiver = Receiver::open();
    let quiet =
        json!({"url": receiver.url_of("/quiet"), "subscriptions": ["message_created"], "exclude_private_notes": true, "description": "For the shop"});
    let made = office.administrator.post("/webhooks", quiet).await.ok();
    assert_eq!(made["payload"]["webhook"]["description"], "For the shop");
    let all = office.administrator.post("/webhooks", json!({"url": receiver.url_of("/all"), "all_events": true})).await.ok();
    assert!(all["payload"]["webhook"]["subscriptions"].as_array().unwrap().iter().any(|name| name == "inbox_updated"));
    let conversation = begin(&office).await;
    let note = json!({"content": "Between us", "private": true});
    office.agent.post(&format!("/conversations/{conversation}/messages"), note).await.ok();
    office.agent.says(conversation, "For you").await;
    server.settled().await;
    let received = receiver.received();
    let on = |path: &str| received.iter().filter(|one| one.path == path).map(receiver::Received::json).collect::<Vec<_>>();
    assert_eq!(on("/quiet").iter().map(|body| &body["content"]).collect::<Vec<_>>(), ["For you"]);
    let events: Vec<String> = on("/all").iter().map(|body| body["event"].as_str().unwrap().to_owned()).collect();
    assert!(events.iter().any(|name| name == "inbox_created") && events.iter().filter(|name| *name == "message_created").count() == 2, "{events:?}");
    server.finish().await;
}
