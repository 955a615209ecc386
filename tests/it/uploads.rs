//! Files that are uploaded first and named in a message later.
use crate::support::{File, Receiver, Reply, Server};
use serde_json::json;

#[actix_rt::test]
async fn a_file_is_uploaded_and_then_sent() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let file = || File::new("attachment", "bill.pdf", "application/pdf", b"%PDF");
    let stored = office.agent.upload("/upload", &[], &[file()]).await.ok();
    let link = stored["file_url"].as_str().unwrap();
    let path = link.strip_prefix(server.config.public_url.as_str().trim_end_matches('/')).unwrap();
    assert_eq!(server.anonymous().get(path).await.body, b"%PDF");
    let messages = format!("/conversations/{number}/messages");
    let sent = office.agent.post(&messages, json!({"attachments": [stored["blob_id"]]})).await.ok();
    assert_eq!((&sent["attachments"][0]["data_url"], &sent["attachments"][0]["file_size"]), (&stored["file_url"], &json!(4)));
    assert!(visitor.get(&messages).await.text().contains("bill.pdf"));
    // beside one that comes with the form
    let id = stored["blob_id"].as_str().unwrap();
    let with = File::new("attachments[]", "note.txt", "text/plain", b"n");
    let both = office.agent.upload(&messages, &[("attachments[]", id)], &[with]).await.ok();
    assert_eq!(both["attachments"].as_array().unwrap().len(), 2);

    let stranger = server.another_office("b.").await;
    let theirs = stranger.agent.upload("/upload", &[], &[file()]).await.ok()["blob_id"].clone();
    for wrong in [json!([theirs]), json!(["nothing"]), json!([{"id": 1}]), json!(vec![id; 16])] {
        office.agent.post(&messages, json!({"content": "x", "attachments": wrong})).await.error(422);
    }
    office.agent.upload("/upload", &[], &[]).await.error(422);
    office.agent.upload("/upload", &[], &[file(), file()]).await.error(422);
    office.agent.post("/upload", json!({"attachment": "x"})).await.error(422);
    let door = format!("/api/v1/accounts/{}/upload", office.account);
    server.anonymous().upload(&door, &[], &[file()]).await.is(401);
    server.anonymous().with("api_access_token", &stranger.agent.token).upload(&door, &[], &[file()]).await.error(401);
    // a website's visitor gets what their browser is likely to know, whenever it was uploaded
    let site = office.website().await;
    let lea = office.contact(json!({"name": "Lea"})).await;
    let number = office.agent.post("/conversations", json!({"inbox_id": site, "contact_id": lea})).await.ok()["id"].clone();
    let program = File::new("attachment", "run.exe", "application/x-msdownload", b"MZ");
    let program = office.agent.upload("/upload", &[], &[program]).await.ok()["blob_id"].clone();
    office.agent.post(&format!("/conversations/{number}/messages"), json!({"attachments": [program]})).await.error(422);
    server.finish().await;
}

#[actix_rt::test]
async fn a_file_is_fetched_from_where_it_lies() {
    let server = Server::start_with(|config| config.upload_limit = 1).await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let elsewhere = Receiver::open();
    let fetch = async |path: &str| office.administrator.post("/upload", json!({"external_url": elsewhere.url_of(path)})).await;
    elsewhere.next(Reply::status(302).header("Location", "/files/a%20b.png")).next(Reply::ok().body("picture"));
    let stored = fetch("/old").await.ok();
    let messages = format!("/conversations/{number}/messages");
    let sent = office.agent.post(&messages, json!({"attachments": [stored["blob_id"]]})).await.ok();
    let file = &sent["attachments"][0];
    assert_eq!((&file["content_type"], &file["file_type"], &file["file_size"]), (&json!("image/png"), &json!("image"), &json!(7)));
    assert!(file["data_url"].as_str().unwrap().ends_with("/a%20b.png"), "{file}");
    let paths: Vec<String> = elsewhere.received().iter().map(|request| request.path.clone()).collect();
    assert_eq!(paths, ["/old", "/files/a%20b.png"]);

    for (reply, why) in [
        (Reply::status(404), "404"),
        (Reply::hang_up(), "external_url"),
        (Reply::ok().body(""), "empty"),
        (Reply::endless(), "larger than 1 MB"),
        (Reply::status(302).header("Location", "http://10.0.0.1/"), "not a public"),
    ] {
        elsewhere.next(reply);
        let answer = fetch("/x").await.error(422);
        assert!(answer.contains(why) && !answer.contains("10.0.0.1"), "{answer}");
    }
    // what the operator allows to webhooks, administrators alone may read
    let answer = office.agent.post("/upload", json!({"external_url": elsewhere.url()})).await.error(422);
    assert_eq!((answer.as_str(), elsewhere.received().len()), ("external_url: leads to an address that is not a public one", 7));
    for url in ["ftp://files.example/a", "a.png", "http://10.0.0.1/", ""] {
        office.agent.post("/upload", json!({"external_url": url})).await.error(422);
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM blobs").await, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn uploads_are_limited() {
    let server = Server::start_with(|config| config.rate_limits = true).await;
    let office = server.office().await;
    let file = || File::new("attachment", "a.txt", "text/plain", b"a");
    for _ in 0..60 {
        office.agent.upload("/upload", &[], &[file()]).await.ok();
    }
    let refused = office.administrator.upload("/upload", &[], &[file()]).await;
    assert_eq!((refused.status, refused.header("content-type")), (429, Some("text/plain")));
    server.finish().await;
}
