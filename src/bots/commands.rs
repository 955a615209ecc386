//! Changing bots, and where they are at work. Those who follow them hear of it in the same transaction.
use super::{
    model::{AgentBot, BotType},
    queries,
};
use crate::{
    audit::{Arranger, Change},
    auth::Administrator,
    checks::{LINE, at_most, not_too_large, required},
    db::{
        Tx,
        dialect::Columns,
        schema::{agent_bot_inboxes, agent_bots},
        types::{AgentBotId, InboxId, Json, now},
    },
    error::{Error, Result},
    outbound::Target,
    random,
    users::{self, TokenOwner},
    web::{
        Input,
        fields::{Object, Patch, Text},
    },
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// The longest description, in characters.
const LONGEST_TEXT: usize = 1000;

/// What happens to a bot.
#[derive(Debug, Clone, Copy)]
pub enum Happening<'a> {
    /// It was made or changed, or has a new secret.
    Saved(&'a AgentBot),
    /// It is not at work in some inbox any more.
    Left(AgentBotId),
    /// It is about to be deleted.
    Ends(AgentBotId),
}

/// What the rooms above do then, in the same transaction. `app` makes the list and puts it into [`crate::db::Shared`].
pub struct Followers(pub Vec<Follower>);

/// One room's part in it.
pub type Follower = fn(&mut Tx, Happening) -> Result<()>;

fn tell(tx: &mut Tx, happening: Happening) -> Result<()> {
    match tx.shared::<Followers>() {
        Some(followers) => followers.0.iter().try_for_each(|follow| follow(tx, happening)),
        None => Ok(()),
    }
}

/// What may be said about a bot.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct BotInput {
    /// Up to 255 characters; a new one needs it.
    pub name: Patch<Text>,
    /// What it is for, up to 1000 characters.
    pub description: Patch<Text>,
    /// http or https, up to 2048 characters.
    pub outgoing_url: Patch<Text>,
    /// How it is reached.
    pub bot_type: Option<BotType>,
    /// What its makers note about it, up to 64 KiB of JSON.
    pub bot_config: Option<Object>,
}

impl Input for BotInput {
    const ROOT: &'static str = "agent_bot";
}

impl BotInput {
    /// The URL that is to be called, if one is said.
    pub fn said_url(&self) -> Option<&str> {
        match &self.outgoing_url {
            Patch::Set(url) => Some(&url.0),
            _ => None,
        }
    }

    fn apply(self, bot: &mut AgentBot) -> Result<()> {
        let BotInput { name, description, outgoing_url, bot_type, bot_config } = self;
        let trimmed = |text: Text| text.0.trim().to_owned();
        bot.name = required("name", &name.map(|name| name.0).or(Some(std::mem::take(&mut bot.name))).unwrap_or_default(), LINE)?;
        bot.description = at_most("description", description.map(trimmed).or(bot.description.take()), LONGEST_TEXT)?;
        bot.outgoing_url = outgoing_url.map(trimmed).or(bot.outgoing_url.take()).filter(|url| !url.is_empty());
        if let Some(url) = &bot.outgoing_url {
            Target::parse(url).map_err(|e| Error::invalid("outgoing_url", format!("Outgoing url {e}")))?;
        }
        bot.bot_type = bot_type.unwrap_or(bot.bot_type);
        if let Some(Object(config)) = bot_config {
            not_too_large("bot_config", &config)?;
            bot.bot_config = Json(config);
        }
        Ok(())
    }
}

/// Makes a bot with a secret and a token of its own.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute.
pub fn create(tx: &mut Tx, by: &impl Arranger, input: BotInput) -> Result<AgentBot> {
    let now = now();
    let mut new = AgentBot {
        id: AgentBotId(0),
        account_id: by.account_id(),
        name: String::new(),
        description: None,
        outgoing_url: None,
        bot_type: BotType::Webhook,
        bot_config: Json::default(),
        secret: random::token()?,
        created_at: now,
        updated_at: now,
    };
    input.apply(&mut new)?;
    let AgentBot { id: _, account_id, name, description, outgoing_url, bot_type, bot_config, secret, created_at, updated_at } = new;
    let insert = diesel::insert_into(agent_bots::table).values((
        (agent_bots::account_id.eq(account_id), agent_bots::name.eq(name), agent_bots::description.eq(description)),
        (agent_bots::outgoing_url.eq(outgoing_url), agent_bots::bot_type.eq(bot_type), agent_bots::bot_config.eq(bot_config)),
        (agent_bots::secret.eq(secret), agent_bots::created_at.eq(created_at), agent_bots::updated_at.eq(updated_at)),
    ));
    let bot: AgentBot = insert.returning(AgentBot::columns()).get_result(tx.conn)?;
    users::issue_token(tx, TokenOwner::AgentBot, bot.id.0)?;
    by.record(tx, Change::Created(&bot))?;
    tell(tx, Happening::Saved(&bot))?;
    Ok(bot)
}

