//! One's own picture, availability and token, and the account's settings: in the API and on pages.
use crate::{
    pages::{Visit, csrf_of},
    support::{Caller, File, Server, config, database::Place},
};
use actix_web::http::Method;
use hookdesk::app;
use serde_json::{Value, json};

/// A picture of 2 × 3 pixels, as far as its head says.
pub const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x06\0\0\0\xb9\xea\xde\x81\0\xff\xfe";

/// A form with one file, as a PUT or a PATCH.
pub async fn with_file(caller: &Caller, method: Method, path: &str, field: &str, content_type: &str, content: &[u8]) -> crate::support::Answer {
    let head = format!("--parts\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"me.png\"\r\nContent-Type: {content_type}\r\n\r\n");
    let body = [head.as_bytes(), content, b"\r\n--parts--\r\n"].concat();
    caller.send(method, path, Some("multipart/form-data; boundary=parts"), body).await
}

#[actix_rt::test]
async fn a_picture_stands_wherever_its_user_does() {
    let server = Server::start().await;
    let office = server.office().await;
    let ben = office.agent.below("");
    let profile = with_file(&ben, Method::PUT, "/api/v1/profile", "profile[avatar]", "image/png", PICTURE).await.ok();
    let link = profile["avatar_url"].clone();
    assert_eq!(server.anonymous().get(server.path(&link)).await.body, PICTURE);
    let agents = office.administrator.get("/agents").await.ok();
    assert_eq!((&agents[0]["thumbnail"], &agents[1]["thumbnail"]), (&json!(""), &link));
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let said = office.agent.post(&format!("/conversations/{number}/messages"), json!({"content": "Hello"})).await.ok();
    assert_eq!((&said["sender"]["avatar_url"], &said["sender"]["thumbnail"]), (&link, &link));
    for (content_type, content) in [("image/png", &b"no picture"[..]), ("image/svg+xml", PICTURE), ("text/html", PICTURE)] {
        let refused = with_file(&ben, Method::PUT, "/api/v1/profile", "profile[avatar]", content_type, content).await;
        assert_eq!(refused.invalid(), ["avatar"], "{content_type}");
    }
    assert_eq!(ben.get("/api/v1/profile").await.ok()["avatar_url"], link, "a refused one changes nothing");
    server.anonymous().delete("/api/v1/profile/avatar").await.is(401);
    assert_eq!(ben.delete("/api/v1/profile/avatar").await.ok()["avatar_url"], "");
    ben.post("/api/v1/profile/resend_confirmation", json!({})).await.ok_and_empty();
    server.finish().await;
}

#[actix_rt::test]
async fn a_telephone_is_among_the_custom_attributes() {
    let server = Server::start().await;
    let ben = server.office().await.agent.below("/api/v1");
    let put = async |phone: Value| ben.put("/profile", json!({"profile": {"phone_number": phone}})).await;
    assert_eq!(put(json!(" +66811111111")).await.ok()["custom_attributes"], json!({"phone_number": "+66811111111"}));
    assert_eq!(put(json!("0811111111")).await.invalid(), ["phone_number"]);
    let other = ben.put("/profile", json!({"display_name": "B."})).await.ok();
    assert_eq!(other["custom_attributes"], json!({"phone_number": "+66811111111"}), "what is not said stays");
    assert_eq!(ben.get("/profile").await.ok(), other);
    assert_eq!(put(Value::Null).await.ok().get("custom_attributes"), None);
    server.finish().await;
}

#[actix_rt::test]
async fn a_picture_is_found_after_the_server_has_moved() {
    let place = Place::new();
    let old = app::Server::start(config(&place)).await.unwrap();
    let (_, _, token) = crate::support::office::settle(&old.db, None, "Ada", "ada@acme.example", hookdesk::users::Role::Administrator, None).await;
    let ada = Caller::new(old.address.to_string()).with("api_access_token", &token);
    let before = with_file(&ada, Method::PATCH, "/api/v1/profile", "avatar", "image/png", PICTURE).await.ok()["avatar_url"].clone();
    let picture = [File::new("avatar", "shop.png", "image/png", PICTURE)];
    ada.upload("/api/v1/accounts/1/inboxes", &[("name", "Shop"), ("channel[type]", "api")], &picture).await.ok();
    old.stop().await;
    let (_, rest) = before.as_str().unwrap().split_once("/rails/").unwrap();
    // the second address is how the first one begins
    for address in ["https://desk.example:8443", "https://desk.example"] {
        let mut moved = config(&place);
        moved.public_url = address.parse().unwrap();
        let new = app::Server::start(moved).await.unwrap();
        let caller = ada.moved_to(&new.address.to_string());
        assert_eq!(caller.get("/api/v1/profile").await.ok()["avatar_url"], format!("{address}/rails/{rest}"));
        let inbox = caller.get("/api/v1/accounts/1/inboxes").await.ok()["payload"][0]["avatar_url"].clone();
        assert!(inbox.as_str().unwrap().starts_with(&format!("{address}/rails/")), "{inbox}");
        new.stop().await;
    }
}

