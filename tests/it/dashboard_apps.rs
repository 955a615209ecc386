//! Dashboard apps: pages of a business's own beside its conversations, arranged by administrators and seen by everybody in the account.
use crate::{pages::Visit, snapshot, support::Server};
use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};

const PAGES: &str = "/app/accounts/1/settings/integrations/dashboard_apps";

fn orders() -> Value {
    json!({"title": " Orders ", "content": [{"type": "frame", "url": "https://orders.example/of"}]})
}

#[actix_rt::test]
async fn administrators_arrange_them_and_agents_see_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let made = office.administrator.post("/dashboard_apps", json!({"dashboard_app": orders()})).await.ok();
    snapshot!("dashboard_app", made);
    assert_eq!(office.agent.get("/dashboard_apps").await.ok(), json!([made]));
    let one = format!("/dashboard_apps/{}", made["id"]);
    assert_eq!(office.agent.get(&one).await.ok(), made);
    let changed = office.administrator.patch(&one, json!({"title": "Bills"})).await.ok();
    assert_eq!((&changed["title"], &changed["content"]), (&json!("Bills"), &made["content"]));
    let frames = json!([{"type": "frame", "url": "http://10.0.0.1:8080"}, {"type": "frame", "url": "https://b.example"}]);
    let changed = office.administrator.put(&one, json!({"content": frames})).await.ok();
    assert_eq!((&changed["title"], &changed["content"]), (&json!("Bills"), &frames), "the business's own network is where its people are");
    office.agent.post("/dashboard_apps", orders()).await.error(401);
    office.agent.patch(&one, json!({"title": "x"})).await.error(401);
    office.agent.delete(&one).await.error(401);
    let stranger = server.another_office("b.").await;
    assert_eq!(stranger.agent.get("/dashboard_apps").await.ok(), json!([]));
    stranger.agent.get(&one).await.error(404);
    stranger.administrator.patch(&one, json!({"title": "x"})).await.error(404);
    stranger.administrator.delete(&one).await.error(404);
    server.anonymous().below("/api/v1/accounts/1").get("/dashboard_apps").await.is(401);
    let gone = office.administrator.delete(&one).await;
    assert_eq!((gone.status, gone.text().as_str()), (204, ""));
    office.administrator.delete(&one).await.error(404);
    assert_eq!(office.agent.get("/dashboard_apps").await.ok(), json!([]));
    server.finish().await;
}

#[actix_rt::test]
async fn what_breaks_a_rule_is_named() {
    let server = Server::start().await;
    let administrator = server.office().await.administrator;
    let id = administrator.post("/dashboard_apps", orders()).await.ok()["id"].clone();
    let frame = |url: &str| json!([{"type": "frame", "url": url}]);
    for (title, content, attribute) in [
        (json!(" "), frame("https://a.example"), "title"),
        (json!("x".repeat(256)), frame("https://a.example"), "title"),
        (json!("a"), json!([]), "content"),
        (json!("a"), frame(""), "content"),
        (json!("a"), frame("javascript:alert(1)"), "content"),
        (json!("a"), frame("a.example"), "content"),
        (json!("a"), frame(&format!("https://a.example/{}", "x".repeat(2048))), "content"),
        (json!("a"), json!(vec![json!({"type": "frame", "url": "https://a.example"}); 11]), "content"),
    ] {
        let said = json!({"title": title, "content": content});
        assert_eq!(administrator.post("/dashboard_apps", said.clone()).await.invalid(), [attribute], "{said}");
        assert_eq!(administrator.patch(&format!("/dashboard_apps/{id}"), said.clone()).await.invalid(), [attribute], "{said}");
    }
    for content in [json!([{"type": "script", "url": "https://a.example"}]), json!([{"type": "frame"}]), json!(["https://a.example"]), json!(1)] {
        let refused = administrator.post("/dashboard_apps", json!({"title": "a", "content": content})).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
    }
    assert_eq!(administrator.get("/dashboard_apps").await.ok().as_array().unwrap().len(), 1);
    server.finish().await;
}

#[actix_rt::test]
async fn there_is_an_end_to_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let fill = "INSERT INTO dashboard_apps (account_id, title, content, created_at, updated_at) \
                WITH RECURSIVE t(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM t WHERE a < 50) \
                SELECT 1, 'a' || a, '[]', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM t";
    server.write(move |tx| Ok(sql_query(fill).execute(tx.conn)?)).await;
    let refused = office.administrator.post("/dashboard_apps", orders()).await.error(422);
    assert!(refused.contains("50"), "{refused}");
    server.finish().await;
}

#[actix_rt::test]
async fn they_are_kept_on_pages() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    visit.sign_in().await;
    assert!(visit.get("/app/accounts/1/settings/integrations").await.text().contains(PAGES));
    assert!(visit.get(PAGES).await.text().contains("There are no dashboard apps yet"));
    let csrf = visit.token(&format!("{PAGES}/new")).await;
    let csrf = ("csrf_token", csrf.as_str());
    let refused = visit.form(PAGES, &[csrf, ("title", "<b>Orders"), ("content", "")]).await.text();
    assert!(refused.contains("Please fill this in") && refused.contains("&#60;b&#62;Orders"), "{refused}");
    let refused = visit.form(PAGES, &[csrf, ("title", "Orders"), ("content", "https://a.example\r\njavascript:alert(1)")]).await;
    assert!(refused.status == 422 && refused.text().contains("f-content-error") && refused.text().contains("javascript:alert(1)"));
    assert_eq!(visit.form(PAGES, &[csrf, ("title", "Orders"), ("content", "https://a.example\r\n\r\n https://b.example ")]).await.status, 303);
    let list = visit.account.get("/dashboard_apps").await.ok();
    assert_eq!(list[0]["content"], json!([{"type": "frame", "url": "https://a.example"}, {"type": "frame", "url": "https://b.example"}]));
    let one = format!("{PAGES}/{}", list[0]["id"]);
    assert!(visit.get(PAGES).await.text().contains(&one));
    assert!(visit.get(&one).await.text().contains("https://a.example\nhttps://b.example"));
    assert_eq!(visit.form(&one, &[csrf, ("title", "Bills"), ("content", "https://c.example")]).await.status, 303);
    assert_eq!(visit.account.get("/dashboard_apps").await.ok()[0]["title"], "Bills");
    assert_eq!(visit.form(&one, &[csrf, ("title", ""), ("content", "https://c.example")]).await.status, 422);
    assert!(visit.get(&format!("{one}/delete")).await.text().contains("delete the dashboard app"));
    assert_eq!(visit.form(&format!("{one}/delete"), &[csrf]).await.status, 303);
    assert_eq!(visit.get(&one).await.status, 404);
    server.finish().await;
}
