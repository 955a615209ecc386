//! How somebody wants to be reached: flags for each account, and browsers and apps for each user.
use crate::support::Server;
use actix_web::http::Method;
use serde_json::{Value, json};

#[actix_rt::test]
async fn each_member_chooses_flags_for_each_account() {
    let server = Server::start().await;
    let office = server.office().await;
    let first = office.agent.get("/notification_settings").await.ok();
    assert_eq!((&first["user_id"], &first["account_id"]), (&json!(office.agent.id), &json!(office.account)));
    assert!(first["id"].is_i64());
    assert_eq!(first["selected_email_flags"], json!(["email_conversation_assignment"]));
    let at_first = ["conversation_assignment", "assigned_conversation_new_message", "conversation_mention", "participating_conversation_new_message"];
    assert_eq!(first["selected_push_flags"], json!(at_first.map(|kind| format!("push_{kind}"))));
    let types = [
        "conversation_creation",
        "conversation_assignment",
        "assigned_conversation_new_message",
        "conversation_mention",
        "participating_conversation_new_message",
        "sla_missed_first_response",
        "sla_missed_next_response",
        "sla_missed_resolution",
    ];
    for way in ["email", "push"] {
        let all: Vec<String> = types.iter().map(|kind| format!("{way}_{kind}")).collect();
        assert_eq!(first[format!("all_{way}_flags")], json!(all));
    }
    let chosen = json!(["email_sla_missed_resolution", "email_conversation_creation"]);
    let changed = office.agent.put("/notification_settings", json!({"notification_settings": {"selected_email_flags": chosen}})).await.ok();
    assert_eq!(changed["selected_email_flags"], json!(["email_conversation_creation", "email_sla_missed_resolution"]));
    assert_eq!(changed["selected_push_flags"], first["selected_push_flags"]);
    let none = office.agent.patch("/notification_settings", json!({"selected_email_flags": [], "selected_push_flags": []})).await.ok();
    assert_eq!((&none["selected_email_flags"], &none["selected_push_flags"]), (&json!([]), &json!([])));
    assert_eq!(office.agent.get("/notification_settings").await.ok(), none);
    assert_eq!(office.administrator.get("/notification_settings").await.ok()["selected_email_flags"], first["selected_email_flags"]);
    for wrong in ["email_nothing", "push_conversation_creation", "conversation_creation", "email_webhook_turned_off"] {
        let refused = office.agent.patch("/notification_settings", json!({"selected_email_flags": [wrong]})).await;
        assert_eq!(refused.invalid(), ["selected_email_flags"], "{wrong}");
    }
    server.anonymous().get("/api/v1/accounts/1/notification_settings").await.is(401);
    server.another_office("b.").await.agent.below("/api/v1/accounts/1").get("/notification_settings").await.error(401);
    server.finish().await;
}

#[actix_rt::test]
async fn browsers_and_apps_belong_to_whoever_used_them_last() {
    const PATH: &str = "/api/v1/notification_subscriptions";
    let server = Server::start().await;
    let office = server.office().await;
    let (ada, ben) = (office.administrator.below(""), office.agent.below(""));
    let app = |device: &str, token: &str| json!({"subscription_type": "fcm", "subscription_attributes": {"device_id": device, "push_token": token}});
    let made = ben.post(PATH, json!({"notification_subscription": app("phone", "t1")})).await.ok();
    assert_eq!((&made["user_id"], &made["identifier"], &made["subscription_type"]), (&json!(office.agent.id), &json!("phone"), &json!("fcm")));
    assert_eq!(made["subscription_attributes"], json!({"device_id": "phone", "push_token": "t1"}));
    let endpoint = json!({"endpoint": "https://push.example/x", "p256dh": "k", "auth": "a"});
    ben.post(PATH, json!({"subscription_type": "browser_push", "subscription_attributes": endpoint})).await.ok();
    let mine = ada.post(PATH, app("phone", "t2")).await.ok();
    assert_eq!(mine["user_id"], office.administrator.id);
    let count = "SELECT count(*) AS number FROM notification_subscriptions";
    assert_eq!(server.count(count).await, 2);
    for (said, attribute) in [
        (json!({"subscription_attributes": {"device_id": "x"}}), "subscription_type"),
        (json!({"subscription_type": "fcm"}), "identifier"),
        (json!({"subscription_type": "browser_push", "subscription_attributes": {"device_id": "x"}}), "identifier"),
        (json!({"subscription_type": "fcm", "subscription_attributes": {"device_id": "x".repeat(1001)}}), "identifier"),
        (json!({"subscription_type": "fcm", "subscription_attributes": {"device_id": "x", "more": "x".repeat(9000)}}), "subscription_attributes"),
    ] {
        assert_eq!(ben.post(PATH, said.clone()).await.invalid(), [attribute], "{said}");
    }
    ben.post(PATH, json!({"subscription_type": "pigeon"})).await.error(422);
    let gone = |token: &str| json!({"push_token": token});
    // somebody else's token
    ben.json(Method::DELETE, PATH, gone("t2")).await.ok_and_empty();
    assert_eq!(server.count(count).await, 2);
    ada.json(Method::DELETE, PATH, gone("t2")).await.ok_and_empty();
    assert_eq!(server.count(count).await, 1);
    for n in 0..30 {
        ada.post(PATH, app(&format!("device {n}"), &format!("token {n}"))).await.ok();
    }
    let adas = format!("{count} WHERE user_id = {}", office.administrator.id);
    assert_eq!((server.count(&adas).await, server.count(&format!("{adas} AND identifier = 'device 29'")).await), (25, 1));
    server.anonymous().post(PATH, Value::Null).await.is(401);
    server.finish().await;
}
