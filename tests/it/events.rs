//! What is told to those who listen: which events, in which order, with which payload.
use crate::{
    snapshot,
    support::{Server, Told, shown},
};
use hookdesk::events::ActorType;
use serde_json::{Value, json};

fn names(told: &[Told]) -> Vec<&str> {
    told.iter().map(|told| told.name).collect()
}

/// The attributes that an event names as changed.
fn changed(told: &Told) -> Vec<&str> {
    let list = told.payload["changed_attributes"].as_array().unwrap();
    list.iter().flat_map(|item| item.as_object().unwrap().keys().map(String::as_str)).collect()
}

#[actix_rt::test]
async fn the_first_message_of_a_visitor_is_told_in_order() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let told = server
        .telling(async || {
            let (visitor, number) = office.conversation(&inbox).await;
            visitor.says(number, "Hello").await;
        })
        .await;
    assert_eq!(names(&told), ["contact_created", "conversation_created", "message_created", "contact_updated"]);
    for told in &told {
        snapshot_of(told, "first");
        assert_eq!(told.payload["event"], told.name);
    }
    assert_eq!(told[0].actor, None);
    let contact = Some((ActorType::Contact, 1));
    assert_eq!((told[1].actor, told[2].actor, told[3].actor), (contact, contact, contact));
    assert_eq!((told[0].inbox, told[1].inbox, told[2].inbox), (None, Some(inbox.id), Some(inbox.id)));
    server.finish().await;
}

fn snapshot_of(told: &Told, prefix: &str) {
    let value = shown(&told.payload);
    insta::with_settings!({omit_expression => true}, {
        insta::assert_json_snapshot!(format!("event_{prefix}_{}", told.name), value);
    });
}

#[actix_rt::test]
async fn an_answer_a_resolution_and_a_return_are_told_in_order() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    let answered = server
        .telling(async || {
            office.agent.says(number, "Hi Lea").await;
        })
        .await;
    assert_eq!(names(&answered), ["message_created", "conversation_updated"]);
    assert_eq!(changed(&answered[1]), ["first_reply_created_at", "waiting_since", "updated_at"]);
    answered.iter().for_each(|told| snapshot_of(told, "answered"));
    assert_eq!(answered[0].actor, Some((ActorType::User, office.agent.id)));

    let again = server
        .telling(async || {
            office.agent.says(number, "Still there?").await;
        })
        .await;
    assert_eq!(names(&again), ["message_created"]);

    let toggle = format!("/conversations/{number}/toggle_status");
    let resolved = server.telling(async || drop(office.administrator.post(&toggle, json!({})).await.ok())).await;
    assert_eq!(names(&resolved), ["conversation_status_changed", "conversation_updated"]);
    assert_eq!(changed(&resolved[0]), ["status", "updated_at"]);
    resolved.iter().for_each(|told| snapshot_of(told, "resolved"));

    let back = server
        .telling(async || {
            visitor.says(number, "One more thing").await;
        })
        .await;
    let order = ["message_created", "conversation_status_changed", "conversation_updated", "conversation_updated", "contact_updated"];
    assert_eq!(names(&back), order);
    assert_eq!((changed(&back[2]), changed(&back[3])), (vec!["status", "updated_at"], vec!["waiting_since", "updated_at"]));
    // each payload is as of its own moment
    let states: Vec<_> = back[..4].iter().map(|told| told.payload.pointer("/conversation/status").or(told.payload.get("status")).unwrap()).collect();
    assert_eq!(states, ["resolved", "open", "open", "open"]);
    assert_eq!(back[2].payload["waiting_since"], 0);
    assert!(back[3].payload["waiting_since"].as_i64().unwrap() > 0);
    server.finish().await;
}

#[actix_rt::test]
async fn a_note_is_told_as_private_and_changes_nothing_else() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    let note = json!({"content": "Difficult customer", "private": true});
    let told = server.telling(async || drop(office.agent.post(&format!("/conversations/{number}/messages"), note).await.ok())).await;
    assert_eq!(names(&told), ["message_created"]);
    snapshot!("event_note", told[0].payload);
    assert_eq!(told[0].payload["conversation"]["messages"][0]["content"], "Hello");
    server.finish().await;
}

