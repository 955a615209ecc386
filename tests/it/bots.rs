//! Bots: who arranges them, what they hear, and what happens when they fail.
use crate::{
    deliveries::assert_signed,
    pages::Visit,
    snapshot,
    support::{ApiInbox, Office, Receiver, Reply, Server, until},
};
use diesel::{ExpressionMethods, RunQueryDsl};
use serde_json::{Value, json};
use std::time::Duration;

/// A bot, at work in an inbox.
struct Bot {
    id: i64,
    secret: String,
    inbox: ApiInbox,
}

/// One that is tried again at once, and not as late as bots are.
async fn bot(server: &Server, office: &Office, receiver: &Receiver) -> Bot {
    let made = office.administrator.post("/agent_bots", json!({"name": "Botty", "outgoing_url": receiver.url()})).await.ok();
    let (id, inbox) = (made["id"].as_i64().unwrap(), office.api_inbox().await);
    set_bot(office, inbox.id, json!(id)).await;
    server
        .write(|tx| {
            use hookdesk::db::schema::webhooks::dsl::{retry_schedule, webhooks};
            Ok(diesel::update(webhooks).set(retry_schedule.eq("20ms,20ms")).execute(tx.conn)?)
        })
        .await;
    Bot { id, secret: made["secret"].as_str().unwrap().to_owned(), inbox }
}

async fn set_bot(office: &Office, inbox: i64, bot: Value) {
    office.administrator.post(&format!("/inboxes/{inbox}/set_agent_bot"), json!({"agent_bot": bot})).await.ok_and_empty();
}

async fn set_status(office: &Office, number: i64, status: &str) {
    office.administrator.post(&format!("/conversations/{number}/toggle_status"), json!({"status": status})).await.ok();
}

async fn status(office: &Office, number: i64) -> String {
    office.administrator.sees(number).await["status"].as_str().unwrap().to_owned()
}

async fn is_open(office: &Office, number: i64) {
    until("an open conversation", async || (status(office, number).await == "open").then_some(())).await;
}

/// The notices in a conversation.
async fn notices(office: &Office, number: i64) -> Vec<Value> {
    let shown = office.administrator.get(&format!("/conversations/{number}/messages")).await.ok();
    let all = shown["payload"].as_array().unwrap();
    all.iter().filter(|message| message["message_type"] == 2).cloned().collect()
}

