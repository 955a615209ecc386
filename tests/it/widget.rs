//! The widget's API: what a website's visitor may do and see, and what is told of it.
use crate::{
    snapshot,
    support::{Server, Website, WidgetVisitor, shown, widget::DOOR},
};
use actix_web::http::Method;
use serde_json::{Value, json};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:138.0) Gecko/20100101 Firefox/138.0";

/// What tells one server from another is left out.
fn of_any_server(mut config: Value) -> Value {
    for place in ["/website_channel_config/api_host", "/global_config/LOGO_THUMBNAIL", "/global_config/WIDGET_BRAND_URL"] {
        let text = config.pointer_mut(place).unwrap();
        assert!(text.as_str().unwrap().starts_with("http://127.0.0.1:"), "{place}: {text}");
        *text = json!("[address]");
    }
    for place in ["/website_channel_config/auth_token", "/website_channel_config/website_token"] {
        *config.pointer_mut(place).unwrap() = json!("[token]");
    }
    config
}

#[actix_rt::test]
async fn a_visitor_gets_a_session_and_all_that_the_widget_needs() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({"out_of_office_message": "We are out", "timezone": "Asia/Kolkata"})).await;
    let mut visitor = None;
    let told = server.telling(async || visitor = Some(office.comes(&site).await)).await;
    assert_eq!(told.iter().map(|told| told.name).collect::<Vec<_>>(), ["contact_created"]);
    let visitor = visitor.unwrap();
    let name = visitor.config["contact"]["name"].as_str().unwrap();
    assert_eq!(name.split('-').count(), 3, "{name}");
    let mut drawn = of_any_server(visitor.config.clone());
    drawn["contact"]["name"] = json!("[name]");
    assert_eq!(drawn["website_channel_config"]["utc_off_set"], "+05:30");
    snapshot!("widget_config", drawn);
    let claims = visitor.claims();
    assert_eq!((&claims["inbox_id"], claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()), (&json!(site.id), 180 * 86_400));
    // whoever comes again with their token is known, and keeps it
    let mut again = Value::Null;
    let told = server.telling(async || again = visitor.post("/config", json!({})).await.ok()).await;
    assert_eq!((told.len(), again == visitor.config), (0, true));
    assert_eq!(
        visitor.get("/contact").await.ok(),
        json!({"id": visitor.id, "has_email": false, "has_name": true, "has_phone_number": false, "identifier": null})
    );
    assert_eq!(visitor.get("/conversations").await.ok(), json!({}));
    assert_eq!(visitor.get("/messages").await.ok(), json!({"payload": []}));
    assert_eq!(visitor.get("/campaigns").await.ok(), json!([]));
    let members = visitor.get("/inbox_members").await.ok();
    let names: Vec<&str> = members["payload"].as_array().unwrap().iter().map(|member| member["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ada Admin", "Ben Agent"]);
    server.finish().await;
}

#[actix_rt::test]
async fn the_first_message_is_told_in_the_order_that_receivers_know() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({"greeting_enabled": true, "greeting_message": "Welcome", "enable_email_collect": true})).await;
    let browser = office.nobody().with("User-Agent", FIREFOX).with("Accept-Language", "fr-CH, en;q=0.5");
    let mut answers = Vec::new();
    let told = server
        .telling(async || {
            let visitor = WidgetVisitor::comes(&browser, &site).await;
            let at = "Fri May 01 2026 12:20:30 GMT+0200 (CEST)";
            let info = json!({"referer": "https://acme.example/", "initiated_at": {"timestamp": at}});
            let opened = visitor.post("/events?locale=en", json!({"name": "webwidget.triggered", "event_info": info})).await;
            assert_eq!((opened.status, opened.text().as_str()), (204, ""));
            let said = json!({"content": "Hello", "referer_url": "https://acme.example/pricing", "timestamp": at, "echo_id": "tmp-1"});
            answers.push(visitor.post("/messages", json!({"message": said})).await.ok());
            answers.push(visitor.get("/conversations").await.ok());
            answers.push(visitor.get("/messages").await.ok());
        })
        .await;
    let names: Vec<&str> = told.iter().map(|told| told.name).collect();
    assert_eq!(
        names,
        [
            "contact_created",
            "webwidget_triggered",
            "conversation_created",
            "message_created",
            "contact_updated",
            "message_created",
            "message_created",
            "message_created"
        ]
    );
    let steady = |mut payload: Value| {
        let text = payload.to_string();
        let name = told[0].payload["name"].as_str().unwrap();
        payload = serde_json::from_str(&text.replace(name, "[name]")).unwrap();
        shown(&payload)
    };
    for (at, name) in [(1, "triggered"), (2, "conversation"), (3, "message")] {
        insta::with_settings!({omit_expression => true}, {
            insta::assert_json_snapshot!(format!("widget_told_{name}"), steady(told[at].payload.clone()));
        });
    }
    let kinds: Vec<_> = told[5..].iter().map(|told| (&told.payload["message_type"], &told.payload["content_type"])).collect();
    assert_eq!(kinds, [(&json!("template"), &json!("text")), (&json!("template"), &json!("text")), (&json!("template"), &json!("input_email"))]);
    for (answer, name) in answers.iter().zip(["written", "conversation", "messages"]) {
        insta::with_settings!({omit_expression => true}, {
            insta::assert_json_snapshot!(format!("widget_{name}"), steady(answer.clone()));
        });
    }
    server.finish().await;
}

