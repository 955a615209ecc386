//! Files in a bucket of S3-compatible storage: the same to everybody who sends and fetches them.
use crate::support::{
    bucket::{Bucket, Object},
    *,
};
use actix_web::http::Method;
use chrono::{Duration, Utc};
use diesel::{RunQueryDsl, sql_query};
use hookdesk::{files, storage::Storage};
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::json;
use std::io::Cursor;

/// How many files lie on this disk, on their way to the bucket or for good.
fn here(server: &Server) -> usize {
    let folders = ["files", "incoming"].map(|folder| std::fs::read_dir(server.config.data_dir.join(folder)));
    let shelves = folders.into_iter().flatten().flatten();
    shelves.map(|shelf| std::fs::read_dir(shelf.unwrap().path()).unwrap().count()).sum()
}

#[actix_rt::test]
async fn a_file_goes_into_the_bucket_and_comes_back() {
    let bucket = Bucket::open().await;
    let server = Server::start_with(|config| bucket.set(config)).await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let messages = format!("/conversations/{number}/messages");
    let content: Vec<u8> = (0..3_000_000u32).map(|at| (at % 251) as u8).collect();
    let files = [File::new("attachments[]", "all of it.bin", "application/x-all", &content), File::new("attachments[]", "é.txt", "text/plain", b"e")];
    let sent = visitor.upload(&messages, &[], &files).await.ok();
    assert_eq!((bucket.objects().len(), here(&server)), (2, 0));
    assert!(bucket.objects().keys().all(|name| name.starts_with("help/") && name.len() == "help/ab/".len() + 24), "names as in a folder");
    let link = server.path(&sent["attachments"][0]["data_url"]);
    let file = server.anonymous().get(link).await;
    assert_eq!((file.status, file.header("content-type"), file.body == content), (200, Some("application/x-all"), true));
    assert_eq!((file.header("x-content-type-options"), file.header("content-length")), (Some("nosniff"), Some("3000000")));
    assert!(file.header("content-disposition").unwrap().starts_with("attachment; filename=\"all of it.bin\""));
    let part = server.anonymous().with("range", "bytes=251-253").get(link).await;
    assert_eq!((part.status, part.body.as_slice(), part.header("content-range")), (206, &[0, 1, 2][..], Some("bytes 251-253/3000000")));
    let beyond = server.anonymous().with("range", "bytes=3000000-").get(link).await;
    assert_eq!((beyond.status, beyond.header("content-range")), (416, Some("bytes */3000000")));
    let known = server.anonymous().with("if-none-match", file.header("etag").unwrap()).get(link).await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    let head = server.anonymous().send(Method::HEAD, link, None, Vec::new()).await;
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, Some("3000000"), 0));
    server.finish().await;
    bucket.close().await;
}

#[actix_rt::test]
async fn smaller_pictures_are_kept_in_the_bucket_too() {
    let bucket = Bucket::open().await;
    let server = Server::start_with(|config| bucket.set(config)).await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let mut picture = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::new(500, 1000)).write_to(&mut picture, ImageFormat::Png).unwrap();
    let picture = picture.into_inner();
    let file = [File::new("attachments[]", "night.png", "image/png", &picture)];
    let sent = visitor.upload(&format!("/conversations/{number}/messages"), &[], &file).await.ok();
    let file = &sent["attachments"][0];
    assert_eq!((&file["width"], &file["height"]), (&json!(500), &json!(1000)));
    for _ in 0..2 {
        let small = server.anonymous().get(server.path(&file["thumb_url"])).await;
        let points = image::load_from_memory(&small.body).unwrap();
        assert_eq!((small.status, points.width(), points.height()), (200, 125, 250));
        assert_eq!((bucket.objects().keys().filter(|name| name.ends_with(".thumb")).count(), here(&server)), (1, 0));
    }
    server.finish().await;
    bucket.close().await;
}

#[actix_rt::test]
async fn downloads_may_be_sent_to_the_bucket_itself() {
    let bucket = Bucket::open().await;
    let server = Server::start_with(|config| {
        bucket.set(config);
        config.storage.as_mut().unwrap().bucket.redirects = true;
    })
    .await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let large = "a,b\n".repeat(100_000).into_bytes();
    let files = [File::new("attachments[]", "a.csv", "text/csv", &large), File::new("attachments[]", "b.csv", "text/csv", b"b")];
    let sent = visitor.upload(&format!("/conversations/{number}/messages"), &[], &files).await.ok();
    let small = server.anonymous().get(server.path(&sent["attachments"][1]["data_url"])).await;
    assert_eq!((small.status, small.body.as_slice()), (200, &b"b"[..]), "what is small is not worth a redirect");
    let answer = server.anonymous().get(server.path(&sent["attachments"][0]["data_url"])).await;
    let there = answer.header("location").unwrap().strip_prefix(&format!("http://{}", bucket.address)).unwrap().to_owned();
    assert_eq!(answer.status, 302);
    assert!(there.contains("X-Amz-Expires=300") && there.contains("response-content-disposition=attachment"), "{there}");
    let file = server.anonymous().moved_to(&bucket.address.to_string()).get(&there).await;
    assert_eq!((file.status, file.header("content-type"), file.body == large), (200, Some("text/csv"), true));
    server.finish().await;
    bucket.close().await;
}

