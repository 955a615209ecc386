//! Both sides write to each other.
use super::{FRAME, Scene};
use crate::{
    browser::driver::USUAL,
    support::{Server, until},
};
use serde_json::{Value, json};

/// What would do something if it were taken for markup, or its links for links.
const HOSTILE: [&str; 6] = [
    "<img src=x onerror=\"window.top.postMessage('chatwoot-widget:x','*');window.hurt=1\">",
    "[click](javascript:window.hurt=1)",
    "[x](data:text/html,<script>window.hurt=1</script>)",
    "<script>window.hurt=1</script> **bold <b>not</b>**",
    "https://example.org/\"onmouseover=\"window.hurt=1",
    "`<svg onload=window.hurt=1>` _[a](vbscript:x)_",
];

#[actix_rt::test]
async fn a_visitor_and_an_agent_write_to_each_other() {
    let scene = Scene::open(USUAL, json!({"selected_feature_flags": ["attachments", "emoji_picker", "end_conversation"]}), json!({})).await;
    scene.visit_and_open().await;
    let browser = &scene.browser;
    let number = scene.start("Is the *blue* one in stock?").await;
    browser.comes_to("document.querySelectorAll('.message.own').length", json!(1)).await;
    browser.comes_to("document.querySelector('.message.own em').textContent", json!("blue")).await;
    browser.sees("Sent").await;
    scene.says(number, json!({"content": "Yes:\n\n- **two** of them\n- https://shop.example/blue."})).await;
    browser.sees("two of them").await;
    browser.comes_to("document.querySelector('.other li strong').textContent", json!("two")).await;
    browser
        .comes_to(
            "document.querySelector('.other a').href + document.querySelector('.other a').rel",
            json!("https://shop.example/bluenoopener noreferrer nofollow"),
        )
        .await;
    // private notes are for agents
    scene.says(number, json!({"content": "a note", "private": true})).await;
    scene.says(number, json!({"content": "Shall I put one aside?"})).await;
    browser.sees("Shall I put one aside?").await;
    browser.no_longer_sees("a note").await;
    // what was seen is known
    let seen = async || scene.messages(number).await.into_iter().rev().find(|m| m["content"] == "Shall I put one aside?" && m["status"] == "read");
    until("the visitor to have read it", seen).await;
    // an answer to one message
    browser.evaluate("[...document.querySelectorAll('.message')].find(m => m.textContent.includes('aside')).querySelector('.reply').click()").await;
    browser.sees("Reply to Ada Lovelace").await;
    scene.write("Please do").await;
    let reply = scene.is_in(number, "Please do").await;
    assert!(reply["content_attributes"]["in_reply_to"].is_i64(), "{reply}");
    browser.comes_to("document.querySelector('.own .quote strong').textContent", json!("Ada Lovelace")).await;
    browser.comes_to("document.querySelectorAll('.message.own').length", json!(2)).await;
    // ended, and begun anew
    browser.click("[aria-label='More']").await;
    browser.press("End conversation").await;
    browser.click("dialog .primary").await;
    browser.sees("This conversation has ended.").await;
    browser.press("Start anew").await;
    browser.no_longer_sees("Please do").await;
    scene.write("Another thing").await;
    let second = async || (scene.server.count("SELECT count(*) AS number FROM conversations").await == 2).then_some(());
    until("a second conversation", second).await;
    scene.close().await;
}

