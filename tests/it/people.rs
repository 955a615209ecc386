//! Signing in and out, one's own profile, and the people of an account.
use crate::{
    snapshot,
    support::{
        Administrator, Caller, Server,
        office::{PASSWORD, settle},
    },
};
use diesel::{RunQueryDsl, sql_query};
use hookdesk::{auth::hash_password, users::Role};
use serde_json::{Value, json};

const EMAIL: &str = "ada@acme.example";

/// A server with Ada, who can sign in; gives the account's id.
async fn with_ada(server: &Server) -> i64 {
    let hash = hash_password(PASSWORD.into()).await.unwrap();
    let (account, _, _) = settle(&server.db, None, "Ada Admin", EMAIL, Role::Administrator, Some(hash)).await;
    account
}

async fn sign_in(server: &Server, email: &str, password: &str) -> crate::support::Answer {
    server.anonymous().post("/auth/sign_in", json!({"email": email, "password": password})).await
}

/// Somebody who shows the headers that a sign-in answered with.
async fn session(server: &Server) -> Caller {
    let answer = sign_in(server, EMAIL, PASSWORD).await;
    answer.ok();
    let mut caller = server.anonymous().0;
    for name in ["access-token", "client", "uid", "token-type", "expiry"] {
        caller = caller.with(name, answer.header(name).unwrap());
    }
    caller
}

