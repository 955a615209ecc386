//! On a bad line: answers come late, or not at all, and what is said comes in another order. Nothing is lost, nothing comes twice, and nobody sees
//! what is for somebody else.
use super::{
    FRAME, GIF, Scene,
    campaigns::{GLANCE, campaign},
};
use crate::{
    browser::driver::{Browser, USUAL},
    support::{Server, until},
};
use serde_json::{Value, json};

/// Lets a test tell what becomes of requests. A rule is for one of them, after as many others of its name as it is to `skip`: it is `cut` before it
/// gets to the server, or its answer is held until the test lets all of them `go`, and may get lost then.
const LINE: &str = r"(() => {
    const line = (window.line = { rules: [], asked: [], most: 0 });
    const gone = new Promise((go) => (line.go = go));
    const ask = (method, url) => {
        const name = `${method} ${new URL(url, location).pathname.replace('/api/v1/widget', '')}`;
        line.asked.push(name);
        const rules = line.rules.filter((rule) => rule.name === name);
        const [rule = {}] = rules.filter((rule) => (rule.skip = (rule.skip ?? 0) - 1) < 0);
        line.rules = line.rules.filter((other) => other !== rule);
        return rule;
    };
    const { fetch } = window;
    window.fetch = async (url, options = {}) => {
        const { cut, hold, lose } = ask(options.method ?? 'GET', url);
        if (cut) throw new TypeError('cut');
        const answer = await fetch(url, options);
        if (hold) await gone;
        if (lose) throw new TypeError('lost');
        return answer;
    };
    let underWay = 0;
    window.XMLHttpRequest = class extends XMLHttpRequest {
        open(method, url) {
            super.open(method, url);
            this.addEventListener('load', () => (underWay -= 1));
            if (ask(method, url).lose) setTimeout(() => (this.onload = this.onerror));
        }
        send(body) {
            line.most = Math.max(line.most, (underWay += 1));
            super.send(body);
        }
    };
})();";

/// The texts of the visitor's page, as they stand below each other.
const TEXTS: &str = "[...document.querySelectorAll('.message .bubble')].map((bubble) => bubble.textContent)";

/// How many of the visitor's own messages are to be seen, and how many of them are stored.
const OWN: &str = "[document.querySelectorAll('.own').length, document.querySelectorAll('.own[id]').length]";

impl Scene {
    /// The pages that are opened from now on have such a line; these rules hold for each of them.
    async fn on_a_bad_line(&self, rules: Value) {
        self.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": format!("{LINE} line.rules.push(...{rules});")})).await;
    }

    /// What becomes of one of the next requests of the frame.
    async fn rule(&self, rule: Value) {
        self.browser.evaluate(&format!("line.rules.push({rule})")).await;
    }

    /// The texts of a conversation as agents see them, without notices.
    async fn texts(&self, number: i64) -> Vec<String> {
        let written = self.messages(number).await.into_iter().filter(|message| message["message_type"] != 2);
        written.map(|message| message["content"].as_str().unwrap_or("file").to_owned()).collect()
    }

    /// Waits until these are the texts of a conversation.
    async fn holds(&self, number: i64, texts: &[&str]) {
        until(&format!("{texts:?}"), async || (self.texts(number).await == texts).then_some(())).await;
    }

    async fn conversations(&self) -> i64 {
        self.server.count("SELECT count(*) AS number FROM conversations").await
    }

    /// Waits until one more conversation has begun than this one, with this text; gives its number.
    async fn begins_after(&self, number: i64, text: &str) -> i64 {
        until("another conversation", async || (self.conversations().await == number + 1).then_some(())).await;
        self.is_in(number + 1, text).await;
        number + 1
    }

    /// Ends a conversation, and has the visitor begin anew.
    async fn ends(&self, number: i64) {
        self.ada.post(&format!("/conversations/{number}/toggle_status"), json!({"status": "resolved"})).await.ok();
        self.browser.press("Start anew").await;
    }
}

/// A server to which no socket gets through.
async fn without_sockets() -> Server {
    Server::start_with(|config| config.sockets.most = 0).await
}

/// An inbox that asks for a name before a conversation.
fn with_a_form() -> Value {
    let asked = json!([{"name": "fullName", "label": "Full name", "type": "text", "required": false, "enabled": true, "field_type": "standard"}]);
    json!({"pre_chat_form_enabled": true, "pre_chat_form_options": {"pre_chat_message": "", "pre_chat_fields": asked}})
}

