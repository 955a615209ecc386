//! What reports measure of a conversation, as it happens.
use crate::{
    conversations::{
        model::{Conversation, Message, Status},
        thread::Thread,
    },
    db::{Tx, types::UserId},
    error::Result,
    events::Actor,
    reporting::{self, Lapse, Measure},
};

/// How long somebody took to answer: for the first answer since the conversation began, was opened or came from a bot; for the
/// others since the contact waits.
pub(super) fn of_answer(tx: &mut Tx, before: &Conversation, answer: &Message, by: UserId) -> Result<Option<Lapse>> {
    let lapse = |name, from| Lapse { name, from, to: answer.created_at, user_id: Some(by) };
    if before.first_reply_created_at.is_some() {
        return Ok(before.waiting_since.map(|since| lapse(Measure::ReplyTime, since)));
    }
    let opened = [Measure::ConversationBotHandoff, Measure::ConversationOpened];
    let from = reporting::last(tx.conn, before.id, &opened)?.unwrap_or(before.created_at);
    Ok(Some(lapse(Measure::FirstResponse, from)))
}

/// What a change of the status ends: the conversation, what a bot did in it, or the time for which it was over. A bot hands over what it opens
/// itself, and not what people open, or the server once the bot is gone.
pub(super) fn note_status(tx: &mut Tx, thread: &Thread, before: &Conversation, by: &Actor) -> Result<()> {
    let conversation = &thread.conversation;
    let whole = |name| Lapse { name, from: conversation.created_at, to: conversation.updated_at, user_id: conversation.assignee_id };
    let mut lapses = Vec::new();
    match (before.status, conversation.status) {
        (from, Status::Open) => {
            let resolved = reporting::last(tx.conn, conversation.id, &[Measure::ConversationResolved])?;
            let since = resolved.unwrap_or(conversation.updated_at);
            lapses.push(Lapse { from: since, ..whole(Measure::ConversationOpened) });
            let is_handed_over = from == Status::Pending && matches!(by, Actor::Bot(..));
            if is_handed_over && reporting::last(tx.conn, conversation.id, &[Measure::ConversationBotHandoff])?.is_none() {
                lapses.push(whole(Measure::ConversationBotHandoff));
            }
        }
        (_, Status::Resolved) => {
            lapses.push(whole(Measure::ConversationResolved));
            if thread.has_bot && conversation.first_reply_created_at.is_none() {
                lapses.push(whole(Measure::ConversationBotResolved));
            }
        }
        (_, Status::Pending | Status::Snoozed) => {}
    }
    lapses.into_iter().try_for_each(|lapse| reporting::note(tx, &thread.inbox, conversation.id, lapse))
}
