//! Rows and rules of automation rules.
use crate::{
    actions::{self, Action, Flaw, Said},
    audited,
    db::{
        schema::automation_rules,
        types::{AccountId, AutomationRuleId, Json},
    },
    events::EventName,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value};

/// How many rules an account may have.
pub(super) const MOST: i64 = 200;
/// How many of them a page of the list has, where pages are asked for.
pub(super) const PAGE: i64 = 25;
/// How often a rule acts in one conversation,
pub(super) const MOST_ACTS: i64 = 60;
/// within this time.
pub(super) const ACTS_WITHIN: TimeDelta = TimeDelta::hours(1);
/// How long a rule may wait, in minutes.
pub(super) const DELAYS: std::ops::RangeInclusive<i32> = 10..=43_200;

/// A row of `automation_rules`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Serialize)]
#[diesel(treat_none_as_null = true)]
pub struct AutomationRule {
    /// Its id.
    pub id: AutomationRuleId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What begins it.
    pub event_name: EventName,
    /// How a conversation must be, as clients have said it. Any is with none.
    pub conditions: Json<Vec<Map<String, Value>>>,
    /// What it does.
    pub actions: Json<Vec<Said>>,
    /// Whether it is on.
    pub active: bool,
    /// After how many minutes it acts.
    pub execution_delay: Option<i32>,
    /// Why the server has turned it off.
    pub turned_off_because: Option<Json<Flaw>>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

audited!(AutomationRule = "AutomationRule" by name);

impl AutomationRule {
    /// What it does.
    ///
    /// # Errors
    /// [`Flaw::Actions`].
    pub fn read_actions(&self) -> Result<Vec<Action>, Flaw> {
        actions::read(&self.actions.0)
    }
}
