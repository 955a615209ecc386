//! Doing what rules and macros are to do. A step and the rounds are apart, as with deliveries. Any number of nodes do it: whoever holds a conversation
//! looks whether it is still to be done, and all that is done is committed together with the fact that it is. So nothing is done twice, and what a
//! process was at when it died is done by the next.
use super::{
    commands::{finish, put_off},
    model::{Action, ActionRun, Flaw, Said},
    parse,
    perform::{Doer, hold_teams, perform},
    queries,
};
use crate::{
    conversations::{self, Thread},
    db::{
        Db, Tx,
        types::{ActionRunId, now},
    },
    error::{Error, Result},
    rounds::Rounds,
    users,
};
use chrono::TimeDelta;
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

/// How often a node looks for what other nodes have left, and for what has become due.
const POLL: Duration = Duration::from_secs(1);
/// How many are done in one step.
const BATCH: i64 = 100;
/// How often something is tried that fails for reasons of the server's own.
const MOST_TRIES: i32 = 6;

/// Rung when there is something to do.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    pub(super) fn ring(&self) {
        self.0.notify_one();
    }
}

/// Does what rules are to do about an event, after it has taken the conversation ([`take`]), and says that it is done with ([`done`]).
pub type Judge = fn(&mut Tx, &ActionRun) -> Result<()>;

/// Does some of what is to be done. Gives how much was looked at.
///
/// # Errors
/// When the database cannot be read. What cannot be done is tried again later, and said in the log.
pub async fn work_off(db: &Db, judge: Judge) -> Result<usize> {
    let due = db.read(|conn| queries::due(conn, BATCH)).await?;
    for id in &due {
        let id = *id;
        if let Err(e) = db.write_patiently(move |tx| run(tx, id, judge)).await {
            tracing::error!(run = id.0, error = %e, "what a rule or a macro is to do could not be done now");
            db.write_patiently(move |tx| try_later(tx, id)).await?;
        }
    }
    Ok(due.len())
}

fn run(tx: &mut Tx, id: ActionRunId, judge: Judge) -> Result<()> {
    match queries::find(tx.conn, id)? {
        Some(run) => match &run.actions {
            Some(actions) => run_macro(tx, &run, &actions.0),
            None => judge(tx, &run),
        },
        None => Ok(()),
    }
}

fn try_later(tx: &mut Tx, id: ActionRunId) -> Result<()> {
    let Some(run) = queries::find(tx.conn, id)? else { return Ok(()) };
    if run.attempts + 1 >= MOST_TRIES {
        tracing::error!(run = id.0, conversation = run.conversation_id.0, "what a rule or a macro was to do is given up");
        return finish(tx, id);
    }
    put_off(tx, id, now() + TimeDelta::seconds(1 << run.attempts.clamp(0, 10)))
}

/// The conversation, held until the transaction ends; none if it is gone, or somebody else has done what was to be done. To be asked after
/// [`hold_teams`].
///
/// # Errors
/// The database's.
pub fn take(tx: &mut Tx, run: &ActionRun) -> Result<Option<Thread>> {
    let thread = conversations::open_by_id(tx.conn, run.conversation_id)?;
    Ok(if thread.is_some() && queries::is_open(tx.conn, run.id)? { thread } else { None })
}

/// What a run was about is done with.
///
/// # Errors
/// The database's.
pub fn done(tx: &mut Tx, run: &ActionRun) -> Result<()> {
    finish(tx, run.id)
}

fn run_macro(tx: &mut Tx, run: &ActionRun, said: &[Said]) -> Result<()> {
    let read = parse::read(said);
    hold_teams(tx, run.account_id, read.as_deref().unwrap_or_default())?;
    let Some(mut thread) = take(tx, run)? else { return Ok(()) };
    // whoever has left the account meanwhile has nothing done there any more
    let member = match run.user_id {
        Some(user) => users::members(tx.conn, run.account_id, Some(&[user]))?.pop(),
        None => None,
    };
    if let Some(member) = member
        && let Err(why) = attempt(tx, &mut thread, Doer::Member(&member.user), read)?
    {
        let language = thread.account.language();
        let args = [("name", member.user.available_name().into()), ("reason", why.as_str().into())];
        conversations::leave_notice(tx, &mut thread, language.ta("activity-macro-failed", &args))?;
    }
    finish(tx, run.id)
}

/// All of these actions, or nothing and why.
fn attempt(tx: &mut Tx, thread: &mut Thread, doer: Doer, read: Result<Vec<Action>, Flaw>) -> Result<Result<(), String>> {
    let actions = match read {
        Ok(actions) => actions,
        Err(flaw) => return Ok(Err(flaw.to_string())),
    };
    if let Some(flaw) = parse::flaws(tx.conn, thread.account.id, &actions)? {
        return Ok(Err(flaw.to_string()));
    }
    perform_whole(tx, thread, doer, &actions)
}

/// Does these actions, or, if one of them is refused, none of them; then it says why, and the conversation is as before.
///
/// # Errors
/// What has nothing to do with the actions, and may be tried again.
pub fn perform_whole(tx: &mut Tx, thread: &mut Thread, doer: Doer, actions: &[Action]) -> Result<Result<(), String>> {
    let before = thread.clone();
    match tx.attempt(|tx| perform(tx, thread, doer, actions)) {
        Ok(()) => Ok(Ok(())),
        Err(e @ (Error::Overloaded | Error::DiskFull | Error::StorageDown | Error::Internal(_))) => Err(e),
        Err(refused) => {
            *thread = before;
            Ok(Err(refused.to_string()))
        }
    }
}

/// Does it again and again.
pub fn keep_running(db: Db, bell: Bell, judge: Judge) -> Rounds {
    let called = async move || bell.0.notified().await;
    Rounds::start_when_called(Duration::ZERO, called, async move || match work_off(&db, judge).await {
        Ok(0) => POLL,
        Ok(_) => Duration::ZERO,
        Err(e) => {
            tracing::warn!(error = %e, "what rules and macros are to do could not be looked for; it is tried again");
            POLL
        }
    })
}