#[actix_rt::test]
async fn administrators_arrange_bots_and_agents_see_them_without_their_keys() {
    let server = Server::start().await;
    let (office, other) = (server.office().await, server.another_office("other-").await);
    let said = json!({"agent_bot": {"name": " Botty ", "description": "Answers at night", "outgoing_url": "https://bot:key@bot.example/in",
        "bot_type": "webhook", "bot_config": {"model": "small"}, "account_id": other.account, "secret": "mine"}});
    office.agent.post("/agent_bots", said.clone()).await.error(401);
    let made = office.administrator.post("/agent_bots", said).await.ok();
    snapshot!("agent_bot", made);
    let path = format!("/agent_bots/{}", made["id"]);
    assert_eq!(office.administrator.get(&path).await.ok(), made);
    assert_eq!(office.administrator.get("/agent_bots").await.ok(), json!([made]));
    let seen = office.agent.get(&path).await.ok();
    assert_eq!(office.agent.get("/agent_bots").await.ok(), json!([seen]));
    assert_eq!((seen.get("secret"), seen.get("access_token")), (None, None));
    assert_eq!(seen["outgoing_url"], "https://***@bot.example/in");
    // without a password it is the same text wherever it is shown
    let plain = office.administrator.post("/agent_bots", json!({"name": "Plain", "outgoing_url": "https://bot.example"})).await.ok();
    let one = format!("/agent_bots/{}", plain["id"]);
    assert_eq!((&plain["outgoing_url"], &office.agent.get(&one).await.ok()["outgoing_url"]), (&json!("https://bot.example"), &plain["outgoing_url"]));
    office.administrator.delete(&one).await.ok_and_empty();
    for (part, key) in [("reset_secret", "secret"), ("reset_access_token", "access_token")] {
        office.agent.post(&format!("{path}/{part}"), json!({})).await.error(401);
        let before = office.administrator.get(&path).await.ok();
        let after = office.administrator.post(&format!("{path}/{part}"), json!({})).await.ok();
        let changed: Vec<&str> = before.as_object().unwrap().keys().map(String::as_str).filter(|name| before[*name] != after[*name]).collect();
        assert_eq!((changed, after[key].as_str().unwrap().len()), (vec![key], 24));
    }
    let changed = office.administrator.patch(&path, json!({"description": null, "outgoing_url": "", "bot_config": {}})).await.ok();
    let expected = (&json!("Botty"), &Value::Null, &Value::Null, &json!({}));
    assert_eq!((&changed["name"], &changed["description"], &changed["outgoing_url"], &changed["bot_config"]), expected);
    // what is not theirs is not there
    assert_eq!(other.administrator.get("/agent_bots").await.ok(), json!([]));
    other.administrator.get(&path).await.error(404);
    other.administrator.put(&path, json!({"name": "Mine"})).await.error(404);
    other.administrator.post(&format!("{path}/reset_secret"), json!({})).await.error(404);
    other.administrator.delete(&path).await.error(404);
    office.agent.patch(&path, json!({"name": "Mine"})).await.error(401);
    office.agent.delete(&path).await.error(401);
    office.administrator.delete(&path).await.ok_and_empty();
    office.administrator.get(&path).await.error(404);
    assert_eq!(server.count("SELECT count(*) AS number FROM access_tokens WHERE owner_type = 1").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_said_about_a_bot_is_checked() {
    let server = Server::start().await;
    let office = server.office().await;
    for (said, attribute) in [
        (json!({}), "name"),
        (json!({"name": "  "}), "name"),
        (json!({"name": "x".repeat(256)}), "name"),
        (json!({"name": "B", "description": "x".repeat(1001)}), "description"),
        (json!({"name": "B", "outgoing_url": "ftp://bot.example"}), "outgoing_url"),
        (json!({"name": "B", "outgoing_url": "no url"}), "outgoing_url"),
        (json!({"name": "B", "outgoing_url": format!("https://bot.example/{}", "x".repeat(2048))}), "outgoing_url"),
        (json!({"name": "B", "outgoing_url": "http://169.254.1.1/"}), "outgoing_url"),
        (json!({"name": "B", "bot_config": {"x": "x".repeat(65_536)}}), "bot_config"),
    ] {
        assert_eq!(office.administrator.post("/agent_bots", said).await.invalid(), [attribute]);
    }
    office.administrator.post("/agent_bots", json!({"name": "B", "bot_type": "csml"})).await.is(422);
    office.administrator.patch("/agent_bots/999", json!({"outgoing_url": "no url"})).await.error(404);
    assert_eq!(office.administrator.get("/agent_bots").await.ok(), json!([]));
    // the same address twice is nothing to refuse: one program may be two bots
    for _ in 0..2 {
        office.administrator.post("/agent_bots", json!({"name": "B", "outgoing_url": "https://bot.example/"})).await.ok();
    }
    server.finish().await;
}

#[actix_rt::test]
async fn an_inbox_has_one_bot_at_most() {
    let server = Server::start().await;
    let (office, other) = (server.office().await, server.another_office("other-").await);
    let inbox = office.api_inbox().await;
    let path = format!("/inboxes/{}/agent_bot", inbox.id);
    assert_eq!(office.agent.get(&path).await.ok(), json!({}));
    let make = async |office: &Office, name: &str| office.administrator.post("/agent_bots", json!({"name": name})).await.ok()["id"].clone();
    let (first, second, theirs) = (make(&office, "First").await, make(&office, "Second").await, make(&other, "Theirs").await);
    for id in [&first, &first, &second] {
        set_bot(&office, inbox.id, id.clone()).await;
        assert_eq!(office.agent.get(&path).await.ok()["agent_bot"]["id"], *id);
    }
    snapshot!("agent_bot_of_an_inbox", office.administrator.get(&path).await.ok());
    assert_eq!(office.agent.get(&path).await.ok()["agent_bot"].get("access_token"), None);
    let set = format!("/inboxes/{}/set_agent_bot", inbox.id);
    office.administrator.post(&set, json!({"agent_bot": theirs})).await.error(404);
    office.agent.post(&set, json!({"agent_bot": first})).await.error(401);
    other.administrator.post(&set, json!({"agent_bot": theirs})).await.error(404);
    office.another_agent("Cid", "cid@acme.example").await.get(&path).await.error(401);
    set_bot(&office, inbox.id, Value::Null).await;
    assert_eq!(office.agent.get(&path).await.ok(), json!({}));
    set_bot(&office, inbox.id, second.clone()).await;
    office.administrator.delete(&format!("/agent_bots/{second}")).await.ok_and_empty();
    assert_eq!(office.agent.get(&path).await.ok(), json!({}));
    server.finish().await;
}

#[actix_rt::test]
async fn a_bot_hears_its_inboxes_and_what_only_bots_hear() {
    let (server, receiver, webhooks, every) = (Server::start().await, Receiver::open(), Receiver::open(), Receiver::open());
    let office = server.office().await;
    office.webhook(&webhooks.url()).await;
    office.webhook_with(json!({"url": every.url(), "all_events": true})).await;
    let bot = bot(&server, &office, &receiver).await;
    let elsewhere = office.api_inbox().await;
    let (lea, number) = office.conversation(&bot.inbox).await;
    let (max, quiet) = office.conversation(&elsewhere).await;
    assert_eq!((status(&office, number).await.as_str(), status(&office, quiet).await.as_str()), ("pending", "open"));
    max.says(quiet, "Nobody hears this").await;
    let told = server
        .telling(async || {
            lea.says(number, "Hello").await;
            set_status(&office, number, "open").await;
            set_status(&office, number, "resolved").await;
            lea.says(number, "Again").await;
        })
        .await;
    let names: Vec<&str> = told.iter().map(|told| told.name).filter(|name| !name.starts_with("contact")).collect();
    let (changed, updated) = ("conversation_status_changed", "conversation_updated");
    let heard =
        ["message_created", "conversation_opened", changed, updated, "conversation_resolved", changed, updated, "message_created", changed, updated];
    assert_eq!(names, [&heard[..], &[updated]].concat());
    assert_eq!(status(&office, number).await, "pending", "what was resolved goes to the bot first");
    let last = told.iter().rfind(|told| told.name == changed).unwrap();
    assert_eq!(last.payload["changed_attributes"][0]["status"], json!({"previous_value": "resolved", "current_value": "pending"}));
    server.settled().await;
    let mut came: Vec<String> = receiver.received().iter().map(|request| request.event()).collect();
    let mut expected: Vec<&str> = names.clone();
    came.sort();
    expected.sort_unstable();
    assert_eq!(came, expected, "all of it, nothing of the other inbox, and no conversation_created");
    for request in receiver.received() {
        assert_signed(&request, &bot.secret);
        assert_eq!(request.json().get("changed_attributes").is_some(), [changed, updated].contains(&request.event().as_str()));
    }
    // the second message changes the status without a notice that somebody has opened it
    let texts: Vec<Value> = notices(&office, number).await.iter().map(|notice| notice["content"].clone()).collect();
    assert_eq!(texts, [json!("Conversation was reopened by Ada Admin"), json!("Conversation was marked resolved by Ada Admin")]);
    for request in webhooks.received().iter().chain(&every.received()) {
        assert!(!["conversation_opened", "conversation_resolved"].contains(&request.event().as_str()));
    }
    server.finish().await;
}

#[actix_rt::test]
async fn what_only_bots_hear_is_nothing_to_subscribe_to() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let bot = bot(&server, &office, &receiver).await;
    let hook = office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["message_created"]})).await;
    let (_, number) = office.conversation(&bot.inbox).await;
    set_status(&office, number, "open").await;
    set_status(&office, number, "resolved").await;
    let read = office.administrator.get("/webhook_events?limit=500").await.ok();
    let listed: Vec<&str> = read["payload"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    let hook = format!("/webhooks/{}", hook.id);
    for name in ["conversation_opened", "conversation_resolved"] {
        assert!(server.told().await.iter().any(|told| told.name == name) && !listed.contains(&name), "{listed:?}");
        office.administrator.get(&format!("/webhook_events?events[]={name}")).await.is(422);
        assert_eq!(office.administrator.patch(&hook, json!({"subscriptions": [name]})).await.invalid(), ["subscriptions"]);
        assert_eq!(office.administrator.post(&format!("{hook}/test"), json!({"event": name})).await.invalid(), ["event"]);
    }
    // nor is a bot a webhook
    let all = office.administrator.get("/webhooks").await.ok();
    assert_eq!(all["payload"]["webhooks"].as_array().unwrap().len(), 1);
    let row = server.count("SELECT max(id) AS number FROM webhooks WHERE kind = 2").await;
    office.administrator.patch(&format!("/webhooks/{row}"), json!({"enabled": false})).await.error(404);
    office.administrator.delete(&format!("/webhooks/{row}")).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn conversations_wait_for_a_bot_with_few_exceptions() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let bot = bot(&server, &office, &receiver).await;
    let (lea, number) = office.conversation(&bot.inbox).await;
    // an agent's conversation, whatever they say
    let said = json!({"source_id": lea.source_id, "inbox_id": bot.inbox.id, "status": "open"});
    let begun = office.agent.post("/conversations", said).await.ok();
    assert_eq!(begun["status"], "pending");
    // what waits for the bot goes on waiting, what people have put aside comes back to people
    for (before, after) in [("pending", "pending"), ("open", "open"), ("resolved", "pending"), ("snoozed", "open")] {
        set_status(&office, number, before).await;
        lea.says(number, "Hello").await;
        assert_eq!(status(&office, number).await, after, "{before}");
    }
    office.administrator.patch(&format!("/contacts/{}", lea.id), json!({"blocked": true})).await.ok();
    let blocked = lea.begin().await;
    assert_eq!(status(&office, blocked).await, "resolved");
    lea.says(blocked, "Hello").await;
    assert_eq!(status(&office, blocked).await, "resolved");
    server.finish().await;
}

