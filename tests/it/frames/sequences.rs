//! What is told in which order, as `compatibility` has it; and who hears it.
use super::*;

#[actix_rt::test]
async fn a_conversation_from_its_beginning_to_its_end_and_again() {
    let stage = Stage::set().await;
    let (agent, number) = (&stage.office.agent, stage.number);
    let begun = stage
        .told(async || {
            stage.lea.begin().await;
        })
        .await;
    assert_eq!(begun, ["conversation.created: ada ben", "conversation.created: lea"]);
    let asked = stage.told(async || stage.lea.says(number, "Hello").await).await;
    assert_eq!(asked, ["message.created: ada ben lea", "contact.updated: ada ben carl"]);
    let answered = stage.told(async || agent.says(number, "Hi Lea").await).await;
    let expected = ["message.created: ada ben lea", "first.reply.created: ada ben", "conversation.updated: ada ben", "conversation.updated: lea"];
    assert_eq!(answered, expected);
    let again = stage.told(async || agent.says(number, "Still there?").await).await;
    assert_eq!(again, ["message.created: ada ben lea"], "an answer is the first one once");
    let seen = stage.told(async || stage.lea.post(&format!("/conversations/{number}/update_last_seen"), json!({})).await.ok_and_empty()).await;
    assert_eq!(seen, ["conversation.read: ada ben", "message.updated: ada ben lea", "message.updated: ada ben lea"]);
    // the contact hears that an agent has read, once there was something to read
    let look = async || agent.post(&format!("/conversations/{number}/update_last_seen"), json!({})).await.ok();
    assert_eq!(stage.told(look).await, ["conversation.read: lea"]);
    assert!(stage.told(look).await.is_empty());
    let resolve = format!("/conversations/{number}/toggle_status");
    let resolved = stage.told(async || agent.post(&resolve, json!({"status": "resolved"})).await.ok()).await;
    let expected = [
        "conversation.status_changed: ada ben",
        "conversation.status_changed: lea",
        "conversation.updated: ada ben",
        "conversation.updated: lea",
        "message.created: ada ben",
    ];
    assert_eq!(resolved, expected);
    let returned = stage.told(async || stage.lea.says(number, "One more").await).await;
    let expected = [
        "message.created: ada ben lea",
        "conversation.status_changed: ada ben",
        "conversation.status_changed: lea",
        "conversation.updated: ada ben",
        "conversation.updated: lea",
        "conversation.updated: ada ben",
        "conversation.updated: lea",
        "contact.updated: ada ben carl",
        "message.created: ada ben",
    ];
    assert_eq!(returned, expected);
    stage.server.finish().await;
}

#[actix_rt::test]
async fn who_is_to_answer_is_told_to_agents_and_to_whomever_it_is() {
    let stage = Stage::set().await;
    let (number, ben) = (stage.number, stage.office.agent.id);
    let assign = format!("/conversations/{number}/assignments");
    let frames = stage.server.framing(async || stage.office.administrator.post(&assign, json!({"assignee_id": ben})).await.ok()).await;
    let expected = [
        "notification.created: ben",
        "assignee.changed: ada ben",
        "conversation.updated: ada ben",
        "conversation.updated: lea",
        "message.created: ada ben",
    ];
    assert_eq!(stage.lines(&frames), expected);
    assert_eq!((&frames[0].data["unread_count"], &frames[0].data["performer"]["id"]), (&json!(1), &json!(stage.office.administrator.id)));
    assert_eq!(frames[1].data.get("performer"), None, "what is recomputed has none");
    assert_eq!(frames[1].data["meta"]["assignee"]["availability_status"], Value::Null);
    let same = stage.told(async || stage.office.administrator.post(&assign, json!({"assignee_id": ben})).await.ok()).await;
    assert_eq!(same, Vec::<String>::new(), "what changes nothing is not told");
    // the next message replaces what he was told of the one before
    let first = stage.told(async || stage.lea.says(number, "Hello").await).await;
    assert_eq!(first, ["message.created: ada ben lea", "notification.created: ben", "contact.updated: ada ben carl"]);
    let second = stage.server.framing(async || stage.lea.says(number, "Hello?").await).await;
    let expected = ["message.created: ada ben lea", "notification.created: ben", "notification.deleted: ben", "contact.updated: ada ben carl"];
    assert_eq!(stage.lines(&second), expected);
    snapshot!("frame_notification_deleted", second[2].data);
    stage.server.finish().await;
}

