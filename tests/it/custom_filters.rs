//! Filters that users keep: each their own.
use crate::{snapshot, support::Server};
use diesel::{RunQueryDsl, sql_query};
use serde_json::json;

#[actix_rt::test]
async fn filters_are_kept_for_oneself() {
    let server = Server::start().await;
    let office = server.office().await;
    let open = json!({"payload": [{"attribute_key": "status", "filter_operator": "equal_to", "values": ["open"], "query_operator": null}]});
    let named = json!({"payload": [{"attribute_key": "name", "filter_operator": "contains", "values": ["lea"]}]});
    let made =
        office.agent.post("/custom_filters", json!({"custom_filter": {"name": "Open", "filter_type": "conversation", "query": open}})).await.ok();
    snapshot!("custom_filter", made);
    let contacts = office.agent.post("/custom_filters", json!({"name": "Leas", "filter_type": 1, "query": named})).await.ok();
    let reports = office.agent.post("/custom_filters", json!({"name": "R", "filter_type": "report", "query": {"any": 1}})).await.ok();
    assert_eq!(office.agent.get("/custom_filters").await.ok(), json!([made]));
    assert_eq!(office.agent.get("/custom_filters?filter_type=contact").await.ok(), json!([contacts]));
    assert_eq!(office.agent.get("/custom_filters?filter_type=2").await.ok(), json!([reports]));
    let one = format!("/custom_filters/{}", made["id"]);
    assert_eq!(office.agent.get(&one).await.ok(), made);
    let changed = office.agent.put(&one, json!({"name": "Renamed", "filter_type": "contact"})).await.ok();
    assert_eq!((&changed["name"], &changed["filter_type"], &changed["query"]), (&json!("Renamed"), &json!("conversation"), &open));

    for wrong in [json!({"query": open}), json!({"name": " ", "query": open}), json!({"name": "x".repeat(256), "query": open})] {
        assert_eq!(office.agent.post("/custom_filters", wrong).await.invalid(), ["name"]);
    }
    for wrong in [json!({"name": "X"}), json!({"name": "X", "query": {"conditions": []}})] {
        assert_eq!(office.agent.post("/custom_filters", wrong).await.invalid(), ["query"]);
    }
    for wrong in [json!({"payload": []}), named.clone(), json!({"payload": "x"})] {
        office.agent.post("/custom_filters", json!({"name": "X", "query": wrong.clone()})).await.error(422);
        office.agent.patch(&one, json!({"query": wrong})).await.error(422);
    }
    // nobody else sees them, not even administrators
    for other in [&office.administrator.0, &server.another_office("b.").await.agent.0] {
        assert_eq!(other.get("/custom_filters").await.ok(), json!([]));
        other.get(&one).await.error(404);
        other.put(&one, json!({"name": "Mine"})).await.error(404);
        other.delete(&one).await.error(404);
    }
    assert_eq!(office.agent.delete(&one).await.status, 204);
    office.agent.delete(&one).await.error(404);
    // a thousand, and no more
    let most = format!(
        "INSERT INTO custom_filters (account_id, user_id, filter_type, name, query, created_at, updated_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 998)
         SELECT {}, {}, 0, 'x', '{{}}', '2026-01-01 00:00:00', '2026-01-01 00:00:00' FROM n",
        office.account, office.agent.id
    );
    server.write(move |tx| Ok(sql_query(most).execute(tx.conn)?)).await;
    let refused = office.agent.post("/custom_filters", json!({"name": "X", "query": open})).await.error(422);
    assert!(refused.contains("1000"), "{refused}");
    // who leaves the account leaves none behind
    office.administrator.delete(&format!("/agents/{}", office.agent.id)).await.ok_and_empty();
    assert_eq!(server.count("SELECT count(*) AS number FROM custom_filters").await, 0);
    server.finish().await;
}
