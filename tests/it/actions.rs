//! What agents say about a conversation: its priority, muting, snoozing, attributes; and deleting it.
use crate::support::{Caller, Server, Told, client::Agent, until};
use actix_web::http::Method;
use chrono::Utc;
use hookdesk::conversations;
use serde_json::{Value, json};

fn names(told: &[Told]) -> Vec<&str> {
    told.iter().map(|told| told.name).collect()
}

/// What an event says has changed, without the time of the change.
fn changed(told: &Told) -> Value {
    let all = told.payload["changed_attributes"].as_array().unwrap();
    let named = |change: &Value| change.as_object().unwrap().keys().next().unwrap().clone();
    let told = all.iter().filter(|change| named(change) != "updated_at");
    told.map(|change| (named(change), change[named(change)]["current_value"].clone())).collect::<serde_json::Map<_, _>>().into()
}

async fn notices(caller: &Caller, number: i64) -> Vec<String> {
    let list = caller.get(&format!("/conversations/{number}/messages")).await.ok();
    let list = list["payload"].as_array().unwrap().iter().filter(|message| message["message_type"] == 2);
    list.map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

/// Every way to change a conversation, with a body that would do it.
fn ways() -> Vec<(Method, &'static str, Value)> {
    vec![
        (Method::PATCH, "", json!({"priority": "high"})),
        (Method::POST, "/toggle_priority", json!({"priority": "high"})),
        (Method::POST, "/mute", json!({})),
        (Method::POST, "/unmute", json!({})),
        (Method::POST, "/unread", json!({})),
        (Method::POST, "/custom_attributes", json!({"custom_attributes": {"a": 1}})),
        (Method::POST, "/destroy_custom_attributes", json!({"custom_attributes": ["a"]})),
        (Method::POST, "/toggle_status", json!({})),
        (Method::GET, "/participants", json!({})),
        (Method::POST, "/participants", json!({"user_ids": []})),
        (Method::PATCH, "/participants", json!({"user_ids": []})),
        (Method::DELETE, "/participants", json!({"user_ids": []})),
        (Method::GET, "/draft_messages", json!({})),
        (Method::PATCH, "/draft_messages", json!({"draft_message": {"message": "x"}})),
        (Method::DELETE, "/draft_messages", json!({})),
        (Method::GET, "/attachments", json!({})),
    ]
}

#[actix_rt::test]
async fn only_those_who_see_a_conversation_change_it() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let outsider = office.another_agent("Cleo", "cleo@acme.example").await;
    let stranger = server.another_office("b.").await;
    let path = format!("/conversations/{number}");
    let told = server
        .telling(async || {
            for (method, end, said) in ways() {
                let path = format!("{path}{end}");
                outsider.json(method.clone(), &path, said.clone()).await.error(401);
                stranger.administrator.json(method.clone(), &path, said.clone()).await.error(404);
                let other_account = server.anonymous().below(format!("/api/v1/accounts/{}", office.account));
                let their_token = other_account.with("api_access_token", &stranger.agent.token);
                their_token.json(method.clone(), &path, said.clone()).await.error(401);
                office.agent.json(method, &format!("/conversations/999{end}"), said).await.error(404);
            }
            outsider.delete(&path).await.error(401);
            office.agent.delete(&path).await.error(401);
            stranger.administrator.delete(&path).await.error(404);
            office.administrator.delete("/conversations/999").await.error(404);
        })
        .await;
    assert_eq!(names(&told), Vec::<&str>::new());
    server.finish().await;
}

#[actix_rt::test]
async fn a_priority_is_set_changed_and_removed() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}");
    let told = server
        .telling(async || {
            assert_eq!(office.agent.patch(&path, json!({"priority": "high"})).await.ok()["priority"], "high");
            // the same again, and nothing at all
            assert_eq!(office.agent.put(&path, json!({"conversation": {"priority": "high"}})).await.ok()["priority"], "high");
            assert_eq!(office.agent.patch(&path, json!({})).await.ok()["priority"], "high");
            office.agent.post(&format!("{path}/toggle_priority"), json!({"priority": "urgent"})).await.ok_and_empty();
            office.administrator.post(&format!("{path}/toggle_priority"), json!({"priority": null})).await.ok_and_empty();
            office.agent.patch(&path, json!({"priority": "dire"})).await.error(422);
        })
        .await;
    assert_eq!(names(&told), ["conversation_updated"; 3]);
    let values: Vec<Value> = told.iter().map(changed).collect();
    assert_eq!(values, [json!({"priority": "high"}), json!({"priority": "urgent"}), json!({"priority": null})]);
    assert_eq!(
        notices(&office.agent, number).await,
        ["Ben Agent set the priority to high", "Ben Agent changed the priority from high to urgent", "Ada Admin removed the priority"]
    );
    server.finish().await;
}

