//! What a page sets in `window.chatwootSettings`: each setting changes something that people see.
use super::{FRAME, Scene};
use crate::browser::driver::{Browser, Setup, USUAL};
use diesel::{ExpressionMethods, RunQueryDsl};
use hookdesk::db::schema::accounts;
use serde_json::{Value, json};

/// What can be seen of the bubble and of the frame's place, from the page.
const LOOKS: &str = "(() => { const of = (css) => document.querySelector(css); const style = (css) => getComputedStyle(of(css)); \
    const [holder, bubble] = ['.woot-widget-holder', '.woot-widget-bubble'].map((css) => of(css).getBoundingClientRect()); \
    return { left: [holder.left, bubble.left].every((x) => x === 20), wide: bubble.width > 60, label: of('.woot-widget-bubble').innerText, \
    corners: [style('.woot-widget-holder').borderRadius, style('.woot-widget-bubble').borderRadius] } })()";
/// What a conversation offers.
const OFFERS: &str =
    "['.writing input[type=file]', '[aria-label=\"Attach a file\"]', '[aria-label=Emoji]'].map((css) => !!document.querySelector(css))";

/// What the menu of a conversation has.
async fn menu(browser: &Browser) -> Value {
    browser.click("[aria-haspopup=menu]").await;
    let entries = browser.evaluate("[...document.querySelectorAll('[role=menuitem]')].map((entry) => entry.textContent)").await;
    browser.keys("\u{e00c}").await;
    entries
}

impl Scene {
    /// Visits a page with other settings.
    async fn visit_with(&self, settings: Value) {
        self.site.shows(self.inbox["web_widget_script"].as_str().unwrap(), &settings.to_string());
        self.visit().await;
    }
}

#[actix_rt::test]
async fn a_page_chooses_how_the_chat_looks_and_what_it_says() {
    let channel = json!({"welcome_title": "From the inbox", "welcome_tagline": "Its tagline"});
    let settings = json!({
        "position": "left", "type": "expanded_bubble", "launcherTitle": "Talk to us", "widgetStyle": "flat", "darkMode": "dark",
        "welcomeTitle": "Good day", "welcomeDescription": "Ask away", "availableMessage": "Here we are", "unavailableMessage": "Gone fishing"
    });
    let scene = Scene::open(USUAL, channel, json!({})).await;
    let browser = &scene.browser;
    let plain = json!({"left": false, "wide": false, "label": "", "corners": ["18px", "30px"]});
    let chosen = json!({"left": true, "wide": true, "label": "Talk to us", "corners": ["4px", "4px"]});
    let theme = "[document.documentElement.dataset.theme, getComputedStyle(document.querySelector('.home')).backgroundColor]";
    scene.visit_and_open().await;
    for text in ["From the inbox", "Its tagline", "We are away at the moment"] {
        browser.sees(text).await;
    }
    browser.comes_to(theme, json!(["light", "rgb(247, 247, 250)"])).await;
    browser.leave().await;
    browser.evaluate("$chatwoot.toggle('close')").await;
    browser.comes_to(LOOKS, plain).await;
    scene.visit_with(settings.clone()).await;
    browser.comes_to(LOOKS, chosen).await;
    browser.click(".woot-widget-bubble").await;
    browser.enter(FRAME).await;
    for text in ["Good day", "Ask away", "Gone fishing"] {
        browser.sees(text).await;
    }
    browser.no_longer_sees("From the inbox").await;
    browser.comes_to(theme, json!(["dark", "rgb(19, 19, 24)"])).await;
    // once somebody is there it is the other sentence
    let profile = scene.ada.below("");
    let account = profile.get("/api/v1/profile").await.ok()["account_id"].clone();
    profile.post("/api/v1/profile/auto_offline", json!({"profile": {"account_id": account, "auto_offline": false}})).await.ok();
    scene.visit_with(settings).await;
    browser.click(".woot-widget-bubble").await;
    browser.enter(FRAME).await;
    browser.sees("Here we are").await;
    browser.no_longer_sees("Gone fishing").await;
    scene.close().await;
}

#[actix_rt::test]
async fn a_page_leaves_out_what_it_does_not_want() {
    let features = json!({"selected_feature_flags": ["attachments", "emoji_picker", "end_conversation"]});
    let scene = Scene::open(USUAL, features, json!({})).await;
    let browser = &scene.browser;
    scene.visit_and_open().await;
    scene.start("Hello").await;
    assert_eq!(browser.evaluate(OFFERS).await, json!([true, true, true]));
    let [end, transcript, sound, window] = ["End conversation", "Send me a transcript", "Turn sound off", "Open in a window"];
    assert_eq!(menu(browser).await, json!([end, transcript, sound]));
    browser.leave().await;
    let less = json!({"enableFileUpload": false, "enableEmojiPicker": false, "enableEndConversation": false, "showPopoutButton": true});
    scene.visit_with(less).await;
    browser.click(".woot-widget-bubble").await;
    browser.enter(FRAME).await;
    browser.sees("Hello").await;
    assert_eq!(browser.evaluate(OFFERS).await, json!([true, false, false]));
    // nor by dropping a file into it
    let drop = "const done = arguments[arguments.length - 1]; const held = new DataTransfer(); held.items.add(new File(['x'], 'x.txt')); \
        document.querySelector('main').dispatchEvent(new DragEvent('drop', { dataTransfer: held, bubbles: true, cancelable: true })); \
        requestAnimationFrame(() => done(document.querySelectorAll('.message').length))";
    assert_eq!(browser.evaluate_later(drop).await, json!(1));
    assert_eq!(menu(browser).await, json!([transcript, sound, window]));
    scene.close().await;
}

