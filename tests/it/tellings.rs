//! What agents are told of conversations: who of what, who of nothing, how often, by mail, and what becomes of it.
use crate::support::{
    ApiInbox, Office, PostOffice, Server,
    client::{Agent, Member},
    until,
};
use serde_json::{Value, json};

const PAGE: &str = "/app/accounts/1/notifications";

async fn listed(of: &Member) -> Vec<Value> {
    of.get("/notifications?sort_order=asc").await.ok()["data"]["payload"].as_array().unwrap().clone()
}

/// What somebody has not read: of which kind, about which conversation. It is read then.
async fn news(of: &Member) -> Vec<(String, i64)> {
    let told = listed(of).await;
    of.post("/notifications/read_all", json!({})).await.ok_and_empty();
    told.iter().map(|one| (one["notification_type"].as_str().unwrap().to_owned(), one["primary_actor"]["id"].as_i64().unwrap())).collect()
}

fn told(kind: &str, conversation: i64) -> Vec<(String, i64)> {
    vec![(kind.to_owned(), conversation)]
}

const NOTHING: Vec<(String, i64)> = Vec::new();

async fn assign(by: &Member, conversation: i64, to: i64) {
    by.post(&format!("/conversations/{conversation}/assignments"), json!({"assignee_id": to})).await.ok();
}

async fn note(by: &Member, conversation: i64, text: &str) {
    by.post(&format!("/conversations/{conversation}/messages"), json!({"content": text, "private": true})).await.ok();
}

async fn choose(who: &Member, push: &[&str], email: &[&str]) {
    let flags = |way: &str, kinds: &[&str]| kinds.iter().map(|kind| format!("{way}_{kind}")).collect::<Vec<_>>();
    let said = json!({"selected_push_flags": flags("push", push), "selected_email_flags": flags("email", email)});
    who.patch("/notification_settings", said).await.ok();
}

async fn follow(by: &Member, conversation: i64, who: i64) {
    by.post(&format!("/conversations/{conversation}/participants"), json!({"user_ids": [who]})).await.ok();
}

/// Cleo, who answers in this inbox, too.
async fn cleo(office: &Office, inbox: &ApiInbox) -> Agent {
    let cleo = office.another_agent("Cleo Agent", "cleo@acme.example").await;
    let said = json!({"inbox_id": inbox.id, "user_ids": [office.agent.id, cleo.id]});
    office.administrator.patch("/inbox_members", said).await.ok();
    cleo
}

#[actix_rt::test]
async fn whoever_is_to_answer_takes_part_or_is_named_is_told_once() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let cleo = cleo(&office, &inbox).await;
    let (ada, ben) = (&office.administrator, &office.agent);
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Hello?").await;
    for nobody in [&**ada, &**ben, &*cleo] {
        assert_eq!(news(nobody).await, NOTHING, "nobody is to answer yet");
    }
    assign(ada, number, ben.id).await;
    assert_eq!(news(ben).await, told("conversation_assignment", number));
    assert_eq!(news(ada).await, NOTHING, "it was their own doing");
    visitor.says(number, "Is anybody there?").await;
    visitor.says(number, "Please.").await;
    assert_eq!(news(ben).await, told("assigned_conversation_new_message", number), "two messages are told at once");
    ben.says(number, "Yes, here I am.").await;
    for nobody in [&**ada, &**ben, &*cleo] {
        assert_eq!(news(nobody).await, NOTHING);
    }
    follow(ben, number, cleo.id).await;
    visitor.says(number, "Good.").await;
    assert_eq!(news(ben).await, told("assigned_conversation_new_message", number));
    assert_eq!(news(&cleo).await, told("participating_conversation_new_message", number));
    note(ada, number, &format!("[@Cleo](mention://user/{}/Cleo), [@Ada](mention://user/{}/Ada): look", cleo.id, ada.id)).await;
    assert_eq!(news(&cleo).await, told("conversation_mention", number), "and not that there is a message as well");
    assert_eq!(news(ben).await, told("assigned_conversation_new_message", number));
    assert_eq!(news(ada).await, NOTHING, "nobody tells themselves");
    // whoever was named takes part
    ben.says(number, "We are looking into it.").await;
    assert_eq!(news(&cleo).await, told("participating_conversation_new_message", number));
    assert_eq!(news(ada).await, told("participating_conversation_new_message", number));
    assert_eq!(news(ben).await, NOTHING);
    assign(&cleo, number, cleo.id).await;
    for nobody in [&**ada, &**ben, &*cleo] {
        assert_eq!(news(nobody).await, NOTHING);
    }
    // one of a kind for each conversation, whatever was read
    let most = "SELECT max(number) AS number FROM (SELECT count(*) AS number FROM notifications GROUP BY user_id, notification_type) AS counts";
    assert_eq!(server.count(most).await, 1);
    server.finish().await;
}