#[actix_rt::test]
async fn nobody_waits_for_a_bot_that_hears_nothing() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let bot = bot(&server, &office, &receiver).await;
    let (_, waiting) = office.conversation(&bot.inbox).await;
    assert_eq!(status(&office, waiting).await, "pending");
    office.administrator.patch(&format!("/agent_bots/{}", bot.id), json!({"outgoing_url": null})).await.ok();
    let (_, number) = office.conversation(&bot.inbox).await;
    assert_eq!(status(&office, number).await, "open");
    server.finish().await;
}

#[actix_rt::test]
async fn a_conversation_opens_when_its_bot_has_failed_at_every_try() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let bot = bot(&server, &office, &receiver).await;
    let (lea, number) = office.conversation(&bot.inbox).await;
    receiver.next(Reply::hang_up()).next(Reply::status(503)).next(Reply::status(404).when_released());
    let told = server
        .telling(async || {
            lea.says(number, "Is anybody there?").await;
            let tries = receiver.wait_for(3).await;
            assert!(tries.iter().all(|one| one.header("webhook-id") == tries[0].header("webhook-id")));
            assert_eq!(status(&office, number).await, "pending", "not before the last try");
            receiver.release();
            is_open(&office, number).await;
        })
        .await;
    let names: Vec<&str> = told.iter().map(|told| told.name).collect();
    let opened = ["conversation_opened", "conversation_status_changed", "conversation_updated"];
    assert!(names.ends_with(&opened), "{names:?}");
    assert!(told.iter().rev().take(3).all(|told| told.actor.is_none()));
    let shown = notices(&office, number).await;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0]["content"], "System opened the conversation because the bot failed");
    assert_eq!(shown[0]["content_attributes"]["activity"], json!({"type": "conversation_status_changed", "status": "open"}));
    // it hears that it was opened, and goes on to hear what is said
    server.settled().await;
    let mut after: Vec<String> = receiver.received()[3..].iter().map(|request| request.event()).collect();
    after.sort();
    assert_eq!(after, opened);
    // what arrives late closes nothing
    let id = server.count("SELECT min(id) AS number FROM deliveries WHERE state = 2").await;
    let webhook = server.count("SELECT max(id) AS number FROM webhooks").await;
    let page = format!("/app/accounts/1/settings/integrations/webhooks/{webhook}/deliveries/{id}");
    send_again(&server, &office, &page).await;
    receiver.wait_for(7).await;
    server.settled().await;
    assert_eq!(server.count(&format!("SELECT state AS number FROM deliveries WHERE id = {id}")).await, 1);
    assert_eq!((status(&office, number).await.as_str(), notices(&office, number).await.len()), ("open", 1));
    server.finish().await;
}

