//! The widget's API: what a visitor does in their conversation besides writing, how often they may do it, and from where.
use crate::support::{Answer, PostOffice, Server, Told, WidgetVisitor, widget::DOOR};
use actix_web::http::Method;
use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};

fn names(told: &[Told]) -> Vec<&str> {
    told.iter().map(|told| told.name).collect()
}

#[actix_rt::test]
async fn typing_seeing_and_ending_are_told() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let visitor = office.comes(&site).await;
    // without a conversation there is nothing to tell
    for path in ["/conversations/update_last_seen", "/conversations/toggle_typing"] {
        assert!(server.telling(async || visitor.post(path, json!({"typing_status": "on"})).await.ok_and_empty()).await.is_empty());
    }
    visitor.get("/conversations/toggle_status").await.error(404);
    visitor.says("Hello").await;
    let number = visitor.number().await;
    let typing = async |word: &str| visitor.post("/conversations/toggle_typing", json!({"typing_status": word})).await.ok_and_empty();
    for (word, expected) in [("on", vec!["conversation_typing_on"]), ("off", vec!["conversation_typing_off"]), ("dancing", vec![])] {
        let told = server.telling(async || typing(word).await).await;
        assert_eq!(names(&told), expected, "{word}");
        assert!(told.iter().all(|told| told.payload["user"]["id"] == visitor.id && told.payload["is_private"] == false));
    }
    office.agent.says(number, "Hi").await;
    let told = server.telling(async || visitor.post("/conversations/update_last_seen", json!({})).await.ok_and_empty()).await;
    assert_eq!(names(&told), ["message_updated"]);
    assert_eq!(told[0].payload["conversation"]["messages"][0]["status"], "read");
    let seen = visitor.get("/conversations").await.ok()["contact_last_seen_at"].as_i64().unwrap();
    assert!(seen > 0 && visitor.get("/messages").await.ok()["meta"]["contact_last_seen_at"] == seen);
    assert_eq!(visitor.get("/conversations").await.ok()["agent_last_seen_at"], 0);
    let seen = office.agent.post(&format!("/conversations/{number}/update_last_seen"), json!({})).await.ok()["agent_last_seen_at"].clone();
    assert!(seen.as_i64() > Some(0) && visitor.get("/conversations").await.ok()["agent_last_seen_at"] == seen);
    let told = server.telling(async || visitor.get("/conversations/toggle_status").await.ok_and_empty()).await;
    assert_eq!(names(&told), ["conversation_status_changed", "conversation_updated"]);
    assert_eq!(visitor.get("/conversations").await.ok()["status"], "resolved");
    // it ends once, and whoever writes on is heard again
    assert!(server.telling(async || visitor.get("/conversations/toggle_status").await.ok_and_empty()).await.is_empty());
    let told = server
        .telling(async || {
            visitor.says("One more thing").await;
        })
        .await;
    assert_eq!(names(&told), ["message_created", "conversation_status_changed", "conversation_updated", "conversation_updated", "contact_updated"]);
    // where the site does not offer it, nobody does it
    let said = json!({"channel": {"selected_feature_flags": ["attachments"]}});
    office.administrator.patch(&format!("/inboxes/{}", site.id), said).await.ok();
    visitor.get("/conversations/toggle_status").await.error(403);
    assert_eq!(visitor.get("/conversations").await.ok()["status"], "open");
    server.finish().await;
}

