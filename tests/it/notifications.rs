//! What users are told: their own list in the API and in the browser, and that a webhook was turned off.
use crate::{
    snapshot,
    support::{Caller, Office, PostOffice, Receiver, Reply, Server, client::Member, until},
};
use diesel::{RunQueryDsl, sql_query};
use hookdesk::{
    db::types::{AccountId, UserId},
    notifications::{ActorType, News, NotificationType, tell},
};
use serde_json::{Value, json};

const PATH: &str = "/app/accounts/1/notifications";

async fn sql(server: &Server, sql: String) {
    server.write(move |tx| Ok(sql_query(sql).execute(tx.conn)?)).await;
}

/// Tells somebody something of a type that Chatwoot has.
async fn tell_chatwoots(server: &Server, user: i64, conversation: i64) {
    let news = News {
        account_id: AccountId(1),
        notification_type: NotificationType::ConversationMention,
        primary_actor: (ActorType::Conversation, conversation),
        secondary_actor: None,
        meta: Default::default(),
    };
    server.write(move |tx| tell(tx, &[UserId(user)], &news)).await;
}

async fn hook(office: &Office, receiver: &Receiver, name: &str) -> i64 {
    let said = json!({"url": receiver.url_of(&format!("/{name}?token=1")), "name": name, "subscriptions": ["contact_created"]});
    office.webhook_with(said).await.id
}

/// What a user's programs list of our types.
async fn ours(of: &Member, more: &str) -> Value {
    of.get(&format!("/notifications?includes[]=webhooks{more}")).await.ok()["data"].clone()
}

/// A webhook is turned off by its receiver.
async fn gone(server: &Server, office: &Office, receiver: &Receiver, name: &str) -> i64 {
    receiver.always(Reply::status(410));
    let id = hook(office, receiver, name).await;
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    id
}