#[actix_rt::test]
async fn a_conversation_begins_with_what_the_form_before_it_asks() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let visitor = office.comes(&site).await;
    let said = json!({
        "contact": {"name": "Lea", "email": "Lea@Example.org", "phone_number": "no number", "custom_attributes": {"plan": "pro"}},
        "message": {"content": "Hello", "referer_url": "no page", "timestamp": "now"},
        "custom_attributes": {"order": 7},
    });
    let begun = visitor.post("/conversations", said).await.ok();
    snapshot!("widget_begun", begun);
    let seen = office.agent.sees(begun["id"].as_i64().unwrap()).await;
    assert_eq!((&seen["additional_attributes"]["referer"], &seen["meta"]["sender"]["email"]), (&Value::Null, &json!("lea@example.org")));
    // messages go to the newest conversation
    let second = visitor.post("/conversations", json!({"message": {"content": "Something else"}})).await.ok();
    visitor.says("And more").await;
    assert_eq!(
        (visitor.number().await, visitor.sees().await),
        (second["id"].as_i64().unwrap(), vec!["Something else".to_owned(), "And more".to_owned()])
    );
    visitor.post("/conversations", json!({"message": {"content": " "}})).await.error(422);
    visitor.post("/conversations", json!({})).await.error(422);
    server.finish().await;
}

#[actix_rt::test]
async fn visitors_are_taken_at_their_word() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let known = office.contact(json!({"name": "Lea known", "email": "lea@example.org", "phone_number": "+33611223344"})).await;
    let visitor = office.comes(&site).await;
    visitor.says("Hello").await;
    let said = visitor.patch("/contact", json!({"name": "Somebody", "email": "LEA@example.org", "custom_attributes": {"plan": "pro"}})).await.ok();
    // the visitor is part of whom the business knew, who keeps their name
    assert_eq!(said, json!({"id": known, "has_email": true, "has_name": true, "has_phone_number": false}));
    office.agent.get(&format!("/contacts/{}", visitor.id)).await.error(404);
    let seen = office.agent.sees(visitor.number().await).await;
    assert_eq!((&seen["meta"]["sender"]["id"], &seen["meta"]["sender"]["name"]), (&json!(known), &json!("Lea known")));
    assert_eq!(seen["meta"]["sender"]["custom_attributes"], json!({"plan": "pro"}));
    assert_eq!(visitor.sees().await, ["Hello"]);
    // what is no address is not said, and blank says nothing
    let odd = visitor.patch("/contact", json!({"email": "x", "phone_number": "12", "name": " "})).await.ok();
    assert_eq!((odd["has_email"].as_bool(), odd["has_name"].as_bool()), (Some(true), Some(true)));
    // whom the business knows by an identifier is nobody's by a mere address
    let vip = office.contact(json!({"name": "Max", "email": "max@example.org", "identifier": "crm-1"})).await;
    let other = office.comes(&site).await;
    // that it is somebody's is told to nobody
    let said = other.patch("/contact", json!({"email": "max@example.org"})).await.ok();
    assert_eq!(said, json!({"id": other.id, "has_email": true, "has_name": true, "has_phone_number": false}));
    assert_eq!(office.agent.get(&format!("/contacts/{vip}")).await.ok()["payload"]["email"], "max@example.org");
    assert_eq!(office.agent.get(&format!("/contacts/{}", other.id)).await.ok()["payload"]["email"], json!(null));
    let gone = other.post("/contact/destroy_custom_attributes", json!({"custom_attributes": ["plan"]})).await.ok();
    assert_eq!(gone["id"], json!(other.id));
    let gone = visitor.post("/contact/destroy_custom_attributes", json!({"custom_attributes": ["plan"]})).await.ok();
    assert_eq!((&gone["id"], &gone["custom_attributes"]), (&json!(known), &json!({})));
    server.finish().await;
}

