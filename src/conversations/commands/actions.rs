//! What agents say about a conversation: how much it matters, whether its contact is heard, that it is to be looked at again, and
//! what the business keeps with it.
use super::{
    change::{apply, change, save, tell_sockets},
    create::check_attributes,
    notices,
};
use crate::{
    contacts::{self, ContactInput},
    conversations::{
        model::{Priority, Status},
        queries,
        thread::Thread,
    },
    custom_attributes::{self, Model},
    db::{
        Tx,
        types::{ConversationId, now},
    },
    error::Result,
    events::{Actor, EventName},
    web::fields::{Flag, Patch},
};
use chrono::TimeDelta;
use serde_json::{Map, Value};

/// How far before the contact's last message the last look is put.
const JUST_BEFORE: TimeDelta = TimeDelta::seconds(1);

/// Says how much it matters; nothing in particular with `None`.
pub fn set_priority(tx: &mut Tx, thread: &mut Thread, actor: &Actor, priority: Option<Priority>) -> Result<()> {
    change(tx, thread, actor, |conversation| conversation.priority = priority)
}

/// Ends the conversation, and hears no more from its contact: what they write opens nothing.
///
/// # Errors
/// The database's.
pub fn mute(tx: &mut Tx, thread: &mut Thread, actor: &Actor) -> Result<()> {
    // nobody who is not to be heard any more is asked how it was
    apply(tx, thread, actor, |conversation| conversation.status = Status::Resolved)?;
    block(tx, thread, actor, true)
}

/// Hears from the contact again. The conversation stays as it is.
///
/// # Errors
/// The database's.
pub fn unmute(tx: &mut Tx, thread: &mut Thread, actor: &Actor) -> Result<()> {
    block(tx, thread, actor, false)
}

fn block(tx: &mut Tx, thread: &mut Thread, actor: &Actor, blocked: bool) -> Result<()> {
    if thread.contact.blocked == blocked {
        return Ok(());
    }
    let input = ContactInput { blocked: Patch::Set(Flag(blocked)), ..ContactInput::default() };
    thread.contact = contacts::update(tx, &thread.account, actor, thread.contact.id, input)?;
    notices::about_muting(tx, thread, actor, blocked)
}

/// Lets the contact's last message count as not seen yet. No event tells it, as with a look; but whoever counts at a socket what is unread is told to
/// count again.
///
/// # Errors
/// The database's.
pub fn mark_unread(tx: &mut Tx, thread: &mut Thread, actor: &Actor) -> Result<()> {
    let was_unread = thread.unread > 0;
    let last = queries::last_incoming(tx.conn, thread.conversation.id)?;
    let seen = last.map(|at| at - JUST_BEFORE);
    (thread.conversation.agent_last_seen_at, thread.conversation.assignee_last_seen_at) = (seen, seen);
    save(tx, &thread.conversation)?;
    thread.unread = queries::unread(tx.conn, &thread.conversation)?;
    if was_unread || thread.unread == 0 || !thread.account.counts_unread() {
        return Ok(());
    }
    tell_sockets(tx, thread, EventName::ConversationUnread, actor.clone())
}

/// Keeps these attributes in place of those there are; or, to `merge`, beside them.
///
/// # Errors
/// [`crate::error::Error::Invalid`] for attributes over the limits, and values that are not what their definitions say.
pub fn set_custom_attributes(tx: &mut Tx, thread: &mut Thread, actor: &Actor, mut said: Map<String, Value>, merge: bool) -> Result<()> {
    custom_attributes::admit(tx.conn, thread.account.id, Model::Conversation, &mut said)?;
    let mut attributes = if merge { thread.conversation.custom_attributes.0.clone() } else { Map::new() };
    attributes.extend(said);
    check_attributes("custom_attributes", &attributes)?;
    change(tx, thread, actor, |conversation| conversation.custom_attributes.0 = attributes)
}

/// Forgets the attributes of these names.
///
/// # Errors
/// The database's.
pub fn remove_custom_attributes(tx: &mut Tx, thread: &mut Thread, actor: &Actor, names: &[String]) -> Result<()> {
    change(tx, thread, actor, |conversation| conversation.custom_attributes.0.retain(|name, _| !names.contains(name)))
}

/// Opens a conversation that was snoozed until now; false if somebody else was faster, or has thought better of it.
///
/// # Errors
/// The database's.
pub fn wake(tx: &mut Tx, id: ConversationId) -> Result<bool> {
    let Some(mut thread) = queries::open_by_id(tx.conn, id)? else { return Ok(false) };
    let due = thread.conversation.is_to_wake(now());
    if due {
        change(tx, &mut thread, &Actor::System, |conversation| conversation.status = Status::Open)?;
    }
    Ok(due)
}