/// As an administrator does on a delivery's page.
async fn send_again(server: &Server, office: &Office, page: &str) {
    let browser = server.browser_of(office.administrator.id).await;
    let shown = browser.get(page).await.text();
    let (_, rest) = shown.split_once("name=\"csrf_token\" value=\"").unwrap_or_else(|| panic!("{page} has no form: {shown}"));
    let token = rest.split('"').next().unwrap();
    assert_eq!(browser.form(&format!("{page}/send_again"), &[("csrf_token", token)]).await.status, 303);
}

#[actix_rt::test]
async fn a_bot_is_tried_three_times_within_seconds() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let said = json!({"name": "Botty", "outgoing_url": receiver.url()});
    let bot = office.administrator.post("/agent_bots", said).await.ok()["id"].clone();
    let inbox = office.api_inbox().await;
    set_bot(&office, inbox.id, bot).await;
    // however long it asks to be left alone: somebody waits for the answer
    receiver.always(Reply::status(429).header("Retry-After", "600"));
    let (lea, number) = office.conversation(&inbox).await;
    lea.says(number, "Hello").await;
    is_open(&office, number).await;
    let tries: Vec<_> = receiver.received().into_iter().filter(|request| request.event() == "message_created").collect();
    assert_eq!(tries.len(), 3);
    for pair in tries.windows(2) {
        let waited = pair[1].at - pair[0].at;
        assert!(waited >= Duration::from_millis(2690) && waited < Duration::from_secs(20), "{waited:?}");
    }
    receiver.always(Reply::ok());
    server.finish().await;
}

