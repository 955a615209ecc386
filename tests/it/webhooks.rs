//! Webhooks: making and changing them, and where they may not lead.
use crate::{
    snapshot,
    support::{Receiver, Server},
};
use serde_json::{Value, json};

const USUAL: [&str; 8] = [
    "conversation_status_changed",
    "conversation_updated",
    "conversation_created",
    "contact_created",
    "contact_updated",
    "message_created",
    "message_updated",
    "webwidget_triggered",
];

#[actix_rt::test]
async fn webhooks_are_made_listed_changed_and_deleted() {
    let server = Server::start().await;
    let office = server.office().await;
    let administrator = &office.administrator;
    let inbox = office.api_inbox().await.id;
    let said = json!({"url": "https://one.example/hook", "name": "One", "subscriptions": ["message_created", "message_created", "inbox_updated"], "inbox_id": inbox});
    let made = administrator.post("/webhooks", said).await.ok();
    snapshot!("webhook_created", scrubbed(&made));
    let nested = json!({"webhook": {"url": "https://two.example/hook", "payload_format": "chatwoot"}});
    let second = administrator.post("/webhooks", nested).await.ok()["payload"]["webhook"].clone();
    assert_eq!((&second["subscriptions"], &second["payload_format"]), (&json!(USUAL), &json!("chatwoot")));
    assert_ne!(second["secret"], made["payload"]["webhook"]["secret"]);
    let list = administrator.get("/webhooks").await.ok();
    assert_eq!(list, json!({"payload": {"webhooks": [made["payload"]["webhook"], second]}}));
    let path = format!("/webhooks/{}", second["id"]);
    let change = json!({"name": "Two", "subscriptions": ["contact_created"], "inbox_id": inbox.to_string()});
    let changed = administrator.patch(&path, change).await.ok()["payload"]["webhook"].clone();
    assert_eq!((&changed["name"], &changed["subscriptions"], &changed["secret"]), (&json!("Two"), &json!(["contact_created"]), &second["secret"]));
    assert_eq!(changed["inbox"], json!({"id": inbox, "name": "Support"}));
    let freed = administrator.put(&path, json!({"inbox_id": null, "name": ""})).await.ok()["payload"]["webhook"].clone();
    assert_eq!((&freed["name"], freed.get("inbox")), (&Value::Null, None));
    administrator.delete(&path).await.ok_and_empty();
    administrator.delete(&path).await.error(404);
    assert_eq!(administrator.get("/webhooks").await.ok()["payload"]["webhooks"].as_array().unwrap().len(), 1);
    server.finish().await;
}

/// The secret is checked here: its form is a promise.
fn scrubbed(made: &Value) -> Value {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let mut made = made.clone();
    let secret = made["payload"]["webhook"]["secret"].as_str().unwrap();
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    assert_eq!(key.len(), 32);
    made["payload"]["webhook"]["secret"] = "whsec_[32 bytes]".into();
    made
}

#[actix_rt::test]
async fn what_breaks_a_rule_is_named() {
    let server = Server::start().await;
    let office = server.office().await;
    let administrator = &office.administrator;
    office.webhook("https://one.example/hook").await;
    let two = format!("/webhooks/{}", office.webhook("https://two.example/hook").await.id);
    let elsewhere = server.another_office("b.").await.api_inbox().await.id;
    let long = format!("https://one.example/{}", "x".repeat(2048));
    for (said, attribute) in [
        (json!({}), "url"),
        (json!({"url": ""}), "url"),
        (json!({"url": null}), "url"),
        (json!({"url": "one.example"}), "url"),
        (json!({"url": "ftp://one.example"}), "url"),
        (json!({"url": "javascript:alert(1)"}), "url"),
        (json!({"url": "https://one.example/a b"}), "url"),
        (json!({"url": long}), "url"),
        (json!({"url": "https://one.example/hook"}), "url"),
        (json!({"url": "https://three.example", "subscriptions": []}), "subscriptions"),
        (json!({"url": "https://three.example", "subscriptions": ["everything"]}), "subscriptions"),
        (json!({"url": "https://three.example", "name": "x".repeat(256)}), "name"),
        (json!({"url": "https://three.example", "inbox_id": 999}), "inbox_id"),
        (json!({"url": "https://three.example", "inbox_id": elsewhere}), "inbox_id"),
    ] {
        assert_eq!(administrator.post("/webhooks", said.clone()).await.invalid(), [attribute], "{said}");
        if said.get("url").is_some() {
            assert_eq!(administrator.patch(&two, said.clone()).await.invalid(), [attribute], "{said}");
        }
    }
    for said in [
        json!({"url": ["https://three.example"]}),
        json!({"url": "https://three.example", "subscriptions": [[]]}),
        json!({"url": "https://three.example", "payload_format": "xml"}),
        json!({"url": "https://three.example", "inbox_id": "x"}),
    ] {
        administrator.post("/webhooks", said).await.error(422);
    }
    // what is not there is not found, whatever is said about it
    administrator.patch("/webhooks/999", json!({"url": "no url"})).await.error(404);
    assert_eq!(server.count("SELECT count(*) AS number FROM webhooks").await, 2);
    server.finish().await;
}