#[actix_rt::test]
async fn what_is_written_at_once_begins_one_conversation_and_keeps_its_order() {
    let scene = Scene::open(USUAL, json!({"selected_feature_flags": ["attachments"]}), json!({})).await;
    scene.on_a_bad_line(json!([])).await;
    scene.visit_and_open().await;
    let browser = &scene.browser;
    let number = scene.start("Hello").await;
    scene.ends(number).await;
    scene.rule(json!({"name": "POST /conversations", "hold": true})).await;
    for text in ["one", "two", "three"] {
        scene.write(text).await;
    }
    browser.comes_to("line.asked.filter((name) => name === 'POST /conversations').length", json!(1)).await;
    browser.evaluate("line.go()").await;
    let number = scene.begins_after(number, "one").await;
    scene.holds(number, &["one", "two", "three"]).await;
    browser.comes_to(OWN, json!([3, 3])).await;
    assert_eq!(scene.conversations().await, 2);
    // files, too: the server takes a few at the same time and no more
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<String> = (1..=6).map(|at| folder.path().join(format!("{at}.gif")).to_str().unwrap().to_owned()).collect();
    paths.iter().for_each(|path| std::fs::write(path, GIF).unwrap());
    browser.choose("input[type=file]", std::path::Path::new(&paths.join("\n"))).await;
    browser.comes_to(OWN, json!([9, 9])).await;
    assert_eq!(browser.evaluate("line.most").await, json!(1));
    let names = scene.messages(number).await.into_iter().filter_map(|message| {
        let url = message["attachments"][0]["data_url"].as_str()?;
        url.rsplit('/').next().map(str::to_owned)
    });
    assert_eq!(names.collect::<Vec<_>>(), ["1.gif", "2.gif", "3.gif", "4.gif", "5.gif", "6.gif"]);
    scene.close().await;
}

/// The answer to what begins a second conversation gets lost; it goes on all the same.
async fn goes_on(scene: Scene) {
    scene.on_a_bad_line(json!([])).await;
    scene.visit_and_open().await;
    let number = scene.start("Hello").await;
    scene.ends(number).await;
    scene.rule(json!({"name": "POST /conversations", "lose": true})).await;
    scene.write("one").await;
    let number = scene.begins_after(number, "one").await;
    scene.browser.comes_to("line.rules", json!([])).await;
    // without a socket it shows only when it is asked for
    let pressed = "[...document.querySelectorAll('.failed .link')].filter((link) => link.textContent === 'Try again').map((link) => link.click()) && \
        document.querySelectorAll('.own[id]').length";
    scene.browser.comes_to(pressed, json!(1)).await;
    scene.write("two").await;
    scene.holds(number, &["one", "two"]).await;
    scene.browser.comes_to(TEXTS, json!(["one", "two"])).await;
    assert_eq!(scene.conversations().await, 2);
    scene.close().await;
}

#[actix_rt::test]
async fn a_conversation_whose_beginning_is_heard_by_the_socket_alone_goes_on() {
    goes_on(Scene::open(USUAL, json!({}), json!({})).await).await;
}

#[actix_rt::test]
async fn a_conversation_whose_beginning_nobody_told_of_goes_on() {
    let scene = Scene::open_on(without_sockets().await, USUAL, json!({}), json!({})).await;
    scene.browser.forgive("/cable");
    goes_on(scene).await;
}

#[actix_rt::test]
async fn a_form_whose_answer_got_lost_begins_one_conversation() {
    let scene = Scene::open_on(without_sockets().await, USUAL, with_a_form(), json!({})).await;
    scene.browser.forgive("/cable");
    scene.on_a_bad_line(json!([{"name": "POST /conversations", "lose": true}])).await;
    scene.visit_and_open().await;
    let browser = &scene.browser;
    browser.click(".start-card .primary").await;
    browser.click("form input").await;
    browser.keys("Lea\tHello").await;
    browser.click("form .primary").await;
    browser.sees("That did not work").await;
    browser.click("form .primary").await;
    browser.comes_to(TEXTS, json!(["Hello"])).await;
    scene.write("again").await;
    scene.holds(1, &["Hello", "again"]).await;
    assert_eq!(scene.conversations().await, 1);
    scene.close().await;
}

