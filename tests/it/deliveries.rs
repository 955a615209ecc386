//! Deliveries: what arrives, how it is signed, and for whom.
use crate::{
    snapshot,
    support::{Hook, Receiver, Server, receiver::Received},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

/// Checks both signatures of a request as its receiver would, the one with a library that is not ours.
pub fn assert_signed(request: &Received, secret: &str) {
    let (id, timestamp) = (request.header("webhook-id"), request.header("webhook-timestamp"));
    assert_eq!((request.header("x-chatwoot-delivery"), request.header("x-chatwoot-timestamp")), (id, timestamp));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{timestamp}.").as_bytes());
    mac.update(&request.body);
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(request.header("x-chatwoot-signature"), format!("sha256={hex}"));
    if !secret.starts_with("whsec_") {
        return;
    }
    let mut headers = http::HeaderMap::new();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        headers.insert(name, request.header(name).parse().unwrap());
    }
    let webhook = standardwebhooks::Webhook::new(secret).unwrap();
    webhook.verify(&request.body, &headers).unwrap();
    assert!(webhook.verify(b"{}", &headers).is_err(), "the library must be able to say no");
}

fn of(event: &'static str) -> impl Fn(&Received) -> bool {
    move |request| request.event() == event
}

#[actix_rt::test]
async fn each_message_arrives_signed_in_both_ways() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let Hook { secret, .. } = office.webhook(&receiver.url_of("/hook?key=1")).await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "สวัสดี <b>&</b>").await;
    office.agent.says(number, "Hi Lea").await;
    let requests = receiver.wait_for(7).await;
    let mut ids: Vec<&str> = Vec::new();
    for request in &requests {
        assert_signed(request, &secret);
        assert_eq!(request.path, "/hook?key=1");
        assert_eq!(request.header("content-type"), "application/json");
        assert!(request.header("user-agent").starts_with("Hookdesk/"));
        assert!(!request.has("authorization") && !request.has("cookie"));
        ids.push(request.header("webhook-id"));
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 7, "one id for each delivery");
    let age = chrono::Utc::now().timestamp() - requests[0].header("webhook-timestamp").parse::<i64>().unwrap();
    assert!((0..60).contains(&age));
    server.finish().await;
}

#[actix_rt::test]
async fn each_webhook_gets_its_own_format() {
    let (server, documented, todays) = (Server::start().await, Receiver::open(), Receiver::open());
    let office = server.office().await;
    let of_both = json!(["message_created", "conversation_updated"]);
    office.webhook_with(json!({"url": documented.url(), "subscriptions": of_both})).await;
    office.webhook_with(json!({"url": todays.url(), "subscriptions": of_both, "payload_format": "chatwoot"})).await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    office.agent.says(number, "Hi Lea").await;
    let by_content = |content: &'static str| move |request: &Received| request.json()["content"] == content;
    let incoming = documented.wait_for_those(1, by_content("Hello")).await.remove(0);
    snapshot!("documented_incoming", dated(&incoming));
    let outgoing = documented.wait_for_those(1, by_content("Hi Lea")).await.remove(0);
    snapshot!("documented_outgoing", dated(&outgoing));
    let updated = documented.wait_for_those(1, of("conversation_updated")).await.remove(0);
    snapshot!("documented_conversation_updated", updated.json());
    // today's payload is what was stored, to the byte
    let told: Vec<String> = server.told().await.iter().map(|told| told.payload.to_string()).collect();
    for request in todays.wait_for(3).await {
        let body = String::from_utf8(request.body.clone()).unwrap();
        assert!(told.contains(&body), "{body}");
    }
    server.finish().await;
}

