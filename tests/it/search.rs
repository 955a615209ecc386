//! Searching: what was said and who is there, found by any part, before and after it is in the index.
use crate::{
    snapshot,
    support::{Caller, File, Server},
};
use serde_json::{Value, json};

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn texts(caller: &Caller, q: &str) -> Vec<String> {
    let found: Value = caller.get(&format!("/search/messages?q={}", encoded(q))).await.ok();
    found["payload"]["messages"].as_array().unwrap().iter().map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

async fn numbers(caller: &Caller, path: &str) -> Vec<i64> {
    let list: Value = caller.get(path).await.ok();
    let list = list["data"]["payload"].as_array().or(list["payload"]["conversations"].as_array()).or(list["payload"].as_array()).unwrap();
    list.iter().map(|found| found["id"].as_i64().unwrap()).collect()
}

const SAID: [&str; 6] = [
    "Is the ESPRESSO machine back in stock?",
    "โคมไฟที่ได้รับวันนี้ชำรุดครับ",
    "About the Äpfel order",
    "100% \"sure\" OR not (maybe*) \\ _x_",
    "価格はいくらですか",
    "ok",
];

#[actix_rt::test]
async fn what_was_said_is_found_by_any_part_of_it_in_any_language() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    for text in SAID {
        visitor.says(number, text).await;
    }
    for indexed in [false, true] {
        if indexed {
            server.index().await;
        }
        for (q, found) in [
            ("espresso mach", 0),
            ("PRES", 0),
            ("ชำรุด", 1),
            ("ที่ได้รับ", 1),
            ("äPFEL", 2),
            ("% \"sure\" OR", 3),
            ("\"sure\"", 3),
            ("(maybe*)", 3),
            ("\\ _x_", 3),
            ("いくら", 4),
            // too short for the index
            ("ok", 5),
            ("格", 4),
        ] {
            assert_eq!(texts(&office.agent, q).await, [SAID[found]], "{q} indexed: {indexed}");
            assert_eq!(numbers(&office.agent, &format!("/conversations?q={}", encoded(q))).await, [number], "{q} indexed: {indexed}");
        }
        // what has all the parts in another order, nothing, and what means something to databases
        for q in ["machine espresso", "order about", "zzz", "NEAR(a b)", "*", "text : abc", "^abc", "'; DROP TABLE messages; --", " "] {
            let found = texts(&office.agent, q).await;
            assert!(found.iter().all(|text| !q.trim().is_empty() && text.contains(q)), "{q}: {found:?}");
        }
    }
    office.agent.get(&format!("/search?q={}", "x".repeat(1001))).await.invalid();
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_gone_or_changed_is_not_found_any_more() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let (gone, changed) = (visitor.says(number, "Espresso, please").await, visitor.says(number, "Filter coffee, please").await);
    let lea = office.contact(json!({"name": "Lea Lindqvist", "email": "lea@lindqvist.example"})).await;
    server.index().await;
    assert_eq!(texts(&office.agent, "please").await.len(), 2);
    let contacts = async |q: &str| office.agent.get(&format!("/contacts/search?q={q}")).await.ok()["meta"]["count"].clone();
    assert_eq!(contacts("indqv").await, 1);
    office.agent.patch(&format!("/contacts/{lea}"), json!({"name": "Lea Berg", "email": "lea@berg.example"})).await.ok();
    server
        .write(move |tx| {
            use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
            use hookdesk::db::{schema::messages, types::MessageId};
            diesel::delete(messages::table.find(MessageId(gone))).execute(tx.conn)?;
            diesel::update(messages::table.find(MessageId(changed))).set(messages::content.eq("Tea, thanks")).execute(tx.conn)?;
            Ok(())
        })
        .await;
    for indexed in [false, true] {
        if indexed {
            server.index().await;
        }
        assert!(texts(&office.agent, "please").await.is_empty());
        assert_eq!(texts(&office.agent, "thanks").await, ["Tea, thanks"]);
        assert_eq!((contacts("indqv").await, contacts("BERG").await), (json!(0), json!(1)));
    }
    server.finish().await;
}

