//! When a receiver fails, hangs or misbehaves.
use crate::{
    deliveries::assert_signed,
    support::{Receiver, Reply, Server},
};
use serde_json::{Value, json};
use std::time::Duration;

/// Only contacts: one change, one delivery.
fn contacts_to(receiver: &Receiver) -> Value {
    json!({"url": receiver.url(), "subscriptions": ["contact_created"]})
}

async fn attempts(server: &Server) -> Vec<(Option<i16>, Option<i16>)> {
    use diesel::{QueryDsl, RunQueryDsl};
    use hookdesk::db::schema::attempts::dsl::{attempts, error_class, id, response_status};
    server.read(|conn| Ok(attempts.order_by(id).select((response_status, error_class)).load(conn)?)).await
}

const STATE: &str = "SELECT max(state) AS number FROM deliveries";
const DELIVERED: i64 = 1;
const FAILED: i64 = 2;

#[actix_rt::test]
async fn a_failed_delivery_is_tried_again_under_the_same_id() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let hook = office.webhook_with(contacts_to(&receiver)).await;
    // (a connection that is closed when it is used again is opened anew within one try: hence the first)
    receiver.next(Reply::hang_up()).next(Reply::status(500)).next(Reply::status(404));
    office.contact(json!({"name": "Lea"})).await;
    let requests = receiver.wait_for(4).await;
    for request in &requests {
        assert_signed(request, &hook.secret);
        assert_eq!(request.header("webhook-id"), requests[0].header("webhook-id"));
        assert_eq!(request.body, requests[0].body);
    }
    server.settled().await;
    assert_eq!(attempts(&server).await, [(None, Some(7)), (Some(500), Some(5)), (Some(404), Some(5)), (Some(200), None)]);
    assert_eq!(server.count(STATE).await, DELIVERED);
    server.finish().await;
}

#[actix_rt::test]
async fn after_the_last_step_of_the_schedule_it_is_given_up() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    office.webhook_with(contacts_to(&receiver)).await;
    receiver.always(Reply::status(503));
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    assert_eq!((receiver.received().len(), server.count(STATE).await), (4, FAILED));
    // the webhook stays on: the next event is tried
    receiver.always(Reply::ok());
    office.contact(json!({"name": "Max"})).await;
    receiver.wait_for(5).await;
    server.finish().await;
}

#[actix_rt::test]
async fn gone_turns_the_webhook_off_at_once() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let hook = office.webhook_with(contacts_to(&receiver)).await;
    receiver.always(Reply::status(410));
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    let list = office.administrator.get("/webhooks").await.ok();
    let shown = &list["payload"]["webhooks"][0];
    assert_eq!((&shown["id"], &shown["enabled"]), (&json!(hook.id), &json!(false)));
    assert_eq!((receiver.received().len(), server.count(STATE).await), (1, FAILED));
    office.contact(json!({"name": "Max"})).await;
    server.settled().await;
    assert_eq!(receiver.received().len(), 1);
    server.finish().await;
}

#[actix_rt::test]
async fn redirects_are_failures_and_are_not_followed() {
    let (server, receiver, elsewhere) = (Server::start().await, Receiver::open(), Receiver::open());
    let office = server.office().await;
    office.webhook_with(contacts_to(&receiver)).await;
    for status in [301, 302, 307, 308] {
        receiver.next(Reply::status(status).header("Location", &elsewhere.url()));
    }
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    let redirect = |status| (Some(status), Some(6));
    assert_eq!(attempts(&server).await, [redirect(301), redirect(302), redirect(307), redirect(308)]);
    assert!(elsewhere.received().is_empty());
    server.finish().await;
}

#[actix_rt::test]
async fn retry_after_is_honoured() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    office.webhook_with(contacts_to(&receiver)).await;
    receiver.next(Reply::status(429).header("Retry-After", "1"));
    office.contact(json!({"name": "Lea"})).await;
    let requests = receiver.wait_for(2).await;
    let waited = requests[1].at - requests[0].at;
    assert!(waited >= Duration::from_millis(990), "{waited:?}");
    server.finish().await;
}

