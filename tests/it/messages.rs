//! Messages: what agents may post, and how they page through them.
use crate::{
    snapshot,
    support::{Answer, Caller, Server},
};
use serde_json::{Value, json};

fn contents(list: &Value) -> Vec<&str> {
    list["payload"].as_array().unwrap().iter().map(|item| item["content"].as_str().unwrap()).collect()
}

async fn post(caller: &Caller, conversation: i64, said: Value) -> Answer {
    caller.post(&format!("/conversations/{conversation}/messages"), said).await
}

#[actix_rt::test]
async fn an_answer_comes_back_with_the_callers_echo() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let said = json!({"content": "How can I help?", "echo_id": "tmp-1", "source_id": "crm-7", "content_attributes": {"external": true}});
    snapshot!("message_outgoing", post(&office.agent, number, said).await.ok());
    let note = json!({"content": "Difficult customer", "private": true});
    snapshot!("message_private", post(&office.agent, number, note).await.ok());
    let incoming = json!({"content": "I wrote this by mail", "message_type": "incoming"});
    snapshot!("message_incoming", post(&office.agent, number, incoming).await.ok());
    snapshot!("messages_listed", office.agent.get(&format!("/conversations/{number}/messages")).await.ok());
    server.finish().await;
}

#[actix_rt::test]
async fn a_website_takes_no_incoming_message_from_an_agent() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website().await;
    let lea = office.contact(json!({"name": "Lea"})).await;
    let number = office.agent.post("/conversations", json!({"inbox_id": site, "contact_id": lea})).await.ok()["id"].as_i64().unwrap();
    post(&office.agent, number, json!({"content": "Hi", "message_type": "incoming"})).await.error(422);
    post(&office.agent, number, json!({"content": "Hi", "message_type": "activity"})).await.error(422);
    post(&office.agent, number, json!({"content": "Hi", "message_type": "outgoing"})).await.ok();
    assert_eq!(server.count("SELECT count(*) AS number FROM messages").await, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn windows_open_before_after_and_between() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let mut ids = Vec::new();
    for index in 0..24 {
        ids.push(visitor.says(number, &format!("M{index:02}")).await);
    }
    post(&office.agent, number, json!({"content": "Note", "private": true})).await.ok();
    let window = async |query: String| office.agent.get(&format!("/conversations/{number}/messages{query}")).await.ok();
    let named = |range: std::ops::Range<usize>| range.map(|index| format!("M{index:02}")).collect::<Vec<_>>();
    let latest = window(String::new()).await;
    assert_eq!(contents(&latest).len(), 20);
    assert_eq!(contents(&latest).last(), Some(&"Note"));
    for (query, expected) in [
        (format!("?before={}", ids[3]), named(0..3)),
        (format!("?before={}", ids[23]), named(3..23)),
        (format!("?before={}", ids[0]), vec![]),
        (format!("?after={}", ids[20]), [named(21..24), vec!["Note".into()]].concat()),
        (format!("?after={}&filter_internal_messages=true", ids[20]), named(21..24)),
        (format!("?after={}", i64::MAX), vec![]),
        (format!("?after={}&before={}", ids[2], ids[5]), named(2..5)),
        (format!("?after=&before={}", ids[1]), named(0..1)),
    ] {
        assert_eq!(contents(&window(query.clone()).await), expected, "{query}");
    }
    let refused = office.agent.get(&format!("/conversations/{number}/messages?before=x")).await;
    refused.error(422);
    server.finish().await;
}

#[actix_rt::test]
async fn after_gives_a_hundred_and_between_a_thousand() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let first = visitor.says(number, "First").await;
    for _ in 0..104 {
        visitor.says(number, "More").await;
    }
    let window = async |query: String| office.agent.get(&format!("/conversations/{number}/messages{query}")).await.ok();
    assert_eq!(contents(&window(format!("?after={first}")).await).len(), 100);
    assert_eq!(contents(&window(format!("?after={first}&before={}", i64::MAX)).await).len(), 105);
    server.finish().await;
}

#[actix_rt::test]
async fn each_content_type_takes_its_own_items_and_no_other_keys() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let action = json!({"type": "link", "text": "Open", "uri": "https://acme.example"});
    for (content_type, items) in [
        ("input_select", json!([{"title": "Blue", "value": "blue"}])),
        ("cards", json!([{"media_url": "https://acme.example/a.png", "title": "T", "description": "D", "actions": [action]}])),
        ("form", json!([{"name": "mail", "label": "Email", "type": "email", "placeholder": "you@example.org"}])),
        ("article", json!([{"title": "How to", "description": "…", "link": "https://acme.example"}])),
    ] {
        let send = async |attributes: Value| {
            let said = json!({"content": "Pick", "content_type": content_type, "content_attributes": attributes});
            post(&office.agent, number, said).await
        };
        let sent = send(json!({"items": items})).await.ok();
        assert_eq!((&sent["content_type"], &sent["content_attributes"]), (&json!(content_type), &json!({"items": items})));
        let mut more = items.clone();
        more[0]["onclick"] = json!("alert(1)");
        for wrong in [json!({"items": more}), json!({"items": []}), json!({"items": "x"}), json!({"items": [1]}), json!({"title": "x"})] {
            send(wrong).await.error(422);
        }
    }
    let card =
        |actions: Value| json!({"content": "c", "content_type": "cards", "content_attributes": {"items": [{"title": "T", "actions": actions}]}});
    for actions in [json!([]), json!(null), json!([{"type": "link", "href": "x"}]), json!(["x"])] {
        post(&office.agent, number, card(actions)).await.error(422);
    }
    post(&office.agent, number, json!({"content": "Hi", "content_type": "hologram"})).await.error(422);
    assert_eq!(server.count("SELECT count(*) AS number FROM messages").await, 4);
    server.finish().await;
}