#[actix_rt::test]
async fn an_agent_finds_only_what_they_may_see() {
    let server = Server::start().await;
    let office = server.office().await;
    let (inbox, closed) = (office.api_inbox().await, office.api_inbox().await);
    let (visitor, open) = office.conversation(&inbox).await;
    visitor.says(open, "A secret word").await;
    let (visitor, hidden) = office.conversation(&closed).await;
    visitor.says(hidden, "Another secret word").await;
    office.administrator.patch("/inbox_members", json!({"inbox_id": closed.id, "user_ids": []})).await.ok();
    let other = server.another_office("b.").await;
    for indexed in [false, true] {
        if indexed {
            server.index().await;
        }
        for (q, parts) in [("secret", true), ("se", false)] {
            assert_eq!(texts(&office.agent, q).await, ["A secret word"], "{q} {parts}");
            assert_eq!(texts(&office.administrator, q).await.len(), 2);
            assert!(texts(&other.administrator, q).await.is_empty());
            assert_eq!(numbers(&office.agent, &format!("/conversations?q={q}")).await, [open]);
            assert_eq!(numbers(&office.agent, &format!("/conversations/search?q={q}")).await, [open]);
        }
        assert_eq!(numbers(&office.agent, "/search/conversations?q=Lea").await, [open]);
        assert_eq!(numbers(&office.administrator, "/search/conversations?q=Lea").await, [hidden, open]);
        assert_eq!(numbers(&office.administrator, &format!("/search/conversations?q={hidden}")).await, [hidden]);
        assert!(numbers(&other.administrator, "/search/conversations?q=Lea").await.is_empty());
    }
    let outsider = office.another_agent("Cleo", "cleo@acme.example").await;
    assert!(texts(&outsider, "secret").await.is_empty() && texts(&outsider, "se").await.is_empty());
    server.finish().await;
}

#[actix_rt::test]
async fn a_message_is_found_as_whole_as_its_conversation_shows_it() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}/messages");
    let files = [File::new("attachments[]", "order.txt", "text/plain", b"1 espresso")];
    visitor.upload(&path, &[("content", "My order is here")], &files).await.ok();
    let note = json!({"content": "An order indeed", "private": true, "content_attributes": {"seen": true}});
    office.agent.post(&path, note).await.ok();
    office.administrator.patch(&format!("/agents/{}", office.agent.id), json!({"auto_offline": false, "availability": "busy"})).await.ok();
    let mut found = office.agent.get("/search/messages?q=order").await.ok()["payload"]["messages"].as_array().unwrap().clone();
    assert_eq!(office.agent.get("/search?q=order").await.ok()["payload"]["messages"], json!(found));
    for message in &mut found {
        assert_eq!(message.as_object_mut().unwrap().remove("inbox").unwrap()["id"], inbox.id);
    }
    found.reverse();
    assert_eq!(office.agent.get(&path).await.ok()["payload"], json!(found));
    assert_eq!((&found[0]["attachments"][0]["file_type"], &found[0]["private"]), (&json!("file"), &json!(false)));
    assert_eq!((&found[1]["sender"]["availability_status"], &found[1]["private"]), (&json!("busy"), &json!(true)));
    server.finish().await;
}

#[actix_rt::test]
async fn the_answers_are_drawn_as_front_ends_read_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let about = json!({"name": "Lea Lindqvist", "email": "lea@lindqvist.example", "source_id": "lea"});
    let visitor = office.visitor(&inbox, about).await;
    let number = visitor.begin().await;
    visitor.says(number, "Lindqvist here, where is my order?").await;
    office.agent.says(number, "On its way, Ms Lindqvist.").await;
    office.administrator.post(&format!("/conversations/{number}/assignments"), json!({"assignee_id": office.agent.id})).await.ok();
    let found: Value = office.agent.get("/search?q=lindqvist").await.ok();
    snapshot!("search", found);
    for (part, key) in [("conversations", 1), ("contacts", 1), ("messages", 2), ("articles", 0)] {
        let alone: Value = office.agent.get(&format!("/search/{part}?q=lindqvist")).await.ok();
        assert_eq!(alone["payload"][part], found["payload"][part]);
        assert_eq!(alone["payload"].as_object().unwrap().len(), 1);
        assert_eq!(alone["payload"][part].as_array().unwrap().len(), key);
        let past: Value = office.agent.get(&format!("/search/{part}?q=lindqvist&page=2")).await.ok();
        assert_eq!(past["payload"][part], json!([]));
    }
    snapshot!("conversations_search", office.agent.get("/conversations/search?q=lindqvist").await.ok());
    let nothing = json!({"meta": {"mine_count": 0, "unassigned_count": 0, "all_count": 0}, "payload": []});
    assert_eq!(office.agent.get("/conversations/search?q=").await.ok(), nothing);
    server.finish().await;
}
