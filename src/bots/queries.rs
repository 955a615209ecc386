//! Reading bots: always within an account, or an inbox of it.
use super::model::{AccessToken, AgentBot};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, locked},
        schema::{access_tokens, agent_bot_inboxes, agent_bots, inboxes},
        types::{AccountId, AgentBotId, InboxId},
    },
    error::Result,
    on_each,
    users::TokenOwner,
};
use diesel::prelude::*;
use std::collections::HashMap;

/// The bots of an account, the oldest first.
pub fn list(conn: &mut DbConn, account: AccountId) -> Result<Vec<AgentBot>> {
    let query = agent_bots::table.filter(agent_bots::account_id.eq(account)).select(AgentBot::columns());
    Ok(query.order_by(agent_bots::id).load(conn)?)
}

/// A bot of the account.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find(conn: &mut DbConn, account: AccountId, id: AgentBotId) -> Result<AgentBot> {
    let query = agent_bots::table.filter(agent_bots::id.eq(id).and(agent_bots::account_id.eq(account)));
    Ok(query.select(AgentBot::columns()).get_result(conn)?)
}

/// A bot of whatever account.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn by_id(conn: &mut DbConn, id: AgentBotId) -> Result<AgentBot> {
    Ok(agent_bots::table.find(id).select(AgentBot::columns()).get_result(conn)?)
}

/// Those of these bots that exist, in the order of their ids.
///
/// # Errors
/// The database's.
pub fn by_ids(conn: &mut DbConn, ids: &[AgentBotId]) -> Result<Vec<AgentBot>> {
    Ok(agent_bots::table.filter(agent_bots::id.eq_any(ids)).order_by(agent_bots::id).select(AgentBot::columns()).load(conn)?)
}

/// The same, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_change(conn: &mut DbConn, account: AccountId, id: AgentBotId) -> Result<AgentBot> {
    let query = agent_bots::table.filter(agent_bots::id.eq(id).and(agent_bots::account_id.eq(account)));
    Ok(locked(query.select(AgentBot::columns())).get_result(conn)?)
}

/// The bot that is at work in an inbox.
pub fn at_work_in(conn: &mut DbConn, inbox: InboxId) -> Result<Option<AgentBotId>> {
    let query = agent_bot_inboxes::table.filter(agent_bot_inboxes::inbox_id.eq(inbox)).select(agent_bot_inboxes::agent_bot_id);
    Ok(on_each!(conn, c => query.get_result(c)).optional()?)
}

/// Whether a bot answers in an inbox before people do. One without a URL hears nothing, so nobody may be kept waiting for it.
pub fn answers_in(conn: &mut DbConn, inbox: InboxId) -> Result<bool> {
    let hears = agent_bots::outgoing_url.is_not_null();
    let query = agent_bot_inboxes::table.inner_join(agent_bots::table).filter(agent_bot_inboxes::inbox_id.eq(inbox).and(hears));
    let found: Option<AgentBotId> = on_each!(conn, c => query.select(agent_bots::id).get_result(c)).optional()?;
    Ok(found.is_some())
}

/// The inboxes in which a bot is at work.
pub fn inboxes_of(conn: &mut DbConn, bot: AgentBotId) -> Result<Vec<InboxId>> {
    Ok(agent_bot_inboxes::table.filter(agent_bot_inboxes::agent_bot_id.eq(bot)).select(agent_bot_inboxes::inbox_id).load(conn)?)
}

/// The tokens of these bots.
pub fn tokens(conn: &mut DbConn, of: &[AgentBot]) -> Result<HashMap<AgentBotId, AccessToken>> {
    let ids: Vec<AgentBotId> = of.iter().map(|bot| bot.id).collect();
    let query = access_tokens::table.filter(access_tokens::owner_type.eq(TokenOwner::AgentBot).and(access_tokens::owner_id.eq_any(ids)));
    let tokens: Vec<AccessToken> = query.select(AccessToken::columns()).load(conn)?;
    Ok(tokens.into_iter().map(|token| (token.owner_id, token)).collect())
}

/// The names of the inboxes in which each bot of the account is at work.
pub fn inbox_names(conn: &mut DbConn, account: AccountId) -> Result<HashMap<AgentBotId, Vec<String>>> {
    let query = agent_bot_inboxes::table.inner_join(inboxes::table).filter(inboxes::account_id.eq(account));
    let rows: Vec<(AgentBotId, String)> = query.select((agent_bot_inboxes::agent_bot_id, inboxes::name)).order_by(inboxes::id).load(conn)?;
    let mut names: HashMap<AgentBotId, Vec<String>> = HashMap::new();
    for (bot, name) in rows {
        names.entry(bot).or_default().push(name);
    }
    Ok(names)
}
