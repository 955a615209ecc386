//! The pages in a real browser, with JavaScript and without.
mod chromium;
mod contacts;
mod desk;
mod driver;
mod groups;
mod notifications;
mod receivers;
mod site;
mod survey;
mod widget;

use crate::support::{Caller, Receiver, Reply, Server, office::settle};
use driver::{Browser, Setup, USUAL};
use hookdesk::{auth::hash_password, users::Role};
use serde_json::json;

const EMAIL: &str = "ada@acme.example";
const PASSWORD: &str = "Hookdesk-1";
const WEBHOOKS: &str = "/app/accounts/1/settings/integrations/webhooks";

/// Ada, who may sign in.
async fn ada(server: &Server) -> Caller {
    let hash = hash_password(PASSWORD.into()).await.unwrap();
    let (account, _, token) = settle(&server.db, None, "Ada Lovelace", EMAIL, Role::Administrator, Some(hash)).await;
    server.anonymous().below(format!("/api/v1/accounts/{account}")).with("api_access_token", &token)
}

async fn sign_in(browser: &Browser) {
    browser.visit("/app/login").await;
    browser.fill("E-mail", EMAIL).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.sees("Integrations").await;
}

/// A visitor whose messages come in through an inbox of the API.
struct Writer {
    door: Caller,
    number: i64,
}

impl Writer {
    async fn new(server: &Server, account: &Caller) -> Writer {
        let inbox = account.post("/inboxes", json!({"name": "Shop", "enable_auto_assignment": false, "channel": {"type": "api"}})).await.ok();
        let contacts = format!("/public/api/v1/inboxes/{}/contacts", inbox["inbox_identifier"].as_str().unwrap());
        let lea = server.anonymous().post(&contacts, json!({"name": "Lea"})).await.ok();
        let door = server.anonymous().below(format!("{contacts}/{}", lea["source_id"].as_str().unwrap()));
        let number = door.post("/conversations", json!({})).await.ok()["id"].as_i64().unwrap();
        Writer { door, number }
    }

    async fn says(&self, text: &str) {
        let path = format!("/conversations/{}/messages", self.number);
        self.door.post(&path, json!({"content": text})).await.ok();
    }
}

/// An empty server becomes an account with its administrator, whose access token the profile shows.
async fn first_run(browser: &Browser, server: &Server) -> Caller {
    browser.visit("/").await;
    browser.sees("Welcome to Hookdesk").await;
    browser.fill("Your name", "Ada Lovelace").await;
    browser.fill("E-mail", EMAIL).await;
    browser.fill("Account name", "Acme").await;
    browser.fill("Password", "weak").await;
    browser.expect_refusal();
    browser.press("Create account").await;
    browser.sees("Use 6 to 128 characters").await;
    assert_eq!((browser.value("Your name").await, browser.value("Account name").await), ("Ada Lovelace".into(), "Acme".into()));
    assert_eq!(browser.value("Password").await, "", "a password is not sent back");
    browser.fill("Password", PASSWORD).await;
    browser.press("Create account").await;
    browser.sees("All set. Welcome!").await;
    browser.arrives_at("/app/accounts/1/settings/integrations").await;
    browser.press("Profile").await;
    browser.no_longer_sees("All set. Welcome!").await;
    browser.press("Toggle secret visibility").await;
    let token = browser.content("#profile-access-token").await;
    browser.sees(&token).await;
    server.anonymous().below("/api/v1/accounts/1").with("api_access_token", &token)
}