#[actix_rt::test]
async fn every_administrator_is_told_that_a_webhook_was_turned_off_and_nobody_else() {
    let (post_office, receiver) = (PostOffice::open(), Receiver::open());
    let mail = post_office.mail();
    let server = Server::start_with(|config| config.mail = mail).await;
    let (office, other) = (server.office().await, server.another_office("b").await);
    let dora = office.another_agent("Dora", "dora@acme.example").await;
    office.administrator.patch(&format!("/agents/{}", dora.id), json!({"role": "administrator"})).await.ok();
    sql(&server, format!("UPDATE users SET ui_settings = '{{\"locale\":\"th\"}}', name = 'Dora \"D\"\nBcc: x' WHERE id = {}", dora.id)).await;
    let id = gone(&server, &office, &receiver, "Sales").await;

    let listed = ours(&office.administrator, "").await;
    snapshot!("notifications_listed", listed);
    assert_eq!(ours(&dora, "").await["payload"][0]["push_message_title"], "เว็บฮุค “Sales” ถูกปิด");
    for unconcerned in [&*office.agent, &*other.administrator] {
        assert_eq!(ours(unconcerned, "").await["meta"]["count"], 0);
    }
    let letters = post_office.wait_for(2).await;
    let of = |address: &str| letters.iter().find(|letter| letter.to == address).unwrap();
    let (ada, dora) = (of("ada@acme.example"), of("dora@acme.example"));
    assert_eq!(ada.header("Subject"), "[Acme] The webhook “Sales” was turned off");
    let [text, html] = &ada.parts()[..] else { panic!("{ada:?}") };
    let page = format!("http://{}/app/accounts/1/settings/integrations/webhooks/{id}", server.address);
    for words in ["Hello Ada Admin,", "410 Gone", "/Sales?token=1", "Turned off: ", " UTC", "Deliveries held: 0", &page, "administrator of Acme."] {
        assert!(text.contains(words), "{words}: {text}");
        assert!(html.contains(words.trim_start_matches("Deliveries held: ").trim_start_matches("Turned off: ")), "{words}: {html}");
    }
    assert_eq!((dora.header("Subject").as_str(), dora.all("Bcc").len()), ("[Acme] เว็บฮุค “Sales” ถูกปิด", 0));
    assert!(dora.parts()[0].starts_with("สวัสดี"), "{:?}", dora.parts());

    // once for each turning-off, whatever else fails meanwhile
    office.contact(json!({"name": "Mia"})).await;
    server.settled().await;
    assert_eq!(server.count("SELECT count(*) AS number FROM notifications").await, 2);
    office.administrator.patch(&format!("/webhooks/{id}"), json!({"enabled": true})).await.ok();
    office.contact(json!({"name": "Zoe"})).await;
    server.settled().await;
    assert_eq!(server.count("SELECT count(*) AS number FROM notifications").await, 4);
    // by a person
    receiver.always(Reply::ok());
    office.administrator.patch(&format!("/webhooks/{id}"), json!({"enabled": true})).await.ok();
    server.settled().await;
    office.administrator.patch(&format!("/webhooks/{id}"), json!({"enabled": false})).await.ok();
    assert_eq!(server.count("SELECT count(*) AS number FROM notifications").await, 4);
    until("the mails to be sent", async || (server.count("SELECT count(*) AS number FROM mails WHERE state = 1").await == 4).then_some(())).await;
    assert_eq!(post_office.letters().len(), 4);
    // what is deleted needs nobody any more
    office.administrator.delete(&format!("/webhooks/{id}")).await;
    assert_eq!(server.count("SELECT count(*) AS number FROM notifications").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn five_days_without_success_are_told_with_what_is_held() {
    let (post_office, receiver) = (PostOffice::open(), Receiver::open());
    let mail = post_office.mail();
    let server = Server::start_with(|config| {
        config.mail = mail;
        config.webhook.retry_schedule = Vec::new();
    })
    .await;
    let office = server.office().await;
    receiver.always(Reply::status(500));
    let said = json!({"url": receiver.url(), "subscriptions": ["contact_created"], "retry_schedule": "1h"});
    let id = office.webhook_with(said).await.id;
    for name in ["Lea", "Mia"] {
        office.contact(json!({"name": name})).await;
    }
    until("the first tries", async || (server.count("SELECT count(*) AS number FROM attempts").await == 2).then_some(())).await;
    let days = (chrono::Utc::now() - chrono::TimeDelta::days(6)).format("%Y-%m-%d %H:%M:%S");
    sql(&server, format!("UPDATE webhooks SET failing_since = '{days}', retry_schedule = ''")).await;
    office.contact(json!({"name": "Zoe"})).await;
    let letter = post_office.wait_for(1).await.remove(0);
    let text = &letter.parts()[0];
    assert!(
        text.contains("Nothing has arrived there since ") && text.contains("2 deliveries are held") && text.contains("Failing since: "),
        "{text}"
    );
    let listed = ours(&office.administrator, "").await;
    let one = &listed["payload"][0];
    assert_eq!((&one["meta"]["reason"], &one["meta"]["held"]), (&json!("failing"), &json!(2)));
    assert!(one["push_message_body"].as_str().unwrap().contains("for five days. 2 deliveries are held."), "{one}");
    assert_eq!((&one["primary_actor"]["id"], &one["primary_actor"]["enabled"]), (&json!(id), &json!(false)));
    until("the mail to be sent", async || (server.count("SELECT count(*) AS number FROM mails WHERE state = 1").await == 1).then_some(())).await;
    server.finish().await;
}

#[actix_rt::test]
async fn of_the_callback_of_an_inbox_the_inbox_is_told() {
    let receiver = Receiver::open();
    let server = Server::start().await;
    let office = server.office().await;
    receiver.always(Reply::status(410));
    let inbox = office.api_inbox_with(json!({"webhook_url": receiver.url()})).await;
    office.conversation(&inbox).await;
    server.settled().await;
    let listed = ours(&office.administrator, "").await;
    let one = &listed["payload"][0];
    assert_eq!(one["push_message_title"], "The callback of the inbox “Support” was turned off");
    assert_eq!((&one["primary_actor_type"], &one["primary_actor"]), (&json!("Inbox"), &json!({"id": inbox.id, "name": "Support"})));
    let opened = server.browser_of(office.administrator.id).await.get(&format!("{PATH}/{}", one["id"])).await;
    assert_eq!(opened.header("location"), Some(format!("/app/accounts/1/settings/inboxes/{}", inbox.id).as_str()));
    // a webhook that hears this inbox alone goes with it, and what was told of it
    office.webhook_with(json!({"url": receiver.url(), "subscriptions": ["message_created"], "inbox_id": inbox.id})).await;
    let (_, number) = office.conversation(&inbox).await;
    office.agent.says(number, "Anybody?").await;
    server.settled().await;
    assert_eq!(ours(&office.administrator, "&includes[]=read").await["meta"]["count"], 2);
    office.administrator.delete(&format!("/inboxes/{}", inbox.id)).await;
    assert_eq!(server.count("SELECT count(*) AS number FROM notifications").await, 0, "they went with their inbox");
    assert_eq!(server.count("SELECT count(*) AS number FROM webhooks").await, 0);
    assert_eq!(server.count("SELECT count(*) AS number FROM mails").await, 0, "no mail server is set up");
    server.finish().await;
}

#[actix_rt::test]
async fn clients_of_chatwoot_see_of_our_types_nothing_unless_they_ask() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    let ada = &office.administrator;
    gone(&server, &office, &receiver, "Sales").await;
    tell_chatwoots(&server, ada.id, 7).await;
    tell_chatwoots(&server, ada.id, 8).await;
    let count = async |more: &str| ada.get(&format!("/notifications/unread_count{more}")).await.ok();
    let meta = async |query: &str| ada.get(&format!("/notifications{query}")).await.ok()["data"]["meta"].clone();
    assert_eq!((count("").await, count("?includes[]=webhooks").await), (json!(2), json!(3)));
    assert_eq!(meta("").await, json!({"unread_count": 2, "count": 2, "current_page": 1}));
    assert_eq!(meta("?page=2&includes[]=webhooks").await, json!({"unread_count": 3, "count": 3, "current_page": "2"}));
    // what is about a conversation that is not there is not drawn
    assert_eq!(ada.get("/notifications").await.ok()["data"]["payload"], json!([]));
    ada.post("/notifications/read_all", json!({"primary_actor_type": "Conversation", "primary_actor_id": 7})).await.ok_and_empty();
    assert_eq!((count("").await, count("?includes[]=webhooks").await), (json!(1), json!(2)));
    ada.post("/notifications/read_all", json!({})).await.ok_and_empty();
    assert_eq!((count("").await, count("?includes[]=webhooks").await), (json!(0), json!(1)));
    assert_eq!(meta("?includes[]=read").await["count"], 2);
    ada.post("/notifications/destroy_all", json!({"type": "all"})).await.ok_and_empty();
    assert_eq!(meta("?includes[]=read").await["count"], 0);
    assert_eq!(meta("?includes[]=read&includes[]=webhooks").await["count"], 1);
    ada.post("/notifications/destroy_all", json!({"type": "read", "includes": ["webhooks"]})).await.ok_and_empty();
    assert_eq!(count("?includes[]=webhooks").await, 1, "it was not read");
    ada.post("/notifications/read_all", json!({"includes": ["webhooks"]})).await.ok_and_empty();
    assert_eq!(count("?includes[]=webhooks").await, 0);
    ada.post("/notifications/destroy_all", json!({"type": "read", "includes": ["webhooks"]})).await.ok_and_empty();
    assert_eq!(server.count("SELECT count(*) AS number FROM notifications").await, 0);
    server.finish().await;
}

#[actix_rt::test]
async fn one_is_read_unread_snoozed_and_deleted_by_its_user_alone() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let (office, other) = (server.office().await, server.another_office("b").await);
    let ada = &office.administrator;
    gone(&server, &office, &receiver, "Sales").await;
    let id = ours(ada, "").await["payload"][0]["id"].clone();
    let path = format!("/notifications/{id}");
    let read = ada.patch(&path, json!({})).await.ok();
    snapshot!("notification_read", read);
    assert_eq!(ours(ada, "").await["payload"], json!([]));
    assert!(ours(ada, "&includes[]=read").await["payload"][0]["read_at"].is_string());
    assert_eq!(ada.post(&format!("{path}/unread"), json!({})).await.ok()["read_at"], Value::Null);
    let at = chrono::Utc::now() + chrono::TimeDelta::hours(1);
    for said in [json!(at.timestamp()), json!(at.timestamp().to_string()), json!(at.to_rfc3339())] {
        let snoozed = ada.post(&format!("{path}/snooze"), json!({"snoozed_until": said})).await.ok();
        assert!(snoozed["snoozed_until"].as_str().unwrap().starts_with(&at.format("%Y-%m-%dT%H:%M:%S").to_string()), "{snoozed}");
    }
    assert_eq!(ada.post(&format!("{path}/snooze"), json!({"snoozed_until": "tomorrow"})).await.invalid(), ["snoozed_until"]);
    assert!(ada.post(&format!("{path}/snooze"), json!({})).await.ok()["snoozed_until"].is_string());
    assert_eq!(ours(ada, "").await["payload"], json!([]));
    assert_eq!(ours(ada, "&includes[]=snoozed").await["meta"]["count"], 1);
    // an hour later
    sql(&server, "UPDATE notifications SET snoozed_until = created_at".into()).await;
    let awake = ours(ada, "").await["payload"][0].clone();
    assert_eq!((&awake["snoozed_until"], awake["meta"]["last_snoozed_at"].is_string()), (&Value::Null, true));
    for stranger in [&*office.agent, &*other.administrator] {
        stranger.patch(&path, json!({})).await.error(404);
        stranger.post(&format!("{path}/unread"), json!({})).await.error(404);
        stranger.post(&format!("{path}/snooze"), json!({"snoozed_until": at.timestamp()})).await.error(404);
        stranger.delete(&path).await.error(404);
        stranger.post("/notifications/destroy_all", json!({"includes": ["webhooks"]})).await.ok_and_empty();
    }
    assert_eq!(server.anonymous().get("/api/v1/accounts/1/notifications").await.status, 401);
    assert_eq!(ours(ada, "").await["meta"]["count"], 1);
    ada.delete(&path).await.ok_and_empty();
    ada.delete(&path).await.error(404);
    server.finish().await;
}