#[actix_rt::test]
async fn what_becomes_of_notifications_is_told_to_their_user() {
    let stage = Stage::set().await;
    let (agent, number) = (&stage.office.agent, stage.number);
    let assign = format!("/conversations/{number}/assignments");
    stage.office.administrator.post(&assign, json!({"assignee_id": agent.id})).await.ok();
    stage.lea.says(number, "Hello").await;
    let listed = agent.get("/notifications").await.ok();
    let id = |at: usize| listed["data"]["payload"][at]["id"].as_i64().unwrap();
    let read = stage.server.framing(async || agent.patch(&format!("/notifications/{}", id(0)), json!({})).await.ok()).await;
    assert_eq!(stage.lines(&read), ["notification.updated: ben"]);
    assert_eq!((&read[0].data["unread_count"], &read[0].data["count"]), (&json!(1), &json!(1)));
    assert_eq!(shown(&read[0].data["notification"]["read_at"]), "[iso]");
    let deleted = stage.server.framing(async || agent.delete(&format!("/notifications/{}", id(0))).await).await;
    assert_eq!(stage.lines(&deleted), ["notification.deleted: ben"]);
    assert_eq!(deleted[0].data["notification"], json!({"id": id(0)}));
    let gone = stage.told(async || stage.office.administrator.delete(&format!("/conversations/{number}")).await.ok_and_empty()).await;
    assert_eq!(gone, ["notification.deleted: ben"], "what was told of a conversation goes with it");
    stage.server.finish().await;
}

#[actix_rt::test]
async fn whoever_types_is_seen_by_all_others() {
    let stage = Stage::set().await;
    let typing = format!("/conversations/{}/toggle_typing_status", stage.number);
    let by_ben = stage
        .server
        .framing(async || stage.office.agent.post(&typing, json!({"typing_status": "on", "is_private": false})).await.ok_and_empty())
        .await;
    assert_eq!(stage.lines(&by_ben), ["conversation.typing_on: ada", "conversation.typing_on: lea"]);
    snapshot!("frame_typing_on", by_ben[0].data);
    let note = json!({"typing_status": "off", "is_private": true});
    let of_note = stage.told(async || stage.office.agent.post(&typing, note).await.ok_and_empty()).await;
    assert_eq!(of_note, ["conversation.typing_off: ada"], "that a note is being written is nothing for the contact");
    let path = format!("/conversations/{}/toggle_typing", stage.number);
    let by_lea = stage.server.framing(async || stage.lea.post(&path, json!({"typing_status": "on"})).await.ok_and_empty()).await;
    assert_eq!(stage.lines(&by_lea), ["conversation.typing_on: ada ben"]);
    assert_eq!((&by_lea[0].data["user"]["type"], by_lea[0].data.get("performer")), (&json!("contact"), None));
    stage.server.finish().await;
}