#[actix_rt::test]
async fn a_muted_contact_opens_nothing() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}");
    let told = server
        .telling(async || {
            office.agent.post(&format!("{path}/mute"), json!({})).await.ok_and_empty();
            office.agent.post(&format!("{path}/mute"), json!({})).await.ok_and_empty();
        })
        .await;
    assert_eq!(names(&told), ["conversation_status_changed", "conversation_updated", "contact_updated"]);
    assert_eq!(changed(&told[2]), json!({"blocked": true}));
    visitor.says(number, "Hello?").await;
    let seen = office.agent.sees(number).await;
    assert_eq!((&seen["status"], &seen["muted"], &seen["meta"]["sender"]["blocked"]), (&json!("resolved"), &json!(true), &json!(true)));
    let told = server
        .telling(async || {
            office.agent.post(&format!("{path}/unmute"), json!({})).await.ok_and_empty();
            office.agent.post(&format!("{path}/unmute"), json!({})).await.ok_and_empty();
        })
        .await;
    assert_eq!(names(&told), ["contact_updated"]);
    assert_eq!(office.agent.sees(number).await["status"], "resolved", "it stays as it is until the contact writes");
    visitor.says(number, "Hello again").await;
    assert_eq!(office.agent.sees(number).await["status"], "open");
    let notices = notices(&office.agent, number).await;
    assert_eq!(notices[1..3], ["Ben Agent muted the conversation", "Ben Agent unmuted the conversation"]);
    server.finish().await;
}

#[actix_rt::test]
async fn the_last_message_counts_as_unread_again() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}");
    assert_eq!(office.agent.post(&format!("{path}/unread"), json!({})).await.ok()["unread_count"], 0, "nothing was written");
    visitor.says(number, "Hello").await;
    office.agent.post(&format!("{path}/assignments"), json!({"assignee_id": office.agent.id})).await.ok();
    assert_eq!(office.agent.post(&format!("{path}/update_last_seen"), json!({})).await.ok()["unread_count"], 0);
    let told = server
        .telling(async || {
            let seen = office.agent.post(&format!("{path}/unread"), json!({})).await.ok();
            assert_eq!(seen["unread_count"], 1);
            assert_eq!(seen["agent_last_seen_at"], seen["assignee_last_seen_at"]);
            assert!(seen["agent_last_seen_at"].as_i64() < seen["last_activity_at"].as_i64());
        })
        .await;
    assert_eq!(names(&told), Vec::<&str>::new());
    assert_eq!(office.agent.sees(number).await["unread_count"], 1);
    server.finish().await;
}

#[actix_rt::test]
async fn attributes_are_replaced_merged_and_removed() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}/custom_attributes");
    let away = format!("/conversations/{number}/destroy_custom_attributes");
    let told = server
        .telling(async || {
            for (path, said, attributes) in [
                (&path, json!({"custom_attributes": {"order": 7, "plan": "pro"}}), json!({"order": 7, "plan": "pro"})),
                (&path, json!({"custom_attributes": {"plan": "pro", "order": 7}}), json!({"order": 7, "plan": "pro"})),
                (&path, json!({"custom_attributes": {"city": "Lyon"}, "merge": true}), json!({"order": 7, "plan": "pro", "city": "Lyon"})),
                (&away, json!({"custom_attributes": ["plan", "nothing"]}), json!({"order": 7, "city": "Lyon"})),
                (&away, json!({}), json!({"order": 7, "city": "Lyon"})),
                (&path, json!({"custom_attributes": {"city": "Bern"}}), json!({"city": "Bern"})),
                (&path, json!({"custom_attributes": null}), json!({})),
            ] {
                assert_eq!(office.agent.post(path, said.clone()).await.ok(), json!({"custom_attributes": attributes}), "{said}");
                assert_eq!(office.agent.sees(number).await["custom_attributes"], attributes, "{said}");
            }
        })
        .await;
    assert_eq!(names(&told), ["conversation_updated"; 5]);
    assert_eq!(changed(&told[3]), json!({"custom_attributes": {"city": "Bern"}}));
    office.agent.post(&path, json!({})).await.error(422);
    office.agent.post(&path, json!({"custom_attributes": [1]})).await.error(422);
    for attributes in [json!({"a": "x".repeat(1501)}), json!({"a": 10_000_000_000_i64}), json!({"a": vec!["x".repeat(1400); 60]})] {
        assert_eq!(office.agent.post(&path, json!({"custom_attributes": attributes})).await.invalid(), ["custom_attributes"]);
    }
    server.finish().await;
}

async fn snooze(agent: &Agent, number: i64, until: Value) -> Value {
    agent.post(&format!("/conversations/{number}/toggle_status"), json!({"status": "snoozed", "snoozed_until": until})).await.ok()
}

