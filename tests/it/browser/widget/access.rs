//! The chat is for everybody: axe-core finds nothing in any view, light or dark, and everything can be done with the keys alone.
use super::{
    FRAME, Scene,
    campaigns::{GLANCE, campaign},
};
use crate::browser::driver::{Browser, Setup, USUAL};
use serde_json::{Value, json};

/// The rules of WCAG 2.2 AA, and what is good practice beside them.
const RULES: &str = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";

/// axe-core, as tests/clients pins it.
fn axe() -> String {
    let path = std::env::var("HOOKDESK_TEST_AXE").unwrap_or_default();
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("HOOKDESK_TEST_AXE={path:?}: {e}; tests/run sets it to axe-core's axe.min.js"))
}

/// Looks at the frame that is shown.
async fn examine(browser: &Browser, axe: &str, view: &str) {
    browser.picture(view).await;
    if browser.evaluate("typeof window.axe").await == json!("undefined") {
        browser.evaluate(&format!("(() => {{ {axe}\n }})()")).await;
    }
    // what is still coming into view has no colours yet
    let script = format!(
        "const done = arguments[arguments.length - 1]; \
         Promise.all(document.getAnimations().filter(a => a.effect.getComputedTiming().iterations < 9).map(a => a.finished)) \
         .then(() => axe.run(document, {{runOnly: {RULES}}})) \
         .then(found => done(found.violations.map(v => [v.id, v.nodes.map(n => n.html + ' ' + n.failureSummary)])))"
    );
    let found = browser.evaluate_later(&script).await;
    assert_eq!(found, json!([]), "{view}: {found:#}");
}

async fn walk(setup: Setup, settings: Value, name: &str) {
    let axe = axe();
    let fields = json!([
        {"name": "emailAddress", "label": "Email Id", "type": "email", "required": true, "enabled": true, "field_type": "standard"},
        {"name": "fullName", "label": "Full name", "type": "text", "required": false, "enabled": true, "field_type": "standard"}
    ]);
    let options = json!({"pre_chat_message": "Tell us who you are", "pre_chat_fields": fields});
    let features = json!(["attachments", "emoji_picker", "end_conversation"]);
    let channel =
        json!({"pre_chat_form_enabled": true, "pre_chat_form_options": options, "selected_feature_flags": features, "widget_color": "#2a9d8f"});
    let scene = Scene::open(setup, channel, settings).await;
    campaign(&scene, "Questions about **prices**?", "/").await;
    scene.visit().await;
    let browser = &scene.browser;
    browser.comes_to(GLANCE, json!(true)).await;
    browser.enter(FRAME).await;
    examine(browser, &axe, &format!("{name}-glance")).await;
    browser.click(".glance-close").await;
    browser.leave().await;
    scene.visit_and_open().await;
    browser.click(".start-card").await;
    examine(browser, &axe, &format!("{name}-home")).await;
    browser.click(".start-card .primary").await;
    browser.click("form .primary").await;
    examine(browser, &axe, &format!("{name}-form")).await;
    browser.click("input[type=email]").await;
    browser.keys("lea@example.org\tLea\tIs the **blue** one in stock?").await;
    browser.click("form .primary").await;
    browser.comes_to("document.querySelectorAll('.message.own').length", json!(1)).await;
    let list = scene.ada.get("/conversations").await.ok();
    let number = list["data"]["payload"][0]["id"].as_i64().unwrap();
    for said in conversation() {
        scene.says(number, said).await;
    }
    browser.comes_to("document.querySelectorAll('.message.other').length", json!(conversation().len())).await;
    examine(browser, &axe, &format!("{name}-conversation")).await;
    browser.evaluate("document.querySelector('.thread').scrollTo(0, 0)").await;
    browser.picture(&format!("{name}-conversation-top")).await;
    browser.click("[aria-haspopup=menu]").await;
    examine(browser, &axe, &format!("{name}-menu")).await;
    browser.keys("\u{e00c}").await;
    browser.click(".composer .icon-button:nth-last-of-type(2)").await;
    examine(browser, &axe, &format!("{name}-emoji")).await;
    // the arrow keys go through it, Enter takes one
    browser.keys("\u{e015}\u{e007}").await;
    browser.comes_to("document.querySelector('.writing textarea').value", json!("😊")).await;
    scene.ada.post(&format!("/conversations/{number}/toggle_status"), json!({"status": "resolved"})).await.ok();
    browser.comes_to("document.querySelector('.over').hidden", json!(false)).await;
    examine(browser, &axe, &format!("{name}-ended")).await;
    scene.close().await;
}

/// One message of every kind.
fn conversation() -> Vec<Value> {
    let asks = |kind: &str, attributes: Value| json!({"content": kind, "content_type": kind, "content_attributes": attributes});
    let link = json!({"type": "link", "text": "Open", "uri": "https://shop.example/1"});
    let pick = json!({"type": "postback", "text": "Pick", "payload": "P1"});
    vec![
        json!({"content": "Yes:\n\n- **two** of them\n- `SKU-118`, see https://shop.example\n\n> quoted\n\n```\ncode\n```"}),
        asks("input_select", json!({"items": [{"title": "Blue", "value": "b"}, {"title": "Red", "value": "r"}]})),
        asks("cards", json!({"items": [{"title": "Lamp", "description": "Brass", "media_url": "", "actions": [link, pick]}]})),
        asks("article", json!({"items": [{"title": "Returns", "description": "Within 30 days", "link": "https://shop.example/help"}]})),
        asks(
            "form",
            json!({"items": [{"name": "size", "label": "Size", "type": "select", "options": [{"label": "S", "value": "s"}]}], "button_label": "Send"}),
        ),
        asks("input_email", json!({})),
        asks("input_csat", json!({})),
    ]
}

#[actix_rt::test]
async fn axe_finds_nothing_in_the_light() {
    walk(USUAL, json!({}), "light").await;
}

#[actix_rt::test]
async fn axe_finds_nothing_in_the_dark_on_a_phone_in_thai() {
    walk(Setup { width: 390, ..USUAL }, json!({"darkMode": "dark", "locale": "th"}), "dark-phone-thai").await;
}

#[actix_rt::test]
async fn axe_finds_nothing_from_right_to_left() {
    walk(USUAL, json!({"locale": "ar", "darkMode": "auto", "widgetStyle": "flat"}), "right-to-left").await;
}

#[actix_rt::test]
async fn the_keys_alone_are_enough() {
    let scene = Scene::open(USUAL, json!({}), json!({})).await;
    scene.visit().await;
    let browser = &scene.browser;
    // the bubble is reached, opened, and the first button of the chat has the focus
    browser.keys("\t").await;
    assert!(browser.focused("class").await.contains("woot-widget-bubble"));
    browser.keys("\u{e007}").await;
    browser.comes_to("$chatwoot.isOpen", json!(true)).await;
    browser.enter(FRAME).await;
    browser.comes_to("document.activeElement.className", json!("primary")).await;
    browser.keys("\u{e007}").await;
    browser.comes_to("document.activeElement.tagName", json!("TEXTAREA")).await;
    browser.keys("Hello\u{e007}").await;
    browser.comes_to("document.querySelectorAll('.message.own').length", json!(1)).await;
    browser.keys("\u{e00c}").await;
    browser.leave().await;
    browser.comes_to("$chatwoot.isOpen", json!(false)).await;
    scene.close().await;
}
