//! Visitors of a website, as their browsers call the widget's API.
use super::{
    Office,
    client::{Answer, Caller, File},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

/// Where the widget's API is.
pub const DOOR: &str = "/api/v1/widget";

/// A website's inbox.
#[derive(Debug, Clone)]
pub struct Website {
    pub id: i64,
    pub token: String,
    pub hmac_token: String,
}

impl Website {
    /// The proof of who somebody is.
    pub fn proof(&self, identifier: &str) -> String {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(self.hmac_token.as_bytes()).unwrap();
        mac.update(identifier.as_bytes());
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The browser of a visitor; paths are below the widget's API, and name the website by themselves.
#[derive(Clone)]
pub struct WidgetVisitor {
    pub caller: Caller,
    pub website: String,
    /// What the last `config` answered.
    pub config: Value,
    /// The contact's id.
    pub id: i64,
    pub token: String,
}

impl Office {
    /// A website's inbox in which Ben answers; asks for no addresses.
    pub async fn website_with(&self, said: Value) -> Website {
        let id = self.website().await;
        let mut all = json!({"enable_email_collect": false});
        all.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        let inbox = self.administrator.patch(&format!("/inboxes/{id}"), all).await.ok();
        let text = |key: &str| inbox[key].as_str().unwrap().to_owned();
        Website { id, token: text("website_token"), hmac_token: text("hmac_token") }
    }

    /// Somebody who has just come to the website.
    pub async fn comes(&self, site: &Website) -> WidgetVisitor {
        WidgetVisitor::comes(&self.nobody(), site).await
    }
}

impl WidgetVisitor {
    /// Somebody who has just come to the website, with this browser.
    pub async fn comes(browser: &Caller, site: &Website) -> WidgetVisitor {
        let config = browser.post(&format!("{DOOR}/config?website_token={}", site.token), json!({})).await.ok();
        let token = config["website_channel_config"]["auth_token"].as_str().unwrap().to_owned();
        let nobody = WidgetVisitor { caller: browser.below(DOOR), website: site.token.clone(), id: 0, token: String::new(), config: Value::Null };
        WidgetVisitor { id: config["contact"]["id"].as_i64().unwrap(), config, ..nobody.with_token(&token) }
    }

    /// The same with another session, or what is to be taken for one.
    pub fn with_token(&self, token: &str) -> WidgetVisitor {
        WidgetVisitor { caller: self.caller.replacing("X-Auth-Token", token), token: token.to_owned(), ..self.clone() }
    }

    /// The same on another website.
    pub fn on(&self, site: &Website) -> WidgetVisitor {
        WidgetVisitor { website: site.token.clone(), ..self.clone() }
    }

    /// What the token says.
    pub fn claims(&self) -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(self.token.split('.').nth(1).unwrap()).unwrap()).unwrap()
    }

    /// A path with the website in its query.
    pub fn path(&self, path: &str) -> String {
        format!("{path}{}website_token={}", if path.contains('?') { '&' } else { '?' }, self.website)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.caller.get(&self.path(path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.caller.post(&self.path(path), body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.caller.patch(&self.path(path), body).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.caller.delete(&self.path(path)).await
    }

    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], files: &[File<'_>]) -> Answer {
        self.caller.upload(&self.path(path), fields, files).await
    }

    /// Writes; gives the message's id.
    pub async fn says(&self, text: &str) -> i64 {
        self.post("/messages", json!({"message": {"content": text}})).await.ok()["id"].as_i64().unwrap()
    }

    /// The number of the conversation that they are in.
    pub async fn number(&self) -> i64 {
        self.get("/conversations").await.ok()["id"].as_i64().unwrap()
    }

    /// What they see in it, as texts.
    pub async fn sees(&self) -> Vec<String> {
        let listed = self.get("/messages").await.ok();
        listed["payload"].as_array().unwrap().iter().map(|message| message["content"].as_str().unwrap_or_default().to_owned()).collect()
    }
}