#[actix_rt::test]
async fn a_page_without_a_bubble_opens_the_chat_itself() {
    let scene = Scene::open(USUAL, json!({}), json!({"hideMessageBubble": true, "showUnreadMessagesDialog": false})).await;
    let browser = &scene.browser;
    scene.visit().await;
    browser.comes_to("getComputedStyle(document.querySelector('.woot-widget-bubble')).display", json!("none")).await;
    browser.evaluate("$chatwoot.toggle('open')").await;
    browser.enter(FRAME).await;
    let number = scene.start("Hello").await;
    browser.click("[aria-label='Close']").await;
    browser.leave().await;
    browser.comes_to("$chatwoot.isOpen", json!(false)).await;
    // what is new is not shown by itself
    scene.says(number, json!({"content": "Are you still there?"})).await;
    browser.comes_to("heard.some(([name, message]) => name === 'on-message' && message.content === 'Are you still there?')", json!(true)).await;
    browser.comes_to("document.querySelector('.woot-badge').textContent", json!("1")).await;
    let glance = "document.querySelector('.woot-widget-holder').classList.contains('has-unread-view')";
    assert_eq!(browser.evaluate(glance).await, json!(false));
    scene.close().await;
}

#[actix_rt::test]
async fn a_page_says_the_language_or_leaves_it_to_the_browser() {
    let scene =
        Scene::open(Setup { language: "th-TH", ..USUAL }, json!({}), json!({"locale": "en", "useBrowserLanguage": true, "darkMode": "auto"})).await;
    let browser = &scene.browser;
    let scheme = async |scheme: &str| {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        browser.devtools("Emulation.setEmulatedMedia", json!({"features": features})).await;
    };
    scheme("dark").await;
    scene.visit_and_open().await;
    browser.sees("เริ่มการสนทนา").await;
    browser.comes_to("document.documentElement.dataset.theme", json!("dark")).await;
    scheme("light").await;
    browser.comes_to("document.documentElement.dataset.theme", json!("light")).await;
    browser.leave().await;
    scene.visit_with(json!({"locale": "en"})).await;
    browser.click(".woot-widget-bubble").await;
    browser.enter(FRAME).await;
    browser.sees("Start a conversation").await;
    // and it may change its mind
    for (locale, language, direction) in [("ar", "en", "rtl"), ("th_TH", "th", "ltr"), ("en", "en", "ltr")] {
        browser.leave().await;
        browser.evaluate(&format!("$chatwoot.setLocale('{locale}')")).await;
        browser.enter(FRAME).await;
        browser.comes_to("[document.documentElement.lang, document.documentElement.dir]", json!([language, direction])).await;
    }
    scene.close().await;
}

#[actix_rt::test]
async fn what_the_server_refuses_is_said_in_the_visitors_language() {
    let scene = Scene::open(USUAL, json!({}), json!({"locale": "th"})).await;
    let browser = &scene.browser;
    scene.visit_and_open().await;
    browser.press("เริ่มการสนทนา").await;
    scene.write("สวัสดี").await;
    browser.sees("ส่งแล้ว").await;
    let number = scene.ada.get("/conversations").await.ok()["data"]["payload"][0]["id"].as_i64().unwrap();
    scene.says(number, json!({"content": "?", "content_type": "input_email"})).await;
    // it is one as far as its form goes, and longer than any
    browser.fill("อีเมล", &format!("lea@{}.example", "x".repeat(300))).await;
    browser.expect_refusal();
    browser.click("form.card .primary").await;
    browser.comes_to("document.querySelector('form.card > .field-error').textContent", json!("โปรดกรอกที่อยู่อีเมล")).await;
    browser.fill("อีเมล", "lea@shop..example").await;
    browser.click("form.card .primary").await;
    browser.comes_to("document.querySelector('form.card .field .field-error').textContent", json!("โปรดกรอกที่อยู่อีเมล")).await;
    // an account that is suspended takes nothing
    let suspend = |tx: &mut hookdesk::db::Tx| {
        diesel::update(accounts::table).set(accounts::status.eq(hookdesk::accounts::AccountStatus::Suspended)).execute(tx.conn)?;
        Ok(())
    };
    scene.server.write(suspend).await;
    browser.forgive("the server responded with a status of 401");
    scene.write("ยังอยู่ไหม").await;
    browser.comes_to("document.querySelector('.failed span').textContent", json!("แชทนี้ปิดอยู่ในขณะนี้")).await;
    scene.close().await;
}
