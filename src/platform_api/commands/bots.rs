//! Bots. Each belongs to an account that the app may touch, or to none: then every account may set it to work.
use super::{grant, revoke};
use crate::{
    audit::{Arranger, Author},
    bots::{self, AgentBot},
    db::{
        Tx,
        types::{AccountId, AgentBotId},
    },
    error::Result,
    platform_api::{caller::Platform, model::PermissibleType, queries},
    storage::Upload,
    web::{
        Input,
        fields::{Patch, Text},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;

/// What may be said about a bot; what is absent stays.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct BotInput {
    /// Up to 255 characters; a new one needs it.
    pub name: Patch<Text>,
    /// What it is for, up to 1000 characters.
    pub description: Patch<Text>,
    /// Whose it is, and stays; without one it is the operator's, and every account may set it to work.
    pub account_id: Patch<AccountId>,
    /// http or https, up to 2048 characters.
    pub outgoing_url: Patch<Text>,
    /// The link to a picture, up to 2048 characters; null takes it away.
    pub avatar_url: Patch<Text>,
    /// Its picture, as a part of a multipart form.
    #[serde(skip)]
    pub avatar: Option<Upload>,
}

impl Input for BotInput {
    const ROOT: &'static str = "agent_bot";
    const FILES: &'static [&'static str] = &["avatar"];
}

impl BotInput {
    /// The URL that is to be called, if one is said.
    pub fn said_url(&self) -> Option<&str> {
        match &self.outgoing_url {
            Patch::Set(url) => Some(&url.0),
            _ => None,
        }
    }

    fn of_account(self) -> bots::BotInput {
        let BotInput { name, description, account_id: _, outgoing_url, avatar_url, avatar } = self;
        bots::BotInput { name, description, outgoing_url, avatar_url, avatar, ..bots::BotInput::default() }
    }
}

/// An app at work in one of its accounts.
struct AtWork {
    account: AccountId,
    author: Author,
}

impl Arranger for AtWork {
    fn account_id(&self) -> AccountId {
        self.account
    }

    fn author(&self) -> Author {
        self.author.clone()
    }
}

/// Makes a bot that belongs to the app.
///
/// # Errors
/// [`crate::error::Error::Invalid`] that names the attribute; [`crate::error::Error::NotFound`] and [`crate::error::Error::Unauthorized`] about the
/// account; [`crate::error::Error::Refused`] when there are as many as there may be.
pub fn create_bot(tx: &mut Tx, by: &Platform, input: BotInput) -> Result<AgentBot> {
    let bot = match input.account_id.clone().set() {
        Some(account) => {
            let account = queries::account(tx.conn, by.id(), account)?.account.id;
            bots::create(tx, &AtWork { account, author: by.author() }, input.of_account())?
        }
        None => bots::create_of_system(tx, input.of_account())?,
    };
    grant(tx, by.id(), PermissibleType::AgentBot, bot.id.0)?;
    Ok(bot)
}

/// Changes a bot.
///
/// # Errors
/// As [`create_bot`].
pub fn update_bot(tx: &mut Tx, by: &Platform, id: AgentBotId, input: BotInput) -> Result<AgentBot> {
    match queries::bot(tx.conn, by.id(), id)?.account_id {
        Some(account) => bots::update(tx, &AtWork { account, author: by.author() }, id, input.of_account()),
        None => bots::update_of_system(tx, id, input.of_account()),
    }
}

/// Deletes a bot.
///
/// # Errors
/// [`crate::error::Error::NotFound`], [`crate::error::Error::Unauthorized`].
pub fn delete_bot(tx: &mut Tx, by: &Platform, id: AgentBotId) -> Result<()> {
    match queries::bot(tx.conn, by.id(), id)?.account_id {
        Some(account) => bots::delete(tx, &AtWork { account, author: by.author() }, id)?,
        None => bots::delete_of_system(tx, id)?,
    }
    revoke(tx, PermissibleType::AgentBot, id.0)
}
