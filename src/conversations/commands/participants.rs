//! Who takes part in a conversation, who was named in it, and what they have begun to write.
use crate::{
    checks::within,
    conversations::{
        content::{LONGEST, mentioned},
        model::{Conversation, Message},
        queries,
    },
    db::{
        Tx,
        dialect::Each,
        schema::{conversation_participants as participants, draft_messages, mentions},
        types::{AccountId, ConversationId, TeamId, UserId, now},
    },
    error::{Error, Result},
    inboxes, teams,
    users::{self, Member, Role},
};
use diesel::{prelude::*, upsert::excluded};

/// Lets these users take part. Gives those who did not yet.
///
/// # Errors
/// [`Error::Invalid`] for somebody who does not see the conversation.
pub fn add_participants(tx: &mut Tx, conversation: &Conversation, ids: &[UserId]) -> Result<Vec<Member>> {
    let present = queries::participants(tx.conn, conversation)?;
    let wanted = eligible(tx, conversation, &present, ids)?;
    let new: Vec<Member> = wanted.into_iter().filter(|one| !present.iter().any(|member| member.user.id == one.user.id)).collect();
    new.iter().try_for_each(|one| join(tx, conversation, one.user.id))?;
    Ok(new)
}

/// Lets these users, and nobody else, take part. Gives them.
///
/// # Errors
/// As [`add_participants`].
pub fn set_participants(tx: &mut Tx, conversation: &Conversation, ids: &[UserId]) -> Result<Vec<Member>> {
    let present = queries::participants(tx.conn, conversation)?;
    let wanted = eligible(tx, conversation, &present, ids)?;
    let kept: Vec<UserId> = wanted.iter().map(|one| one.user.id).collect();
    let others = participants::table.filter(participants::conversation_id.eq(conversation.id).and(participants::user_id.ne_all(kept)));
    diesel::delete(others).execute(tx.conn)?;
    wanted.iter().try_for_each(|one| join(tx, conversation, one.user.id))?;
    Ok(wanted)
}

/// Lets these users take part no more. Those who did not are none.
///
/// # Errors
/// The database's.
pub fn remove_participants(tx: &mut Tx, conversation: &Conversation, ids: &[UserId]) -> Result<()> {
    let present = queries::participants(tx.conn, conversation)?;
    let leaving: Vec<UserId> = present.iter().map(|one| one.user.id).filter(|id| ids.contains(id)).collect();
    let theirs = participants::table.filter(participants::conversation_id.eq(conversation.id).and(participants::user_id.eq_any(leaving)));
    diesel::delete(theirs).execute(tx.conn)?;
    Ok(())
}

/// Those whom a request names: whoever takes part already may stay, whatever has come since.
fn eligible(tx: &mut Tx, conversation: &Conversation, present: &[Member], ids: &[UserId]) -> Result<Vec<Member>> {
    let mut known = queries::may_take_part(tx.conn, conversation)?;
    known.extend(present.iter().filter(|one| !known.iter().any(|member| member.user.id == one.user.id)).cloned().collect::<Vec<_>>());
    match ids.iter().find(|id| !known.iter().any(|member| member.user.id == **id)) {
        Some(stranger) => Err(Error::invalid("user", format!("User {stranger} does not see this conversation"))),
        None => Ok(known.into_iter().filter(|member| ids.contains(&member.user.id)).collect()),
    }
}

/// Lets somebody take part, if they do not yet.
fn join(tx: &mut Tx, conversation: &Conversation, user: UserId) -> Result<()> {
    let insert = diesel::insert_into(participants::table)
        .values((
            participants::account_id.eq(conversation.account_id),
            participants::conversation_id.eq(conversation.id),
            participants::user_id.eq(user),
            participants::created_at.eq(now()),
        ))
        .on_conflict_do_nothing();
    Each(insert).execute(tx.conn)?;
    Ok(())
}

/// Somebody is to answer: they take part, if they see the conversation.
pub(super) fn join_assignee(tx: &mut Tx, conversation: &Conversation, user: UserId) -> Result<()> {
    match queries::may_take_part(tx.conn, conversation)?.iter().any(|member| member.user.id == user) {
        true => join(tx, conversation, user),
        false => Ok(()),
    }
}

