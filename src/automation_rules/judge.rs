//! Looking at what has happened: which rules it begins, which of them are for it, and what they do. An event is noted in its own transaction, and looked
//! at in another one, soon after: a contact's message does not wait until all rules have had their say, and a rule that fails takes nothing of what
//! began it along. What rules do begins no rules.
use super::{
    commands,
    conditions::{self, CHANGES, Field, Scene},
    model::{ACTS_WITHIN, AutomationRule, MOST_ACTS},
    queries,
};
use crate::{
    actions::{self, Action, ActionRun, ByRule, Doer, Flaw, Outcome, RunState},
    conversations::{self, Message, Occasion, Thread},
    db::{
        Tx,
        types::{AccountId, now},
    },
    error::{Error, Result},
    filters::Filter,
};
use chrono::TimeDelta;

/// Notes an event that rules may be for, unless a rule has caused it.
///
/// # Errors
/// The database's.
pub fn hear(tx: &mut Tx, occasion: Occasion) -> Result<()> {
    if tx.is_marked::<ByRule>() {
        return Ok(());
    }
    actions::enqueue_event(tx, occasion, &CHANGES)
}

/// A rule as it can be looked at.
struct Plan {
    conditions: Option<Filter<Field>>,
    actions: Vec<Action>,
}

impl Plan {
    fn of(tx: &mut Tx, rule: &AutomationRule) -> Result<Result<Plan, Flaw>> {
        let conditions = match rule.read_conditions(tx.conn) {
            Err(Error::Refused(why)) => return Ok(Err(Flaw::Conditions(why))),
            read => read?,
        };
        Ok(rule.read_actions().map(|actions| Plan { conditions, actions }))
    }
}

/// Looks at an event, or at what waited for the delay of a rule, and does what is to be done.
///
/// # Errors
/// What has nothing to do with the rules, and may be tried again.
pub fn judge(tx: &mut Tx, run: &ActionRun) -> Result<()> {
    tx.mark::<ByRule>();
    let rules = begun(tx, run)?;
    let mut plans = Vec::with_capacity(rules.len());
    for rule in rules {
        let plan = Plan::of(tx, &rule)?;
        plans.push((rule, plan));
    }
    let all: Vec<Action> = plans.iter().filter_map(|(_, plan)| plan.as_ref().ok()).flat_map(|plan| plan.actions.clone()).collect();
    actions::hold_teams(tx, run.account_id, &all)?;
    let Some(mut thread) = actions::take(tx, run)? else { return Ok(()) };
    let message = match run.message_id.map(|id| conversations::message(tx.conn, run.conversation_id, id)) {
        // what is gone is nothing to act on
        Some(Err(Error::NotFound)) => return actions::done(tx, run),
        found => found.transpose()?,
    };
    for (rule, plan) in plans {
        let outcome = match plan {
            Ok(plan) => apply(tx, run, &mut thread, message.as_ref(), &rule, &plan)?,
            Err(flaw) => Some(Outcome::Flawed(flaw)),
        };
        if let Some(Outcome::Flawed(flaw)) = &outcome {
            commands::turn_off(tx, run.account_id, rule.id, flaw)?;
        }
        outcome.map_or(Ok(()), |outcome| actions::note(tx, run, rule.id, outcome))?;
    }
    actions::done(tx, run)
}

fn begun(tx: &mut Tx, run: &ActionRun) -> Result<Vec<AutomationRule>> {
    let account: AccountId = run.account_id;
    match (run.automation_rule_id, run.event_name) {
        (Some(id), _) => {
            let rules = queries::by_ids(tx.conn, account, &[id])?;
            Ok(rules.into_iter().filter(|rule| rule.active).collect())
        }
        (None, Some(event)) => queries::active(tx.conn, account, Some(event)),
        (None, None) => Ok(Vec::new()),
    }
}

/// What comes of one rule; nothing if it is not for this, or is to wait.
fn apply(
    tx: &mut Tx,
    run: &ActionRun,
    thread: &mut Thread,
    message: Option<&Message>,
    rule: &AutomationRule,
    plan: &Plan,
) -> Result<Option<Outcome>> {
    let scene = Scene { conversation: thread.conversation.id, message, changes: run.changes.as_ref().map(|changes| &changes.0) };
    let waited = run.state == RunState::Waiting;
    if !conditions::hold(tx.conn, plan.conditions.as_ref(), scene)? {
        return Ok(waited.then_some(Outcome::NoLonger));
    }
    if let Some(minutes) = rule.execution_delay.filter(|_| !waited) {
        actions::enqueue_later(tx, run, rule.id, run.created_at + TimeDelta::minutes(minutes.into()))?;
        return Ok(None);
    }
    if actions::done_since(tx.conn, rule.id, thread.conversation.id, now() - ACTS_WITHIN)? >= MOST_ACTS {
        return Ok(Some(Outcome::TooOften));
    }
    if let Some(flaw) = actions::flaws(tx.conn, run.account_id, &plan.actions)? {
        return Ok(Some(Outcome::Flawed(flaw)));
    }
    let doer = Doer::Rule(rule.id, rule.event_name);
    Ok(Some(match actions::perform_whole(tx, thread, doer, &plan.actions)? {
        Ok(()) => Outcome::Done,
        Err(why) => Outcome::Refused(why),
    }))
}