#[actix_rt::test]
async fn an_account_may_keep_conversations_pending() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let bot = bot(&server, &office, &receiver).await;
    office.administrator.patch("", json!({"keep_pending_on_bot_failure": true})).await.ok();
    receiver.always(Reply::status(500));
    let (lea, number) = office.conversation(&bot.inbox).await;
    lea.says(number, "Hello").await;
    server.settled().await;
    assert_eq!(receiver.received().len(), 3);
    assert_eq!((status(&office, number).await.as_str(), notices(&office, number).await.len()), ("pending", 0));
    // what people have taken up already is not touched either way
    office.administrator.patch("", json!({"keep_pending_on_bot_failure": false})).await.ok();
    set_status(&office, number, "snoozed").await;
    office.agent.says(number, "Hi").await;
    server.settled().await;
    assert_eq!((status(&office, number).await.as_str(), notices(&office, number).await.len()), ("snoozed", 1));
    server.finish().await;
}

#[actix_rt::test]
async fn gone_ends_the_tries_and_not_the_bot() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let bot = bot(&server, &office, &receiver).await;
    office.administrator.patch("", json!({"locale": "th"})).await.ok();
    receiver.next(Reply::status(410));
    let (lea, number) = office.conversation(&bot.inbox).await;
    lea.says(number, "Hello").await;
    is_open(&office, number).await;
    server.settled().await;
    assert_eq!(receiver.received().iter().filter(|request| request.event() == "message_created").count(), 1);
    assert_eq!(notices(&office, number).await[0]["content"], "ระบบเปิดการสนทนาเนื่องจากบอตขัดข้อง");
    let next = lea.begin().await;
    lea.says(next, "Hello?").await;
    receiver.wait_for_those(2, |request| request.event() == "message_created").await;
    server.settled().await;
    assert_eq!(status(&office, next).await, "pending");
    server.finish().await;
}

/// One request at a time: of four messages one is on its way, and three wait in memory.
async fn with_three_waiting(receiver: &Receiver) -> (Server, Office, Bot) {
    let server = Server::start_with(|config| config.webhook.in_flight = 1).await;
    let office = server.office().await;
    let bot = bot(&server, &office, receiver).await;
    receiver.next(Reply::ok().when_released());
    let (lea, number) = office.conversation(&bot.inbox).await;
    lea.says(number, "1").await;
    receiver.wait_for(1).await;
    for text in ["2", "3", "4"] {
        lea.says(number, text).await;
    }
    (server, office, bot)
}