#[actix_rt::test]
async fn only_administrators_of_the_account_may_see_or_change_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let path = format!("/webhooks/{}", office.webhook("https://one.example/hook").await.id);
    let said = json!({"url": "https://two.example/hook"});
    office.agent.get("/webhooks").await.error(401);
    office.agent.post("/webhooks", said.clone()).await.error(401);
    office.agent.patch(&path, said.clone()).await.error(401);
    office.agent.delete(&path).await.error(401);
    let stranger = server.another_office("b.").await.administrator;
    stranger.patch(&path, said.clone()).await.error(404);
    stranger.delete(&path).await.error(404);
    assert_eq!(stranger.get("/webhooks").await.ok(), json!({"payload": {"webhooks": []}}));
    // the same URL in another account is another webhook
    stranger.post("/webhooks", json!({"url": "https://one.example/hook"})).await.ok();
    // the callback of an inbox is no webhook of the account
    let inbox = office.api_inbox_with(json!({"webhook_url": "https://bridge.example/hook"})).await;
    assert_eq!(office.administrator.get("/webhooks").await.ok()["payload"]["webhooks"].as_array().unwrap().len(), 1);
    let callback = server.count("SELECT max(id) AS number FROM webhooks WHERE kind = 1").await;
    office.administrator.delete(&format!("/webhooks/{callback}")).await.error(404);
    assert!(!inbox.secret.is_empty());
    server.finish().await;
}

/// Every spelling that has ever led a server to itself or to its neighbours.
const INWARD: &[&str] = &[
    "http://127.0.0.1/",
    "http://127.0.0.1:3000/x",
    "https://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://①②⑦.⓪.⓪.①/",
    "http://%31%32%37.0.0.1/",
    "http://user:pass@127.0.0.1/",
    "http://localhost/",
    "http://LOCALHOST:80/",
    "http://0.0.0.0/",
    "http://0/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://255.255.255.255/",
    "http://224.0.0.1/",
    "http://192.0.2.1/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
];

#[actix_rt::test]
async fn no_spelling_of_an_inner_address_is_accepted_and_the_setting_is_named() {
    let server = Server::start_with(|config| config.webhook.allow_networks.clear()).await;
    let office = server.office().await;
    let hook = office.webhook("https://one.example/hook").await;
    for url in INWARD {
        let answer = office.administrator.post("/webhooks", json!({"url": url})).await;
        assert_eq!(answer.invalid(), ["url"], "{url}");
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains("HOOKDESK_WEBHOOK_ALLOW_NETWORKS"), "{url}: {message}");
        let answer = office.administrator.patch(&format!("/webhooks/{}", hook.id), json!({"url": url})).await;
        assert_eq!(answer.invalid(), ["url"], "{url}");
    }
    assert_eq!(server.count("SELECT count(*) AS number FROM webhooks").await, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_stored_already_is_checked_again_when_it_is_called() {
    let receiver = Receiver::open();
    let server = Server::start_with(|config| config.webhook.allow_networks.clear()).await;
    let office = server.office().await;
    // as if they had been stored while the operator still allowed the network
    let urls = [receiver.url(), format!("http://localhost:{}/hook", receiver.address.port())];
    for url in urls {
        office.webhook_with(json!({"url": "https://93.184.216.34/hook", "subscriptions": ["message_created", "conversation_created"]})).await;
        let change = move |tx: &mut hookdesk::db::Tx| {
            let update = format!("UPDATE webhooks SET url = '{url}' WHERE url = 'https://93.184.216.34/hook'");
            Ok(diesel::RunQueryDsl::execute(diesel::sql_query(update), tx.conn)?)
        };
        assert_eq!(server.write(change).await, 1);
    }
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello").await;
    server.settled().await;
    let blocked = server.count("SELECT count(*) AS number FROM attempts WHERE error_class = 4").await;
    let all = server.count("SELECT count(*) AS number FROM attempts").await;
    assert!(blocked == all && all >= 4, "{blocked} of {all}");
    assert!(receiver.received().is_empty());
    server.finish().await;
}
