//! The rows of a form in which actions are put together, without a script: what is done, and a text for what needs one. An entry that is chosen is an
//! action itself, as JSON; so what came from a program and has no entry stays as it is until somebody changes it.
use super::model::{ActionInput, Said};
use crate::{
    conversations::{Priority, Status},
    db::{DbConn, types::AccountId},
    error::Result,
    labels, teams, users,
    web::{
        Language,
        fields::{List, Text},
        forms::{Choice, Group},
    },
};
use serde::Deserialize;
use serde_json::{Value, json};

/// What needs a text, and nothing else.
const WITH_TEXT: [&str; 4] = ["send_message", "add_private_note", "send_webhook_event", "send_email_transcript"];
/// What needs nothing.
const PLAIN: [&str; 3] = ["mute_conversation", "remove_assigned_team", "remove_assigned_agent"];
/// How many rows there are that are empty.
const SPARE: usize = 2;

/// A row, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ActionField {
    /// The entry that is chosen: an action in JSON.
    pub what: Text,
    /// The text.
    pub text: Text,
}

/// A row, as drawn.
pub struct ActionRow {
    /// From 1 on.
    pub nth: String,
    /// What may be done.
    pub groups: Vec<Group>,
    /// The text.
    pub text: String,
}

/// What an account has for actions to name.
pub struct Named {
    /// By id.
    pub teams: Vec<(i64, String)>,
    /// By id.
    pub people: Vec<(i64, String)>,
    /// Titles.
    pub labels: Vec<String>,
}

/// Loads what an account has for actions to name.
///
/// # Errors
/// The database's.
pub fn named(conn: &mut DbConn, account: AccountId) -> Result<Named> {
    Ok(Named {
        teams: teams::list(conn, account)?.into_iter().map(|team| (team.id.0, team.name)).collect(),
        people: users::members(conn, account, None)?.into_iter().map(|member| (member.user.id.0, member.user.name)).collect(),
        labels: labels::titles_of(conn, account)?,
    })
}

/// The rows of these actions.
pub fn fields_of(actions: &[Said]) -> Vec<ActionField> {
    actions.iter().map(field_of).collect()
}

fn field_of(said: &Said) -> ActionField {
    let row = |what: Value, text: &str| ActionField { what: Text(what.to_string()), text: Text(text.to_owned()) };
    match (said.action_name.as_str(), said.action_params.as_slice()) {
        (name, [Value::String(text)]) if WITH_TEXT.contains(&name) => row(json!({"action_name": name}), text),
        (name @ "send_email_to_team", [Value::Object(mail)]) => {
            let text = mail.get("message").and_then(Value::as_str).unwrap_or_default();
            row(json!({"action_name": name, "action_params": [{"team_ids": mail.get("team_ids")}]}), text)
        }
        (name, params) => row(json!({"action_name": name, "action_params": params}), ""),
    }
}

/// What was put together. What is no entry is no action.
pub fn input_of(fields: &[ActionField]) -> List<ActionInput> {
    let chosen = fields.iter().filter(|field| !field.what.0.is_empty());
    List(chosen.map(action_of).collect())
}

fn action_of(ActionField { what: Text(what), text: Text(text) }: &ActionField) -> ActionInput {
    let said: Value = serde_json::from_str(what).unwrap_or_default();
    let name = said["action_name"].as_str().unwrap_or_default();
    let mut params = said["action_params"].as_array().cloned().unwrap_or_default();
    if WITH_TEXT.contains(&name) && params.is_empty() {
        params.push(text.clone().into());
    } else if let Some(Value::Object(mail)) = params.first_mut().filter(|_| name == "send_email_to_team") {
        mail.insert("message".into(), text.clone().into());
    }
    ActionInput { action_name: Text(name.to_owned()), action_params: List(params) }
}

