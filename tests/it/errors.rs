//! Who may not, and how they are told.
use crate::support::Server;
use actix_web::http::Method;
use serde_json::json;

#[actix_rt::test]
async fn health_and_version_are_open_to_all() {
    let server = Server::start().await;
    let anonymous = server.anonymous();
    assert_eq!(anonymous.get("/health").await.ok(), json!({"status": "woot"}));
    // many monitors ask for no more than the head
    for path in ["/health", "/api"] {
        let head = anonymous.send(Method::HEAD, path, None, Vec::new()).await;
        assert_eq!((head.status, head.text().as_str()), (200, ""), "{path}");
    }
    let api = anonymous.get("/api").await.ok();
    let keys: Vec<&String> = api.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["version", "timestamp", "queue_services", "data_services"]);
    assert_eq!((&api["queue_services"], &api["data_services"]), (&json!("ok"), &json!("ok")));
    let timestamp = api["timestamp"].as_str().unwrap();
    assert!(chrono::NaiveDateTime::parse_from_str(timestamp, "%Y-%m-%d %H:%M:%S").is_ok(), "{timestamp}");
    server.finish().await;
}

#[actix_rt::test]
async fn without_credentials_the_errors_are_a_list() {
    let server = Server::start().await;
    let office = server.office().await;
    let account = server.anonymous().below(format!("/api/v1/accounts/{}", office.account));
    for caller in [
        account.clone(),
        account.with("api_access_token", ""),
        account.with("Authorization", "Bearer x"),
        account.with("Cookie", "hookdesk_session=a.b"),
    ] {
        for path in ["/inboxes", "/contacts", "/conversations", "/conversations/1/messages"] {
            let answer = caller.get(path).await;
            let body = answer.is(401);
            assert!(body["errors"][0].is_string() && body.as_object().unwrap().len() == 1, "{path}: {body}");
        }
    }
    // a body that cannot be read is no way around
    let answer = account.send(Method::POST, "/contacts", Some("application/json"), b"{".to_vec()).await;
    assert!(answer.status == 401 || answer.status == 400, "{}", answer.status);
    server.finish().await;
}

#[actix_rt::test]
async fn a_token_works_in_both_spellings_and_a_wrong_one_in_none() {
    let server = Server::start().await;
    let office = server.office().await;
    let account = server.anonymous().below(format!("/api/v1/accounts/{}", office.account));
    for name in ["api_access_token", "Api-Access-Token", "API_ACCESS_TOKEN"] {
        account.with(name, &office.agent.token).get("/inboxes").await.ok();
        account.with(name, "wrong").get("/inboxes").await.error(401);
        account.with(name, &office.agent.token.to_uppercase()).get("/inboxes").await.error(401);
        // what else is brought does not matter
        account.with(name, &office.agent.token).with("Authorization", "Bearer nonsense").get("/inboxes").await.ok();
    }
    let in_query = account.get(&format!("/inboxes?api_access_token={}", office.agent.token)).await;
    assert_eq!(in_query.status, 401);
    server.finish().await;
}

#[actix_rt::test]
async fn an_account_is_missing_suspended_or_somebody_elses() {
    let server = Server::start().await;
    let office = server.office().await;
    let other = server.another_office("b.").await;
    let at = |account: &str| server.anonymous().below(format!("/api/v1/accounts/{account}")).with("api_access_token", &office.agent.token);
    at("1").get("/inboxes").await.ok();
    at(&other.account.to_string()).get("/inboxes").await.error(401);
    for missing in ["999", "0", "x", "1x", "99999999999999999999"] {
        at(missing).get("/inboxes").await.error(404);
    }
    let account = office.account;
    let suspend = move |tx: &mut hookdesk::db::Tx| {
        use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
        use hookdesk::db::schema::accounts;
        diesel::update(accounts::table.find(account)).set(accounts::status.eq(1_i16)).execute(tx.conn)?;
        Ok(())
    };
    server.db.write(suspend).await.unwrap();
    office.agent.get("/inboxes").await.error(401);
    office.administrator.post("/inboxes", json!({})).await.error(401);
    server.finish().await;
}

#[actix_rt::test]
async fn unknown_paths_and_methods_are_refused_as_json() {
    let server = Server::start().await;
    let office = server.office().await;
    for path in ["/nothing", "/inboxes/1/nothing", "/conversations/1/2/3"] {
        assert_eq!(office.agent.get(path).await.json(), json!({"status": 404, "error": "Not Found"}), "{path}");
    }
    for path in ["/api/v1/nothing", "/api/v9", "/public/nothing"] {
        let answer = server.anonymous().get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.json(), json!({"status": 404, "error": "Not Found"}), "{path}");
    }
    for (method, path) in [
        (Method::DELETE, "/contacts"),
        (Method::PUT, "/conversations"),
        (Method::GET, "/conversations/1/toggle_status"),
        (Method::DELETE, "/conversations/1/messages"),
    ] {
        let answer = office.agent.send(method.clone(), path, None, Vec::new()).await;
        assert!(matches!(answer.status, 404 | 405), "{method} {path}: {}", answer.status);
    }
    server.finish().await;
}