/// Opens the form for a new webhook: a dialog that can be left again, or a page.
async fn open_form(browser: &Browser, javascript: bool) {
    browser.press("Integrations").await;
    browser.press("Configure").await;
    browser.arrives_at(WEBHOOKS).await;
    browser.sees("There are no webhooks configured for this account").await;
    browser.press("Add new webhook").await;
    browser.sees("Webhook URL").await;
    if !javascript {
        browser.arrives_at(&format!("{WEBHOOKS}/new")).await;
        return assert!(!browser.has("dialog").await);
    }
    browser.arrives_at(WEBHOOKS).await;
    assert_eq!(browser.attribute("dialog[open]", "aria-labelledby").await, "dialog-title");
    assert_eq!(browser.content("#dialog-title").await, "Add new webhook");
    assert_eq!(browser.focused("id").await, "f-url", "the first field has the focus");
    browser.keys("\u{e00c}").await;
    browser.no_longer_sees("Webhook URL").await;
    assert!(!browser.has("dialog").await);
    assert!(browser.focused("href").await.ends_with("/webhooks/new"), "the focus is back where it was");
    browser.press("Add new webhook").await;
    browser.press("Cancel").await;
    browser.no_longer_sees("Webhook URL").await;
    browser.press("Add new webhook").await;
    browser.sees("Webhook URL").await;
}

/// Fills in the form, wrongly at first; gives the secret that is shown then.
async fn create(browser: &Browser, url: &str, javascript: bool) -> String {
    browser.fill("Webhook URL", "nonsense").await;
    browser.fill("Webhook Name", "Orders").await;
    browser.tick("Message created").await;
    browser.expect_refusal();
    browser.press("Create webhook").await;
    browser.sees("Please enter a valid URL").await;
    assert_eq!(browser.has("dialog[open]").await, javascript, "a refused form stays where it was");
    assert_eq!((browser.value("Webhook URL").await, browser.value("Webhook Name").await), ("nonsense".into(), "Orders".into()));
    assert!(browser.field("Message created").await.is_selected().await.unwrap());
    assert!(!browser.field("Contact created").await.is_selected().await.unwrap());
    browser.becomes("#f-url", "aria-invalid", "true").await;
    browser.becomes("#f-url", "aria-describedby", "f-url-error").await;
    browser.fill("Webhook URL", url).await;
    browser.press("Create webhook").await;
    browser.sees("Webhook configuration added successfully").await;
    assert!(!browser.has("dialog").await);
    let path = browser.path().await;
    assert!(path.starts_with(WEBHOOKS) && path.ends_with("/created"), "{path}");
    let secret = browser.content("#webhook-secret").await;
    browser.sees(&secret).await;
    secret
}

/// A visitor's message arrives, and its delivery can be looked at and sent again.
async fn deliver(browser: &Browser, server: &Server, writer: &Writer, receiver: &Receiver, secret: &str) {
    browser.press("Done").await;
    browser.arrives_at(WEBHOOKS).await;
    browser.sees("Subscribed Events: Message created").await;
    browser.press("Orders").await;
    browser.sees("Nothing has happened yet").await;
    receiver.next(Reply::ok().body("received with thanks"));
    writer.says("Is the blue one still in stock?").await;
    let first = receiver.wait_for(1).await.remove(0);
    crate::deliveries::assert_signed(&first, secret);
    server.settled().await;
    browser.visit(&browser.path().await).await;
    browser.sees("All is well: what happens arrives.").await;
    browser.press("message_created").await;
    browser.sees("127.0.0.1 answered 200").await;
    browser.sees("received with thanks").await;
    browser.sees("Is the blue one still in stock?").await;
    browser.sees("Try 1").await;
    assert_eq!(browser.content("#delivery-id").await, first.header("webhook-id"));
    assert!(browser.content(".delivery-main").await.contains(first.header("webhook-signature")), "the headers are there, folded away");
    receiver.next(Reply::ok().body("once more"));
    browser.press("Send again").await;
    browser.sees("It is being sent again").await;
    let second = receiver.wait_for(2).await.remove(1);
    assert_eq!((second.header("webhook-id"), &second.body), (first.header("webhook-id"), &first.body));
    server.settled().await;
    browser.press("Refresh").await;
    browser.sees("Try 2").await;
    browser.sees("sent by hand").await;
    browser.sees("once more").await;
    browser.no_longer_sees("It is being sent again").await;
}

