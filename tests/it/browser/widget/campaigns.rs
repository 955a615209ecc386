//! What the website says by itself: it comes when its time has come, and is put away, or leads into a conversation.
use super::{FRAME, Scene};
use crate::browser::driver::{Setup, USUAL};
use serde_json::{Value, json};

/// Whether something is to be seen at a glance, above the bubble.
pub(super) const GLANCE: &str = "document.querySelector('.woot-widget-holder').classList.contains('has-unread-view')";

/// Makes a campaign of Ada's for pages of the website; gives its number.
pub(super) async fn campaign(scene: &Scene, message: &str, pages: &str) -> i64 {
    let ada = scene.ada.get("/agents").await.ok()[0]["id"].clone();
    let rules = json!({"url": scene.site.page(pages), "time_on_page": 1});
    let said = json!({"title": "x", "message": message, "inbox_id": scene.inbox["id"], "sender_id": ada, "trigger_rules": rules});
    scene.ada.post("/campaigns", said).await.ok()["id"].as_i64().unwrap()
}

#[actix_rt::test]
async fn a_campaign_comes_after_its_time_and_is_put_away_for_an_hour() {
    let scene = Scene::open(USUAL, json!({}), json!({})).await;
    campaign(&scene, "Would you like a discount?", "/cart").await;
    campaign(&scene, "Questions about **prices**?", "/pri*").await;
    scene.visit().await;
    let browser = &scene.browser;
    // pages that change their address without loading are pages, too
    browser.evaluate("history.pushState({}, '', '/pricing/?plan=pro#top')").await;
    browser.comes_to(GLANCE, json!(true)).await;
    browser.enter(FRAME).await;
    browser.sees("Questions about prices?").await;
    browser.sees("Ada Lovelace").await;
    browser.picture("campaign").await;
    browser.leave().await;
    // whoever goes on to another page has another one there
    browser.evaluate("history.pushState({}, '', '/cart')").await;
    browser.enter(FRAME).await;
    browser.sees("Would you like a discount?").await;
    browser.no_longer_sees("Questions").await;
    browser.click(".glance-close").await;
    browser.leave().await;
    browser.comes_to(GLANCE, json!(false)).await;
    browser.comes_to("document.cookie.includes('cw_snooze_campaigns_till=')", json!(true)).await;
    browser.evaluate("history.pushState({}, '', '/pricing')").await;
    let later = format!("const done = arguments[arguments.length - 1]; setTimeout(() => done({GLANCE}), 1500)");
    assert_eq!(browser.evaluate_later(&later).await, json!(false));
    scene.visit().await;
    browser.evaluate("history.pushState({}, '', '/pricing')").await;
    assert_eq!(browser.evaluate_later(&later).await, json!(false));
    let begun = scene.server.count("SELECT count(*) AS number FROM conversations").await;
    assert_eq!(begun, 0, "whoever only reads it has begun nothing");
    // an hour later
    browser.evaluate("document.cookie = 'cw_snooze_campaigns_till=1; path=/'").await;
    scene.visit().await;
    browser.evaluate("history.pushState({}, '', '/pricing')").await;
    browser.comes_to(GLANCE, json!(true)).await;
    scene.close().await;
}

#[actix_rt::test]
async fn a_closer_look_at_a_campaign_begins_a_conversation() {
    let scene = Scene::open(Setup { width: 390, ..USUAL }, json!({}), json!({"darkMode": "dark"})).await;
    let number = campaign(&scene, "Can I help you?", "/").await;
    scene.visit().await;
    let browser = &scene.browser;
    browser.comes_to(GLANCE, json!(true)).await;
    browser.enter(FRAME).await;
    browser.picture("campaign-phone").await;
    browser.click(".glance").await;
    browser.comes_to("document.querySelector('.message.other .bubble')?.textContent", json!("Can I help you?")).await;
    scene.write("Yes, please").await;
    let list = scene.ada.get("/conversations").await.ok()["data"]["payload"].clone();
    let begun = list[0]["id"].as_i64().unwrap();
    scene.is_in(begun, "Yes, please").await;
    assert_eq!((list.as_array().unwrap().len(), scene.messages(begun).await[0]["content"].clone()), (1, json!("Can I help you?")));
    let condition = json!({"attribute_key": "campaign_id", "filter_operator": "equal_to", "values": [number], "query_operator": null});
    let found = scene.ada.post("/conversations/filter", json!({"payload": [condition]})).await.ok();
    assert_eq!(found["payload"][0]["id"], begun);
    scene.close().await;
}