/// Draws rows; `for_macros` with what only whoever runs something can be asked to do.
pub fn rows(fields: &[ActionField], named: &Named, language: Language, for_macros: bool) -> Vec<ActionRow> {
    let spare = std::iter::repeat_n(ActionField::default(), SPARE);
    let all: Vec<ActionField> = fields.iter().filter(|field| !field.what.0.is_empty()).cloned().chain(spare).collect();
    let row = |(nth, field): (usize, &ActionField)| ActionRow {
        nth: (nth + 1).to_string(),
        groups: groups(&field.what.0, named, language, for_macros),
        text: field.text.0.clone(),
    };
    all.iter().enumerate().map(row).collect()
}

fn groups(chosen: &str, named: &Named, language: Language, for_macros: bool) -> Vec<Group> {
    let entry =
        |name: &str, params: Value, label: String| Choice::new(json!({"action_name": name, "action_params": params}).to_string(), label, chosen);
    let key = |name: &str| language.t(&format!("action-{}", name.replace('_', "-")));
    let with_text = WITH_TEXT.iter().map(|name| Choice::new(json!({"action_name": name}).to_string(), key(name), chosen));
    let texts = std::iter::once(Choice::new("", language.t("action-none"), chosen)).chain(with_text).collect();
    let of_teams = |name: &'static str, params: fn(i64) -> Value| named.teams.iter().map(move |(id, team)| entry(name, params(*id), team.clone()));
    let myself = for_macros.then(|| entry("assign_agent", json!(["self"]), language.t("action-assign-self")));
    let people = named.people.iter().map(|(id, name)| entry("assign_agent", json!([id]), name.clone()));
    let status = |status: &Status| entry("change_status", json!([status.name()]), language.t(&format!("action-status-{}", status.name())));
    let priority =
        |priority: &Priority| entry("change_priority", json!([priority.name()]), language.t(&format!("action-priority-{}", priority.name())));
    let of_labels = |name: &'static str| named.labels.iter().map(move |title| entry(name, json!([title]), title.clone())).collect();
    let no_priority = entry("change_priority", json!(["nil"]), language.t("action-priority-none"));
    let group = |label: &str, options: Vec<Choice>| Group::of_named(language.t(label), options);
    let others = PLAIN.iter().map(|name| entry(name, json!([]), key(name))).collect();
    let mut groups = vec![
        Group { label: language.t("actions-texts"), options: texts },
        group("actions-status", Status::ALL.iter().map(status).collect()),
        group("actions-priority", Priority::ALL.iter().map(priority).chain([no_priority]).collect()),
        group("actions-agent", myself.into_iter().chain(people).collect()),
        group("actions-team", of_teams("assign_team", |id| json!([id])).collect()),
        group("actions-mail-team", of_teams("send_email_to_team", |id| json!([{"team_ids": [id]}])).collect()),
        group("actions-add-label", of_labels("add_label")),
        group("actions-remove-label", of_labels("remove_label")),
        Group { label: language.t("actions-others"), options: others },
    ];
    groups.retain(|group| !group.options.is_empty());
    if !groups.iter().any(|group| group.options.iter().any(|option| option.selected)) {
        let shown = Choice { value: chosen.to_owned(), label: as_it_is(chosen), selected: true };
        groups.push(group("actions-as-it-is", vec![shown]));
    }
    groups
}

fn as_it_is(chosen: &str) -> String {
    let said: Value = serde_json::from_str(chosen).unwrap_or_default();
    let words = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let params: Vec<String> = said["action_params"].as_array().into_iter().flatten().map(words).collect();
    format!("{} {}", said["action_name"].as_str().unwrap_or_default(), params.join(", "))
}

/// What actions do, in words, one line each.
pub fn in_words(actions: &[Said], named: &Named, language: Language) -> Vec<String> {
    let line = |said: &Said| {
        let ActionField { what: Text(what), text: Text(text) } = field_of(said);
        let groups = groups(&what, named, language, true);
        let chosen = groups.iter().flat_map(|group| &group.options).find(|option| option.selected);
        let named = chosen.map(|option| option.label.clone()).unwrap_or_default();
        if text.is_empty() { named } else { format!("{named} “{}”", crate::checks::beginning(&text, 80)) }
    };
    actions.iter().map(line).collect()
}
