//! A customer says how content they were.
use super::{
    Writer, ada,
    driver::{Browser, Setup, USUAL},
};
use crate::support::Server;
use serde_json::{Value, json};

/// Asks in a conversation of its own; gives the page on which to answer.
async fn ask(server: &Server, content: Value, attributes: Value) -> String {
    let account = ada(server).await;
    let Writer { door, number } = Writer::new(server, &account).await;
    let said = json!({"content": content, "content_type": "input_csat", "content_attributes": attributes});
    account.post(&format!("/conversations/{number}/messages"), said).await.ok();
    let conversation = door.get(&format!("/conversations/{number}")).await.ok();
    format!("/survey/responses/{}", conversation["uuid"].as_str().unwrap())
}

async fn fits(browser: &Browser) {
    let sticks_out = browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
    assert_eq!(sticks_out, json!(0), "{} is too wide", browser.path().await);
}

#[actix_rt::test]
async fn a_survey_is_answered_and_the_answer_changed() {
    let server = Server::start().await;
    let page = ask(&server, json!("How was our service?"), json!({})).await;
    let browser = Browser::open(&server, USUAL).await;
    browser.visit(&page).await;
    browser.sees("How was our service?").await;
    browser.fill("Would you like to tell us more?", "Quick").await;
    browser.expect_refusal();
    browser.press("Send").await;
    browser.sees("Please choose one of the five").await;
    assert_eq!(browser.value("Would you like to tell us more?").await, "Quick");
    // the arrow keys go through the faces
    browser.tick("Okay").await;
    browser.keys("\u{e014}").await;
    assert_eq!(browser.focused("value").await, "4");
    browser.press("Send").await;
    browser.sees("Your answer has arrived: Good.").await;
    browser.sees("Quick").await;
    browser.press("Change your answer").await;
    assert!(browser.field("Good").await.is_selected().await.unwrap());
    browser.tick("Great").await;
    browser.press("Send").await;
    browser.sees("Your answer has arrived: Great.").await;
    browser.arrives_at(&page).await;
    browser.finish().await;
    server.finish().await;
}

#[actix_rt::test]
async fn a_survey_needs_no_javascript_and_fits_a_phone() {
    let server = Server::start().await;
    let page = ask(&server, Value::Null, json!({"display_type": "star"})).await;
    let browser = Browser::open(&server, Setup { javascript: false, language: "th", width: 390 }).await;
    browser.visit(&page).await;
    browser.sees("การพูดคุยกับ Shop เป็นอย่างไรบ้าง").await;
    fits(&browser).await;
    browser.tick("ดีมาก").await;
    browser.press("ส่งคำตอบ").await;
    browser.sees("ขอบคุณ!").await;
    fits(&browser).await;
    // the choices at the foot lead back here
    browser.press("English").await;
    browser.sees("Your answer has arrived: Great.").await;
    browser.arrives_at(&page).await;
    browser.finish().await;
    server.finish().await;
}
