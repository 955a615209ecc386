//! Canned responses: found by name and text, kept by everybody in the account, by API and on pages.
use crate::{pages::Visit, support::Server};
use serde_json::{Value, json};

const PAGES: &str = "/app/accounts/1/settings/canned_responses";

fn codes(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["short_code"].as_str().unwrap()).collect()
}

#[actix_rt::test]
async fn every_member_keeps_them_and_others_see_nothing() {
    let server = Server::start().await;
    let office = server.office().await;
    let made = office.agent.post("/canned_responses", json!({"short_code": " hi ", "content": "Hello {{contact.name}}"})).await.ok();
    let keys: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "account_id", "short_code", "content", "created_at", "updated_at"]);
    assert_eq!((&made["short_code"], &made["content"]), (&json!("hi"), &json!("Hello {{contact.name}}")));
    assert_eq!(office.administrator.get("/canned_responses").await.ok(), json!([made]));
    let one = format!("/canned_responses/{}", made["id"]);
    let changed = office.administrator.patch(&one, json!({"canned_response": {"content": "Good day"}})).await.ok();
    assert_eq!((&changed["short_code"], &changed["content"]), (&json!("hi"), &json!("Good day")));
    let stranger = server.another_office("b.").await;
    assert_eq!(stranger.agent.get("/canned_responses").await.ok(), json!([]));
    stranger.agent.patch(&one, json!({"content": "x"})).await.error(404);
    stranger.agent.delete(&one).await.error(404);
    stranger.agent.post("/canned_responses", json!({"short_code": "hi", "content": "There it is free"})).await.ok();
    server.anonymous().below("/api/v1/accounts/1").get("/canned_responses").await.is(401);
    office.agent.delete(&one).await.ok_and_empty();
    office.agent.delete(&one).await.error(404);
    office.agent.put(&one, json!({"content": "x"})).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn what_breaks_a_rule_is_named() {
    let server = Server::start().await;
    let office = server.office().await;
    let agent = &office.agent;
    let id = agent.post("/canned_responses", json!({"short_code": "hi", "content": "Hello"})).await.ok()["id"].clone();
    agent.post("/canned_responses", json!({"short_code": "bye", "content": "Bye"})).await.ok();
    for (said, attribute) in [
        (json!({"content": "x"}), "short_code"),
        (json!({"short_code": " ", "content": "x"}), "short_code"),
        (json!({"short_code": "x"}), "content"),
        (json!({"short_code": "x", "content": " \n"}), "content"),
        (json!({"short_code": "x".repeat(256), "content": "x"}), "short_code"),
        (json!({"short_code": "x", "content": "x".repeat(20_001)}), "content"),
        (json!({"short_code": "hi", "content": "x"}), "short_code"),
    ] {
        assert_eq!(agent.post("/canned_responses", said.clone()).await.invalid(), [attribute], "{said}");
    }
    for said in [json!({"short_code": "bye"}), json!({"short_code": null})] {
        assert_eq!(agent.patch(&format!("/canned_responses/{id}"), said).await.invalid(), ["short_code"]);
    }
    assert_eq!(codes(&agent.get("/canned_responses").await.ok()), ["bye", "hi"]);
    server.finish().await;
}

#[actix_rt::test]
async fn each_change_gives_the_list_another_key() {
    let server = Server::start().await;
    let office = server.office().await;
    let key = async || office.agent.get("/cache_keys").await.ok()["cache_keys"]["canned_response"].clone();
    assert_eq!(key().await, "0000000000");
    let one =
        format!("/canned_responses/{}", office.agent.post("/canned_responses", json!({"short_code": "hi", "content": "Hello"})).await.ok()["id"]);
    let made = key().await;
    office.agent.patch(&one, json!({"content": ""})).await.invalid();
    assert_eq!(key().await, made, "nothing has changed");
    let told = async || server.count("SELECT count(*) AS number FROM events").await;
    let before = (told().await, office.agent.get("/canned_responses").await.ok());
    office.agent.patch(&one, json!({"short_code": " hi", "content": "Hello"})).await.ok();
    assert_eq!((told().await, office.agent.get("/canned_responses").await.ok()), before, "nor has anything now");
    office.agent.patch(&one, json!({"content": "Good day"})).await.ok();
    let changed = key().await;
    office.agent.delete(&one).await.ok_and_empty();
    let keys = [json!("0000000000"), made, changed, key().await];
    assert!(keys.is_sorted_by(|a, b| a.as_str() < b.as_str()), "{keys:?}");
    server.finish().await;
}