#[actix_rt::test]
async fn contacts_are_told_to_all_agents() {
    let stage = Stage::set().await;
    let (agent, administrator) = (&stage.office.agent, &stage.office.administrator);
    let created = stage.server.framing(async || stage.office.contact(json!({"name": "Nora"})).await).await;
    assert_eq!(stage.lines(&created), ["contact.created: ada ben carl"]);
    snapshot!("frame_contact_created", created[0].data);
    let updated = stage.told(async || agent.put(&format!("/contacts/{}", stage.lea.id), json!({"name": "Lea B."})).await.ok()).await;
    assert_eq!(updated, ["contact.updated: ada ben carl"]);
    agent.put(&format!("/contacts/{}", stage.max.id), json!({"phone_number": "+15550100"})).await.ok();
    let merge = json!({"base_contact_id": stage.lea.id, "mergee_contact_id": stage.max.id});
    let merged = stage.server.framing(async || administrator.post("/actions/contact_merge", merge).await.ok()).await;
    let expected =
        ["conversation.contact_changed: ada ben", "contact.deleted: ada ben carl", "contact.merged: ada ben carl", "contact.updated: ada ben carl"];
    assert_eq!(stage.lines(&merged), expected);
    assert_eq!(merged[0].data["meta"]["sender"]["id"], stage.lea.id);
    assert_eq!((&merged[1].data["id"], &merged[2].data["id"]), (&json!(stage.max.id), &json!(stage.lea.id)));
    assert_eq!(merged[1].data["account_id"], stage.office.account);
    let deleted = stage.server.framing(async || administrator.delete(&format!("/contacts/{}", stage.lea.id)).await).await;
    let gone = named(&deleted, "contact.deleted");
    assert_eq!((gone.len(), &gone[0].data["id"], &gone[0].data["identifier"]), (1, &json!(stage.lea.id), &Value::Null));
    stage.server.finish().await;
}

#[actix_rt::test]
async fn lists_that_clients_keep_are_told_to_everybody_in_the_account() {
    let stage = Stage::set().await;
    let label = stage.server.framing(async || stage.office.administrator.post("/labels", json!({"title": "vip"})).await.ok()).await;
    assert_eq!(stage.lines(&label), ["account.cache_invalidated: ada ben carl"]);
    let keys = stage.carl.get("/cache_keys").await.ok()["cache_keys"].clone();
    assert_eq!((&label[0].data["cache_keys"], &label[0].data["account_id"]), (&keys, &json!(stage.office.account)));
    assert_eq!(label[0].data["performer"]["id"], stage.office.administrator.id);
    stage.server.finish().await;
}

#[actix_rt::test]
async fn what_an_inbox_does_by_itself_is_told_after_what_has_caused_it() {
    let stage = Stage::set().await;
    let (administrator, ben) = (&stage.office.administrator, stage.office.agent.id);
    let wanted = json!({"enable_auto_assignment": true, "greeting_enabled": true, "greeting_message": "Welcome!", "csat_survey_enabled": true});
    administrator.patch(&format!("/inboxes/{}", stage.inbox.id), wanted).await.ok();
    administrator.patch(&format!("/agents/{ben}"), json!({"auto_offline": false, "availability": "online"})).await.ok();
    let frames = stage
        .server
        .framing(async || {
            let number = stage.lea.begin().await;
            stage.lea.says(number, "Hello").await;
            let resolve = format!("/conversations/{number}/toggle_status");
            stage.office.agent.post(&resolve, json!({"status": "resolved"})).await.ok();
        })
        .await;
    let expected = [
        "conversation.created: ada ben",
        "conversation.created: lea",
        "notification.created: ben",
        "assignee.changed: ada ben",
        "conversation.updated: ada ben",
        "conversation.updated: lea",
        "message.created: ada ben lea",
        "notification.created: ben",
        "contact.updated: ada ben carl",
        "message.created: ada ben lea",
        "conversation.status_changed: ada ben",
        "conversation.status_changed: lea",
        "conversation.updated: ada ben",
        "conversation.updated: lea",
        "message.created: ada ben",
        "message.created: ada ben lea",
    ];
    assert_eq!(stage.lines(&frames), expected);
    let of = |at: usize, key: &str| frames[at].data[key].clone();
    assert_eq!((of(9, "content"), of(9, "message_type"), of(9, "sender_type")), (json!("Welcome!"), json!(3), Value::Null));
    assert_eq!((of(14, "message_type"), of(15, "content_type")), (json!(2), json!("input_csat")));
    assert_eq!(frames[3].data["meta"]["assignee"]["id"], ben);
    stage.server.finish().await;
}

