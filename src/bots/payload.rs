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
    thumbnail: &'a str,
    /// Left out of the operator's.
    #[serde(skip_serializing_if = "Option::is_none")]
    outgoing_url: Option<Option<String>>,
    bot_type: BotType,
    bot_config: &'a Map<String, Value>,
    /// Null for the operator's.
    account_id: Option<AccountId>,
    /// What the bot sends as the header `api_access_token`; for administrators alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<Token>,
    /// What signs its events; for administrators alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
    /// Whether it is the operator's, which every account may set to work.
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

/// Where it is called, if anywhere, as somebody may know it; nothing is said of the operator's.
fn shown_url(bot: &AgentBot, administrator: bool) -> Option<Option<String>> {
    match administrator {
        _ if bot.is_of_system() => None,
        true => Some(bot.outgoing_url.clone()),
        false => Some(bot.masked_url()),
    }
}

fn bot<Token>(bot: &AgentBot, administrator: bool, token: Option<Token>) -> BotJson<'_, Token> {
    let has_keys = administrator && !bot.is_of_system();
    BotJson {
        id: bot.id,
        name: &bot.name,
        description: bot.description.as_deref(),
        thumbnail: bot.thumbnail(),
        outgoing_url: shown_url(bot, administrator),
        bot_type: bot.bot_type,
        bot_config: &bot.bot_config.0,
        account_id: bot.account_id,
        access_token: token.filter(|_| has_keys),
        secret: has_keys.then_some(&bot.secret),
        system_bot: bot.is_of_system(),
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

/// A bot as one who is to answer.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SlimBot")]
pub struct SlimBot<'a> {
    id: AgentBotId,
    name: &'a str,
    description: Option<&'a str>,
    thumbnail: &'a str,
    /// Left out of the operator's.
    #[serde(skip_serializing_if = "Option::is_none")]
    outgoing_url: Option<Option<String>>,
    bot_type: BotType,
}

/// Draws a bot as one who is to answer, as everybody may see it.
pub fn slim(bot: &AgentBot) -> SlimBot<'_> {
    slim_for(bot, false)
}

fn slim_for(bot: &AgentBot, administrator: bool) -> SlimBot<'_> {
    SlimBot {
        id: bot.id,
        name: &bot.name,
        description: bot.description.as_deref(),
        thumbnail: bot.thumbnail(),
        outgoing_url: shown_url(bot, administrator),
        bot_type: bot.bot_type,
    }
}

/// A bot among those who can be given conversations.
#[derive(Serialize, JsonSchema)]
pub struct AssignableBot<'a> {
    #[serde(flatten)]
    bot: SlimBot<'a>,
    assignee_type: TokenOwner,
}

/// Draws a bot as one who can be given conversations.
pub fn assignable<'a>(bot: &'a AgentBot, seen_by: &Agent) -> AssignableBot<'a> {
    AssignableBot { bot: slim_for(bot, seen_by.is_administrator()), assignee_type: TokenOwner::AgentBot }
}

/// A bot inside messages and conversations.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NestedBot")]
pub struct BotPush<'a> {
    id: AgentBotId,
    name: &'a str,
    avatar_url: &'a str,
    #[schemars(extend("const" = "agent_bot"))]
    r#type: &'static str,
}

/// Draws a bot inside messages and conversations.
pub fn push(bot: &AgentBot) -> BotPush<'_> {
    BotPush { id: bot.id, name: &bot.name, avatar_url: bot.thumbnail(), r#type: "agent_bot" }
}

/// A bot as the author of something that webhooks hear.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "BotAuthor")]
pub struct BotWebhook<'a> {
    id: AgentBotId,
    name: &'a str,
    #[schemars(extend("const" = "agent_bot"))]
    r#type: &'static str,
}

/// Draws a bot as the author of something that webhooks hear.
pub fn webhook(bot: &AgentBot) -> BotWebhook<'_> {
    BotWebhook { id: bot.id, name: &bot.name, r#type: "agent_bot" }
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
