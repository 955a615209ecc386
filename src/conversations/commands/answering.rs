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
        schema::conversations,
        types::{AgentBotId, InboxId, MessageId, now},
    },
    error::{Error, Result},
    events::Actor,
};
use diesel::prelude::*;
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
        conversation.waiting_since.get_or_insert_with(now);
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

/// Takes some of what a bot has left behind from it: what waits opens for people, or goes to the bot that has taken its place. False if nothing (more)
/// was left, by anybody.
///
/// # Errors
/// The database's.
pub fn take_over(tx: &mut Tx) -> Result<bool> {
    let Some(departure) = bots::first_departure(tx.conn)? else { return Ok(false) };
    let Departure { id: _, bot, inbox } = departure;
    let successor = inbox.map(|inbox| bots::answering_in(tx.conn, inbox)).transpose()?.flatten();
    let is_back = match inbox {
        Some(_) => successor == Some(bot),
        None => bots::by_ids(tx.conn, &[bot])?.iter().any(|bot| bot.outgoing_url.is_some()),
    };
    let left = match inbox {
        _ if is_back => Vec::new(),
        Some(inbox) if successor.is_none() => queries::waiting_in(tx.conn, bot, inbox)?,
        inbox => queries::waiting_for(tx.conn, bot, inbox)?,
    };
    if left.is_empty() && (is_back || let_go(tx, bot, inbox)?) {
        bots::settle_departure(tx, &departure)?;
    }
    for id in left {
        let Some(mut thread) = queries::open_by_id(tx.conn, id)? else { continue };
        match successor {
            None => open_for_people(tx, &mut thread, "activity-open-after-bot-left")?,
            // somebody may have taken it meanwhile
            Some(_) if thread.conversation.assignee_agent_bot_id != Some(bot) => {}
            Some(_) => apply(tx, &mut thread, &Actor::System, |conversation| conversation.assignee_agent_bot_id = successor)?,
        }
    }
    Ok(true)
}

/// What was resolved or snoozed meanwhile stays so, and is nobody's. Written silently, like the departure itself, some at a time. True when nothing is left.
fn let_go(tx: &mut Tx, bot: AgentBotId, inbox: Option<InboxId>) -> Result<bool> {
    let some = queries::given_to_bot(tx.conn, bot, inbox)?;
    if some.is_empty() {
        return Ok(true);
    }
    let freed = (conversations::assignee_agent_bot_id.eq(None::<AgentBotId>), conversations::updated_at.eq(now()));
    diesel::update(conversations::table.filter(conversations::id.eq_any(some))).set(freed).execute(tx.conn)?;
    Ok(false)
}
