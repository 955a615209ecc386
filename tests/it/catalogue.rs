//! The catalogue of events, what has happened read back, and sending a test.
use crate::{
    deliveries::assert_signed,
    pages::Visit,
    support::{Hook, Office, Receiver, Reply, Server, schemas, until},
};
use hookdesk::{accounts::PayloadFormat, db::schema, events::EventName};
use serde_json::{Value, json};
use std::sync::mpsc;

fn names() -> Vec<&'static str> {
    EventName::SUBSCRIBABLE.iter().map(|event| event.name()).collect()
}

#[actix_rt::test]
async fn the_catalogue_describes_every_event_that_a_webhook_may_hear() {
    let server = Server::start().await;
    let office = server.office().await;
    let answer = office.agent.get("/webhook_event_types").await.ok();
    let described = answer["payload"].as_array().unwrap();
    let listed: Vec<&str> = described.iter().map(|one| one["event"].as_str().unwrap()).collect();
    assert_eq!(listed, names());
    office.webhook_with(json!({"url": "https://one.example/hook", "subscriptions": listed})).await;
    for one in described {
        let event = EventName::from_name(one["event"].as_str().unwrap()).unwrap();
        for language in ["en", "th"] {
            assert!(one["fires"][language].as_str().unwrap().chars().count() > 15, "{one}");
            assert!(!one["fires"][language].as_str().unwrap().contains("event-fires"), "{one}");
        }
        for format in PayloadFormat::ALL {
            let looks = &one["formats"][format.name()];
            assert_eq!(looks["schema"]["$schema"], "https://json-schema.org/draft/2020-12/schema");
            assert_eq!(looks["schema"]["additionalProperties"], false, "{event:?}");
            let samples = looks["samples"].as_array().unwrap();
            assert!(!samples.is_empty(), "{event:?}");
            samples.iter().for_each(|sample| schemas::assert_valid(*format, &sample["payload"]));
            let text = looks["samples"].to_string();
            assert!(text.contains("Acme"), "the account's own name: {text}");
        }
    }
    server.anonymous().get(&format!("/api/v1/accounts/{}/webhook_event_types", office.account)).await.is(401);
    server.finish().await;
}

#[actix_rt::test]
async fn the_samples_show_what_is_documented() {
    let server = Server::start().await;
    let office = server.office().await;
    let answer = office.agent.get("/webhook_event_types").await.ok();
    let of = |event: &str, kind: &str| {
        let one = answer["payload"].as_array().unwrap().iter().find(|one| one["event"] == event).unwrap();
        let samples = one["formats"]["documented"]["samples"].as_array().unwrap();
        samples.iter().find(|sample| sample["kind"] == kind).unwrap_or_else(|| panic!("no {kind} of {event}"))["payload"].clone()
    };
    let first = of("message_created", "text");
    let keys: Vec<&String> = first.as_object().unwrap().keys().take(12).collect();
    let order = ["event", "id", "content", "created_at", "message_type", "content_type"];
    assert_eq!(keys[..6], order);
    assert_eq!((&first["id"], &first["message_type"], &first["created_at"]), (&json!("9001"), &json!("incoming"), &json!("2026-05-01 10:20:30 UTC")));
    assert_eq!((&first["account"], &first["contact"]), (&json!({"id": "1", "name": "Acme"}), &json!({"id": "41", "name": "Lea"})));
    for kind in ["input_select", "form", "cards"] {
        let sample = of("message_created", kind);
        assert_eq!((&sample["content_type"], &sample["message_type"]), (&json!(kind), &json!("template")));
        assert!(sample["content_attributes"]["items"][0].is_object() && sample["content_attributes"].get("submitted_values").is_none());
    }
    for kind in ["input_select", "form"] {
        assert!(of("message_updated", kind)["content_attributes"]["submitted_values"][0]["value"].is_string());
    }
    assert_eq!(answer, office.agent.get("/webhook_event_types").await.ok(), "the same at every look");
    server.finish().await;
}

