//! Rows of canned responses, and the order in which a search shows them.
use crate::{
    audited,
    db::{
        schema::canned_responses,
        types::{AccountId, CannedResponseId},
    },
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;

/// How many an account may have: lists show them all.
pub const MOST: i64 = 1000;

/// The longest text, in characters.
pub const LONGEST: usize = 20_000;

/// A row of `canned_responses`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Serialize)]
#[diesel(table_name = canned_responses)]
pub struct CannedResponse {
    /// Its id.
    pub id: CannedResponseId,
    /// Whose it is.
    pub account_id: AccountId,
    /// The name under which agents find it; unique in the account.
    pub short_code: String,
    /// What is then written.
    pub content: String,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

audited!(CannedResponse = "CannedResponse" by short_code);

/// How well one of that name fits what was sought (in lower case): its name begins with it, has it, or only the text does.
pub fn rank(short_code: &str, sought: &str) -> u8 {
    let name = short_code.to_lowercase();
    match () {
        () if name.starts_with(sought) => 0,
        () if name.contains(sought) => 1,
        () => 2,
    }
}
