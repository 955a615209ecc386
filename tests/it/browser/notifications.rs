//! Somebody is told that a webhook was turned off.
use super::{
    Writer, ada,
    driver::{Browser, Setup, USUAL},
    sign_in,
};
use crate::support::{Receiver, Reply, Server};
use serde_json::json;

const PATH: &str = "/app/accounts/1/notifications";

/// Two webhooks that their receiver does not want.
async fn turned_off(server: &Server) {
    let (account, receiver) = (ada(server).await, Receiver::open());
    receiver.always(Reply::status(410));
    for name in ["Orders", "Ledger"] {
        let said = json!({"url": receiver.url_of(&format!("/{name}")), "name": name, "subscriptions": ["contact_created"]});
        account.post("/webhooks", said).await.ok();
    }
    account.post("/contacts", json!({"name": "Lea"})).await.ok();
    server.settled().await;
}

async fn look_through(setup: Setup) {
    let server = Server::start().await;
    turned_off(&server).await;
    let browser = Browser::open(&server, setup).await;
    sign_in(&browser).await;
    browser.press("Notifications, 2 unread").await;
    browser.arrives_at(PATH).await;
    browser.sees("The webhook “Orders” was turned off").await;
    let sticks_out = browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
    assert_eq!(sticks_out, json!(0));
    browser.press("The webhook “Orders” was turned off").await;
    browser.arrives_at("/app/accounts/1/settings/integrations/webhooks/1").await;
    browser.press("Notifications, 1 unread").await;
    browser.press("Mark as unread: The webhook “Orders” was turned off").await;
    browser.press("Delete: The webhook “Ledger” was turned off").await;
    browser.sees("The notification is deleted").await;
    browser.press("Mark all as read").await;
    browser.sees("All notifications are marked as read").await;
    browser.no_longer_sees("Mark all as read").await;
    browser.arrives_at(PATH).await;
    browser.press("Delete: The webhook “Orders” was turned off").await;
    browser.sees("You have no notifications").await;
    browser.finish().await;
    server.finish().await;
}

#[actix_rt::test]
async fn a_bell_leads_to_what_was_told() {
    look_through(USUAL).await;
}

#[actix_rt::test]
async fn a_bell_needs_no_javascript_and_fits_a_phone() {
    look_through(Setup { javascript: false, width: 390, ..USUAL }).await;
}

/// Ada is to answer Lea, who writes.
async fn written(server: &Server) {
    let account = ada(server).await;
    let lea = Writer::new(server, &account).await;
    account.post(&format!("/conversations/{}/assignments", lea.number), json!({"assignee_id": 1})).await.ok();
    lea.says("Where is my order?").await;
}

async fn choose(setup: Setup) {
    let server = Server::start().await;
    written(&server).await;
    let browser = Browser::open(&server, setup).await;
    sign_in(&browser).await;
    browser.press("Notifications, 1 unread").await;
    browser.sees("New message in conversation #1").await;
    browser.sees("Lea: Where is my order?").await;
    browser.press("Show it again in an hour: New message in conversation #1").await;
    browser.sees("The notification comes back in an hour").await;
    browser.sees("You have no notifications").await;
    browser.press("What I am told").await;
    browser.arrives_at(&format!("{PATH}/settings")).await;
    browser.tick("By e-mail: Mentions").await;
    browser.tick("In my notifications: Messages in what is yours to answer").await;
    let sticks_out = browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
    assert_eq!(sticks_out, json!(0));
    browser.press("Save changes").await;
    browser.sees("Your choices are saved").await;
    let flags = "SELECT email_flags * 1000 + push_flags AS number FROM account_users";
    assert_eq!(server.count(flags).await, (2 + 8) * 1000 + (2 + 8 + 16));
    browser.finish().await;
    server.finish().await;
}

#[actix_rt::test]
async fn somebody_chooses_what_they_are_told() {
    choose(USUAL).await;
}

#[actix_rt::test]
async fn choosing_needs_no_javascript_and_fits_a_phone() {
    choose(Setup { javascript: false, width: 390, ..USUAL }).await;
}
