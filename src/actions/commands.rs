//! Noting what is to be done, and what came of it.
use super::{
    model::{ActionRun, Outcome, RunState, Said},
    queries,
    runner::Bell,
};
use crate::{
    conversations::{Conversation, Occasion},
    db::{
        Tx,
        schema::{action_files, action_runs},
        types::{AccountId, ActionRunId, AutomationRuleId, Json, MacroId, UserId, now},
    },
    error::Result,
    files,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// How many runs of a rule are kept.
const KEPT: i64 = 200;

/// An event that rules are to look at, with what changed of these attributes.
///
/// # Errors
/// The database's.
pub fn enqueue_event(tx: &mut Tx, occasion: Occasion, changing: &[&str]) -> Result<()> {
    let Occasion { event, thread, message, changes } = occasion;
    let changes = changes.map(|changes| serde_json::to_value(changes.only(changing)).unwrap_or_default());
    let at = now();
    diesel::insert_into(action_runs::table)
        .values((
            (action_runs::account_id.eq(thread.account.id), action_runs::conversation_id.eq(thread.conversation.id)),
            (action_runs::event_name.eq(event), action_runs::message_id.eq(message.map(|message| message.id))),
            (action_runs::changes.eq(changes.map(Json)), action_runs::due_at.eq(at), action_runs::created_at.eq(at)),
        ))
        .execute(tx.conn)?;
    ring(tx);
    Ok(())
}

/// What one rule is to do about an event when its time comes.
///
/// # Errors
/// The database's.
pub fn enqueue_later(tx: &mut Tx, event: &ActionRun, rule: AutomationRuleId, due_at: NaiveDateTime) -> Result<()> {
    diesel::insert_into(action_runs::table)
        .values((
            (action_runs::account_id.eq(event.account_id), action_runs::conversation_id.eq(event.conversation_id)),
            (action_runs::event_name.eq(event.event_name), action_runs::message_id.eq(event.message_id), action_runs::changes.eq(&event.changes)),
            action_runs::state.eq(RunState::Waiting),
            (action_runs::automation_rule_id.eq(rule), action_runs::due_at.eq(due_at), action_runs::created_at.eq(event.created_at)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// What a macro is to do to these conversations, as it is now, whatever becomes of it.
///
/// # Errors
/// The database's.
pub fn enqueue_macro(tx: &mut Tx, by: UserId, id: MacroId, actions: &[Said], on: &[Conversation]) -> Result<()> {
    let at = now();
    for conversation in on {
        diesel::insert_into(action_runs::table)
            .values((
                (action_runs::account_id.eq(conversation.account_id), action_runs::conversation_id.eq(conversation.id)),
                (action_runs::macro_id.eq(id), action_runs::user_id.eq(by), action_runs::actions.eq(Json(actions.to_vec()))),
                (action_runs::due_at.eq(at), action_runs::created_at.eq(at)),
            ))
            .execute(tx.conn)?;
    }
    ring(tx);
    Ok(())
}

fn ring(tx: &mut Tx) {
    if let Some(bell) = tx.shared::<Bell>() {
        tx.after_commit(move || bell.ring());
    }
}

/// Notes what came of a rule that an event has begun.
///
/// # Errors
/// The database's.
pub fn note(tx: &mut Tx, event: &ActionRun, rule: AutomationRuleId, outcome: Outcome) -> Result<()> {
    let at = now();
    diesel::insert_into(action_runs::table)
        .values((
            (action_runs::account_id.eq(event.account_id), action_runs::conversation_id.eq(event.conversation_id)),
            (action_runs::event_name.eq(event.event_name), action_runs::message_id.eq(event.message_id), action_runs::changes.eq(&event.changes)),
            (action_runs::state.eq(outcome.state()), action_runs::automation_rule_id.eq(rule), action_runs::outcome.eq(Json(outcome))),
            (action_runs::due_at.eq(at), action_runs::created_at.eq(event.created_at), action_runs::finished_at.eq(at)),
        ))
        .execute(tx.conn)?;
    let old = queries::beyond(tx.conn, rule, KEPT)?;
    if !old.is_empty() {
        diesel::delete(action_runs::table.filter(action_runs::id.eq_any(old))).execute(tx.conn)?;
    }
    Ok(())
}

/// It is done with.
pub(super) fn finish(tx: &mut Tx, id: ActionRunId) -> Result<()> {
    diesel::delete(action_runs::table.find(id)).execute(tx.conn)?;
    Ok(())
}

/// It could not be done just now.
pub(super) fn put_off(tx: &mut Tx, id: ActionRunId, until: NaiveDateTime) -> Result<()> {
    let set = (action_runs::attempts.eq(action_runs::attempts + 1), action_runs::due_at.eq(until));
    diesel::update(action_runs::table.find(id)).set(set).execute(tx.conn)?;
    Ok(())
}

/// What keeps the files that its actions send.
#[derive(Debug, Clone, Copy)]
pub enum Keeper {
    /// A rule.
    Rule(AutomationRuleId),
    /// A macro.
    Macro(MacroId),
}

/// Keeps the files that these actions send, and no others any more.
///
/// # Errors
/// The database's.
pub fn keep_files(tx: &mut Tx, account: AccountId, keeper: Keeper, actions: &[Said]) -> Result<()> {
    let (rule, by_macro) = match keeper {
        Keeper::Rule(id) => (Some(id), None),
        Keeper::Macro(id) => (None, Some(id)),
    };
    match keeper {
        Keeper::Rule(id) => diesel::delete(action_files::table.filter(action_files::automation_rule_id.eq(id))).execute(tx.conn)?,
        Keeper::Macro(id) => diesel::delete(action_files::table.filter(action_files::macro_id.eq(id))).execute(tx.conn)?,
    };
    for name in actions.iter().filter(|action| action.action_name == "send_attachment").flat_map(|action| &action.action_params) {
        let blob = files::of_account(tx.conn, account, name.as_str().unwrap_or_default())?;
        diesel::insert_into(action_files::table)
            .values((action_files::automation_rule_id.eq(rule), action_files::macro_id.eq(by_macro), action_files::blob_id.eq(blob.id)))
            .execute(tx.conn)?;
    }
    Ok(())
}
