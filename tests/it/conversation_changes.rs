//! What agents do with a conversation: its status, who answers, what was seen.
use crate::{snapshot, support::Server};
use serde_json::{Value, json};

#[actix_rt::test]
async fn status_is_turned_over_or_set() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}/toggle_status");
    let toggle = async |said: Value| office.administrator.post(&path, said).await.ok();
    let bodiless = office.administrator.send(actix_web::http::Method::POST, &path, None, Vec::new()).await;
    snapshot!("conversation_toggled", bodiless.ok());
    for (said, status, until) in [
        (json!({}), "open", Value::Null),
        (json!({"status": "pending"}), "pending", Value::Null),
        (json!({}), "open", Value::Null),
        (json!({"status": "snoozed", "snoozed_until": "1900000000"}), "snoozed", json!("2030-03-17T17:46:40.000Z")),
        (json!({"status": "snoozed", "snoozed_until": 1_900_000_000}), "snoozed", json!("2030-03-17T17:46:40.000Z")),
        (json!({"status": "snoozed"}), "snoozed", Value::Null),
        (json!({"status": "resolved", "snoozed_until": 1_900_000_000}), "resolved", Value::Null),
        (json!({"status": "open"}), "open", Value::Null),
    ] {
        let answer = toggle(said.clone()).await["payload"].clone();
        assert_eq!((&answer["current_status"], &answer["snoozed_until"]), (&json!(status), &until), "{said}");
        let seen = office.administrator.sees(number).await;
        assert_eq!((&seen["status"], &seen["snoozed_until"]), (&json!(status), &until), "{said}");
    }
    office.administrator.post(&path, json!({"status": "done"})).await.error(422);
    server.finish().await;
}

#[actix_rt::test]
async fn an_agent_who_opens_a_conversation_answers_it_and_an_administrator_does_not() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}/toggle_status");
    for (caller, status, assignee) in [
        (&office.administrator.caller, "resolved", Value::Null),
        (&office.administrator.caller, "open", Value::Null),
        (&office.agent.caller, "resolved", Value::Null),
        (&office.agent.caller, "open", json!(office.agent.id)),
    ] {
        caller.post(&path, json!({"status": status})).await.ok();
        let seen = office.administrator.sees(number).await;
        assert_eq!(seen["meta"]["assignee"]["id"], assignee, "{status}");
    }
    server.finish().await;
}

#[actix_rt::test]
async fn a_conversation_is_assigned_and_taken_away() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}/assignments");
    let (ada, ben) = (office.administrator.id, office.agent.id);
    let assignee = async || office.agent.sees(number).await["meta"].get("assignee").map(|assignee| assignee["id"].clone());
    let answer = office.agent.post(&path, json!({"assignee_id": ben})).await.ok();
    snapshot!("conversation_assigned", answer);
    assert_eq!(assignee().await, Some(json!(ben)));
    assert_eq!(office.agent.sees(number).await["meta"]["assignee_type"], "User");
    // in the query, as text
    let in_query = format!("{path}?assignee_id={ada}");
    assert_eq!(office.agent.send(actix_web::http::Method::POST, &in_query, None, Vec::new()).await.ok()["id"], ada);
    assert_eq!(assignee().await, Some(json!(ada)));
    let stranger = server.another_office("b.").await.agent.id;
    for nobody in [json!(null), json!(0), json!("0"), json!(""), json!(999), json!(stranger), json!("nobody")] {
        office.agent.post(&path, json!({"assignee_id": ben})).await.ok();
        let answer = office.agent.post(&path, json!({"assignee_id": nobody})).await.ok();
        assert_eq!((answer, assignee().await), (Value::Null, None), "{nobody}");
    }
    assert_eq!(office.agent.post(&path, json!({"team_id": null})).await.ok(), Value::Null);
    office.agent.post(&path, json!({"team_id": 4})).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn what_an_agent_has_seen_is_unread_no_more() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello?").await;
    assert_eq!(office.agent.sees(number).await["unread_count"], 1);
    let path = format!("/conversations/{number}/update_last_seen");
    let events = server.told().await.len();
    let seen = office.administrator.post(&path, json!({})).await.ok();
    assert_eq!((&seen["unread_count"], &seen["assignee_last_seen_at"]), (&json!(0), &json!(0)));
    assert!(seen["agent_last_seen_at"].as_i64().unwrap() > 0);
    // the assignee's own look is kept apart
    office.agent.post(&format!("/conversations/{number}/assignments"), json!({"assignee_id": office.agent.id})).await.ok();
    let seen = office.agent.post(&path, json!({})).await.ok();
    assert!(seen["assignee_last_seen_at"].as_i64().unwrap() > 0);
    assert_eq!(office.agent.sees(number).await["unread_count"], 0);
    visitor.says(number, "Still there?").await;
    assert_eq!(office.agent.sees(number).await["unread_count"], 1);
    // looking is told to nobody: between the message and the assignment there is only the assignment
    let names: Vec<_> = server.told().await.into_iter().skip(events).map(|told| told.name).collect();
    assert_eq!(names, ["conversation_updated", "message_created", "contact_updated"]);
    server.finish().await;
}

#[actix_rt::test]
async fn typing_is_told_for_on_and_off_and_nothing_else() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let told = server
        .telling(async || {
            let path = format!("/conversations/{number}/toggle_typing_status");
            office.agent.post(&path, json!({"typing_status": "on", "is_private": true})).await.ok_and_empty();
            office.agent.post(&path, json!({"typing_status": "off"})).await.ok_and_empty();
            office.agent.post(&path, json!({"typing_status": "maybe"})).await.ok_and_empty();
            office.agent.post(&path, json!({})).await.ok_and_empty();
            let path = format!("/conversations/{number}/toggle_typing");
            visitor.post(&path, json!({"typing_status": "on"})).await.ok_and_empty();
        })
        .await;
    let names: Vec<_> = told.iter().map(|told| told.name).collect();
    assert_eq!(names, ["conversation_typing_on", "conversation_typing_off", "conversation_typing_on"]);
    snapshot!("typing_of_agent", told[0].payload);
    snapshot!("typing_of_visitor", told[2].payload["user"]);
    assert_eq!(told[1].payload["is_private"], false);
    server.finish().await;
}