#[actix_rt::test]
async fn whoever_is_named_hears_it_as_long_as_they_see_the_conversation() {
    let stage = Stage::set().await;
    let (administrator, carl, number) = (&stage.office.administrator, stage.carl.id, stage.number);
    let team = administrator.post("/teams", json!({"name": "billing", "allow_auto_assign": false})).await.ok()["id"].as_i64().unwrap();
    let members = format!("/teams/{team}/team_members");
    administrator.post(&members, json!({"user_ids": [carl]})).await.ok();
    administrator.post(&format!("/conversations/{number}/assignments"), json!({"team_id": team})).await.ok();
    let before = stage.server.newest_event().await;
    let note = json!({"content": format!("[@Carl](mention://user/{carl}/Carl) look"), "private": true});
    administrator.post(&format!("/conversations/{number}/messages"), note).await.ok();
    let expected = ["message.created: ada ben", "conversation.mentioned: carl", "notification.created: carl"];
    assert_eq!(stage.lines(&stage.server.frames_after(before).await), expected, "an agent of its team sees a conversation, and hears no more of it");
    administrator.json(actix_web::http::Method::DELETE, &members, json!({"user_ids": [carl]})).await;
    let since = stage.lines(&stage.server.frames_after(before).await);
    assert_eq!(since[..2], ["message.created: ada ben", "conversation.mentioned: "]);
    assert!(!since[2..].iter().any(|line| line.starts_with("notification")), "{since:?}");
    stage.server.finish().await;
}

#[actix_rt::test]
async fn nothing_but_sockets_hears_of_what_is_theirs() {
    let stage = Stage::set().await;
    let receiver = crate::support::Receiver::open();
    stage.office.webhook(&receiver.url()).await;
    let hidden = "SELECT count(*) AS number FROM events WHERE name >= 14";
    let before = stage.server.count(hidden).await;
    let (number, agent) = (stage.number, &stage.office.agent);
    agent.post(&format!("/conversations/{number}/assignments"), json!({"assignee_id": agent.id})).await.ok();
    stage.lea.post(&format!("/conversations/{number}/update_last_seen"), json!({})).await.ok_and_empty();
    stage.office.administrator.post("/labels", json!({"title": "vip"})).await.ok();
    let told = stage.server.count(hidden).await - before;
    assert_eq!(told, 3, "a notice, a look and a list");
    stage.server.settled().await;
    let delivered = "SELECT count(*) AS number FROM deliveries JOIN events ON events.id = deliveries.event_id WHERE events.name >= 14";
    assert_eq!(stage.server.count(delivered).await, 0);
    let pulled = stage.office.administrator.get("/webhook_events?after=0&limit=100").await.ok();
    let names: Vec<&str> = pulled["payload"].as_array().unwrap().iter().map(|one| one["event"].as_str().unwrap()).collect();
    assert!(names.contains(&"conversation_updated") && !names.iter().any(|name| name.starts_with("notice")), "{names:?}");
    let pulled = pulled["payload"].as_array().unwrap().len() as i64;
    assert_eq!(pulled, stage.server.count("SELECT count(*) AS number FROM events WHERE name < 12 AND account_id = 1").await);
    for name in ["notice_created", "conversation_read", "account_cache_invalidated"] {
        let said = json!({"url": receiver.url(), "subscriptions": [name]});
        assert_eq!(stage.office.administrator.post("/webhooks", said).await.status, 422, "{name}");
        assert_eq!(stage.office.administrator.get(&format!("/webhook_events?after=0&events[]={name}")).await.status, 422, "{name}");
    }
    stage.server.finish().await;
}
