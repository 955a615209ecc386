//! Truths that are asked of a row in SQL which both databases know.
use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    backend::Backend,
    expression::{ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::Bool,
};
use std::marker::PhantomData;

/// What is asked, in words that name each column with its table.
pub trait Question: 'static {
    /// The words.
    const SQL: &'static str;
}

/// A question as an expression. Its words are part of the type, so that the statement is found by its type and stays prepared, unlike one with
/// `sql(..)` in it.
#[derive(Debug)]
pub struct Asked<Q>(PhantomData<Q>);

/// Asks this.
pub fn asked<Q: Question>(_: Q) -> Asked<Q> {
    Asked(PhantomData)
}

impl<Q> Clone for Asked<Q> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Q> Copy for Asked<Q> {}

impl<Q> Expression for Asked<Q> {
    type SqlType = Bool;
}
impl<Q, QS> AppearsOnTable<QS> for Asked<Q> {}
impl<Q, QS> SelectableExpression<QS> for Asked<Q> {}
impl<Q, G> ValidGrouping<G> for Asked<Q> {
    type IsAggregate = is_aggregate::Never;
}
impl<Q: Question> QueryId for Asked<Q> {
    type QueryId = Asked<Q>;
    const HAS_STATIC_QUERY_ID: bool = true;
}
impl<Q: Question, DB: Backend> QueryFragment<DB> for Asked<Q> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql(Q::SQL);
        Ok(())
    }
}