#[actix_rt::test]
async fn a_receiver_that_hangs_is_left_after_the_timeout() {
    let server = Server::start_with(|config| {
        config.webhook.timeout = Duration::from_millis(200);
        config.webhook.retry_schedule = vec![Duration::from_millis(20)];
    })
    .await;
    let receiver = Receiver::open();
    let office = server.office().await;
    office.webhook_with(contacts_to(&receiver)).await;
    receiver.next(Reply::hang()).next(Reply::ok().after(Duration::from_millis(600)));
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    assert_eq!(attempts(&server).await, [(None, Some(3)), (None, Some(3))]);
    assert_eq!(server.count(STATE).await, FAILED);
    server.finish().await;
}

#[actix_rt::test]
async fn an_endless_answer_is_cut_and_the_delivery_counts() {
    let server = Server::start_with(|config| config.webhook.timeout = Duration::from_secs(1)).await;
    let receiver = Receiver::open();
    let office = server.office().await;
    office.webhook_with(contacts_to(&receiver)).await;
    receiver.next(Reply::endless()).next(Reply::ok().body(vec![b'x'; 3 << 20]));
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    office.contact(json!({"name": "Max"})).await;
    server.settled().await;
    assert_eq!(attempts(&server).await, [(Some(200), None), (Some(200), None)]);
    let kept = "SELECT count(*) AS number FROM attempts WHERE response_truncated AND length(response_body) = 16384";
    assert_eq!(server.count(kept).await, 2);
    server.finish().await;
}

#[actix_rt::test]
async fn nobody_there_is_told_as_refused_and_unknown_names_as_dns() {
    let server = Server::start_with(|config| config.webhook.retry_schedule.clear()).await;
    let office = server.office().await;
    let closed = {
        let receiver = Receiver::open();
        receiver.url()
    };
    office.webhook_with(json!({"url": closed, "subscriptions": ["contact_created"]})).await;
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    assert_eq!(attempts(&server).await, [(None, Some(1))]);
    office.webhook_with(json!({"url": "http://nobody.invalid/", "subscriptions": ["contact_updated"]})).await;
    office.agent.patch("/contacts/1", json!({"name": "Léa"})).await.ok();
    server.settled().await;
    assert_eq!(attempts(&server).await[1], (None, Some(0)));
    server.finish().await;
}

#[actix_rt::test]
async fn a_receiver_that_hangs_delays_nobody_else() {
    let server = Server::start_with(|config| {
        config.webhook.in_flight = 2;
        config.webhook.timeout = Duration::from_secs(20);
    })
    .await;
    let (slow, quick) = (Receiver::open(), Receiver::open());
    let office = server.office().await;
    office.webhook_with(contacts_to(&slow)).await;
    office.webhook_with(contacts_to(&quick)).await;
    slow.always(Reply::hang());
    for number in 0..20 {
        office.contact(json!({"name": format!("C{number}")})).await;
    }
    quick.wait_for(20).await;
    slow.wait_for(2).await;
    assert_eq!(slow.received().len(), 2, "its own share and no more");
    drop(slow);
    server.finish().await;
}

#[actix_rt::test]
async fn a_message_counts_as_failed_only_after_the_last_try_of_its_callback() {
    let (server, bridge) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let inbox = office.api_inbox_with(json!({"webhook_url": bridge.url()})).await;
    let (visitor, number) = office.conversation(&inbox).await;
    server.settled().await;
    let status = async || {
        let list = office.agent.get(&format!("/conversations/{number}/messages")).await.ok();
        let list = list["payload"].as_array().unwrap().clone();
        list.iter().map(|message| message["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    bridge.next(Reply::status(500)).next(Reply::status(500));
    office.agent.says(number, "Arrives late").await;
    server.settled().await;
    assert_eq!(status().await, ["sent"]);
    bridge.always(Reply::status(500));
    office.agent.says(number, "Never arrives").await;
    server.settled().await;
    assert_eq!(status().await, ["sent", "failed"]);
    visitor.says(number, "It is here already").await;
    server.settled().await;
    assert_eq!(status().await, ["sent", "failed", "sent"]);
    let told = server.told().await;
    let failed = told.iter().find(|told| told.name == "message_updated").unwrap();
    assert!(failed.payload["content_attributes"]["external_error"].as_str().unwrap().contains("500"));
    server.finish().await;
}