#[actix_rt::test]
async fn what_got_there_is_known_again_whatever_the_clocks_say() {
    let scene = Scene::open_on(without_sockets().await, USUAL, json!({"selected_feature_flags": ["attachments"]}), json!({})).await;
    let browser = &scene.browser;
    browser.forgive("/cable");
    // this one is an hour ahead
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": "Date.now = ((now) => () => now() + 36e5)(Date.now)"})).await;
    scene.on_a_bad_line(json!([])).await;
    scene.visit_and_open().await;
    let number = scene.start("Hello").await;
    browser.comes_to(OWN, json!([1, 1])).await;
    // a look finds it while it is under way, and then its answer gets lost
    scene.rule(json!({"name": "POST /messages", "hold": true, "lose": true})).await;
    scene.write("Hello").await;
    browser.comes_to(OWN, json!([2, 2])).await;
    browser.evaluate("line.go()").await;
    // a look finds it afterwards
    for _ in 0..2 {
        scene.rule(json!({"name": "POST /messages", "lose": true})).await;
    }
    scene.write("Hello").await;
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("lamp.gif");
    std::fs::write(&picture, GIF).unwrap();
    browser.choose("input[type=file]", &picture).await;
    browser.comes_to(OWN, json!([4, 4])).await;
    assert!(!browser.text().await.contains("Not sent"));
    scene.holds(number, &["Hello", "Hello", "Hello", "file"]).await;
    // and what did not get there is sent, although the same was said before
    scene.rule(json!({"name": "POST /messages", "cut": true})).await;
    scene.write("Hello").await;
    browser.press("Try again").await;
    scene.holds(number, &["Hello", "Hello", "Hello", "file", "Hello"]).await;
    browser.comes_to(OWN, json!([5, 5])).await;
    scene.close().await;
}

#[actix_rt::test]
async fn nobody_sees_what_was_said_to_somebody_else_in_the_same_browser() {
    let scene = Scene::open(USUAL, json!({}), json!({})).await;
    scene.on_a_bad_line(json!([])).await;
    scene.visit_and_open().await;
    let browser = &scene.browser;
    let is = async |name: &str| {
        browser.leave().await;
        browser.evaluate(&format!("$chatwoot.setUser('{name}', {{name: '{name}'}})")).await;
        browser.enter(FRAME).await;
    };
    is("lea").await;
    let first = scene.start("for Lea alone").await;
    scene.says(first, json!({"content": "to Lea"})).await;
    browser.comes_to(TEXTS, json!(["for Lea alone", "to Lea"])).await;
    // Ben comes while a look of hers is under way
    scene.rule(json!({"name": "GET /messages", "hold": true})).await;
    scene.rule(json!({"name": "POST /config", "cut": true})).await;
    browser.evaluate("dispatchEvent(new Event('online'))").await;
    browser.comes_to("line.rules.length", json!(1)).await;
    is("ben").await;
    browser.comes_to("line.rules.length", json!(0)).await;
    browser.evaluate("line.go()").await;
    scene.says(first, json!({"content": "more to Lea"})).await;
    scene.write("I am Ben").await;
    let second = scene.begins_after(first, "I am Ben").await;
    scene.says(second, json!({"content": "to Ben"})).await;
    browser.comes_to(TEXTS, json!(["I am Ben", "to Ben"])).await;
    // the second time, Ben's socket is asked for with success
    browser.comes_to("line.asked.filter((name) => name === 'POST /config').length", json!(2)).await;
    let said = scene.says(second, json!({"content": "again"})).await;
    browser.comes_to(&format!("document.querySelector('#message-{}') !== null", said["id"]), json!(true)).await;
    assert_eq!(browser.evaluate(TEXTS).await, json!(["I am Ben", "to Ben", "again"]));
    scene.close().await;
}

#[actix_rt::test]
async fn a_thread_has_what_is_of_its_conversation_and_no_gaps() {
    let scene = Scene::open(USUAL, json!({}), json!({})).await;
    scene.visit_and_open().await;
    let browser = &scene.browser;
    let number = scene.start("Hello").await;
    let mut ids = Vec::new();
    for at in 1..=30 {
        ids.push(scene.says(number, json!({"content": format!("{at}")})).await["id"].as_i64().unwrap());
    }
    browser.sees("30").await;
    browser.leave().await;
    scene.visit_and_open().await;
    browser.comes_to("document.querySelectorAll('.message').length", json!(20)).await;
    // what has not been read yet changes
    let deletes = async |id: i64| scene.ada.delete(&format!("/conversations/{number}/messages/{id}")).await;
    deletes(ids[1]).await.ok();
    scene.says(number, json!({"content": "31"})).await;
    browser.comes_to("document.querySelectorAll('.message').length", json!(21)).await;
    browser.evaluate("document.querySelector('.thread').scrollTo(0, 0)").await;
    let all: Vec<String> = (0..=31).map(|at| if at == 2 { "This message was deleted".into() } else { format!("{at}") }).collect();
    browser.comes_to(&format!("{TEXTS}.slice(1)"), json!(all[1..])).await;
    // a change in the one that is over does not bring it back, nor does a message later
    scene.ends(number).await;
    deletes(ids[2]).await.ok();
    scene.write("Another matter").await;
    let second = scene.begins_after(number, "Another matter").await;
    scene.says(number, json!({"content": "Of the former matter"})).await;
    scene.says(second, json!({"content": "Which one?"})).await;
    browser.comes_to(TEXTS, json!(["Another matter", "Which one?"])).await;
    scene.close().await;
}

