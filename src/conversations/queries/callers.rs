//! Conversations as whoever answers sees them: people by the rules for people, bots all of the account; and which bot is to answer.
use super::{find, of_number, open, thread};
use crate::{
    bots::{self, AgentBot, AgentOrBot},
    conversations::{model::Conversation, thread::Thread},
    db::{
        DbConn,
        schema::conversations,
        types::{AgentBotId, ConversationId, DisplayId},
    },
    error::Result,
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

/// The bot that is to answer in a conversation, by its id; it may be gone.
pub fn answering_bot(conn: &mut DbConn, id: ConversationId) -> Result<Option<AgentBotId>> {
    let query = conversations::table.find(id).select(conversations::assignee_agent_bot_id);
    let found: Option<Option<AgentBotId>> = query.get_result(conn).optional()?;
    Ok(found.flatten())
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

/// The same bot itself, if it is there.
pub(in crate::conversations) fn assignee_bot(conn: &mut DbConn, of: &Conversation) -> Result<Option<AgentBot>> {
    of.assignee_agent_bot_id.map_or(Ok(None), |id| Ok(bots::by_ids(conn, &[id])?.pop()))
}
