//! Changing bots, and where they are at work. Those who follow them hear of it in the same transaction.
use super::{
    model::{AgentBot, BotType},
    queries::{self, Departure},
};
use crate::{
    audit::{Arranger, Change},
    auth::Administrator,
    checks::{LINE, at_most, not_too_large, required},
    db::{
        Tx,
        dialect::Columns,
        schema::{agent_bot_inboxes, agent_bots, bot_departures, bot_terms},
        types::{AccountId, AgentBotId, InboxId, Json, now},
    },
    error::{Error, Result},
    files,
    outbound::Target,
    random,
    storage::Upload,
    users::{self, TokenOwner},
    web::{
        Input,
        fields::{Object, Patch, Text},
    },
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// The longest description, in characters.
const LONGEST_TEXT: usize = 1000;

/// The longest link to a picture, in characters.
const LONGEST_URL: usize = 2048;

/// What happens to a bot.
#[derive(Debug, Clone, Copy)]
pub enum Happening<'a> {
    /// It was made or changed, or has a new secret.
    Saved(&'a AgentBot),
    /// It is to hear what happens in this account, which may not be its own.
    Joined(&'a AgentBot, AccountId),
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
#[derive(Debug, Default, Deserialize, JsonSchema)]
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

    fn apply(self, tx: &mut Tx, bot: &mut AgentBot) -> Result<()> {
        let BotInput { name, description, outgoing_url, bot_type, bot_config, avatar_url, avatar } = self;
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
        let before = bot.avatar_url.take();
        bot.avatar_url = at_most("avatar_url", avatar_url.map(trimmed).or(before.clone()).filter(|url| !url.is_empty()), LONGEST_URL)?;
        if bot.avatar_url != before {
            bot.avatar_blob_id = None;
        }
        if let Some(upload) = avatar {
            bot.set_avatar(Some(files::store_avatar(tx, bot.account_id, upload)?));
        }
        Ok(())
    }
}

/// Makes a bot with a secret and a token of its own.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute; [`Error::Refused`] when the account has as many as it may.
pub fn create(tx: &mut Tx, by: &impl Arranger, input: BotInput) -> Result<AgentBot> {
    let bot = make(tx, Some(by.account_id()), input)?;
    by.record(tx, Change::Created(&bot))?;
    Ok(bot)
}

/// Makes a bot of the operator's, which every account may set to work.
///
/// # Errors
/// As [`create`].
pub fn create_of_system(tx: &mut Tx, input: BotInput) -> Result<AgentBot> {
    make(tx, None, input)
}

fn make(tx: &mut Tx, owner: Option<AccountId>, input: BotInput) -> Result<AgentBot> {
    if queries::count(tx.conn, owner)? >= queries::MOST_EACH {
        return Err(Error::Refused(format!("There may be at most {} bots", queries::MOST_EACH)));
    }
    let now = now();
    let mut new = AgentBot {
        id: AgentBotId(0),
        account_id: owner,
        name: String::new(),
        description: None,
        outgoing_url: None,
        bot_type: BotType::Webhook,
        bot_config: Json::default(),
        secret: random::token()?,
        created_at: now,
        updated_at: now,
        avatar_blob_id: None,
        avatar_url: None,
    };
    input.apply(tx, &mut new)?;
    let AgentBot { id: _, account_id, name, description, outgoing_url, bot_type, bot_config, secret, created_at, updated_at, .. } = new;
    let insert = diesel::insert_into(agent_bots::table).values((
        (agent_bots::account_id.eq(account_id), agent_bots::name.eq(name), agent_bots::description.eq(description)),
        (agent_bots::outgoing_url.eq(outgoing_url), agent_bots::bot_type.eq(bot_type), agent_bots::bot_config.eq(bot_config)),
        (agent_bots::secret.eq(secret), agent_bots::created_at.eq(created_at), agent_bots::updated_at.eq(updated_at)),
        (agent_bots::avatar_blob_id.eq(new.avatar_blob_id), agent_bots::avatar_url.eq(new.avatar_url)),
    ));
    let bot: AgentBot = insert.returning(AgentBot::columns()).get_result(tx.conn)?;
    users::issue_token(tx, TokenOwner::AgentBot, bot.id.0)?;
    tell(tx, Happening::Saved(&bot))?;
    Ok(bot)
}

/// Changes a bot. What is not on its way to it yet goes to the new URL; without one it hears nothing, and whoever waits for it is people's matter.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute.
pub fn update(tx: &mut Tx, by: &impl Arranger, id: AgentBotId, input: BotInput) -> Result<AgentBot> {
    let before = queries::find_to_change(tx.conn, Some(by.account_id()), id)?;
    let bot = change(tx, &before, input)?;
    by.record(tx, Change::Updated(&before, &bot))?;
    Ok(bot)
}

/// Changes a bot of the operator's.
///
/// # Errors
/// As [`update`].
pub fn update_of_system(tx: &mut Tx, id: AgentBotId, input: BotInput) -> Result<AgentBot> {
    let before = queries::find_to_change(tx.conn, None, id)?;
    change(tx, &before, input)
}

fn change(tx: &mut Tx, before: &AgentBot, input: BotInput) -> Result<AgentBot> {
    let mut bot = before.clone();
    input.apply(tx, &mut bot)?;
    if bot == *before {
        return Ok(bot);
    }
    if bot.outgoing_url.is_none() && before.outgoing_url.is_some() {
        leave(tx, bot.id)?;
    }
    save(tx, bot)
}

/// Takes away a bot's picture.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete_avatar(tx: &mut Tx, by: &Administrator, id: AgentBotId) -> Result<AgentBot> {
    let before = queries::find_to_change(tx.conn, Some(by.account_id()), id)?;
    let mut bot = before.clone();
    bot.set_avatar(None);
    let bot = save(tx, bot)?;
    by.record(tx, Change::Updated(&before, &bot))?;
    Ok(bot)
}

/// Gives a bot a new secret. The old one signs nothing from now on.
///
/// # Errors
/// [`Error::NotFound`].
pub fn reset_secret(tx: &mut Tx, by: &Administrator, id: AgentBotId) -> Result<AgentBot> {
    let before = queries::find_to_change(tx.conn, Some(by.account_id()), id)?;
    let bot = save(tx, AgentBot { secret: random::token()?, ..before.clone() })?;
    by.record(tx, Change::Updated(&before, &bot))?;
    Ok(bot)
}

fn save(tx: &mut Tx, mut bot: AgentBot) -> Result<AgentBot> {
    bot.updated_at = now();
    diesel::update(agent_bots::table.find(bot.id)).set(&bot).execute(tx.conn)?;
    tell(tx, Happening::Saved(&bot))?;
    Ok(bot)
}

/// Replaces a bot's access token: the old one stops working.
///
/// # Errors
/// [`Error::NotFound`].
pub fn reset_access_token(tx: &mut Tx, by: &Administrator, id: AgentBotId) -> Result<AgentBot> {
    let bot = queries::find_to_change(tx.conn, Some(by.account_id()), id)?;
    users::reset_access_token(tx, TokenOwner::AgentBot, id.0)?;
    by.record(tx, Change::Renewed(&bot, "access_token"))?;
    Ok(bot)
}

/// Deletes a bot with the log of what was sent to it. The inboxes it was at work in have none any more, and whoever waits for it is people's matter.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx, by: &impl Arranger, id: AgentBotId) -> Result<()> {
    let bot = queries::find_to_change(tx.conn, Some(by.account_id()), id)?;
    remove(tx, &bot)?;
    by.record(tx, Change::Destroyed(&bot))
}

