//! The token in which a website's visitor keeps their session: how long it holds, and what is none.
use crate::support::{Office, Server, Website, WidgetVisitor, client::File};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use diesel::prelude::*;
use hmac::{Hmac, KeyInit, Mac};
use hookdesk::db::schema::web_widget_channels;
use serde_json::{Value, json};

const DAY: i64 = 86_400;

/// The key of an inbox, which no answer ever shows.
async fn key_of(server: &Server, site: &Website) -> String {
    let token = site.token.clone();
    let find = move |conn: &mut hookdesk::db::DbConn| {
        let query = web_widget_channels::table.filter(web_widget_channels::website_token.eq(token)).select(web_widget_channels::session_key);
        Ok(query.get_result(conn)?)
    };
    server.read(find).await
}

/// A token that says this, signed with this key.
fn signed(key: &str, claims: &Value) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let said = format!("{}.{}", part(&json!({"alg": "HS256"})), part(claims));
    let tag = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap().chain_update(said.as_bytes()).finalize().into_bytes();
    format!("{said}.{}", URL_SAFE_NO_PAD.encode(tag))
}

/// The claims of a visitor, as if they had got their token so many days ago and it held for so many more.
fn claims(visitor: &WidgetVisitor, ago: i64, more: i64) -> Value {
    let (now, mut claims) = (chrono::Utc::now().timestamp(), visitor.claims());
    (claims["iat"], claims["exp"]) = (json!(now - ago * DAY), json!(now + more * DAY));
    claims
}

/// The session that `config` gives to whoever shows a token.
async fn goes_on(visitor: &WidgetVisitor, token: &str) -> WidgetVisitor {
    let shown = visitor.with_token(token);
    let config = shown.post("/config", json!({})).await.ok();
    let (id, token) = (config["contact"]["id"].as_i64().unwrap(), config["website_channel_config"]["auth_token"].as_str().unwrap().to_owned());
    WidgetVisitor { id, config, ..shown.with_token(&token) }
}

async fn two_sites(office: &Office) -> (Website, Website) {
    (office.website_with(json!({})).await, office.website_with(json!({})).await)
}

#[actix_rt::test]
async fn a_token_is_made_anew_when_half_of_its_life_is_over() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let key = key_of(&server, &site).await;
    let visitor = office.comes(&site).await;
    visitor.says("Hello").await;
    for (ago, more, is_renewed) in [(0, 180, false), (89, 91, false), (91, 89, true), (179, 1, true)] {
        let old = signed(&key, &claims(&visitor, ago, more));
        let now = chrono::Utc::now().timestamp();
        let on = goes_on(&visitor, &old).await;
        assert_eq!((on.id, on.token != old), (visitor.id, is_renewed), "{ago} {more}");
        let (was, is) = (visitor.claims(), on.claims());
        assert_eq!((&is["source_id"], &is["inbox_id"]), (&was["source_id"], &was["inbox_id"]));
        if is_renewed {
            let (iat, exp) = (is["iat"].as_i64().unwrap(), is["exp"].as_i64().unwrap());
            assert!(iat >= now && exp == iat + 180 * DAY, "{is}");
        }
        // with the one and with the other they are the same visitor
        for token in [&old, &on.token] {
            assert_eq!(visitor.with_token(token).sees().await, ["Hello"], "{ago} {more}");
        }
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM contact_inboxes").await, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn a_token_that_is_over_opens_nothing_and_somebody_new_begins() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let key = key_of(&server, &site).await;
    let visitor = office.comes(&site).await;
    visitor.says("Hello").await;
    let over = visitor.with_token(&signed(&key, &claims(&visitor, 180, 0)));
    over.get("/contact").await.error(404);
    over.get("/messages").await.error(404);
    over.post("/messages", json!({"message": {"content": "x"}})).await.error(404);
    let new = goes_on(&visitor, &over.token).await;
    assert!(new.id != visitor.id && new.claims()["source_id"] != visitor.claims()["source_id"]);
    assert_eq!((new.sees().await, visitor.sees().await), (vec![], vec!["Hello".to_owned()]));
    server.finish().await;
}

#[actix_rt::test]
async fn a_token_of_another_inbox_or_another_key_is_none() {
    let server = Server::start().await;
    let office = server.office().await;
    let (site, other) = two_sites(&office).await;
    let (key, other_key) = (key_of(&server, &site).await, key_of(&server, &other).await);
    assert_ne!(key, other_key);
    let (visitor, elsewhere) = (office.comes(&site).await, office.comes(&other).await);
    visitor.says("Hello").await;
    let own = claims(&visitor, 1, 100);
    assert_eq!(visitor.with_token(&signed(&key, &own)).sees().await, ["Hello"]);
    let mut of_other = own.clone();
    of_other["inbox_id"] = json!(other.id);
    let flipped: String = key.chars().rev().collect();
    for (token, what) in [
        (signed(&other_key, &own), "the key of another inbox"),
        (signed(&flipped, &own), "a key of nobody"),
        (signed(&key, &of_other), "another inbox, with the right key"),
        (signed(&other_key, &of_other), "a token of another inbox"),
        (elsewhere.token.clone(), "the session of another inbox"),
    ] {
        let shown = visitor.with_token(&token);
        assert_eq!(shown.get("/contact").await.status, 404, "{what}");
        assert_eq!(shown.patch("/contact/set_user", json!({"identifier": "x"})).await.status, 404, "{what}");
        // files show their session before anything else is read
        let file = File::new("message[attachments][]", "a.txt", "text/plain", b"x");
        assert_eq!(shown.upload("/messages", &[], &[file]).await.status, 404, "{what}");
        let new = goes_on(&visitor, &token).await;
        assert!(new.id != visitor.id && new.id != elsewhere.id, "{what}");
        assert_eq!(new.claims()["inbox_id"], json!(site.id), "{what}");
    }
    // one of this inbox does not open another one
    visitor.on(&other).get("/contact").await.error(404);
    server.finish().await;
}
