//! What a website loads: the script, and the frame with what it needs to start.
use crate::support::{Caller, Office, Server};
use actix_web::http::Method;
use serde_json::{Value, json};

async fn website(office: &Office, said: Value) -> Value {
    let id = office.website().await;
    office.administrator.patch(&format!("/inboxes/{id}"), said).await.ok()
}

fn frame_of(inbox: &Value, rest: &str) -> String {
    format!("/widget?website_token={}{rest}", inbox["website_token"].as_str().unwrap())
}

/// What the frame's script reads from its page.
fn boot(page: &str) -> Value {
    let content = page.split("name=\"widget\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    let text = content.replace("&#34;", "\"").replace("&quot;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&lt;", "<");
    let text = text.replace("&#62;", ">").replace("&gt;", ">").replace("&#38;", "&").replace("&amp;", "&");
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[actix_rt::test]
async fn the_script_is_kept_for_a_while_and_then_asked_after() {
    let server = Server::start().await;
    for path in ["/packs/js/sdk.js", "/sdk.js"] {
        let script = server.anonymous().get(path).await;
        assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
        assert_eq!(script.header("access-control-allow-origin"), Some("*"));
        assert_eq!(script.header("cache-control"), Some("public, max-age=300"));
        assert!(script.text().contains("chatwootSDK"));
        let tag = script.header("etag").unwrap().to_owned();
        let again = server.anonymous().with("if-none-match", &format!("\"x\", W/{tag}")).get(path).await;
        assert_eq!((again.status, again.text().as_str()), (304, ""));
        let small = server.anonymous().with("accept-encoding", "gzip").send(Method::HEAD, path, None, Vec::new()).await;
        assert_eq!((small.status, small.header("content-encoding")), (200, Some("gzip")));
    }
    server.finish().await;
}

#[actix_rt::test]
async fn the_frame_begins_a_session_and_goes_on_with_it() {
    let server = Server::start().await;
    let office = server.office().await;
    let hostile = "</title><script>alert(1)</script>\"'&";
    let channel = json!({"name": hostile, "channel": {"welcome_title": hostile, "widget_color": "#ff0000"}});
    let inbox = website(&office, channel).await;
    let page = server.anonymous().get(&frame_of(&inbox, "")).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let policy = page.header("content-security-policy").unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';") && !policy.contains("frame-ancestors"), "{policy}");
    assert!(page.header("x-frame-options").is_none());
    let text = page.text();
    assert!(!text.contains("<script>alert") && text.matches("<script").count() == 1, "{text}");
    let told = boot(&text);
    assert_eq!(told["channel"]["welcomeTitle"], hostile);
    assert_eq!(told["channel"]["websiteToken"], inbox["website_token"]);
    assert_eq!(told["words"]["words"]["reply"], "Reply");
    assert!(told["globalConfig"]["MAXIMUM_FILE_UPLOAD_SIZE"].is_u64());
    let count = async || server.count("SELECT count(*) AS number FROM contact_inboxes").await;
    assert_eq!(count().await, 1);
    let session = format!("&cw_conversation={}&locale=th", told["authToken"].as_str().unwrap());
    let again = boot(&server.anonymous().get(&frame_of(&inbox, &session)).await.text());
    assert_eq!((&again["pubsubToken"], count().await), (&told["pubsubToken"], 1));
    assert_eq!(again["words"]["language"], "th");
    let words = server.anonymous().get("/widget/words?locale=th-TH").await.ok();
    assert_eq!(words, again["words"]);
    // one that is none begins another session
    server.anonymous().get(&frame_of(&inbox, "&cw_conversation=nonsense")).await;
    assert_eq!(count().await, 2);
    let arabic = server.anonymous().get(&frame_of(&inbox, "&locale=ar")).await.text();
    assert!(arabic.contains("dir=\"rtl\"") && arabic.contains("lang=\"en\""));
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_is_not_named_may_not_show_it() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = website(&office, json!({"channel": {"allowed_domains": "https://shop.example, *.acme.example;script-src, *, 'none'"}})).await;
    let page = server.anonymous().get(&frame_of(&inbox, "")).await;
    let policy = page.header("content-security-policy").unwrap().to_owned();
    assert!(policy.ends_with("frame-ancestors 'self' https://shop.example"), "{policy}");
    server.finish().await;
}

#[actix_rt::test]
async fn an_unknown_website_is_not_found() {
    let server = Server::start().await;
    let refused = async |caller: &Caller, path: &str| caller.get(path).await.status;
    for path in ["/widget", "/widget?website_token=", "/widget?website_token=nonsense"] {
        let answer = server.anonymous().get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.json().is_object(), "{path}");
    }
    assert_eq!(refused(&server.anonymous(), "/widget/nothing").await, 404);
    server.finish().await;
}
