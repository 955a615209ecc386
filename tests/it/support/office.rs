//! Somewhere to begin: an account with its people, inboxes and visitors.
use super::{
    client::{Administrator, Agent, Anonymous, Caller, Member, Visitor},
    server::Server,
};
use hookdesk::{
    accounts,
    db::{
        Db,
        types::{AccountId, UserId},
    },
    events::EventName,
    users::{self, NewUser, Role},
};
use serde_json::{Value, json};

/// An account, Ada who arranges things in it, and Ben who answers.
pub struct Office {
    pub account: i64,
    pub administrator: Administrator,
    pub agent: Agent,
    anonymous: Anonymous,
    db: Db,
}

/// An inbox of the API.
#[derive(Debug, Clone)]
pub struct ApiInbox {
    pub id: i64,
    pub identifier: String,
    pub hmac_token: String,
    pub secret: String,
}

/// A webhook.
#[derive(Debug, Clone)]
pub struct Hook {
    pub id: i64,
    pub secret: String,
}

/// A password that is strong enough.
pub const PASSWORD: &str = "Passw0rd!";
/// What stands for its hash where nobody signs in: hashing takes its time.
const NO_HASH: &str = "nobody signs in";

/// Puts an account with one user into a database; gives the account's, the user's id and the access token.
pub async fn settle(db: &Db, account: Option<i64>, name: &str, email: &str, role: Role, hash: Option<String>) -> (i64, i64, String) {
    let new = NewUser { name: name.into(), email: email.into(), password_hash: Some(hash.unwrap_or_else(|| NO_HASH.into())) };
    // the server may have been given next to no queue
    db.write_patiently(move |tx| {
        let account = match account {
            Some(id) => AccountId(id),
            None => accounts::create(tx, "Acme", "en")?.id,
        };
        let user: UserId = users::create(tx, new)?.id;
        users::add_member(tx, account, user, role, None)?;
        Ok((account.0, user.0, users::access_token(tx.conn, user)?))
    })
    .await
    .unwrap()
}

fn member(anonymous: &Caller, account: i64, id: i64, token: String) -> Member {
    let caller = anonymous.below(format!("/api/v1/accounts/{account}")).with("api_access_token", &token);
    Member { caller, id, token }
}

impl Server {
    /// The first account.
    pub async fn office(&self) -> Office {
        Office::open(self.db.clone(), self.anonymous(), "").await
    }

    /// One more account, whose people's addresses begin with `prefix`.
    pub async fn another_office(&self, prefix: &str) -> Office {
        Office::open(self.db.clone(), self.anonymous(), prefix).await
    }
}

impl Office {
    pub async fn open(db: Db, anonymous: Anonymous, prefix: &str) -> Office {
        let (account, ada, token) = settle(&db, None, "Ada Admin", &format!("{prefix}ada@acme.example"), Role::Administrator, None).await;
        let administrator = Administrator(member(&anonymous, account, ada, token));
        let (_, ben, token) = settle(&db, Some(account), "Ben Agent", &format!("{prefix}ben@acme.example"), Role::Agent, None).await;
        let agent = Agent(member(&anonymous, account, ben, token));
        Office { account, administrator, agent, anonymous, db }
    }

    /// An account that has been made elsewhere, with its administrator, and an agent.
    pub async fn of(server: &Server, account: i64, administrator: &Value) -> Office {
        let anonymous = server.anonymous();
        let (id, token) = (administrator["id"].as_i64().unwrap(), administrator["access_token"].as_str().unwrap().to_owned());
        let administrator = Administrator(member(&anonymous, account, id, token));
        let (_, ben, token) = settle(&server.db, Some(account), "Ben Agent", &format!("ben-of-{account}@acme.example"), Role::Agent, None).await;
        let agent = Agent(member(&anonymous, account, ben, token));
        Office { account, administrator, agent, anonymous, db: server.db.clone() }
    }

    /// One more agent.
    pub async fn another_agent(&self, name: &str, email: &str) -> Agent {
        let (_, id, token) = settle(&self.db, Some(self.account), name, email, Role::Agent, None).await;
        Agent(member(&self.anonymous, self.account, id, token))
    }

