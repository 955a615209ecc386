//! Campaigns that are sent once, in inboxes of the kind API: to whom, when, and exactly once, whatever happens meanwhile.
use crate::{
    snapshot,
    support::{
        ApiInbox, Office, Process, Receiver, Server, Visitor,
        database::{Place, is_postgres},
        process::database,
        server::count,
        until, until_within,
    },
};
use diesel::{RunQueryDsl, sql_query};
use hookdesk::db::Db;
use serde_json::{Value, json};
use std::time::Duration;

/// A label of the account; gives its id.
async fn label(office: &Office, title: &str) -> i64 {
    office.administrator.post("/labels", json!({"title": title})).await.ok()["id"].as_i64().unwrap()
}

/// Somebody with a session in the inbox who carries labels.
async fn labelled(office: &Office, inbox: &ApiInbox, titles: &[&str]) -> Visitor {
    let visitor = office.visitor(inbox, json!({"name": "Lea"})).await;
    office.agent.post(&format!("/contacts/{}/labels", visitor.id), json!({"labels": titles})).await.ok();
    visitor
}

fn offer(inbox: &ApiInbox, labels: &[i64], more: Value) -> Value {
    let audience: Vec<Value> = labels.iter().map(|id| json!({"type": "Label", "id": id})).collect();
    let mut said = json!({"title": "Sale", "message": "Everything must go", "inbox_id": inbox.id, "audience": audience});
    said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    said
}

async fn status(office: &Office, number: &Value) -> Value {
    office.administrator.get(&format!("/campaigns/{number}")).await.ok()["campaign_status"].clone()
}

async fn completed(office: &Office, number: &Value) {
    until("the end of a campaign", async || (status(office, number).await == "completed").then_some(())).await;
}

/// What a visitor reads in all of their conversations.
async fn read_by(visitor: &Visitor) -> Vec<Value> {
    let all = visitor.get("/conversations").await.ok();
    let messages = all.as_array().unwrap().iter().flat_map(|one| one["messages"].as_array().unwrap().clone());
    messages.map(|message| message["content"].clone()).collect()
}

#[actix_rt::test]
async fn whoever_carries_a_label_gets_one_message_in_the_senders_name() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let (inbox, elsewhere) = (office.api_inbox().await, office.api_inbox().await);
    let (vip, new) = (label(&office, "vip").await, label(&office, "new").await);
    label(&office, "other").await;
    let both = labelled(&office, &inbox, &["vip", "new"]).await;
    let one = labelled(&office, &inbox, &["new"]).await;
    let another = labelled(&office, &inbox, &["other"]).await;
    let stranger = labelled(&office, &elsewhere, &["vip"]).await;
    let blocked = labelled(&office, &inbox, &["vip"]).await;
    office.agent.patch(&format!("/contacts/{}", blocked.id), json!({"blocked": true})).await.ok();
    office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["message_created", "conversation_created"]})).await;
    let said = offer(&inbox, &[vip, new], json!({"sender_id": office.agent.id}));
    let made = office.administrator.post("/campaigns", said).await.ok();
    assert_eq!((&made["campaign_type"], &made["audience"][1]), (&json!("one_off"), &json!({"type": "Label", "id": new})));
    completed(&office, &made["id"]).await;
    for visitor in [&both, &one] {
        assert_eq!(read_by(visitor).await, ["Everything must go"]);
    }
    for visitor in [&another, &stranger, &blocked] {
        assert_eq!(read_by(visitor).await, Vec::<Value>::new());
    }
    server.settled().await;
    let heard: Vec<Value> = receiver.received().iter().map(|request| request.json()).collect();
    let messages: Vec<&Value> = heard.iter().filter(|heard| heard["event"] == "message_created").collect();
    assert_eq!((heard.len(), messages.len()), (4, 2), "a conversation and a message for each");
    snapshot!("webhook_message_of_campaign", messages[0]);
    let number = messages[0]["conversation"]["id"].as_i64().unwrap();
    let seen = office.agent.sees(number).await;
    assert_eq!((&seen["status"], &seen["waiting_since"]), (&json!("open"), &json!(0)), "nobody waits who has said nothing");
    snapshot!("campaign_sent_once", office.administrator.get(&format!("/campaigns/{}", made["id"])).await.ok());
    let found = json!({"payload": [{"attribute_key": "campaign_id", "filter_operator": "equal_to", "values": [made["id"]], "query_operator": null}]});
    assert_eq!(office.agent.post("/conversations/filter", found).await.ok()["payload"].as_array().unwrap().len(), 2);
    server.finish().await;
}

#[actix_rt::test]
async fn a_single_conversation_goes_on() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    office.administrator.patch(&format!("/inboxes/{}", inbox.id), json!({"lock_to_single_conversation": true})).await.ok();
    let vip = label(&office, "vip").await;
    let lea = labelled(&office, &inbox, &["vip"]).await;
    let number = lea.begin().await;
    lea.says(number, "Hello").await;
    let made = office.administrator.post("/campaigns", offer(&inbox, &[vip], json!({}))).await.ok();
    completed(&office, &made["id"]).await;
    assert_eq!(read_by(&lea).await, ["Hello", "Everything must go"]);
    server.finish().await;
}

