//! How it looks in JSON how conversations stand now.
use crate::{
    conversations::Status,
    db::types::{TeamId, UserId},
    reports::queries::Standing,
    users::{Availability, Member},
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// How the conversations of an account stand now.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "ConversationMetrics")]
pub struct StandingJson {
    /// Open ones.
    pub open: i64,
    /// Open ones in which nobody has answered yet, or the contact waits.
    pub unattended: i64,
    /// Open ones that nobody is to answer.
    pub unassigned: i64,
    /// Those that wait for a bot.
    pub pending: i64,
}

/// Adds them up.
pub fn standing<'a>(all: impl Iterator<Item = &'a Standing>) -> StandingJson {
    let mut drawn = StandingJson::default();
    for one in all {
        match one.status {
            Status::Pending => drawn.pending += one.number,
            _ => {
                drawn.open += one.number;
                drawn.unattended += one.unattended;
                drawn.unassigned += if one.assignee.is_none() { one.number } else { 0 };
            }
        }
    }
    drawn
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct OpenJson {
    open: i64,
    unattended: i64,
}

/// What somebody is to answer now.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AgentConversationMetrics")]
pub struct AgentStandingJson<'a> {
    id: UserId,
    name: &'a str,
    email: &'a str,
    thumbnail: &'a str,
    availability: Availability,
    metric: OpenJson,
}

/// Draws it.
pub fn agent_standing<'a>(member: &'a Member, all: &[Standing]) -> AgentStandingJson<'a> {
    let StandingJson { open, unattended, .. } = standing(all.iter().filter(|one| one.assignee == Some(member.user.id)));
    AgentStandingJson {
        id: member.user.id,
        name: &member.user.name,
        email: &member.user.email,
        thumbnail: member.user.avatar_url.as_deref().unwrap_or_default(),
        availability: member.membership.availability_status(),
        metric: OpenJson { open, unattended },
    }
}

/// The open conversations of a team, or of whoever is to answer them.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub enum GroupJson {
    /// Of a team; of none, where it is null.
    Team { team_id: Option<TeamId>, open: i64, unattended: i64, unassigned: i64 },
    /// Of somebody; of nobody, where it is null.
    Agent { assignee_id: Option<UserId>, open: i64, unattended: i64 },
}

/// Draws them by team.
pub fn by_team(all: &[Standing]) -> Vec<GroupJson> {
    let mut groups: BTreeMap<Option<TeamId>, Vec<&Standing>> = BTreeMap::new();
    all.iter().filter(|one| one.status == Status::Open).for_each(|one| groups.entry(one.team).or_default().push(one));
    let drawn = |(team_id, all): (Option<TeamId>, Vec<&Standing>)| {
        let StandingJson { open, unattended, unassigned, .. } = standing(all.into_iter());
        GroupJson::Team { team_id, open, unattended, unassigned }
    };
    groups.into_iter().map(drawn).collect()
}

/// Draws them by who is to answer.
pub fn by_assignee(all: &[Standing]) -> Vec<GroupJson> {
    let mut groups: BTreeMap<Option<UserId>, Vec<&Standing>> = BTreeMap::new();
    all.iter().filter(|one| one.status == Status::Open).for_each(|one| groups.entry(one.assignee).or_default().push(one));
    let drawn = |(assignee_id, all): (Option<UserId>, Vec<&Standing>)| {
        let StandingJson { open, unattended, .. } = standing(all.into_iter());
        GroupJson::Agent { assignee_id, open, unattended }
    };
    groups.into_iter().map(drawn).collect()
}

/// How the conversations of the account stand, or of each agent.
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
#[expect(dead_code, reason = "only describes what either of them is drawn as")]
pub enum Standings<'a> {
    /// Of the account.
    Account(StandingJson),
    /// Of each agent.
    Agents(Vec<AgentStandingJson<'a>>),
}
