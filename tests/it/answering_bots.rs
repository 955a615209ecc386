//! Bots that answer: what their access tokens open, what they say, and what becomes of conversations that they leave.
use crate::{
    gates::send,
    snapshot,
    support::{
        ApiInbox, Caller, File, Office, Process, Receiver, Reply, Server,
        database::{Place, is_postgres},
        furnished::{FIRST, Furnished},
        operations,
        process::database,
        receiver::Received,
        server::count,
        until,
    },
};
use diesel::{ExpressionMethods, RunQueryDsl};
use hookdesk::{
    bots::{self, BotInput},
    db::Db,
    web::fields::{Patch, Text},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A bot with its token, at work in an inbox.
struct Bot {
    id: i64,
    inbox: ApiInbox,
    /// The account as the bot asks it.
    caller: Caller,
}

/// The account of an office as a program asks it that shows this token.
fn showing(server: &Server, office: &Office, token: &Value) -> Caller {
    server.anonymous().0.with("api_access_token", token.as_str().unwrap()).below(format!("/api/v1/accounts/{}", office.account))
}

async fn bot(server: &Server, office: &Office, url: &str) -> Bot {
    let made = office.administrator.post("/agent_bots", json!({"name": "Botty", "outgoing_url": url})).await.ok();
    let (id, inbox) = (made["id"].as_i64().unwrap(), office.api_inbox().await);
    set_bot(office, inbox.id, json!(id)).await;
    Bot { id, inbox, caller: showing(server, office, &made["access_token"]) }
}

async fn set_bot(office: &Office, inbox: i64, bot: Value) {
    office.administrator.post(&format!("/inboxes/{inbox}/set_agent_bot"), json!({"agent_bot": bot})).await.ok_and_empty();
}

async fn notices(office: &Office, number: i64) -> Vec<Value> {
    let shown = office.administrator.get(&format!("/conversations/{number}/messages")).await.ok();
    let all = shown["payload"].as_array().unwrap();
    all.iter().filter(|message| message["message_type"] == 2).map(|message| message["content"].clone()).collect()
}

/// What is open to bots: the methods and the ends of the paths.
const OPEN: [(&str, &str); 12] = [
    ("POST", "/conversations"),
    ("GET", "/conversations/{id}"),
    ("PATCH", "/conversations/{id}"),
    ("PUT", "/conversations/{id}"),
    ("POST", "/conversations/{id}/toggle_status"),
    ("POST", "/conversations/{id}/toggle_priority"),
    ("POST", "/conversations/{id}/toggle_typing_status"),
    ("POST", "/conversations/{id}/custom_attributes"),
    ("POST", "/conversations/{id}/messages"),
    ("POST", "/conversations/{id}/assignments"),
    ("GET", "/conversations/{id}/labels"),
    ("POST", "/conversations/{id}/labels"),
];

#[actix_rt::test]
async fn a_bot_may_do_what_is_listed_and_nothing_else() {
    let server = Server::start().await;
    let ours = Furnished::new(&server, FIRST, 1).await;
    let token = ours.office.administrator.post("/agent_bots", json!({"name": "Speaker"})).await.ok()["access_token"].clone();
    let bot = server.anonymous().0.with("api_access_token", token.as_str().unwrap());
    let (mut wrong, mut opened) = (Vec::new(), 0);
    for operation in operations::all().iter().filter(|operation| !["anyone", "visitor"].contains(&operation.caller)) {
        let end = operation.template.trim_start_matches("/api/v1/accounts/{account_id}");
        let is_open = operation.is_of_account() && OPEN.contains(&(operation.method.as_str(), end));
        let path = operation.path(|before, name| ours.parameter(before, name));
        let answer = send(operation, &bot, &path, operation.input(&|name| ours.field(name))).await;
        let right = match is_open {
            true => (200..300).contains(&answer.status),
            // outside of accounts a session that is none may simply not be there
            false => answer.status == 401 || !operation.is_of_account() && answer.status == 404,
        };
        if !right {
            wrong.push(format!("{}: a bot gets {}: {:.200}", operation.line(), answer.status, answer.text()));
        }
        opened += usize::from(is_open);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(opened, OPEN.len(), "each of them is described");
    server.finish().await;
}

#[actix_rt::test]
async fn a_bot_is_let_into_its_account_alone() {
    let server = Server::start().await;
    let (office, other) = (server.office().await, server.another_office("other-").await);
    let bot = bot(&server, &office, "https://bot.example/").await;
    let (_, number) = office.conversation(&bot.inbox).await;
    let (_, theirs) = other.conversation(&other.api_inbox().await).await;
    let path = format!("/conversations/{number}");
    assert_eq!(bot.caller.get(&path).await.ok()["id"], number);
    bot.caller.get("/conversations/999").await.error(404);
    let elsewhere = bot.caller.below(format!("/api/v1/accounts/{}", other.account));
    elsewhere.get(&format!("/conversations/{theirs}")).await.error(401);
    bot.caller.below("/api/v1/accounts/999").get(&path).await.error(404);
    // an inbox in which it is not at work is one of its account all the same
    let (_, quiet) = office.conversation(&office.api_inbox().await).await;
    assert_eq!(bot.caller.get(&format!("/conversations/{quiet}")).await.ok()["id"], quiet);
    // what it says is looked at once it is known who asks
    bot.caller.post(&format!("{path}/messages"), json!({})).await.error(422);
    bot.caller.post("/labels", json!({"title": ""})).await.error(401);
    // a new token takes the place of the old one
    office.administrator.post(&format!("/agent_bots/{}/reset_access_token", bot.id), json!({})).await.ok();
    bot.caller.get(&path).await.error(401);
    server.finish().await;
}

#[actix_rt::test]
async fn what_a_bot_says_is_drawn_as_a_bots_and_ends_the_waiting() {
    let (server, receiver, webhooks) = (Server::start().await, Receiver::open(), Receiver::open());
    let office = server.office().await;
    office.webhook_with(json!({"url": webhooks.url(), "subscriptions": ["message_created", "conversation_updated"]})).await;
    let bot = bot(&server, &office, &receiver.url()).await;
    let (lea, number) = office.conversation(&bot.inbox).await;
    lea.says(number, "Hello").await;
    let path = format!("/conversations/{number}");
    assert_ne!(office.agent.sees(number).await["waiting_since"], 0);
    let said = bot.caller.post(&format!("{path}/messages"), json!({"content": "Hello, I am Botty"})).await.ok();
    snapshot!("message_of_bot", said);
    let seen = office.agent.sees(number).await;
    assert_eq!((&seen["waiting_since"], &seen["first_reply_created_at"], &seen["status"]), (&json!(0), &json!(0), &json!("pending")));
    server.settled().await;
    let of_bot = |received: Vec<Received>| {
        let all = received.into_iter().filter(|request| request.event() == "message_created").map(|request| request.json());
        all.into_iter().find(|heard| heard["message_type"] == "outgoing")
    };
    let heard = of_bot(webhooks.received()).unwrap();
    snapshot!("webhook_message_of_bot", heard);
    assert!(of_bot(receiver.received()).is_some(), "a bot gets its own messages back");
    let shown = lea.get(&format!("{path}/messages")).await.ok();
    assert_eq!(shown.as_array().unwrap().last().unwrap()["sender"]["type"], "agent_bot");
    // it may be said for a bot by whoever may speak, and by nobody for a bot that is none
    let on_behalf = json!({"content": "Me again", "sender_type": "AgentBot", "sender_id": bot.id});
    assert_eq!(office.agent.post(&format!("{path}/messages"), on_behalf).await.ok()["sender"]["type"], "agent_bot");
    let unknown = json!({"content": "Who", "sender_type": "AgentBot", "sender_id": 999});
    office.agent.post(&format!("{path}/messages"), unknown).await.error(422);
    // once it is gone, what it has said is nobody's
    office.administrator.delete(&format!("/agent_bots/{}", bot.id)).await.ok_and_empty();
    let shown = office.agent.get(&format!("{path}/messages")).await.ok();
    let texts: Vec<&Value> = shown["payload"].as_array().unwrap().iter().filter(|one| one["message_type"] == 1).collect();
    assert!(texts.len() == 2 && texts.iter().all(|one| one.get("sender").is_none()), "{shown}");
    server.finish().await;
}

#[actix_rt::test]
async fn a_bot_hands_a_conversation_off_to_people() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let bot = bot(&server, &office, &receiver.url()).await;
    let (lea, number) = office.conversation(&bot.inbox).await;
    lea.says(number, "Hello").await;
    let path = format!("/conversations/{number}");
    bot.caller.post(&format!("{path}/messages"), json!({"content": "Just a moment"})).await.ok();
    let told = server
        .telling(async || {
            let answer = bot.caller.post(&format!("{path}/toggle_status"), json!({"status": "open"})).await.ok();
            assert_eq!((&answer["payload"]["success"], &answer["payload"]["current_status"]), (&Value::Null, &json!("open")));
        })
        .await;
    let names: Vec<&str> = told.iter().map(|told| told.name).collect();
    assert!(names.starts_with(&["conversation_opened", "conversation_status_changed", "conversation_updated"]), "{names:?}");
    let seen = office.agent.sees(number).await;
    assert_ne!(seen["waiting_since"], 0, "people keep them waiting from now on");
    assert_eq!(seen["meta"].get("assignee"), None, "a bot answers nothing by opening");
    assert_eq!(notices(&office, number).await, [json!("Conversation was reopened by Botty")]);
    // what is open is no hand-off any more
    let answer = bot.caller.post(&format!("{path}/toggle_status"), json!({"status": "resolved"})).await.ok();
    assert_eq!(answer["payload"]["success"], true);
    server.finish().await;
}

#[actix_rt::test]
async fn a_conversation_is_given_to_a_bot_and_taken_from_it() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let made = office.administrator.post("/agent_bots", json!({"name": "Botty", "outgoing_url": receiver.url()})).await.ok();
    let (lea, number) = office.conversation(&office.api_inbox().await).await;
    let assign = format!("/conversations/{number}/assignments");
    office.agent.post(&assign, json!({"assignee_id": 999, "assignee_type": "AgentBot"})).await.error(404);
    let given = office.agent.post(&assign, json!({"assignee_id": made["id"], "assignee_type": "AgentBot"})).await.ok();
    snapshot!("assigned_bot", given);
    let seen = office.agent.sees(number).await;
    assert_eq!((&seen["status"], &seen["meta"]["assignee_type"], &seen["meta"]["assignee"]), (&json!("pending"), &json!("AgentBot"), &given));
    let listed = office.agent.get("/conversations?status=pending&assignee_type=unassigned").await.ok();
    assert_eq!(listed["data"]["payload"], json!([]));
    let counts = json!({"mine_count": 0, "assigned_count": 1, "unassigned_count": 0, "all_count": 1});
    assert_eq!(listed["data"]["meta"], counts);
    let listed = office.agent.get("/conversations?status=pending&assignee_type=assigned").await.ok();
    assert_eq!(listed["data"]["payload"][0]["id"], number);
    // it hears what happens there, although it is not at work in the inbox
    lea.says(number, "Hello").await;
    server.settled().await;
    let heard = receiver.received().iter().rfind(|request| request.event() == "message_created").unwrap().json();
    let meta = &heard["conversation"]["meta"];
    assert_eq!((&meta["assignee"]["type"], &meta["assignee_type"]), (&json!("agent_bot"), &json!("AgentBot")));
    // somebody takes its place
    office.agent.post(&assign, json!({"assignee_id": office.agent.id})).await.ok();
    assert_eq!(office.agent.sees(number).await["meta"]["assignee_type"], "User");
    // whoever opens it takes it from the bot
    office.agent.post(&assign, json!({"assignee_id": made["id"], "assignee_type": "AgentBot"})).await.ok();
    assert_eq!(office.agent.sees(number).await["meta"]["assignee"]["id"], made["id"]);
    office.administrator.post(&format!("/conversations/{number}/toggle_status"), json!({"status": "open"})).await.ok();
    let seen = office.agent.sees(number).await;
    assert_eq!((&seen["status"], seen["meta"].get("assignee")), (&json!("open"), None));
    server.settled().await;
    let before = receiver.received().len();
    lea.says(number, "Anybody?").await;
    server.settled().await;
    assert_eq!(receiver.received().len(), before);
    // it is not kept waiting for a bot that is gone
    office.agent.post(&assign, json!({"assignee_id": made["id"], "assignee_type": "AgentBot"})).await.ok();
    office.administrator.delete(&format!("/agent_bots/{}", made["id"])).await.ok_and_empty();
    until("an open conversation", async || (office.agent.sees(number).await["status"] == "open").then_some(())).await;
    assert_eq!(notices(&office, number).await.last().unwrap(), "System opened the conversation because its bot has left");
    server.finish().await;
}

