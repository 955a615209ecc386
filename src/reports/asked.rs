//! What all reports are asked for with, and how often.
use super::model::Scope;
use crate::{
    auth::Administrator,
    db::types::{InboxId, LabelId, TeamId, UserId},
    error::{Error, Result},
    web::{
        Input, Quota, Quotas,
        fields::{Flag, Patch, Text},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// How often somebody may ask for reports,
const OF_USER: Quota = Quota { of: "report", most: 100, within: Duration::from_secs(60) };
/// and everybody in an account together.
const OF_ACCOUNT: Quota = Quota { of: "report of the account", most: 1000, within: Duration::from_secs(60) };

/// Counts a question.
pub(super) fn count(quotas: &Quotas, by: &Administrator) -> Result<()> {
    quotas.take(OF_USER, by.user_id().0)?;
    quotas.take(OF_ACCOUNT, by.account_id().0)
}

/// A time.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Within {
    /// Unix seconds; without more, seven days before `until`.
    pub since: Patch<Text>,
    /// Unix seconds; without more, now.
    pub until: Patch<Text>,
    /// Whether times count only as far as they are working hours.
    pub business_hours: Flag,
}

impl Input for Within {}

/// What `type` and `id` say.
///
/// # Errors
/// [`Error::Invalid`] for a type that there is not; [`Error::NotFound`] where it needs an id and there is none.
pub(super) fn scope(kind: &Text, id: Patch<Text>) -> Result<Scope> {
    let id = id.set().and_then(|Text(text)| text.trim().parse().ok()).ok_or(Error::NotFound);
    match kind.0.as_str() {
        "" | "account" => Ok(Scope::Account),
        "agent" => Ok(Scope::Agent(UserId(id?))),
        "inbox" => Ok(Scope::Inbox(InboxId(id?))),
        "label" => Ok(Scope::Label(LabelId(id?))),
        "team" => Ok(Scope::Team(TeamId(id?))),
        _ => Err(Error::invalid("type", "type must be account, agent, inbox, label or team")),
    }
}