#[actix_rt::test]
async fn what_is_typed_is_never_run() {
    let scene = Scene::open(USUAL, json!({}), json!({})).await;
    scene.visit_and_open().await;
    let browser = &scene.browser;
    let number = scene.start(HOSTILE[0]).await;
    for text in HOSTILE {
        scene.says(number, json!({"content": text})).await;
    }
    let items = json!([{"title": "<b>x</b>", "description": HOSTILE[0], "media_url": "javascript:window.hurt=1",
        "actions": [{"type": "link", "text": "go", "uri": "javascript:window.hurt=1"}, {"type": "postback", "text": "Pick", "payload": "P1"}]}]);
    scene.says(number, json!({"content": "cards", "content_type": "cards", "content_attributes": {"items": items}})).await;
    let link = json!([{"title": "odd", "description": "d", "link": "javascript:window.hurt=1"}]);
    scene.says(number, json!({"content": "last", "content_type": "article", "content_attributes": {"items": link}})).await;
    browser.sees("odd").await;
    browser.sees("<script>window.hurt=1</script>").await;
    assert_eq!(browser.evaluate("window.hurt ?? null").await, Value::Null);
    let links = "[...document.querySelectorAll('#app a')].filter(a => !/^(https?|mailto|tel):/.test(a.href)).length";
    assert_eq!(browser.evaluate(links).await, json!(0));
    assert_eq!(browser.evaluate("document.querySelectorAll('#app script, #app svg[onload], #app img[onerror], #app b').length").await, json!(0));
    browser.press("Pick").await;
    browser.leave().await;
    browser.comes_to("heard.filter(([name]) => name === 'postback').map(([, detail]) => detail.data.payload)", json!(["P1"])).await;
    browser.enter(FRAME).await;
    scene.close().await;
}

#[actix_rt::test]
async fn questions_are_answered_with_a_tap_or_a_form() {
    let scene = Scene::open(USUAL, json!({}), json!({})).await;
    scene.visit_and_open().await;
    let browser = &scene.browser;
    let number = scene.start("Help").await;
    let items = json!([{"title": "Blue", "value": "b"}, {"title": "Red", "value": "r"}]);
    let asked = json!({"content": "Which colour?", "content_type": "input_select", "content_attributes": {"items": items}});
    let asked = scene.says(number, asked).await["id"].as_i64().unwrap();
    browser.press("Red").await;
    let answered = async |id: i64| {
        let look =
            async || scene.messages(number).await.into_iter().find(|m| m["id"] == id && !m["content_attributes"]["submitted_values"].is_null());
        until("the answer", look).await["content_attributes"]["submitted_values"].clone()
    };
    assert_eq!(answered(asked).await, json!([{"title": "Red", "value": "r"}]));
    browser
        .comes_to(
            "[...document.querySelectorAll('.option')].map(o => [o.textContent, o.disabled, o.getAttribute('aria-pressed')])",
            json!([["Blue", true, "false"], ["Red", true, "true"]]),
        )
        .await;
    let fields = json!([{"name": "mail", "label": "Your address", "type": "email"}, {"name": "note", "label": "Note", "type": "text_area"}]);
    let form = json!({"content": "More", "content_type": "form", "content_attributes": {"items": fields, "button_label": "Send it"}});
    let form = scene.says(number, form).await["id"].as_i64().unwrap();
    browser.fill("Your address", "nonsense").await;
    browser.press("Send it").await;
    browser.sees("Please enter an e-mail address").await;
    browser.fill("Your address", "lea@example.org").await;
    browser.fill("Note", "Thanks").await;
    browser.press("Send it").await;
    assert_eq!(answered(form).await, json!([{"name": "mail", "value": "lea@example.org"}, {"name": "note", "value": "Thanks"}]));
    browser.sees("lea@example.org").await;
    browser.comes_to("document.querySelectorAll('form.card').length", json!(0)).await;
    let survey = scene.says(number, json!({"content": "How was it?", "content_type": "input_csat"})).await["id"].as_i64().unwrap();
    browser.click(".face-4").await;
    browser.sees("Thank you for your answer!").await;
    assert_eq!(answered(survey).await["csat_survey_response"]["rating"], 4);
    browser.click(".survey textarea").await;
    browser.keys("Quick").await;
    browser.click(".survey .primary").await;
    let told = async || (answered(survey).await["csat_survey_response"]["feedback_message"] == "Quick").then_some(());
    until("the feedback", told).await;
    scene.close().await;
}

