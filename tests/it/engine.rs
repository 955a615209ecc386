//! The delivery engine: fair to every receiver, and in order where that is asked for.
use crate::support::*;
use serde_json::json;
use std::time::{Duration, Instant};

/// A webhook that hears messages alone.
async fn hook(office: &Office, receiver: &Receiver, more: serde_json::Value) -> i64 {
    let mut said = json!({"url": receiver.url(), "subscriptions": ["message_created"]});
    said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    office.webhook_with(said).await.id
}

fn contents(received: &[receiver::Received]) -> Vec<String> {
    received.iter().map(|one| one.json()["content"].as_str().unwrap().to_owned()).collect()
}

#[actix_rt::test]
async fn the_order_of_a_conversation_is_kept_over_failures() {
    let server = Server::start().await;
    let office = server.office().await;
    let receiver = Receiver::open();
    hook(&office, &receiver, json!({"in_order": true})).await;
    let inbox = office.api_inbox().await;
    let ((_, first), (_, second)) = (office.conversation(&inbox).await, office.conversation(&inbox).await);
    // the first message fails once; all that follow it in its conversation wait, those of the other one do not
    receiver.next(Reply::status(500));
    let mut texts = Vec::new();
    office.agent.says(first, "a0").await;
    receiver.wait_for(1).await;
    for number in 1..10 {
        office.agent.says(first, &format!("a{number}")).await;
        office.agent.says(second, &format!("b{number}")).await;
        texts.push(format!("b{number}"));
    }
    server.settled().await;
    let received = contents(&receiver.received());
    let of = |letter: char| received.iter().filter(|text| text.starts_with(letter)).cloned().collect::<Vec<_>>();
    let expected: Vec<String> = std::iter::once(0).chain(0..10).map(|number| format!("a{number}")).collect();
    assert_eq!(of('a'), expected);
    assert_eq!(of('b'), texts);
    server.finish().await;
}

#[actix_rt::test]
async fn what_keeps_failing_holds_back_its_conversation_for_a_bounded_time() {
    let server = Server::start_with(|config| config.webhook.retry_schedule = vec![Duration::from_secs(3600)]).await;
    let office = server.office().await;
    let receiver = Receiver::open();
    hook(&office, &receiver, json!({"in_order": true})).await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    receiver.next(Reply::status(500));
    office.agent.says(number, "fails").await;
    receiver.wait_for(1).await;
    for text in ["second", "third", "fourth", "fifth"] {
        office.agent.says(number, text).await;
    }
    until("the failure to be stored", async || (server.count("SELECT count(*) AS number FROM attempts").await == 1).then_some(())).await;
    assert_eq!(receiver.received().len(), 1);
    let eleven_minutes_ago = chrono::Utc::now().naive_utc() - chrono::TimeDelta::minutes(11);
    let age = format!("UPDATE deliveries SET created_at = '{}'", eleven_minutes_ago.format("%Y-%m-%d %H:%M:%S"));
    server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(age), tx.conn)?)).await;
    // what has not failed keeps the order, however old it is
    assert_eq!(contents(&receiver.wait_for(5).await), ["fails", "second", "third", "fourth", "fifth"]);
    let again = "UPDATE deliveries SET due_at = created_at WHERE attempts = 1 AND state = 0";
    server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(again), tx.conn)?)).await;
    server.finish().await;
}

#[actix_rt::test]
async fn receivers_that_hang_delay_nobody_else() {
    let server = Server::start().await;
    let office = server.office().await;
    let hanging = Receiver::open();
    hanging.always(Reply::hang());
    for number in 0..20 {
        let said = json!({"url": hanging.url_of(&format!("/{number}")), "subscriptions": ["message_created"], "max_in_flight": 2});
        office.webhook_with(said).await;
    }
    let healthy = Receiver::open();
    hook(&office, &healthy, json!({})).await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let started = Instant::now();
    for message in 0..30 {
        office.agent.says(number, &message.to_string()).await;
    }
    healthy.wait_for(30).await;
    // far less than one timeout, of which the twenty have let pass some hundred
    assert!(started.elapsed() < server.config.webhook.timeout * 10, "{:?}", started.elapsed());
    assert!(server.count("SELECT count(*) AS number FROM deliveries WHERE state = 0").await > 500);
    let off = "UPDATE deliveries SET state = 2 WHERE state = 0";
    server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(off), tx.conn)?)).await;
    server.finish_with_a_queue().await;
}

