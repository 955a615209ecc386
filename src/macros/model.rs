//! Rows and rules of macros.
use crate::{
    actions::Said,
    audited,
    auth::Agent,
    db::{
        schema::macros,
        types::{AccountId, Json, MacroId, UserId},
    },
    text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;

/// How many macros an account may have.
pub(super) const MOST: i64 = 1000;

text_enum! {
    /// Who may run it.
    pub enum Visibility {
        /// Whoever has made it.
        Personal = 0 "personal",
        /// Everybody in the account.
        Global = 1 "global",
    }
}

/// A row of `macros`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Serialize)]
#[diesel(treat_none_as_null = true)]
pub struct Macro {
    /// Its id.
    pub id: MacroId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What people call it.
    pub name: String,
    /// Who may run it.
    pub visibility: Visibility,
    /// Who has made it, while they are known.
    pub created_by_id: Option<UserId>,
    /// Who has changed it last, while they are known.
    pub updated_by_id: Option<UserId>,
    /// What it does.
    pub actions: Json<Vec<Said>>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

audited!(Macro = "Macro" by name);

impl Macro {
    /// Whether somebody may see and run it.
    pub fn is_for(&self, agent: &Agent) -> bool {
        self.visibility == Visibility::Global || self.created_by_id == Some(agent.user_id())
    }

    /// Whether somebody may change and delete it: their own, and administrators those of everybody.
    pub fn is_changed_by(&self, agent: &Agent) -> bool {
        self.created_by_id == Some(agent.user_id()) || (self.visibility == Visibility::Global && agent.is_administrator())
    }
}