/// The documented spelling of a time is no other payload's: checked here, and replaced.
fn dated(request: &Received) -> Value {
    let mut body = request.json();
    let time = body["created_at"].as_str().unwrap();
    assert!(chrono::NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S UTC").is_ok(), "{time}");
    body["created_at"] = "[documented time]".into();
    body
}

#[actix_rt::test]
async fn each_webhook_hears_what_it_subscribed_to_from_the_inbox_it_named() {
    let server = Server::start().await;
    let (messages, contacts, narrow, strange) = (Receiver::open(), Receiver::open(), Receiver::open(), Receiver::open());
    let office = server.office().await;
    let (one, two) = (office.api_inbox().await, office.api_inbox().await);
    office.webhook_with(json!({"url": messages.url(), "subscriptions": ["message_created"]})).await;
    office.webhook_with(json!({"url": contacts.url(), "subscriptions": ["contact_created"]})).await;
    office.webhook_with(json!({"url": narrow.url(), "subscriptions": ["message_created", "contact_created"], "inbox_id": two.id})).await;
    server.another_office("b.").await.webhook(&strange.url()).await;
    for (inbox, text) in [(&one, "In one"), (&two, "In two")] {
        let (visitor, number) = office.conversation(inbox).await;
        visitor.says(number, text).await;
    }
    server.settled().await;
    let heard = |receiver: &Receiver| {
        let mut heard: Vec<(String, Value)> =
            receiver.received().iter().map(|request| (request.event(), request.json()["content"].clone())).collect();
        heard.sort_by_key(|(event, content)| (event.clone(), content.to_string()));
        heard
    };
    let message = |text: &str| ("message_created".to_owned(), json!(text));
    let contact = ("contact_created".to_owned(), Value::Null);
    assert_eq!(heard(&messages), [message("In one"), message("In two")]);
    assert_eq!(heard(&contacts), [contact.clone(), contact]);
    assert_eq!(heard(&narrow), [message("In two")]);
    assert_eq!(heard(&strange), []);
    server.finish().await;
}

#[actix_rt::test]
async fn the_callback_of_an_inbox_is_signed_with_its_key_and_hears_its_conversations() {
    let (server, bridge, next) = (Server::start().await, Receiver::open(), Receiver::open());
    let office = server.office().await;
    let inbox = office.api_inbox_with(json!({"webhook_url": bridge.url()})).await;
    let other = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    office.conversation(&other).await;
    server.settled().await;
    let mut heard: Vec<String> = bridge.received().iter().map(Received::event).collect();
    heard.sort();
    assert_eq!(heard, ["conversation_created", "message_created"]);
    bridge.received().iter().for_each(|request| assert_signed(request, &inbox.secret));
    // another URL, then none
    let path = format!("/inboxes/{}", inbox.id);
    office.administrator.patch(&path, json!({"channel": {"webhook_url": next.url()}})).await.ok();
    visitor.says(number, "Moved").await;
    next.wait_for_those(1, of("message_created")).await;
    office.administrator.patch(&path, json!({"channel": {"webhook_url": null}})).await.ok();
    let before = server.count("SELECT count(*) AS number FROM deliveries").await;
    visitor.says(number, "Nobody listens").await;
    assert!(server.count("SELECT count(*) AS number FROM deliveries").await <= before);
    assert_eq!(bridge.received().len(), 2);
    server.finish().await;
}

#[actix_rt::test]
async fn a_deleted_webhook_hears_nothing_more() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let hook = office.webhook(&receiver.url()).await;
    office.contact(json!({"name": "Lea"})).await;
    receiver.wait_for(1).await;
    server.settled().await;
    office.administrator.delete(&format!("/webhooks/{}", hook.id)).await.ok_and_empty();
    office.contact(json!({"name": "Max"})).await;
    server.settled().await;
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(server.count("SELECT count(*) AS number FROM deliveries").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn a_user_and_password_in_the_url_become_a_header() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let url = format!("http://Aladdin:open%20sesame@{}/hook", receiver.address);
    office.webhook(&url).await;
    office.contact(json!({"name": "Lea"})).await;
    let request = receiver.wait_for(1).await.remove(0);
    assert_eq!(request.header("authorization"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    server.settled().await;
    let leaks = "SELECT count(*) AS number FROM attempts WHERE url LIKE '%sesame%' OR CAST(request_headers AS TEXT) LIKE '%QWxhZGRpb%'";
    assert_eq!(server.count(leaks).await, 0);
    server.finish().await;
}
