//! Handing conversations to people by turns. What is open and has nobody goes to a member of the inbox who is online; when there is none it
//! waits, and goes to whoever comes first.
use super::change::assign;
use crate::{
    conversations::{
        model::{Conversation, Status},
        queries,
        thread::Thread,
    },
    db::{
        Tx,
        dialect::Each,
        schema::conversations_to_assign,
        types::{ConversationId, UserId, now},
    },
    error::Result,
    events::Actor,
    inboxes::{self, Inbox},
    teams::Team,
};
use diesel::prelude::*;

/// Gives a conversation that has just been opened to whoever's turn it is, if the inbox wants that and it has nobody of the inbox yet.
pub(super) fn hand_over(tx: &mut Tx, thread: &mut Thread) -> Result<()> {
    if !is_to_be_handed_over(thread) {
        return Ok(());
    }
    if let Some(assignee) = thread.conversation.assignee_id
        && inboxes::has_member(tx.conn, thread.inbox.id, assignee)?
    {
        return Ok(());
    }
    match next(tx, &thread.inbox, thread.team.as_ref())? {
        Some(next) => assign(tx, thread, &Actor::System, Some(next)),
        None if thread.conversation.assignee_id.is_none() => wait(tx, &thread.conversation),
        None => Ok(()),
    }
}

/// Gives a conversation that waits for somebody to whoever's turn it is. False if nobody is there, or it waits no more.
///
/// # Errors
/// The database's; a conversation that is gone is none.
pub fn hand_out(tx: &mut Tx, id: ConversationId) -> Result<bool> {
    let Some(mut thread) = queries::open_by_id(tx.conn, id)? else { return Ok(false) };
    let waits = is_to_be_handed_over(&thread) && thread.conversation.assignee_id.is_none();
    if !waits {
        return stop_waiting(tx, id).map(|()| false);
    }
    match next(tx, &thread.inbox, thread.team.as_ref())? {
        Some(next) => assign(tx, &mut thread, &Actor::System, Some(next)).map(|()| true),
        None => Ok(false),
    }
}

/// It was given to somebody, or taken from them on purpose: it waits no more.
pub(super) fn stop_waiting(tx: &mut Tx, id: ConversationId) -> Result<()> {
    diesel::delete(conversations_to_assign::table.filter(conversations_to_assign::conversation_id.eq(id))).execute(tx.conn)?;
    Ok(())
}

/// Whose turn it is in an inbox, among those who are online; of a team that wants it, among its members.
pub(super) fn next(tx: &mut Tx, inbox: &Inbox, team: Option<&Team>) -> Result<Option<UserId>> {
    match team {
        Some(team) if !team.allow_auto_assign => Ok(None),
        team => inboxes::next_in_turn(tx, inbox, team.map(|team| team.id)),
    }
}

fn is_to_be_handed_over(thread: &Thread) -> bool {
    let wanted = thread.inbox.enable_auto_assignment && thread.team.as_ref().is_none_or(|team| team.allow_auto_assign);
    wanted && thread.conversation.status == Status::Open
}

fn wait(tx: &mut Tx, conversation: &Conversation) -> Result<()> {
    let insert = diesel::insert_into(conversations_to_assign::table)
        .values((
            conversations_to_assign::inbox_id.eq(conversation.inbox_id),
            conversations_to_assign::conversation_id.eq(conversation.id),
            conversations_to_assign::created_at.eq(now()),
        ))
        .on_conflict_do_nothing();
    Each(insert).execute(tx.conn)?;
    Ok(())
}
