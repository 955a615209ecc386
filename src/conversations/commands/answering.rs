//! Bots that are to answer: who is given to them, and what becomes of what they have left, or did not get.
use super::{
    change::{apply, change},
    notify, post,
};
use crate::{
    bots::{self, AgentBot, Departure},
    conversations::{
        model::{Conversation, Status},
        queries,
        thread::Thread,
    },
    db::{
        Tx,
        types::{ConversationId, MessageId},
    },
    error::{Error, Result},
    events::Actor,
};
use serde_json::json;

/// Gives a conversation to a bot: it waits for it, and for nobody else.
///
/// # Errors
/// The database's.
pub fn assign_bot(tx: &mut Tx, thread: &mut Thread, actor: &Actor, bot: &AgentBot) -> Result<()> {
    bots::join(tx, bot, thread.account.id)?;
    change(tx, thread, actor, |conversation| {
        conversation.assignee_agent_bot_id = Some(bot.id);
        conversation.status = Status::Pending;
    })
}

/// A bot leaves a conversation that waits for it to people, who have kept somebody waiting from then on at the latest. False if it does not wait.
///
/// # Errors
/// The database's.
pub fn hand_off(tx: &mut Tx, thread: &mut Thread, bot: &AgentBot) -> Result<bool> {
    if thread.conversation.status != Status::Pending {
        return Ok(false);
    }
    change(tx, thread, &bot.actor(), |conversation| {
        conversation.status = Status::Open;
        conversation.waiting_since.get_or_insert_with(crate::db::types::now);
    })?;
    notify::of_new(tx, thread, &bot.actor())?;
    Ok(true)
}

/// Puts the bot right that is drawn with the conversation.
pub(super) fn follow(tx: &mut Tx, thread: &mut Thread) -> Result<()> {
    thread.assignee_bot = queries::assignee_bot(tx.conn, &thread.conversation)?;
    Ok(())
}

/// Whether agents should read of the bot that is to answer; that none is any more goes without saying where it has opened.
pub(super) fn is_worth_a_notice(before: &Conversation, after: &Conversation) -> bool {
    let changed = after.assignee_agent_bot_id != before.assignee_agent_bot_id;
    changed && (after.assignee_agent_bot_id.is_some() || after.status == before.status)
}

/// A bot has not got this message, and will not: if its conversation waits for the bot, it opens for people, with a notice that says
/// why, unless the account wants it to wait on.
///
/// # Errors
/// The database's; a message that is gone is none.
pub fn open_after_bot(tx: &mut Tx, message: MessageId) -> Result<()> {
    let (conversation, account) = match queries::place_of(tx.conn, message) {
        Err(Error::NotFound) => return Ok(()),
        found => found.map(|(_, conversation, account)| (conversation, account))?,
    };
    if account.keeps_pending_on_bot_failure() {
        return Ok(());
    }
    let mut thread = queries::open(tx.conn, &account, conversation)?;
    open_for_people(tx, &mut thread, "activity-open-after-bot")
}

/// Opens what waits for a bot, with a notice why; nothing happens to what does not wait (any more).
fn open_for_people(tx: &mut Tx, thread: &mut Thread, why: &str) -> Result<()> {
    if thread.conversation.status != Status::Pending {
        return Ok(());
    }
    change(tx, thread, &Actor::System, |conversation| conversation.status = Status::Open)?;
    notify::of_new(tx, thread, &Actor::System)?;
    let activity = json!({"type": "conversation_status_changed", "status": Status::Open});
    let text = thread.account.language().t(why);
    post::notice(tx, thread, text, Some(activity))
}

/// Opens some of what a bot has left behind. False if nothing (more) was left, by anybody.
///
/// # Errors
/// The database's.
pub fn take_over(tx: &mut Tx) -> Result<bool> {
    let Some(departure) = bots::first_departure(tx.conn)? else { return Ok(false) };
    let left = left_by(tx, &departure)?;
    if left.is_empty() {
        bots::settle_departure(tx, &departure)?;
    }
    for id in left {
        let Some(mut thread) = queries::open_by_id(tx.conn, id)? else { continue };
        open_for_people(tx, &mut thread, "activity-open-after-bot-left")?;
        // what was resolved or snoozed meanwhile stays so, and is nobody's
        if thread.conversation.assignee_agent_bot_id == Some(departure.bot) {
            apply(tx, &mut thread, &Actor::System, |conversation| conversation.assignee_agent_bot_id = None)?;
        }
    }
    Ok(true)
}

/// Some of those that still wait for a bot that has left, in the order in which everybody locks them; none where a bot is there again.
fn left_by(tx: &mut Tx, departure: &Departure) -> Result<Vec<ConversationId>> {
    match departure.inbox {
        Some(inbox) if bots::answers_in(tx.conn, inbox)? => Ok(Vec::new()),
        Some(inbox) => queries::pending_in(tx.conn, inbox),
        None if bots::by_ids(tx.conn, &[departure.bot])?.iter().any(|bot| bot.outgoing_url.is_some()) => Ok(Vec::new()),
        None => queries::given_to_bot(tx.conn, departure.bot),
    }
}