#[actix_rt::test]
async fn what_begins_in_the_inbox_of_a_bot_is_the_bots_until_somebody_takes_it() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let bot = bot(&server, &office, &receiver.url()).await;
    let (lea, number) = office.conversation(&bot.inbox).await;
    let told = server.told().await;
    let created = told.iter().find(|told| told.name == "conversation_created").unwrap();
    let meta = &created.payload["meta"];
    assert_eq!((&meta["assignee"]["id"], &meta["assignee_type"]), (&json!(bot.id), &json!("AgentBot")));
    let seen = office.agent.sees(number).await;
    assert_eq!((&seen["status"], &seen["meta"]["assignee"]["name"]), (&json!("pending"), &json!("Botty")));
    // unless somebody is to answer from the beginning
    let said = json!({"source_id": lea.source_id, "assignee_id": office.agent.id});
    let theirs = office.agent.post("/conversations", said).await.ok();
    assert_eq!((&theirs["status"], &theirs["meta"]["assignee_type"]), (&json!("pending"), &json!("User")));
    let counts = json!({"mine_count": 1, "assigned_count": 2, "unassigned_count": 0, "all_count": 2});
    assert_eq!(office.agent.get("/conversations/meta?status=pending").await.ok()["meta"], counts);
    // another bot takes over what waits, and nothing else
    office.agent.post("/conversations", json!({"source_id": lea.source_id})).await.ok();
    bot.caller.post("/conversations/3/toggle_status", json!({"status": "resolved"})).await.ok();
    let next = json!({"name": "Robin", "outgoing_url": receiver.url_of("/robin")});
    let next = office.administrator.post("/agent_bots", next).await.ok()["id"].clone();
    set_bot(&office, bot.inbox.id, next.clone()).await;
    until("the other bot", async || (office.agent.sees(number).await["meta"]["assignee"]["id"] == next).then_some(())).await;
    let left = "SELECT count(*) AS number FROM bot_departures";
    until("nothing to be left", async || (server.count(left).await == 0).then_some(())).await;
    assert_eq!(office.agent.sees(3).await["meta"].get("assignee"), None);
    assert_eq!(notices(&office, number).await, Vec::<Value>::new());
    server.finish().await;
}