#[actix_rt::test]
async fn a_closer_look_that_leads_nowhere_can_be_taken_again() {
    let scene = Scene::open(USUAL, json!({}), json!({})).await;
    campaign(&scene, "Can I help you?", "/").await;
    scene.visit().await;
    let browser = &scene.browser;
    browser.comes_to(GLANCE, json!(true)).await;
    browser.offline(true).await;
    browser.enter(FRAME).await;
    // the browser tells of requests that an absent network refused
    browser.forgive("ERR_INTERNET_DISCONNECTED");
    browser.click(".glance").await;
    browser.sees("That did not work. Please try again.").await;
    browser.leave().await;
    browser.offline(false).await;
    browser.click(".woot-widget-bubble").await;
    browser.comes_to(GLANCE, json!(true)).await;
    browser.enter(FRAME).await;
    browser.click(".glance").await;
    browser.comes_to("document.querySelector('.message.other .bubble')?.textContent", json!("Can I help you?")).await;
    scene.close().await;
}

#[actix_rt::test]
async fn who_is_asked_before_a_conversation_is_asked_before_this_one() {
    let fields = json!([
        {"name": "emailAddress", "label": "Email Id", "type": "email", "required": true, "enabled": true, "field_type": "standard"},
        {"name": "order", "label": "Order", "type": "text", "required": false, "enabled": true, "field_type": "conversation_attribute"}
    ]);
    let channel = json!({"pre_chat_form_enabled": true, "pre_chat_form_options": {"pre_chat_message": "", "pre_chat_fields": fields}});
    let scene = Scene::open(USUAL, channel, json!({})).await;
    let order = json!({"attribute_display_name": "Order", "attribute_key": "order", "attribute_model": "conversation_attribute"});
    scene.ada.post("/custom_attribute_definitions", order).await.ok();
    campaign(&scene, "Can I help you?", "/").await;
    scene.visit().await;
    let browser = &scene.browser;
    browser.comes_to(GLANCE, json!(true)).await;
    // the bubble leads there as well as what is above it
    browser.click(".woot-widget-bubble").await;
    browser.enter(FRAME).await;
    browser.click("input[type=email]").await;
    assert!(!browser.has("form textarea").await, "what they want to say they can say later");
    browser.keys("lea@example.org\t118").await;
    browser.click("form .primary").await;
    browser.comes_to("document.querySelector('.message.other .bubble')?.textContent", json!("Can I help you?")).await;
    let begun = scene.ada.get("/conversations").await.ok()["data"]["payload"][0].clone();
    assert_eq!((&begun["custom_attributes"], &begun["meta"]["sender"]["email"]), (&json!({"order": "118"}), &json!("lea@example.org")));
    scene.close().await;
}

#[actix_rt::test]
async fn addresses_with_a_star_are_of_the_pages_that_people_mean() {
    let scene = Scene::open(USUAL, json!({}), json!({})).await;
    scene.visit().await;
    let browser = &scene.browser;
    browser.enter(FRAME).await;
    let cases = [
        ("https://a.example", "https://a.example/", true),
        ("https://a.example", "https://a.example/x", false),
        ("https://a.example/x", "https://a.example/x/?utm=1#top", true),
        ("https://a.example/x/", "https://a.example/x", true),
        ("https://a.example/x", "https://a.example/xy", false),
        ("https://a.example/x?plan=*", "https://a.example/x?plan=pro", true),
        ("https://a.example/x?plan=*", "https://a.example/x", false),
        ("https://a.example/#/cart", "https://a.example/#/cart", true),
        ("https://a.example/#/cart", "https://a.example/", false),
        ("https://a.example/*", "https://a.example/", true),
        ("https://a.example/*", "https://a.example/x/y", true),
        ("https://a.example/*/y", "https://a.example/x/y/", true),
        ("https://a.example/*a*b", "https://a.example/1a2b", true),
        ("https://a.example/*ab*b", "https://a.example/ab", false),
        ("https://*.example/x", "https://shop.a.example/x", true),
        ("https://*.example/x", "https://evil.test/.example/x", false),
        ("https://*", "https://a.example/", true),
        ("https://A.example/X", "https://a.example/X", true),
        ("https://a.example/X", "https://a.example/x", false),
        ("http://a.example/", "https://a.example/", false),
        ("https://a.example/", "https://a.example:8443/", false),
        ("https://ร้าน.example/สินค้า/*", "https://xn--q3ct9b5e.example/%E0%B8%AA%E0%B8%B4%E0%B8%99%E0%B8%84%E0%B9%89%E0%B8%B2/1", true),
        ("https://a.example/", "about:blank", false),
        ("nonsense", "https://a.example/", false),
    ];
    let asked: Vec<Value> = cases.iter().map(|(pattern, page, _)| json!([pattern, page])).collect();
    let script = format!(
        "const done = arguments[arguments.length - 1]; \
         const scripts = [...document.querySelectorAll('link[rel=modulepreload]')].map((link) => link.href); \
         import(scripts.find((href) => href.includes('campaigns'))) \
         .then(({{ isFor }}) => done({}.map(([pattern, page]) => isFor(pattern, page))), (e) => done(String(e)))",
        json!(asked)
    );
    let expected: Vec<bool> = cases.iter().map(|(.., fits)| *fits).collect();
    assert_eq!(browser.evaluate_later(&script).await, json!(expected));
    scene.close().await;
}