#[actix_rt::test]
async fn assignments_and_attributes_are_told_as_updates() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (_, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}/assignments");
    let said = json!({"assignee_id": office.agent.id});
    let told = server.telling(async || drop(office.agent.post(&path, said.clone()).await.ok())).await;
    assert_eq!(names(&told), ["conversation_updated"]);
    assert_eq!(told[0].payload["changed_attributes"][0], json!({"assignee_id": {"previous_value": null, "current_value": office.agent.id}}));
    assert_eq!(told[0].payload["meta"]["assignee"]["name"], "Ben Agent");
    assert_eq!(server.telling(async || drop(office.agent.post(&path, said).await.ok())).await, [], "nothing changed");
    server.finish().await;
}

#[actix_rt::test]
async fn contacts_are_told_with_what_changed_and_silence_when_nothing_did() {
    let server = Server::start().await;
    let office = server.office().await;
    let said = json!({"name": "Lea", "email": "lea@example.org", "custom_attributes": {"plan": "pro"}});
    let mut id = 0;
    let made = server.telling(async || id = office.contact(said.clone()).await).await;
    assert_eq!(names(&made), ["contact_created"]);
    assert_eq!(made[0].actor, Some((ActorType::User, office.agent.id)));
    let path = format!("/contacts/{id}");
    let change = json!({"name": "Léa", "phone_number": "+33611223344", "custom_attributes": {"seats": 3}});
    let told = server.telling(async || drop(office.agent.patch(&path, change.clone()).await.ok())).await;
    assert_eq!(names(&told), ["contact_updated"]);
    snapshot!("event_contact_changed", told[0].payload);
    assert_eq!(server.telling(async || drop(office.agent.patch(&path, change).await.ok())).await, []);
    server.finish().await;
}

#[actix_rt::test]
async fn inboxes_are_told_without_their_keys() {
    let server = Server::start().await;
    let office = server.office().await;
    let made = server.telling(async || drop(office.api_inbox().await)).await;
    assert_eq!(names(&made), ["inbox_created"]);
    snapshot!("event_inbox_created", made[0].payload);
    let path = format!("/inboxes/{}", made[0].inbox.unwrap());
    let change = json!({"name": "Help", "greeting_enabled": true, "channel": {"webhook_url": "https://bridge.example/hook"}});
    let told = server.telling(async || drop(office.administrator.patch(&path, change.clone()).await.ok())).await;
    assert_eq!(names(&told), ["inbox_updated"]);
    assert_eq!(changed(&told[0]), ["name", "greeting_enabled", "updated_at"]);
    snapshot!("event_inbox_updated", told[0].payload);
    assert_eq!(server.telling(async || drop(office.administrator.patch(&path, change).await.ok())).await, []);
    let site = server
        .telling(async || {
            office.website().await;
        })
        .await;
    snapshot!("event_website_created", site[0].payload["channel"]);
    server.finish().await;
}

#[actix_rt::test]
async fn no_payload_holds_a_key_that_opens_something() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    office.agent.says(number, "Hi").await;
    for told in server.told().await {
        let text = told.payload.to_string();
        for key in [&inbox.hmac_token, &inbox.secret, &office.agent.token, &office.administrator.token] {
            assert!(!text.contains(key.as_str()), "{} holds a key: {text}", told.name);
        }
    }
    server.finish().await;
}

#[actix_rt::test]
async fn what_fails_is_never_told() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    let path = format!("/conversations/{number}/messages");
    let told = server
        .telling(async || {
            visitor.post(&path, json!({"content": "x".repeat(150_001)})).await.error(422);
            // the contact is made, and then the session cannot be: nothing of it stays
            let said = json!({"name": "Max", "inbox_id": inbox.id, "source_id": "x".repeat(256)});
            office.agent.post("/contacts", said).await.invalid();
            let said = json!({"source_id": visitor.source_id, "message": {"content": "x".repeat(150_001)}});
            office.agent.post("/conversations", said).await.error(422);
        })
        .await;
    assert_eq!(told, []);
    for (table, rows) in [("contacts", 1), ("conversations", 1), ("messages", 0)] {
        assert_eq!(server.count(&format!("SELECT count(*) AS number FROM {table}")).await, rows, "{table}");
    }
    let _: Value = visitor.get("").await.ok();
    server.finish().await;
}