#[actix_rt::test]
async fn a_schema_notices_what_drifts() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    let told = server.told().await;
    let message = told.iter().find(|told| told.name == "message_created").unwrap().payload.clone();
    let drifted = |edit: fn(&mut Value)| {
        let mut body = message.clone();
        edit(&mut body);
        !schemas::mistakes(EventName::MessageCreated, PayloadFormat::Chatwoot, &body).is_empty()
    };
    assert!(!drifted(|_| {}));
    assert!(drifted(|body| body["surprise"] = json!(1)));
    assert!(drifted(|body| body["conversation"]["surprise"] = json!(1)));
    assert!(drifted(|body| body["conversation"]["messages"][0]["message_type"] = json!("incoming")));
    assert!(drifted(|body| body["conversation"]["meta"]["sender"]["type"] = json!("robot")));
    assert!(drifted(|body| drop(body["conversation"].as_object_mut().unwrap().remove("priority"))));
    assert!(drifted(|body| body["created_at"] = json!("2026-05-01 10:20:30")));
    assert!(drifted(|body| body["sender"]["type"] = json!("contact")));
    assert!(drifted(|body| body["event"] = json!("message_updated")));
    assert!(drifted(|body| body["changed_attributes"] = json!([])));
    let options = |items: Value| {
        let mut body = message.clone();
        (body["content_type"], body["content_attributes"]) = (json!("input_select"), json!({"items": items}));
        schemas::mistakes(EventName::MessageCreated, PayloadFormat::Chatwoot, &body).is_empty()
    };
    assert!(options(json!([{"title": "Option 1", "value": "option_1"}])));
    assert!(!options(json!([])) && !options(json!([{"title": "Option 1", "colour": "blue"}])));
    assert!(!drifted(|body| body["content_attributes"] = json!({"anything": [1]})), "attributes are open");
    let documented = |body: &Value| schemas::mistakes(EventName::MessageCreated, PayloadFormat::Documented, body);
    assert!(!documented(&message).is_empty(), "the formats differ");
    server.finish().await;
}

/// Reads everything after a cursor, page by page.
async fn pull(office: &Office, query: &str, mut after: String) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let page = office.administrator.get(&format!("/webhook_events?after={after}&{query}")).await.ok();
        all.extend(page["payload"].as_array().unwrap().iter().cloned());
        after = page["meta"]["next"].as_str().unwrap().to_owned();
        if !page["meta"]["has_more"].as_bool().unwrap() {
            return all;
        }
    }
}

#[actix_rt::test]
async fn what_has_happened_is_read_back_with_the_ids_and_bodies_that_were_delivered() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    office.webhook(&receiver.url()).await;
    server.another_office("b.").await.contact(json!({"name": "Elsewhere"})).await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    office.agent.post(&format!("/conversations/{number}/toggle_typing_status"), json!({"typing_status": "on"})).await.ok_and_empty();
    office.agent.says(number, "Hi Lea").await;
    server.settled().await;
    let page = office.administrator.get("/webhook_events").await.ok();
    let pulled = page["payload"].as_array().unwrap();
    assert_eq!(page["meta"]["has_more"], false);
    for one in pulled {
        let id = one["id"].to_string();
        let sent: Vec<_> = receiver.received().into_iter().filter(|request| request.header("x-hookdesk-event-id") == id).collect();
        assert_eq!(sent.len(), 1, "{one}");
        assert_eq!(String::from_utf8(sent[0].body.clone()).unwrap(), one["payload"].to_string(), "the same bytes");
        assert_eq!(one["event"], one["payload"]["event"]);
        assert!(one["created_at"].as_str().unwrap().ends_with('Z'));
    }
    assert_eq!(pulled.len(), receiver.received().len());
    let heard: Vec<&str> = pulled.iter().map(|one| one["event"].as_str().unwrap()).collect();
    assert!(heard.contains(&"conversation_typing_on") && !heard.is_empty());
    // the other format, some events, the end
    let todays = pull(&office, "format=chatwoot&limit=2&events[]=message_created", "0".into()).await;
    assert_eq!(todays.len(), 2);
    assert!(todays.iter().all(|one| one["payload"]["id"].is_i64() && one["event"] == "message_created"));
    let next = page["meta"]["next"].as_str().unwrap();
    let rest = office.administrator.get(&format!("/webhook_events?after={next}")).await.ok();
    assert_eq!(rest, json!({"payload": [], "meta": {"next": next, "has_more": false}}));
    server.finish().await;
}