#[actix_rt::test]
async fn a_list_has_pages_in_either_order() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    receiver.always(Reply::status(410));
    for number in 0..17 {
        hook(&office, &receiver, &format!("Hook-{number}")).await;
    }
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    let ids = async |query: &str| -> Vec<i64> {
        let listed = ours(&office.administrator, query).await;
        listed["payload"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect()
    };
    let (first, second) = (ids("").await, ids("&page=2").await);
    assert_eq!((first.len(), second.len(), ids("&page=3").await.len()), (15, 2, 0));
    let all: Vec<i64> = first.into_iter().chain(second).collect();
    assert!(all.is_sorted_by(|one, next| one > next), "{all:?}");
    assert!(ids("&sort_order=asc").await.is_sorted());
    // whoever leaves is told no more
    let (ada, ben) = (office.administrator.id, office.agent.id);
    tell_chatwoots(&server, ben, 1).await;
    office.administrator.delete(&format!("/agents/{ben}")).await;
    assert_eq!(server.count(&format!("SELECT count(*) AS number FROM notifications WHERE user_id <> {ada}")).await, 0);
    server.finish().await;
}

async fn token(browser: &Caller, path: &str) -> String {
    let page = browser.get(path).await.text();
    page.split("name=\"csrf_token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
}

#[actix_rt::test]
async fn the_bell_counts_and_the_page_leads_to_each_matter() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let office = server.office().await;
    receiver.always(Reply::status(410));
    for number in 0..28 {
        hook(&office, &receiver, &format!("<b>{number}</b>")).await;
    }
    let browser = server.browser_of(office.administrator.id).await;
    let settings = "/app/accounts/1/settings/account";
    assert!(!browser.get(settings).await.text().contains("class=\"count\""));
    office.contact(json!({"name": "Lea"})).await;
    server.settled().await;
    for page in [settings, "/app/profile", PATH] {
        assert!(browser.get(page).await.text().contains("<span class=\"count\" aria-hidden=\"true\">9+</span>"), "{page}");
    }
    let page = browser.get(PATH).await.text();
    assert_eq!((page.matches("<li class=\"unread\">").count(), page.contains("&#60;b&#62;1")), (25, true));
    let older = page.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(browser.get(older).await.text().matches("<li class=\"unread\">").count(), 3);
    let newest = server.count("SELECT max(id) AS number FROM notifications").await;
    let hook = server.count(&format!("SELECT primary_actor_id AS number FROM notifications WHERE id = {newest}")).await;
    let opened = browser.get(&format!("{PATH}/{newest}")).await;
    let matter = format!("/app/accounts/1/settings/integrations/webhooks/{hook}");
    assert_eq!((opened.status, opened.header("location")), (303, Some(matter.as_str())));
    assert_eq!(browser.get(PATH).await.text().matches("<li class=\"unread\">").count(), 24);
    let token = token(&browser, PATH).await;
    let press = async |path: &str| browser.form(&format!("{PATH}/{path}"), &[("csrf_token", &token)]).await.status;
    assert_eq!((press(&format!("{newest}/unread")).await, press(&format!("{newest}/delete")).await), (303, 303));
    assert_eq!(press(&format!("{newest}/read")).await, 404);
    assert_eq!(browser.form(&format!("{PATH}/read_all"), &[]).await.status, 422, "a form of ours carries a token");
    assert_eq!(press("read_all").await, 303);
    let page = browser.get(PATH).await.text();
    assert!(!page.contains("class=\"unread\"") && !page.contains("class=\"count\""));
    let thai = server.browser_of(office.agent.id).await.with("accept-language", "th");
    assert!(thai.get(PATH).await.text().contains("You have no notifications"), "the account speaks English");
    let left = server.browser_of(office.agent.id).await.get(&format!("{PATH}/{}", newest - 1)).await;
    assert_eq!(left.status, 404, "it is somebody else's");
    server.finish().await;
}
