//! Several lists as one: what diesel's `union_all` is for a number of queries that only run time knows.
use crate::db::{DbConn, MultiBackend};
use diesel::{
    QueryResult, RunQueryDsl,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::BigInt,
};

/// The rows of all `queries`, none of which says an order or a limit, in the order of their first two columns. Where each has an index in this order
/// both databases merge them as they read, and so read hardly more than what comes before the end of the stretch. SQLite does so by itself, and would
/// sort once more what has an order of its own; PostgreSQL merges only what has one, and an end.
#[derive(Debug, Clone)]
pub struct Merged<Q> {
    queries: Vec<Q>,
    descending: bool,
    limit: i64,
    offset: i64,
    /// How many rows of each may count.
    end: i64,
}

impl<Q> Merged<Q> {
    /// `limit` rows of at least one query, all of which have the same columns; `offset` come before them. Descending, the largest come first.
    pub fn new(queries: Vec<Q>, descending: bool, limit: i64, offset: i64) -> Merged<Q> {
        Merged { queries, descending, limit, offset, end: limit.saturating_add(offset) }
    }
}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Merged<Q> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        let sorted = if self.descending { " ORDER BY 1 DESC, 2 DESC LIMIT " } else { " ORDER BY 1, 2 LIMIT " };
        let is_sorted_apart = matches!(pass.backend(), MultiBackend::Pg(_));
        for (n, query) in self.queries.iter().enumerate() {
            if n > 0 {
                pass.push_sql(" UNION ALL ");
            }
            if is_sorted_apart {
                pass.push_sql("(");
            }
            query.walk_ast(pass.reborrow())?;
            if is_sorted_apart {
                pass.push_sql(sorted);
                pass.push_bind_param::<BigInt, _>(&self.end)?;
                pass.push_sql(")");
            }
        }
        pass.push_sql(sorted);
        pass.push_bind_param::<BigInt, _>(&self.limit)?;
        pass.push_sql(" OFFSET ");
        pass.push_bind_param::<BigInt, _>(&self.offset)
    }
}
impl<Q> QueryId for Merged<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Q: Query> Query for Merged<Q> {
    type SqlType = Q::SqlType;
}
impl<Q> RunQueryDsl<DbConn> for Merged<Q> {}

/// The rows of all `queries`, each of which may have an order and a limit of its own; one after the other.
#[derive(Debug, Clone)]
pub struct Together<Q> {
    /// At least one; all have the same columns. SQLite takes 500.
    pub queries: Vec<Q>,
}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Together<Q> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        for (n, query) in self.queries.iter().enumerate() {
            pass.push_sql(if n > 0 { " UNION ALL SELECT * FROM (" } else { "SELECT * FROM (" });
            query.walk_ast(pass.reborrow())?;
            pass.push_sql(") AS \"one\"");
        }
        Ok(())
    }
}
impl<Q> QueryId for Together<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Q: Query> Query for Together<Q> {
    type SqlType = Q::SqlType;
}
impl<Q> RunQueryDsl<DbConn> for Together<Q> {}