/// Changes a bot. What is not on its way to it yet goes to the new URL.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute.
pub fn update(tx: &mut Tx, by: &impl Arranger, id: AgentBotId, input: BotInput) -> Result<AgentBot> {
    let before = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let mut bot = before.clone();
    input.apply(&mut bot)?;
    if bot == before { Ok(bot) } else { save(tx, by, &before, bot) }
}

/// Gives a bot a new secret. The old one signs nothing from now on.
///
/// # Errors
/// [`Error::NotFound`].
pub fn reset_secret(tx: &mut Tx, by: &Administrator, id: AgentBotId) -> Result<AgentBot> {
    let bot = queries::find_to_change(tx.conn, by.account_id(), id)?;
    save(tx, by, &bot, AgentBot { secret: random::token()?, ..bot.clone() })
}

fn save(tx: &mut Tx, by: &impl Arranger, before: &AgentBot, mut bot: AgentBot) -> Result<AgentBot> {
    bot.updated_at = now();
    diesel::update(agent_bots::table.find(bot.id)).set(&bot).execute(tx.conn)?;
    by.record(tx, Change::Updated(before, &bot))?;
    tell(tx, Happening::Saved(&bot))?;
    Ok(bot)
}

/// Replaces a bot's access token: the old one stops working.
///
/// # Errors
/// [`Error::NotFound`].
pub fn reset_access_token(tx: &mut Tx, by: &Administrator, id: AgentBotId) -> Result<AgentBot> {
    let bot = queries::find(tx.conn, by.account_id(), id)?;
    users::reset_access_token(tx, TokenOwner::AgentBot, id.0)?;
    by.record(tx, Change::Renewed(&bot, "access_token"))?;
    Ok(bot)
}

/// Deletes a bot with the log of what was sent to it. The inboxes it was at work in have none any more.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx, by: &impl Arranger, id: AgentBotId) -> Result<()> {
    let bot = queries::find_to_change(tx.conn, by.account_id(), id)?;
    tell(tx, Happening::Ends(bot.id))?;
    users::revoke_token(tx, TokenOwner::AgentBot, id.0)?;
    diesel::delete(agent_bots::table.find(bot.id)).execute(tx.conn)?;
    by.record(tx, Change::Destroyed(&bot))
}

/// Says which bot is at work in an inbox of the account, which nobody else may be changing; none with `None`. Gives the one that was.
///
/// # Errors
/// [`Error::NotFound`] for a bot that is none of the account's.
pub fn set_for_inbox(tx: &mut Tx, by: &Administrator, inbox: InboxId, bot: Option<AgentBotId>) -> Result<Option<AgentBotId>> {
    // it must still be there when this is committed
    let wanted = bot.map(|id| queries::find_to_change(tx.conn, by.account_id(), id)).transpose()?.map(|bot| bot.id);
    let present = queries::at_work_in(tx.conn, inbox)?;
    if present == wanted {
        return Ok(present);
    }
    if let Some(present) = present {
        diesel::delete(agent_bot_inboxes::table.filter(agent_bot_inboxes::inbox_id.eq(inbox))).execute(tx.conn)?;
        tell(tx, Happening::Left(present))?;
    }
    if let Some(wanted) = wanted {
        diesel::insert_into(agent_bot_inboxes::table)
            .values((agent_bot_inboxes::inbox_id.eq(inbox), agent_bot_inboxes::agent_bot_id.eq(wanted), agent_bot_inboxes::created_at.eq(now())))
            .execute(tx.conn)?;
    }
    Ok(present)
}
