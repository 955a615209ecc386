//! One change of many conversations, or of many contacts.
use crate::support::Server;
use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};

const PATH: &str = "/bulk_actions";

#[actix_rt::test]
async fn many_conversations_are_changed_at_once() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, first) = office.conversation(&inbox).await;
    let (second, third) = (visitor.begin().await, visitor.begin().await);
    let ben = office.agent.id;
    let change = async |said: Value| office.agent.post(PATH, said).await.ok_and_empty();
    let told = server
        .telling(async || {
            let said =
                json!({"type": "Conversation", "ids": [second, first.to_string(), first, 999], "fields": {"status": "resolved", "assignee_id": ben}});
            change(said.clone()).await;
            change(said).await;
        })
        .await;
    // one change each, told once, and nothing when nothing changes
    let told: Vec<_> = told.iter().map(|told| (told.name, told.payload["id"].as_i64().unwrap())).collect();
    let of = |number| [("conversation_status_changed", number), ("conversation_updated", number)];
    assert_eq!(told, [of(first), of(second)].concat());
    let seen = office.agent.sees(first).await;
    assert_eq!((&seen["status"], &seen["meta"]["assignee"]["id"]), (&json!("resolved"), &json!(ben)));
    assert_eq!(office.agent.sees(third).await["status"], "open");
    change(json!({"type": "Conversation", "ids": [first], "fields": {"assignee_id": null, "priority": "high"}})).await;
    let seen = office.agent.sees(first).await;
    assert_eq!((&seen["status"], &seen["meta"]["assignee"], &seen["priority"]), (&json!("resolved"), &Value::Null, &json!("high")));
    let snooze = json!({"type": "Conversation", "ids": [third], "fields": {"status": "snoozed"}, "snoozed_until": 1_900_000_000});
    change(snooze).await;
    assert_eq!(office.agent.sees(third).await["snoozed_until"], "2030-03-17T17:46:40.000Z");
    change(json!({"type": "Conversation", "ids": [first]})).await;
    let team = office.administrator.post("/teams", json!({"name": "billing"})).await.ok()["id"].as_i64().unwrap();
    let label = |add: Value, remove: Value, team: Value| json!({"type": "Conversation", "ids": [first, second], "fields": {"team_id": team}, "labels": {"add": add, "remove": remove}});
    change(label(json!(["vip", "late"]), json!([]), json!(team))).await;
    change(label(json!(["paid"]), json!(["late", "none"]), json!(team))).await;
    for number in [first, second] {
        let seen = office.agent.sees(number).await;
        assert_eq!((&seen["labels"], &seen["meta"]["team"]["id"]), (&json!(["vip", "paid"]), &json!(team)));
    }
    change(label(json!([]), json!(["vip"]), json!(0))).await;
    let seen = office.agent.sees(first).await;
    assert_eq!((&seen["labels"], &seen["meta"]["team"]), (&json!(["paid"]), &Value::Null));
    // both are said where both change
    office.administrator.post(&format!("/teams/{team}/team_members"), json!({"user_ids": [ben]})).await.ok();
    change(json!({"type": "Conversation", "ids": [third], "fields": {"team_id": team, "assignee_id": ben}})).await;
    let said = crate::labels::notices(&office.agent, third).await;
    assert!(said.iter().any(|text| text == "Assigned to Ben Agent via billing by Ben Agent"), "{said:?}");
    let many: Vec<String> = (0..100).map(|number| format!("label-{number}")).collect();
    assert_eq!(office.agent.post(PATH, label(json!(many), json!([]), json!(0))).await.invalid(), ["labels"]);
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_wrong_changes_nothing() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let outsider = office.another_agent("Cleo", "cleo@acme.example").await;
    let stranger = server.another_office("b.").await;
    let resolve = json!({"type": "Conversation", "ids": [number], "fields": {"status": "resolved"}});
    let told = server
        .telling(async || {
            for kind in [json!("Message"), Value::Null] {
                assert_eq!(
                    office.agent.post(PATH, json!({"type": kind, "ids": [number], "fields": {"status": "resolved"}})).await.is(422),
                    json!({"success": false})
                );
            }
            let with = |fields: Value| json!({"type": "Conversation", "ids": [number], "fields": fields});
            office.agent.post(PATH, with(json!({"status": "done"}))).await.error(422);
            for nobody in [999, stranger.agent.id] {
                let said = with(json!({"status": "resolved", "assignee_id": nobody}));
                assert_eq!(office.agent.post(PATH, said).await.invalid(), ["assignee_id"]);
            }
            office.agent.post(PATH, with(json!({"status": "resolved", "team_id": 999}))).await.error(404);
            let many: Vec<i64> = (1..=101).collect();
            office.agent.post(PATH, json!({"type": "Conversation", "ids": many, "fields": {"status": "resolved"}})).await.error(422);
            office.agent.post(PATH, json!({"type": "Conversation", "ids": ["x"]})).await.error(422);
            // what somebody does not see is passed over
            outsider.post(PATH, resolve.clone()).await.ok_and_empty();
            stranger.administrator.post(PATH, resolve.clone()).await.ok_and_empty();
            server.anonymous().post(&format!("/api/v1/accounts/{}{PATH}", office.account), resolve.clone()).await.is(401);
        })
        .await;
    assert!(told.is_empty(), "{told:?}");
    server.finish().await;
}