/// The webhook gets another name, is turned off and on, and is deleted in the end.
async fn change(browser: &Browser, server: &Server, writer: &Writer, receiver: &Receiver, javascript: bool) {
    browser.press("Orders").await;
    browser.press("Settings").await;
    browser.fill("Webhook Name", "Orders and returns").await;
    browser.press("Update webhook").await;
    browser.sees("Webhook configuration updated successfully").await;
    browser.sees("Orders and returns").await;
    browser.press("Turn off").await;
    browser.sees("The webhook is off").await;
    writer.says("Nobody hears this").await;
    server.settled().await;
    assert_eq!(receiver.received().len(), 2);
    browser.press("message_created").await;
    browser.sees("Turn it on to send again").await;
    browser.press("Orders and returns").await;
    browser.press("Turn on").await;
    browser.sees("The webhook is on").await;
    browser.press("Settings").await;
    browser.press("Delete").await;
    browser.sees("Confirm Deletion").await;
    assert_eq!(browser.has("dialog[open]").await, javascript);
    browser.press("No, Keep it").await;
    browser.no_longer_sees("Confirm Deletion").await;
    assert_eq!(server.count("SELECT count(*) AS number FROM webhooks WHERE kind = 0").await, 1);
    browser.press("Settings").await;
    browser.press("Delete").await;
    browser.press("Yes, Delete").await;
    browser.sees("Webhook deleted successfully").await;
    browser.sees("There are no webhooks configured for this account").await;
    browser.arrives_at(WEBHOOKS).await;
    assert_eq!(server.count("SELECT count(*) AS number FROM webhooks WHERE kind = 0").await, 0);
}

async fn walk(javascript: bool) {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let browser = Browser::open(&server, Setup { javascript, ..USUAL }).await;
    let account = first_run(&browser, &server).await;
    assert_eq!(browser.attribute("html", "class").await == "js", javascript, "the browser is set up as this walk wants it");
    let writer = Writer::new(&server, &account).await;
    open_form(&browser, javascript).await;
    let secret = create(&browser, &receiver.url(), javascript).await;
    let told = account.get("/webhooks").await.ok();
    assert_eq!(told["payload"]["webhooks"][0]["secret"], secret.as_str());
    deliver(&browser, &server, &writer, &receiver, &secret).await;
    change(&browser, &server, &writer, &receiver, javascript).await;
    browser.finish().await;
    server.finish().await;
}

#[actix_rt::test]
async fn from_the_first_run_to_a_delivery_and_back() {
    walk(true).await;
}

#[actix_rt::test]
async fn the_same_without_javascript() {
    walk(false).await;
}

#[actix_rt::test]
async fn it_all_works_in_thai() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    ada(&server).await;
    let browser = Browser::open(&server, USUAL).await;
    sign_in(&browser).await;
    browser.press("ไทย").await;
    browser.sees("การรวมระบบ").await;
    browser.becomes("html", "lang", "th").await;
    browser.press("ตั้งค่า").await;
    browser.sees("ยังไม่มีการตั้งค่าเว็บฮุคสำหรับบัญชีนี้").await;
    browser.press("เพิ่มเว็บฮุคใหม่").await;
    browser.fill("URL เว็บฮุค", "nonsense").await;
    browser.expect_refusal();
    browser.press("สร้างเว็บฮุค").await;
    browser.sees("โปรดกรอก URL ที่ถูกต้อง").await;
    browser.sees("โปรดเลือกอย่างน้อยหนึ่งกิจกรรม").await;
    browser.fill("URL เว็บฮุค", &receiver.url()).await;
    browser.tick("สร้างข้อความ").await;
    browser.press("สร้างเว็บฮุค").await;
    browser.sees("เพิ่มการตั้งค่าเว็บฮุคสำเร็จ").await;
    browser.press("เสร็จสิ้น").await;
    browser.sees("รอกิจกรรม").await;
    browser.expect_refusal();
    browser.visit("/app/nothing").await;
    browser.sees("ไม่พบหน้านี้").await;
    browser.press("ไปหน้าแรก").await;
    browser.press("ออกจากระบบ").await;
    browser.sees("ออกจากระบบแล้ว").await;
    browser.press("English").await;
    browser.sees("Sign in to Hookdesk").await;
    browser.finish().await;
    server.finish().await;
}