#[actix_rt::test]
async fn nothing_is_sent_before_its_time_nor_changed_afterwards() {
    let server = Server::start().await;
    let office = server.office().await;
    let (inbox, vip) = (office.api_inbox().await, label(&office, "vip").await);
    let lea = labelled(&office, &inbox, &["vip"]).await;
    let later = office.administrator.post("/campaigns", offer(&inbox, &[vip], json!({"scheduled_at": "2999-01-01T00:00:00Z"}))).await.ok();
    let off = office.administrator.post("/campaigns", offer(&inbox, &[vip], json!({"enabled": false}))).await.ok();
    let now = office.administrator.post("/campaigns", offer(&inbox, &[vip], json!({"message": "Now"}))).await.ok();
    completed(&office, &now["id"]).await;
    assert_eq!(read_by(&lea).await, ["Now"]);
    for (campaign, state) in [(&later, "active"), (&off, "active"), (&now, "completed")] {
        assert_eq!(status(&office, &campaign["id"]).await, state);
    }
    let path = format!("/campaigns/{}", now["id"]);
    assert_eq!(office.administrator.patch(&path, json!({"title": "Other"})).await.invalid(), ["base"]);
    // what waits is changed, and goes when it is said to go
    let path = format!("/campaigns/{}", later["id"]);
    let changed = office.administrator.patch(&path, json!({"scheduled_at": 1_600_000_000, "message": "Later"})).await.ok();
    assert_eq!(changed["scheduled_at"], 1_600_000_000);
    completed(&office, &later["id"]).await;
    office.administrator.patch(&format!("/campaigns/{}", off["id"]), json!({"enabled": true, "message": "On"})).await.ok();
    completed(&office, &off["id"]).await;
    let mut read = read_by(&lea).await;
    read.sort_by_key(|text| text.to_string());
    assert_eq!(read, ["Later", "Now", "On"]);
    office.administrator.delete(&path).await.ok_and_empty();
    office.administrator.get(&path).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn a_suspended_account_sends_when_it_is_active_again() {
    let server = Server::start().await;
    let (office, other) = (server.office().await, server.another_office("other-").await);
    let (inbox, vip) = (office.api_inbox().await, label(&office, "vip").await);
    let lea = labelled(&office, &inbox, &["vip"]).await;
    let made = office.administrator.post("/campaigns", offer(&inbox, &[vip], json!({"scheduled_at": "2999-01-01T00:00:00Z"}))).await.ok();
    let account = office.account;
    let suspend = move |status: i64| format!("UPDATE accounts SET status = {status} WHERE id = {account}");
    server
        .write(move |tx| {
            sql_query(suspend(1)).execute(tx.conn)?;
            sql_query("UPDATE campaigns SET scheduled_at = '2020-01-01 00:00:00'").execute(tx.conn)?;
            Ok(())
        })
        .await;
    // what another account sends comes after it in line
    let (their_inbox, their_label) = (other.api_inbox().await, label(&other, "vip").await);
    labelled(&other, &their_inbox, &["vip"]).await;
    let theirs = other.administrator.post("/campaigns", offer(&their_inbox, &[their_label], json!({"message": "Now"}))).await.ok();
    completed(&other, &theirs["id"]).await;
    assert_eq!(server.count(SENT).await, 0);
    server.write(move |tx| Ok(sql_query(suspend(0)).execute(tx.conn).map(drop)?)).await;
    completed(&office, &made["id"]).await;
    assert_eq!(read_by(&lea).await, ["Everything must go"]);
    server.finish().await;
}

#[actix_rt::test]
async fn what_breaks_a_rule_of_sending_is_named() {
    let server = Server::start().await;
    let (office, other) = (server.office().await, server.another_office("other-").await);
    let (inbox, vip, theirs) = (office.api_inbox().await, label(&office, "vip").await, label(&other, "vip").await);
    for (more, attribute) in [
        (json!({"audience": []}), "audience"),
        (json!({"audience": null}), "audience"),
        (json!({"audience": [{"type": "Label", "id": theirs}]}), "audience"),
        (json!({"audience": [{"type": "Contact", "id": vip}]}), "audience"),
        (json!({"audience": (1..=21).map(|id| json!({"type": "Label", "id": id})).collect::<Vec<_>>()}), "audience"),
        (json!({"scheduled_at": "tomorrow"}), "scheduled_at"),
        (json!({"campaign_type": "ongoing"}), "campaign_type"),
        (json!({"sender_id": other.agent.id}), "sender"),
    ] {
        assert_eq!(office.administrator.post("/campaigns", offer(&inbox, &[vip], more.clone())).await.invalid(), [attribute], "{more}");
    }
    office.agent.post("/campaigns", offer(&inbox, &[vip], json!({}))).await.error(401);
    assert_eq!(office.administrator.get("/campaigns").await.ok(), json!([]));
    server.finish().await;
}

#[actix_rt::test]
async fn a_message_names_its_campaign() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let (_, number) = office.conversation(&office.api_inbox().await).await;
    office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["message_created"]})).await;
    office.agent.post(&format!("/conversations/{number}/messages"), json!({"content": "Sale", "campaign_id": 7})).await.ok();
    assert_eq!(receiver.wait_for(1).await[0].json()["additional_attributes"], json!({"campaign_id": 7}));
    assert_eq!(office.agent.sees(number).await["first_reply_created_at"], 0, "a campaign is nobody's answer");
    server.finish().await;
}

