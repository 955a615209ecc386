//! The rows of a form in which conditions are put together, without a script: what is looked at (which often says what it is to be), how it is
//! compared, and a text for what needs one. An entry that is chosen is a part of the condition itself, as JSON; so what came from a program and has no
//! entry stays as it is until somebody changes it.
use super::model::AutomationRule;
use crate::{
    actions::Named,
    conversations::{Priority, Status},
    custom_attributes::{self, Definition},
    db::{DbConn, types::AccountId},
    error::Result,
    inboxes,
    web::{
        Language,
        fields::{Object, Text},
        forms::{Choice, Group},
    },
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What is compared with a text: of the message, of the contact, of the conversation.
const TEXTS: [&str; 11] = [
    "content",
    "name",
    "email",
    "phone_number",
    "city",
    "company_name",
    "country_code",
    "browser_language",
    "conversation_language",
    "referer",
    "mail_subject",
];
/// How something is compared.
const OPERATORS: [&str; 9] =
    ["equal_to", "not_equal_to", "contains", "does_not_contain", "is_present", "is_not_present", "starts_with", "is_greater_than", "is_less_than"];
/// How many rows there are that are empty.
const SPARE: usize = 2;

/// A row, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ConditionField {
    /// How it follows the row before.
    pub join: Text,
    /// The entry that is chosen.
    pub what: Text,
    /// How it is compared.
    pub operator: Text,
    /// With what, where the entry does not say it: a line each.
    pub text: Text,
}

/// A row, as drawn.
pub(super) struct ConditionRow {
    /// From 1 on.
    pub nth: String,
    pub joins: Vec<Choice>,
    pub groups: Vec<Group>,
    pub operators: Vec<Choice>,
    pub text: String,
}

/// What an account has for conditions to name, besides what actions name.
pub(super) struct Asking {
    pub named: Named,
    pub inboxes: Vec<(i64, String)>,
    pub attributes: Vec<Definition>,
}

pub(super) fn asking(conn: &mut DbConn, account: AccountId) -> Result<Asking> {
    let attributes = custom_attributes::of_account(conn, account, None)?;
    let inboxes = inboxes::names(conn, account)?.into_iter().map(|(id, name)| (id.0, name)).collect();
    Ok(Asking { named: crate::actions::named(conn, account)?, inboxes, attributes })
}

/// The rows of a rule's conditions.
pub(super) fn fields_of(rule: &AutomationRule) -> Vec<ConditionField> {
    let mut join = String::new();
    let mut fields = Vec::with_capacity(rule.conditions.0.len());
    for said in &rule.conditions.0 {
        let next = said.get("query_operator").and_then(Value::as_str).unwrap_or("and").to_lowercase();
        fields.push(ConditionField { join: Text(std::mem::replace(&mut join, next)), ..field_of(said) });
    }
    fields
}

fn field_of(said: &Map<String, Value>) -> ConditionField {
    let (key, operator) = (said.get("attribute_key").and_then(Value::as_str).unwrap_or_default(), said.get("filter_operator"));
    let operator = operator.and_then(Value::as_str).unwrap_or_default().to_owned();
    let values = said.get("values").cloned().unwrap_or_default();
    let kind = said.get("custom_attribute_type").filter(|kind| kind.as_str().is_some_and(|kind| !kind.is_empty()));
    let lines: Option<Vec<&str>> = values.as_array().map(|items| items.iter().map_while(Value::as_str).collect());
    let lines = lines.filter(|lines| Some(lines.len()) == values.as_array().map(Vec::len));
    let by_text = TEXTS.contains(&key) || kind.is_some();
    let (what, text) = match (by_text, lines) {
        _ if operator == "attribute_changed" => (json!({"attribute_key": key, "filter_operator": operator, "values": values}), String::new()),
        (true, Some(lines)) => (entry_of(key, kind), lines.join("\n")),
        _ => (json!({"attribute_key": key, "values": plain(values)}), String::new()),
    };
    ConditionField { join: Text::default(), what: Text(what.to_string()), operator: Text(operator), text: Text(text) }
}

/// Values as entries have them: ids as numbers, and what dashboards keep as objects by its id.
fn plain(values: Value) -> Value {
    let one = |value: Value| match value {
        Value::Object(mut map) => map.remove("id").unwrap_or_default(),
        Value::String(text) => text.parse::<i64>().map_or(Value::String(text), Value::from),
        other => other,
    };
    match values {
        Value::Array(items) => items.into_iter().map(one).collect(),
        other => other,
    }
}

fn entry_of(key: &str, kind: Option<&Value>) -> Value {
    kind.map_or_else(|| json!({"attribute_key": key}), |kind| json!({"attribute_key": key, "custom_attribute_type": kind}))
}

