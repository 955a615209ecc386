//! Files: from a message's form onto the disk, into every payload, and back through a link that nobody can guess.
use crate::support::*;
use actix_web::http::Method;
use diesel::{RunQueryDsl, sql_query};
use hookdesk::{files, storage::Storage};
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// A picture of 2 × 3 pixels, as far as its head says.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x06\0\0\0\xb9\xea\xde\x81\0\xff\xfe--parts-";

fn on_disk(server: &Server) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(&server.config.data_dir.join("files"), &mut found);
    found
}

#[actix_rt::test]
async fn a_visitors_picture_reaches_agents_and_receivers() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let receiver = Receiver::open();
    for (path, format) in [("/documented", "documented"), ("/chatwoot", "chatwoot")] {
        let hook = json!({"url": receiver.url_of(path), "subscriptions": ["message_created"], "payload_format": format});
        office.webhook_with(hook).await;
    }
    let messages = format!("/conversations/{number}/messages");
    let files = [File::new("attachments[]", "รูป 1.png", "image/png", PICTURE), File::new("attachments[]", "empty.txt", "text/plain", b"")];
    let sent = visitor.upload(&messages, &[("content", "Look")], &files).await.ok();
    let picture = &sent["attachments"][0];
    insta::assert_json_snapshot!("attachment", picture, {".data_url" => "[link]", ".thumb_url" => "[link]"});
    assert_eq!(sent["attachments"].as_array().unwrap().len(), 1, "an empty field is no file");
    assert_eq!(picture["thumb_url"], picture["data_url"]);

    let link = server.path(&picture["data_url"]);
    let file = server.anonymous().get(link).await;
    assert_eq!((file.status, file.body.as_slice()), (200, PICTURE));
    assert_eq!(file.header("content-type"), Some("image/png"));
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    let disposition = file.header("content-disposition").unwrap();
    assert!(disposition.starts_with("inline; filename=\"___ 1.png\"; filename*=UTF-8''%E0%B8%A3"), "{disposition}");
    assert!(file.header("cache-control").unwrap().contains("immutable"));
    let part = server.anonymous().with("range", "bytes=1-3").get(link).await;
    assert_eq!((part.status, part.body.as_slice()), (206, b"PNG".as_slice()));
    assert_eq!(server.anonymous().with("range", "bytes=999-").get(link).await.status, 416);
    let known = server.anonymous().with("if-none-match", file.header("etag").unwrap()).get(link).await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    let head = server.anonymous().send(Method::HEAD, link, None, Vec::new()).await;
    assert_eq!((head.status, head.header("content-type"), head.body.len()), (200, Some("image/png"), 0));

    let seen = office.agent.get(&messages).await.ok();
    assert_eq!(seen["payload"].as_array().unwrap().last().unwrap()["attachments"][0], *picture);
    let shown = office.agent.get(&format!("/conversations/{number}")).await.ok();
    assert_eq!(shown["messages"][0]["attachments"][0], *picture);
    let visible = visitor.get(&format!("/conversations/{number}")).await.ok();
    assert_eq!(visible["messages"].as_array().unwrap().last().unwrap()["attachments"][0], *picture);
    for received in receiver.wait_for(2).await {
        let body = received.json();
        assert_eq!(body["attachments"], sent["attachments"], "{}", received.path);
        assert_eq!(body["conversation"]["messages"][0]["attachments"], sent["attachments"], "{}", received.path);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn an_agent_sends_files_without_a_word() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let messages = format!("/conversations/{number}/messages");
    let files = [
        File::new("attachments[]", "../../evil.svg", "image/svg+xml", b"<svg onload='alert(1)'/>"),
        File::new("message[attachments][]", "page.html", "text/html", b"<script>alert(1)</script>"),
        File::new("attachments[]", "voice.ogg", "audio/ogg", b"OggS"),
        File::new("attachments[]", "sum.csv", "application/octet-stream", b"a,b"),
    ];
    let sent = office.agent.upload(&messages, &[("private", "false"), ("echo_id", "e")], &files).await.ok();
    let drawn = |key: &str| sent["attachments"].as_array().unwrap().iter().map(|file| file[key].clone()).collect::<Vec<_>>();
    assert_eq!((&sent["content"], drawn("file_type")), (&json!(null), vec![json!("file"), json!("file"), json!("audio"), json!("file")]));
    assert_eq!(drawn("transcribed_text"), [json!(null), json!(null), json!(""), json!(null)]);
    assert_eq!(drawn("content_type")[3], "text/csv", "a file whose sender does not know it is known by its name");
    for (index, name) in [(0, "evil.svg"), (1, "page.html")] {
        let file = server.anonymous().get(server.path(&sent["attachments"][index]["data_url"])).await;
        let disposition = file.header("content-disposition").unwrap();
        assert!(disposition.starts_with("attachment") && disposition.ends_with(name), "{disposition}");
        assert!(file.header("content-security-policy").unwrap().contains("sandbox"));
    }
    assert_eq!(visitor.get(&messages).await.ok().as_array().unwrap().last().unwrap()["attachments"], sent["attachments"]);
    // a note's files are as private as the note
    let note = office.agent.upload(&messages, &[("private", "true")], &[File::new("attachments[]", "n.txt", "text/plain", b"note")]).await.ok();
    assert_eq!(note["private"], true);
    assert!(!visitor.get(&messages).await.text().contains("n.txt"));
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_refused_leaves_no_file() {
    let server = Server::start_with(|config| config.upload_limit = 1).await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let messages = format!("/conversations/{number}/messages");
    let small = || File::new("attachments[]", "a.txt", "text/plain", b"a");
    let (fits, large) = (vec![b'x'; 1 << 20], vec![b'x'; (1 << 20) + 1]);
    let error = visitor.upload(&messages, &[], &[small(), File::new("attachments[]", "large.bin", "x/y", &large)]).await.error(422);
    assert!(error.contains("large.bin is larger than 1 MB"), "{error}");
    let many: Vec<File> = (0..16).map(|_| small()).collect();
    office.agent.upload(&messages, &[], &many).await.error(422);
    let stranger = visitor.below(format!("/public/api/v1/inboxes/{}/contacts/nobody", inbox.identifier));
    stranger.upload(&messages, &[], &[small()]).await.error_of_the_client_api(404);
    office.agent.upload("/conversations/999/messages", &[], &[small()]).await.error(404);
    office.agent.upload(&messages, &[("content_type", "cards")], &[small()]).await.error(422);
    // what is no file is not taken for one
    visitor.post(&messages, json!({"content": "x", "attachments": [{"key": "k", "filename": "/etc/passwd"}]})).await.error(422);
    office.agent.post(&messages, json!({"content": "x", "attachments": ["eyJfcmFpbHMi"]})).await.error(422);
    // a client that goes away in the middle
    let half = b"--parts\r\nContent-Disposition: form-data; name=\"attachments[]\"; filename=\"a\"\r\n\r\nhalf".to_vec();
    let cut = visitor.send(Method::POST, &messages, Some("multipart/form-data; boundary=parts"), half).await;
    assert_eq!(cut.status, 400);
    assert_eq!(server.count("SELECT count(*) AS number FROM messages").await, 0);
    assert_eq!(server.count("SELECT count(*) AS number FROM blobs").await, 0);
    assert_eq!(on_disk(&server), Vec::<PathBuf>::new());

    let sent = visitor.upload(&messages, &[], &[File::new("attachments[]", "fits.bin", "x/y", &fits)]).await.ok();
    assert_eq!(sent["attachments"][0]["file_size"], 1 << 20);
    for nothing in ["x", "..%2f..%2fhookdesk.db", "%00"] {
        assert_eq!(server.anonymous().get(&format!("/rails/active_storage/blobs/redirect/{nothing}/fits.bin")).await.status, 404, "{nothing}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn a_website_takes_only_known_kinds() {
    let server = Server::start().await;
    let office = server.office().await;
    let website = office.website().await;
    let contact = office.contact(json!({"name": "Lea"})).await;
    let begun = office.administrator.post("/conversations", json!({"inbox_id": website, "contact_id": contact})).await.ok();
    let messages = format!("/conversations/{}/messages", begun["id"]);
    let send = async |name, kind| office.administrator.upload(&messages, &[], &[File::new("attachments[]", name, kind, b"x")]).await;
    assert!(send("run.exe", "application/x-msdownload").await.error(422).contains("run.exe"));
    send("bill.pdf", "application/pdf").await.ok();
    assert_eq!(on_disk(&server).len(), 1);
    server.finish().await;
}

#[actix_rt::test]
async fn files_go_when_nothing_refers_to_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let storage = Storage::new(&server.config).unwrap();
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let file = || File::new("attachments[]", "a.txt", "text/plain", b"a");
    visitor.upload(&format!("/conversations/{number}/messages"), &[], &[file()]).await.ok();
    let another = office.api_inbox().await;
    let (visitor, number) = office.conversation(&another).await;
    let kept = visitor.upload(&format!("/conversations/{number}/messages"), &[], &[file()]).await.ok();
    // what a crash leaves behind: a file of which nobody knows
    let stray = storage.path("strayStrayStrayStrayStra");
    std::fs::create_dir_all(stray.parent().unwrap()).unwrap();
    std::fs::write(&stray, "stray").unwrap();
    office.administrator.delete(&format!("/inboxes/{}", inbox.id)).await;
    let sweep = async || {
        while files::sweep(&server.db, &storage).await.unwrap() {}
        files::sweep_strays(&server.db, &storage).await.unwrap();
    };
    sweep().await;
    assert_eq!(on_disk(&server).len(), 3, "for a day, everything stays");

    let yesterday = SystemTime::now() - Duration::from_secs(2 * 86_400);
    on_disk(&server).iter().for_each(|path| std::fs::File::open(path).unwrap().set_modified(yesterday).unwrap());
    let age = "UPDATE blobs SET created_at = '2020-01-01 00:00:00'";
    server.write(move |tx| Ok(sql_query(age).execute(tx.conn)?)).await;
    sweep().await;
    assert_eq!(on_disk(&server).len(), 1);
    assert_eq!(server.count("SELECT count(*) AS number FROM blobs").await, 1);
    assert_eq!(server.anonymous().get(server.path(&kept["attachments"][0]["data_url"])).await.body, b"a");
    server.finish().await;
}