#[actix_rt::test]
async fn what_was_missed_comes_after_a_while_offline() {
    let scene = Scene::open(USUAL, json!({}), json!({})).await;
    scene.visit_and_open().await;
    let browser = &scene.browser;
    let number = scene.start("Hello").await;
    browser.comes_to("document.querySelectorAll('.message.own').length", json!(1)).await;
    browser.offline(true).await;
    browser.sees("You are offline").await;
    for at in 1..=30 {
        scene.says(number, json!({"content": format!("missed {at}")})).await;
    }
    scene.write("Are you there?").await;
    browser.sees("Not sent").await;
    browser.offline(false).await;
    browser.sees("missed 30").await;
    browser.no_longer_sees("You are offline").await;
    let order = "[...document.querySelectorAll('.other .bubble')].map(b => b.textContent).filter(t => t.startsWith('missed')).join()";
    let all: Vec<String> = (1..=30).map(|at| format!("missed {at}")).collect();
    browser.comes_to(order, json!(all.join(","))).await;
    browser.press("Try again").await;
    scene.is_in(number, "Are you there?").await;
    browser.no_longer_sees("Not sent").await;
    let twice = scene.messages(number).await.into_iter().filter(|m| m["content"] == "Are you there?").count();
    assert_eq!(twice, 1);
    browser.comes_to("document.querySelectorAll('.message.own').length", json!(2)).await;
    // the browser tells of requests that an absent network refused
    browser.forgive("ERR_INTERNET_DISCONNECTED");
    scene.close().await;
}

#[actix_rt::test]
async fn files_go_both_ways() {
    let scene = Scene::open(USUAL, json!({"selected_feature_flags": ["attachments"]}), json!({})).await;
    scene.visit_and_open().await;
    let browser = &scene.browser;
    let number = scene.start("Here is a picture").await;
    let folder = tempfile::tempdir().unwrap();
    let (picture, program) = (folder.path().join("lamp.gif"), folder.path().join("lamp.exe"));
    std::fs::write(&picture, super::GIF).unwrap();
    std::fs::write(&program, b"MZ").unwrap();
    browser.choose("input[type=file]", &program).await;
    browser.sees("Files like lamp.exe cannot be sent").await;
    browser.choose("input[type=file]", &picture).await;
    let arrived = async || scene.messages(number).await.into_iter().find(|message| message["attachments"][0]["file_type"] == "image");
    until("the picture", arrived).await;
    browser.comes_to("document.querySelector('.own a.picture img').naturalWidth", json!(1)).await;
    browser.comes_to("document.querySelectorAll('.own .picture').length", json!(1)).await;
    let text = crate::support::File::new("attachments[]", "invoice.txt", "text/plain", b"Two lamps");
    scene.ada.upload(&format!("/conversations/{number}/messages"), &[], &[text]).await.ok();
    browser.sees("invoice.txt").await;
    browser.comes_to("document.querySelector('.other a.file').download", json!("invoice.txt")).await;
    scene.close().await;
}

#[actix_rt::test]
async fn a_visitor_sees_who_types_but_not_who_writes_a_note() {
    let scene = Scene::open(USUAL, json!({}), json!({})).await;
    scene.visit_and_open().await;
    let browser = &scene.browser;
    let number = scene.start("Hello").await;
    browser.comes_to("document.querySelectorAll('.message.own').length", json!(1)).await;
    let watch = "(window.shown = []) && new MutationObserver(() => shown.push(document.querySelector('.typing .hidden')?.textContent ?? '')) \
        .observe(document.querySelector('.typing'), { childList: true }) === undefined";
    browser.evaluate(watch).await;
    let typing = async |word: &str, is_private: bool| {
        let said = json!({"typing_status": word, "is_private": is_private});
        scene.ada.post(&format!("/conversations/{number}/toggle_typing_status"), said).await.ok_and_empty();
    };
    for (word, is_private) in [("on", true), ("off", true), ("on", false), ("off", false)] {
        typing(word, is_private).await;
    }
    browser.comes_to("shown", json!(["Ada Lovelace is typing", ""])).await;
    scene.close().await;
}

#[actix_rt::test]
async fn without_sockets_the_widget_looks_by_itself() {
    let server = Server::start_with(|config| config.sockets.most = 0).await;
    let scene = Scene::open_on(server, USUAL, json!({}), json!({})).await;
    // the console tells of sockets that were refused
    scene.browser.forgive("/cable");
    scene.visit_and_open().await;
    let number = scene.start("Hello").await;
    scene.says(number, json!({"content": "Hello to you"})).await;
    scene.browser.sees("Hello to you").await;
    scene.close().await;
}
