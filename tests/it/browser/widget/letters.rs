//! What comes by mail: visitors say where they are reached, and what was said is sent there.
use super::{FRAME, Scene};
use crate::{
    browser::driver::USUAL,
    support::{PostOffice, Server, until},
};
use serde_json::json;

/// A website on a server that sends mail.
async fn open(mailed: &PostOffice) -> Scene {
    let mail = mailed.mail();
    Scene::open_on(Server::start_with(|config| config.mail = mail).await, USUAL, json!({}), json!({})).await
}

#[actix_rt::test]
async fn whoever_says_their_address_gets_the_transcript_there() {
    let mailed = PostOffice::open();
    let scene = open(&mailed).await;
    let browser = &scene.browser;
    scene.visit_and_open().await;
    scene.start("Two lamps, please").await;
    browser.click("[aria-label='More']").await;
    browser.press("Send me a transcript").await;
    browser.fill("E-mail", "nonsense").await;
    browser.click("dialog .primary").await;
    browser.sees("Please enter an e-mail address").await;
    browser.fill("E-mail", "lea@example.org").await;
    browser.click("dialog .primary").await;
    browser.sees("The transcript is on its way").await;
    let letters = mailed.wait_for(1).await;
    assert_eq!(letters[0].to, "lea@example.org");
    assert!(letters[0].parts()[0].contains("Two lamps, please"), "{:?}", letters[0].parts());
    // the next time nobody is asked
    browser.click("[aria-label='More']").await;
    browser.press("Send me a transcript").await;
    browser.sees("We will send this conversation to your e-mail address.").await;
    assert!(!browser.has("dialog input").await);
    browser.click("dialog .primary").await;
    assert_eq!(mailed.wait_for(2).await[1].to, "lea@example.org");
    scene.close().await;
}

#[actix_rt::test]
async fn a_website_asks_where_its_visitors_are_reached() {
    let mailed = PostOffice::open();
    let scene = open(&mailed).await;
    scene.ada.patch(&format!("/inboxes/{}", scene.inbox["id"]), json!({"enable_email_collect": true})).await.ok();
    let browser = &scene.browser;
    scene.visit_and_open().await;
    scene.start("Two lamps, please").await;
    browser.fill("E-mail", "lea@example.org").await;
    browser.keys("\u{e007}").await;
    browser.comes_to("document.querySelector('.given').textContent", json!("lea@example.org")).await;
    let known = async || {
        let list = scene.ada.get("/contacts").await.ok();
        list["payload"].as_array()?.iter().any(|contact| contact["email"] == "lea@example.org").then_some(())
    };
    until("the address", known).await;
    // and what they have given stays given
    browser.leave().await;
    scene.visit().await;
    browser.click(".woot-widget-bubble").await;
    browser.enter(FRAME).await;
    browser.comes_to("document.querySelector('.given').textContent", json!("lea@example.org")).await;
    browser.click("[aria-label='More']").await;
    browser.press("Send me a transcript").await;
    browser.click("dialog .primary").await;
    let letters = mailed.wait_for(1).await;
    assert_eq!((letters.len(), letters[0].to.as_str()), (1, "lea@example.org"));
    scene.close().await;
}
