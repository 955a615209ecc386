//! Teams and labels in a real browser: made, changed and deleted from the menu.
use super::{Setup, USUAL, ada, driver::Browser, sign_in};
use crate::support::Server;
use serde_json::json;

const SETTINGS: &str = "/app/accounts/1/settings";

async fn walk(javascript: bool) {
    let server = Server::start().await;
    let account = ada(&server).await;
    let browser = Browser::open(&server, Setup { javascript, ..USUAL }).await;
    sign_in(&browser).await;
    browser.press("Teams").await;
    browser.sees("There are no teams yet").await;
    browser.press("Add team").await;
    browser.fill("Name", "Billing").await;
    // her initials stand before her name
    browser.tick("ALAda Lovelace").await;
    browser.press("Create team").await;
    browser.sees("Team created").await;
    browser.sees("1 member").await;
    assert_eq!(account.get("/teams").await.ok()[0]["is_member"], true);
    browser.visit(&format!("{SETTINGS}/teams/1")).await;
    browser.fill("Description", "Who is paid").await;
    browser.press("Save changes").await;
    browser.sees("Team saved").await;
    browser.press("Delete team").await;
    browser.sees("Are you sure you want to delete the team billing?").await;
    browser.press("Yes, Delete").await;
    browser.sees("Team deleted").await;
    browser.arrives_at(&format!("{SETTINGS}/teams")).await;

    browser.press("Labels").await;
    browser.sees("There are no labels yet").await;
    browser.press("Add label").await;
    browser.fill("Title", "two words").await;
    browser.expect_refusal();
    browser.press("Create label").await;
    browser.sees("beginning with a letter or a digit").await;
    assert_eq!(browser.value("Title").await, "two words");
    browser.fill("Title", "VIP").await;
    browser.press("Create label").await;
    browser.sees("Label created").await;
    browser.sees("#1f93ff").await;
    browser.visit(&format!("{SETTINGS}/labels/1")).await;
    browser.fill("Title", "gold").await;
    browser.press("Save changes").await;
    browser.sees("Label saved").await;
    let labels = json!({"payload": [{"id": 1, "title": "gold", "description": null, "color": "#1f93ff", "show_on_sidebar": true}]});
    assert_eq!(account.get("/labels").await.ok(), labels);
    browser.visit(&format!("{SETTINGS}/labels/1")).await;
    browser.press("Delete label").await;
    browser.press("Yes, Delete").await;
    browser.sees("Label deleted").await;
    browser.arrives_at(&format!("{SETTINGS}/labels")).await;
    browser.finish().await;
    server.finish().await;
}

#[actix_rt::test]
async fn teams_and_labels_are_arranged() {
    walk(true).await;
}

#[actix_rt::test]
async fn the_same_without_javascript() {
    walk(false).await;
}
