//! What programs of the operator's say of an account: which features are shown, and how many of what it may have.
use super::find_to_change;
use crate::{
    db::{
        DbConn, Tx,
        dialect::Columns,
        schema::account_plans,
        types::{AccountId, Json},
    },
    error::{Error, Result},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// The features of Chatwoot that this server has. Its front ends show nothing of what is not named among those of an account: no labels, no teams, no
/// inboxes to set up.
const FEATURES: [&str; 19] = [
    "agent_bots",
    "agent_management",
    "audit_logs",
    "auto_resolve_conversations",
    "automations",
    "campaigns",
    "canned_responses",
    "channel_website",
    "chatwoot_v4",
    "crm",
    "custom_attributes",
    "help_center",
    "inbox_management",
    "inbox_view",
    "integrations",
    "labels",
    "macros",
    "message_reply_to",
    "team_management",
];

/// How it looks that an account has as many of something as it may.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NoRoom {
    error: String,
}

/// What the operator's programs say of an account: a row of `account_plans`. Of most they say nothing.
#[derive(Debug, Clone, Default, Queryable, Selectable, Serialize)]
#[diesel(table_name = account_plans)]
pub struct Plan {
    /// Which features are shown, by name; those that are not named are.
    pub features: Json<Map<String, Value>>,
    /// How many `agents` and `inboxes` there may be, and whatever else was said.
    pub limits: Json<Map<String, Value>>,
    /// Since when it is to be deleted.
    #[serde(skip)]
    pub deleted_at: Option<NaiveDateTime>,
}

impl Plan {
    /// Refuses one more of these than there may be.
    fn check(&self, of: &str, present: i64) -> Result<()> {
        match self.limits.0.get(of).and_then(Value::as_i64) {
            Some(most) if present >= most => Err(Error::OverLimit(format!("The account may have no more {of} (maximum is {most})"))),
            _ => Ok(()),
        }
    }
}

/// Whether there is a feature of this name.
pub fn is_feature(name: &str) -> bool {
    FEATURES.contains(&name)
}

/// What is shown of what there is.
pub fn features(plan: &Plan) -> BTreeMap<&'static str, bool> {
    FEATURES.iter().map(|name| (*name, plan.features.0.get(*name) != Some(&Value::Bool(false)))).collect()
}

/// What was said of an account.
///
/// # Errors
/// The database's.
pub fn plan(conn: &mut DbConn, id: AccountId) -> Result<Plan> {
    Ok(account_plans::table.filter(account_plans::account_id.eq(id)).select(Plan::columns()).get_result(conn).optional()?.unwrap_or_default())
}

/// The same of many.
///
/// # Errors
/// The database's.
pub fn plans(conn: &mut DbConn, ids: &[AccountId]) -> Result<HashMap<AccountId, Plan>> {
    let query = account_plans::table.filter(account_plans::account_id.eq_any(ids)).select((account_plans::account_id, Plan::columns()));
    let rows: Vec<(AccountId, Plan)> = query.load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Refuses one more of what an account has so many of; its row is held until the end of the transaction, so that they are counted one by one.
///
/// # Errors
/// [`Error::OverLimit`].
pub fn make_room(tx: &mut Tx, id: AccountId, of: &str, count: impl FnOnce(&mut DbConn) -> Result<i64>) -> Result<()> {
    let plan = plan(tx.conn, id)?;
    if plan.limits.0.is_empty() {
        return Ok(());
    }
    find_to_change(tx, id)?;
    let present = count(tx.conn)?;
    plan.check(of, present)
}
