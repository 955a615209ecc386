//! Reading actions, and what they need of the account.
use super::model::{Action, ActionInput, Assignee, Flaw, MOST, MOST_NAMED, Said};
use crate::{
    checks::{LARGEST, LINE},
    conversations::{Priority, Status},
    db::{
        DbConn,
        types::{AccountId, TeamId, UserId},
    },
    error::{Error, Result},
    files,
    outbound::Target,
    teams,
    users::{self, email_address},
};
use serde_json::Value;

/// The longest message, in characters.
const LONGEST: usize = 20_000;

/// Actions as they are kept, of those that a client has sent.
///
/// # Errors
/// [`Error::Invalid`] about `actions`, for what is none and for what the account has not.
pub fn admit(conn: &mut DbConn, account: AccountId, input: Vec<ActionInput>) -> Result<Vec<Said>> {
    let invalid = |why: String| Error::invalid("actions", format!("Actions: {why}"));
    if input.is_empty() {
        return Err(Error::blank("actions"));
    }
    if input.len() > MOST {
        return Err(invalid(format!("at most {MOST} are done at once")));
    }
    let kept = |said: ActionInput| Said { action_name: said.action_name.0.trim().to_owned(), action_params: said.action_params.0 };
    let mut said: Vec<Said> = input.into_iter().map(kept).collect();
    for one in said.iter_mut().filter(|one| one.action_name == "send_attachment") {
        one.action_params = one.action_params.iter().map(|name| lasting_name(conn, account, name)).collect::<Result<_>>()?;
    }
    if serde_json::to_vec(&said).map_err(Error::internal)?.len() > LARGEST {
        return Err(invalid(format!("they are larger than {} KiB", LARGEST / 1024)));
    }
    let actions = read(&said).map_err(|flaw| invalid(flaw.to_string()))?;
    match flaws(conn, account, &actions)? {
        Some(flaw) => Err(invalid(flaw.to_string())),
        None => Ok(said),
    }
}

/// The name of a file that stays: the token with which it was announced is forgotten after a day.
fn lasting_name(conn: &mut DbConn, account: AccountId, name: &Value) -> Result<Value> {
    match files::of_account(conn, account, name.as_str().unwrap_or_default()) {
        Ok(blob) => Ok(blob.key.into()),
        Err(Error::NotFound) => Ok(name.clone()),
        Err(e) => Err(e),
    }
}

/// Reads actions.
///
/// # Errors
/// [`Flaw::Actions`] with what is wrong.
pub fn read(said: &[Said]) -> Result<Vec<Action>, Flaw> {
    let one = |said: &Said| action(said).map_err(|why| Flaw::Actions(format!("{}: {why}", said.action_name)));
    said.iter().map(one).collect()
}

fn action(said: &Said) -> Result<Action, String> {
    let params = &said.action_params;
    if params.len() > MOST_NAMED {
        return Err(format!("at most {MOST_NAMED} values are expected"));
    }
    Ok(match said.action_name.as_str() {
        "send_message" => Action::SendMessage(text(params)?),
        "add_private_note" => Action::AddNote(text(params)?),
        "add_label" => Action::AddLabels(titles(params)?),
        "remove_label" => Action::RemoveLabels(titles(params)?),
        "assign_team" => Action::AssignTeam(optional(params)?.map(|id| whole(id).map(TeamId)).transpose()?),
        "remove_assigned_team" => Action::AssignTeam(None),
        "assign_agent" => Action::AssignAgent(match optional(params)? {
            None => Assignee::Nobody,
            Some(Value::String(word)) if word == "self" => Assignee::Runner,
            Some(id) => Assignee::User(UserId(whole(id)?)),
        }),
        "remove_assigned_agent" => Action::AssignAgent(Assignee::Nobody),
        "change_status" => {
            let said = word(params)?;
            Action::SetStatus(Status::from_name(&said).ok_or_else(|| format!("{said} is no status"))?)
        }
        "resolve_conversation" => Action::SetStatus(Status::Resolved),
        "open_conversation" => Action::SetStatus(Status::Open),
        "pending_conversation" => Action::SetStatus(Status::Pending),
        "snooze_conversation" => Action::SetStatus(Status::Snoozed),
        "change_priority" => Action::SetPriority(match optional(params)?.and_then(Value::as_str) {
            None => None,
            Some(said) => Some(Priority::from_name(said).ok_or_else(|| format!("{said} is no priority"))?),
        }),
        "mute_conversation" => Action::Mute,
        "send_webhook_event" => Action::Call(url(params)?),
        "send_attachment" => Action::SendFiles(texts(params)?),
        "send_email_transcript" => Action::SendTranscript(addresses(params)?),
        "send_email_to_team" => mail(params)?,
        _ => return Err("there is no such action".into()),
    })
}

