//! The widget's API: what a visitor writes, brings and answers.
use crate::support::{File, Office, Server, Told, WidgetVisitor};
use actix_web::http::Method;
use base64::{Engine, engine::general_purpose::STANDARD};
use md5::{Digest, Md5};
use serde_json::{Value, json};

fn names(told: &[Told]) -> Vec<&str> {
    told.iter().map(|told| told.name).collect()
}

#[actix_rt::test]
async fn a_visitor_sees_what_is_meant_for_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let visitor = office.comes(&site).await;
    let first = visitor.says("One").await;
    let number = visitor.number().await;
    let answer = office.agent.says(number, "Two").await;
    let note = json!({"content": "A note", "private": true});
    let note = office.agent.post(&format!("/conversations/{number}/messages"), note).await.ok()["id"].as_i64().unwrap();
    office.administrator.post(&format!("/conversations/{number}/assignments"), json!({"assignee_id": office.agent.id})).await.ok();
    let third = visitor.says("Three").await;
    assert_eq!(visitor.sees().await, ["One", "Two", "Three"]);
    let page = async |query: &str| -> Vec<i64> {
        let listed = visitor.get(&format!("/messages?{query}")).await.ok();
        listed["payload"].as_array().unwrap().iter().map(|message| message["id"].as_i64().unwrap()).collect()
    };
    assert_eq!((page(&format!("before={third}")).await, page(&format!("after={first}")).await), (vec![first, answer], vec![answer, third]));
    assert_eq!(page(&format!("after={third}")).await, [0; 0]);
    // a reply is to something that they see
    let other = office.comes(&site).await;
    let elsewhere = other.says("Elsewhere").await;
    for (to, kept) in
        [(json!(answer), json!(answer)), (json!(answer.to_string()), json!(answer)), (json!(note), Value::Null), (json!(elsewhere), Value::Null)]
    {
        let said = visitor.post("/messages", json!({"message": {"content": "Reply", "reply_to": to}})).await.ok();
        assert_eq!(said["content_attributes"], json!({"in_reply_to": kept}), "{to}");
    }
    for nothing in [json!({}), json!({"message": {"content": " "}}), json!({"message": {"content": "x".repeat(150_001)}})] {
        visitor.post("/messages", nothing).await.error(422);
    }
    assert_eq!(other.sees().await, ["Elsewhere"]);
    server.finish().await;
}

#[actix_rt::test]
async fn two_first_messages_at_once_begin_one_conversation() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    office.administrator.post("/labels", json!({"title": "vip"})).await.ok();
    for _ in 0..5 {
        let visitor = office.comes(&site).await;
        let said = json!({"message": {"content": "Hello"}, "custom_attributes": {"order": 7}, "labels": ["vip", "unknown"]});
        let (one, other) = futures_util::future::join(visitor.post("/messages", said.clone()), visitor.post("/messages", said)).await;
        let (one, other) = (one.ok(), other.ok());
        assert_eq!(one["conversation_id"], other["conversation_id"]);
        assert_eq!(visitor.sees().await, ["Hello", "Hello"]);
        let seen = office.agent.sees(visitor.number().await).await;
        assert_eq!((&seen["labels"], &seen["custom_attributes"]), (&json!(["vip"]), &json!({"order": 7})));
    }
    server.finish().await;
}

#[actix_rt::test]
async fn two_who_show_the_same_token_are_one_visitor() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    for _ in 0..5 {
        let visitor = office.comes(&site).await;
        office.administrator.delete(&format!("/contacts/{}", visitor.id)).await.ok_and_empty();
        visitor.get("/contact").await.error(404);
        let (one, other) = futures_util::future::join(visitor.post("/config", json!({})), visitor.post("/config", json!({}))).await;
        let (one, other) = (one.ok(), other.ok());
        assert_eq!(one["contact"], other["contact"]);
        assert_ne!(one["contact"]["id"], visitor.id);
        assert_eq!(one["website_channel_config"]["auth_token"], visitor.token.as_str());
        assert_eq!(server.count("SELECT count(*) AS number FROM contacts").await, 1);
        office.administrator.delete(&format!("/contacts/{}", one["contact"]["id"])).await.ok_and_empty();
    }
    server.finish().await;
}

