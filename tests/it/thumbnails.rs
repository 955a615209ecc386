//! Smaller pictures: what payloads link to, how they are made, and that they go with their file.
use crate::{profile::with_file, support::*};
use actix_web::http::Method;
use diesel::{RunQueryDsl, sql_query};
use hookdesk::{files, storage::Storage};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::{io::Cursor, path::PathBuf};

/// Stripes, which do not become nothing when they are packed.
fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let points = RgbImage::from_fn(width, height, |x, y| Rgb([(x % 256) as u8, (y % 256) as u8, 90]));
    DynamicImage::from(points).write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// What is kept beside the files.
fn kept(server: &Server) -> Vec<PathBuf> {
    let shelves = std::fs::read_dir(server.config.data_dir.join("files")).unwrap().map(|shelf| shelf.unwrap().path());
    let files = shelves.flat_map(|shelf| std::fs::read_dir(shelf).unwrap().map(|file| file.unwrap().path()));
    files.filter(|file| file.extension().is_some()).collect()
}

#[actix_rt::test]
async fn payloads_link_to_a_smaller_picture() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let receiver = Receiver::open();
    office.webhook_with(serde_json::json!({"url": receiver.url(), "subscriptions": ["message_created"]})).await;
    let (large, dot) = (picture(1000, 500, ImageFormat::Jpeg), picture(250, 9, ImageFormat::Png));
    let files = [
        File::new("attachments[]", "sea.jpg", "image/jpeg", &large),
        File::new("attachments[]", "dot.png", "image/png", &dot),
        File::new("attachments[]", "old.bmp", "image/bmp", b"BM"),
        File::new("attachments[]", "a.txt", "text/plain", b"a"),
    ];
    let sent = visitor.upload(&format!("/conversations/{number}/messages"), &[], &files).await.ok();
    let drawn = |at: usize, key: &str| sent["attachments"][at][key].clone();
    let link = drawn(0, "thumb_url");
    assert!(link.as_str().unwrap().ends_with("/thumb/sea.jpg"), "{link}");
    assert_eq!(drawn(1, "thumb_url"), drawn(1, "data_url"), "a small picture is its own preview");
    assert_eq!((drawn(2, "thumb_url"), drawn(3, "thumb_url")), (drawn(2, "data_url"), "".into()));
    assert_eq!(receiver.wait_for(1).await[0].json()["attachments"], sent["attachments"]);

    assert_eq!(kept(&server), Vec::<PathBuf>::new(), "nothing is made before somebody asks");
    let small = server.anonymous().get(server.path(&link)).await;
    assert_eq!((small.status, small.header("content-type"), small.header("x-content-type-options")), (200, Some("image/jpeg"), Some("nosniff")));
    let points = image::load_from_memory(&small.body).unwrap();
    assert_eq!((points.width(), points.height()), (250, 125));
    let made = kept(&server);
    assert_eq!(std::fs::read(&made[0]).unwrap(), small.body);
    let before = std::fs::metadata(&made[0]).unwrap().modified().unwrap();
    assert_eq!(server.anonymous().get(server.path(&link)).await.body, small.body);
    assert_eq!((kept(&server).len(), std::fs::metadata(&made[0]).unwrap().modified().unwrap()), (1, before), "it is made once");
    let known = server.anonymous().with("if-none-match", small.header("etag").unwrap()).get(server.path(&link)).await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    let head = server.anonymous().send(Method::HEAD, server.path(&link), None, Vec::new()).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    for nothing in ["x/thumb/sea.jpg", "..%2fx/thumb/sea.jpg", "x/large/sea.jpg"] {
        let path = format!("/rails/active_storage/representations/redirect/{nothing}");
        assert_eq!(server.anonymous().get(&path).await.status, 404, "{nothing}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn where_none_can_be_made_the_file_itself_is_shown() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let whole = picture(600, 600, ImageFormat::Png);
    let cut = &whole[..whole.len() / 2];
    let file = [File::new("attachments[]", "cut.png", "image/png", cut)];
    let sent = visitor.upload(&format!("/conversations/{number}/messages"), &[], &file).await.ok();
    let (link, whole) = (&sent["attachments"][0]["thumb_url"], &sent["attachments"][0]["data_url"]);
    for _ in 0..2 {
        let answer = server.anonymous().get(server.path(link)).await;
        assert_eq!((answer.status, answer.header("location")), (302, Some(server.path(whole))));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    assert_eq!(server.anonymous().get(server.path(whole)).await.body, cut);
    assert_eq!(kept(&server).len(), 1, "it is known that there is none");
    server.finish().await;
}

#[actix_rt::test]
async fn people_have_small_pictures_and_what_was_made_goes_with_its_file() {
    let server = Server::start().await;
    let office = server.office().await;
    let me = office.agent.below("/api/v1");
    let picture = picture(400, 800, ImageFormat::WebP);
    let profile = with_file(&me, Method::PUT, "/profile", "profile[avatar]", "image/webp", &picture).await.ok();
    let small = server.anonymous().get(server.path(&profile["avatar_url"])).await;
    let points = image::load_from_memory(&small.body).unwrap();
    assert_eq!((small.header("content-type"), points.width(), points.height()), (Some("image/jpeg"), 125, 250));
    me.delete("/profile/avatar").await.ok();
    server.write(|tx| Ok(sql_query("UPDATE blobs SET created_at = '2020-01-01 00:00:00'").execute(tx.conn)?)).await;
    let storage = Storage::new(&server.config).unwrap();
    while files::sweep(&server.db, &storage).await.unwrap() {}
    let left = std::fs::read_dir(server.config.data_dir.join("files")).unwrap();
    assert_eq!(left.flat_map(|shelf| std::fs::read_dir(shelf.unwrap().path()).unwrap()).count(), 0);
    assert_eq!(server.anonymous().get(server.path(&profile["avatar_url"])).await.status, 404);
    server.finish().await;
}