#[actix_rt::test]
async fn people_send_campaigns_on_pages() {
    let server = Server::start().await;
    let office = server.office().await;
    let (inbox, vip) = (office.api_inbox().await, label(&office, "vip").await);
    let lea = labelled(&office, &inbox, &["vip"]).await;
    let browser = server.browser_of(office.administrator.id).await;
    let campaigns = format!("/app/accounts/{}/settings/campaigns", office.account);
    assert!(browser.get(&campaigns).await.text().contains("campaign_type=one_off"));
    let shown = browser.get(&format!("{campaigns}/new?campaign_type=one_off")).await.text();
    let (_, rest) = shown.split_once("name=\"csrf_token\" value=\"").unwrap();
    let token = rest.split('"').next().unwrap();
    let (inbox_id, vip) = (inbox.id.to_string(), vip.to_string());
    let fields = [("csrf_token", token), ("campaign_type", "one_off"), ("title", "Sale"), ("message", "Hi"), ("inbox", &inbox_id), ("enabled", "1")];
    let refused = browser.form(&campaigns, &[&fields[..], &[("scheduled_at", "soon"), ("audience[]", &vip)]].concat()).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Please enter a date and a time"), "{}", refused.text());
    let made = browser.form(&campaigns, &[&fields[..], &[("scheduled_at", "2020-02-03T04:05"), ("audience[]", &vip)]].concat()).await;
    assert_eq!(made.status, 303);
    completed(&office, &json!(1)).await;
    assert_eq!(read_by(&lea).await, ["Hi"]);
    let shown = browser.get(&format!("{campaigns}/1")).await.text();
    assert!(shown.contains("To one contact so far") && shown.contains("2020-02-03T04:05") && !shown.contains("name=\"title\""), "{shown}");
    assert!(browser.get(&campaigns).await.text().contains("2020-02-03 04:05 UTC"));
    server.finish().await;
}

const SENT: &str = "SELECT count(*) AS number FROM messages WHERE content = 'Everything must go'";
const REACHED: &str = "SELECT count(DISTINCT contact_id) AS number FROM conversations";
const TO_SEND: &str = "SELECT count(*) AS number FROM campaigns WHERE campaign_status <> 1";

/// So many contacts, and a campaign that is sent to all of them at once.
async fn campaign_to(office: &Office, many: usize) {
    let (inbox, vip) = (office.api_inbox().await, label(office, "vip").await);
    for _ in 0..many {
        labelled(office, &inbox, &["vip"]).await;
    }
    office.administrator.post("/campaigns", offer(&inbox, &[vip], json!({}))).await.ok();
}

async fn each_has_got_it_once(db: &Db, many: i64) {
    until_within(Duration::from_secs(60), "the end of the campaign", async || (count(db, TO_SEND).await == 0).then_some(())).await;
    assert_eq!((count(db, SENT).await, count(db, REACHED).await), (many, many));
    assert_eq!(count(db, "SELECT sum(sent_count) AS number FROM campaigns").await, many);
}

#[actix_rt::test]
async fn each_gets_it_once_although_the_server_is_killed() {
    let place = Place::new();
    let db = database(&place).await;
    let mut server = Process::start(&place, &[]).await;
    let office = Office::open(db.clone(), server.anonymous(), "").await;
    campaign_to(&office, 120).await;
    for round in 1..=3 {
        // at another moment each time
        until("some of it", async || (count(&db, SENT).await >= 15 * round).then_some(())).await;
        server.kill();
        server = Process::start(&place, &[]).await;
    }
    each_has_got_it_once(&db, 120).await;
    server.kill();
}

#[actix_rt::test]
async fn two_nodes_send_it_once_to_each() {
    if !is_postgres() {
        return; // SQLite has one node
    }
    let place = Place::new();
    let db = database(&place).await;
    let (one, two) = futures_util::future::join(Process::start(&place, &[]), Process::start(&place, &[])).await;
    let office = Office::open(db.clone(), one.anonymous(), "").await;
    campaign_to(&office, 120).await;
    each_has_got_it_once(&db, 120).await;
    one.kill();
    two.kill();
}