#[actix_rt::test]
async fn a_profile_is_kept_on_its_page() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let page = visit.get("/app/profile").await.text();
    let csrf = csrf_of(&page);
    let csrf = ("csrf_token", csrf.as_str());
    let fields =
        [csrf, ("name", "Ada L"), ("display_name", "Countess"), ("email", "ada@acme.example"), ("locale", "en"), ("message_signature", "Yours")];
    assert_eq!(visit.form("/app/profile", &fields).await.status, 303);
    let profile = visit.account.below("/api/v1").get("/profile").await.ok();
    assert_eq!((&profile["available_name"], &profile["message_signature"]), (&json!("Countess"), &json!("Yours")));
    let long = "x".repeat(256);
    let refused = visit.form("/app/profile", &[csrf, ("name", "Ada"), ("email", "ada@acme.example"), ("display_name", &long)]).await;
    assert!(refused.status == 422 && refused.text().contains("at most 255 characters"), "{}", refused.text());
    let upload = async |visit: &Visit, csrf: (&str, &str), content: &[u8]| {
        visit.caller().upload("/app/profile/avatar", &[csrf], &[File::new("avatar", "me.png", "image/png", content)]).await
    };
    assert_eq!(upload(&visit, ("csrf_token", "x"), PICTURE).await.status, 422);
    let refused = upload(&visit, csrf, b"no picture").await;
    assert!(refused.status == 422 && refused.text().contains("Please choose a picture"), "{}", refused.text());
    assert_eq!(upload(&visit, csrf, PICTURE).await.status, 303);
    assert!(visit.get("/app/profile").await.text().contains("src=\"/rails/active_storage/"));
    assert_eq!(visit.form("/app/profile/avatar/delete", &[csrf]).await.status, 303);
    assert!(!visit.get("/app/profile").await.text().contains("src=\"/rails/"));
    let seen = [csrf, ("account_id", "1"), ("availability", "busy")];
    assert_eq!(visit.form("/app/profile/availability", &seen).await.status, 303);
    let profile = visit.account.below("/api/v1").get("/profile").await.ok();
    assert_eq!((&profile["accounts"][0]["availability"], &profile["accounts"][0]["auto_offline"]), (&json!("busy"), &json!(false)));
    assert_eq!(visit.form("/app/profile/availability", &[csrf, ("account_id", "9"), ("availability", "busy")]).await.status, 404);
    assert_eq!(visit.form("/app/profile/reset_access_token", &[csrf]).await.status, 303);
    visit.account.get("/agents").await.error(401);
    server.finish().await;
}

#[actix_rt::test]
async fn an_account_is_kept_on_its_page() {
    const PAGE: &str = "/app/accounts/1/settings/account";
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    let csrf = visit.token(PAGE).await;
    let csrf = ("csrf_token", csrf.as_str());
    let fields = [
        csrf,
        ("name", "Acme Ltd"),
        ("locale", "en"),
        ("payload_format", "chatwoot"),
        ("domain", "acme.example"),
        ("support_email", "help@acme.example"),
        ("auto_resolve_after", "90"),
        ("auto_resolve_message", "Bye"),
        ("auto_resolve_ignore_waiting", "1"),
    ];
    assert_eq!(visit.form(PAGE, &fields).await.status, 303);
    let account = visit.account.get("").await.ok();
    assert_eq!((&account["domain"], &account["support_email"]), (&json!("acme.example"), &json!("help@acme.example")));
    let settings = &account["settings"];
    assert_eq!((&settings["auto_resolve_after"], &settings["auto_resolve_message"]), (&json!(90), &json!("Bye")));
    assert_eq!((&settings["auto_resolve_label"], &settings["auto_resolve_ignore_waiting"]), (&Value::Null, &json!(true)));
    let page = visit.get(PAGE).await.text();
    assert!(page.contains("value=\"90\"") && page.contains("acme.example"), "{page}");
    for (field, wrong, words) in [
        ("auto_resolve_after", "9", "from 10 to 1439856"),
        ("support_email", "help", "Please enter a valid e-mail address"),
        ("domain", &*"x".repeat(101), "at most 100 characters"),
        ("name", " ", "Please fill this in"),
    ] {
        let mut said = fields.to_vec();
        said.push((field, wrong));
        let refused = visit.form(PAGE, &said).await;
        assert!(refused.status == 422 && refused.text().contains(words), "{field}: {}", refused.text());
    }
    let kept = [csrf, ("name", "Acme Ltd"), ("locale", "en")];
    assert_eq!(visit.form(PAGE, &kept).await.status, 303);
    let changed = visit.account.patch("", json!({"timezone": "Asia/Bangkok", "industry": "Retail"})).await.ok();
    assert_eq!(changed["settings"]["auto_resolve_after"], Value::Null);
    assert!(changed.get("latest_chatwoot_version").is_none() && visit.account.get("").await.ok().get("latest_chatwoot_version").is_some());
    server.finish().await;
}