#[actix_rt::test]
async fn a_bot_that_has_left_an_inbox_gets_nothing_more_from_there() {
    let receiver = Receiver::open();
    let (server, office, bot) = with_three_waiting(&receiver).await;
    let elsewhere = office.api_inbox().await;
    set_bot(&office, elsewhere.id, json!(bot.id)).await;
    let (max, other) = office.conversation(&elsewhere).await;
    max.says(other, "still heard").await;
    set_bot(&office, bot.inbox.id, Value::Null).await;
    receiver.release();
    let came = receiver.wait_for(2).await;
    server.settled().await;
    let texts: Vec<Value> = came.iter().map(|request| request.json()["content"].clone()).collect();
    assert_eq!(texts, [json!("1"), json!("still heard")]);
    // the log still says what it did not get
    assert_eq!(server.count("SELECT count(*) AS number FROM deliveries WHERE state = 2 AND attempts = 0").await, 3);
    let pending = format!("SELECT count(*) AS number FROM conversations WHERE status = 2 AND inbox_id = {}", bot.inbox.id);
    assert_eq!(server.count(&pending).await, 0, "who waited for it is people's matter now");
    let (_, fresh) = office.conversation(&bot.inbox).await;
    assert_eq!(status(&office, fresh).await, "open");
    server.finish().await;
    assert_eq!(receiver.received().len(), 2);
}

#[actix_rt::test]
async fn the_conversations_that_a_bot_leaves_open_in_one_order_however_their_messages_came() {
    let receiver = Receiver::open();
    let (server, office, bot) = with_three_waiting(&receiver).await;
    let (lea, first) = office.conversation(&bot.inbox).await;
    let (max, second) = office.conversation(&bot.inbox).await;
    max.says(second, "before").await;
    lea.says(first, "after").await;
    set_bot(&office, bot.inbox.id, Value::Null).await;
    receiver.release();
    server.settled().await;
    let opened = "SELECT conversation_id AS number FROM events WHERE name = 1 ORDER BY id LIMIT 1 OFFSET ";
    let order = [server.count(&format!("{opened}0")).await, server.count(&format!("{opened}1")).await, server.count(&format!("{opened}2")).await];
    assert!(order.is_sorted_by(|one, next| one < next), "{order:?}");
    server.finish().await;
}

#[actix_rt::test]
async fn nothing_is_sent_to_a_bot_that_was_deleted() {
    let receiver = Receiver::open();
    let (server, office, bot) = with_three_waiting(&receiver).await;
    office.administrator.delete(&format!("/agent_bots/{}", bot.id)).await.ok_and_empty();
    assert_eq!(server.count("SELECT count(*) AS number FROM webhooks").await, 0);
    receiver.release();
    server.finish().await;
    assert_eq!(receiver.received().len(), 1);
}

#[actix_rt::test]
async fn what_a_bot_hears_by_follows_the_bot() {
    let (server, first, second) = (Server::start().await, Receiver::open(), Receiver::open());
    let office = server.office().await;
    let bot = bot(&server, &office, &first).await;
    let path = format!("/agent_bots/{}", bot.id);
    let (lea, number) = office.conversation(&bot.inbox).await;
    lea.says(number, "1").await;
    first.wait_for(1).await;
    server.settled().await;
    office.administrator.patch(&path, json!({"outgoing_url": second.url()})).await.ok();
    let secret = office.administrator.post(&format!("{path}/reset_secret"), json!({})).await.ok()["secret"].as_str().unwrap().to_owned();
    assert_ne!(secret, bot.secret);
    lea.says(number, "2").await;
    assert_signed(&second.wait_for(1).await[0], &secret);
    server.settled().await;
    office.administrator.patch(&path, json!({"outgoing_url": null})).await.ok();
    lea.says(number, "3").await;
    server.settled().await;
    assert_eq!((first.received().len(), second.received().len()), (1, 1));
    // nobody is kept waiting for it
    is_open(&office, number).await;
    let last = notices(&office, number).await.pop().unwrap();
    assert_eq!(last["content"], "System opened the conversation because its bot has left");
    server.finish().await;
}