#[actix_rt::test]
async fn a_theme_stays_chosen() {
    let server = Server::start().await;
    ada(&server).await;
    let browser = Browser::open(&server, USUAL).await;
    let background = "getComputedStyle(document.body).backgroundColor";
    sign_in(&browser).await;
    let light = browser.evaluate(background).await;
    browser.press("Dark").await;
    browser.becomes("html", "data-theme", "dark").await;
    let dark = browser.evaluate(background).await;
    assert_ne!(dark, light);
    browser.press("Inboxes").await;
    browser.sees("There are no inboxes yet").await;
    assert_eq!((browser.attribute("html", "data-theme").await, browser.evaluate(background).await), ("dark".into(), dark));
    browser.press("Light").await;
    browser.becomes("html", "data-theme", "light").await;
    browser.arrives_at("/app/accounts/1/settings/inboxes").await;
    assert_eq!(browser.evaluate(background).await, light);
    browser.finish().await;
    server.finish().await;
}

#[actix_rt::test]
async fn who_signs_in_gets_where_they_wanted_to() {
    let server = Server::start().await;
    ada(&server).await;
    let browser = Browser::open(&server, USUAL).await;
    browser.visit(&format!("{WEBHOOKS}?q=a%26b")).await;
    browser.sees("Sign in to Hookdesk").await;
    browser.fill("E-mail", EMAIL).await;
    browser.fill("Password", "Hookdesk-2").await;
    browser.expect_refusal();
    browser.press("Sign in").await;
    browser.sees("E-mail address or password is wrong").await;
    assert_eq!((browser.value("E-mail").await.as_str(), browser.value("Password").await.as_str()), (EMAIL, ""));
    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
    browser.arrives_at(&format!("{WEBHOOKS}?q=a%26b")).await;
    browser.press("Sign out").await;
    browser.sees("You are signed out").await;
    browser.visit("/app/profile").await;
    browser.sees("Sign in to Hookdesk").await;
    browser.finish().await;
    server.finish().await;
}

