//! Deleting conversations: one, those of an inbox, those of a contact; and letting those of a campaign go. Many go in steps, so that others get
//! their turn in between.
use crate::{
    audit::Change,
    auth::Administrator,
    contacts::Contact,
    conversations::queries,
    db::{
        Db, Tx,
        dialect::locked,
        schema::{conversations, messages},
        types::{AccountId, CampaignId, ConversationId, DisplayId, MessageId},
    },
    error::Result,
    inboxes::Inbox,
    notifications::{self, ActorType},
};
use diesel::prelude::*;

/// How many messages go in one step, or conversations that are only changed.
const STEP: i64 = 500;

/// How many conversations go in one step at most: one of few messages costs as much as some of them.
const CONVERSATIONS: i64 = 100;

/// Deletes a conversation with its messages, some at a time. (Its files go with a sweep within a day, since nothing refers to them any more.)
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub async fn remove(db: &Db, by: &Administrator, id: DisplayId) -> Result<()> {
    let (account, by) = (by.account_id(), by.clone());
    let begin = move |tx: &mut Tx| {
        queries::of_number(tx.conn, account, id)?;
        by.record(tx, Change::Destroyed(&id))
    };
    let remove_some = move |tx: &mut Tx| {
        let conversation = queries::of_number(tx.conn, account, id)?;
        Ok(shrink(tx, account, conversation.id, STEP)?.is_some())
    };
    db.write_in_steps(begin, remove_some).await
}

/// Deletes some of what is in an inbox that is to be deleted. True when no conversation is left.
///
/// # Errors
/// The database's.
pub fn clear_inbox(tx: &mut Tx, inbox: &Inbox) -> Result<bool> {
    let query = conversations::table.filter(conversations::inbox_id.eq(inbox.id)).select(conversations::id);
    let some: Vec<ConversationId> = query.limit(CONVERSATIONS).load(tx.conn)?;
    clear(tx, inbox.account_id, some)
}

/// The same for what a contact has said who is to be deleted. True when no conversation is left.
///
/// # Errors
/// The database's.
pub fn clear_contact(tx: &mut Tx, contact: &Contact) -> Result<bool> {
    let query = conversations::table.filter(conversations::contact_id.eq(contact.id)).select(conversations::id);
    let some: Vec<ConversationId> = query.limit(CONVERSATIONS).load(tx.conn)?;
    clear(tx, contact.account_id, some)
}

/// Takes some of its conversations from a campaign that is to be deleted. True when none is left.
///
/// # Errors
/// The database's.
pub fn clear_campaign(tx: &mut Tx, campaign: CampaignId) -> Result<bool> {
    let query = conversations::table.filter(conversations::campaign_id.eq(campaign)).select(conversations::id);
    let some: Vec<ConversationId> = locked(query.order_by(conversations::id).limit(STEP)).load(tx.conn)?;
    let all = (some.len() as i64) < STEP;
    let free = conversations::campaign_id.eq(None::<CampaignId>);
    diesel::update(conversations::table.filter(conversations::id.eq_any(some))).set(free).execute(tx.conn)?;
    Ok(all)
}

/// False while there may be more than these.
fn clear(tx: &mut Tx, account: AccountId, mut some: Vec<ConversationId>) -> Result<bool> {
    let all = (some.len() as i64) < CONVERSATIONS;
    // always in the same order, so that no two wait for each other
    some.sort();
    let mut room = STEP;
    for id in some {
        match shrink(tx, account, id, room)? {
            Some(gone) => room -= gone,
            None => return Ok(false),
        }
    }
    Ok(all)
}

/// Deletes the oldest messages of a conversation, up to so many; with fewer left than that, all of it, and gives how many they were.
fn shrink(tx: &mut Tx, account: AccountId, id: ConversationId, most: i64) -> Result<Option<i64>> {
    let of_it = || messages::table.filter(messages::conversation_id.eq(id));
    let some: Vec<MessageId> = of_it().select(messages::id).order_by(messages::id).limit(most).load(tx.conn)?;
    let number = some.len() as i64;
    if let (Some(last), true) = (some.last(), number == most) {
        diesel::delete(of_it().filter(messages::id.le(last))).execute(tx.conn)?;
        return Ok(None);
    }
    diesel::delete(conversations::table.find(id)).execute(tx.conn)?;
    notifications::forget_about(tx, account, ActorType::Conversation, id.0)?;
    Ok(Some(number))
}
