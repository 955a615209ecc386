//! Changing rules; and turning off what does not work any more.
use super::{
    model::{AutomationRule, DELAYS, MOST},
    queries, told,
};
use crate::{
    accounts,
    actions::{self, Action, ActionInput, Flaw, Keeper},
    audit::{self, Author, Change},
    auth::Administrator,
    checks::{LARGEST, LINE, at_most, required},
    db::{
        Tx,
        dialect::Columns,
        schema::automation_rules,
        types::{AccountId, AutomationRuleId, Json, UserId, now},
    },
    error::{Error, Result},
    events::EventName,
    labels::Relabelled,
    notifications::{self, ActorType},
    teams::Team,
    web::{
        Input,
        fields::{Flag, List, Object, Patch, Text},
    },
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// The longest description, in characters.
const LONGEST_TEXT: usize = 1000;

/// What may be said about a rule.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RuleInput {
    /// Up to 255 characters; a new one needs it.
    pub name: Patch<Text>,
    /// What it is for, up to 1000 characters.
    pub description: Patch<Text>,
    /// What begins it: `conversation_created`, `conversation_updated`, `conversation_opened`, `conversation_resolved` or `message_created`; a new one
    /// needs it.
    pub event_name: Patch<Text>,
    /// How a conversation must be, in the language of filters: each with `attribute_key`, `filter_operator`, `values`, and `query_operator` where another
    /// one follows. What a message is may be asked of `message_created` (`message_type`, `private_note`, `content`), and what has changed of the others
    /// (`attribute_changed`, with lists under `from` and `to`). With none, every conversation will do.
    pub conditions: Option<List<Object>>,
    /// What it does, in this order: 1 to 50 actions; a new one needs them.
    pub actions: Option<List<ActionInput>>,
    /// Whether it is on; a new one is unless said otherwise.
    pub active: Option<Flag>,
    /// After how many minutes it acts, 10 to 43200, if its conditions still hold then; at once with null.
    pub execution_delay: Patch<Text>,
}

impl Input for RuleInput {
    const ROOT: &'static str = "automation_rule";
}

impl RuleInput {
    fn apply(self, tx: &mut Tx, rule: &mut AutomationRule) -> Result<()> {
        let (RuleInput { name, description, event_name, conditions, actions, active, execution_delay }, new) = (self, rule.id.0 == 0);
        rule.name = match name {
            Patch::Absent if !new => std::mem::take(&mut rule.name),
            said => required("name", &said.set().unwrap_or_default().0, LINE)?,
        };
        let description = description.map(|text| text.0.trim().to_owned()).or(rule.description.take());
        rule.description = at_most("description", description, LONGEST_TEXT)?.filter(|text| !text.is_empty());
        if event_name != Patch::Absent || new {
            let said = event_name.set().ok_or_else(|| Error::blank("event_name"))?.0;
            let known = EventName::from_name(&said).filter(|event| EventName::FOR_RULES.contains(event));
            rule.event_name = known.ok_or_else(|| Error::invalid("event_name", format!("Event name: no rule begins with {said}")))?;
        }
        if let Some(List(said)) = conditions {
            rule.conditions = Json(said.into_iter().map(|one| one.0).collect());
        }
        check_conditions(tx, rule)?;
        if actions.is_some() || new {
            rule.actions = Json(actions::admit(tx.conn, rule.account_id, actions.unwrap_or_default().0)?);
        }
        rule.active = active.map_or(rule.active, |flag| flag.0);
        rule.execution_delay = match execution_delay {
            Patch::Absent => rule.execution_delay,
            Patch::Null => None,
            Patch::Set(Text(said)) => Some(checked_delay(&said)?),
        };
        // whoever turns it on again, or changes what it does, has seen to it
        rule.turned_off_because = rule.turned_off_because.take().filter(|_| !rule.active);
        rule.updated_at = now();
        Ok(())
    }
}

fn checked_delay(said: &str) -> Result<i32> {
    let (least, most) = (DELAYS.start(), DELAYS.end());
    let refused = || Error::invalid("execution_delay", format!("Execution delay must be {least} to {most} minutes"));
    said.trim().parse().ok().filter(|delay| DELAYS.contains(delay)).ok_or_else(refused)
}