    /// An inbox of the API in which Ben answers.
    pub async fn api_inbox(&self) -> ApiInbox {
        self.api_inbox_with(json!({})).await
    }

    /// The same, with more said about its channel. Nobody is given conversations by turns: whoever opens a page would be, a moment later.
    pub async fn api_inbox_with(&self, channel: Value) -> ApiInbox {
        let mut said = json!({"name": "Support", "enable_auto_assignment": false, "channel": {"type": "api"}});
        said["channel"].as_object_mut().unwrap().extend(channel.as_object().unwrap().clone());
        let inbox = self.administrator.post("/inboxes", said).await.ok();
        let id = inbox["id"].as_i64().unwrap();
        self.join(id).await;
        let text = |key: &str| inbox[key].as_str().unwrap().to_owned();
        ApiInbox { id, identifier: text("inbox_identifier"), hmac_token: text("hmac_token"), secret: text("secret") }
    }

    /// A website's inbox in which Ben answers.
    pub async fn website(&self) -> i64 {
        let said = json!({"name": "Site", "enable_auto_assignment": false, "channel": {"type": "web_widget", "website_url": "https://acme.example"}});
        let id = self.administrator.post("/inboxes", said).await.ok()["id"].as_i64().unwrap();
        self.join(id).await;
        id
    }

    /// Somebody without credentials.
    pub fn nobody(&self) -> Caller {
        self.anonymous.0.clone()
    }

    async fn join(&self, inbox: i64) {
        let said = json!({"inbox_id": inbox, "user_ids": [self.agent.id]});
        self.administrator.post("/inbox_members", said).await.ok();
    }

    /// A webhook that hears all there is.
    pub async fn webhook(&self, url: &str) -> Hook {
        let all: Vec<&str> = EventName::SUBSCRIBABLE.iter().map(|event| event.name()).collect();
        self.webhook_with(json!({"url": url, "subscriptions": all})).await
    }

    /// A webhook.
    pub async fn webhook_with(&self, said: Value) -> Hook {
        let made = self.administrator.post("/webhooks", said).await.ok()["payload"]["webhook"].clone();
        Hook { id: made["id"].as_i64().unwrap(), secret: made["secret"].as_str().unwrap().to_owned() }
    }

    /// A contact; gives their id.
    pub async fn contact(&self, said: Value) -> i64 {
        self.agent.post("/contacts", said).await.ok()["payload"]["contact"]["id"].as_i64().unwrap()
    }

    /// Somebody who introduces themselves through the client API.
    pub async fn visitor(&self, inbox: &ApiInbox, said: Value) -> Visitor {
        let door = format!("/public/api/v1/inboxes/{}/contacts", inbox.identifier);
        let made = self.anonymous.post(&door, said).await.ok();
        let source_id = made["source_id"].as_str().unwrap().to_owned();
        Visitor { caller: self.anonymous.below(format!("{door}/{source_id}")), id: made["id"].as_i64().unwrap(), source_id }
    }

    /// Lea, and the number of a conversation that she has begun.
    pub async fn conversation(&self, inbox: &ApiInbox) -> (Visitor, i64) {
        let visitor = self.visitor(inbox, json!({"name": "Lea"})).await;
        let number = visitor.begin().await;
        (visitor, number)
    }
}

impl Visitor {
    /// Begins a conversation; gives its number.
    pub async fn begin(&self) -> i64 {
        self.post("/conversations", json!({})).await.ok()["id"].as_i64().unwrap()
    }

    /// Writes; gives the message's id.
    pub async fn says(&self, conversation: i64, text: &str) -> i64 {
        let path = format!("/conversations/{conversation}/messages");
        self.post(&path, json!({"content": text})).await.ok()["id"].as_i64().unwrap()
    }
}

impl Member {
    /// Answers; gives the message's id.
    pub async fn says(&self, conversation: i64, text: &str) -> i64 {
        let path = format!("/conversations/{conversation}/messages");
        self.post(&path, json!({"content": text})).await.ok()["id"].as_i64().unwrap()
    }

    /// One of their conversations.
    pub async fn sees(&self, conversation: i64) -> Value {
        self.get(&format!("/conversations/{conversation}")).await.ok()
    }
}