/// Deletes a bot of the operator's.
///
/// # Errors
/// As [`delete`].
pub fn delete_of_system(tx: &mut Tx, id: AgentBotId) -> Result<()> {
    let bot = queries::find_to_change(tx.conn, None, id)?;
    remove(tx, &bot)
}

fn remove(tx: &mut Tx, bot: &AgentBot) -> Result<()> {
    leave(tx, bot.id)?;
    tell(tx, Happening::Ends(bot.id))?;
    users::revoke_token(tx, TokenOwner::AgentBot, bot.id.0)?;
    queries::inboxes_of(tx.conn, bot.id)?.into_iter().try_for_each(|inbox| end_term(tx, bot.id, inbox))?;
    diesel::delete(agent_bots::table.find(bot.id)).execute(tx.conn)?;
    Ok(())
}

/// Notes that a bot is there for nobody any more: what waits for it in its inboxes, and what it was to answer, is to open.
fn leave(tx: &mut Tx, bot: AgentBotId) -> Result<()> {
    let left = queries::inboxes_of(tx.conn, bot)?.into_iter().map(Some).chain([None]);
    left.into_iter().try_for_each(|inbox| note_departure(tx, bot, inbox))
}

/// Ends the work of a bot in an inbox, unless somebody else has ended it meanwhile: another one may be there by now. How long it was there stays:
/// reports count what began meanwhile.
fn end_term(tx: &mut Tx, bot: AgentBotId, inbox: InboxId) -> Result<()> {
    let at_work = agent_bot_inboxes::table.filter(agent_bot_inboxes::inbox_id.eq(inbox).and(agent_bot_inboxes::agent_bot_id.eq(bot)));
    let began: Option<NaiveDateTime> = diesel::delete(at_work).returning(agent_bot_inboxes::created_at).get_result(tx.conn).optional()?;
    let Some(began) = began else { return Ok(()) };
    let term = (bot_terms::inbox_id.eq(inbox), bot_terms::began_at.eq(began), bot_terms::ended_at.eq(now()));
    diesel::insert_into(bot_terms::table).values(term).execute(tx.conn)?;
    Ok(())
}

