//! The chat on somebody's website: a visitor in a real browser on a page of another origin, and an agent's program.
mod access;
mod campaigns;
mod exchange;
mod letters;
mod line;
mod sdk;
mod settings;
mod talk;

use super::{
    ada,
    driver::{Browser, Setup},
    site::Site,
};
use crate::support::{Caller, Server, until};
use serde_json::{Value, json};

const FRAME: &str = "#chatwoot_live_chat_widget";

/// A picture of one pixel.
const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// A server with a website's inbox, the website, and a visitor's browser.
struct Scene {
    server: Server,
    /// The administrator, who also answers.
    ada: Caller,
    inbox: Value,
    site: Site,
    browser: Browser,
}

impl Scene {
    /// A website whose inbox is set up so, and whose pages say this to the chat.
    async fn open(setup: Setup, channel: Value, settings: Value) -> Scene {
        Scene::open_on(Server::start().await, setup, channel, settings).await
    }

    /// The same on a server of one's own.
    async fn open_on(server: Server, setup: Setup, channel: Value, settings: Value) -> Scene {
        let ada = ada(&server).await;
        let mut wanted = json!({"type": "web_widget", "website_url": "https://shop.example"});
        wanted.as_object_mut().unwrap().extend(channel.as_object().unwrap().clone());
        let said = json!({"name": "Lampshade & Co", "enable_auto_assignment": false, "enable_email_collect": false, "channel": wanted});
        let inbox = ada.post("/inboxes", said).await.ok();
        let root = format!("http://{}", server.address);
        let site = Site::open(&root, inbox["web_widget_script"].as_str().unwrap(), &settings.to_string());
        let browser = Browser::open(&server, setup).await;
        Scene { server, ada, inbox, site, browser }
    }

    /// Opens a page of the website, and waits for the bubble.
    async fn visit(&self) {
        self.browser.go(&self.site.page("/")).await;
        self.browser.comes_to("window.$chatwoot && $chatwoot.hasLoaded", json!(true)).await;
    }

    /// The same with the chat opened; what is looked at from then on is the chat.
    async fn visit_and_open(&self) {
        self.visit().await;
        self.browser.click(".woot-widget-bubble").await;
        self.browser.enter(FRAME).await;
    }

    /// Starts a conversation with a first message, from the chat that is open; gives its number.
    async fn start(&self, text: &str) -> i64 {
        self.browser.press("Start a conversation").await;
        self.write(text).await;
        let first = async || {
            let list = self.ada.get("/conversations").await.ok();
            list["data"]["payload"].as_array()?.first()?["id"].as_i64()
        };
        let number = until("the conversation", first).await;
        self.is_in(number, text).await;
        number
    }

    /// Writes into the chat.
    async fn write(&self, text: &str) {
        self.browser.click(".writing textarea").await;
        self.browser.keys(text).await;
        self.browser.keys("\u{e007}").await;
    }

    /// The messages of a conversation as agents see them.
    async fn messages(&self, number: i64) -> Vec<Value> {
        self.ada.get(&format!("/conversations/{number}/messages")).await.ok()["payload"].as_array().unwrap().clone()
    }

    /// Waits until a message with this text has arrived; gives it.
    async fn is_in(&self, number: i64, text: &str) -> Value {
        let look = async || self.messages(number).await.into_iter().find(|message| message["content"] == text);
        until(&format!("the message {text:?}"), look).await
    }

    /// Says something as an agent.
    async fn says(&self, number: i64, message: Value) -> Value {
        self.ada.post(&format!("/conversations/{number}/messages"), message).await.ok()
    }

    async fn close(self) {
        let Scene { server, site, browser, .. } = self;
        browser.finish().await;
        site.close().await;
        server.finish().await;
    }
}
