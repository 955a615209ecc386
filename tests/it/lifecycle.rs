//! What follows from what: reopening, waiting, notices, counts.
use crate::support::{Caller, Office, Server, Visitor};
use serde_json::{Value, json};

async fn set(caller: &Caller, number: i64, status: &str) {
    caller.post(&format!("/conversations/{number}/toggle_status"), json!({"status": status})).await.ok();
}

/// Notices and messages, each as `type: content`.
async fn log(office: &Office, number: i64) -> Vec<String> {
    let list = office.administrator.get(&format!("/conversations/{number}/messages?after=0")).await.ok();
    let line = |message: &Value| {
        let kind = ["incoming", "outgoing", "activity", "template"][message["message_type"].as_u64().unwrap() as usize];
        format!("{kind}: {}", message["content"].as_str().unwrap())
    };
    list["payload"].as_array().unwrap().iter().map(line).collect()
}

async fn with_conversation(office: &Office) -> (Visitor, i64) {
    let inbox = office.api_inbox().await;
    office.conversation(&inbox).await
}

#[actix_rt::test]
async fn a_visitors_message_reopens_what_was_resolved_or_snoozed() {
    let server = Server::start().await;
    let office = server.office().await;
    let (visitor, number) = with_conversation(&office).await;
    for (status, after) in [("resolved", "open"), ("snoozed", "open"), ("pending", "pending"), ("open", "open")] {
        set(&office.administrator, number, status).await;
        visitor.says(number, status).await;
        let seen = office.agent.sees(number).await;
        assert_eq!((&seen["status"], &seen["snoozed_until"]), (&json!(after), &Value::Null), "{status}");
    }
    let reopened = "activity: System reopened the conversation because of a new incoming message";
    let expected = [
        "activity: Conversation was marked resolved by Ada Admin",
        "incoming: resolved",
        reopened,
        "activity: Conversation was snoozed by Ada Admin",
        "incoming: snoozed",
        reopened,
        "activity: Conversation was marked as pending by Ada Admin",
        "incoming: pending",
        "activity: Conversation was reopened by Ada Admin",
        "incoming: open",
    ];
    assert_eq!(log(&office, number).await, expected);
    server.finish().await;
}