#[actix_rt::test]
async fn new_conversations_are_told_to_members_who_want_to_hear_of_them() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (ada, ben) = (&office.administrator, &office.agent);
    let outsider = office.another_agent("Dora", "dora@acme.example").await;
    // whoever makes an inbox is a member of it, until they leave
    ada.patch("/inbox_members", json!({"inbox_id": inbox.id, "user_ids": [ben.id]})).await.ok();
    for one in [&**ada, &**ben, &*outsider] {
        choose(one, &["conversation_creation", "conversation_assignment"], &[]).await;
    }
    let (visitor, number) = office.conversation(&inbox).await;
    assert_eq!(news(ben).await, told("conversation_creation", number));
    assert_eq!((news(ada).await, news(&outsider).await), (NOTHING, NOTHING), "they are no members");
    let begin = async |by: &Member, said: Value| {
        let mut about = json!({"source_id": visitor.source_id, "inbox_id": inbox.id});
        about.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        by.post("/conversations", about).await.ok()["id"].as_i64().unwrap()
    };
    begin(ben, json!({})).await;
    assert_eq!(news(ben).await, NOTHING, "it was their own doing");
    let third = begin(ada, json!({"assignee_id": ben.id, "message": {"content": "Hello"}})).await;
    let both = [told("conversation_creation", third), told("conversation_assignment", third)].concat();
    assert_eq!(news(ben).await, both);
    choose(ben, &["conversation_assignment"], &[]).await;
    visitor.begin().await;
    assert_eq!(news(ben).await, NOTHING);
    // as long as a bot has it, it is nobody's matter
    choose(ben, &["conversation_creation", "conversation_assignment"], &[]).await;
    let receiver = crate::support::Receiver::open();
    let bot = ada.post("/agent_bots", json!({"name": "Botty", "outgoing_url": receiver.url()})).await.ok()["id"].clone();
    ada.post(&format!("/inboxes/{}/set_agent_bot", inbox.id), json!({"agent_bot": bot})).await.ok_and_empty();
    let pending = visitor.begin().await;
    assign(ada, pending, ben.id).await;
    server.settled().await;
    assert_eq!(news(ben).await, NOTHING);
    // it opens since the bot does not answer
    receiver.always(crate::support::Reply::status(410));
    let left = visitor.begin().await;
    visitor.says(left, "Hello, bot").await;
    server.settled().await;
    assert_eq!(news(ben).await, told("conversation_creation", left));
    server.finish().await;
}

#[actix_rt::test]
async fn each_kind_can_be_switched_off() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (ada, ben) = (&office.administrator, &office.agent);
    let (visitor, number) = office.conversation(&inbox).await;
    let name = format!("[@Ben](mention://user/{}/Ben), please", ben.id);
    let everything = async || {
        assign(ada, number, ben.id).await;
        visitor.says(number, "Hello?").await;
        note(ada, number, &name).await;
        ada.post(&format!("/conversations/{number}/assignments"), json!({"assignee_id": ada.id})).await.ok();
        visitor.says(number, "Anybody?").await;
        let mut kinds: Vec<String> = news(ben).await.into_iter().map(|(kind, _)| kind).collect();
        kinds.sort();
        kinds
    };
    let own = ["assigned_conversation_new_message", "conversation_assignment", "conversation_mention", "participating_conversation_new_message"];
    assert_eq!(everything().await, own);
    // of what remains, a message is told as the first kind that is wanted
    for (without, rest) in [
        (own[0], vec![own[1], own[2], own[3]]),
        (own[1], vec![own[0], own[2], own[3]]),
        (own[2], vec![own[0], own[1], own[3]]),
        (own[3], vec![own[0], own[1], own[2]]),
    ] {
        let wanted: Vec<&str> = own.into_iter().filter(|kind| *kind != without).collect();
        choose(ben, &wanted, &[]).await;
        assert_eq!(everything().await, rest, "without {without}");
    }
    choose(ben, &[], &["conversation_mention"]).await;
    assert_eq!(everything().await, [own[2]], "what is mailed is also told");
    choose(ben, &[], &[]).await;
    assert_eq!(everything().await, Vec::<String>::new());
    assert_eq!(server.count("SELECT count(*) AS number FROM mails").await, 0, "no mail server is set up");
    server.finish().await;
}

