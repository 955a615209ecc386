//! Reading bots: always within an account, or an inbox of it.
use super::model::{AccessToken, AgentBot, Term};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, locked, skip_locked},
        schema::{access_tokens, agent_bot_inboxes, agent_bots, bot_departures, bot_terms, inboxes},
        types::{AccountId, AgentBotId, InboxId},
    },
    error::{Error, Result},
    on_each,
    users::TokenOwner,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::HashMap;

/// How many bots an account may have, and how many the operator: lists show them all.
pub(super) const MOST_EACH: i64 = 100;

/// Those of an account, and the operator's.
const MOST: i64 = 2 * MOST_EACH;

/// The bots that an account may set to work, the oldest first: its own, and the operator's.
pub fn list(conn: &mut DbConn, account: AccountId) -> Result<Vec<AgentBot>> {
    let query = agent_bots::table.filter(agent_bots::account_id.eq(account).or(agent_bots::account_id.is_null())).select(AgentBot::columns());
    Ok(query.order_by(agent_bots::id).limit(MOST).load(conn)?)
}

/// The bots that are an account's own.
pub fn of_account(conn: &mut DbConn, account: AccountId) -> Result<Vec<AgentBot>> {
    Ok(agent_bots::table.filter(agent_bots::account_id.eq(account)).order_by(agent_bots::id).select(AgentBot::columns()).load(conn)?)
}

/// How many bots an account has.
pub(super) fn count(conn: &mut DbConn, owner: Option<AccountId>) -> Result<i64> {
    let query = agent_bots::table.into_boxed();
    let query = match owner {
        Some(account) => query.filter(agent_bots::account_id.eq(account)),
        None => query.filter(agent_bots::account_id.is_null()),
    };
    Ok(query.count().get_result(conn)?)
}

/// A bot that the account may set to work.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut DbConn, account: AccountId, id: AgentBotId) -> Result<AgentBot> {
    by_ids(conn, &[id])?.pop().filter(|bot| bot.may_work_in(account)).ok_or(Error::NotFound)
}

/// A bot of the account's own, with its keys.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn own(conn: &mut DbConn, account: AccountId, id: AgentBotId) -> Result<AgentBot> {
    find(conn, account, id).and_then(|bot| if bot.is_of_system() { Err(Error::NotFound) } else { Ok(bot) })
}

/// Those of these bots that exist, in the order of their ids.
///
/// # Errors
/// The database's.
pub fn by_ids(conn: &mut DbConn, ids: &[AgentBotId]) -> Result<Vec<AgentBot>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => Ok(agent_bots::table.filter(agent_bots::id.eq_any(ids)).order_by(agent_bots::id).select(AgentBot::columns()).load(conn)?),
    }
}

/// The bot that an access token belongs to.
pub(super) fn by_access_token(conn: &mut DbConn, token: &str) -> Result<Option<AgentBot>> {
    let query = access_tokens::table
        .inner_join(agent_bots::table.on(agent_bots::id.eq(access_tokens::owner_id)))
        .filter(access_tokens::token.eq(token).and(access_tokens::owner_type.eq(TokenOwner::AgentBot)))
        .select(AgentBot::columns());
    Ok(query.get_result(conn).optional()?)
}

/// The bot of an owner, an account or the operator, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn find_to_change(conn: &mut DbConn, owner: Option<AccountId>, id: AgentBotId) -> Result<AgentBot> {
    Some(held(conn, id)?).filter(|bot| bot.account_id == owner).ok_or(Error::NotFound)
}

/// A bot that the account may set to work, which stays as it is until this transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_to_keep(conn: &mut DbConn, account: AccountId, id: AgentBotId) -> Result<AgentBot> {
    Some(held(conn, id)?).filter(|bot| bot.may_work_in(account)).ok_or(Error::NotFound)
}

fn held(conn: &mut DbConn, id: AgentBotId) -> Result<AgentBot> {
    Ok(locked(agent_bots::table.filter(agent_bots::id.eq(id)).select(AgentBot::columns())).get_result(conn)?)
}

/// The bot that is at work in an inbox.
pub fn at_work_in(conn: &mut DbConn, inbox: InboxId) -> Result<Option<AgentBotId>> {
    let query = agent_bot_inboxes::table.filter(agent_bot_inboxes::inbox_id.eq(inbox)).select(agent_bot_inboxes::agent_bot_id);
    Ok(on_each!(conn, c => query.get_result(c)).optional()?)
}