#[actix_rt::test]
async fn what_is_half_typed_stays_while_others_write() {
    let scene = Scene::open(USUAL, json!({}), json!({})).await;
    let greeting = json!({"enable_email_collect": true, "greeting_enabled": true, "greeting_message": "Welcome back"});
    scene.visit_and_open().await;
    let browser = &scene.browser;
    let number = scene.start("Hello").await;
    scene.ada.patch(&format!("/inboxes/{}", scene.inbox["id"]), greeting).await.ok();
    scene.ends(number).await;
    scene.write("Another matter").await;
    browser.fill("E-mail", "lea@").await;
    scene.says(number + 1, json!({"content": "One moment"})).await;
    browser.sees("One moment").await;
    scene.write("Yes").await;
    browser.comes_to(OWN, json!([2, 2])).await;
    assert_eq!(browser.value("E-mail").await, "lea@");
    scene.close().await;
}

/// A visitor who has written before comes again on such a line.
async fn comes_again(channel: Value, rules: Value) -> (Scene, i64) {
    let scene = Scene::open(USUAL, json!({}), json!({})).await;
    scene.visit_and_open().await;
    let number = scene.start("Hello").await;
    scene.ada.patch(&format!("/inboxes/{}", scene.inbox["id"]), json!({"channel": channel})).await.ok();
    scene.browser.leave().await;
    scene.on_a_bad_line(rules).await;
    scene.visit_and_open().await;
    (scene, number)
}

#[actix_rt::test]
async fn a_look_that_failed_is_taken_again() {
    let cut = json!({"name": "GET /conversations", "cut": true});
    let (scene, number) = comes_again(json!({}), json!([cut, cut])).await;
    let browser = &scene.browser;
    browser.comes_to(TEXTS, json!(["Hello"])).await;
    scene.says(number, json!({"content": "Hello to you"})).await;
    browser.sees("Hello to you").await;
    assert!(!browser.text().await.contains("You are offline"));
    scene.close().await;
}

#[actix_rt::test]
async fn whoever_starts_before_it_is_known_what_was_said_gets_to_it() {
    let (scene, _) =
        comes_again(with_a_form(), json!([{"name": "GET /conversations", "hold": true}, {"name": "GET /conversations", "hold": true}])).await;
    let browser = &scene.browser;
    browser.click(".start-card .primary").await;
    browser.comes_to("document.querySelector('form textarea') !== null", json!(true)).await;
    browser.evaluate("line.go()").await;
    browser.comes_to(TEXTS, json!(["Hello"])).await;
    browser.comes_to("document.querySelector('.writing textarea') !== null", json!(true)).await;
    scene.close().await;
}

#[actix_rt::test]
async fn what_was_missed_is_whole_also_if_a_page_of_it_failed() {
    let scene = Scene::open_on(without_sockets().await, USUAL, json!({}), json!({})).await;
    scene.browser.forgive("/cable");
    scene.on_a_bad_line(json!([])).await;
    scene.visit_and_open().await;
    let browser = &scene.browser;
    let number = scene.start("Hello").await;
    browser.comes_to(OWN, json!([1, 1])).await;
    browser.offline(true).await;
    for at in 1..=30 {
        scene.says(number, json!({"content": format!("missed {at}")})).await;
    }
    scene.rule(json!({"name": "GET /messages", "skip": 1, "cut": true})).await;
    browser.offline(false).await;
    let all: Vec<String> = std::iter::once("Hello".into()).chain((1..=30).map(|at| format!("missed {at}"))).collect();
    browser.comes_to(TEXTS, json!(all)).await;
    assert_eq!(browser.evaluate("line.rules").await, json!([]), "a page of it failed");
    browser.forgive("ERR_INTERNET_DISCONNECTED");
    scene.close().await;
}

/// Puts another body into the page, as programs do that follow links by themselves.
async fn swap(browser: &Browser, address: &str) {
    let script = format!(
        "(() => {{ history.pushState({{}}, '', '{address}'); const newBody = document.createElement('body'); \
         document.dispatchEvent(new CustomEvent('turbo:before-render', {{ detail: {{ newBody }} }})); document.body.replaceWith(newBody); }})()"
    );
    browser.evaluate(&script).await;
}

#[actix_rt::test]
async fn a_chat_that_is_taken_into_another_body_knows_where_it_is() {
    let scene = Scene::open(USUAL, json!({}), json!({})).await;
    campaign(&scene, "Questions about prices?", "/pricing").await;
    scene.visit().await;
    swap(&scene.browser, "/pricing").await;
    scene.browser.comes_to(GLANCE, json!(true)).await;
    scene.close().await;
}