#[actix_rt::test]
async fn of_blocked_contacts_and_of_inboxes_that_they_left_nobody_is_told() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let cleo = cleo(&office, &inbox).await;
    let (ada, ben) = (&office.administrator, &office.agent);
    let (visitor, number) = office.conversation(&inbox).await;
    assign(ada, number, ben.id).await;
    follow(ada, number, cleo.id).await;
    news(ben).await;
    ada.post(&format!("/conversations/{number}/mute"), json!({})).await.ok_and_empty();
    visitor.says(number, "Buy this").await;
    assign(ada, number, cleo.id).await;
    assert_eq!((news(ben).await, news(&cleo).await), (NOTHING, NOTHING));
    note(ada, number, &format!("[@Ben](mention://user/{}/Ben) what is this?", ben.id)).await;
    assert_eq!(news(ben).await, told("conversation_mention", number), "a colleague has something to say all the same");
    assert_eq!(news(&cleo).await, NOTHING);
    ada.post(&format!("/conversations/{number}/unmute"), json!({})).await.ok_and_empty();
    visitor.says(number, "Sorry").await;
    assert_eq!(news(&cleo).await, told("assigned_conversation_new_message", number));
    assert_eq!(news(ben).await, told("participating_conversation_new_message", number));
    // whoever sees the inbox no more is told no more, and not shown what they were told
    visitor.says(number, "Really").await;
    ada.patch("/inbox_members", json!({"inbox_id": inbox.id, "user_ids": [cleo.id]})).await.ok();
    visitor.says(number, "Hello?").await;
    assert_eq!(ben.get("/notifications/unread_count").await.ok(), 0);
    assert_eq!(news(ben).await, NOTHING);
    assert_eq!(news(&cleo).await, told("assigned_conversation_new_message", number));
    // a team sees its conversations whatever the inbox
    let team = ada.post("/teams", json!({"name": "Billing"})).await.ok()["id"].clone();
    ada.post(&format!("/teams/{team}/team_members"), json!({"user_ids": [ben.id, cleo.id]})).await.ok();
    ada.post(&format!("/conversations/{number}/assignments"), json!({"team_id": team})).await.ok();
    visitor.says(number, "Hello!").await;
    assert_eq!(news(ben).await, told("participating_conversation_new_message", number));
    server.finish().await;
}