#[actix_rt::test]
async fn everything_is_read_exactly_once_while_others_write() {
    let server = Server::start().await;
    let office = server.office().await;
    let writers = (0..4).map(|writer| {
        let agent = office.agent.clone();
        actix_rt::spawn(async move {
            for number in 0..12 {
                agent.post("/contacts", json!({"name": format!("C{writer}-{number}")})).await.ok();
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let (mut after, mut seen) = ("0".to_owned(), Vec::new());
    until("everything", async || {
        let page = office.administrator.get(&format!("/webhook_events?limit=5&after={after}")).await.ok();
        seen.extend(page["payload"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()));
        after = page["meta"]["next"].as_str().unwrap().to_owned();
        (seen.len() >= 48).then_some(())
    })
    .await;
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
    assert_eq!(seen.len() as i64, server.count("SELECT count(*) AS number FROM events WHERE name < 14").await);
    server.finish().await;
}

/// Where transactions overlap: one that takes a smaller id commits after one with a larger id.
#[actix_rt::test]
async fn an_event_that_is_committed_late_is_not_skipped() {
    let server = Server::start().await;
    let office = server.office().await;
    if server.db.is_ours_alone() {
        return server.finish().await;
    }
    office.contact(json!({"name": "First"})).await;
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let (go_on, wait) = mpsc::channel::<()>();
    let (db, account) = (server.db.clone(), hookdesk::db::types::AccountId(office.account));
    let late = actix_rt::spawn(async move {
        let work = move |tx: &mut hookdesk::db::Tx| {
            use diesel::RunQueryDsl;
            let copy =
                "INSERT INTO events (account_id, name, payload, created_at) SELECT account_id, name, payload, created_at FROM events WHERE id = 1";
            diesel::sql_query(copy).execute(tx.conn)?;
            begun.send(()).unwrap();
            wait.recv().unwrap();
            Ok(account)
        };
        db.write(work).await.unwrap()
    });
    has_begun.await.unwrap();
    office.contact(json!({"name": "Overtakes"})).await;
    let ids = |pulled: &[Value]| pulled.iter().map(|one| one["id"].as_i64().unwrap()).collect::<Vec<_>>();
    assert_eq!(ids(&pull(&office, "", "0".into()).await), [1], "what could still be overtaken is not shown");
    go_on.send(()).unwrap();
    late.await.unwrap();
    assert_eq!(ids(&pull(&office, "", "1".into()).await), [2, 3]);
    // and one that is taken back holds up nobody
    let undone: Result<(), _> = server
        .db
        .write(|tx| {
            use diesel::RunQueryDsl;
            diesel::sql_query(
                "INSERT INTO events (account_id, name, payload, created_at) SELECT account_id, name, payload, created_at FROM events WHERE id = 1",
            )
            .execute(tx.conn)?;
            Err(hookdesk::error::Error::NotFound)
        })
        .await;
    assert!(undone.is_err());
    office.contact(json!({"name": "Last"})).await;
    assert_eq!(ids(&pull(&office, "", "3".into()).await), [5]);
    server.finish().await;
}

#[actix_rt::test]
async fn strange_cursors_and_limits_are_refused_by_name() {
    let server = Server::start().await;
    let office = server.office().await;
    office.contact(json!({"name": "Lea"})).await;
    for cursor in ["x", "-1", "+1", "1.5", "0x10", "99999999999999999999", "9223372036854775807", "2", "%00", "1%20OR%201=1", "1,2", "null"] {
        let refused = office.administrator.get(&format!("/webhook_events?after={cursor}")).await.invalid();
        assert_eq!(refused, ["after"], "{cursor}");
    }
    for limit in ["0", "501", "-1", "x", "1e2", "99999999999999999999", ""] {
        assert_eq!(office.administrator.get(&format!("/webhook_events?limit={limit}")).await.invalid(), ["limit"], "{limit}");
    }
    assert_eq!(office.administrator.get("/webhook_events?events[]=everything").await.invalid(), ["events"]);
    office.administrator.get("/webhook_events?format=xml").await.error(422);
    office.administrator.get("/webhook_events?after[]=1").await.error(422);
    for good in ["after=0&limit=500", "after=1&limit=1", "", "events[]=contact_created&events[]=contact_updated"] {
        office.administrator.get(&format!("/webhook_events?{good}")).await.ok();
    }
    server.finish().await;
}

#[actix_rt::test]
async fn large_bodies_make_short_pages_and_nothing_is_lost() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    server
        .write(|tx| {
            use diesel::RunQueryDsl;
            let long = format!("'{}'", "x".repeat(200_000));
            let (columns, digits) = ("account_id, name, payload, created_at", "(VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9))");
            let payload = format!("replace(payload, 'Hello', {long})");
            let copy = format!(
                "INSERT INTO events ({columns}) SELECT account_id, name, {payload}, events.created_at FROM events, {digits} AS a, {digits} AS b WHERE name = 3"
            );
            diesel::sql_query(copy).execute(tx.conn)?;
            Ok(())
        })
        .await;
    let page = office.administrator.get("/webhook_events?limit=500").await.ok();
    assert_eq!(page["meta"]["has_more"], true);
    let all = pull(&office, "limit=500", "0".into()).await;
    assert_eq!(all.len() as i64, server.count("SELECT count(*) AS number FROM events WHERE name < 14").await);
    assert!(all.len() > page["payload"].as_array().unwrap().len());
    server.finish().await;
}

#[actix_rt::test]
async fn a_test_arrives_signed_and_marked() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let documented = office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["contact_created"]})).await;
    let todays = office.webhook_with(json!({"url": receiver.url_of("/two"), "payload_format": "chatwoot"})).await;
    for event in names() {
        for Hook { id, secret } in [&documented, &todays] {
            let sent = office.administrator.post(&format!("/webhooks/{id}/test"), json!({"event": event})).await.ok()["payload"]["delivery"].clone();
            let told = (&sent["state"], &sent["response_status"], &sent["attempts"], &sent["test"], &sent["event"]);
            assert_eq!(told, (&json!("delivered"), &json!(200), &json!(1), &json!(true), &json!(event)));
            let request = receiver.received().pop().unwrap();
            assert_signed(&request, secret);
            assert_eq!((request.header("x-hookdesk-test"), request.header("webhook-id")), ("1", sent["delivery_id"].as_str().unwrap()));
            let body = request.json();
            assert_eq!(body["event"], event);
            let account = body.pointer("/account/name").or(body.pointer("/conversation/account/name"));
            assert_eq!(account, Some(&json!("Acme")));
            if let Some(place) = body.get("inbox") {
                assert_eq!(place, &json!({"id": inbox.id, "name": "Support"}));
            }
        }
    }
    let pulled = office.administrator.get("/webhook_events").await.ok();
    let heard: Vec<&Value> = pulled["payload"].as_array().unwrap().iter().map(|one| &one["event"]).collect();
    assert_eq!(heard, ["inbox_created"], "a test has not happened");
    let list = office.administrator.get("/webhooks").await.ok();
    assert_eq!(list["payload"]["webhooks"][0]["enabled"], true);
    // what really happens is not marked
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    let real = receiver.received().into_iter().filter(|request| !request.has("x-hookdesk-test")).count();
    assert_eq!(real, 2);
    server.finish().await;
}