fn word(params: &[Value]) -> Result<String, String> {
    match params {
        [Value::String(word)] if !word.trim().is_empty() => Ok(word.trim().to_owned()),
        _ => Err("one value is expected".into()),
    }
}

fn text(params: &[Value]) -> Result<String, String> {
    match params {
        [Value::String(text)] if text.chars().count() > LONGEST => Err(format!("the text is longer than {LONGEST} characters")),
        [Value::String(text)] if !text.trim().is_empty() => Ok(text.clone()),
        _ => Err("a text is expected".into()),
    }
}

/// The only value, if it stands for something: `nil` and 0 stand for nothing.
fn optional(params: &[Value]) -> Result<Option<&Value>, String> {
    match params {
        [] | [Value::Null] => Ok(None),
        [Value::String(word)] if ["nil", "0", ""].contains(&word.as_str()) => Ok(None),
        [value] if value.as_i64() == Some(0) => Ok(None),
        [value] => Ok(Some(value)),
        _ => Err("one value is expected".into()),
    }
}

fn whole(value: &Value) -> Result<i64, String> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok()).ok_or_else(|| format!("{value} is no id"))
}

fn texts(params: &[Value]) -> Result<Vec<String>, String> {
    let text = |value: &Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let texts: Option<Vec<String>> = params.iter().map(text).collect();
    texts.filter(|texts| !texts.is_empty()).ok_or_else(|| "texts are expected".into())
}

fn titles(params: &[Value]) -> Result<Vec<String>, String> {
    let titles: Vec<String> = texts(params)?.iter().map(|title| title.to_lowercase()).collect();
    match titles.iter().any(|title| title.chars().count() > LINE || title.contains(',')) {
        true => Err(format!("titles of labels have at most {LINE} characters, and no comma")),
        false => Ok(titles),
    }
}

fn url(params: &[Value]) -> Result<String, String> {
    let url = word(params)?;
    Target::parse(&url).map(|_| url).map_err(|e| format!("the URL {e}"))
}

fn addresses(params: &[Value]) -> Result<Vec<String>, String> {
    let said = texts(params)?.join(",");
    let all: Vec<&str> = said.split(',').map(str::trim).filter(|address| !address.is_empty()).collect();
    if all.is_empty() || all.len() > MOST_NAMED {
        return Err(format!("1 to {MOST_NAMED} addresses are expected"));
    }
    all.into_iter().map(|address| email_address(address).map_err(|_| format!("{address} is no e-mail address"))).collect()
}

fn mail(params: &[Value]) -> Result<Action, String> {
    let [Value::Object(said)] = params else { return Err("team_ids and message are expected".into()) };
    let ids = said.get("team_ids").and_then(Value::as_array).filter(|ids| !ids.is_empty() && ids.len() <= MOST_NAMED);
    let ids = ids.ok_or_else(|| format!("1 to {MOST_NAMED} team_ids are expected"))?;
    let message = text(&said.get("message").cloned().into_iter().collect::<Vec<_>>())?;
    Ok(Action::MailTeams(ids.iter().map(|id| whole(id).map(TeamId)).collect::<Result<_, _>>()?, message))
}

/// What of the account these actions need and is not there; the first such thing.
///
/// # Errors
/// The database's.
pub fn flaws(conn: &mut DbConn, account: AccountId, actions: &[Action]) -> Result<Option<Flaw>> {
    let (mut agents, mut names) = (Vec::new(), Vec::new());
    for action in actions {
        match action {
            Action::AssignAgent(Assignee::User(id)) => agents.push(*id),
            Action::SendFiles(files) => names.extend(files),
            _ => {}
        }
    }
    let teams = named_teams(actions);
    let known = teams::by_ids(conn, account, &teams)?;
    if let Some(gone) = teams.iter().find(|id| !known.iter().any(|team| team.id == **id)) {
        return Ok(Some(Flaw::Team(*gone)));
    }
    let known = if agents.is_empty() { Vec::new() } else { users::members(conn, account, Some(&agents))? };
    if let Some(gone) = agents.iter().find(|id| !known.iter().any(|member| member.user.id == **id)) {
        return Ok(Some(Flaw::Agent(*gone)));
    }
    for name in names {
        match files::of_account(conn, account, name) {
            Err(Error::NotFound) => return Ok(Some(Flaw::File(name.clone()))),
            found => found.map(drop)?,
        }
    }
    Ok(None)
}

/// The teams that these actions name, in the order of their ids.
pub(super) fn named_teams(actions: &[Action]) -> Vec<TeamId> {
    let of = |action: &Action| match action {
        Action::AssignTeam(Some(id)) => vec![*id],
        Action::MailTeams(ids, _) => ids.clone(),
        _ => Vec::new(),
    };
    let mut teams: Vec<TeamId> = actions.iter().flat_map(of).collect();
    teams.sort_unstable();
    teams.dedup();
    teams
}
