//! Files that are announced, brought by themselves and named in a message, as clients of ActiveStorage do it.
use crate::support::*;
use actix_web::http::Method;
use base64::{Engine, engine::general_purpose::STANDARD};
use diesel::{RunQueryDsl, sql_query};
use hookdesk::{files, storage::Storage};
use md5::{Digest, Md5};
use serde_json::{Value, json};

fn said(content: &[u8]) -> Value {
    let checksum = STANDARD.encode(Md5::digest(content));
    json!({"blob": {"filename": "../bill.pdf", "content_type": "application/pdf", "byte_size": content.len(), "checksum": checksum}})
}

/// Brings what was announced.
async fn bring(server: &Server, announced: &Value, content: &[u8]) -> Answer {
    let content_type = announced["direct_upload"]["headers"]["Content-Type"].as_str();
    server.anonymous().send(Method::PUT, server.path(&announced["direct_upload"]["url"]), content_type, content.to_vec()).await
}

/// How many files lie on the disk.
fn on_disk(server: &Server) -> usize {
    let shelves = std::fs::read_dir(server.config.data_dir.join("files")).into_iter().flatten();
    shelves.map(|shelf| std::fs::read_dir(shelf.unwrap().path()).unwrap().count()).sum()
}

#[actix_rt::test]
async fn a_file_is_announced_brought_and_sent() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let (door, messages) = (format!("/conversations/{number}/direct_uploads"), format!("/conversations/{number}/messages"));
    let content = b"%PDF-1.7 and much more".repeat(20_000);
    let announced = office.agent.post(&door, said(&content)).await.ok();
    assert_eq!((&announced["filename"], &announced["byte_size"]), (&json!("bill.pdf"), &json!(content.len())));
    assert!(announced["created_at"].is_string() && announced["id"].is_number() && announced["metadata"] == json!({}), "{announced}");
    let named = json!({"attachments": [announced["signed_id"]]});
    let early = office.agent.post(&messages, named.clone()).await.error(422);
    assert!(early.contains("is no uploaded file"), "{early}");
    let door_of_file = server.path(&announced["direct_upload"]["url"]);
    let page = server.anonymous().with("origin", "https://desk.example").with("access-control-request-method", "PUT");
    let asked = page.with("access-control-request-headers", "content-type").send(Method::OPTIONS, door_of_file, None, Vec::new()).await;
    assert_eq!((asked.status, asked.header("access-control-allow-origin")), (200, Some("https://desk.example")), "front ends elsewhere may bring it");
    for _ in 0..2 {
        let brought = bring(&server, &announced, &content).await;
        assert_eq!((brought.status, brought.body.len()), (204, 0));
    }
    assert_eq!(on_disk(&server), 1, "what is brought twice is kept once");
    let sent = office.agent.post(&messages, named.clone()).await.ok();
    let file = &sent["attachments"][0];
    assert_eq!((&file["content_type"], &file["file_size"], &file["extension"]), (&json!("application/pdf"), &json!(content.len()), &json!("pdf")));
    let link = server.path(&file["data_url"]);
    assert_eq!(server.anonymous().get(link).await.body, content);
    assert!(visitor.get(&messages).await.text().contains("bill.pdf"));
    let stranger = server.another_office("b.").await;
    let (_, theirs) = stranger.conversation(&stranger.api_inbox().await).await;
    stranger.agent.post(&format!("/conversations/{theirs}/messages"), named).await.error(422);
    // a flat body, and a name for a file of no type that is said
    let flat = json!({"filename": "notes.txt", "byte_size": 1, "checksum": STANDARD.encode(Md5::digest(b"n"))});
    let announced = office.agent.post(&door, flat).await.ok();
    assert_eq!(bring(&server, &announced, b"n").await.status, 204);
    let sent = office.agent.post(&messages, json!({"attachments": [announced["signed_id"]]})).await.ok();
    assert_eq!(sent["attachments"][0]["content_type"], "text/plain");
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_not_as_was_said_is_refused_and_leaves_nothing() {
    let server = Server::start_with(|config| config.upload_limit = 1).await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let door = format!("/conversations/{number}/direct_uploads");
    let edit = |key: &str, value: Value| {
        let mut said = said(b"right");
        said["blob"][key] = value;
        said
    };
    assert!(office.agent.post(&door, edit("byte_size", json!((1 << 20) + 1))).await.error(422).contains("larger than 1 MB"));
    for (key, value) in [("byte_size", json!(null)), ("byte_size", json!(-1)), ("checksum", json!("x")), ("checksum", json!("cmlnaHQ="))] {
        assert_eq!(office.agent.post(&door, edit(key, value.clone())).await.status, 422, "{key}: {value}");
    }
    assert_eq!(office.agent.post(&door, edit("content_type", json!("x".repeat(256)))).await.invalid(), ["content_type"]);
    office.agent.post("/conversations/999/direct_uploads", said(b"right")).await.error(404);
    let path = format!("/api/v1/accounts/{}{door}", office.account);
    server.anonymous().post(&path, said(b"right")).await.is(401);
    assert_eq!(server.count("SELECT count(*) AS number FROM direct_uploads").await, 0);

    let announced = office.agent.post(&door, said(b"right")).await.ok();
    for (wrong, why) in [(&b"wrong"[..], "checksum"), (b"righ", "as long as"), (b"right!", "as long as"), (b"", "as long as")] {
        let answer = bring(&server, &announced, wrong).await.error(422);
        assert!(answer.contains(why), "{answer}");
    }
    assert_eq!((on_disk(&server), server.count("SELECT count(*) AS number FROM blobs").await), (0, 0));
    assert_eq!(bring(&server, &announced, b"right").await.status, 204, "it can be brought again");
    let nowhere = json!({"direct_upload": {"url": format!("{}rails/active_storage/disk/nothing", server.config.public_url)}});
    bring(&server, &nowhere, b"right").await.error(404);
    let late = office.agent.post(&door, said(b"right")).await.ok();
    server.write(|tx| Ok(sql_query("UPDATE direct_uploads SET created_at = '2020-01-01 00:00:00'").execute(tx.conn)?)).await;
    bring(&server, &late, b"right").await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn what_no_message_names_is_forgotten() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(office.agent.post(&format!("/conversations/{number}/direct_uploads"), said(b"a")).await.ok());
    }
    for announced in &all[..2] {
        assert_eq!(bring(&server, announced, b"a").await.status, 204);
    }
    let sent = json!({"attachments": [all[0]["signed_id"]]});
    office.agent.post(&format!("/conversations/{number}/messages"), sent).await.ok();
    let storage = Storage::new(&server.config).unwrap();
    while files::sweep(&server.db, &storage).await.unwrap() {}
    assert_eq!(server.count("SELECT count(*) AS number FROM direct_uploads").await, 3);
    server.write(|tx| Ok(sql_query("UPDATE direct_uploads SET created_at = '2020-01-01 00:00:00'").execute(tx.conn)?)).await;
    server.write(|tx| Ok(sql_query("UPDATE blobs SET created_at = '2020-01-01 00:00:00'").execute(tx.conn)?)).await;
    while files::sweep(&server.db, &storage).await.unwrap() {}
    assert_eq!(server.count("SELECT count(*) AS number FROM direct_uploads").await, 0);
    assert_eq!((on_disk(&server), server.count("SELECT count(*) AS number FROM blobs").await), (1, 1));
    server.finish().await;
}