fn check_conditions(tx: &mut Tx, rule: &AutomationRule) -> Result<()> {
    if serde_json::to_vec(&rule.conditions.0).map_err(Error::internal)?.len() > LARGEST {
        return Err(Error::invalid("conditions", format!("Conditions are larger than {} KiB", LARGEST / 1024)));
    }
    match rule.read_conditions(tx.conn) {
        Err(Error::Refused(why)) => Err(Error::invalid("conditions", format!("Conditions: {why}"))),
        read => read.map(drop),
    }
}

/// Makes a rule.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute; [`Error::Refused`] when the account has as many as it may.
pub fn create(tx: &mut Tx, by: &Administrator, input: RuleInput) -> Result<AutomationRule> {
    let now = now();
    let mut new = AutomationRule {
        id: AutomationRuleId(0),
        account_id: by.account_id(),
        name: String::new(),
        description: None,
        event_name: EventName::MessageCreated,
        conditions: Json::default(),
        actions: Json::default(),
        active: true,
        execution_delay: None,
        turned_off_because: None,
        created_at: now,
        updated_at: now,
    };
    input.apply(tx, &mut new)?;
    insert(tx, by, new)
}

/// Makes another rule of a rule, under the same name.
///
/// # Errors
/// [`Error::NotFound`]; as [`create`].
pub fn copy(tx: &mut Tx, by: &Administrator, id: AutomationRuleId) -> Result<AutomationRule> {
    let now = now();
    let present = queries::find(tx.conn, by.account_id(), id)?;
    insert(tx, by, AutomationRule { created_at: now, updated_at: now, ..present })
}

fn insert(tx: &mut Tx, by: &Administrator, new: AutomationRule) -> Result<AutomationRule> {
    hold(tx, new.account_id)?;
    if queries::count(tx.conn, new.account_id)? >= MOST {
        return Err(Error::Refused(format!("An account may have at most {MOST} automation rules")));
    }
    let insert = diesel::insert_into(automation_rules::table).values((
        (automation_rules::account_id.eq(new.account_id), automation_rules::name.eq(new.name), automation_rules::description.eq(new.description)),
        (automation_rules::event_name.eq(new.event_name), automation_rules::conditions.eq(new.conditions), automation_rules::actions.eq(new.actions)),
        (automation_rules::active.eq(new.active), automation_rules::execution_delay.eq(new.execution_delay)),
        automation_rules::turned_off_because.eq(new.turned_off_because),
        (automation_rules::created_at.eq(new.created_at), automation_rules::updated_at.eq(new.updated_at)),
    ));
    let made: AutomationRule = insert.returning(AutomationRule::columns()).get_result(tx.conn)?;
    actions::keep_files(tx, made.account_id, Keeper::Rule(made.id), &made.actions.0)?;
    by.record(tx, Change::Created(&made))?;
    note_events(tx, made.account_id)?;
    Ok(made)
}

/// Changes a rule.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute.
pub fn update(tx: &mut Tx, by: &Administrator, id: AutomationRuleId, input: RuleInput) -> Result<AutomationRule> {
    hold(tx, by.account_id())?;
    let before = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let mut rule = before.clone();
    input.apply(tx, &mut rule)?;
    save(tx, &rule)?;
    by.record(tx, Change::Updated(&before, &rule))?;
    actions::keep_files(tx, rule.account_id, Keeper::Rule(id), &rule.actions.0)?;
    Ok(rule)
}

/// Nobody else changes the rules of the account before this transaction ends.
fn hold(tx: &mut Tx, account: AccountId) -> Result<()> {
    accounts::find_to_change(tx, account).map(drop)
}

fn save(tx: &mut Tx, rule: &AutomationRule) -> Result<()> {
    diesel::update(automation_rules::table.find(rule.id)).set(rule).execute(tx.conn)?;
    note_events(tx, rule.account_id)
}

