//! Rows of bots.
use crate::{
    audited,
    db::{
        schema::{access_tokens, agent_bots},
        types::{AccountId, AgentBotId, Json},
    },
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
    /// Whose it is.
    pub account_id: AccountId,
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
}

audited!(AgentBot = "AgentBot" by name);

impl AgentBot {
    /// Where events are sent, without a password.
    pub fn masked_url(&self) -> Option<String> {
        let url = self.outgoing_url.as_deref()?;
        Some(Target::parse(url).map(|target| target.masked()).unwrap_or_else(|_| url.to_owned()))
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
