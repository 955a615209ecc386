//! Where an agent sits: a page of a program of their own, of another origin, in a browser of its own. It hears by the socket and shows what it hears;
//! what the agent does goes by the API, which only programs call from elsewhere.
use super::{
    driver::{Browser, USUAL},
    site::Site,
};
use crate::support::{Caller, File, Server};
use serde_json::{Value, json};

/// What the page does. Whatever the socket says is in `heard`, as name and data.
const SCRIPT: &str = r"
  window.heard = [];
  let since, socket;
  function connect() {
    const address = desk.server.replace('http', 'ws') + '/cable' + (since === undefined ? '' : '?since=' + since);
    const own = socket = new WebSocket(address, ['actioncable-v1-json', 'actioncable-unsupported']);
    own.onmessage = ({ data }) => own === socket && take(JSON.parse(data));
  }
  function take(frame) {
    if (frame.type === 'welcome') tell('subscribe');
    if (frame.type === 'confirm_subscription') {
      since ??= frame.sequence;
      window.isSubscribed = true;
    }
    if (!frame.message) return;
    const { event, data, sequence } = frame.message;
    since = sequence ?? since;
    heard.push([event, data]);
    if (event !== 'message.created') return;
    const line = document.createElement('li');
    line.textContent = data.content ?? data.attachments[0].file_type;
    document.querySelector('ol').append(line);
  }
  function tell(command) {
    socket.send(JSON.stringify({ command, identifier: desk.identifier, data: JSON.stringify({ action: 'update_presence' }) }));
  }
  window.look = () => tell('message');
  addEventListener('offline', () => { window.isSubscribed = false; socket.close(); });
  addEventListener('online', connect);
  connect();
";

/// An agent's browser on that page.
pub struct Desk {
    pub browser: Browser,
    site: Site,
    agent: Caller,
}

impl Desk {
    /// Opens the page of this agent.
    pub async fn open(server: &Server, agent: &Caller) -> Desk {
        let root = format!("http://{}", server.address);
        let profile = agent.below("").get("/api/v1/profile").await.ok();
        let account = &profile["account_id"];
        let identifier = json!({"channel": "RoomChannel", "pubsub_token": profile["pubsub_token"], "account_id": account, "user_id": profile["id"]});
        let known = json!({"server": root, "identifier": identifier.to_string()});
        let site = Site::serve(format!("default-src 'none'; script-src 'nonce-desk'; connect-src {}", root.replace("http", "ws")));
        site.holds(format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Desk</title><body><h1>Desk</h1><ol></ol>\
             <script nonce=\"desk\">const desk = {known}; {SCRIPT}</script>"
        ));
        let browser = Browser::open(server, USUAL).await;
        browser.go(&site.page("/")).await;
        let desk = Desk { browser, site, agent: agent.clone() };
        desk.is_there().await;
        desk
    }

    /// Waits until it hears.
    pub async fn is_there(&self) {
        self.browser.comes_to("window.isSubscribed", json!(true)).await;
    }

    /// Does something in a conversation.
    pub async fn does(&self, number: i64, what: &str, how: Value) {
        let answer = self.agent.post(&format!("/conversations/{number}/{what}"), how).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.text());
    }

    /// Writes into a conversation; gives the message's id.
    pub async fn says(&self, number: i64, message: Value) -> i64 {
        self.agent.post(&format!("/conversations/{number}/messages"), message).await.ok()["id"].as_i64().unwrap()
    }

    /// Sends a file.
    pub async fn sends(&self, number: i64, name: &str, text: &str) {
        let file = File::new("attachments[]", name, "text/plain", text.as_bytes());
        self.agent.upload(&format!("/conversations/{number}/messages"), &[], &[file]).await.ok();
    }

    /// Waits until the messages that it shows are these.
    pub async fn shows(&self, texts: &[&str]) {
        self.browser.comes_to("[...document.querySelectorAll('li')].map((line) => line.textContent)", json!(texts)).await;
    }

    /// Waits until it has heard what fulfils a condition on `event` and `data`.
    pub async fn hears(&self, condition: &str) {
        self.browser.comes_to(&format!("heard.some(([event, data]) => {condition})"), json!(true)).await;
    }

    pub async fn close(self) {
        self.browser.finish().await;
        self.site.close().await;
    }
}
