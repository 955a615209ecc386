//! One change of many conversations.
use crate::support::Server;
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