#[actix_rt::test]
async fn labels_and_attributes_of_the_conversation() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    office.administrator.post("/labels", json!({"title": "vip"})).await.ok();
    let visitor = office.comes(&site).await;
    assert_eq!(visitor.post("/labels", json!({"label": "vip"})).await.status, 204);
    visitor.post("/conversations/set_custom_attributes", json!({"custom_attributes": {"a": 1}})).await.error(404);
    visitor.post("/conversations/destroy_custom_attributes", json!({"custom_attribute": ["a"]})).await.error(404);
    visitor.says("Hello").await;
    let number = visitor.number().await;
    for (label, expected) in [("unknown", json!([])), ("VIP", json!(["vip"])), ("vip", json!(["vip"])), ("", json!(["vip"]))] {
        let answer = visitor.post("/labels", json!({"label": label})).await;
        assert_eq!((answer.status, answer.text().as_str()), (204, ""));
        assert_eq!(office.agent.sees(number).await["labels"], expected, "{label}");
    }
    assert_eq!(visitor.delete("/labels/other").await.status, 204);
    assert_eq!(office.agent.sees(number).await["labels"], json!(["vip"]));
    let told = server.telling(async || assert_eq!(visitor.delete("/labels/vip").await.status, 204)).await;
    assert_eq!((names(&told), &office.agent.sees(number).await["labels"]), (vec!["conversation_updated"], &json!([])));
    let set = async |said: Value| visitor.post("/conversations/set_custom_attributes", json!({"custom_attributes": said})).await;
    set(json!({"order": 7, "plan": "pro"})).await.ok_and_empty();
    set(json!({"order": 8})).await.ok_and_empty();
    assert_eq!(office.agent.sees(number).await["custom_attributes"], json!({"order": 8}));
    assert_eq!(set(json!({"order": "x".repeat(1501)})).await.invalid(), ["custom_attributes"]);
    let row = visitor.post("/conversations/destroy_custom_attributes", json!({"custom_attribute": ["order"]})).await.ok();
    assert_eq!((&row["display_id"], &row["custom_attributes"], &row["status"]), (&json!(number), &json!({}), &json!("open")));
    // what the business notes of it is its own, also where the visitor goes on in it
    office.administrator.patch(&format!("/inboxes/{}", site.id), json!({"lock_to_single_conversation": true})).await.ok();
    let noted = json!({"custom_attributes": {"risk": "high", "order": 9}});
    office.agent.post(&format!("/conversations/{number}/custom_attributes"), noted.clone()).await.ok();
    let row = visitor.post("/conversations/destroy_custom_attributes", json!({"custom_attribute": ["x"]})).await.ok();
    let again = json!({"message": {"content": "More"}, "custom_attributes": {"order": 10}});
    let begun = visitor.post("/conversations", again).await.ok();
    assert_eq!((&row["custom_attributes"], &begun["id"], &begun["custom_attributes"]), (&json!({}), &json!(number), &json!({"order": 9})));
    assert_eq!(office.agent.sees(number).await["custom_attributes"], noted["custom_attributes"]);
    server.finish().await;
}

#[actix_rt::test]
async fn a_transcript_goes_to_the_visitors_own_address() {
    let mailed = PostOffice::open();
    let mail = mailed.mail();
    let server = Server::start_with(|config| config.mail = mail).await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let visitor = office.comes(&site).await;
    visitor.post("/conversations/transcript", json!({})).await.error(404);
    visitor.says("Hello").await;
    assert_eq!(visitor.post("/conversations/transcript", json!({"email": "victim@example.org"})).await.invalid(), ["email"]);
    visitor.patch("/contact", json!({"email": "lea@example.org"})).await.ok();
    visitor.post("/conversations/transcript", json!({"email": "victim@example.org"})).await.ok_and_empty();
    let letters = mailed.wait_for(1).await;
    assert_eq!(letters[0].to, "lea@example.org");
    assert!(letters[0].parts()[0].contains("Hello"));
    server.finish().await;
}

