//! Reading what is to be done, and what was.
use super::model::{ActionRun, RunState};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, locked},
        schema::{action_files, action_runs, blobs},
        types::{ActionFileId, ActionRunId, AutomationRuleId, ConversationId, MacroId, now},
    },
    error::Result,
    files::Blob,
};
use chrono::NaiveDateTime;
use diesel::{dsl::sql, prelude::*, sql_types::Bool};

/// What may be done now, the oldest first: of each conversation only what comes first in it.
pub(super) fn due(conn: &mut DbConn, most: i64) -> Result<Vec<ActionRunId>> {
    // written out, so that the partial index is taken
    let open = sql::<Bool>("action_runs.state < 2");
    let first = sql::<Bool>(
        "NOT EXISTS (SELECT 1 FROM action_runs earlier WHERE earlier.conversation_id = action_runs.conversation_id AND earlier.state = 0 \
         AND earlier.id < action_runs.id)",
    );
    let query = action_runs::table.filter(open).filter(action_runs::due_at.le(now())).filter(first);
    Ok(query.select(action_runs::id).order_by((action_runs::due_at, action_runs::id)).limit(most).load(conn)?)
}

/// What is to be done under this id, if it still is.
pub(super) fn find(conn: &mut DbConn, id: ActionRunId) -> Result<Option<ActionRun>> {
    let open = action_runs::state.eq_any([RunState::Queued, RunState::Waiting]);
    let query = action_runs::table.filter(action_runs::id.eq(id).and(open)).select(ActionRun::columns());
    Ok(query.get_result(conn).optional()?)
}

/// Whether it is still to be done; then nobody else does it before this transaction ends.
pub(super) fn is_open(conn: &mut DbConn, id: ActionRunId) -> Result<bool> {
    let open = action_runs::state.eq_any([RunState::Queued, RunState::Waiting]);
    let query = action_runs::table.filter(action_runs::id.eq(id).and(open)).select(action_runs::id);
    Ok(locked(query).get_result::<ActionRunId>(conn).optional()?.is_some())
}

/// What a rule has done last, the newest first.
pub fn log(conn: &mut DbConn, rule: AutomationRuleId, most: i64) -> Result<Vec<ActionRun>> {
    let query = action_runs::table.filter(action_runs::automation_rule_id.eq(rule)).select(ActionRun::columns());
    Ok(query.order_by(action_runs::id.desc()).limit(most).load(conn)?)
}

/// How often a rule has acted in a conversation since then, as far as its log goes back.
pub fn done_since(conn: &mut DbConn, rule: AutomationRuleId, conversation: ConversationId, since: NaiveDateTime) -> Result<i64> {
    let done = action_runs::automation_rule_id.eq(rule).and(action_runs::state.eq(RunState::Done));
    let query = action_runs::table.filter(done.and(action_runs::conversation_id.eq(conversation)).and(action_runs::finished_at.ge(since)));
    Ok(query.count().get_result(conn)?)
}

/// The rows of a rule's log that come after so many newer ones.
pub(super) fn beyond(conn: &mut DbConn, rule: AutomationRuleId, kept: i64) -> Result<Vec<ActionRunId>> {
    let finished = action_runs::automation_rule_id.eq(rule).and(action_runs::finished_at.is_not_null());
    let query = action_runs::table.filter(finished).select(action_runs::id).order_by(action_runs::id.desc());
    Ok(query.offset(kept).limit(kept).load(conn)?)
}

/// A file that actions send.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = action_files)]
pub struct File {
    /// Its id among them.
    pub id: ActionFileId,
    /// The rule that sends it.
    pub automation_rule_id: Option<AutomationRuleId>,
    /// The macro that sends it.
    pub macro_id: Option<MacroId>,
    /// The file.
    #[diesel(embed)]
    pub blob: Blob,
}

/// The files that these rules send.
pub fn files_of_rules(conn: &mut DbConn, of: &[AutomationRuleId]) -> Result<Vec<File>> {
    let query = action_files::table.inner_join(blobs::table).filter(action_files::automation_rule_id.eq_any(of));
    Ok(query.select(File::columns()).order_by(action_files::id).load(conn)?)
}

/// The files that these macros send.
pub fn files_of_macros(conn: &mut DbConn, of: &[MacroId]) -> Result<Vec<File>> {
    let query = action_files::table.inner_join(blobs::table).filter(action_files::macro_id.eq_any(of));
    Ok(query.select(File::columns()).order_by(action_files::id).load(conn)?)
}