#[actix_rt::test]
async fn many_contacts_are_labelled_at_once() {
    let server = Server::start().await;
    let office = server.office().await;
    let stranger = server.another_office("b.").await;
    let (lea, nia) = (office.contact(json!({"name": "Lea"})).await, office.contact(json!({"name": "Nia"})).await);
    let foreign = stranger.contact(json!({"name": "Zoe"})).await;
    let label = |add: Value, remove: Value| {
        let ids = json!([nia, lea.to_string(), lea, foreign, 999]);
        json!({"type": "Contact", "ids": ids, "labels": {"add": add, "remove": remove}})
    };
    let labels = async |of: i64| office.agent.get(&format!("/contacts/{of}/labels")).await.ok()["payload"].clone();
    let told = server
        .telling(async || {
            office.agent.post(PATH, label(json!(["VIP", "old"]), json!([]))).await.ok_and_empty();
            office.agent.post(PATH, label(json!(["vip"]), json!(["none"]))).await.ok_and_empty();
            office.agent.post(PATH, json!({"type": "Contact", "ids": [lea]})).await.ok_and_empty();
        })
        .await;
    // each told once, and nothing when nothing changes
    let told: Vec<_> = told.iter().map(|told| (told.name, told.payload["id"].as_i64().unwrap())).collect();
    assert_eq!(told, [("contact_updated", lea), ("contact_updated", nia)]);
    assert_eq!((labels(lea).await, labels(nia).await), (json!(["vip", "old"]), json!(["vip", "old"])));
    office.administrator.post(PATH, label(json!(["paid"]), json!(["old"]))).await.ok_and_empty();
    assert_eq!((labels(lea).await, labels(nia).await), (json!(["vip", "paid"]), json!(["vip", "paid"])));
    assert_eq!(stranger.agent.get(&format!("/contacts/{foreign}/labels")).await.ok()["payload"], json!([]));
    // what is wrong changes nothing
    let many: Vec<String> = (0..100).map(|number| format!("label-{number}")).collect();
    assert_eq!(office.agent.post(PATH, label(json!(many), json!([]))).await.invalid(), ["labels"]);
    let many: Vec<i64> = (1..=101).collect();
    office.agent.post(PATH, json!({"type": "Contact", "ids": many, "labels": {"add": ["late"]}})).await.error(422);
    office.administrator.post(PATH, json!({"type": "Contact", "ids": many, "action_name": "delete"})).await.error(422);
    let other = json!({"type": "Contact", "ids": [lea], "labels": {"add": ["late"]}, "action_name": "destroy"});
    assert_eq!(office.administrator.post(PATH, other).await.is(422), json!({"success": false}));
    assert_eq!((labels(lea).await, labels(nia).await), (json!(["vip", "paid"]), json!(["vip", "paid"])));
    server.finish().await;
}

#[actix_rt::test]
async fn administrators_delete_many_contacts_at_once() {
    let server = Server::start().await;
    let office = server.office().await;
    let stranger = server.another_office("b.").await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    let (nia, kim) = (office.contact(json!({"name": "Nia"})).await, office.contact(json!({"name": "Kim"})).await);
    let foreign = stranger.contact(json!({"name": "Zoe"})).await;
    let one = |id: i64| format!("/contacts/{id}");
    let said = json!({"type": "Contact", "ids": [nia, visitor.id, foreign, 999], "action_name": "delete"});
    assert_eq!(office.agent.post(PATH, said.clone()).await.error(401), office.agent.delete(&one(nia)).await.error(401));
    // one of them is online, so nobody goes, and nobody is locked out
    assert_eq!(office.administrator.post(PATH, said.clone()).await.invalid(), ["base"]);
    assert_eq!(office.agent.get(&one(nia)).await.ok()["payload"]["identifier"], Value::Null);
    // more than one step
    crate::actions::many_more(&server, "Hello").await;
    let quiet = "UPDATE contacts SET last_activity_at = '2026-01-01 00:00:00' WHERE last_activity_at IS NOT NULL";
    server.write(move |tx| Ok(sql_query(quiet).execute(tx.conn)?)).await;
    office.administrator.post(PATH, said.clone()).await.ok_and_empty();
    for gone in [visitor.id, nia] {
        office.agent.get(&one(gone)).await.error(404);
    }
    office.agent.get(&one(kim)).await.ok();
    assert_eq!(stranger.agent.get(&one(foreign)).await.ok()["payload"]["identifier"], Value::Null);
    for table in ["contact_inboxes", "conversations", "messages"] {
        assert_eq!(server.count(&format!("SELECT count(*) AS number FROM {table}")).await, 0, "{table}");
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM audit_logs WHERE auditable_type = 'Contact'").await, 2);
    // those who are gone are passed over
    office.administrator.post(PATH, said).await.ok_and_empty();
    server.finish().await;
}