#[actix_rt::test]
async fn what_is_told_is_drawn_with_its_conversation_and_its_message() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (ada, ben) = (&office.administrator, &office.agent);
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "Where is\n\nmy order?").await;
    assign(ada, number, ben.id).await;
    let first = listed(ben).await.remove(0);
    assert_eq!(first["push_message_title"], format!("Conversation #{number} is yours to answer"));
    assert_eq!(first["push_message_body"], "Lea: Where is my order?");
    assert_eq!((&first["primary_actor_type"], &first["primary_actor"]["id"]), (&json!("Conversation"), &json!(number)));
    assert_eq!(first["primary_actor"]["meta"]["sender"]["name"], "Lea");
    assert_eq!(first["primary_actor"]["messages"][0]["content"], "Where is\n\nmy order?");
    assert_eq!((&first["secondary_actor"]["id"], &first["secondary_actor"]["type"]), (&json!(ada.id), &json!("user")));
    let id = server.count("SELECT id AS number FROM conversations").await;
    assert_eq!(first["primary_actor_id"], id, "the id that never leaves the server elsewhere");
    let said = visitor.says(number, "It is urgent").await;
    note(ada, number, &format!("[@Ben A](mention://user/{}/Ben%20A) help her", ben.id)).await;
    let all = listed(ben).await;
    let kinds: Vec<&str> = all.iter().map(|one| one["notification_type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["conversation_assignment", "assigned_conversation_new_message", "conversation_mention"]);
    assert_eq!((&all[1]["secondary_actor"]["id"], &all[1]["secondary_actor"]["conversation_id"]), (&json!(said), &json!(number)));
    assert_eq!(all[2]["push_message_title"], format!("You were named in conversation #{number}"));
    assert_eq!(all[2]["push_message_body"], "Ada Admin: @Ben A help her");
    assert_eq!(all[2]["primary_actor"]["messages"][0]["content"], "It is urgent", "notes are no part of it");
    let locale = json!({"profile": {"ui_settings": {"locale": "th"}}});
    ben.below("").put("/api/v1/profile", locale).await.ok();
    assert_eq!(listed(ben).await[2]["push_message_title"], format!("มีการกล่าวถึงคุณในการสนทนา #{number}"));
    let about = json!({"primary_actor_type": "Conversation", "primary_actor_id": id});
    ben.post("/notifications/read_all", about).await.ok_and_empty();
    assert_eq!(listed(ben).await.len(), 0);
    server.finish().await;
}

#[actix_rt::test]
async fn what_was_told_goes_with_its_conversation_and_with_its_reader() {
    let server = Server::start().await;
    let office = server.office().await;
    let (inbox, second) = (office.api_inbox().await, office.api_inbox().await);
    let (ada, ben) = (&office.administrator, &office.agent);
    let count = async || server.count("SELECT count(*) AS number FROM notifications").await;
    let (visitor, number) = office.conversation(&inbox).await;
    let other = visitor.begin().await;
    let (_, third) = office.conversation(&second).await;
    let (_, kept) = office.conversation(&inbox).await;
    for number in [number, other, third, kept] {
        assign(ada, number, ben.id).await;
    }
    assert_eq!(count().await, 4);
    ada.delete(&format!("/conversations/{number}")).await.ok_and_empty();
    assert_eq!(count().await, 3);
    ada.delete(&format!("/inboxes/{}", second.id)).await;
    assert_eq!(count().await, 2);
    server
        .write(|tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query("UPDATE contacts SET last_activity_at = '2026-01-01 00:00:00'"), tx.conn)?))
        .await;
    ada.delete(&format!("/contacts/{}", visitor.id)).await;
    assert_eq!(news(ben).await, told("conversation_assignment", kept));
    ada.delete(&format!("/agents/{}", ben.id)).await;
    assert_eq!(count().await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn whoever_wants_it_is_mailed_in_their_language_and_not_again_at_once() {
    let post_office = PostOffice::open();
    let mail = post_office.mail();
    let server = Server::start_with(|config| config.mail = mail).await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let cleo = cleo(&office, &inbox).await;
    let (ada, ben) = (&office.administrator, &office.agent);
    choose(ben, &[], &["assigned_conversation_new_message"]).await;
    choose(&cleo, &[], &["conversation_assignment"]).await;
    cleo.below("").put("/api/v1/profile", json!({"profile": {"ui_settings": {"locale": "th"}}})).await.ok();
    let (visitor, number) = office.conversation(&inbox).await;
    assign(ada, number, ben.id).await;
    visitor.says(number, "Hello <b>?").await;
    visitor.says(number, "Please").await;
    let letter = post_office.wait_for(1).await.remove(0);
    assert_eq!((letter.to.as_str(), letter.header("Subject").as_str()), ("ben@acme.example", "[Acme] New message in conversation #1"));
    let text = &letter.parts()[0];
    let page = format!("http://{}{PAGE}", server.address);
    for words in ["Hello Ben Agent,", "Lea: Hello <b>?", "Contact: Lea", "Inbox: Support", "Conversation: 1", &page, "chosen in Acme"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // what was read is mailed again, and so is what has been lying there
    news(ben).await;
    visitor.says(number, "Still here").await;
    post_office.wait_for(2).await;
    let sql = "UPDATE notifications SET last_activity_at = '2026-01-01 00:00:00'";
    server.write(move |tx| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(sql), tx.conn)?)).await;
    visitor.says(number, "After an hour").await;
    post_office.wait_for(3).await;
    assign(ada, number, cleo.id).await;
    let letters = post_office.wait_for(4).await;
    assert_eq!((letters[3].to.as_str(), letters[3].header("Subject").as_str()), ("cleo@acme.example", "[Acme] การสนทนา #1 ถูกมอบหมายให้คุณตอบ"));
    visitor.says(number, "Thank you").await;
    until("the mails to be sent", async || (server.count("SELECT count(*) AS number FROM mails WHERE state = 1").await == 4).then_some(())).await;
    assert_eq!(server.count("SELECT count(*) AS number FROM mails").await, 4);
    server.finish().await;
}

