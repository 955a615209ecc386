//! Rows and rules of actions.
use crate::{
    conversations::{Priority, Status},
    db::{
        schema::action_runs,
        types::{AccountId, ActionRunId, AutomationRuleId, ConversationId, Json, MacroId, MessageId, TeamId, UserId},
    },
    events::EventName,
    text_enum,
    web::fields::{List, Text},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many actions a rule or a macro has.
pub(super) const MOST: usize = 50;
/// How many labels, teams, addresses or files one of them names.
pub(super) const MOST_NAMED: usize = 20;

/// What a transaction is marked with in which a rule acts: nothing that happens in it begins rules.
#[derive(Debug)]
pub struct ByRule;

/// An action as clients send it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ActionInput {
    /// `send_message`, `add_private_note`, `add_label`, `remove_label`, `assign_team`, `remove_assigned_team`, `assign_agent`,
    /// `remove_assigned_agent`, `change_status`, `resolve_conversation`, `open_conversation`, `pending_conversation`, `snooze_conversation`,
    /// `change_priority`, `mute_conversation`, `send_webhook_event`, `send_attachment`, `send_email_transcript` or `send_email_to_team`.
    pub action_name: Text,
    /// What it needs: a text, titles, ids, a URL; nothing for some.
    pub action_params: List<Value>,
}

/// An action as it is kept, and drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Action")]
pub struct Said {
    /// What it does.
    pub action_name: String,
    /// What it needs for that.
    pub action_params: Vec<Value>,
}

/// An action.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Writes to the contact.
    SendMessage(String),
    /// Writes what only agents see.
    AddNote(String),
    /// Puts these labels on.
    AddLabels(Vec<String>),
    /// Takes these labels off.
    RemoveLabels(Vec<String>),
    /// Gives it to a team; takes it from any with `None`.
    AssignTeam(Option<TeamId>),
    /// Says who is to answer.
    AssignAgent(Assignee),
    /// Says where it stands.
    SetStatus(Status),
    /// Says how much it matters; nothing in particular with `None`.
    SetPriority(Option<Priority>),
    /// Ends it, and hears no more from its contact.
    Mute,
    /// Tells an address of it.
    Call(String),
    /// Sends files, by what the API calls their signed ids.
    SendFiles(Vec<String>),
    /// Mails what was said to these addresses.
    SendTranscript(Vec<String>),
    /// Mails a text to the members of these teams.
    MailTeams(Vec<TeamId>, String),
}

/// Who is to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignee {
    /// Somebody.
    User(UserId),
    /// Whoever runs the macro.
    Runner,
    /// Nobody.
    Nobody,
}

/// Why something that was set up does not work any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// There is no such team any more.
    Team(TeamId),
    /// Nobody of this id is in the account any more.
    Agent(UserId),
    /// There is no label of this title any more.
    Label(String),
    /// A file is gone.
    File(String),
    /// Its conditions cannot be asked any more, and why.
    Conditions(String),
    /// Its actions cannot be read, and why.
    Actions(String),
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Flaw::Team(id) => write!(f, "there is no team {id}"),
            Flaw::Agent(id) => write!(f, "user {id} is no member of this account"),
            Flaw::Label(title) => write!(f, "there is no label {title}"),
            Flaw::File(name) => write!(f, "{name} is no uploaded file"),
            Flaw::Conditions(why) | Flaw::Actions(why) => f.write_str(why),
        }
    }
}

text_enum! {
    /// Where a run stands.
    pub enum RunState {
        /// To be looked at.
        Queued = 0 "queued",
        /// It waits for the delay of its rule.
        Waiting = 1 "waiting",
        /// Done.
        Done = 2 "done",
        /// It could not be done.
        Failed = 3 "failed",
        /// It was not done on purpose.
        Passed = 4 "passed",
    }
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All of it was done.
    Done,
    /// It does not work any more.
    Flawed(Flaw),
    /// Something was refused, and why.
    Refused(String),
    /// The conditions did not hold any more when its time had come.
    NoLonger,
    /// It has acted in this conversation too often.
    TooOften,
}

impl Outcome {
    pub(super) fn state(&self) -> RunState {
        match self {
            Outcome::Done => RunState::Done,
            Outcome::Flawed(_) | Outcome::Refused(_) => RunState::Failed,
            Outcome::NoLonger | Outcome::TooOften => RunState::Passed,
        }
    }
}

/// A row of `action_runs`: an event that rules are to look at; or what is to be done by one rule or macro, or was.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
pub struct ActionRun {
    /// Its id.
    pub id: ActionRunId,
    /// Where.
    pub account_id: AccountId,
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Where it stands.
    pub state: RunState,
    /// The event by which rules begin.
    pub event_name: Option<EventName>,
    /// The message that it was about.
    pub message_id: Option<MessageId>,
    /// What changed then.
    pub changes: Option<Json<Value>>,
    /// The rule.
    pub automation_rule_id: Option<AutomationRuleId>,
    /// The macro, while there is one.
    pub macro_id: Option<MacroId>,
    /// Who runs the macro.
    pub user_id: Option<UserId>,
    /// The actions of the macro, as they were.
    pub actions: Option<Json<Vec<Said>>>,
    /// How often it was tried in vain.
    pub attempts: i32,
    /// When it is to be looked at.
    pub due_at: NaiveDateTime,
    /// When it was caused.
    pub created_at: NaiveDateTime,
    /// When it was done with.
    pub finished_at: Option<NaiveDateTime>,
    /// What came of it.
    pub outcome: Option<Json<Outcome>>,
}