#[actix_rt::test]
async fn any_site_may_call_and_a_suspended_account_answers_nothing() {
    let server = Server::start().await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let browser = office.nobody().with("Origin", "https://shop.example");
    let visitor = WidgetVisitor::comes(&browser, &site).await;
    let answer = visitor.get("/contact").await;
    assert!(matches!(answer.header("access-control-allow-origin"), Some("*" | "https://shop.example")));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    let preflight = browser.with("Access-Control-Request-Method", "PATCH").with("Access-Control-Request-Headers", "content-type,x-auth-token");
    let answer = preflight.send(Method::OPTIONS, &format!("{DOOR}/contact"), None, Vec::new()).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("access-control-allow-headers").unwrap().to_ascii_lowercase().contains("x-auth-token"));
    let missing = visitor.with_token("x").get("/contact").await;
    missing.error(404);
    assert!(missing.header("access-control-allow-origin").is_some(), "errors are readable to the site, too");
    let account = office.account;
    server.write(move |tx| Ok(sql_query(format!("UPDATE accounts SET status = 1 WHERE id = {account}")).execute(tx.conn).map(drop)?)).await;
    for path in ["/contact", "/conversations", "/messages", "/inbox_members", "/campaigns"] {
        visitor.get(path).await.error(401);
    }
    visitor.post("/config", json!({})).await.error(401);
    visitor.post("/messages", json!({"message": {"content": "Hello"}})).await.error(401);
    server.finish().await;
}

#[track_caller]
fn assert_too_many(answer: &Answer) {
    assert_eq!((answer.status, answer.header("content-type")), (429, Some("text/plain")), "{}: {}", answer.what(), answer.text());
    assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
}