/// Notes whom a note names, of those who may see it: they take part from now on. Gives them.
pub(super) fn note_mentions(tx: &mut Tx, conversation: &Conversation, note: &Message) -> Result<Vec<UserId>> {
    let mut named = mentioned(note.content.as_deref().unwrap_or_default());
    if named.is_empty() {
        return Ok(named);
    }
    let known = queries::may_take_part(tx.conn, conversation)?;
    named.retain(|id| known.iter().any(|member| member.user.id == *id));
    for user in &named {
        let insert = diesel::insert_into(mentions::table)
            .values((
                mentions::account_id.eq(conversation.account_id),
                mentions::conversation_id.eq(conversation.id),
                mentions::user_id.eq(user),
                mentions::mentioned_at.eq(note.created_at),
                mentions::created_at.eq(note.created_at),
            ))
            .on_conflict((mentions::user_id, mentions::conversation_id))
            .do_update()
            .set(mentions::mentioned_at.eq(excluded(mentions::mentioned_at)));
        Each(insert).execute(tx.conn)?;
        join(tx, conversation, *user)?;
    }
    Ok(named)
}

/// Keeps what somebody has begun to write; nothing if that is blank.
///
/// # Errors
/// [`Error::Invalid`] for a text that no message may have.
pub fn keep_draft(tx: &mut Tx, conversation: &Conversation, user: UserId, message: &str) -> Result<()> {
    within("message", message, LONGEST)?;
    if message.trim().is_empty() {
        return forget_draft(tx, conversation.id, user);
    }
    let insert = diesel::insert_into(draft_messages::table)
        .values((
            draft_messages::account_id.eq(conversation.account_id),
            draft_messages::conversation_id.eq(conversation.id),
            draft_messages::user_id.eq(user),
            draft_messages::message.eq(message),
            draft_messages::updated_at.eq(now()),
        ))
        .on_conflict((draft_messages::user_id, draft_messages::conversation_id))
        .do_update()
        .set((draft_messages::message.eq(excluded(draft_messages::message)), draft_messages::updated_at.eq(excluded(draft_messages::updated_at))));
    Each(insert).execute(tx.conn)?;
    Ok(())
}

/// Forgets what somebody has begun to write.
///
/// # Errors
/// The database's.
pub fn forget_draft(tx: &mut Tx, conversation: ConversationId, user: UserId) -> Result<()> {
    let theirs = draft_messages::table.filter(draft_messages::user_id.eq(user).and(draft_messages::conversation_id.eq(conversation)));
    diesel::delete(theirs).execute(tx.conn)?;
    Ok(())
}

/// Users see less of the account: they take no part in what they do not see now, and what they have begun to write there is forgotten.
///
/// # Errors
/// The database's.
pub fn restrict(tx: &mut Tx, account: AccountId, users: &[UserId]) -> Result<()> {
    for user in users {
        let (_, membership) = users::member(tx.conn, *user, account)?;
        if membership.is_some_and(|membership| membership.role == Role::Administrator) {
            continue;
        }
        let inboxes = inboxes::of_member(tx.conn, account, *user)?;
        let teams: Vec<TeamId> = teams::of_member(tx.conn, account, *user)?.into_iter().collect();
        loop {
            let some = queries::left_behind(tx.conn, account, *user, &inboxes, &teams)?;
            if some.is_empty() {
                break;
            }
            forget_in(tx, *user, &some)?;
        }
    }
    Ok(())
}

fn forget_in(tx: &mut Tx, user: UserId, of: &[ConversationId]) -> Result<()> {
    // in the order in which a mention writes them
    diesel::delete(mentions::table.filter(mentions::user_id.eq(user).and(mentions::conversation_id.eq_any(of)))).execute(tx.conn)?;
    diesel::delete(participants::table.filter(participants::user_id.eq(user).and(participants::conversation_id.eq_any(of)))).execute(tx.conn)?;
    diesel::delete(draft_messages::table.filter(draft_messages::user_id.eq(user).and(draft_messages::conversation_id.eq_any(of))))
        .execute(tx.conn)?;
    Ok(())
}

/// Somebody leaves the account, and with it its conversations.
pub(super) fn depart(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    diesel::delete(mentions::table.filter(mentions::user_id.eq(user).and(mentions::account_id.eq(account)))).execute(tx.conn)?;
    diesel::delete(participants::table.filter(participants::user_id.eq(user).and(participants::account_id.eq(account)))).execute(tx.conn)?;
    diesel::delete(draft_messages::table.filter(draft_messages::user_id.eq(user).and(draft_messages::account_id.eq(account)))).execute(tx.conn)?;
    Ok(())
}