#[actix_rt::test]
async fn a_webhook_has_its_own_time_schedule_and_share() {
    let server = Server::start_with(|config| config.webhook.retry_schedule = Vec::new()).await;
    let office = server.office().await;
    let receiver = Receiver::open();
    receiver.always(Reply::ok().after(Duration::from_millis(400)));
    let impatient = hook(&office, &receiver, json!({"timeout": "100ms", "retry_schedule": "10ms,10ms", "max_in_flight": 1})).await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    office.agent.says(number, "Late").await;
    server.settled().await;
    assert_eq!(server.count("SELECT count(*) AS number FROM attempts WHERE error_class = 3").await, 3, "a first try and its own two retries");
    assert_eq!(server.count("SELECT max(duration_ms) AS number FROM attempts").await / 400, 0, "nobody waited for the answer");
    // with more patience it succeeds, also what is sent again
    let path = format!("/webhooks/{impatient}");
    let changed = office.administrator.patch(&path, json!({"timeout": "2s", "retry_schedule": null})).await.ok();
    let drawn = &changed["payload"]["webhook"];
    assert_eq!((&drawn["timeout"], &drawn["retry_schedule"], &drawn["max_in_flight"]), (&json!("2s"), &json!(null), &json!(1)));
    office.agent.says(number, "In time").await;
    server.settled().await;
    assert_eq!(server.count("SELECT count(*) AS number FROM deliveries WHERE state = 1").await, 1);
    for (field, wrong) in [
        ("timeout", json!("61s")),
        ("timeout", json!(5)),
        ("retry_schedule", json!("5s,later")),
        ("max_in_flight", json!(0)),
        ("rate_limit", json!(1001)),
        ("rate_limit", json!("many")),
    ] {
        assert_eq!(office.administrator.patch(&path, json!({field: wrong})).await.invalid(), [field], "{wrong}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn a_rate_is_kept() {
    let server = Server::start().await;
    let office = server.office().await;
    let receiver = Receiver::open();
    hook(&office, &receiver, json!({"rate_limit": 20})).await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    for message in 0..12 {
        office.agent.says(number, &message.to_string()).await;
    }
    let received = receiver.wait_for(12).await;
    let (first, last) = (received.iter().map(|one| one.at).min().unwrap(), received.iter().map(|one| one.at).max().unwrap());
    // eleven steps of 50 ms; a request may begin late, but none early
    assert!(last - first >= Duration::from_millis(11 * 50 - 40), "{:?}", last - first);
    server.finish().await;
}

#[actix_rt::test]
async fn a_rate_is_kept_also_where_more_waits_than_a_request_may_take() {
    let server = Server::start().await;
    let office = server.office().await;
    let receiver = Receiver::open();
    // so little time to answer that a claim would end before its turn, if it lasted no longer than for others
    hook(&office, &receiver, json!({"rate_limit": 20, "timeout": "100ms"})).await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    for message in 0..60 {
        office.agent.says(number, &message.to_string()).await;
    }
    let received = receiver.wait_for(60).await;
    let (first, last) = (received.iter().map(|one| one.at).min().unwrap(), received.iter().map(|one| one.at).max().unwrap());
    // 3 s at that rate
    assert!(last - first < Duration::from_secs(9), "{:?}", last - first);
    server.finish().await;
}

#[actix_rt::test]
async fn a_webhook_without_success_for_days_is_turned_off_and_its_administrators_are_told() {
    let server = Server::start_with(|config| config.webhook.retry_schedule = Vec::new()).await;
    let office = server.office().await;
    let receiver = Receiver::open();
    receiver.always(Reply::status(500));
    let id = hook(&office, &receiver, json!({"name": "Sales & co"})).await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let failing = "SELECT count(*) AS number FROM webhooks WHERE failing_since IS NOT NULL";
    office.agent.says(number, "One").await;
    server.settled().await;
    assert_eq!(server.count(failing).await, 1);
    // one success, and the days are counted anew
    receiver.always(Reply::ok());
    office.agent.says(number, "Two").await;
    server.settled().await;
    assert_eq!(server.count(failing).await, 0);
    receiver.always(Reply::status(500));
    office.agent.says(number, "Three").await;
    server.settled().await;
    let write = async |sql: String| server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(sql), tx.conn)?)).await;
    let ago = |days| (chrono::Utc::now() - chrono::TimeDelta::days(days)).format("%Y-%m-%d %H:%M:%S");
    let days = format!("UPDATE webhooks SET failing_since = '{}'", ago(6));
    // a success after that which did not end it, since it was under way by then, counts all the same
    write(days.clone()).await;
    office.agent.says(number, "Four").await;
    server.settled().await;
    assert_eq!(server.count("SELECT count(*) AS number FROM webhooks WHERE turned_off_at IS NOT NULL").await, 0);
    write(format!("UPDATE deliveries SET finished_at = '{}'", ago(7))).await;
    write(days).await;
    office.agent.says(number, "Five").await;
    server.settled().await;
    let drawn = async || office.administrator.get("/webhooks").await.ok()["payload"]["webhooks"][0].clone();
    assert_eq!((&drawn().await["enabled"], &drawn().await["turned_off_reason"]), (&json!(false), &json!("failing")));
    office.agent.says(number, "Six").await;
    server.settled().await;
    assert_eq!(receiver.received().len(), 5, "nothing is sent any more");

    let browser = server.browser_of(office.administrator.id).await;
    let path = format!("/app/accounts/{}/settings", office.account);
    for page in ["account", "agents", "inboxes", "integrations"] {
        let shown = browser.get(&format!("{path}/{page}")).await.text();
        assert!(shown.contains("Sales &#38; co") && shown.contains(&format!("{path}/integrations/webhooks/{id}")), "{page}");
    }
    let status = browser.get(&format!("{path}/integrations/webhooks/{id}")).await.text();
    assert!(status.contains("so we turned the webhook off"));

    receiver.always(Reply::ok());
    let on = office.administrator.patch(&format!("/webhooks/{id}"), json!({"enabled": true})).await.ok();
    assert_eq!((&on["payload"]["webhook"]["enabled"], &on["payload"]["webhook"]["turned_off_at"]), (&json!(true), &json!(null)));
    assert!(!browser.get(&format!("{path}/account")).await.text().contains("Sales &#38; co"));
    assert_eq!(server.count(failing).await, 0);
    office.administrator.patch(&format!("/webhooks/{id}"), json!({"enabled": false})).await.ok();
    assert_eq!(drawn().await["turned_off_reason"], "by_person");
    let status = browser.get(&format!("{path}/integrations/webhooks/{id}")).await.text();
    assert!(status.contains("turned it off"), "{status}");
    server.finish().await;
}

