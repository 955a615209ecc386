//! Somebody is told that a webhook was turned off.
use super::{
    ada,
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