/// A picture of one pixel.
pub const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

#[actix_rt::test]
async fn bots_have_pictures() {
    let server = Server::start().await;
    let office = server.office().await;
    let fields = [("name", "Botty"), ("outgoing_url", "https://bot.example/")];
    let file = File::new("avatar", "botty.png", "image/png", PIXEL);
    let made = office.administrator.upload("/agent_bots", &fields, &[file]).await.ok();
    let path = format!("/agent_bots/{}", made["id"]);
    assert!(server.path(&made["thumbnail"]).len() > 1);
    let text = File::new("avatar", "botty.txt", "text/plain", b"no picture");
    assert_eq!(office.administrator.upload("/agent_bots", &fields, &[text]).await.invalid(), ["avatar"]);
    office.agent.delete(&format!("{path}/avatar")).await.error(401);
    assert_eq!(office.administrator.delete(&format!("{path}/avatar")).await.ok()["thumbnail"], "");
    let link = "https://pictures.example/botty.png";
    assert_eq!(office.administrator.patch(&path, json!({"avatar_url": link})).await.ok()["thumbnail"], link);
    assert_eq!(office.administrator.patch(&path, json!({"avatar_url": "x".repeat(2049)})).await.invalid(), ["avatar_url"]);
    assert_eq!(office.administrator.patch(&path, json!({"avatar_url": null})).await.ok()["thumbnail"], "");
    server.finish().await;
}