#[actix_rt::test]
async fn visitors_do_only_so_much_at_a_time() {
    let server = Server::start_with(|config| config.rate_limits = true).await;
    let office = server.office().await;
    let (site, other_site) = (office.website_with(json!({})).await, office.website_with(json!({})).await);
    let from = |address: &str| office.nobody().with("x-forwarded-for", address);
    let (crowd, elsewhere) = (from("203.0.113.7"), from("203.0.113.8"));
    let mut crowded = Vec::new();
    for _ in 0..4 {
        crowded.push(WidgetVisitor::comes(&crowd, &site).await);
    }
    let said = json!({"message": {"content": "Hello"}});
    // of one visitor, from wherever they come
    for _ in 0..10 {
        crowded[0].post("/conversations", said.clone()).await.ok();
    }
    assert_too_many(&crowded[0].post("/conversations", said.clone()).await);
    let moved = WidgetVisitor { caller: elsewhere.below(DOOR), ..crowded[0].clone() }.with_token(&crowded[0].token);
    assert_too_many(&moved.post("/conversations", said.clone()).await);
    // of all from one address, on one website
    for visitor in &crowded[1..3] {
        for _ in 0..9 {
            visitor.post("/conversations", said.clone()).await.ok();
        }
    }
    crowded[3].post("/conversations", said.clone()).await.ok();
    assert_too_many(&crowded[3].post("/conversations", said.clone()).await);
    WidgetVisitor::comes(&elsewhere, &site).await.post("/conversations", said.clone()).await.ok();
    WidgetVisitor::comes(&crowd, &other_site).await.post("/conversations", said.clone()).await.ok();
    for _ in 0..60 {
        crowded[1].post("/messages", said.clone()).await.ok();
    }
    assert_too_many(&crowded[2].post("/messages", said.clone()).await);
    for _ in 0..60 {
        crowded[1].patch("/contact", json!({})).await.ok();
        crowded[1].post("/conversations/toggle_typing", json!({"typing_status": "off"})).await.ok_and_empty();
    }
    assert_too_many(&crowded[2].patch("/contact", json!({})).await);
    assert_too_many(&crowded[1].post("/conversations/toggle_typing", json!({"typing_status": "off"})).await);
    crowded[2].post("/conversations/toggle_typing", json!({"typing_status": "off"})).await.ok_and_empty();
    for _ in 0..5 {
        crowded[1].post("/conversations/transcript", json!({})).await.invalid();
    }
    assert_too_many(&crowded[2].post("/conversations/transcript", json!({})).await);
    for _ in 0..30 {
        assert_eq!(crowded[1].post("/events", json!({"name": "webwidget.triggered"})).await.status, 204);
    }
    assert_too_many(&crowded[1].post("/events", json!({"name": "webwidget.triggered"})).await);
    // reading is free, and so is coming again
    for _ in 0..210 {
        crowded[1].post("/config", json!({})).await.ok();
    }
    let new = format!("{DOOR}/config?website_token={}", site.token);
    for _ in 0..1996 {
        crowd.post(&new, json!({})).await.ok();
    }
    assert_too_many(&crowd.post(&new, json!({})).await);
    elsewhere.post(&new, json!({})).await.ok();
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_may_ask_any_number_of_times_may_here_too() {
    let exempt = |config: &mut hookdesk::config::Config| {
        config.rate_limits = true;
        config.request_limit_exempt = vec!["203.0.113.0/24".parse().unwrap()];
    };
    let server = Server::start_with(exempt).await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let from = |address: &str| office.nobody().with("x-forwarded-for", address);
    // transcripts are limited most: five in an hour from one address
    let ask = async |visitor: WidgetVisitor| visitor.post("/conversations/transcript", json!({})).await;
    for _ in 0..12 {
        ask(WidgetVisitor::comes(&from("203.0.113.7"), &site).await).await.error(404);
    }
    for _ in 0..5 {
        ask(WidgetVisitor::comes(&from("203.0.114.7"), &site).await).await.error(404);
    }
    assert_too_many(&ask(WidgetVisitor::comes(&from("203.0.114.7"), &site).await).await);
    // one visitor is one visitor, wherever they are
    let visitor = WidgetVisitor::comes(&from("203.0.113.7"), &site).await;
    for _ in 0..5 {
        ask(visitor.clone()).await.error(404);
    }
    assert_too_many(&ask(visitor).await);
    server.finish().await;
}

#[actix_rt::test]
async fn a_session_ends_with_its_time_and_is_made_anew_before() {
    let server = Server::start_with(|config| config.widget_token_expiry = std::time::Duration::from_secs(2)).await;
    let office = server.office().await;
    let site = office.website_with(json!({})).await;
    let visitor = office.comes(&site).await;
    let made = visitor.claims()["iat"].as_i64().unwrap();
    // the clock of the server and ours are the same
    let at = async |second: i64| {
        crate::support::until("the next second", async || (chrono::Utc::now().timestamp() >= second).then_some(())).await;
    };
    at(made + 2).await;
    visitor.get("/contact").await.error(404);
    // the token is none any more, so somebody new comes
    let again = visitor.post("/config", json!({})).await.ok();
    assert_ne!(again["contact"]["id"], visitor.id);
    server.finish().await;
}

#[actix_rt::test]
async fn the_form_before_a_conversation_has_the_attributes_of_the_account() {
    let server = Server::start().await;
    let office = server.office().await;
    let said = json!({
        "attribute_display_name": "Plan", "attribute_key": "plan", "attribute_model": "contact_attribute",
        "attribute_display_type": "list", "attribute_values": ["free", "pro"],
    });
    office.administrator.post("/custom_attribute_definitions", said).await.ok();
    let fields = json!([
        {"field_type": "standard", "name": "emailAddress", "type": "email", "enabled": true},
        {"field_type": "contact_attribute", "name": "plan", "type": "text", "label": "Your plan", "values": ["old"], "enabled": true},
        {"field_type": "contact_attribute", "name": "gone", "type": "text", "enabled": true},
    ]);
    let site = office.website_with(json!({"channel": {"pre_chat_form_enabled": true, "pre_chat_form_options": {"pre_chat_fields": fields}}})).await;
    let visitor = office.comes(&site).await;
    let shown = &visitor.config["website_channel_config"]["pre_chat_form_options"]["pre_chat_fields"];
    let names: Vec<&str> = shown.as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["emailAddress", "plan"]);
    assert_eq!((&shown[1]["type"], &shown[1]["values"], &shown[1]["label"]), (&json!("list"), &json!(["free", "pro"]), &json!("Your plan")));
    server.finish().await;
}