/// The bot that answers in an inbox before people do. One without a URL hears nothing, so nobody may be kept waiting for it.
pub fn answering_in(conn: &mut DbConn, inbox: InboxId) -> Result<Option<AgentBotId>> {
    let hears = agent_bots::outgoing_url.is_not_null();
    let query = agent_bot_inboxes::table.inner_join(agent_bots::table).filter(agent_bot_inboxes::inbox_id.eq(inbox).and(hears));
    Ok(on_each!(conn, c => query.select(agent_bots::id).get_result(c)).optional()?)
}

/// The inboxes in which a bot is at work.
pub fn inboxes_of(conn: &mut DbConn, bot: AgentBotId) -> Result<Vec<InboxId>> {
    Ok(agent_bot_inboxes::table.filter(agent_bot_inboxes::agent_bot_id.eq(bot)).select(agent_bot_inboxes::inbox_id).load(conn)?)
}

/// When bots were at work in the inboxes of an account.
pub fn terms(conn: &mut DbConn, account: AccountId) -> Result<HashMap<InboxId, Vec<Term>>> {
    let present = agent_bot_inboxes::table.inner_join(inboxes::table).filter(inboxes::account_id.eq(account));
    let present: Vec<(InboxId, NaiveDateTime)> = present.select((agent_bot_inboxes::inbox_id, agent_bot_inboxes::created_at)).load(conn)?;
    let past = bot_terms::table.inner_join(inboxes::table).filter(inboxes::account_id.eq(account));
    let past: Vec<(InboxId, NaiveDateTime, NaiveDateTime)> =
        past.select((bot_terms::inbox_id, bot_terms::began_at, bot_terms::ended_at)).load(conn)?;
    let present = present.into_iter().map(|(inbox, began_at)| (inbox, Term { began_at, ended_at: None }));
    let past = past.into_iter().map(|(inbox, began_at, ended_at)| (inbox, Term { began_at, ended_at: Some(ended_at) }));
    let mut terms: HashMap<InboxId, Vec<Term>> = HashMap::new();
    for (inbox, term) in present.chain(past) {
        terms.entry(inbox).or_default().push(term);
    }
    Ok(terms)
}

/// Whether a bot is at work in some inbox of an account.
pub(super) fn works_in(conn: &mut DbConn, bot: AgentBotId, account: AccountId) -> Result<bool> {
    let query = agent_bot_inboxes::table.inner_join(inboxes::table);
    let query = query.filter(agent_bot_inboxes::agent_bot_id.eq(bot).and(inboxes::account_id.eq(account))).select(agent_bot_inboxes::id).limit(1);
    Ok(query.get_result::<i64>(conn).optional()?.is_some())
}

/// The accounts in which a bot hears: its own; of the operator's, those with an inbox in which it is at work.
pub fn accounts_of(conn: &mut DbConn, bot: &AgentBot) -> Result<Vec<AccountId>> {
    if let Some(own) = bot.account_id {
        return Ok(vec![own]);
    }
    let query = agent_bot_inboxes::table.inner_join(inboxes::table).filter(agent_bot_inboxes::agent_bot_id.eq(bot.id));
    Ok(query.select(inboxes::account_id).distinct().order_by(inboxes::account_id).load(conn)?)
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

/// What a bot has left behind: the pending conversations of an inbox; without one, those that it was to answer.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Departure {
    /// Its id.
    pub id: i64,
    /// Which bot; it may be gone.
    pub bot: AgentBotId,
    /// From where.
    pub inbox: Option<InboxId>,
}

/// The departure that was noted first, if nobody else has it in hand.
pub fn first_departure(conn: &mut DbConn) -> Result<Option<Departure>> {
    let columns = (bot_departures::id, bot_departures::agent_bot_id, bot_departures::inbox_id);
    let query = bot_departures::table.order_by(bot_departures::id).select(columns).limit(1);
    Ok(skip_locked(query).get_result(conn).optional()?)
}

/// The inboxes that a bot has left, as long as somebody there may still wait for it.
pub fn left_by(conn: &mut DbConn, bot: AgentBotId) -> Result<Vec<InboxId>> {
    let query = bot_departures::table.filter(bot_departures::agent_bot_id.eq(bot).and(bot_departures::inbox_id.is_not_null()));
    Ok(query.select(bot_departures::inbox_id.assume_not_null()).load(conn)?)
}

/// Whether there is any.
pub fn has_departed(conn: &mut DbConn) -> Result<bool> {
    Ok(bot_departures::table.select(bot_departures::id).limit(1).get_result::<i64>(conn).optional()?.is_some())
}
