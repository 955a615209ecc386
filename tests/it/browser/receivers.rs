//! A test receiver in a real browser: from making it to the delivery that arrives there.
use super::{Setup, USUAL, ada, driver::Browser, sign_in};
use crate::support::Server;
use serde_json::json;

const RECEIVERS: &str = "/app/accounts/1/settings/integrations/test_receivers";

async fn walk(javascript: bool) {
    // no private network is allowed, as on every new server
    let server = Server::start_with(|config| config.webhook.allow_networks.clear()).await;
    let account = ada(&server).await;
    let browser = Browser::open(&server, Setup { javascript, ..USUAL }).await;
    sign_in(&browser).await;
    browser.press("Configure").await;
    browser.press("Use a test receiver").await;
    browser.arrives_at(RECEIVERS).await;
    browser.press("New test receiver").await;
    browser.sees("Waiting for the first request").await;
    browser.arrives_at(&format!("{RECEIVERS}/1")).await;
    let url = browser.content("#receiver-url").await;
    browser.press("Make a webhook that points here").await;
    browser.sees("Webhook URL").await;
    assert_eq!((browser.value("Webhook URL").await, browser.value("Webhook Name").await), (url, "Test receiver 1".into()));
    browser.tick("Contact created").await;
    browser.press("Create webhook").await;
    browser.sees("Webhook configuration added successfully").await;
    browser.visit(&format!("{RECEIVERS}/1")).await;
    browser.sees("Pointing here: Test receiver 1").await;
    if javascript {
        browser.sees("Waiting for the first request").await;
    }
    account.post("/contacts", json!({"name": "Lea"})).await.ok();
    server.settled().await;
    if !javascript {
        browser.press("Refresh").await;
    }
    // with a script it appears by itself
    browser.sees("All of it agrees").await;
    browser.sees("\"name\": \"Lea\"").await;
    assert!(browser.content(".delivery-main .headers").await.contains("webhook-signature"), "the headers are there, folded away");
    browser.press("Open the delivery").await;
    browser.sees("answered 200").await;
    browser.visit(&format!("{RECEIVERS}/1")).await;
    browser.press("Clear the list").await;
    browser.sees("The list is empty").await;
    browser.press("Delete").await;
    browser.sees("Confirm Deletion").await;
    browser.press("Yes, Delete").await;
    browser.sees("Test receiver deleted").await;
    browser.arrives_at(RECEIVERS).await;
    browser.finish().await;
    server.finish().await;
}

#[actix_rt::test]
async fn a_delivery_appears_at_a_test_receiver() {
    walk(true).await;
}

#[actix_rt::test]
async fn the_same_at_a_test_receiver_without_javascript() {
    walk(false).await;
}
