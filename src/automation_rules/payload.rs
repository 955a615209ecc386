//! How rules look in JSON.
use super::model::AutomationRule;
use crate::{
    actions::{self, FileJson, Said},
    db::{
        DbConn,
        types::{AccountId, AutomationRuleId},
    },
    error::Result,
    events::EventName,
    files::Links,
    web::json::seconds,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// A rule.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AutomationRule")]
pub struct RuleJson<'a> {
    id: AutomationRuleId,
    account_id: AccountId,
    name: &'a str,
    description: Option<&'a str>,
    /// What begins it.
    #[schemars(schema_with = "beginnings")]
    event_name: EventName,
    /// As they were sent.
    conditions: &'a [Map<String, Value>],
    actions: &'a [Said],
    /// When it was made, in seconds since 1970.
    created_on: i64,
    active: bool,
    /// After how many minutes it acts; at once with null.
    execution_delay: Option<i32>,
    /// What its actions send.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileJson<'a>>,
}

fn beginnings(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({"type": "string", "enum": EventName::FOR_RULES.map(EventName::name)})
}

/// Rules with what is drawn with them.
pub struct Loaded {
    rules: Vec<AutomationRule>,
    files: Vec<actions::File>,
}

/// Loads what is drawn with rules.
///
/// # Errors
/// The database's.
pub fn load(conn: &mut DbConn, rules: Vec<AutomationRule>) -> Result<Loaded> {
    let files = actions::files_of_rules(conn, &rules.iter().map(|rule| rule.id).collect::<Vec<_>>())?;
    Ok(Loaded { rules, files })
}

impl Loaded {
    /// Draws them, in their order.
    pub fn draw<'a>(&'a self, links: &Links) -> Vec<RuleJson<'a>> {
        let one = |rule: &'a AutomationRule| RuleJson {
            id: rule.id,
            account_id: rule.account_id,
            name: &rule.name,
            description: rule.description.as_deref(),
            event_name: rule.event_name,
            conditions: &rule.conditions.0,
            actions: &rule.actions.0,
            created_on: seconds(rule.created_at),
            active: rule.active,
            execution_delay: rule.execution_delay,
            files: actions::draw_files(self.files.iter().filter(|file| file.automation_rule_id == Some(rule.id)), rule.account_id, links),
        };
        self.rules.iter().map(one).collect()
    }
}
