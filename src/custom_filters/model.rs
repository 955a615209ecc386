//! Rows of custom filters.
use crate::{
    db::{
        schema::custom_filters,
        types::{AccountId, CustomFilterId, Json, UserId},
    },
    text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Map, Value};

text_enum! {
    /// What a filter is asked of.
    pub enum FilterType { Conversation = 0 "conversation", Contact = 1 "contact", Report = 2 "report" }
}

/// How many filters a user may keep in an account.
pub(super) const MOST: i64 = 1000;

/// A row of `custom_filters`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
pub struct CustomFilter {
    /// Its id.
    pub id: CustomFilterId,
    /// Where.
    pub account_id: AccountId,
    /// Whose it is; nobody else sees it.
    pub user_id: UserId,
    /// What it is asked of.
    pub filter_type: FilterType,
    /// What its owner calls it.
    pub name: String,
    /// The body that asks it: conditions under `payload`.
    pub query: Json<Map<String, Value>>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}
