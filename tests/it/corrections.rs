//! Messages that are there: how far they got, sending them again, taking them back; and a conversation's files.
use crate::support::{File, Receiver, Reply, Server, until};
use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};

#[actix_rt::test]
async fn the_program_behind_an_api_inbox_says_how_far_a_message_got() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let id = office.agent.says(number, "Hello").await;
    let path = format!("/conversations/{number}/messages/{id}");
    let told = server
        .telling(async || {
            for (said, status, error) in [
                (json!({"status": "delivered"}), "delivered", Value::Null),
                (json!({"status": "delivered", "external_error": "x"}), "delivered", Value::Null),
                (json!({"status": "failed", "external_error": "no such number"}), "failed", json!("no such number")),
                (json!({"message": {"status": "read"}}), "read", Value::Null),
                (json!({"status": "delivered"}), "read", Value::Null),
                (json!({"status": "lost"}), "read", Value::Null),
                (json!({}), "read", Value::Null),
            ] {
                let drawn = office.agent.patch(&path, said.clone()).await.ok();
                assert_eq!((&drawn["status"], &drawn["content_attributes"]["external_error"]), (&json!(status), &error), "{said}");
                assert_eq!((&drawn["id"], &drawn["content"]), (&json!(id), &json!("Hello")));
            }
        })
        .await;
    let statuses: Vec<_> = told.iter().map(|told| (told.name, told.message, told.payload["content"].clone())).collect();
    assert_eq!(statuses, vec![("message_updated", Some(id), json!("Hello")); 3]);
    assert_eq!(office.agent.patch(&path, json!({"status": "failed", "external_error": "x".repeat(20_001)})).await.invalid(), ["external_error"]);
    office.agent.patch(&format!("/conversations/{number}/messages/999"), json!({"status": "read"})).await.error(404);
    // why it did not arrive is not for the visitor
    office.agent.patch(&path, json!({"status": "failed", "external_error": "10.2.3.4 refuses"})).await.ok();
    let read = visitor.get(&format!("/conversations/{number}/messages")).await.ok();
    assert!(read[0]["content"] == "Hello" && !read.to_string().contains("10.2.3.4"), "{read}");
    let site = office.website().await;
    let lea = office.contact(json!({"name": "Lea"})).await;
    let begun = office.agent.post("/conversations", json!({"inbox_id": site, "contact_id": lea, "message": {"content": "Hi"}})).await.ok();
    let of_site = format!("/conversations/{}/messages/{}", begun["id"], begun["messages"][0]["id"]);
    office.agent.patch(&of_site, json!({"status": "read"})).await.error(403);
    server.finish().await;
}

#[actix_rt::test]
async fn only_those_who_see_a_conversation_change_its_messages() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let other = visitor.begin().await;
    let id = office.agent.says(number, "Hello").await;
    let outsider = office.another_agent("Cleo", "cleo@acme.example").await;
    let stranger = server.another_office("b.").await;
    let path = format!("/conversations/{number}/messages/{id}");
    outsider.patch(&path, json!({"status": "read"})).await.error(401);
    outsider.delete(&path).await.error(401);
    outsider.post(&format!("{path}/retry"), json!({})).await.error(401);
    stranger.administrator.delete(&path).await.error(404);
    office.agent.delete(&format!("/conversations/{other}/messages/{id}")).await.error(404);
    office.agent.post(&format!("/conversations/{other}/messages/{id}/retry"), json!({})).await.error(404);
    assert_eq!(office.agent.get(&format!("/conversations/{number}/messages")).await.ok()["payload"][0]["content"], "Hello");
    server.finish().await;
}