#[actix_rt::test]
async fn of_webhooks_nobody_reads_who_is_no_administrator_any_more() {
    let (server, receiver) = (Server::start().await, crate::support::Receiver::open());
    let office = server.office().await;
    let dora = office.another_agent("Dora", "dora@acme.example").await;
    let role = async |role: &str| office.administrator.patch(&format!("/agents/{}", dora.id), json!({"role": role})).await.ok();
    role("administrator").await;
    receiver.always(crate::support::Reply::status(410));
    office.webhook_with(json!({"url": receiver.url(), "name": "Sales", "subscriptions": ["contact_created"]})).await;
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    let browser = server.browser_of(dora.id).await;
    let meta = async || dora.get("/notifications?includes[]=webhooks").await.ok()["data"]["meta"].clone();
    let id = dora.get("/notifications?includes[]=webhooks").await.ok()["data"]["payload"][0]["id"].clone();
    assert!(browser.get(PAGE).await.text().contains("class=\"count\""));
    role("agent").await;
    assert_eq!(meta().await, json!({"unread_count": 0, "count": 0, "current_page": 1}));
    assert_eq!(dora.get("/notifications/unread_count?includes[]=webhooks").await.ok(), 0);
    dora.patch(&format!("/notifications/{id}"), json!({})).await.error(404);
    dora.post("/notifications/destroy_all", json!({"includes": ["webhooks"]})).await.ok_and_empty();
    let page = browser.get(PAGE).await.text();
    assert!(!page.contains("class=\"count\"") && !page.contains("Sales"), "{page}");
    assert_eq!(browser.get(&format!("{PAGE}/{id}")).await.status, 404);
    role("administrator").await;
    assert_eq!(meta().await["count"], 1);
    server.finish().await;
}

async fn token(page: &str) -> String {
    page.split("name=\"csrf_token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
}

#[actix_rt::test]
async fn the_pages_show_it_and_let_choose() {
    let server = Server::start().await;
    let office = server.office().await;
    let inbox = office.api_inbox().await;
    let (ada, ben) = (&office.administrator, &office.agent);
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "<b>Hello</b>").await;
    assign(ada, number, ben.id).await;
    let browser = server.browser_of(ben.id).await;
    let page = browser.get(PAGE).await.text();
    assert!(page.contains(&format!("Conversation #{number} is yours to answer")) && page.contains("Lea: &#60;b&#62;Hello"), "{page}");
    let id = server.count("SELECT id AS number FROM notifications").await;
    assert!(!page.contains(&format!("href=\"{PAGE}/{id}\"")), "no page shows a conversation");
    let opened = browser.get(&format!("{PAGE}/{id}")).await;
    assert_eq!((opened.status, opened.header("location")), (303, Some(PAGE)));
    let token = token(&page).await;
    let press = async |path: &str, more: &[(&str, &str)]| browser.form(path, &[&[("csrf_token", token.as_str())][..], more].concat()).await.status;
    assert_eq!(press(&format!("{PAGE}/{id}/unread"), &[]).await, 303);
    assert_eq!(press(&format!("{PAGE}/{id}/snooze"), &[]).await, 303);
    assert!(browser.get(PAGE).await.text().contains("You have no notifications"));
    let settings = format!("{PAGE}/settings");
    assert!(browser.get("/app/profile").await.text().contains(&format!("href=\"{settings}\"")));
    let shown = browser.get(&settings).await.text();
    assert_eq!((shown.matches("type=\"checkbox\"").count(), shown.matches(" checked").count()), (10, 5), "{shown}");
    assert!(shown.contains("This server sends no e-mail"));
    // what the page does not show stays as another program has chosen it
    choose(ben, &["sla_missed_resolution", "conversation_mention"], &["conversation_mention"]).await;
    let checked = [("selected_push_flags[]", "push_conversation_creation"), ("selected_email_flags[]", "email_conversation_assignment")];
    assert_eq!(press(&settings, &checked).await, 303);
    let chosen = ben.get("/notification_settings").await.ok();
    assert_eq!(chosen["selected_push_flags"], json!(["push_conversation_creation", "push_sla_missed_resolution"]));
    assert_eq!(chosen["selected_email_flags"], json!(["email_conversation_assignment"]));
    assert_eq!(press(&settings, &[]).await, 303);
    assert_eq!(ben.get("/notification_settings").await.ok()["selected_email_flags"], json!([]), "no box is checked");
    assert_eq!(press(&settings, &[("selected_push_flags[]", "push_nothing")]).await, 422);
    server.finish().await;
}
