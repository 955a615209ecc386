//! How teams look in JSON: in the API, as their bare row, and inside conversations that webhooks get.
use super::model::Team;
use crate::{
    db::types::{AccountId, TeamId},
    web::json::Iso,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A team in the API.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Team")]
pub struct TeamJson<'a> {
    id: TeamId,
    name: &'a str,
    description: Option<&'a str>,
    allow_auto_assign: bool,
    icon: &'a str,
    icon_color: &'a str,
    account_id: AccountId,
    /// Whether whoever asks is in it.
    is_member: bool,
}

/// Draws a team for somebody who is in it or not.
pub fn draw(team: &Team, is_member: bool) -> TeamJson<'_> {
    TeamJson {
        id: team.id,
        name: &team.name,
        description: team.description.as_deref(),
        allow_auto_assign: team.allow_auto_assign,
        icon: &team.icon,
        icon_color: &team.icon_color,
        account_id: team.account_id,
        is_member,
    }
}

/// A team as its bare row: what giving a conversation to it answers.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TeamRow")]
pub struct RawTeam<'a> {
    id: TeamId,
    name: &'a str,
    description: Option<&'a str>,
    allow_auto_assign: bool,
    account_id: AccountId,
    created_at: Iso,
    updated_at: Iso,
    icon: &'a str,
    icon_color: &'a str,
}

/// Draws a team as its bare row.
pub fn raw(team: &Team) -> RawTeam<'_> {
    RawTeam {
        id: team.id,
        name: &team.name,
        description: team.description.as_deref(),
        allow_auto_assign: team.allow_auto_assign,
        account_id: team.account_id,
        created_at: Iso(team.created_at),
        updated_at: Iso(team.updated_at),
        icon: &team.icon,
        icon_color: &team.icon_color,
    }
}

/// A team inside a conversation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Team")]
pub struct TeamPush<'a> {
    id: TeamId,
    name: &'a str,
    icon: &'a str,
    icon_color: &'a str,
}

/// Draws a team inside a conversation.
pub fn push(team: &Team) -> TeamPush<'_> {
    TeamPush { id: team.id, name: &team.name, icon: &team.icon, icon_color: &team.icon_color }
}