#[actix_rt::test]
async fn a_message_is_taken_back() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let messages = format!("/conversations/{number}/messages");
    let file = File::new("attachments[]", "secret.txt", "text/plain", b"secret");
    let select = ("content_attributes", r#"{"items": [{"title": "A", "value": "a"}]}"#);
    let sent = office.agent.upload(&messages, &[("content", "Wrong one"), ("content_type", "input_select"), select], &[file]).await.ok();
    let path = format!("{messages}/{}", sent["id"]);
    let told = server
        .telling(async || {
            let left = office.agent.delete(&path).await.ok();
            crate::snapshot!("message_deleted", left);
            assert_eq!(office.administrator.delete(&path).await.ok()["content"], left["content"], "once is enough");
        })
        .await;
    assert_eq!(told.iter().map(|told| told.name).collect::<Vec<_>>(), ["message_updated"]);
    assert_eq!((&told[0].payload["content_attributes"], &told[0].payload["attachments"]), (&json!({"deleted": true}), &Value::Null));
    assert!(!told[0].payload.to_string().contains("Wrong one"));
    assert!(!visitor.get(&messages).await.text().contains("Wrong one"));
    assert_eq!(server.count("SELECT count(*) AS number FROM attachments").await, 0);
    office.agent.delete(&format!("{messages}/999")).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn what_has_failed_is_really_sent_again() {
    let server = Server::start().await;
    let office = server.office().await;
    let receiver = Receiver::open();
    let inbox = office.api_inbox_with(json!({"webhook_url": receiver.url()})).await;
    let (_, number) = office.conversation(&inbox).await;
    server.settled().await;
    receiver.always(Reply::status(500));
    let id = office.agent.says(number, "Hello").await;
    let path = format!("/conversations/{number}/messages");
    let status = async || {
        let list = office.agent.get(&path).await.ok();
        let list = list["payload"].as_array().unwrap().clone();
        list.into_iter().find(|message| message["id"] == id).unwrap()
    };
    until("the failure", async || (status().await["status"] == "failed").then_some(())).await;
    server.settled().await;
    receiver.always(Reply::ok());
    let before = receiver.received().len();
    let drawn = office.agent.post(&format!("{path}/{id}/retry"), json!({})).await.ok();
    assert_eq!((&drawn["status"], &drawn["content_attributes"]), (&json!("sent"), &json!({})));
    server.settled().await;
    let again: Vec<Value> = receiver.received().split_off(before).iter().map(|request| request.json()).collect();
    let created: Vec<_> = again.iter().filter(|body| body["event"] == "message_created").map(|body| body["id"].clone()).collect();
    assert_eq!(created, [json!(id)], "{again:?}");
    assert_eq!(status().await["status"], "sent");
    // what has not failed is not sent twice
    let told = server.telling(async || assert_eq!(office.agent.post(&format!("{path}/{id}/retry"), json!({})).await.ok()["status"], "sent")).await;
    assert!(told.is_empty());
    office.agent.post(&format!("{path}/999/retry"), json!({})).await.error(404);
    // also where nobody listens any more, or the log is forgotten
    server.write(|tx| Ok(sql_query("DELETE FROM deliveries").execute(tx.conn)?)).await;
    office.agent.patch(&format!("{path}/{id}"), json!({"status": "failed"})).await.ok();
    assert_eq!(office.agent.post(&format!("{path}/{id}/retry"), json!({})).await.ok()["status"], "sent");
    server.finish().await;
}

#[actix_rt::test]
async fn a_conversation_takes_200_messages_in_a_minute() {
    let server = Server::start_with(|config| config.rate_limits = true).await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    for n in 0..200 {
        visitor.says(number, &format!("M{n}")).await;
    }
    let path = format!("/conversations/{number}/messages");
    assert_eq!(office.agent.post(&path, json!({"content": "More"})).await.invalid(), ["base"]);
    assert_eq!(visitor.post(&path, json!({"content": "More"})).await.status, 422);
    let other = visitor.begin().await;
    office.agent.says(other, "Elsewhere").await;
    let aged = "UPDATE messages SET created_at = '2020-01-01 00:00:00'";
    server.write(move |tx| Ok(sql_query(aged).execute(tx.conn)?)).await;
    office.agent.says(number, "A minute later").await;
    server.finish().await;
}

#[actix_rt::test]
async fn a_conversations_files_are_listed() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}");
    let listed = async |query: &str| office.agent.get(&format!("{path}/attachments{query}")).await.ok();
    assert_eq!(listed("").await, json!({"meta": {"total_count": 0}, "payload": []}));
    let file = |name| File::new("attachments[]", name, "text/plain", b"a");
    visitor.upload(&format!("{path}/messages"), &[], &[file("first.txt"), file("second.txt")]).await.ok();
    office.agent.upload(&format!("{path}/messages"), &[("private", "true")], &[file("third.txt")]).await.ok();
    let all = listed("").await;
    assert_eq!(all["meta"], json!({"total_count": 3}));
    let authors: Vec<_> = all["payload"].as_array().unwrap().iter().map(|file| file["sender"]["type"].clone()).collect();
    assert_eq!(authors, ["user", "contact", "contact"], "the newest first");
    insta::assert_json_snapshot!("attachment_listed", crate::support::shown(&all["payload"][0]), {".data_url" => "[link]"});
    assert_eq!(listed("?page=2").await, json!({"meta": {"total_count": 3}, "payload": []}));
    server.finish().await;
}

#[actix_rt::test]
async fn when_a_message_was_written_elsewhere_is_kept() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}/messages");
    let sent = office.agent.post(&path, json!({"content": "Old", "external_created_at": 1_577_836_800})).await.ok();
    assert_eq!(sent["content_attributes"], json!({"external_created_at": 1_577_836_800}));
    office.agent.post(&path, json!({"content": "Old", "external_created_at": [1]})).await.error(422);
    office.agent.post(&path, json!({"content": " ", "external_created_at": 1_577_836_800})).await.error(422);
    server.finish().await;
}
