//! A whole exchange between two browsers: a visitor on a website, and an agent on a page of their own. Everything arrives on the other side, once, and
//! webhooks are told of each step what they are to be told, in its order.
use super::{FRAME, Scene};
use crate::{
    browser::{desk::Desk, driver::USUAL},
    support::{PATIENCE, Receiver, until},
};
use hookdesk::events::EventName;
use serde_json::{Value, json};
use std::cell::Cell;

/// What follows when an agent writes to somebody who is reading: it is read.
const READ_AT_ONCE: [&str; 2] = ["message_created", "message_updated"];
/// The same when the contact was waiting for it.
const ANSWERED: [&str; 3] = ["message_created", "conversation_updated", "message_updated"];
/// What follows when the visitor types, and pauses.
const TYPED: [&str; 2] = ["conversation_typing_on", "conversation_typing_off"];
/// What follows when they write, while an answer is not waited for yet.
const WRITTEN: [&str; 3] = ["message_created", "conversation_updated", "contact_updated"];
/// The same while it is.
const WRITTEN_AGAIN: [&str; 2] = ["message_created", "contact_updated"];

/// What follows when one of them ends it.
const ENDED: [&str; 2] = ["conversation_status_changed", "conversation_updated"];

/// Keeps what comes in by the visitor's socket, shown or not.
const OVERHEAR: &str = "window.told = []; window.WebSocket = class extends WebSocket { \
    constructor(...given) { super(...given); this.addEventListener('message', ({ data }) => told.push(data)); } }";

struct Exchange {
    scene: Scene,
    desk: Desk,
    receiver: Receiver,
    /// How many events there were before.
    before: usize,
    /// How many have been looked at since.
    seen: Cell<usize>,
}

impl Exchange {
    async fn open() -> Exchange {
        let features = json!(["attachments", "emoji_picker", "end_conversation"]);
        let scene = Scene::open(USUAL, json!({"selected_feature_flags": features}), json!({})).await;
        scene.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": OVERHEAR})).await;
        scene.ada.patch(&format!("/inboxes/{}", scene.inbox["id"]), json!({"csat_survey_enabled": true})).await.ok();
        let receiver = Receiver::open();
        let all: Vec<&str> = EventName::SUBSCRIBABLE.iter().map(|event| event.name()).collect();
        scene.ada.post("/webhooks", json!({"url": receiver.url(), "subscriptions": all})).await.ok();
        let desk = Desk::open(&scene.server, &scene.ada).await;
        let before = scene.server.told().await.len();
        Exchange { scene, desk, receiver, before, seen: Cell::new(0) }
    }

    /// A step: because of it webhooks are told this, in this order, and nothing else before the next step.
    async fn step(&self, expected: &[&str], act: impl AsyncFnOnce()) {
        act().await;
        let names = async || -> Vec<&str> {
            self.scene.server.told().await.split_off(self.before + self.seen.get()).into_iter().map(|told| told.name).collect()
        };
        let told = actix_rt::time::timeout(PATIENCE / 2, until("the events", async || (names().await == expected).then_some(()))).await;
        assert!(told.is_ok(), "webhooks are told {:?} and not {expected:?}", names().await);
        self.seen.set(self.seen.get() + expected.len());
        // deliveries may overtake each other; none is missing, and none comes twice
        self.scene.server.settled().await;
        let mut arrived: Vec<String> = self.receiver.received().iter().rev().take(expected.len()).map(|request| request.event()).collect();
        arrived.sort();
        let mut expected: Vec<&str> = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(arrived, expected);
        assert_eq!(self.receiver.received().len(), self.seen.get());
    }

    /// The texts of the visitor's page, as they stand below each other.
    async fn visitor_sees(&self, texts: &[&str]) {
        let script = "[...document.querySelectorAll('.message .bubble')].map((bubble) => bubble.textContent)";
        self.scene.browser.comes_to(script, json!(texts)).await;
    }