#[actix_rt::test]
async fn people_arrange_bots_on_pages() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let mut visit = Visit::new(&server).await;
    assert_eq!(visit.sign_in().await.status, 303);
    let inbox = visit.account.post("/inboxes", json!({"name": "Night desk", "enable_auto_assignment": false, "channel": {"type": "api"}})).await.ok()
        ["id"]
        .clone();
    let (bots, inbox) = ("/app/accounts/1/settings/bots", format!("/app/accounts/1/settings/inboxes/{inbox}"));
    let token = visit.token(&format!("{bots}/new")).await;
    let form = |fields: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        let token = ("csrf_token", token.clone());
        std::iter::once(token).chain(fields.iter().map(|(name, value)| (*name, (*value).to_owned()))).collect()
    };
    async fn send(visit: &mut Visit, path: &str, fields: Vec<(&str, String)>) -> crate::support::Answer {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        visit.form(path, &fields).await
    }
    let refused = send(&mut visit, bots, form(&[("name", ""), ("outgoing_url", "http://10.0.0.1/")])).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("10.0.0.1") && refused.text().contains("f-outgoing_url-error"), "{}", refused.text());
    let made = send(&mut visit, bots, form(&[("name", "Botty <3"), ("outgoing_url", &receiver.url()), ("description", "")])).await;
    assert_eq!((made.status, made.header("location")), (303, Some(format!("{bots}/1").as_str())));
    let chosen = send(&mut visit, &format!("{inbox}/bot"), form(&[("agent_bot", "1")])).await;
    assert_eq!(chosen.status, 303);
    assert!(visit.get(&format!("{inbox}/bot")).await.text().contains("<option value=\"1\" selected>Botty &#60;3</option>"));
    let listed = visit.get(bots).await.text();
    assert!(listed.contains("Botty &#60;3") && listed.contains("in 1 inbox"), "{listed}");
    assert!(visit.get(&format!("{bots}/1")).await.text().contains("Night desk"));
    // the log of a bot
    receiver.always(Reply::status(410));
    let log = visit.get(&format!("{bots}/1/deliveries")).await;
    let log = log.header("location").unwrap().to_owned();
    let sent = send(&mut visit, &format!("{log}/test"), form(&[("event", "conversation_opened")])).await;
    let delivery = visit.get(sent.header("location").unwrap()).await.text();
    assert!(delivery.contains("conversation_opened") && delivery.contains("A bot is not turned off by it"), "{delivery}");
    let shown = visit.get(&log).await.text();
    assert!(shown.contains(&format!("href=\"{bots}/1\"")) && !shown.contains("turn_off") && !shown.contains("/replays"), "{shown}");
    for absent in ["edit", "replays", "delete"] {
        assert_eq!(visit.get(&format!("{log}/{absent}")).await.status, 404, "{absent}");
    }
    assert_eq!(send(&mut visit, &format!("{log}/turn_off"), form(&[])).await.status, 404);
    assert_eq!(visit.get(&format!("{log}/verify")).await.status, 200);
    // a new secret, other fields, the end
    let secret = async |visit: &Visit| visit.account.get("/agent_bots/1").await.ok()["secret"].clone();
    let before = secret(&visit).await;
    assert!(visit.get(&format!("{bots}/1")).await.text().contains(before.as_str().unwrap()));
    assert_eq!(send(&mut visit, &format!("{bots}/1/reset_secret"), form(&[])).await.status, 303);
    assert_ne!(secret(&visit).await, before);
    assert_eq!(send(&mut visit, &format!("{bots}/1"), form(&[("name", "Botty"), ("outgoing_url", "")])).await.status, 303);
    assert_eq!(visit.account.get("/agent_bots/1").await.ok()["outgoing_url"], Value::Null);
    assert_eq!(visit.get(&format!("{bots}/1/deliveries")).await.status, 404);
    assert!(visit.get(&format!("{bots}/1/delete")).await.text().contains("delete the bot"));
    assert_eq!(send(&mut visit, &format!("{bots}/1/delete"), form(&[])).await.status, 303);
    assert_eq!(visit.account.get("/agent_bots").await.ok(), json!([]));
    // and what the account does when a bot fails
    let account = "/app/accounts/1/settings/account";
    let fields = [("name", "Acme"), ("locale", "en"), ("payload_format", "documented")];
    for (more, kept) in [(Some(("keep_pending", "1")), true), (None, false)] {
        let said: Vec<(&str, &str)> = fields.into_iter().chain(more).collect();
        assert_eq!(send(&mut visit, account, form(&said)).await.status, 303);
        assert_eq!(visit.account.get("").await.ok()["settings"]["keep_pending_on_bot_failure"], kept);
        assert_eq!(visit.get(account).await.text().contains("name=\"keep_pending\" value=\"1\" checked"), kept);
    }
    server.finish().await;
}
