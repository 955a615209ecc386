//! Inboxes: who sees which, with which keys, and what their rules refuse.
use crate::{
    actions::many_more,
    snapshot,
    support::{Server, shown},
};
use actix_web::http::Method;
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<&str> {
    list["payload"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[actix_rt::test]
async fn a_created_api_inbox_shows_its_keys_and_an_ordinary_week() {
    let server = Server::start().await;
    let office = server.office().await;
    let said = json!({"name": "Support", "channel": {"type": "api", "webhook_url": "https://bridge.example/hook"}});
    let made = office.administrator.post("/inboxes", said).await.ok();
    snapshot!("inbox_api_created", made);
    let again = office.administrator.get(&format!("/inboxes/{}", made["id"])).await.ok();
    assert_eq!(shown(&again), shown(&made));
    server.finish().await;
}

#[actix_rt::test]
async fn a_created_website_shows_its_script() {
    let server = Server::start().await;
    let office = server.office().await;
    let channel = json!({"type": "web_widget", "website_url": "https://acme.example", "widget_color": "#123456", "welcome_title": "สวัสดี"});
    let made = office.administrator.post("/inboxes", json!({"name": "Site", "channel": channel})).await.ok();
    snapshot!("inbox_website_created", made);
    let (script, token) = (made["web_widget_script"].as_str().unwrap(), made["website_token"].as_str().unwrap());
    assert!(script.contains(token) && script.contains(&server.address.to_string()), "{script}");
    server.finish().await;
}

#[actix_rt::test]
async fn agents_see_the_inboxes_they_belong_to_without_keys() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let site = office.website().await;
    let said = json!({"name": "Other", "channel": {"type": "api"}});
    let other = office.administrator.post("/inboxes", said).await.ok()["id"].clone();
    assert_eq!(names(&office.administrator.get("/inboxes").await.ok()), ["Other", "Site", "Support"]);
    assert_eq!(names(&office.agent.get("/inboxes").await.ok()), ["Site", "Support"]);
    for id in [inbox.id, site] {
        let (full, seen) = (office.administrator.get(&format!("/inboxes/{id}")).await.ok(), office.agent.get(&format!("/inboxes/{id}")).await.ok());
        let mut without_keys = full.as_object().unwrap().clone();
        without_keys.retain(|key, _| key != "hmac_token" && key != "secret");
        assert_eq!(seen, Value::Object(without_keys));
        assert!(full["hmac_token"].is_string());
    }
    office.agent.get(&format!("/inboxes/{other}")).await.error(401);
    office.agent.get("/inboxes/999").await.error(404);
    office.agent.get("/inboxes/x").await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn only_administrators_arrange_inboxes() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await.id;
    let one = format!("/inboxes/{inbox}");
    let said = json!({"name": "Mine", "channel": {"type": "api"}});
    office.agent.post("/inboxes", said.clone()).await.error(401);
    office.agent.patch(&one, said.clone()).await.error(401);
    office.agent.delete(&one).await.error(401);
    for method in [Method::POST, Method::PATCH, Method::DELETE] {
        let members = json!({"inbox_id": inbox, "user_ids": []});
        office.agent.json(method, "/inbox_members", members).await.error(401);
    }
    // another account's administrator does not even learn that the inbox exists
    let stranger = server.another_office("b.").await;
    stranger.administrator.patch(&one, said).await.error(404);
    stranger.administrator.delete(&one).await.error(404);
    stranger.administrator.get(&one).await.error(404);
    assert_eq!(names(&office.administrator.get("/inboxes").await.ok()), ["Support"]);
    server.finish().await;
}

#[actix_rt::test]
async fn an_update_changes_what_it_names_and_nothing_else() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await.id;
    let path = format!("/inboxes/{inbox}");
    let mut expected = office.administrator.get(&path).await.ok();
    let said = json!({
        "name": "  Renamed ", "greeting_enabled": "true", "greeting_message": "Hallo", "timezone": "Asia/Bangkok",
        "lock_to_single_conversation": true, "sender_name_type": "professional", "business_name": "Acme Ltd",
        "channel": {"webhook_url": "https://bridge.example/new", "additional_attributes": {"agent_reply_time_window": "24"}, "hmac_mandatory": true},
    });
    let changed = office.administrator.patch(&path, said).await.ok();
    for (key, value) in [
        ("name", json!("Renamed")),
        ("greeting_enabled", json!(true)),
        ("greeting_message", json!("Hallo")),
        ("timezone", json!("Asia/Bangkok")),
        ("lock_to_single_conversation", json!(true)),
        ("sender_name_type", json!("professional")),
        ("business_name", json!("Acme Ltd")),
        ("webhook_url", json!("https://bridge.example/new")),
        ("callback_webhook_url", json!("https://bridge.example/new")),
        ("additional_attributes", json!({"agent_reply_time_window": "24"})),
        ("hmac_mandatory", json!(true)),
    ] {
        expected[key] = value;
    }
    assert_eq!(changed, expected);
    // PUT is the same; null and an empty text empty a field
    let emptied = office.administrator.put(&path, json!({"greeting_message": null, "business_name": "", "channel": {"webhook_url": ""}})).await.ok();
    assert_eq!((&emptied["greeting_message"], &emptied["business_name"], &emptied["webhook_url"]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(office.administrator.get(&path).await.ok(), emptied);
    server.finish().await;
}

#[actix_rt::test]
async fn what_breaks_a_rule_is_named_and_leaves_nothing_behind() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website().await;
    let events = server.told().await.len();
    let long = |count: usize| "ก".repeat(count);
    for (said, attribute) in [
        (json!({"channel": {"type": "api"}}), "name"),
        (json!({"name": "   ", "channel": {"type": "api"}}), "name"),
        (json!({"name": long(256), "channel": {"type": "api"}}), "name"),
        (json!({"name": "A"}), "channel"),
        (json!({"name": "A", "channel": {"type": "telegram"}}), "channel"),
        (json!({"name": "A", "channel": {"type": "web_widget"}}), "website_url"),
        (json!({"name": "A", "timezone": "Mars/Olympus", "channel": {"type": "api"}}), "timezone"),
        (json!({"name": "A", "greeting_message": long(10_001), "channel": {"type": "api"}}), "greeting_message"),
        (json!({"name": "A", "channel": {"type": "api", "webhook_url": format!("https://a.example/{}", long(2048))}}), "webhook_url"),
        (json!({"name": "A", "channel": {"type": "api", "additional_attributes": {"agent_reply_time_window": 0}}}), "agent_reply_time_window"),
    ] {
        assert_eq!(office.administrator.post("/inboxes", said.clone()).await.invalid(), [attribute], "{said}");
    }
    let path = format!("/inboxes/{site}");
    for (said, attribute) in [
        (json!({"name": null}), "name"),
        (json!({"channel": {"website_url": " "}}), "website_url"),
        (json!({"channel": {"widget_color": ""}}), "widget_color"),
        (json!({"timezone": "UTC+7"}), "timezone"),
    ] {
        assert_eq!(office.administrator.patch(&path, said.clone()).await.invalid(), [attribute], "{said}");
    }
    for said in [
        json!({"name": ["A"], "channel": {"type": "api"}}),
        json!({"name": "A", "channel": "api"}),
        json!({"name": "A", "greeting_enabled": "maybe", "channel": {"type": "api"}}),
        json!({"name": "A", "sender_name_type": "loud", "channel": {"type": "api"}}),
    ] {
        office.administrator.post("/inboxes", said).await.error(422);
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM inboxes").await, 1);
    assert_eq!(server.told().await.len(), events);
    server.finish().await;
}

#[actix_rt::test]
async fn members_are_added_replaced_and_removed() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await.id;
    let cleo = office.another_agent("Cleo Agent", "cleo@acme.example").await;
    let (ada, ben, cleo) = (office.administrator.id, office.agent.id, cleo.id);
    let ids = |answer: &Value| -> Vec<i64> {
        let list = answer["payload"].as_array().unwrap();
        list.iter().map(|member| member["id"].as_i64().unwrap()).collect()
    };
    let members = office.agent.get(&format!("/inbox_members/{inbox}")).await.ok();
    snapshot!("inbox_members", members);
    let said = |users: Value| json!({"inbox_id": inbox, "user_ids": users});
    let administrator = &office.administrator;
    let added = administrator.post("/inbox_members", said(json!([cleo, ben]))).await.ok();
    assert_eq!(ids(&added), [ada, ben, cleo]);
    let set = administrator.patch("/inbox_members", said(json!([cleo.to_string()]))).await.ok();
    assert_eq!(ids(&set), [cleo]);
    office.agent.get(&format!("/inbox_members/{inbox}")).await.error(401);
    administrator.json(Method::DELETE, "/inbox_members", said(json!([cleo]))).await.ok_and_empty();
    assert!(ids(&administrator.get(&format!("/inbox_members/{inbox}")).await.ok()).is_empty());
    // somebody of another account cannot be let in
    let stranger = server.another_office("b.").await.agent.id;
    assert_eq!(administrator.post("/inbox_members", said(json!([ben, stranger]))).await.invalid(), ["user_id"]);
    assert!(ids(&administrator.get(&format!("/inbox_members/{inbox}")).await.ok()).is_empty());
    administrator.post("/inbox_members", json!({"inbox_id": 999, "user_ids": [ben]})).await.error(404);
    administrator.post("/inbox_members", json!({"user_ids": [ben]})).await.error(422);
    server.finish().await;
}

#[actix_rt::test]
async fn a_deleted_inbox_takes_everything_in_it_along() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    // more than one step
    many_more(&server, "Hello").await;
    let (again, second) = office.conversation(&inbox).await;
    again.says(second, "Hello again").await;
    let site = office.website().await;
    let gone = office.administrator.delete(&format!("/inboxes/{}", inbox.id)).await.ok();
    assert!(gone["message"].is_string());
    office.administrator.get(&format!("/inboxes/{}", inbox.id)).await.error(404);
    office.administrator.get(&format!("/conversations/{number}")).await.error(404);
    visitor.get("/conversations").await.error_of_the_client_api(404);
    office.administrator.get(&format!("/inboxes/{site}")).await.ok();
    for table in ["inboxes", "api_channels", "working_hours", "inbox_members", "contact_inboxes", "conversations", "messages"] {
        let of = match table {
            "inboxes" => "id",
            _ => "inbox_id",
        };
        let sql = format!("SELECT count(*) AS number FROM {table} WHERE {of} = {}", inbox.id);
        assert_eq!(server.count(&sql).await, 0, "{table}");
    }
    // the person stays
    office.agent.get(&format!("/contacts/{}", visitor.id)).await.ok();
    server.finish().await;
}