#[actix_rt::test]
async fn off_and_on_sends_nothing_twice_that_is_on_its_way() {
    let server = Server::start().await;
    let office = server.office().await;
    let receiver = Receiver::open();
    receiver.always(Reply::ok().after(Duration::from_millis(700)));
    let id = hook(&office, &receiver, json!({})).await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    office.agent.says(number, "Once").await;
    receiver.wait_for(1).await;
    let path = format!("/webhooks/{id}");
    office.administrator.patch(&path, json!({"enabled": false})).await.ok();
    office.administrator.patch(&path, json!({"enabled": true})).await.ok();
    server.settled().await;
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(server.count("SELECT count(*) AS number FROM deliveries WHERE state = 1").await, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn the_callback_of_an_inbox_is_tried_for_ever_and_again_at_a_new_place() {
    let server = Server::start_with(|config| config.webhook.retry_schedule = Vec::new()).await;
    let office = server.office().await;
    let (failing, gone, moved) = (Receiver::open(), Receiver::open(), Receiver::open());
    failing.always(Reply::status(500));
    gone.always(Reply::status(410));
    let inbox = office.api_inbox_with(json!({"webhook_url": failing.url()})).await;
    let (_, number) = office.conversation(&inbox).await;
    server.settled().await;
    let days = format!("UPDATE webhooks SET failing_since = '{}'", (chrono::Utc::now() - chrono::TimeDelta::days(6)).format("%Y-%m-%d %H:%M:%S"));
    server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(days), tx.conn)?)).await;
    office.agent.says(number, "Still tried").await;
    server.settled().await;
    let off = "SELECT count(*) AS number FROM webhooks WHERE turned_off_at IS NOT NULL";
    assert_eq!(server.count(off).await, 0);
    let path = format!("/inboxes/{}", inbox.id);
    office.administrator.patch(&path, json!({"channel": {"webhook_url": gone.url()}})).await.ok();
    office.agent.says(number, "Gone").await;
    server.settled().await;
    assert_eq!(server.count(off).await, 1);
    office.administrator.patch(&path, json!({"channel": {"webhook_url": moved.url()}})).await.ok();
    office.agent.says(number, "Moved").await;
    moved.wait_for_those(1, |one| one.json()["content"] == "Moved").await;
    server.finish().await;
}