    /// An interactive message of the agent's; then what the visitor does with it, and what is stored as their answer.
    async fn asks(&self, number: i64, kind: &str, attributes: Value, answer: impl AsyncFnOnce(), told: &[&str]) -> Value {
        let id = Cell::new(0);
        let asked = json!({"content": kind, "content_type": kind, "content_attributes": attributes});
        self.step(&READ_AT_ONCE, async || id.set(self.desk.says(number, asked).await)).await;
        self.scene.browser.sees(kind).await;
        self.step(told, answer).await;
        if !told.is_empty() {
            self.desk
                .hears(&format!("event === 'message.updated' && data.id === {} && data.content_attributes.submitted_{}", id.get(), given(kind)))
                .await;
        }
        let stored = self.scene.messages(number).await.into_iter().find(|message| message["id"] == id.get()).unwrap();
        stored["content_attributes"][format!("submitted_{}", given(kind))].clone()
    }

    async fn close(self) {
        self.step(&[], async || ()).await;
        let Exchange { scene, desk, .. } = self;
        desk.close().await;
        scene.close().await;
    }
}

/// Where an answer stands.
fn given(kind: &str) -> &str {
    if kind == "input_email" { "email" } else { "values" }
}

/// Somebody comes to the website, opens the chat and asks; gives the number of the conversation.
async fn begin(exchange: &Exchange) -> i64 {
    let Exchange { scene, desk, .. } = exchange;
    exchange.step(&["contact_created"], async || scene.visit().await).await;
    let open = async || {
        scene.browser.click(".woot-widget-bubble").await;
        scene.browser.enter(FRAME).await;
    };
    exchange.step(&["webwidget_triggered"], open).await;
    // the agent is there, which whoever comes can see
    scene.browser.sees("We are online").await;
    let number = Cell::new(0);
    let begun = ["conversation_created", "message_created", "contact_updated"];
    exchange.step(&begun, async || number.set(scene.start("Is it in stock?").await)).await;
    desk.shows(&["Is it in stock?"]).await;
    desk.hears("event === 'conversation.created'").await;
    number.get()
}

#[actix_rt::test]
async fn texts_notes_files_and_replies() {
    let exchange = Exchange::open().await;
    let number = begin(&exchange).await;
    let Exchange { scene, desk, .. } = &exchange;
    let browser = &scene.browser;
    each_sees_the_other(&exchange, number).await;
    exchange.step(&ANSWERED, async || _ = desk.says(number, json!({"content": "It is 🎉"})).await).await;
    exchange.visitor_sees(&["Is it in stock?", "It is 🎉"]).await;
    // a note is for agents alone
    exchange.step(&["message_created"], async || _ = desk.says(number, json!({"content": "a note", "private": true})).await).await;
    exchange.step(&READ_AT_ONCE, async || desk.sends(number, "invoice.txt", "Two lamps").await).await;
    browser.sees("invoice.txt").await;
    // the visitor answers the text, with an emoji from the picker
    browser.evaluate("[...document.querySelectorAll('.message')].find(m => m.textContent.includes('🎉')).querySelector('.reply').click()").await;
    let pick = async || {
        browser.click("[aria-label='Emoji']").await;
        browser.keys("\u{e015}\u{e007}").await;
        browser.comes_to("document.querySelector('.writing textarea').value", json!("😊")).await;
    };
    exchange.step(&TYPED, pick).await;
    exchange.step(&WRITTEN, async || browser.keys("\u{e007}").await).await;
    let reply = scene.is_in(number, "😊").await;
    let answered = scene.is_in(number, "It is 🎉").await;
    assert_eq!(reply["content_attributes"]["in_reply_to"], answered["id"]);
    // and sends a picture, to which the agent replies in turn
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("lamp.gif");
    std::fs::write(&picture, super::GIF).unwrap();
    exchange.step(&WRITTEN_AGAIN, async || browser.choose("input[type=file]", &picture).await).await;
    browser.comes_to("document.querySelector('.own a.picture img').naturalWidth", json!(1)).await;
    desk.shows(&["Is it in stock?", "It is 🎉", "a note", "file", "😊", "image"]).await;
    let to = json!({"content": "Nice one", "content_attributes": {"in_reply_to": reply["id"]}});
    exchange.step(&ANSWERED, async || _ = desk.says(number, to).await).await;
    browser.comes_to("document.querySelector('.other .quote span[dir]').textContent", json!("😊")).await;
    let read = "event === 'message.updated' && data.content === 'Nice one' && data.status === 'read'";
    desk.hears(read).await;
    // of the note nothing has come to the visitor's browser at all
    let of = async |text: &str| browser.evaluate(&format!("told.some((data) => data.includes('{text}'))")).await;
    assert_eq!((of("Nice one").await, of("a note").await), (json!(true), json!(false)));
    exchange.close().await;
}

