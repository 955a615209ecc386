//! Reading custom filters: always those of one user in one account.
use super::model::{CustomFilter, FilterType, MOST};
use crate::{
    auth::Agent,
    db::{DbConn, dialect::Columns, schema::custom_filters, types::CustomFilterId},
    error::Result,
};
use diesel::prelude::*;

/// The user's filters of one type, the oldest first.
pub(super) fn list(conn: &mut DbConn, agent: &Agent, of: FilterType) -> Result<Vec<CustomFilter>> {
    let own = custom_filters::user_id.eq(agent.user_id()).and(custom_filters::account_id.eq(agent.account_id()));
    let query = custom_filters::table.filter(own.and(custom_filters::filter_type.eq(of))).select(CustomFilter::columns());
    Ok(query.order_by(custom_filters::id).limit(MOST).load(conn)?)
}

/// One of the user's filters.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find(conn: &mut DbConn, agent: &Agent, id: CustomFilterId) -> Result<CustomFilter> {
    let own = custom_filters::user_id.eq(agent.user_id()).and(custom_filters::account_id.eq(agent.account_id()));
    Ok(custom_filters::table.filter(own.and(custom_filters::id.eq(id))).select(CustomFilter::columns()).get_result(conn)?)
}

/// How many filters the user keeps in this account.
pub(super) fn count(conn: &mut DbConn, agent: &Agent) -> Result<i64> {
    let own = custom_filters::user_id.eq(agent.user_id()).and(custom_filters::account_id.eq(agent.account_id()));
    Ok(custom_filters::table.filter(own).count().get_result(conn)?)
}
