//! Conversations as whoever answers sees them: people by the rules for people, bots all of the account; and which bot is to answer.
use super::{find, of_number, open, thread};
use crate::{
    bots::{self, AgentBot, AgentOrBot},
    conversations::{model::Conversation, thread::Thread},
    db::{
        DbConn,
        schema::{agent_bot_inboxes, conversations},
        types::{AgentBotId, ConversationId, DisplayId},
    },
    error::Result,
    on_each,
};
use diesel::prelude::*;

/// One of the conversations that whoever asks may see.
///
/// # Errors
/// As [`find`].
pub fn seen_by(conn: &mut DbConn, by: &AgentOrBot, id: DisplayId) -> Result<Conversation> {
    match by {
        AgentOrBot::Agent(agent) => find(conn, agent, id),
        AgentOrBot::Bot(acting) => of_number(conn, acting.account.id, id),
    }
}

/// The same, to be changed: nobody else changes it meanwhile.
///
/// # Errors
/// As [`find`].
pub fn thread_for(conn: &mut DbConn, by: &AgentOrBot, id: DisplayId) -> Result<Thread> {
    match by {
        AgentOrBot::Agent(agent) => thread(conn, agent, id),
        AgentOrBot::Bot(acting) => open(conn, &acting.account, id),
    }
}

/// The bots that hear what happens in a conversation: the one at work in its inbox, and the one that is to answer, which may be gone.
pub fn hearing_bots(conn: &mut DbConn, id: ConversationId) -> Result<[Option<AgentBotId>; 2]> {
    let query = conversations::table
        .left_join(agent_bot_inboxes::table.on(agent_bot_inboxes::inbox_id.eq(conversations::inbox_id)))
        .filter(conversations::id.eq(id))
        .select((agent_bot_inboxes::agent_bot_id.nullable(), conversations::assignee_agent_bot_id));
    let found: Option<(Option<AgentBotId>, Option<AgentBotId>)> = on_each!(conn, c => query.get_result(c)).optional()?;
    Ok(found.map_or([None; 2], |(at_work, answering)| [at_work, answering]))
}

/// Those of these conversations that a bot is to answer.
pub fn answered_by(conn: &mut DbConn, bot: AgentBotId, among: &[ConversationId]) -> Result<Vec<ConversationId>> {
    match among {
        [] => Ok(Vec::new()),
        ids => {
            let query = conversations::table.filter(conversations::id.eq_any(ids).and(conversations::assignee_agent_bot_id.eq(bot)));
            Ok(query.select(conversations::id).load(conn)?)
        }
    }
}

/// The bot that is to answer in a conversation, if it is there.
pub(in crate::conversations) fn assignee_bot(conn: &mut DbConn, of: &Conversation) -> Result<Option<AgentBot>> {
    of.assignee_agent_bot_id.map_or(Ok(None), |id| Ok(bots::by_ids(conn, &[id])?.pop()))
}