/// Whether somebody is there, has looked, or types.
async fn each_sees_the_other(exchange: &Exchange, number: i64) {
    let Exchange { scene, desk, .. } = exchange;
    let browser = &scene.browser;
    let online = async || {
        let contacts = scene.ada.get("/contacts/active").await.ok();
        contacts["payload"][0]["id"].as_i64()
    };
    let visitor = until("the visitor to be there", online).await;
    desk.browser.evaluate("look()").await;
    desk.hears(&format!("event === 'presence.update' && data.contacts[{visitor}] === 'online'")).await;
    // the agent opens the conversation; no webhook hears of that, and the visitor does at once
    browser.comes_to("document.querySelector('.status').textContent", json!("Sent")).await;
    exchange.step(&[], async || desk.does(number, "update_last_seen", json!({})).await).await;
    browser.comes_to("document.querySelector('.status').textContent", json!("Seen")).await;
    let typing = async |word: &str| desk.does(number, "toggle_typing_status", json!({"typing_status": word})).await;
    exchange.step(&["conversation_typing_on"], async || typing("on").await).await;
    browser.comes_to("document.querySelector('.typing .hidden')?.textContent", json!("Ada Lovelace is typing")).await;
    exchange.step(&["conversation_typing_off"], async || typing("off").await).await;
    browser.comes_to("document.querySelector('.typing').hidden", json!(true)).await;
    browser.click(".writing textarea").await;
    exchange.step(&TYPED, async || browser.keys("I would take two").await).await;
    for word in ["on", "off"] {
        desk.hears(&format!("event === 'conversation.typing_{word}' && data.user.id === {visitor} && data.conversation.id === {number}")).await;
    }
    browser.evaluate("(document.querySelector('.writing textarea').value = '')").await;
}

#[actix_rt::test]
async fn questions_and_their_answers() {
    let exchange = Exchange::open().await;
    let number = begin(&exchange).await;
    let Exchange { scene, desk, .. } = &exchange;
    let browser = &scene.browser;
    exchange.step(&ANSWERED, async || _ = desk.says(number, json!({"content": "Yes"})).await).await;
    let items = json!({"items": [{"title": "Blue", "value": "b"}, {"title": "Red", "value": "r"}]});
    let chosen = exchange.asks(number, "input_select", items, async || browser.press("Red").await, &["message_updated"]).await;
    assert_eq!(chosen, json!([{"title": "Red", "value": "r"}]));
    let items = json!({"items": [{"name": "size", "label": "Size", "type": "text"}], "button_label": "Order"});
    let fill = async || {
        browser.fill("Size", "XL").await;
        browser.press("Order").await;
    };
    let filled = exchange.asks(number, "form", items, fill, &["message_updated"]).await;
    assert_eq!(filled, json!([{"name": "size", "value": "XL"}]));
    let link = json!({"type": "link", "text": "Open", "uri": "https://shop.example/1"});
    let pick = json!({"type": "postback", "text": "Pick", "payload": "P1"});
    let items = json!({"items": [{"title": "Lamp", "description": "Brass", "media_url": "", "actions": [link, pick]}]});
    assert_eq!(exchange.asks(number, "cards", items, async || browser.press("Pick").await, &[]).await, Value::Null);
    assert_eq!(browser.attribute("a.card-action", "href").await, "https://shop.example/1");
    browser.leave().await;
    browser.comes_to("heard.filter(([name]) => name === 'postback').map(([, detail]) => detail.data.payload)", json!(["P1"])).await;
    browser.enter(FRAME).await;
    let items = json!({"items": [{"title": "Returns", "description": "Within 30 days", "link": "https://shop.example/help"}]});
    exchange.asks(number, "article", items, async || (), &[]).await;
    assert_eq!(browser.attribute("a.article", "href").await, "https://shop.example/help");
    let give = async || {
        browser.fill("E-mail", "lea@example.org").await;
        browser.keys("\u{e007}").await;
    };
    let told = ["contact_updated", "message_updated"];
    assert_eq!(exchange.asks(number, "input_email", json!({}), give, &told).await, json!("lea@example.org"));
    desk.hears("event === 'contact.updated' && data.email === 'lea@example.org'").await;
    let rate = async || {
        browser.click(".face-4").await;
        browser.sees("Thank you for your answer!").await;
        browser.click(".survey textarea").await;
        browser.keys("Quick").await;
        browser.click(".survey .primary").await;
    };
    let rated = exchange.asks(number, "input_csat", json!({}), rate, &["message_updated", "message_updated"]).await;
    assert_eq!(rated, json!({"csat_survey_response": {"rating": 4, "feedback_message": "Quick"}}));
    ended_and_begun_again(&exchange, number).await;
    exchange.close().await;
}

