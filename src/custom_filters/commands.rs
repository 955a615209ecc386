//! Changing custom filters.
use super::{
    model::{CustomFilter, FilterType, MOST},
    queries,
};
use crate::{
    auth::Agent,
    checks::{LINE, not_too_large, required},
    contacts, conversations,
    db::{
        Tx,
        dialect::Columns,
        schema::custom_filters,
        types::{AccountId, CustomFilterId, Json, UserId, now},
    },
    error::{Error, Result},
    filters::ConditionInput,
    web::{
        Input,
        fields::{Object, Patch, Text},
    },
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// What may be said about a custom filter.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CustomFilterInput {
    /// Up to 255 characters; a new one needs it.
    pub name: Patch<Text>,
    /// A name or a number, said once; of conversations unless said otherwise.
    pub filter_type: Patch<FilterType>,
    /// Conditions under `payload`, up to 64 KiB of JSON; a new one needs it.
    pub query: Patch<Object>,
}

impl Input for CustomFilterInput {
    const ROOT: &'static str = "custom_filter";
}

/// Keeps a filter.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute; [`Error::Refused`] for a query that could not be asked, and for one filter more than
/// a user may keep.
pub fn create(tx: &mut Tx, agent: &Agent, input: CustomFilterInput) -> Result<CustomFilter> {
    let CustomFilterInput { name, filter_type, query } = input;
    if queries::count(tx.conn, agent)? >= MOST {
        return Err(Error::Refused(format!("A user keeps at most {MOST} filters in an account")));
    }
    let name = required("name", &name.set().unwrap_or_default().0, LINE)?;
    let filter_type = filter_type.set().unwrap_or(FilterType::Conversation);
    let Object(query) = query.set().ok_or_else(|| Error::blank("query"))?;
    check(tx, agent, filter_type, &query)?;
    let now = now();
    let insert = diesel::insert_into(custom_filters::table).values((
        (custom_filters::account_id.eq(agent.account_id()), custom_filters::user_id.eq(agent.user_id())),
        (custom_filters::filter_type.eq(filter_type), custom_filters::name.eq(name), custom_filters::query.eq(Json(query))),
        (custom_filters::created_at.eq(now), custom_filters::updated_at.eq(now)),
    ));
    Ok(insert.returning(CustomFilter::columns()).get_result(tx.conn)?)
}

/// Changes a filter of the user's; its type stays.
///
/// # Errors
/// [`Error::NotFound`]; else as [`create`].
pub fn update(tx: &mut Tx, agent: &Agent, id: CustomFilterId, input: CustomFilterInput) -> Result<CustomFilter> {
    let CustomFilterInput { name, filter_type: _, query } = input;
    let present = queries::find(tx.conn, agent, id)?;
    let name = match name {
        Patch::Absent => present.name,
        said => required("name", &said.set().unwrap_or_default().0, LINE)?,
    };
    let query = match query {
        Patch::Absent => present.query.0,
        said => said.set().ok_or_else(|| Error::blank("query"))?.0,
    };
    check(tx, agent, present.filter_type, &query)?;
    let change = (custom_filters::name.eq(name), custom_filters::query.eq(Json(query)), custom_filters::updated_at.eq(now()));
    Ok(diesel::update(custom_filters::table.find(id)).set(change).returning(CustomFilter::columns()).get_result(tx.conn)?)
}

/// Forgets a filter of the user's.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx, agent: &Agent, id: CustomFilterId) -> Result<()> {
    let filter = queries::find(tx.conn, agent, id)?;
    diesel::delete(custom_filters::table.find(filter.id)).execute(tx.conn)?;
    Ok(())
}

/// Somebody leaves the account, and with it the filters that they have kept there.
///
/// # Errors
/// The database's.
pub fn depart(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    let theirs = custom_filters::table.filter(custom_filters::account_id.eq(account).and(custom_filters::user_id.eq(user)));
    diesel::delete(theirs).execute(tx.conn)?;
    Ok(())
}

/// That the query could be asked now. Reports have no filter language: theirs only has to be small.
fn check(tx: &mut Tx, agent: &Agent, of: FilterType, query: &Map<String, Value>) -> Result<()> {
    not_too_large("query", query)?;
    let conditions = || -> Result<Vec<ConditionInput>> {
        let said = query.get("payload").cloned().ok_or_else(|| Error::blank("query"))?;
        serde_json::from_value(said).map_err(|e| Error::Refused(format!("query.payload: {e}")))
    };
    match of {
        FilterType::Conversation => conversations::check_filter(tx.conn, agent.account_id(), &conditions()?),
        FilterType::Contact => contacts::check_filter(tx.conn, agent.account_id(), &conditions()?),
        FilterType::Report => Ok(()),
    }
}
