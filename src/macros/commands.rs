//! Changing macros, and running them.
use super::{
    model::{MOST, Macro, Visibility},
    queries,
};
use crate::{
    actions::{self, ActionInput, Keeper},
    audit::Change,
    auth::Agent,
    checks::{LINE, required},
    conversations,
    db::{
        Tx,
        dialect::Columns,
        schema::macros,
        types::{AccountId, DisplayId, Json, MacroId, UserId, now},
    },
    error::{Error, Result},
    web::{
        Input,
        fields::{List, Patch, Text},
    },
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// How many conversations a macro is run on at once.
const MOST_AT_ONCE: usize = 100;

/// What may be said about a macro.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MacroInput {
    /// Up to 255 characters; a new one needs it.
    pub name: Patch<Text>,
    /// `personal` unless said otherwise; those of agents always are.
    pub visibility: Patch<Visibility>,
    /// What it does, in this order: 1 to 50 actions; a new one needs them.
    pub actions: Option<List<ActionInput>>,
}

impl Input for MacroInput {
    const ROOT: &'static str = "macro";
}

impl MacroInput {
    fn apply(self, tx: &mut Tx, agent: &Agent, present: &mut Macro) -> Result<()> {
        let MacroInput { name, visibility, actions } = self;
        present.name = match name {
            Patch::Absent if present.id.0 != 0 => std::mem::take(&mut present.name),
            said => required("name", &said.set().unwrap_or_default().0, LINE)?,
        };
        if let Some(said) = visibility.set().filter(|_| agent.is_administrator()) {
            present.visibility = said;
        }
        if actions.is_some() || present.id.0 == 0 {
            present.actions = Json(actions::admit(tx.conn, agent.account_id(), actions.unwrap_or_default().0)?);
        }
        present.updated_by_id = Some(agent.user_id());
        present.updated_at = now();
        Ok(())
    }
}

/// Makes a macro. An agent's is their own.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute; [`Error::Refused`] when the account has as many as it may.
pub fn create(tx: &mut Tx, agent: &Agent, input: MacroInput) -> Result<Macro> {
    let (account_id, now) = (agent.account_id(), now());
    if queries::count(tx.conn, account_id)? >= MOST {
        return Err(Error::Refused(format!("An account may have at most {MOST} macros")));
    }
    let mut new = Macro {
        id: MacroId(0),
        account_id,
        name: String::new(),
        visibility: Visibility::Personal,
        created_by_id: Some(agent.user_id()),
        updated_by_id: Some(agent.user_id()),
        actions: Json::default(),
        created_at: now,
        updated_at: now,
    };
    input.apply(tx, agent, &mut new)?;
    let insert = diesel::insert_into(macros::table).values((
        (macros::account_id.eq(account_id), macros::name.eq(new.name), macros::visibility.eq(new.visibility)),
        (macros::created_by_id.eq(new.created_by_id), macros::updated_by_id.eq(new.updated_by_id), macros::actions.eq(new.actions)),
        (macros::created_at.eq(now), macros::updated_at.eq(now)),
    ));
    let made: Macro = insert.returning(Macro::columns()).get_result(tx.conn)?;
    actions::keep_files(tx, account_id, Keeper::Macro(made.id), &made.actions.0)?;
    agent.record(tx, Change::Created(&made))?;
    Ok(made)
}

/// Changes a macro.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Unauthorized`]; [`Error::Invalid`] that names the attribute.
pub fn update(tx: &mut Tx, agent: &Agent, id: MacroId, input: MacroInput) -> Result<Macro> {
    let before = queries::find_to_change(tx.conn, agent, id)?;
    let mut present = before.clone();
    input.apply(tx, agent, &mut present)?;
    diesel::update(macros::table.find(id)).set(&present).execute(tx.conn)?;
    actions::keep_files(tx, agent.account_id(), Keeper::Macro(id), &present.actions.0)?;
    agent.record(tx, Change::Updated(&before, &present))?;
    Ok(present)
}

/// Deletes a macro. What it was already asked to do is done.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Unauthorized`].
pub fn delete(tx: &mut Tx, agent: &Agent, id: MacroId) -> Result<()> {
    let present = queries::find_to_change(tx.conn, agent, id)?;
    diesel::delete(macros::table.find(present.id)).execute(tx.conn)?;
    agent.record(tx, Change::Destroyed(&present))
}

/// Runs a macro on these conversations, soon. Those that the agent does not see are passed over.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Unauthorized`]; [`Error::Refused`] for too many conversations.
pub fn execute(tx: &mut Tx, agent: &Agent, id: MacroId, mut on: Vec<DisplayId>) -> Result<()> {
    let found = queries::find(tx.conn, agent, id)?;
    on.sort_unstable();
    on.dedup();
    if on.len() > MOST_AT_ONCE {
        return Err(Error::Refused(format!("A macro is run on at most {MOST_AT_ONCE} conversations at once")));
    }
    let mut seen = Vec::with_capacity(on.len());
    for number in on {
        match conversations::find(tx.conn, agent, number) {
            Err(Error::NotFound | Error::Unauthorized(_)) => {}
            conversation => seen.push(conversation?),
        }
    }
    actions::enqueue_macro(tx, agent.user_id(), found.id, &found.actions.0, &seen)
}

/// Whoever leaves the account takes along what was theirs alone; what is everybody's stays.
///
/// # Errors
/// The database's.
pub fn depart(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    let own = macros::account_id.eq(account).and(macros::visibility.eq(Visibility::Personal));
    diesel::delete(macros::table.filter(own.and(macros::created_by_id.eq(user)))).execute(tx.conn)?;
    Ok(())
}