#[actix_rt::test]
async fn agents_messages_and_notes_never_reopen() {
    let server = Server::start().await;
    let office = server.office().await;
    let (_, number) = with_conversation(&office).await;
    for status in ["resolved", "snoozed", "pending"] {
        set(&office.administrator, number, status).await;
        office.agent.says(number, "Just to add").await;
        let note = json!({"content": "Note", "private": true});
        office.agent.post(&format!("/conversations/{number}/messages"), note).await.ok();
        assert_eq!(office.agent.sees(number).await["status"], status);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn notices_say_who_did_what() {
    let server = Server::start().await;
    let office = server.office().await;
    let (visitor, number) = with_conversation(&office).await;
    let assign = async |caller: &Caller, to: Value| {
        caller.post(&format!("/conversations/{number}/assignments"), json!({"assignee_id": to})).await.ok();
    };
    assign(&office.agent, json!(office.agent.id)).await;
    assign(&office.administrator, json!(office.agent.id)).await;
    assign(&office.agent, json!(office.administrator.id)).await;
    assign(&office.administrator, json!(null)).await;
    set(&office.agent, number, "resolved").await;
    set(&office.agent, number, "resolved").await;
    set(&office.agent, number, "open").await;
    visitor.post(&format!("/conversations/{number}/toggle_status"), json!({})).await.ok();
    let expected = [
        "activity: Ben Agent self-assigned this conversation",
        "activity: Assigned to Ada Admin by Ben Agent",
        "activity: Conversation unassigned by Ada Admin",
        "activity: Conversation was marked resolved by Ben Agent",
        "activity: Conversation was reopened by Ben Agent",
        "activity: Ben Agent self-assigned this conversation",
        "activity: Conversation was resolved by Lea",
    ];
    assert_eq!(log(&office, number).await, expected);
    let list = office.agent.get(&format!("/conversations/{number}/messages")).await.ok();
    let notice = list["payload"].as_array().unwrap().last().unwrap();
    assert_eq!(notice["content_attributes"], json!({"activity": {"type": "conversation_status_changed", "status": "resolved"}}));
    assert!(notice.get("sender").is_none());
    server.finish().await;
}

#[actix_rt::test]
async fn what_a_blocked_contact_writes_changes_nothing() {
    let server = Server::start().await;
    let office = server.office().await;
    let (visitor, number) = with_conversation(&office).await;
    set(&office.administrator, number, "resolved").await;
    office.agent.patch(&format!("/contacts/{}", visitor.id), json!({"blocked": true})).await.ok();
    visitor.says(number, "Let me in").await;
    let seen = office.agent.sees(number).await;
    assert_eq!((&seen["status"], &seen["waiting_since"], &seen["muted"]), (&json!("resolved"), &json!(0), &json!(true)));
    let begun = visitor.begin().await;
    assert_eq!(office.agent.sees(begun).await["status"], "resolved");
    server.finish().await;
}

#[actix_rt::test]
async fn waiting_begins_with_the_visitor_and_ends_with_a_persons_answer() {
    let server = Server::start().await;
    let office = server.office().await;
    let (visitor, number) = with_conversation(&office).await;
    let state = async || {
        let seen = office.agent.sees(number).await;
        let time = |key: &str| seen[key].as_i64().unwrap();
        (time("waiting_since") > 0, time("first_reply_created_at"))
    };
    // a new conversation waits from its beginning
    assert_eq!(state().await, (true, 0));
    let note = json!({"content": "Note", "private": true});
    office.agent.post(&format!("/conversations/{number}/messages"), note).await.ok();
    assert_eq!(state().await, (true, 0));
    office.agent.says(number, "Hi").await;
    let (waiting, first) = state().await;
    assert!(!waiting && first > 0);
    visitor.says(number, "And?").await;
    assert!(state().await.0);
    let since = office.agent.sees(number).await["waiting_since"].clone();
    visitor.says(number, "Hello??").await;
    assert_eq!(office.agent.sees(number).await["waiting_since"], since);
    set(&office.administrator, number, "resolved").await;
    assert_eq!(state().await, (false, first));
    visitor.says(number, "Again").await;
    office.agent.says(number, "Yes").await;
    assert_eq!(state().await, (false, first), "the first answer stays the first");
    server.finish().await;
}

#[actix_rt::test]
async fn the_unread_count_stops_at_ten() {
    let server = Server::start().await;
    let office = server.office().await;
    let (visitor, number) = with_conversation(&office).await;
    for count in 1..=12 {
        visitor.says(number, "Hello?").await;
        assert_eq!(office.agent.sees(number).await["unread_count"], count.min(10));
    }
    office.agent.says(number, "An answer reads nothing").await;
    assert_eq!(office.agent.sees(number).await["unread_count"], 10);
    let told = server.told().await;
    let counts: Vec<i64> = told
        .iter()
        .filter(|told| told.name == "message_created" && told.payload["message_type"] == "incoming")
        .map(|told| told.payload["conversation"]["unread_count"].as_i64().unwrap())
        .collect();
    assert_eq!(counts, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10]);
    server.finish().await;
}

#[actix_rt::test]
async fn activity_moves_a_conversation_and_its_contact() {
    let server = Server::start().await;
    let office = server.office().await;
    let (visitor, number) = with_conversation(&office).await;
    let contact = async || office.agent.get(&format!("/contacts/{}", visitor.id)).await.ok()["payload"].clone();
    assert!(contact().await.get("last_activity_at").is_none());
    let id = visitor.says(number, "Hello").await;
    let seen = office.agent.sees(number).await;
    let message = office.agent.get(&format!("/conversations/{number}/messages")).await.ok()["payload"][0].clone();
    assert_eq!((&message["id"], &message["created_at"]), (&json!(id), &seen["last_activity_at"]));
    assert_eq!(seen["timestamp"], seen["last_activity_at"]);
    assert_eq!(contact().await["last_activity_at"], seen["last_activity_at"]);
    // the last message of any kind, and the last that is no notice
    set(&office.administrator, number, "resolved").await;
    let seen = office.agent.sees(number).await;
    assert_eq!(seen["messages"][0]["message_type"], 2);
    assert_eq!(seen["last_non_activity_message"]["id"], id);
    server.finish().await;
}

#[actix_rt::test]
async fn the_reply_window_of_an_inbox_closes() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox_with(json!({"additional_attributes": {"agent_reply_time_window": 0.000_001}})).await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    let closes = async || (office.agent.sees(number).await["can_reply"] == false).then_some(());
    crate::support::until("the reply window to close", closes).await;
    server.finish().await;
}

#[actix_rt::test]
async fn notices_are_in_the_language_of_the_account() {
    let server = Server::start().await;
    let office = server.office().await;
    let (_, number) = with_conversation(&office).await;
    let account = office.account;
    let to_thai = move |tx: &mut hookdesk::db::Tx| {
        let mut account = hookdesk::accounts::find(tx.conn, hookdesk::db::types::AccountId(account))?;
        account.locale = "th".into();
        hookdesk::accounts::update(tx, &account)
    };
    server.db.write(to_thai).await.unwrap();
    set(&office.agent, number, "resolved").await;
    let notice = log(&office, number).await.pop().unwrap();
    assert!(notice.contains("Ben Agent") && notice.chars().any(|c| ('\u{e00}'..'\u{e80}').contains(&c)), "{notice}");
    server.finish().await;
}