/// Every page there is, with something on it.
async fn pages(server: &Server, account: &Caller, receiver: &Receiver) -> Vec<String> {
    let long = format!("{}?{}", receiver.url(), "token=0123456789".repeat(12));
    let hook = json!({"url": long, "subscriptions": ["message_created", "contact_created"]});
    let hook = account.post("/webhooks", hook).await.ok()["payload"]["webhook"]["id"].clone();
    receiver.always(Reply::status(500).body("no ".repeat(9000)));
    let full = account.post("/test_receivers", json!({"name": "x".repeat(200)})).await.ok()["payload"]["test_receiver"]["url"].clone();
    account.post("/test_receivers", json!({})).await.ok();
    account.post("/webhooks", json!({"url": full, "subscriptions": ["message_created"]})).await.ok();
    let writer = Writer::new(server, account).await;
    writer.says(&"แมวสีน้ำเงิน".repeat(20)).await;
    server.settled().await;
    let site = json!({"name": "Site", "channel": {"type": "web_widget", "website_url": "https://acme.example"}});
    let site = account.post("/inboxes", site).await.ok()["id"].clone();
    let delivery = server.count(&format!("SELECT max(id) AS number FROM deliveries WHERE webhook_id = {hook}")).await;
    let bot = json!({"name": "Botty ".repeat(30), "outgoing_url": long});
    let bot = account.post("/agent_bots", bot).await.ok()["id"].clone();
    account.post(&format!("/inboxes/{site}/set_agent_bot"), json!({"agent_bot": bot})).await.ok_and_empty();
    let log = server.count("SELECT max(id) AS number FROM webhooks").await;
    let campaign = json!({"title": "x".repeat(200), "message": long, "inbox_id": site, "trigger_rules": {"url": long}});
    account.post("/campaigns", campaign).await.ok();
    let actions = json!([{"action_name": "add_label", "action_params": ["x".repeat(200)]}, {"action_name": "send_message", "action_params": [long]}]);
    let conditions = json!([{"attribute_key": "content", "filter_operator": "contains", "values": [long]}]);
    let rule = json!({"name": "x".repeat(200), "event_name": "message_created", "conditions": conditions, "actions": actions});
    account.post("/automation_rules", rule).await.ok();
    account.post("/macros", json!({"name": "x".repeat(200), "actions": actions})).await.ok();
    let content = json!([{"type": "frame", "url": long}]);
    account.post("/dashboard_apps", json!({"title": "x".repeat(200), "content": content})).await.ok();
    account.post("/integrations/hooks", json!({"app_id": "libretranslate", "settings": {"endpoint_url": long}})).await.ok();
    let settings = "/app/accounts/1/settings";
    let of_account = [
        "server".into(),
        "integrations".into(),
        "integrations/dashboard_apps".into(),
        "integrations/dashboard_apps/new".into(),
        "integrations/dashboard_apps/1".into(),
        "integrations/translation".into(),
        "integrations/webhooks".into(),
        "integrations/webhooks/new".into(),
        format!("integrations/webhooks/{hook}"),
        format!("integrations/webhooks/{hook}/created"),
        format!("integrations/webhooks/{hook}/edit"),
        format!("integrations/webhooks/{hook}/delete"),
        format!("integrations/webhooks/{hook}/deliveries/{delivery}"),
        "integrations/test_receivers".into(),
        "integrations/test_receivers/1".into(),
        "integrations/test_receivers/1/delete".into(),
        "integrations/test_receivers/2".into(),
        "inboxes".into(),
        "inboxes/new".into(),
        "inboxes/new?channel=api".into(),
        "inboxes/new?channel=web_widget".into(),
        "inboxes/1".into(),
        format!("inboxes/{site}"),
        format!("inboxes/{site}/members"),
        format!("inboxes/{site}/hours"),
        format!("inboxes/{site}/pre_chat_form"),
        format!("inboxes/{site}/bot"),
        format!("inboxes/{site}/configuration"),
        "inboxes/1/configuration".into(),
        format!("inboxes/{site}/delete"),
        "bots".into(),
        "bots/new".into(),
        format!("bots/{bot}"),
        format!("bots/{bot}/delete"),
        format!("integrations/webhooks/{log}"),
        "agents".into(),
        "agents/new".into(),
        "agents/1".into(),
        "automation".into(),
        "automation/new".into(),
        "automation/1".into(),
        "automation/1/try".into(),
        "automation/1/delete".into(),
        "macros".into(),
        "macros/new".into(),
        "macros/1".into(),
    ];
    let told = "/app/accounts/1/notifications";
    let others = ["/app/profile".into(), "/app/password".into(), told.into(), format!("{told}/settings")];
    let short =
        ["account", "contacts", "canned_responses", "canned_responses/new", "campaigns", "campaigns/new", "campaigns/1", "campaigns/1/delete"]
            .map(String::from);
    of_account.into_iter().chain(short).map(|page| format!("{settings}/{page}")).chain(others).collect()
}

/// Visits every page and sees that nothing sticks out to the side; the console is looked at in the end.
async fn visit_all(setup: Setup) {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let account = ada(&server).await;
    let pages = pages(&server, &account, &receiver).await;
    let browser = Browser::open(&server, setup).await;
    sign_in(&browser).await;
    for page in pages {
        browser.visit(&page).await;
        assert_eq!(browser.path().await, page);
        assert!(browser.has("main h1").await, "{page} has no heading");
        let sticks_out = browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
        assert_eq!(sticks_out, json!(0), "{page} is wider than the window of {}", setup.width);
    }
    browser.finish().await;
    server.finish().await;
}

#[actix_rt::test]
async fn every_page_fits_a_desk_and_keeps_to_its_policy() {
    visit_all(USUAL).await;
}

#[actix_rt::test]
async fn every_page_fits_a_phone() {
    visit_all(Setup { width: 390, ..USUAL }).await;
}