#[actix_rt::test]
async fn a_test_is_tried_once_and_nothing_follows_from_it() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let Hook { id, .. } = office.webhook(&receiver.url()).await;
    let test = format!("/webhooks/{id}/test");
    for reply in [Reply::status(500), Reply::status(410), Reply::hang_up(), Reply::status(302)] {
        // (a connection that is closed when it is used again is opened anew within one try)
        receiver.always(reply);
        let sent = office.administrator.post(&test, json!({"event": "message_created"})).await.ok()["payload"]["delivery"].clone();
        assert_eq!((&sent["state"], &sent["attempts"]), (&json!("failed"), &json!(1)), "{sent}");
        assert!(sent["error"].is_string() && sent["error_message"].is_string(), "{sent}");
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM attempts").await, 4);
    assert_eq!(office.administrator.get("/webhooks").await.ok()["payload"]["webhooks"][0]["enabled"], true);
    // 410 to something that really happened turns it off; a test goes there all the same
    receiver.always(Reply::status(410));
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    assert_eq!(office.administrator.get("/webhooks").await.ok()["payload"]["webhooks"][0]["enabled"], false);
    receiver.always(Reply::ok());
    let before = receiver.received().len();
    let sent = office.administrator.post(&test, json!({"event": "contact_created"})).await.ok();
    assert_eq!(sent["payload"]["delivery"]["state"], "delivered");
    office.contact(json!({"name": "Max"})).await;
    server.settled().await;
    assert_eq!(receiver.received().len(), before + 1);
    server.finish().await;
}