#[actix_rt::test]
async fn a_reply_names_the_message_it_answers_by_either_id() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let (_, other) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}/messages");
    let question = visitor.post(&path, json!({"content": "Why?", "source_id": "wa-1"})).await.ok()["id"].clone();
    let elsewhere = office.agent.says(other, "Elsewhere").await;
    for (attributes, expected) in [
        (json!({"in_reply_to": question}), json!({"in_reply_to": question, "in_reply_to_external_id": "wa-1"})),
        (json!({"in_reply_to": question.to_string()}), json!({"in_reply_to": question, "in_reply_to_external_id": "wa-1"})),
        (json!({"in_reply_to_external_id": "wa-1"}), json!({"in_reply_to_external_id": "wa-1", "in_reply_to": question})),
        (json!({"in_reply_to": elsewhere}), json!({"in_reply_to": null})),
        (json!({"in_reply_to": 999}), json!({"in_reply_to": null})),
        (json!({"in_reply_to": "x"}), json!({"in_reply_to": "x"})),
    ] {
        let sent = post(&office.agent, number, json!({"content": "Because", "content_attributes": attributes})).await.ok();
        assert_eq!(sent["content_attributes"], expected, "{attributes}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn multipart_carries_texts_as_well_as_json_does() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}/messages");
    let fields = [
        ("content", "สวัสดี\r\nline two"),
        ("private", "true"),
        ("message_type", "outgoing"),
        ("content_attributes", r#"{"in_reply_to":null,"deep":{"a":[1]}}"#),
        ("echo_id", "e-1"),
    ];
    let sent = office.agent.multipart(&path, &fields).await.ok();
    assert_eq!((&sent["content"], &sent["private"]), (&json!("สวัสดี\r\nline two"), &json!(true)));
    assert_eq!((&sent["content_attributes"]["deep"], &sent["echo_id"]), (&json!({"a": [1]}), &json!("e-1")));
    let public = office.agent.multipart(&path, &[("content", "Hi"), ("private", "false")]).await.ok();
    assert_eq!(public["private"], false);
    let form = office.agent.form(&path, &[("message[content]", "Nested"), ("message[private]", "1")]).await.ok();
    assert_eq!((&form["content"], &form["private"]), (&json!("Nested"), &json!(true)));
    office.agent.multipart(&path, &[("content", "Look"), ("content_attributes", "{")]).await.error(422);
    assert_eq!(server.count("SELECT count(*) AS number FROM messages").await, 3);
    server.finish().await;
}

#[actix_rt::test]
async fn the_longest_text_is_kept_and_one_more_character_refused() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let longest = "ก".repeat(150_000);
    let path = format!("/conversations/{number}/messages");
    for caller in [&office.agent.caller, &visitor.caller] {
        let sent = caller.post(&path, json!({"content": longest})).await.ok();
        assert_eq!(sent["content"], longest.as_str());
        caller.post(&path, json!({"content": format!("{longest}x")})).await.error(422);
    }
    // escaped as \uXXXX it is still within the limit of a body
    let escaped = format!("{{\"content\":\"{}\"}}", "\\u0e01".repeat(150_000));
    let sent = office.agent.send(actix_web::http::Method::POST, &path, Some("application/json"), escaped.into_bytes()).await;
    assert_eq!(sent.ok()["content"], longest.as_str());
    assert_eq!(server.count("SELECT count(*) AS number FROM messages").await, 3);
    server.finish().await;
}

#[actix_rt::test]
async fn nul_is_dropped_and_every_other_character_kept() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let odd = "a\u{0}b \u{1}\u{7f}\u{feff}\u{202e}\u{2028}\u{10ffff} 👩‍👩‍👧 <b>&amp;</b> '\"\\ %s {{x}} ";
    let kept = odd.replace('\u{0}', "");
    let sent = visitor.post(&format!("/conversations/{number}/messages"), json!({"content": odd})).await.ok();
    assert_eq!(sent["content"], kept.as_str());
    let listed = office.agent.get(&format!("/conversations/{number}/messages")).await.ok();
    assert_eq!(contents(&listed), [kept.as_str()]);
    let attributes = json!({"content": "x", "content_attributes": {"a\u{0}b": ["\u{0}"]}});
    assert_eq!(post(&office.agent, number, attributes).await.ok()["content_attributes"], json!({"ab": [""]}));
    post(&office.agent, number, json!({"content": "\u{0}"})).await.error(422);
    server.finish().await;
}

#[actix_rt::test]
async fn what_says_nothing_is_refused() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    for said in [json!({}), json!({"content": ""}), json!({"content": "  \n"}), json!({"content": null}), json!({"content": {"a": 1}})] {
        post(&office.agent, number, said.clone()).await.error(422);
        visitor.post(&format!("/conversations/{number}/messages"), said).await.error(422);
    }
    // numbers and truth are texts to those who send them so
    assert_eq!(post(&office.agent, number, json!({"content": 42})).await.ok()["content"], "42");
    assert_eq!(server.count("SELECT count(*) AS number FROM messages").await, 1);
    server.finish().await;
}
