//! Rows of teams.
use crate::db::{
    schema::teams,
    types::{AccountId, TeamId},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A row of `teams`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset)]
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