/// What was put together.
pub(super) fn input_of(fields: &[ConditionField]) -> Vec<Object> {
    let chosen: Vec<&ConditionField> = fields.iter().filter(|field| !field.what.0.is_empty()).collect();
    let joins = chosen.iter().skip(1).map(|field| json!(if field.join.0 == "or" { "or" } else { "and" })).chain([Value::Null]);
    let one = |(field, join): (&&ConditionField, Value)| {
        let mut said: Map<String, Value> = serde_json::from_str(&field.what.0).unwrap_or_default();
        said.entry("filter_operator").or_insert_with(|| json!(field.operator.0));
        said.entry("values").or_insert_with(|| field.text.0.lines().map(str::trim).filter(|line| !line.is_empty()).collect());
        said.insert("query_operator".into(), join);
        Object(said)
    };
    chosen.iter().zip(joins).map(one).collect()
}

/// Draws rows.
pub(super) fn rows(fields: &[ConditionField], asking: &Asking, language: Language) -> Vec<ConditionRow> {
    let spare = std::iter::repeat_n(ConditionField::default(), SPARE);
    let all: Vec<ConditionField> = fields.iter().filter(|field| !field.what.0.is_empty()).cloned().chain(spare).collect();
    let row = |(nth, field): (usize, &ConditionField)| ConditionRow {
        nth: (nth + 1).to_string(),
        joins: ["and", "or"].map(|join| Choice::new(join, language.t(&format!("condition-{join}")), &field.join.0)).to_vec(),
        groups: groups(&field.what.0, asking, language),
        operators: OPERATORS.map(|name| Choice::new(name, language.t(&format!("operator-{}", name.replace('_', "-"))), &field.operator.0)).to_vec(),
        text: field.text.0.clone(),
    };
    all.iter().enumerate().map(row).collect()
}

fn groups(chosen: &str, asking: &Asking, language: Language) -> Vec<Group> {
    let entry = |said: Value, label: String| Choice::new(said.to_string(), label, chosen);
    let is = |key: &str, value: Value, label: String| entry(json!({"attribute_key": key, "values": [value]}), label);
    let key = |name: &str| language.t(&format!("condition-{}", name.replace('_', "-")));
    let texts = TEXTS.iter().map(|name| entry(json!({"attribute_key": name}), key(name)));
    let attribute = |one: &Definition| {
        let kind = json!(one.attribute_model.name());
        entry(entry_of(&one.attribute_key, Some(&kind)), one.attribute_display_name.clone())
    };
    let ids = |key: &'static str, all: &[(i64, String)]| -> Vec<Choice> { all.iter().map(|(id, name)| is(key, json!(id), name.clone())).collect() };
    let anybody = |key: &'static str| entry(json!({"attribute_key": key, "values": []}), language.t("condition-anything"));
    let with_anybody = |key: &'static str, all: &[(i64, String)]| ids(key, all).into_iter().chain([anybody(key)]).collect();
    let types = ["incoming", "outgoing", "template"].map(|name| is("message_type", json!(name), language.t(&format!("message-type-{name}"))));
    let notes = [is("private_note", json!(true), language.t("condition-private-note"))];
    let status = |status: &Status| is("status", json!(status.name()), language.t(&format!("action-status-{}", status.name())));
    let priority = |one: &Priority| is("priority", json!(one.name()), language.t(&format!("action-priority-{}", one.name())));
    let became = |key: &'static str, to: Value, label: String| {
        entry(json!({"attribute_key": key, "filter_operator": "attribute_changed", "values": {"from": [], "to": to}}), label)
    };
    let changes = Status::ALL
        .iter()
        .map(|status| became("status", json!([status.name()]), language.t(&format!("action-status-{}", status.name()))))
        .chain([became("assignee_id", json!([]), language.t("changed-assignee")), became("team_id", json!([]), language.t("changed-team"))])
        .chain([became("priority", json!([]), language.t("changed-priority")), became("labels", json!([]), language.t("changed-labels"))]);
    let titles = asking.named.labels.iter().map(|title| is("labels", json!(title), title.clone()));
    let group = |label: &str, options: Vec<Choice>| Group::of_named(language.t(label), options);
    let texts = std::iter::once(Choice::new("", language.t("condition-none"), chosen)).chain(texts).collect();
    let mut groups = vec![
        Group { label: language.t("conditions-text"), options: texts },
        group("conditions-message", types.into_iter().chain(notes).collect()),
        group("conditions-inbox", ids("inbox_id", &asking.inboxes)),
        group("conditions-status", Status::ALL.iter().map(status).collect()),
        group("conditions-priority", Priority::ALL.iter().map(priority).collect()),
        group("conditions-assignee", with_anybody("assignee_id", &asking.named.people)),
        group("conditions-team", with_anybody("team_id", &asking.named.teams)),
        group("conditions-label", titles.chain([anybody("labels")]).collect()),
        group("conditions-attribute", asking.attributes.iter().map(attribute).collect()),
        group("conditions-changed", changes.collect()),
    ];
    groups.retain(|group| !group.options.is_empty());
    if !groups.iter().any(|group| group.options.iter().any(|option| option.selected)) {
        groups.push(group("actions-as-it-is", vec![Choice { value: chosen.to_owned(), label: as_it_is(chosen), selected: true }]));
    }
    groups
}

fn as_it_is(chosen: &str) -> String {
    let said: Value = serde_json::from_str(chosen).unwrap_or_default();
    format!("{} {}", said["attribute_key"].as_str().unwrap_or_default(), said["values"])
}
