//! Rows of bots.
use crate::{
    audited,
    db::{
        schema::{access_tokens, agent_bots},
        types::{AccountId, AgentBotId, BlobId, Json},
    },
    events::Actor,
    files::Avatar,
    outbound::Target,
    text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value};

text_enum! {
    /// How a bot is reached.
    pub enum BotType { Webhook = 0 "webhook" }
}

/// A row of `agent_bots`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Serialize)]
#[diesel(table_name = agent_bots, treat_none_as_null = true)]
pub struct AgentBot {
    /// Its id.
    pub id: AgentBotId,
    /// Whose it is; the operator's own belong to no account, and are at work wherever they are set to work.
    pub account_id: Option<AccountId>,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Where events are sent; without it the bot hears nothing.
    pub outgoing_url: Option<String>,
    /// How it is reached.
    pub bot_type: BotType,
    /// What its makers note about it.
    pub bot_config: Json<Map<String, Value>>,
    /// The key that signs what is sent to it.
    pub secret: String,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
    /// The file of its picture.
    pub avatar_blob_id: Option<BlobId>,
    /// The link to its picture.
    pub avatar_url: Option<String>,
}

audited!(AgentBot = "AgentBot" by name);

impl AgentBot {
    /// Itself as the cause of a change.
    pub fn actor(&self) -> Actor {
        Actor::Bot(self.id, self.name.clone())
    }

    /// Whether it is the operator's, and not an account's.
    pub fn is_of_system(&self) -> bool {
        self.account_id.is_none()
    }

    /// Whether an account may set it to work.
    pub fn may_work_in(&self, account: AccountId) -> bool {
        self.account_id.is_none_or(|own| own == account)
    }

    /// The link to its picture; empty without one.
    pub fn thumbnail(&self) -> &str {
        self.avatar_url.as_deref().unwrap_or_default()
    }

    /// Gives it another picture, or none.
    pub(super) fn set_avatar(&mut self, avatar: Option<Avatar>) {
        (self.avatar_blob_id, self.avatar_url) = avatar.map(|Avatar { blob_id, url }| (blob_id, url)).unzip();
    }

    /// Where events are sent, without a password.
    pub fn masked_url(&self) -> Option<String> {
        self.outgoing_url.as_deref().map(Target::shown)
    }
}

/// A row of `access_tokens` that belongs to a bot.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = access_tokens)]
pub struct AccessToken {
    /// Its id.
    pub id: i64,
    /// The bot.
    pub owner_id: AgentBotId,
    /// What its bearer shows.
    pub token: String,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last replaced.
    pub updated_at: NaiveDateTime,
}

/// A time in which a bot was at work in an inbox, or is still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Since when.
    pub began_at: NaiveDateTime,
    /// Until when, where it is over.
    pub ended_at: Option<NaiveDateTime>,
}

impl Term {
    /// Whether a bot was there at a time.
    pub fn contains(self, at: NaiveDateTime) -> bool {
        self.began_at <= at && self.ended_at.is_none_or(|ended| at < ended)
    }
}