#[actix_rt::test]
async fn files_come_with_a_message_or_before_it() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let visitor = office.comes(&site).await;
    let file = |content_type: &'static str| File::new("message[attachments][]", "note.txt", content_type, b"note");
    let sent = visitor
        .upload("/messages", &[("message[referer_url]", "https://acme.example/"), ("message[timestamp]", "now")], &[file("text/plain")])
        .await
        .ok();
    assert_eq!((&sent["content"], &sent["attachments"][0]["file_type"]), (&Value::Null, &json!("file")));
    assert_eq!(server.anonymous().get(server.path(&sent["attachments"][0]["data_url"])).await.body, b"note");
    let seen = office.agent.sees(visitor.number().await).await;
    assert_eq!(seen["additional_attributes"]["referer"], "https://acme.example/");
    visitor.upload("/messages", &[], &[file("application/x-msdownload")]).await.error(422);
    // nobody brings files who has no session
    let upload = async |visitor: &WidgetVisitor| visitor.upload("/messages", &[("message[content]", "x")], &[file("text/plain")]).await;
    for token in ["x", &visitor.token[1..], &format!("{}x", visitor.token)] {
        upload(&visitor.with_token(token)).await.error(404);
    }
    let other_site = office.website_with(json!({})).await;
    upload(&visitor.on(&other_site)).await.error(404);
    // announced, brought and named
    let announced = json!({"blob": {"filename": "bill.pdf", "content_type": "application/pdf", "byte_size": 4, "checksum": STANDARD.encode(Md5::digest(b"bill"))}});
    let door = visitor.post("/direct_uploads", announced).await.ok();
    let named = json!({"message": {"attachments": [door["signed_id"]]}});
    visitor.post("/messages", named.clone()).await.error(422);
    let place = server.path(&door["direct_upload"]["url"]);
    assert_eq!(server.anonymous().send(Method::PUT, place, Some("application/pdf"), b"bill".to_vec()).await.status, 204);
    assert_eq!(visitor.post("/messages", named).await.ok()["attachments"][0]["content_type"], "application/pdf");
    for wrong in [
        json!({"blob": {"filename": "a.exe", "content_type": "application/x-msdownload", "byte_size": 4, "checksum": STANDARD.encode(Md5::digest(b"bill"))}}),
        json!({"blob": {"filename": "a.pdf", "byte_size": 4}}),
        json!({"blob": {"filename": "a.pdf", "byte_size": 41 << 20, "checksum": STANDARD.encode(Md5::digest(b"bill"))}}),
        json!({}),
    ] {
        visitor.post("/direct_uploads", wrong).await.error(422);
    }
    // what others have brought is not had by the key in its link
    let key = sent["attachments"][0]["data_url"].as_str().unwrap().split('/').nth_back(1).unwrap().to_owned();
    office.comes(&site).await.post("/messages", json!({"message": {"attachments": [key]}})).await.error(422);
    server.finish().await;
}

/// Somebody who has written, and what they are asked.
async fn asked(office: &Office) -> (WidgetVisitor, impl AsyncFn(&str, Value) -> i64) {
    let site = office.website_with(json!({})).await;
    let visitor = office.comes(&site).await;
    visitor.says("Hello").await;
    let (door, agent) = (format!("/conversations/{}/messages", visitor.number().await), office.agent.clone());
    let ask = async move |content_type: &str, attributes: Value| {
        let said = json!({"content": "?", "content_type": content_type, "content_attributes": attributes});
        agent.post(&door, said).await.ok()["id"].as_i64().unwrap()
    };
    (visitor, ask)
}

