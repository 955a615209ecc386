//! How bots look in the API. Their keys, and passwords in their URLs, are for administrators alone.
use super::{
    model::{AccessToken, AgentBot, BotType},
    queries,
};
use crate::{
    auth::Agent,
    db::{
        DbConn,
        types::{AccountId, AgentBotId, InboxId},
    },
    error::{Error, Result},
    users::TokenOwner,
    web::json::Iso,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// A bot in the API.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Bot")]
pub struct BotJson<'a, Token> {
    id: AgentBotId,
    name: &'a str,
    description: Option<&'a str>,
    thumbnail: &'static str,
    outgoing_url: Option<String>,
    bot_type: BotType,
    bot_config: &'a Map<String, Value>,
    account_id: AccountId,
    /// What the bot sends as the header `api_access_token`; for administrators alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<Token>,
    /// What signs its events; for administrators alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
    system_bot: bool,
}

/// A token as it is shown with the bot of an inbox: as its row, and not as text.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AccessToken")]
struct TokenJson<'a> {
    id: i64,
    owner_type: TokenOwner,
    owner_id: AgentBotId,
    token: &'a str,
    created_at: Iso,
    updated_at: Iso,
}

fn token_row(AccessToken { id, owner_id, token, created_at, updated_at }: &AccessToken) -> TokenJson<'_> {
    TokenJson { id: *id, owner_type: TokenOwner::AgentBot, owner_id: *owner_id, token, created_at: Iso(*created_at), updated_at: Iso(*updated_at) }
}

fn bot<Token>(bot: &AgentBot, administrator: bool, token: Option<Token>) -> BotJson<'_, Token> {
    BotJson {
        id: bot.id,
        name: &bot.name,
        description: bot.description.as_deref(),
        thumbnail: "",
        outgoing_url: if administrator { bot.outgoing_url.clone() } else { bot.masked_url() },
        bot_type: bot.bot_type,
        bot_config: &bot.bot_config.0,
        account_id: bot.account_id,
        access_token: token.filter(|_| administrator),
        secret: administrator.then_some(&bot.secret),
        system_bot: false,
    }
}

/// Draws bots for somebody.
///
/// # Errors
/// The database's.
pub fn draw(conn: &mut DbConn, bots: &[AgentBot], seen_by: &Agent) -> Result<Vec<Value>> {
    let tokens = queries::tokens(conn, bots)?;
    let token = |bot: &AgentBot| tokens.get(&bot.id).map(|token| token.token.as_str());
    bots.iter().map(|one| serde_json::to_value(bot(one, seen_by.is_administrator(), token(one))).map_err(Error::internal)).collect()
}

/// Draws one bot.
///
/// # Errors
/// The database's.
pub fn draw_one(conn: &mut DbConn, bot: AgentBot, seen_by: &Agent) -> Result<Value> {
    draw(conn, &[bot], seen_by)?.pop().ok_or(Error::NotFound)
}

/// A bot among those who can be given conversations.
#[derive(Serialize, JsonSchema)]
pub struct AssignableBot<'a> {
    id: AgentBotId,
    name: &'a str,
    description: Option<&'a str>,
    thumbnail: &'static str,
    outgoing_url: Option<String>,
    bot_type: BotType,
    assignee_type: TokenOwner,
}

/// Draws a bot as one who can be given conversations.
pub fn assignable<'a>(bot: &'a AgentBot, seen_by: &Agent) -> AssignableBot<'a> {
    AssignableBot {
        id: bot.id,
        name: &bot.name,
        description: bot.description.as_deref(),
        thumbnail: "",
        outgoing_url: if seen_by.is_administrator() { bot.outgoing_url.clone() } else { bot.masked_url() },
        bot_type: bot.bot_type,
        assignee_type: TokenOwner::AgentBot,
    }
}

/// The bot at work in an inbox, if there is one.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
pub struct BotOfInbox<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_bot: Option<BotJson<'a, TokenJson<'a>>>,
}

/// Draws the bot of an inbox that the agent may see.
///
/// # Errors
/// The database's.
pub fn of_inbox(conn: &mut DbConn, inbox: InboxId, seen_by: &Agent) -> Result<Value> {
    let Some(id) = queries::at_work_in(conn, inbox)? else {
        return serde_json::to_value(BotOfInbox { agent_bot: None }).map_err(Error::internal);
    };
    let found = [queries::find(conn, seen_by.account_id(), id)?];
    let tokens = queries::tokens(conn, &found)?;
    let [found] = &found;
    let agent_bot = Some(bot(found, seen_by.is_administrator(), tokens.get(&id).map(token_row)));
    serde_json::to_value(BotOfInbox { agent_bot }).map_err(Error::internal)
}