/// Deletes a rule, with its log and with what waits for its delay.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx, by: &Administrator, id: AutomationRuleId) -> Result<()> {
    hold(tx, by.account_id())?;
    let rule = queries::find_to_change(tx.conn, by.account_id(), id)?;
    diesel::delete(automation_rules::table.find(rule.id)).execute(tx.conn)?;
    by.record(tx, Change::Destroyed(&rule))?;
    notifications::forget_about(tx, rule.account_id, ActorType::AutomationRule, rule.id.0)?;
    note_events(tx, rule.account_id)
}

/// The account's row says by which events its rules begin.
fn note_events(tx: &mut Tx, account: AccountId) -> Result<()> {
    let events: Vec<EventName> = queries::active(tx.conn, account, None)?.iter().map(|rule| rule.event_name).collect();
    accounts::note_rule_events(tx, account, &events)
}

/// Turns off a rule that does not work any more, and tells those who can see to it.
///
/// # Errors
/// The database's; a rule that is off or gone is none.
pub(super) fn turn_off(tx: &mut Tx, account: AccountId, id: AutomationRuleId, flaw: &Flaw) -> Result<()> {
    hold(tx, account)?;
    let before = match queries::find_to_change(tx.conn, account, id) {
        Err(Error::NotFound) => return Ok(()),
        found => found?,
    };
    if !before.active {
        return Ok(());
    }
    let rule = AutomationRule { active: false, turned_off_because: Some(Json(flaw.clone())), updated_at: now(), ..before.clone() };
    save(tx, &rule)?;
    audit::record(tx, account, &Author::server(), Change::Updated(&before, &rule))?;
    told::raise_alarm(tx, &rule, flaw)
}

/// Turns off those that need something that is gone.
fn turn_off_those(tx: &mut Tx, account: AccountId, flaw: &Flaw, needs: impl Fn(&Action) -> bool) -> Result<()> {
    for rule in queries::active(tx.conn, account, None)? {
        if rule.read_actions().is_ok_and(|actions| actions.iter().any(&needs)) {
            turn_off(tx, account, rule.id, flaw)?;
        }
    }
    Ok(())
}

/// A label is another one now: rules that put it on or take it off follow. One that is gone turns those off that put it on.
///
/// # Errors
/// The database's.
pub fn relabel(tx: &mut Tx, relabelled: Relabelled) -> Result<()> {
    let Relabelled { account, from, to } = relabelled;
    let Some(to) = to else {
        let flaw = Flaw::Label(from.to_owned());
        return turn_off_those(tx, account, &flaw, |action| matches!(action, Action::AddLabels(titles) if titles.iter().any(|title| title == from)));
    };
    for mut rule in queries::list(tx.conn, account, 0, MOST)? {
        let before = rule.actions.clone();
        for action in rule.actions.0.iter_mut().filter(|action| ["add_label", "remove_label"].contains(&action.action_name.as_str())) {
            let carried = action.action_params.iter_mut().filter(|title| title.as_str().is_some_and(|title| title.trim().to_lowercase() == from));
            carried.for_each(|title| *title = to.into());
        }
        if rule.actions != before {
            let set = automation_rules::actions.eq(&rule.actions);
            diesel::update(automation_rules::table.find(rule.id)).set(set).execute(tx.conn)?;
        }
    }
    Ok(())
}

/// A team is gone: what would be given to it, or written to it, is turned off.
///
/// # Errors
/// The database's.
pub fn dissolve(tx: &mut Tx, team: &Team) -> Result<()> {
    turn_off_those(tx, team.account_id, &Flaw::Team(team.id), |action| match action {
        Action::AssignTeam(to) => *to == Some(team.id),
        Action::MailTeams(to, _) => to.contains(&team.id),
        _ => false,
    })
}

/// Somebody leaves the account: what would be given to them is turned off.
///
/// # Errors
/// The database's.
pub fn depart(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    let theirs = |action: &Action| matches!(action, Action::AssignAgent(actions::Assignee::User(id)) if *id == user);
    turn_off_those(tx, account, &Flaw::Agent(user), theirs)
}
