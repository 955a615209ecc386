//! Rows of teams.
use crate::{
    audited,
    db::{
        schema::teams,
        types::{AccountId, TeamId, UserId},
    },
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;

/// A row of `teams`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Serialize)]
#[diesel(table_name = teams, treat_none_as_null = true)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Whose it is.
    pub account_id: AccountId,
    /// In lower case; unique in the account.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether conversations that are given to it may be given to one of its members at once.
    pub allow_auto_assign: bool,
    /// What clients draw before its name; may be empty.
    pub icon: String,
    /// In which colour they draw it; may be empty.
    pub icon_color: String,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

audited!(Team = "Team" by name);

/// Somebody's place in a team, as the audit log names it.
#[derive(Debug, Serialize)]
pub(super) struct TeamMember<'a> {
    /// The team,
    pub team_id: TeamId,
    /// and its name.
    pub team: &'a str,
    /// Who.
    pub user_id: UserId,
}

audited!(TeamMember<'_> = "TeamMember": |it| it.team_id.0, it.team);