/// Either side ends the conversation.
async fn ended_and_begun_again(exchange: &Exchange, number: i64) {
    let Exchange { scene, desk, .. } = exchange;
    let browser = &scene.browser;
    let resolve = async || desk.does(number, "toggle_status", json!({"status": "resolved"})).await;
    // they were asked how it was already
    exchange.step(&ENDED, resolve).await;
    browser.sees("This conversation has ended.").await;
    browser.click(".writing textarea").await;
    exchange.step(&TYPED, async || browser.keys("One more thing").await).await;
    let reopened = ["message_created", "conversation_status_changed", "conversation_updated", "conversation_updated", "contact_updated"];
    exchange.step(&reopened, async || browser.keys("\u{e007}").await).await;
    browser.no_longer_sees("This conversation has ended.").await;
    desk.hears("event === 'conversation.status_changed' && data.status === 'open'").await;
    let end = async || {
        browser.click("[aria-label='More']").await;
        browser.press("End conversation").await;
        browser.click("dialog .primary").await;
    };
    exchange.step(&ENDED, end).await;
    browser.press("Start anew").await;
    let begun = ["conversation_created", "message_created", "contact_updated"];
    exchange.step(&begun, async || scene.write("Another matter").await).await;
    exchange.visitor_sees(&["Another matter"]).await;
}

#[actix_rt::test]
async fn what_either_side_missed_comes_later_and_once() {
    let exchange = Exchange::open().await;
    let number = begin(&exchange).await;
    let Exchange { scene, desk, .. } = &exchange;
    let browser = &scene.browser;
    exchange.step(&ANSWERED, async || _ = desk.says(number, json!({"content": "one"})).await).await;
    // both lose the network; the visitor's words stay with them, and the agent's colleague goes on
    browser.offline(true).await;
    browser.sees("You are offline").await;
    let go_on = async || {
        desk.says(number, json!({"content": "two"})).await;
        desk.says(number, json!({"content": "a note", "private": true})).await;
        desk.shows(&["Is it in stock?", "one", "two", "a note"]).await;
        desk.browser.offline(true).await;
        scene.says(number, json!({"content": "three"})).await;
    };
    exchange.step(&["message_created"; 3], go_on).await;
    scene.write("Hello?").await;
    browser.sees("Not sent").await;
    // the visitor is back first, reads what they missed, and sends what did not go
    exchange.step(&["message_updated"; 2], async || browser.offline(false).await).await;
    exchange.visitor_sees(&["Is it in stock?", "one", "two", "three", "Hello?"]).await;
    exchange.step(&WRITTEN, async || browser.press("Try again").await).await;
    browser.no_longer_sees("Not sent").await;
    desk.shows(&["Is it in stock?", "one", "two", "a note"]).await;
    desk.browser.offline(false).await;
    desk.is_there().await;
    desk.shows(&["Is it in stock?", "one", "two", "a note", "three", "Hello?"]).await;
    desk.hears("event === 'message.updated' && data.content === 'three' && data.status === 'read'").await;
    exchange.step(&ANSWERED, async || _ = desk.says(number, json!({"content": "four"})).await).await;
    exchange.visitor_sees(&["Is it in stock?", "one", "two", "three", "Hello?", "four"]).await;
    desk.shows(&["Is it in stock?", "one", "two", "a note", "three", "Hello?", "four"]).await;
    // in the end they are asked how it was, which they see
    let resolve = async || desk.does(number, "toggle_status", json!({"status": "resolved"})).await;
    exchange.step(&[ENDED, READ_AT_ONCE].concat(), resolve).await;
    browser.comes_to("document.querySelectorAll('.survey').length", json!(1)).await;
    for browser in [browser, &desk.browser] {
        // the browser tells of requests that an absent network refused
        browser.forgive("ERR_INTERNET_DISCONNECTED");
    }
    exchange.close().await;
}