/// One row, however many conversations wait: they open some at a time.
fn note_departure(tx: &mut Tx, bot: AgentBotId, inbox: Option<InboxId>) -> Result<()> {
    let departure = (bot_departures::agent_bot_id.eq(bot), bot_departures::inbox_id.eq(inbox), bot_departures::created_at.eq(now()));
    diesel::insert_into(bot_departures::table).values(departure).execute(tx.conn)?;
    Ok(())
}

/// Nothing is left of what a bot has left behind.
///
/// # Errors
/// The database's.
pub fn settle_departure(tx: &mut Tx, departure: &Departure) -> Result<()> {
    diesel::delete(bot_departures::table.find(departure.id)).execute(tx.conn)?;
    Ok(())
}

/// Lets a bot that is given a conversation of an account hear what happens there.
///
/// # Errors
/// The database's.
pub fn join(tx: &mut Tx, bot: &AgentBot, account: AccountId) -> Result<()> {
    // an account's own hear there from the beginning
    if bot.is_of_system() { tell(tx, Happening::Joined(bot, account)) } else { Ok(()) }
}

/// Says which bot is at work in an inbox of the account, which nobody else may be changing; none with `None`. Gives the one that was.
///
/// # Errors
/// [`Error::NotFound`] for a bot that is none of the account's.
pub fn set_for_inbox(tx: &mut Tx, by: &Administrator, inbox: InboxId, bot: Option<AgentBotId>) -> Result<Option<AgentBotId>> {
    // it must still be there when this is committed
    let wanted = bot.map(|id| queries::find_to_keep(tx.conn, by.account_id(), id)).transpose()?;
    let present = queries::at_work_in(tx.conn, inbox)?;
    if present == wanted.as_ref().map(|bot| bot.id) {
        return Ok(present);
    }
    if let Some(present) = present {
        end_term(tx, present, inbox)?;
        tell(tx, Happening::Left(present))?;
        note_departure(tx, present, Some(inbox))?;
    }
    if let Some(wanted) = wanted {
        diesel::insert_into(agent_bot_inboxes::table)
            .values((agent_bot_inboxes::inbox_id.eq(inbox), agent_bot_inboxes::agent_bot_id.eq(wanted.id), agent_bot_inboxes::created_at.eq(now())))
            .execute(tx.conn)?;
        join(tx, &wanted, by.account_id())?;
    }
    Ok(present)
}