/// As after a crash, or from a process that delivers nothing itself.
#[actix_rt::test]
async fn a_test_that_was_left_in_the_database_is_found_also_for_a_webhook_that_is_off() {
    use diesel::{ExpressionMethods, RunQueryDsl};
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let Hook { id, .. } = office.webhook(&receiver.url()).await;
    office.administrator.post(&format!("/webhooks/{id}/test"), json!({"event": "contact_created"})).await.ok();
    server
        .write(move |tx| {
            use schema::{deliveries::dsl as d, webhooks::dsl as w};
            let now = hookdesk::db::types::now();
            diesel::update(w::webhooks).set((w::turned_off_at.eq(now), w::turned_off_reason.eq(0_i16))).execute(tx.conn)?;
            let free = (d::state.eq(0_i16), d::due_at.eq(now), d::locked_until.eq(None::<chrono::NaiveDateTime>));
            diesel::update(d::deliveries).set(free).execute(tx.conn)?;
            Ok(())
        })
        .await;
    server.settled().await;
    assert_eq!(receiver.received().len(), 2);
    server.finish().await;
}

#[actix_rt::test]
async fn who_may_read_back_and_send_tests() {
    let server = Server::start().await;
    let office = server.office().await;
    let Hook { id, .. } = office.webhook("https://one.example/hook").await;
    let (test, said) = (format!("/webhooks/{id}/test"), json!({"event": "message_created"}));
    office.agent.get("/webhook_events").await.error(401);
    office.agent.post(&test, said.clone()).await.error(401);
    let stranger = server.another_office("b.").await;
    stranger.administrator.post(&test, said).await.error(404);
    assert_eq!(stranger.administrator.get("/webhook_events").await.ok()["payload"], json!([]));
    office.administrator.post("/webhooks/999/test", json!({"event": "message_created"})).await.error(404);
    assert_eq!(office.administrator.post(&test, json!({})).await.invalid(), ["event"]);
    office.administrator.post(&test, json!({"event": "everything"})).await.error(422);
    assert_eq!(server.count("SELECT count(*) AS number FROM deliveries").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn the_pages_show_every_event_and_lead_to_the_outcome_of_a_test() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    const WEBHOOKS: &str = "/app/accounts/1/settings/integrations/webhooks";
    let said = json!({"url": receiver.url(), "subscriptions": ["contact_created"]});
    visit.account.post("/webhooks", said).await.ok();
    let list = visit.get(&format!("{WEBHOOKS}/events")).await;
    assert_eq!(list.status, 200);
    for event in names() {
        assert!(list.text().contains(&format!("{WEBHOOKS}/events/{event}")), "{event}");
        for format in ["", "?format=documented", "?format=chatwoot", "?format=xml"] {
            let page = visit.get(&format!("{WEBHOOKS}/events/{event}{format}")).await;
            assert_eq!(page.status, 200);
            assert!(page.text().contains("additionalProperties"), "{event}");
        }
    }
    assert_eq!(visit.get(&format!("{WEBHOOKS}/events/everything")).await.status, 404);
    let token = visit.token(&format!("{WEBHOOKS}/1")).await;
    assert_eq!(visit.form(&format!("{WEBHOOKS}/1/test"), &[("event", "contact_created")]).await.status, 422, "without the token");
    for (reply, words) in [(Reply::ok(), "The test has arrived"), (Reply::status(500), "The test has not arrived")] {
        receiver.always(reply);
        let sent = visit.form(&format!("{WEBHOOKS}/1/test"), &[("csrf_token", &token), ("event", "contact_created")]).await;
        assert_eq!(sent.status, 303);
        let page = visit.get(sent.header("location").unwrap()).await.text();
        assert!(page.contains(words) && page.contains("X-Hookdesk-Test"), "{page}");
    }
    assert_eq!(visit.form(&format!("{WEBHOOKS}/1/test"), &[("csrf_token", &token), ("event", "everything")]).await.status, 422);
    server.finish().await;
}