#[actix_rt::test]
async fn a_search_shows_names_first() {
    let server = Server::start().await;
    let office = server.office().await;
    for (short_code, content) in
        [("b_hours", "x"), ("Hours", "x"), ("a", "Our HOURS are"), ("hours2", "x"), ("100%", "x"), ("other", "x"), ("เวลา", "เปิด")]
    {
        office.agent.post("/canned_responses", json!({"short_code": short_code, "content": content})).await.ok();
    }
    let search = async |text: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("search", text).finish();
        office.agent.get(&format!("/canned_responses?{query}")).await.ok()
    };
    assert_eq!(codes(&search("hours").await), ["Hours", "hours2", "b_hours", "a"]);
    assert_eq!(codes(&search(" HOURS ").await), ["Hours", "hours2", "b_hours", "a"]);
    assert_eq!((codes(&search("%").await), codes(&search("_").await)), (vec!["100%"], vec!["b_hours"]));
    assert_eq!(codes(&search("ปิด").await), ["เวลา"]);
    assert!(codes(&search("nothing").await).is_empty());
    assert_eq!(codes(&search("").await).len(), 7);
    server.finish().await;
}

#[actix_rt::test]
async fn there_is_an_end_to_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let fill = "INSERT INTO canned_responses (account_id, short_code, content, created_at, updated_at) \
                WITH RECURSIVE t(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM t WHERE a < 1000) SELECT 1, 'c' || a, 'x', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM t";
    server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(fill), tx.conn)?)).await;
    let refused = office.agent.post("/canned_responses", json!({"short_code": "one more", "content": "x"})).await.error(422);
    assert!(refused.contains("1000"), "{refused}");
    server.finish().await;
}

#[actix_rt::test]
async fn they_are_kept_on_pages() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    assert!(visit.get(PAGES).await.text().contains("There are no canned responses yet"));
    let csrf = visit.token(&format!("{PAGES}/new")).await;
    let csrf = ("csrf_token", csrf.as_str());
    let refused = visit.form(PAGES, &[csrf, ("short_code", ""), ("content", "<b>kept</b>")]).await;
    assert!(
        refused.status == 422 && refused.text().contains("Please fill this in") && refused.text().contains("&#60;b&#62;kept"),
        "{}",
        refused.text()
    );
    assert_eq!(visit.form(PAGES, &[csrf, ("short_code", "hours"), ("content", "Nine\r\nto five")]).await.status, 303);
    let list = visit.account.get("/canned_responses").await.ok();
    assert_eq!(list[0]["content"], "Nine\nto five");
    let refused = visit.form(PAGES, &[csrf, ("short_code", "hours"), ("content", "x")]).await;
    assert!(refused.status == 422 && refused.text().contains("This is already taken"));
    let one = format!("{PAGES}/{}", list[0]["id"]);
    assert!(visit.get(&format!("{PAGES}?q=FIVE")).await.text().contains(&one));
    assert!(visit.get(&format!("{PAGES}?q=six")).await.text().contains("Nothing fits your search"));
    assert_eq!(visit.form(&one, &[csrf, ("short_code", "times"), ("content", "Ten")]).await.status, 303);
    assert!(visit.get(&one).await.text().contains("value=\"times\""));
    assert_eq!(visit.form(&one, &[csrf, ("short_code", "times"), ("content", "")]).await.status, 422);
    assert!(visit.get(&format!("{one}/delete")).await.text().contains("delete the canned response"));
    assert_eq!(visit.form(&format!("{one}/delete"), &[csrf]).await.status, 303);
    assert_eq!(visit.get(&one).await.status, 404);
    server.finish().await;
}