#[actix_rt::test]
async fn a_site_says_who_is_signed_in() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let visitor = office.comes(&site).await;
    visitor.says("Before").await;
    let said = json!({"identifier": "crm-88", "name": "Lea", "email": "lea@example.org", "identifier_hash": site.proof("crm-88")});
    let answer = visitor.patch("/contact/set_user", said.clone()).await.ok();
    assert_eq!(answer, json!({"id": visitor.id, "has_email": true, "has_name": true, "has_phone_number": false}));
    assert_eq!(visitor.get("/contact").await.ok()["identifier"], "crm-88");
    // the same person in another browser sees what was said before, once it is proved who they are
    let elsewhere = office.comes(&site).await;
    assert_eq!(elsewhere.sees().await, [""; 0]);
    assert_eq!(elsewhere.patch("/contact/set_user", said).await.ok()["id"], visitor.id);
    assert_eq!(elsewhere.sees().await, ["Before"]);
    // who only says so is the same contact, and sees nothing that others have said
    let claiming = office.comes(&site).await;
    assert_eq!(claiming.patch("/contact/set_user", json!({"identifier": "crm-88"})).await.ok()["id"], visitor.id);
    assert_eq!(claiming.sees().await, [""; 0]);
    // another user of the same browser has another session
    let max = json!({"identifier": "crm-99", "name": "Max", "identifier_hash": site.proof("crm-99")});
    let answer = visitor.patch("/contact/set_user", max.clone()).await.ok();
    let theirs = visitor.with_token(answer["widget_auth_token"].as_str().unwrap());
    assert_ne!(answer["id"], visitor.id);
    assert_eq!((theirs.sees().await, theirs.get("/contact").await.ok()["identifier"].clone()), (vec![], json!("crm-99")));
    assert_eq!(visitor.sees().await, ["Before"]);
    // asked twice at once, it is one session
    let again = visitor.patch("/contact/set_user", max).await.ok();
    assert_eq!(visitor.with_token(again["widget_auth_token"].as_str().unwrap()).claims()["source_id"], theirs.claims()["source_id"]);
    // but one that was proved is not had by saying so
    let unproved = visitor.patch("/contact/set_user", json!({"identifier": "crm-99"})).await.ok();
    let unproved = visitor.with_token(unproved["widget_auth_token"].as_str().unwrap());
    assert_ne!(unproved.claims()["source_id"], theirs.claims()["source_id"]);
    theirs.says("Mine").await;
    assert_eq!(unproved.sees().await, [""; 0]);
    // a wrong proof is none
    for hash in [site.proof("crm-98"), "00".repeat(32), "zz".into()] {
        visitor.patch("/contact/set_user", json!({"identifier": "crm-99", "identifier_hash": hash})).await.error(401);
        visitor.patch("/contact", json!({"identifier": "crm-99", "identifier_hash": hash})).await.error(401);
    }
    server.finish().await;
}

#[actix_rt::test]
async fn where_proof_is_demanded_nobody_is_believed_without() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({"channel": {"hmac_mandatory": true}})).await;
    let visitor = office.comes(&site).await;
    visitor.patch("/contact/set_user", json!({"identifier": "crm-88"})).await.error(401);
    visitor.patch("/contact", json!({"identifier": "crm-88"})).await.error(401);
    // leaving an address says nothing of who one is to the business
    assert_eq!(visitor.patch("/contact", json!({"email": "lea@example.org"})).await.ok()["has_email"], true);
    let said = json!({"identifier": "crm-88", "identifier_hash": site.proof("crm-88")});
    assert_eq!(visitor.patch("/contact/set_user", said).await.ok()["id"], visitor.id);
    server.finish().await;
}

/// Whatever is asked with this session is not found.
async fn finds_nothing(visitor: &WidgetVisitor) {
    for path in ["/contact", "/conversations", "/messages", "/conversations/toggle_status"] {
        visitor.get(path).await.error(404);
    }
    for path in ["/conversations", "/messages", "/events", "/labels", "/conversations/update_last_seen", "/conversations/transcript"] {
        visitor.post(path, json!({"name": "webwidget.triggered", "message": {"content": "x"}, "label": "x"})).await.error(404);
    }
    for path in ["/contact", "/contact/set_user", "/messages/1"] {
        visitor.patch(path, json!({"identifier": "x", "submitted_values": []})).await.error(404);
    }
    visitor.delete("/labels/x").await.error(404);
}

#[actix_rt::test]
async fn a_session_opens_its_own_website_alone() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let other_site = office.website_with(json!({})).await;
    let elsewhere = server.another_office("b.").await;
    let strange = elsewhere.website_with(json!({})).await;
    let visitor = office.comes(&site).await;
    visitor.says("Mine").await;
    let nowhere = Website { token: "8WgGBQPyTh6JLLKyxY8vUiPs".into(), ..site.clone() };
    for there in [&other_site, &strange, &nowhere] {
        finds_nothing(&visitor.on(there)).await;
    }
    let tokens =
        [String::new(), "x".into(), "..".into(), format!("{}x", visitor.token), visitor.token[1..].to_owned(), elsewhere.comes(&strange).await.token];
    for token in tokens {
        finds_nothing(&visitor.with_token(&token)).await;
    }
    let nobody = office.nobody();
    assert_eq!(nobody.get(&format!("{DOOR}/contact?website_token={}", site.token)).await.status, 404);
    for path in ["/config", "/inbox_members", "/campaigns"] {
        let method = if path == "/config" { Method::POST } else { Method::GET };
        for query in ["", "?website_token=", "?website_token=none", "?website_token=%00"] {
            nobody.send(method.clone(), &format!("{DOOR}{path}{query}"), None, Vec::new()).await.error(404);
        }
    }
    // a strange token is no reason to keep anybody out: they are somebody new
    let new = visitor.on(&other_site).post("/config", json!({})).await.ok();
    assert_ne!(new["contact"]["id"], visitor.id);
    server.finish().await;
}