#[actix_rt::test]
async fn what_changes_nothing_of_the_members_makes_no_new_key() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await.id;
    let key = async || office.agent.get("/cache_keys").await.ok()["cache_keys"]["inbox"].clone();
    let said = |users: Value| json!({"inbox_id": inbox, "user_ids": users});
    let (ada, ben) = (office.administrator.id, office.agent.id);
    let before = key().await;
    office.administrator.post("/inbox_members", said(json!([ada, ben]))).await.ok();
    office.administrator.patch("/inbox_members", said(json!([ada, ben]))).await.ok();
    office.administrator.json(Method::DELETE, "/inbox_members", said(json!([999]))).await.ok_and_empty();
    office.administrator.patch(&format!("/agents/{ben}"), json!({"role": "agent"})).await.ok();
    assert_eq!(key().await, before);
    let set = async |what: &str| {
        let old = key().await;
        match what {
            "role" => office.administrator.patch(&format!("/agents/{ben}"), json!({"role": "administrator"})).await.ok(),
            _ => office.administrator.patch("/inbox_members", said(json!([ada]))).await.ok(),
        };
        assert_ne!(key().await, old, "{what}");
    };
    set("members").await;
    set("role").await;
    server.finish().await;
}

#[actix_rt::test]
async fn paths_may_end_in_a_slash() {
    let server = Server::start().await;
    let office = server.office().await;
    let said = json!({"name": "Support", "channel": {"type": "api"}});
    let id = office.administrator.post("/inboxes/", said).await.ok()["id"].clone();
    assert_eq!(office.administrator.get(&format!("/inboxes/{id}/")).await.ok()["id"], id);
    assert_eq!(names(&office.administrator.get("/inboxes/").await.ok()), ["Support"]);
    server.finish().await;
}
