//! The labels of conversations: the list that payloads draw, and beside it the rows by which conversations are found.
use super::change::change;
use crate::{
    conversations::{model::Conversation, queries, thread::Thread},
    db::{
        Tx,
        schema::{conversation_labels, conversations},
        types::{ConversationId, Json, now},
    },
    error::Result,
    events::Actor,
    labels::{self, Relabelled},
    on_each,
};
use diesel::prelude::*;
use std::collections::HashMap;

/// Makes these titles the labels of a conversation.
pub fn set_labels(tx: &mut Tx, thread: &mut Thread, actor: &Actor, wanted: Vec<String>) -> Result<()> {
    change(tx, thread, actor, |conversation| conversation.labels.0 = labels::replaced(&conversation.labels.0, wanted))
}

/// Puts those of these titles on that are labels of the account.
///
/// # Errors
/// [`crate::error::Error::Invalid`] for more labels than a conversation carries.
pub fn add_labels(tx: &mut Tx, thread: &mut Thread, actor: &Actor, titles: &[String]) -> Result<()> {
    let defined = labels::defined(tx.conn, thread.account.id, titles)?;
    let all = labels::changed(&thread.conversation.labels.0, &defined, &[])?;
    set_labels(tx, thread, actor, all)
}

/// Brings the rows in line with the list.
pub(super) fn file(tx: &mut Tx, before: &Conversation, after: &Conversation) -> Result<()> {
    let (added, removed) = labels::difference(&before.labels.0, &after.labels.0);
    if !removed.is_empty() {
        let rows =
            conversation_labels::table.filter(conversation_labels::conversation_id.eq(after.id).and(conversation_labels::title.eq_any(removed)));
        diesel::delete(rows).execute(tx.conn)?;
    }
    if !added.is_empty() {
        let row = |title| {
            (
                conversation_labels::account_id.eq(after.account_id),
                conversation_labels::conversation_id.eq(after.id),
                conversation_labels::title.eq(title),
            )
        };
        let rows: Vec<_> = added.into_iter().map(row).collect();
        on_each!(tx.conn, c => diesel::insert_into(conversation_labels::table).values(rows).execute(c))?;
    }
    Ok(())
}

/// A label is another one now, or gone: the conversations that carry it follow, some at a time, so that memory does not grow with
/// them. Written silently: what the label says of a conversation has not changed.
///
/// # Errors
/// The database's.
pub fn relabel(tx: &mut Tx, relabelled: Relabelled) -> Result<()> {
    loop {
        let carrying = queries::carrying(tx.conn, relabelled.account, relabelled.from)?;
        if carrying.is_empty() {
            return Ok(());
        }
        let (mut alike, mut all, mut renamed): (HashMap<Vec<String>, Vec<ConversationId>>, Vec<_>, Vec<_>) = Default::default();
        for (id, Json(list)) in carrying {
            all.push(id);
            if relabelled.to.is_some_and(|to| !list.iter().any(|title| title == to)) {
                renamed.push(id);
            }
            alike.entry(list).or_default().push(id);
        }
        for (list, ids) in alike {
            let after = (conversations::labels.eq(Json(relabelled.applied_to(&list))), conversations::updated_at.eq(now()));
            diesel::update(conversations::table.filter(conversations::id.eq_any(ids))).set(after).execute(tx.conn)?;
        }
        let rows = |ids: Vec<ConversationId>| {
            conversation_labels::table
                .filter(conversation_labels::conversation_id.eq_any(ids).and(conversation_labels::title.eq(relabelled.from.to_owned())))
        };
        if let Some(to) = relabelled.to {
            diesel::update(rows(renamed)).set(conversation_labels::title.eq(to)).execute(tx.conn)?;
        }
        // what still has the old title is gone, or carries the new one already
        diesel::delete(rows(all)).execute(tx.conn)?;
    }
}