#[actix_rt::test]
async fn a_snoozed_conversation_wakes_by_itself_and_once() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, first) = office.conversation(&inbox).await;
    let (second, third, fourth) = (visitor.begin().await, visitor.begin().await, visitor.begin().await);
    let soon = Utc::now().timestamp() + 1;
    snooze(&office.agent, second, json!(soon + 3600)).await;
    snooze(&office.agent, third, Value::Null).await;
    snooze(&office.agent, fourth, json!(soon + 3600)).await;
    office.agent.post(&format!("/conversations/{fourth}/toggle_status"), json!({"status": "pending"})).await.ok();
    let told = server
        .telling(async || {
            snooze(&office.agent, first, json!(soon.to_string())).await;
            until("the conversation to wake", async || (office.agent.sees(first).await["status"] == "open").then_some(())).await;
            assert!(Utc::now().timestamp() >= soon, "not before its time");
            // other nodes look at the same rows
            let look = || conversations::wake_due(&server.db);
            let (one, another) = futures_util::future::join(look(), look()).await;
            assert_eq!((one.unwrap().0, another.unwrap().0), (0, 0));
        })
        .await;
    assert_eq!(names(&told)[2..], ["conversation_status_changed", "conversation_updated"]);
    assert_eq!(changed(&told[2]), json!({"status": "open", "snoozed_until": null}));
    assert_eq!(told[2].actor, None);
    assert_eq!(notices(&office.agent, first).await, ["Conversation was snoozed by Ben Agent"], "who opened it is nobody");
    for (number, status) in [(second, "snoozed"), (third, "snoozed"), (fourth, "pending")] {
        assert_eq!(office.agent.sees(number).await["status"], status);
    }
    for bad in ["tomorrow", "99999999999999", "NaN"] {
        let said = json!({"status": "snoozed", "snoozed_until": bad});
        office.agent.post(&format!("/conversations/{second}/toggle_status"), said).await.error(422);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn many_that_are_due_wake_once_each_whoever_looks() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, _) = office.conversation(&inbox).await;
    let mut numbers = Vec::new();
    for _ in 0..8 {
        numbers.push(visitor.begin().await);
    }
    let told = server
        .telling(async || {
            for number in &numbers {
                snooze(&office.agent, *number, json!(1)).await;
            }
            let look = || conversations::wake_due(&server.db);
            let (one, another) = futures_util::future::join(look(), look()).await;
            assert!(one.unwrap().0 + another.unwrap().0 <= 8, "the server's own loop may have been faster");
            let open = async || server.count("SELECT count(*) AS number FROM conversations WHERE status = 3").await == 0;
            until("all to wake", async || open().await.then_some(())).await;
        })
        .await;
    let woken = told.iter().filter(|told| told.name == "conversation_status_changed" && told.actor.is_none()).count();
    assert_eq!(woken, 8);
    server.finish().await;
}

#[actix_rt::test]
async fn a_deleted_conversation_takes_all_of_it_along() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let kept = visitor.begin().await;
    visitor.says(kept, "Stays").await;
    let path = format!("/conversations/{number}");
    let file = crate::support::File::new("attachments[]", "a.txt", "text/plain", b"a");
    visitor.upload(&format!("{path}/messages"), &[], &[file]).await.ok();
    office.agent.post(&format!("{path}/participants"), json!({"user_ids": [office.agent.id]})).await.ok();
    office.agent.patch(&format!("{path}/draft_messages"), json!({"message": "Dear"})).await.ok();
    let survey = json!({"content": "How was it?", "content_type": "input_csat"});
    let survey = office.agent.post(&format!("{path}/messages"), survey).await.ok()["id"].clone();
    let answer = json!({"submitted_values": {"csat_survey_response": {"rating": 5}}});
    visitor.patch(&format!("{path}/messages/{survey}"), answer).await.ok();
    // more than one step
    many_more(&server, "How was it?").await;
    let told = server.telling(async || office.administrator.delete(&path).await.ok_and_empty()).await;
    assert_eq!(names(&told), Vec::<&str>::new());
    office.administrator.get(&path).await.error(404);
    office.administrator.delete(&path).await.error(404);
    for (table, left) in [
        ("conversations", 1),
        ("messages", 1),
        ("attachments", 0),
        ("conversation_participants", 0),
        ("draft_messages", 0),
        ("csat_survey_responses", 0),
    ] {
        assert_eq!(server.count(&format!("SELECT count(*) AS number FROM {table}")).await, left, "{table}");
    }
    assert_eq!(visitor.begin().await, kept + 1, "a number is never given twice");
    server.finish().await;
}

/// Puts 1200 messages beside the one of this text.
pub async fn many_more(server: &Server, beside: &'static str) {
    server
        .write(move |tx| {
            let many = format!(
                "INSERT INTO messages (account_id, inbox_id, conversation_id, message_type, content, created_at, updated_at) \
                 SELECT m.account_id, m.inbox_id, m.conversation_id, 1, 'x', m.created_at, m.updated_at FROM messages m, \
                 (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) SELECT i FROM n) AS many \
                 WHERE m.content = '{beside}'"
            );
            Ok(diesel::RunQueryDsl::execute(diesel::sql_query(many), tx.conn)?)
        })
        .await;
}

#[actix_rt::test]
async fn deletions_are_limited() {
    let server = Server::start_with(|config| config.rate_limits = true).await;
    let office = server.office().await;
    for _ in 0..60 {
        office.administrator.delete("/conversations/999").await.error(404);
    }
    let refused = office.administrator.delete("/conversations/999").await;
    assert_eq!((refused.status, refused.header("content-type")), (429, Some("text/plain")));
    let stranger = server.another_office("b.").await;
    stranger.administrator.delete("/conversations/999").await.error(404);
    server.finish().await;
}
