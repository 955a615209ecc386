//! What a page can do with the chat: its settings, its methods, its events.
use super::{FRAME, Scene};
use crate::{
    browser::driver::{Setup, USUAL},
    support::until,
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

#[actix_rt::test]
async fn a_page_opens_and_closes_the_chat_and_hears_of_it() {
    let scene = Scene::open(USUAL, json!({}), json!({"position": "left", "type": "expanded_bubble", "launcherTitle": "Talk to us"})).await;
    scene.visit().await;
    let browser = &scene.browser;
    let heard = async |names: Value| browser.comes_to("heard.map(([name]) => name)", names).await;
    heard(json!(["ready"])).await;
    browser.comes_to("document.querySelector('.woot-label').textContent", json!("Talk to us")).await;
    let place =
        "[...document.querySelectorAll('.woot-widget-holder, .woot--bubble-holder button')].map(e => e.classList.contains('woot-elements--left'))";
    assert_eq!(browser.evaluate(place).await, json!([true, true]));
    let shown = "getComputedStyle(document.querySelector('.woot-widget-holder')).visibility";
    assert_eq!(browser.evaluate(shown).await, json!("hidden"));
    // what lies behind the closed chat can be clicked on
    let hit = "document.elementFromPoint(200, innerHeight - 300).tagName";
    assert_ne!(browser.evaluate(hit).await, json!("IFRAME"));
    browser.evaluate("$chatwoot.toggle('open')").await;
    browser.comes_to(shown, json!("visible")).await;
    assert_eq!(browser.evaluate("$chatwoot.isOpen").await, json!(true));
    assert_eq!(browser.attribute(".woot-widget-bubble", "aria-expanded").await, "true");
    browser.evaluate("$chatwoot.toggle('open')").await;
    heard(json!(["ready", "opened"])).await;
    assert_eq!(browser.evaluate(hit).await, json!("IFRAME"));
    // Escape closes it, and the bubble has the focus again
    browser.enter(FRAME).await;
    browser.click(".start-card .primary").await;
    browser.keys("\u{e00c}").await;
    browser.leave().await;
    browser.comes_to(shown, json!("hidden")).await;
    heard(json!(["ready", "opened", "on-start-conversation", "closed"])).await;
    assert!(browser.focused("class").await.contains("woot-widget-bubble"));
    browser.evaluate("$chatwoot.toggleBubbleVisibility('hide')").await;
    browser.comes_to("getComputedStyle(document.querySelector('.woot-widget-bubble')).display", json!("none")).await;
    browser.evaluate("$chatwoot.toggleBubbleVisibility('show')").await;
    browser.comes_to("getComputedStyle(document.querySelector('.woot-widget-bubble')).display", json!("flex")).await;
    // the session is the page's, and the next page goes on with it
    let session = browser.evaluate("document.cookie").await;
    assert!(session.as_str().unwrap().contains("cw_conversation="), "{session}");
    scene.visit().await;
    assert_eq!(scene.server.count("SELECT count(*) AS number FROM contacts").await, 1);
    browser.evaluate("$chatwoot.reset()").await;
    browser.comes_to("$chatwoot.hasLoaded", json!(true)).await;
    let two = async || (scene.server.count("SELECT count(*) AS number FROM contacts").await == 2).then_some(());
    until("another visitor", two).await;
    scene.close().await;
}

#[actix_rt::test]
async fn a_page_says_who_its_visitor_is() {
    let scene = Scene::open(USUAL, json!({"hmac_mandatory": true}), json!({})).await;
    scene.ada.post("/labels", json!({"title": "vip"})).await.ok();
    scene.visit_and_open().await;
    let browser = &scene.browser;
    browser.leave().await;
    browser.expect_refusal();
    browser.evaluate("$chatwoot.setUser('lea-1', {name: 'Lea', email: 'lea@example.org', identifier_hash: 'nonsense'})").await;
    browser.comes_to("heard.some(([name]) => name === 'error')", json!(true)).await;
    browser.comes_to("document.cookie.includes('cw_user_')", json!(false)).await;
    let key = scene.inbox["hmac_token"].as_str().unwrap();
    let proof = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap().chain_update("lea-1").finalize().into_bytes();
    let proof: String = proof.iter().map(|byte| format!("{byte:02x}")).collect();
    browser.evaluate(&format!("$chatwoot.setUser('lea-1', {{name: 'Lea', email: 'lea@example.org', identifier_hash: '{proof}'}})")).await;
    let known = async || {
        let list = scene.ada.get("/contacts").await.ok();
        list["payload"].as_array()?.iter().find(|contact| contact["identifier"] == "lea-1").cloned()
    };
    assert_eq!(until("the contact", known).await["email"], "lea@example.org");
    browser.evaluate("$chatwoot.setCustomAttributes({plan: 'pro'})").await;
    browser.evaluate("$chatwoot.setLabel('vip')").await;
    browser.evaluate("$chatwoot.setConversationCustomAttributes({order: '118'})").await;
    let plan = async || known().await.filter(|contact| contact["custom_attributes"]["plan"] == "pro");
    until("the attribute", plan).await;
    let wrong = "(() => { try { $chatwoot.setUser('x', {}) } catch (e) { return e.message } })()";
    assert_eq!(browser.evaluate(wrong).await, json!("User object should have one of the keys [avatar_url, email, name]"));
    // what is said of a conversation waits until there is one
    browser.enter(FRAME).await;
    let number = scene.start("Hello").await;
    let told = async || {
        let conversation = scene.ada.get(&format!("/conversations/{number}")).await.ok();
        (conversation["labels"] == json!(["vip"]) && conversation["custom_attributes"]["order"] == "118").then_some(())
    };
    until("its label and its attribute", told).await;
    scene.close().await;
}

#[actix_rt::test]
async fn what_is_new_shows_while_the_chat_is_closed() {
    let scene = Scene::open(Setup { width: 390, ..USUAL }, json!({}), json!({"darkMode": "dark"})).await;
    scene.visit_and_open().await;
    let browser = &scene.browser;
    let number = scene.start("Hello").await;
    browser.click("[aria-label='Close']").await;
    browser.leave().await;
    browser.comes_to("$chatwoot.isOpen", json!(false)).await;
    scene.says(number, json!({"content": "Are you still there?"})).await;
    browser.comes_to("document.querySelector('.woot-badge').textContent", json!("1")).await;
    browser.comes_to("document.querySelector('.woot-widget-holder').classList.contains('has-unread-view')", json!(true)).await;
    browser
        .comes_to("heard.filter(([name]) => name === 'on-message').some(([, message]) => message.content === 'Are you still there?')", json!(true))
        .await;
    browser.enter(FRAME).await;
    browser.sees("Are you still there?").await;
    browser.picture("glance-phone").await;
    browser.click(".glance").await;
    browser.sees("Hello").await;
    browser.leave().await;
    browser.comes_to("document.querySelector('.woot-badge').textContent", json!("")).await;
    // it covers the phone
    let box_of = "(({left, top, width, height}) => [left, top, width === innerWidth, height === innerHeight])(document.querySelector('iframe').getBoundingClientRect())";
    browser.comes_to(box_of, json!([0, 0, true, true])).await;
    scene.close().await;
}

/// Counts the tones that are played.
const LISTEN: &str = "((of) => { of.start = () => { window.tones = (window.tones ?? 0) + 1; }; of.stop = () => {}; })(OscillatorNode.prototype)";

#[actix_rt::test]
async fn what_is_new_is_heard_in_the_page_and_in_a_window_of_its_own() {
    let scene = Scene::open(USUAL, json!({}), json!({"showPopoutButton": true})).await;
    scene.visit_and_open().await;
    let browser = &scene.browser;
    let number = scene.start("Hello").await;
    browser.leave().await;
    browser.evaluate(LISTEN).await;
    // whoever reads it needs no sound
    scene.says(number, json!({"content": "one"})).await;
    let told = |text: &str| format!("heard.some(([name, message]) => name === 'on-message' && message.content === '{text}')");
    browser.comes_to(&told("one"), json!(true)).await;
    assert_eq!(browser.evaluate("window.tones ?? 0").await, json!(0));
    browser.evaluate("$chatwoot.toggle('close')").await;
    scene.says(number, json!({"content": "two"})).await;
    browser.comes_to("window.tones", json!(2)).await;
    browser.evaluate("$chatwoot.toggle('open')").await;
    browser.enter(FRAME).await;
    browser.click("[aria-label='More']").await;
    browser.follow(async || browser.press("Open in a window").await).await;
    browser.sees("two").await;
    browser.evaluate(LISTEN).await;
    browser.click(".writing textarea").await;
    scene.says(number, json!({"content": "three"})).await;
    browser.sees("three").await;
    assert_eq!(browser.evaluate("window.tones ?? 0").await, json!(0));
    // as when the window lies behind others
    browser.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden' })").await;
    scene.says(number, json!({"content": "four"})).await;
    browser.comes_to("window.tones", json!(2)).await;
    browser.click("[aria-label='More']").await;
    browser.press("Turn sound off").await;
    scene.says(number, json!({"content": "five"})).await;
    browser.sees("five").await;
    assert_eq!(browser.evaluate("window.tones").await, json!(2));
    scene.close().await;
}

#[actix_rt::test]
async fn a_website_that_may_not_show_the_chat_does_not() {
    let scene = Scene::open(USUAL, json!({"allowed_domains": "https://shop.example"}), json!({})).await;
    let browser = &scene.browser;
    browser.go(&scene.site.page("/")).await;
    browser.complains("frame-ancestors").await;
    assert_eq!(browser.evaluate("window.$chatwoot.hasLoaded").await, json!(false));
    assert!(!browser.has(".woot-widget-bubble").await);
    let host = scene.site.page("").replace("http://", "");
    let named = json!({"channel": {"allowed_domains": format!("{host}, https://shop.example")}});
    scene.ada.patch(&format!("/inboxes/{}", scene.inbox["id"]), named).await.ok();
    scene.visit().await;
    scene.close().await;
}