#[actix_rt::test]
async fn while_the_bucket_fails_nothing_is_stored_and_nothing_lost() {
    let bucket = Bucket::open().await;
    let server = Server::start_with(|config| bucket.set(config)).await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let messages = format!("/conversations/{number}/messages");
    let file = || [File::new("attachments[]", "a.txt", "text/plain", b"a")];
    let sent = visitor.upload(&messages, &[], &file()).await.ok();
    let link = server.path(&sent["attachments"][0]["data_url"]);
    bucket.fail(true);
    for _ in 0..2 {
        let refused = visitor.upload(&messages, &[("content", "With a file")], &file()).await;
        refused.error(503);
        assert_eq!(server.anonymous().get(link).await.status, 503);
    }
    assert_eq!((here(&server), server.count("SELECT count(*) AS number FROM messages").await), (0, 1));
    visitor.post(&messages, json!({"content": "Without one"})).await.ok();
    bucket.fail(false);
    assert_eq!(server.anonymous().get(link).await.body, b"a");
    visitor.upload(&messages, &[], &file()).await.ok();
    server.finish().await;
    bucket.close().await;
}

#[actix_rt::test]
async fn a_bucket_that_is_not_there_stops_nothing_that_needs_no_file() {
    let bucket = Bucket::open().await;
    let server = Server::start_with(|config| bucket.set(config)).await;
    bucket.close().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let messages = format!("/conversations/{number}/messages");
    let refused = visitor.upload(&messages, &[("content", "With a file")], &[File::new("attachments[]", "a.txt", "text/plain", b"a")]).await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    visitor.post(&messages, json!({"content": "Without one"})).await.ok();
    assert_eq!((here(&server), server.count("SELECT count(*) AS number FROM messages").await), (0, 1));
    server.finish().await;
}

#[actix_rt::test]
async fn tables_and_direct_uploads_go_by_the_bucket_too() {
    let bucket = Bucket::open().await;
    let server = Server::start_with(|config| bucket.set(config)).await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let table = [File::new("import_file", "contacts.csv", "text/csv", b"name,email\nLea,lea@example.org\n")];
    let import = job_of(&office.administrator.upload("/contacts/import", &[], &table).await);
    assert_eq!(ended(&office.administrator, &import).await["created"], 1);
    // what is done with is swept away after a day
    assert_eq!(server.count("SELECT count(*) AS number FROM contact_jobs WHERE source_blob_id IS NOT NULL").await, 0);
    let export = job_of(&office.administrator.post("/contacts/export", json!({"column_names": ["name"]})).await);
    let file = ended(&office.administrator, &export).await["file_url"].clone();
    assert_eq!(server.anonymous().get(server.path(&file)).await.text(), "\u{feff}name\nLea\n");
    let said = json!({"filename": "a.txt", "byte_size": 1, "checksum": "DMF1ucDxtqgxw5niaXcmYQ=="});
    let announced = office.agent.post(&format!("/conversations/{number}/direct_uploads"), said).await.ok();
    let door = server.path(&announced["direct_upload"]["url"]);
    assert_eq!(server.anonymous().send(Method::PUT, door, None, b"a".to_vec()).await.status, 204);
    let sent = office.agent.post(&format!("/conversations/{number}/messages"), json!({"attachments": [announced["signed_id"]]})).await.ok();
    assert_eq!(server.anonymous().get(server.path(&sent["attachments"][0]["data_url"])).await.body, b"a");
    assert_eq!((bucket.objects().len(), here(&server)), (3, 0));
    server.finish().await;
    bucket.close().await;
}

#[actix_rt::test]
async fn what_nothing_refers_to_goes_from_the_bucket() {
    let bucket = Bucket::open().await;
    let server = Server::start_with(|config| bucket.set(config)).await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let messages = format!("/conversations/{number}/messages");
    let file = || [File::new("attachments[]", "a.txt", "text/plain", b"a")];
    office.agent.upload("/conversations/999/messages", &[], &file()).await.error(404);
    until("the file of a refused message to go", async || bucket.objects().is_empty().then_some(())).await;
    visitor.upload(&messages, &[], &file()).await.ok();
    office.agent.upload("/upload", &[], &[File::new("attachment", "b.txt", "text/plain", b"b")]).await.ok();
    let old = Object { content: b"stray".to_vec(), written: Utc::now() - Duration::days(2) };
    bucket.put("help/st/strayStrayStrayStrayStra", old.clone());
    bucket.put("help/st/strayStrayStrayStrayStra.thumb", old.clone());
    bucket.put("others/st/strayStrayStrayStrayStra", old.clone());
    bucket.put("help/notes/strayStrayStrayStrayStra", old);
    bucket.put("help/yo/youngYoungYoungYoungYoun", Object { content: b"young".to_vec(), written: Utc::now() });
    server.write(|tx| Ok(sql_query("UPDATE blobs SET created_at = '2020-01-01 00:00:00'").execute(tx.conn)?)).await;
    let storage = Storage::new(&server.config).unwrap();
    while files::sweep(&server.db, &storage).await.unwrap() {}
    files::sweep_strays(&server.db, &storage).await.unwrap();
    let left: Vec<String> = bucket.objects().into_keys().collect();
    assert_eq!(left.len(), 4, "{left:?}");
    for stays in ["others/st/strayStrayStrayStrayStra", "help/notes/strayStrayStrayStrayStra", "help/yo/youngYoungYoungYoungYoun"] {
        assert!(left.contains(&stays.to_owned()), "{stays}: {left:?}");
    }
    server.finish().await;
    bucket.close().await;
}
