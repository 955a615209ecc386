//! What a business adds to its contacts and conversations: definitions, and values that must fit them.
use crate::{pages::Visit, snapshot, support::Server};
use serde_json::{Value, json};

const DEFINITIONS: &str = "/custom_attribute_definitions";

#[actix_rt::test]
async fn definitions_are_made_changed_and_deleted_by_administrators() {
    let server = Server::start().await;
    let office = server.office().await;
    let said = json!({"custom_attribute_definition": {"attribute_display_name": "Plan", "attribute_key": "plan", "attribute_display_type": 6,
        "attribute_model": 1, "attribute_values": ["free", "pro", "free", " "]}});
    let made = office.administrator.post(DEFINITIONS, said.clone()).await.ok();
    snapshot!("definition", made);
    let by_name =
        json!({"attribute_display_name": "Order", "attribute_key": "plan", "attribute_model": "conversation_attribute", "regex_pattern": "^A"});
    let of_conversations = office.administrator.post(DEFINITIONS, by_name).await.ok();
    assert_eq!((&of_conversations["attribute_display_type"], &of_conversations["regex_pattern"]), (&json!("text"), &json!("^A")));
    assert_eq!(office.agent.get(DEFINITIONS).await.ok(), json!([made, of_conversations]));
    for asked in ["contact_attribute", "1"] {
        assert_eq!(office.agent.get(&format!("{DEFINITIONS}?attribute_model={asked}")).await.ok(), json!([made]));
    }
    let one = format!("{DEFINITIONS}/{}", made["id"]);
    assert_eq!(office.agent.get(&one).await.ok(), made);
    let changed =
        office.administrator.patch(&one, json!({"attribute_display_name": "Tariff", "attribute_key": "x", "attribute_values": ["a"]})).await.ok();
    let kept = (&changed["attribute_display_name"], &changed["attribute_key"], &changed["attribute_values"]);
    assert_eq!(kept, (&json!("Tariff"), &json!("plan"), &json!(["a"])));

    assert_eq!(office.administrator.post(DEFINITIONS, said.clone()).await.invalid(), ["attribute_key"]);
    for (wrong, attribute) in [
        (json!({"attribute_key": "k"}), "attribute_display_name"),
        (json!({"attribute_display_name": "K"}), "attribute_key"),
        (json!({"attribute_display_name": "K", "attribute_key": "a b"}), "attribute_key"),
        (json!({"attribute_display_name": "K", "attribute_key": "status"}), "attribute_key"),
        (json!({"attribute_display_name": "K", "attribute_key": "email", "attribute_model": 1}), "attribute_key"),
        (json!({"attribute_display_name": "K", "attribute_key": "k", "attribute_display_type": "list"}), "attribute_values"),
        (json!({"attribute_display_name": "K", "attribute_key": "k", "regex_pattern": "(?=x)"}), "regex_pattern"),
        (json!({"attribute_display_name": "K", "attribute_key": "k", "regex_pattern": "(a{1000}){1000}"}), "regex_pattern"),
        (json!({"attribute_display_name": "K", "attribute_key": "k", "regex_pattern": "x".repeat(1001)}), "regex_pattern"),
        (json!({"attribute_display_name": "K", "attribute_key": "k", "attribute_description": "x".repeat(20_001)}), "attribute_description"),
    ] {
        assert_eq!(office.administrator.post(DEFINITIONS, wrong.clone()).await.invalid(), [attribute], "{wrong}");
    }
    for wrong in [json!({"attribute_display_type": "colour"}), json!({"attribute_model": 7})] {
        office.administrator.post(DEFINITIONS, wrong).await.error(422);
    }
    // what agents and strangers may not
    office.agent.post(DEFINITIONS, said.clone()).await.error(401);
    office.agent.patch(&one, json!({})).await.error(401);
    office.agent.delete(&one).await.error(401);
    let stranger = server.another_office("b.").await;
    assert_eq!(stranger.agent.get(DEFINITIONS).await.ok(), json!([]));
    stranger.agent.get(&one).await.error(404);
    stranger.administrator.delete(&one).await.error(404);
    stranger.administrator.post(DEFINITIONS, said).await.ok();
    assert_eq!(office.administrator.delete(&one).await.status, 204);
    office.administrator.delete(&one).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn values_must_fit_their_definitions_wherever_they_come_from() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    for (key, kind, model) in [("seats", "number", 1), ("vip", "checkbox", 1), ("order", "date", 0)] {
        let said = json!({"attribute_display_name": key, "attribute_key": key, "attribute_display_type": kind, "attribute_model": model});
        office.administrator.post(DEFINITIONS, said).await.ok();
    }
    let contact = office.contact(json!({"custom_attributes": {"seats": "3", "vip": "true", "free": [1]}})).await;
    let path = format!("/contacts/{contact}");
    let stored = async || office.agent.get(&path).await.ok()["payload"]["custom_attributes"].clone();
    assert_eq!(stored().await, json!({"seats": 3, "vip": true, "free": [1]}));
    let wrong = json!({"custom_attributes": {"seats": "many"}});
    let refused = office.agent.put(&path, wrong.clone()).await;
    assert_eq!(refused.invalid(), ["custom_attributes"]);
    assert_eq!(refused.json()["message"], "seats must be a number");
    assert_eq!(office.agent.post("/contacts", wrong.clone()).await.invalid(), ["custom_attributes"]);
    let door = format!("/public/api/v1/inboxes/{}/contacts", inbox.identifier);
    server.anonymous().post(&door, wrong.clone()).await.is(422);
    let visitor = office.visitor(&inbox, json!({"name": "Lea"})).await;
    visitor.patch("", wrong).await.is(422);
    let conversation = json!({"inbox_id": inbox.id, "contact_id": contact, "custom_attributes": {"order": "tomorrow"}});
    assert_eq!(office.agent.post("/conversations", conversation).await.invalid(), ["custom_attributes"]);
    let (_, number) = office.conversation(&inbox).await;
    let changed = json!({"custom_attributes": {"order": "tomorrow"}, "merge": true});
    assert_eq!(office.agent.post(&format!("/conversations/{number}/custom_attributes"), changed).await.invalid(), ["custom_attributes"]);
    // a value can always be taken away, by setting it to nothing or for good
    office.agent.put(&path, json!({"custom_attributes": {"seats": null}})).await.ok();
    assert_eq!(stored().await, json!({"seats": null, "vip": true, "free": [1]}));
    let gone = office.agent.post(&format!("{path}/destroy_custom_attributes"), json!({"custom_attributes": ["seats", "free", "none"]})).await.ok();
    assert_eq!(gone["payload"]["custom_attributes"], json!({"vip": true}));
    office.agent.post("/contacts/999/destroy_custom_attributes", json!({"custom_attributes": ["x"]})).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn people_arrange_attributes_on_pages() {
    let server = Server::start().await;
    let mut visit = Visit::new(&server).await;
    assert_eq!(visit.sign_in().await.status, 303);
    let list = "/app/accounts/1/settings/custom-attributes";
    assert!(visit.get(list).await.text().contains("There are none here yet"));
    let token = visit.token(&format!("{list}/new?model=contact_attribute")).await;
    let new = |name: &'static str, key: &'static str, kind: &'static str| {
        vec![("attribute_model", "contact_attribute"), ("attribute_display_name", name), ("attribute_key", key), ("attribute_display_type", kind)]
    };
    let with = |mut fields: Vec<(&'static str, &'static str)>, more: (&'static str, &'static str)| {
        fields.push(more);
        fields
    };
    async fn send(visit: &mut Visit, token: &str, path: &str, mut fields: Vec<(&str, &str)>) -> crate::support::Answer {
        fields.push(("csrf_token", token));
        visit.form(path, &fields).await
    }
    for (fields, field) in [
        (new("", "k", "text"), "attribute_display_name"),
        (new("K", "email", "text"), "attribute_key"),
        (new("K", "k", "list"), "attribute_values"),
        (with(new("K", "k", "text"), ("regex_pattern", "(")), "regex_pattern"),
    ] {
        let refused = send(&mut visit, &token, list, fields).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(&format!("f-{field}-error")), "{field}: {}", refused.text());
    }
    let made = send(&mut visit, &token, list, with(new("Plan <3", "plan", "list"), ("attribute_values", "free\r\npro\r\n"))).await;
    assert_eq!((made.status, made.header("location")), (303, Some(format!("{list}?model=contact_attribute").as_str())));
    let again = send(&mut visit, &token, list, new("Plan", "plan", "text")).await;
    assert!(again.status == 422 && again.text().contains("f-attribute_key-error"));
    let definition = async |visit: &Visit| visit.account.get("/custom_attribute_definitions").await.ok()[0].clone();
    let first = definition(&visit).await;
    assert_eq!(first["attribute_values"], json!(["free", "pro"]));
    assert!(visit.get(&format!("{list}?model=contact_attribute")).await.text().contains("Plan &#60;3"));
    assert!(!visit.get(list).await.text().contains("Plan &#60;3"), "each tab shows its own");
    let one = format!("{list}/{}", first["id"]);
    assert!(visit.get(&one).await.text().contains("free\npro</textarea>"));
    let saved = vec![("attribute_display_name", "Tariff"), ("attribute_values", "free")];
    assert_eq!(send(&mut visit, &token, &one, saved).await.status, 303);
    assert_eq!(
        (&definition(&visit).await["attribute_display_name"], &definition(&visit).await["attribute_values"]),
        (&json!("Tariff"), &json!(["free"]))
    );
    let refused = send(&mut visit, &token, &one, vec![("attribute_display_name", "")]).await;
    assert!(refused.status == 422 && refused.text().contains("<code>plan</code>"), "{}", refused.text());
    assert!(visit.get(&format!("{one}/delete")).await.text().contains("Delete the attribute “Tariff”?"));
    assert_eq!(send(&mut visit, &token, &format!("{one}/delete"), vec![]).await.status, 303);
    assert_eq!(visit.account.get("/custom_attribute_definitions").await.ok(), json!([]));
    assert_eq!(visit.get(&one).await.status, 404);
    let agent = server.another_office("b.").await.agent;
    let browser = server.browser_of(agent.id).await;
    assert_ne!(browser.get("/app/accounts/2/settings/custom-attributes").await.status, 200, "not for agents");
    assert_eq!(definition(&visit).await, Value::Null);
    server.finish().await;
}
