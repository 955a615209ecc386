//! Reading definitions: always within an account.
use super::{
    model::{Definition, Model},
    values,
};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, locked},
        schema::custom_attribute_definitions::{self, dsl},
        types::{AccountId, DefinitionId},
    },
    error::Result,
};
use diesel::prelude::*;
use serde_json::{Map, Value};

/// The definitions of an account, the oldest first; of one model, or of both.
pub fn of_account(conn: &mut DbConn, account: AccountId, model: Option<Model>) -> Result<Vec<Definition>> {
    let mut query = dsl::custom_attribute_definitions.filter(dsl::account_id.eq(account)).select(Definition::columns()).into_boxed();
    if let Some(model) = model {
        query = query.filter(dsl::attribute_model.eq(model));
    }
    Ok(query.order_by(dsl::id).load(conn)?)
}

/// A definition of the account.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find(conn: &mut DbConn, account: AccountId, id: DefinitionId) -> Result<Definition> {
    let query = custom_attribute_definitions::table.filter(dsl::id.eq(id).and(dsl::account_id.eq(account)));
    Ok(query.select(Definition::columns()).get_result(conn)?)
}

/// The same, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_change(conn: &mut DbConn, account: AccountId, id: DefinitionId) -> Result<Definition> {
    let query = custom_attribute_definitions::table.filter(dsl::id.eq(id).and(dsl::account_id.eq(account)));
    Ok(locked(query.select(Definition::columns())).get_result(conn)?)
}

/// How many definitions an account has.
pub(super) fn count(conn: &mut DbConn, account: AccountId) -> Result<i64> {
    Ok(custom_attribute_definitions::table.filter(dsl::account_id.eq(account)).count().get_result(conn)?)
}

/// Checks values that somebody is about to store against their definitions, and writes numbers and truths as such that came as text.
///
/// # Errors
/// [`crate::error::Error::Invalid`] about `custom_attributes`, in a sentence that names the key.
pub fn admit(conn: &mut DbConn, account: AccountId, model: Model, said: &mut Map<String, Value>) -> Result<()> {
    match said.is_empty() {
        true => Ok(()),
        false => values::check(&of_account(conn, account, Some(model))?, said),
    }
}
