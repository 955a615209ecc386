//! The client API: answers to forms, other sites, and what is not there.
use crate::{snapshot, support::Server};
use actix_web::http::Method;
use serde_json::{Value, json};

#[actix_rt::test]
async fn choices_and_forms_are_answered_with_known_keys_only() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let ask = async |content_type: &str, attributes: Value| {
        let said = json!({"content": "?", "content_type": content_type, "content_attributes": attributes});
        let sent = office.agent.post(&format!("/conversations/{number}/messages"), said).await.ok();
        format!("/conversations/{number}/messages/{}", sent["id"])
    };
    let choice = ask("input_select", json!({"items": [{"title": "Blue", "value": "blue"}, {"title": "Red", "value": "red"}]})).await;
    let said = json!({"submitted_values": [{"title": "Blue", "value": "blue", "admin": true}]});
    let mut answered = Value::Null;
    let told = server.telling(async || answered = visitor.patch(&choice, said.clone()).await.ok()).await;
    snapshot!("public_submitted", answered);
    assert_eq!(told.iter().map(|told| told.name).collect::<Vec<_>>(), ["message_updated"]);
    assert_eq!(told[0].payload["content_attributes"]["submitted_values"], json!([{"title": "Blue", "value": "blue"}]));
    // the same answer again changes nothing, and so tells nothing; another one replaces it
    assert_eq!(server.telling(async || drop(visitor.patch(&choice, said).await.ok())).await, []);
    let other = visitor.patch(&choice, json!({"submitted_values": {"value": "red"}})).await.ok();
    assert_eq!(other["content_attributes"]["submitted_values"], json!([{"title": "Red", "value": "red"}]));
    let survey = ask("input_csat", json!({"display_type": "emoji"})).await;
    let rate = |rating: Value| json!({"submitted_values": {"csat_survey_response": {"rating": rating, "feedback_message": "ok"}}});
    let rated = visitor.patch(&survey, rate(json!(5))).await.ok();
    assert_eq!(rated["content_attributes"]["submitted_values"], rate(json!(5))["submitted_values"]);
    for wrong in [json!(0), json!(6), json!("x"), json!(null), json!(1.5)] {
        visitor.patch(&survey, rate(wrong)).await.error(422);
    }
    for wrong in [json!({}), json!({"submitted_values": "blue"}), json!({"submitted_values": ["blue"]}), json!({"submitted_values": 1})] {
        visitor.patch(&choice, wrong).await.error(422);
    }
    for wrong in [json!([]), json!([{"value": "green"}]), json!([{"value": "blue"}, {"value": "red"}])] {
        assert_eq!(visitor.patch(&choice, json!({"submitted_values": wrong})).await.invalid(), ["submitted_values"]);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn notes_and_other_peoples_messages_cannot_be_answered() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let (_, other) = office.conversation(&inbox).await;
    let note = json!({"content": "Note", "private": true});
    let note = office.agent.post(&format!("/conversations/{number}/messages"), note).await.ok()["id"].clone();
    let elsewhere = office.agent.says(other, "Elsewhere").await;
    for id in [note, json!(elsewhere), json!(999)] {
        let path = format!("/conversations/{number}/messages/{id}");
        visitor.patch(&path, json!({"submitted_values": []})).await.error_of_the_client_api(404);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn any_site_may_call() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let door = format!("/public/api/v1/inboxes/{}", inbox.identifier);
    let site = server.anonymous().with("Origin", "https://shop.example");
    let answer = site.get(&door).await;
    answer.ok();
    assert!(matches!(answer.header("access-control-allow-origin"), Some("*" | "https://shop.example")));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    let preflight = site.with("Access-Control-Request-Method", "PATCH").with("Access-Control-Request-Headers", "content-type,x-anything");
    let answer = preflight.send(Method::OPTIONS, &format!("{door}/contacts/s"), None, Vec::new()).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("access-control-allow-methods").is_some_and(|methods| methods.contains("PATCH")), "{:?}", answer.headers);
    let allowed = answer.header("access-control-allow-headers").unwrap_or_default().to_ascii_lowercase();
    assert!(allowed == "*" || allowed.contains("x-anything"), "{allowed}");
    // errors are readable to the site, too
    let missing = site.get("/public/api/v1/inboxes/none/contacts/none").await;
    missing.error_of_the_client_api(404);
    assert!(missing.header("access-control-allow-origin").is_some());
    // and the agents' API is closed to it
    let closed = office.agent.with("Origin", "https://shop.example").get("/inboxes").await;
    assert_eq!(closed.header("access-control-allow-origin"), None);
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_not_there_is_told_by_status_alone() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let not_found = json!({"status": 404, "error": "Not Found"});
    let anonymous = server.anonymous();
    let door = format!("/public/api/v1/inboxes/{}", inbox.identifier);
    for path in [
        "/public/api/v1/inboxes/none".to_owned(),
        "/public/api/v1/inboxes/none/contacts/x".to_owned(),
        format!("{door}/contacts/none"),
        format!("{door}/contacts/none/conversations"),
        format!("{door}/contacts/{}/conversations/99", visitor.source_id),
        format!("{door}/contacts/{}/conversations/x", visitor.source_id),
        format!("{door}/nothing/here"),
    ] {
        assert_eq!(anonymous.get(&path).await.is(404), not_found, "{path}");
    }
    assert_eq!(anonymous.post("/public/api/v1/inboxes/none/contacts", json!({})).await.is(404), not_found);
    // a website's inbox has no such door
    office.website().await;
    let other = server.another_office("b.").await;
    let elsewhere = other.api_inbox().await;
    let path = format!("/public/api/v1/inboxes/{}/contacts/{}/conversations/{number}", elsewhere.identifier, visitor.source_id);
    assert_eq!(anonymous.get(&path).await.is(404), not_found);
    server.finish().await;
}