#[actix_rt::test]
async fn choices_and_forms_are_answered_as_they_ask() {
    let server = Server::start().await;
    let office = server.office().await;
    let (visitor, ask) = asked(&office).await;
    let choice = ask("input_select", json!({"items": [{"title": "Blue", "value": "blue"}, {"title": "Red", "value": "red"}]})).await;
    let submit = async |id: i64, values: Value| visitor.patch(&format!("/messages/{id}"), json!({"message": {"submitted_values": values}})).await;
    let blue = json!([{"title": "Blue", "value": "blue", "admin": true}]);
    let mut answered = Value::Null;
    let told = server.telling(async || answered = submit(choice, blue.clone()).await.ok()).await;
    assert_eq!(names(&told), ["message_updated"]);
    let kept = json!({"items": [{"title": "Blue", "value": "blue"}, {"title": "Red", "value": "red"}], "submitted_values": [{"title": "Blue", "value": "blue"}]});
    assert_eq!(
        (&told[0].payload["content_attributes"], &told[0].payload["content"], &answered["contact"]["id"]),
        (&kept, &json!("?"), &json!(visitor.id))
    );
    assert!(server.telling(async || drop(submit(choice, blue).await.ok())).await.is_empty(), "the same again changes nothing");
    for wrong in [json!([]), json!([{"value": "green"}]), json!([{"value": "blue"}, {"value": "red"}])] {
        assert_eq!(submit(choice, wrong).await.invalid(), ["submitted_values"]);
    }
    let items = json!([
        {"name": "mail", "label": "Email", "type": "email", "required": true},
        {"name": "size", "label": "Size", "type": "select", "options": [{"label": "S", "value": "s"}]},
        {"name": "zip", "label": "Zip", "type": "text", "pattern": "[0-9]{5}", "pattern_error": "has five digits"},
    ]);
    let form = ask("form", json!({"items": items, "button_label": "Send"})).await;
    let filled = json!([{"name": "mail", "value": "lea@example.org"}, {"name": "size", "value": "s"}, {"name": "role", "value": "admin"}]);
    let told = server.telling(async || drop(submit(form, filled).await.ok())).await;
    assert_eq!(names(&told), ["message_updated"]);
    let kept = json!([{"name": "mail", "value": "lea@example.org"}, {"name": "size", "value": "s"}]);
    assert_eq!(told[0].payload["content_attributes"]["submitted_values"], kept);
    for (wrong, why) in [
        (json!([]), "Email can't be blank"),
        (json!([{"name": "mail", "value": "lea"}]), "Email is no e-mail address"),
        (json!([{"name": "mail", "value": "lea@example.org"}, {"name": "size", "value": "xl"}]), "Size is none of the options"),
        (json!([{"name": "mail", "value": "lea@example.org"}, {"name": "zip", "value": "12"}]), "Zip has five digits"),
    ] {
        let refused = submit(form, wrong).await;
        assert_eq!((refused.invalid(), refused.json()["message"].as_str()), (vec!["submitted_values".to_owned()], Some(why)));
    }
    // what asks nothing, and what others are asked
    let cards = ask("cards", json!({"items": [{"title": "T", "actions": [{"type": "link", "text": "Open", "uri": "https://x.example"}]}]})).await;
    let (own, text) = (visitor.says("Mine").await, ask("text", json!({})).await);
    for id in [cards, own, text] {
        submit(id, json!([{"value": "x"}])).await.error(422);
    }
    let (stranger, _) = asked(&office).await;
    for id in [choice, form, 999_999, 0, -1] {
        let said = json!({"message": {"submitted_values": [{"value": "red"}]}, "content": "Changed", "status": "failed"});
        stranger.patch(&format!("/messages/{id}"), said).await.error(404);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_leaves_their_address_is_known_by_it() {
    let server = Server::start().await;
    let office = server.office().await;
    let (visitor, ask) = asked(&office).await;
    let field = ask("input_email", json!({})).await;
    let leave = async |contact: Value| visitor.patch(&format!("/messages/{field}"), json!({"contact": contact})).await;
    let told = server.telling(async || drop(leave(json!({"email": "Lea@Example.org", "name": "Lea"})).await.ok())).await;
    assert_eq!(names(&told), ["contact_updated", "message_updated"]);
    assert_eq!((&told[0].payload["email"], &told[0].payload["name"]), (&json!("lea@example.org"), &json!("Lea")));
    assert_eq!(told[1].payload["content_attributes"], json!({"submitted_email": "lea@example.org"}));
    assert_eq!(told[1].payload["conversation"]["meta"]["sender"]["email"], "lea@example.org");
    for wrong in [json!({}), json!({"email": "lea"}), json!({"email": ""}), json!({"email": "lea@example.org\r\nBcc: x"})] {
        assert_eq!(leave(wrong).await.invalid(), ["email"]);
    }
    // whoever is somebody already does not become somebody else, and is not told that the address is somebody's
    let other = office.contact(json!({"name": "Ida", "email": "ida@example.org"})).await;
    assert_eq!(leave(json!({"email": "ida@example.org"})).await.ok()["contact"]["email"], "ida@example.org");
    assert_eq!(office.agent.get(&format!("/contacts/{}", visitor.id)).await.ok()["payload"]["email"], "lea@example.org");
    assert_eq!(office.agent.get(&format!("/contacts/{other}")).await.ok()["payload"]["email"], "ida@example.org");
    // somebody new, whom the business knows by it: they are that contact from now on
    let (visitor, ask) = asked(&office).await;
    let field = ask("input_email", json!({})).await;
    let leave = async |contact: Value| visitor.patch(&format!("/messages/{field}"), json!({"contact": contact})).await;
    let known = office.contact(json!({"name": "Max known", "email": "max@example.org"})).await;
    let told = server.telling(async || assert_eq!(leave(json!({"email": "max@example.org"})).await.ok()["contact"]["id"], known)).await;
    assert_eq!(names(&told), ["contact_updated", "message_updated"]);
    let conversation = &told[1].payload["conversation"];
    assert_eq!((&conversation["meta"]["sender"]["id"], &conversation["contact_inbox"]["contact_id"]), (&json!(known), &json!(known)));
    assert_eq!((visitor.get("/contact").await.ok()["id"].clone(), visitor.sees().await.len()), (json!(known), 2));
    office.agent.get(&format!("/contacts/{}", visitor.id)).await.error(404);
    // by the client API as well
    let inbox = office.api_inbox().await;
    let (program, number) = office.conversation(&inbox).await;
    let said = json!({"content": "?", "content_type": "input_email"});
    let field = office.agent.post(&format!("/conversations/{number}/messages"), said).await.ok()["id"].clone();
    let path = format!("/conversations/{number}/messages/{field}");
    let answered = program.patch(&path, json!({"submitted_values": [{"name": "email", "value": "nia@example.org"}]})).await.ok();
    assert_eq!(answered["content_attributes"], json!({"submitted_email": "nia@example.org"}));
    assert_eq!(
        program.patch(&path, json!({"submitted_email": "pia@example.org"})).await.ok()["content_attributes"]["submitted_email"],
        "pia@example.org"
    );
    assert_eq!(program.get("").await.ok()["email"], "pia@example.org");
    server.finish().await;
}

#[actix_rt::test]
async fn a_survey_is_answered_in_the_widget() {
    let server = Server::start().await;
    let office = server.office().await;
    let (visitor, ask) = asked(&office).await;
    let survey = ask("input_csat", json!({"display_type": "emoji"})).await;
    let rate = |rating: Value| json!({"message": {"submitted_values": {"csat_survey_response": {"rating": rating, "feedback_message": "ok"}}}});
    let path = format!("/messages/{survey}");
    let told = server.telling(async || drop(visitor.patch(&path, rate(json!(5))).await.ok())).await;
    assert_eq!(names(&told), ["message_updated"]);
    let kept = json!({"csat_survey_response": {"rating": 5, "feedback_message": "ok"}});
    assert_eq!(told[0].payload["content_attributes"]["submitted_values"], kept);
    for wrong in [json!(0), json!(6), json!("x"), Value::Null] {
        visitor.patch(&path, rate(wrong)).await.error(422);
    }
    let given = office.administrator.get("/csat_survey_responses").await.ok();
    assert_eq!((&given[0]["rating"], &given[0]["feedback_message"], given.as_array().unwrap().len()), (&json!(5), &json!("ok"), 1));
    let sql = format!("UPDATE messages SET created_at = '2020-01-01 00:00:00' WHERE id = {survey}");
    server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(sql), tx.conn).map(drop)?)).await;
    visitor.patch(&path, rate(json!(4))).await.error(422);
    server.finish().await;
}
