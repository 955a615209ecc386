//! The team that is to answer.
use super::{assignment, change::change};
use crate::{
    conversations::{model::Conversation, queries, thread::Thread},
    db::{
        Tx,
        schema::conversations,
        types::{TeamId, UserId, now},
    },
    error::Result,
    events::Actor,
    inboxes::Inbox,
    teams::{self, Team},
};
use diesel::prelude::*;

/// Gives a conversation to a team; to none with `None`. Whoever is to answer and is not in the team is not to answer any more; if the team
/// wants it, somebody of theirs who is online is.
pub fn assign_team(tx: &mut Tx, thread: &mut Thread, actor: &Actor, team: Option<TeamId>) -> Result<()> {
    change(tx, thread, actor, |conversation| conversation.team_id = team)
}

/// Puts the team right that is drawn with the conversation, and with a new one who is to answer. Gives the team until now.
pub(super) fn follow(tx: &mut Tx, thread: &mut Thread) -> Result<Option<Team>> {
    let Conversation { account_id, team_id, assignee_id, .. } = thread.conversation;
    let team = team_id.map(|id| teams::find(tx.conn, account_id, id)).transpose()?;
    thread.conversation.assignee_id = answering(tx, &thread.inbox, team.as_ref(), assignee_id)?;
    Ok(std::mem::replace(&mut thread.team, team))
}

/// Who is to answer in a conversation that is given to this team: only somebody who is in it, and whoever's turn it is if nobody else.
pub(super) fn answering(tx: &mut Tx, inbox: &Inbox, team: Option<&Team>, assignee: Option<UserId>) -> Result<Option<UserId>> {
    match (team, assignee) {
        (Some(team), Some(assignee)) if teams::has_member(tx.conn, team.id, assignee)? => Ok(Some(assignee)),
        (Some(team), _) => assignment::next(tx, inbox, Some(team)),
        (None, assignee) => Ok(assignee),
    }
}

/// A team has been deleted: its conversations are nobody's, some at a time and in the order of their ids, in which everybody locks them. Written
/// silently, like the deletion itself.
///
/// # Errors
/// The database's.
pub fn set_free(tx: &mut Tx, team: &Team) -> Result<()> {
    loop {
        let some = queries::given_to_team(tx.conn, team.id)?;
        if some.is_empty() {
            return Ok(());
        }
        let freed = (conversations::team_id.eq(None::<TeamId>), conversations::updated_at.eq(now()));
        diesel::update(conversations::table.filter(conversations::id.eq_any(some))).set(freed).execute(tx.conn)?;
    }
}