#[actix_rt::test]
async fn a_sign_in_answers_with_the_user_and_the_headers_of_a_session() {
    let server = Server::start().await;
    with_ada(&server).await;
    let answer = sign_in(&server, " ADA@acme.example", PASSWORD).await;
    snapshot!("signed_in", answer.ok());
    assert_eq!((answer.header("uid"), answer.header("token-type")), (Some(EMAIL), Some("Bearer")));
    let expiry: i64 = answer.header("expiry").unwrap().parse().unwrap();
    assert!(expiry > chrono::Utc::now().timestamp() + 30 * 86_400);
    // one front end keeps all of them in a cookie
    let size: usize = answer.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    assert!(size < 2_000, "{size} bytes");
    for (email, password) in [(EMAIL, "wrong"), (EMAIL, ""), ("nobody@acme.example", PASSWORD), ("", "")] {
        let refused = sign_in(&server, email, password).await.is(401);
        assert_eq!((&refused["success"], refused["errors"].as_array().map(Vec::len)), (&json!(false), Some(1)), "{email}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn a_session_works_like_a_token_until_it_is_signed_out() {
    let server = Server::start().await;
    let account = with_ada(&server).await;
    let session = session(&server).await;
    let answer = session.get(&format!("/api/v1/accounts/{account}/inboxes")).await;
    answer.ok();
    assert_eq!(answer.header("uid"), Some(EMAIL));
    let profile = session.get("/api/v1/profile").await.ok();
    assert_eq!(profile["email"], EMAIL);
    let valid = session.get("/auth/validate_token").await.ok();
    assert_eq!((&valid["payload"]["success"], &valid["payload"]["data"]["id"]), (&json!(true), &profile["id"]));
    // an access token wins over a session beside it
    session.with("api_access_token", "wrong").get("/api/v1/profile").await.error(401);
    assert_eq!(session.delete("/auth/sign_out").await.ok(), json!({"success": true}));
    assert!(session.get("/api/v1/profile").await.is(401)["errors"][0].is_string());
    assert_eq!(session.get("/auth/validate_token").await.is(401)["success"], false);
    assert_eq!(session.delete("/auth/sign_out").await.is(404)["success"], false);
    server.finish().await;
}

#[actix_rt::test]
async fn guessing_is_slowed_down_with_plain_text() {
    let server = Server::start_with(|config| config.rate_limits = true).await;
    with_ada(&server).await;
    let mut last = 401;
    for _ in 0..8 {
        let answer = sign_in(&server, EMAIL, "wrong").await;
        if answer.status == 429 {
            assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
            assert!(answer.header("content-type").unwrap().starts_with("text/plain"));
        }
        last = answer.status;
    }
    assert_eq!(last, 429);
    assert_eq!(sign_in(&server, EMAIL, PASSWORD).await.status, 429, "the right one has to wait as well");
    server.anonymous().get("/health").await.ok();
    server.finish().await;
}

#[actix_rt::test]
async fn a_profile_shows_the_token_and_changes() {
    let server = Server::start().await;
    with_ada(&server).await;
    let session = session(&server).await;
    let before = session.get("/api/v1/profile").await.ok();
    let by_token = server.anonymous().with("api_access_token", before["access_token"].as_str().unwrap());
    let said = json!({"profile": {"display_name": "Ada", "ui_settings": {"locale": "th"}, "message_signature": "Yours, Ada"}});
    let changed = by_token.put("/api/v1/profile", said).await.ok();
    assert_eq!((&changed["display_name"], &changed["available_name"]), (&json!("Ada"), &json!("Ada")));
    assert_eq!(changed["ui_settings"], json!({"locale": "th"}));
    by_token.put("/api/v1/profile", json!({"password": "N3w-Passw0rd", "current_password": "wrong"})).await.error(422);
    let weak = json!({"password": "weak", "current_password": PASSWORD});
    assert_eq!(by_token.put("/api/v1/profile", weak).await.invalid(), ["password"]);
    let said = json!({"password": "N3w-Passw0rd", "password_confirmation": "N3w-Passw0rd", "current_password": PASSWORD});
    by_token.put("/api/v1/profile", said).await.ok();
    assert_eq!(session.get("/api/v1/profile").await.status, 401, "a new password ends the sessions");
    sign_in(&server, EMAIL, "N3w-Passw0rd").await.ok();
    let reset = by_token.post("/api/v1/profile/reset_access_token", json!({})).await.ok();
    assert_ne!(reset["access_token"], before["access_token"]);
    by_token.get("/api/v1/profile").await.error(401);
    server.finish().await;
}

#[actix_rt::test]
async fn agents_are_listed_by_name_and_made_by_administrators() {
    let server = Server::start().await;
    let office = server.office().await;
    let said = json!({"name": "cleo Agent", "email": "Cleo@acme.example", "role": "agent", "password": PASSWORD});
    let made = office.administrator.post("/agents", said.clone()).await.ok();
    snapshot!("agent_created", made);
    let list = office.agent.get("/agents").await.ok();
    let names: Vec<&Value> = list.as_array().unwrap().iter().map(|agent| &agent["name"]).collect();
    assert_eq!(names, ["Ada Admin", "Ben Agent", "cleo Agent"]);
    assert_eq!(office.administrator.post("/agents", said.clone()).await.invalid(), ["user_id"]);
    assert_eq!(office.administrator.post("/agents", json!({"name": "X", "email": "x"})).await.invalid(), ["email"]);
    office.agent.post("/agents", said.clone()).await.error(401);
    // somebody of another account is linked, with the password they have, if they have proved their address
    let elsewhere = server.another_office("b.").await;
    let said = json!({"name": "Other", "email": "cleo@acme.example"});
    assert!(elsewhere.administrator.post("/agents", said).await.error(422).contains("hookdesk password-link"));
    server.write(|tx| Ok(sql_query("UPDATE users SET address_proved = TRUE").execute(tx.conn)?)).await;
    let linked = elsewhere.administrator.post("/agents", json!({"name": "Other", "email": "cleo@acme.example", "role": "administrator"})).await.ok();
    assert_eq!((&linked["id"], &linked["name"], &linked["role"]), (&made["id"], &json!("cleo Agent"), &json!("administrator")));
    let signed_in = sign_in(&server, "cleo@acme.example", PASSWORD).await.ok();
    assert_eq!(signed_in["data"]["accounts"].as_array().unwrap().len(), 2);
    server.finish().await;
}

#[actix_rt::test]
async fn an_account_is_shown_to_its_members_and_changed_by_administrators() {
    let server = Server::start().await;
    let office = server.office().await;
    snapshot!("account", office.agent.get("").await.ok());
    let changed = office.administrator.patch("", json!({"name": "Acme Ltd", "auto_resolve_after": 60})).await.ok();
    assert_eq!((&changed["name"], &changed["settings"]["auto_resolve_after"]), (&json!("Acme Ltd"), &json!(60)));
    office.agent.patch("", json!({"name": "Mine"})).await.error(401);
    assert_eq!(office.administrator.patch("", json!({"name": " "})).await.invalid(), ["name"]);
    assert_eq!(office.administrator.patch("", json!({"auto_resolve_after": 5})).await.invalid(), ["auto_resolve_after"]);
    server.another_office("b.").await.administrator.below(format!("/api/v1/accounts/{}", office.account)).get("").await.error(401);
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_leaves_an_account_is_assigned_to_nothing_there() {
    let server = Server::start().await;
    let office = server.office().await;
    let administrator: &Administrator = &office.administrator;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    administrator.post(&format!("/conversations/{number}/assignments"), json!({"assignee_id": office.agent.id})).await.ok();
    administrator.delete(&format!("/agents/{}", office.agent.id)).await.ok_and_empty();
    office.agent.get("/inboxes").await.error(401);
    assert!(administrator.sees(number).await["meta"].get("assignee").is_none());
    let members = administrator.get(&format!("/inbox_members/{}", inbox.id)).await.ok();
    assert_eq!(members["payload"].as_array().unwrap().len(), 1);
    administrator.delete(&format!("/agents/{}", administrator.id)).await.error(422);
    server.finish().await;
}