#[actix_rt::test]
async fn bots_of_the_operator_work_in_every_account_and_show_nothing_of_themselves() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let (office, other) = (server.office().await, server.another_office("other-").await);
    let text = |text: &str| Patch::Set(Text(text.to_owned()));
    let input = BotInput { name: text("House bot"), outgoing_url: text(&receiver.url()), ..BotInput::default() };
    let made = server.write(move |tx| bots::create_of_system(tx, input)).await;
    let id = made.id.0;
    let listed = office.administrator.get("/agent_bots").await.ok();
    snapshot!("system_bot", listed[0]);
    assert_eq!(other.administrator.get("/agent_bots").await.ok(), listed);
    for (path, said) in [("", json!({"name": "Mine"})), ("/reset_secret", json!({})), ("/reset_access_token", json!({}))] {
        let path = format!("/agent_bots/{id}{path}");
        let answer = if said == json!({}) { office.administrator.post(&path, said).await } else { office.administrator.patch(&path, said).await };
        answer.error(404);
    }
    office.administrator.delete(&format!("/agent_bots/{id}")).await.error(404);
    let token = server.read(move |conn| bots::tokens(conn, &[made]).map(|tokens| tokens.into_values().next().unwrap().token)).await;
    let (ours, theirs) = (showing(&server, &office, &json!(token)), showing(&server, &other, &json!(token)));
    let (inbox, elsewhere) = (office.api_inbox().await, other.api_inbox().await);
    set_bot(&office, inbox.id, json!(id)).await;
    let assignable = office.agent.get(&format!("/assignable_agents?inbox_ids[]={}&include_agent_bots=1", inbox.id)).await.ok();
    let bot = assignable["payload"].as_array().unwrap().iter().find(|one| one["assignee_type"] == "AgentBot").unwrap();
    assert_eq!((&bot["name"], bot.get("outgoing_url")), (&json!("House bot"), None));
    let (lea, number) = office.conversation(&inbox).await;
    let (max, quiet) = other.conversation(&elsewhere).await;
    assert_eq!(ours.get(&format!("/conversations/{number}")).await.ok()["status"], "pending");
    theirs.get(&format!("/conversations/{quiet}")).await.error(401);
    set_bot(&other, elsewhere.id, json!(id)).await;
    theirs.get(&format!("/conversations/{quiet}")).await.ok();
    lea.says(number, "ours").await;
    max.says(quiet, "theirs").await;
    server.settled().await;
    let accounts: BTreeSet<i64> = receiver.received().iter().filter_map(|request| request.json()["account"]["id"].as_i64()).collect();
    assert_eq!(accounts, BTreeSet::from([office.account, other.account]));
    assert_eq!(server.count("SELECT count(*) AS number FROM webhooks WHERE kind = 2").await, 2, "each account has a log of its own");
    server.write(move |tx| bots::delete_of_system(tx, hookdesk::db::types::AgentBotId(id))).await;
    until("an open conversation", async || (office.agent.sees(number).await["status"] == "open").then_some(())).await;
    assert_eq!(server.count("SELECT count(*) AS number FROM webhooks WHERE kind = 2").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn pages_show_the_token_and_the_picture_of_a_bot() {
    let server = Server::start().await;
    let office = server.office().await;
    let made = office.administrator.post("/agent_bots", json!({"name": "Botty", "avatar_url": "https://one.example/a.png"})).await.ok();
    let input = BotInput { name: Patch::Set(Text("House bot".to_owned())), ..BotInput::default() };
    let of_system = server.write(move |tx| bots::create_of_system(tx, input)).await.id;
    let browser = server.browser_of(office.administrator.id).await;
    let bots = format!("/app/accounts/{}/settings/bots", office.account);
    let shown = browser.get(&format!("{bots}/{}", made["id"])).await.text();
    assert!(shown.contains(made["access_token"].as_str().unwrap()) && shown.contains("https://one.example/a.png"), "{shown}");
    let listed = browser.get(&bots).await.text();
    assert!(listed.contains("House bot") && !listed.contains(&format!("{bots}/{of_system}\"")), "{listed}");
    assert_eq!(browser.get(&format!("{bots}/{of_system}")).await.status, 404);
    let (_, rest) = shown.split_once("name=\"csrf_token\" value=\"").unwrap();
    let token = rest.split('"').next().unwrap();
    for part in ["reset_access_token", "avatar/delete"] {
        assert_eq!(browser.form(&format!("{bots}/{}/{part}", made["id"]), &[("csrf_token", token)]).await.status, 303, "{part}");
    }
    let after = office.administrator.get(&format!("/agent_bots/{}", made["id"])).await.ok();
    assert_ne!(after["access_token"], made["access_token"]);
    assert_eq!(after["thumbnail"], "");
    server.finish().await;
}

const PENDING: &str = "SELECT count(*) AS number FROM conversations WHERE status = 2";
const OPENED: &str = "SELECT count(*) AS number FROM messages WHERE message_type = 2 AND content LIKE 'System opened the conversation because%'";

/// A bot with so many conversations that wait for it, each with a message.
async fn waiting(office: &Office, url: &str, many: usize) -> (i64, ApiInbox) {
    let made = office.administrator.post("/agent_bots", json!({"name": "Botty", "outgoing_url": url})).await.ok();
    let (id, inbox) = (made["id"].as_i64().unwrap(), office.api_inbox().await);
    set_bot(office, inbox.id, json!(id)).await;
    for _ in 0..many {
        office.conversation(&inbox).await;
    }
    (id, inbox)
}

async fn all_open(db: &Db) {
    until("all to be open", async || (count(db, PENDING).await == 0).then_some(())).await;
}

#[actix_rt::test]
async fn what_a_bot_leaves_opens_once_each_although_the_server_is_killed() {
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let mut server = Process::start(&place, &[]).await;
    let office = Office::open(db.clone(), server.anonymous(), "").await;
    let many = 90;
    let (bot, _) = waiting(&office, &receiver.url(), many).await;
    office.administrator.delete(&format!("/agent_bots/{bot}")).await.ok_and_empty();
    // in the midst of it: some are open, and others are not
    until("some to be open", async || (count(&db, OPENED).await > 0).then_some(())).await;
    server.kill();
    server = Process::start(&place, &[]).await;
    all_open(&db).await;
    assert_eq!(count(&db, OPENED).await, many as i64);
    until("nothing to be left", async || (count(&db, "SELECT count(*) AS number FROM bot_departures").await == 0).then_some(())).await;
    server.kill();
}

#[actix_rt::test]
async fn conversations_of_a_bot_that_fails_open_once_each_although_the_server_is_killed() {
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let mut server = Process::start(&place, &[]).await;
    let office = Office::open(db.clone(), server.anonymous(), "").await;
    let (_, inbox) = waiting(&office, &receiver.url(), 0).await;
    db.write(|tx| {
        use hookdesk::db::schema::webhooks::dsl::{retry_schedule, webhooks};
        Ok(diesel::update(webhooks).set(retry_schedule.eq("50ms,50ms")).execute(tx.conn)?)
    })
    .await
    .unwrap();
    receiver.always(Reply::status(500));
    let many = 20;
    for _ in 0..many {
        let (lea, number) = office.conversation(&inbox).await;
        lea.says(number, "Is anybody there?").await;
    }
    receiver.wait_for(many).await;
    server.kill();
    server = Process::start(&place, &[]).await;
    all_open(&db).await;
    assert_eq!(count(&db, OPENED).await, many as i64);
    server.kill();
}

#[actix_rt::test]
async fn two_nodes_open_what_a_bot_leaves_once_each() {
    if !is_postgres() {
        return; // SQLite has one node
    }
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let (one, two) = futures_util::future::join(Process::start(&place, &[]), Process::start(&place, &[])).await;
    let office = Office::open(db.clone(), one.anonymous(), "").await;
    let many = 90;
    let (bot, inbox) = waiting(&office, &receiver.url(), many).await;
    set_bot(&office, inbox.id, Value::Null).await;
    office.administrator.delete(&format!("/agent_bots/{bot}")).await.ok_and_empty();
    all_open(&db).await;
    assert_eq!(count(&db, OPENED).await, many as i64);
    one.kill();
    two.kill();
}
