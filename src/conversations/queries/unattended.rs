//! Finding the conversations with which something is to be done although nobody has asked: those that wait for somebody to answer, or for a bot
//! that has left, and those in which nothing happens any more.
use crate::{
    conversations::model::Status,
    db::{
        DbConn,
        dialect::{apart, locked},
        schema::{conversations, conversations_to_assign},
        types::{AccountId, AgentBotId, ConversationId, InboxId, TeamId},
    },
    error::Result,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// How many conversations that a bot has left are taken from it at a time, each with what is told of it.
const OPENED: i64 = 20;

/// How many of those in which nobody waits are let go in one statement.
const LET_GO: i64 = 500;

/// Some of those that wait for a bot, in one inbox or in all, in the order in which everybody locks them.
/// (Not along the primary key, as PostgreSQL would for the first few: with each step more of it is what was let go before.)
pub fn waiting_for(conn: &mut DbConn, bot: AgentBotId, inbox: Option<InboxId>) -> Result<Vec<ConversationId>> {
    let waiting = conversations::assignee_agent_bot_id.eq(bot).and(conversations::status.eq(Status::Pending));
    let mut query = conversations::table.filter(waiting).order_by(apart(conversations::id)).limit(OPENED).select(conversations::id).into_boxed();
    if let Some(inbox) = inbox {
        query = query.filter(conversations::inbox_id.eq(inbox));
    }
    Ok(query.load(conn)?)
}

/// The same of one inbox, with what waits there for no bot in particular.
pub fn waiting_in(conn: &mut DbConn, bot: AgentBotId, inbox: InboxId) -> Result<Vec<ConversationId>> {
    let its = conversations::assignee_agent_bot_id.eq(bot).or(conversations::assignee_agent_bot_id.is_null());
    let waiting = conversations::inbox_id.eq(inbox).and(conversations::status.eq(Status::Pending));
    let query = conversations::table.filter(waiting).filter(its).order_by(apart(conversations::id));
    Ok(query.select(conversations::id).limit(OPENED).load(conn)?)
}

/// Some of all that a bot is to answer, in one inbox or in all, which nobody else may change before this transaction ends.
pub fn given_to_bot(conn: &mut DbConn, bot: AgentBotId, inbox: Option<InboxId>) -> Result<Vec<ConversationId>> {
    let given =
        conversations::table.filter(conversations::assignee_agent_bot_id.eq(bot)).order_by(apart(conversations::id)).select(conversations::id);
    match inbox {
        Some(inbox) => Ok(locked(given.filter(conversations::inbox_id.eq(inbox)).limit(LET_GO)).load(conn)?),
        None => Ok(locked(given.limit(LET_GO)).load(conn)?),
    }
}

/// A conversation that waits for somebody.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Waiting {
    /// The row which says so.
    pub row: i64,
    /// Which.
    pub id: ConversationId,
    /// Where.
    pub inbox: InboxId,
    /// Whose, if it is a team's.
    pub team: Option<TeamId>,
}

/// Those that wait for somebody, after this row; whoever waits longest first.
pub fn to_assign(conn: &mut DbConn, after: i64, most: i64) -> Result<Vec<Waiting>> {
    let waiting = (conversations_to_assign::id, conversations_to_assign::conversation_id, conversations_to_assign::inbox_id, conversations::team_id);
    let query = conversations_to_assign::table
        .inner_join(conversations::table.on(conversations::id.eq(conversations_to_assign::conversation_id)))
        .filter(conversations_to_assign::id.gt(after))
        .order_by(conversations_to_assign::id)
        .select(waiting);
    Ok(query.limit(most).load(conn)?)
}

/// An open conversation in which nothing has happened for a while.
#[derive(Debug, Clone, Copy)]
pub struct Quiet {
    /// Which.
    pub id: ConversationId,
    /// Since when.
    pub since: NaiveDateTime,
    /// Whether its contact waits for an answer.
    pub waits: bool,
}

/// The open conversations of an account whose last message was written before then, the quietest first, from where an earlier look has
/// come to.
pub fn quiet(
    conn: &mut DbConn,
    account: AccountId,
    before: NaiveDateTime,
    reached: Option<(NaiveDateTime, ConversationId)>,
    most: i64,
) -> Result<Vec<Quiet>> {
    let mut query = conversations::table
        .filter(conversations::account_id.eq(account).and(conversations::status.eq(Status::Open)).and(conversations::last_activity_at.lt(before)))
        .order_by((conversations::last_activity_at, conversations::id))
        .limit(most)
        .select((conversations::id, conversations::last_activity_at, conversations::waiting_since))
        .into_boxed();
    if let Some((since, id)) = reached {
        let same = conversations::last_activity_at.eq(since).and(conversations::id.gt(id));
        query = query.filter(conversations::last_activity_at.ge(since)).filter(conversations::last_activity_at.gt(since).or(same));
    }
    let found: Vec<(ConversationId, NaiveDateTime, Option<NaiveDateTime>)> = query.load(conn)?;
    Ok(found.into_iter().map(|(id, since, waiting)| Quiet { id, since, waits: waiting.is_some() }).collect())
}
