//! The SQL that both backends know but `MultiConnection` does not, and the SQL that only one knows.
mod asked;
mod json;
mod merged;

pub use asked::{Asked, Question, asked};
pub use json::{JsonNumber, JsonScalar, as_text, json_number, json_scalar, substr};
pub use merged::{Merged, Together};

use super::{DbConn, MultiBackend};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl, Selectable,
    backend::Backend,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Nullable, Text},
    sqlite::Sqlite,
};
use sha2::{Digest, Sha256};
use std::marker::PhantomData;

/// A model's columns, for RETURNING. (`as_returning()` names one backend, so a statement that is written out per backend
/// cannot contain it.)
pub trait Columns: Selectable<MultiBackend> {
    /// In the order of the struct's fields.
    fn columns() -> Self::SelectExpression {
        Self::construct_selection()
    }
}
impl<T: Selectable<MultiBackend>> Columns for T {}

/// Runs any query that both backends know, e.g. one with ON CONFLICT, on a `DbConn`.
#[derive(Debug, Clone, Copy)]
pub struct Each<Q>(pub Q);

impl<Q> QueryFragment<MultiBackend> for Each<Q>
where
    Q: QueryFragment<Pg> + QueryFragment<Sqlite>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.0, pass)
    }
}
impl<Q: QueryId> QueryId for Each<Q> {
    type QueryId = Q::QueryId;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}
impl<Q: Query> Query for Each<Q> {
    type SqlType = Q::SqlType;
}
impl<Q> RunQueryDsl<DbConn> for Each<Q> {}

/// Words that may follow a query, in each database.
pub trait Words: 'static {
    /// In PostgreSQL.
    const POSTGRES: &'static str;
    /// In SQLite.
    const SQLITE: &'static str;
}

/// A query with words after it that diesel has not, or has only for one backend. The words are part of the type, so that
/// the statement is found by its type, without its text being written again.
#[derive(Debug, Clone, Copy)]
pub struct Followed<Q, W> {
    query: Q,
    words: PhantomData<W>,
}

macro_rules! words {
    ($($(#[$meta:meta])* $function:ident, $name:ident = $postgres:literal $sqlite:literal;)+) => {$(
        $(#[$meta])*
        pub fn $function<Q>(query: Q) -> Followed<Q, $name> {
            Followed { query, words: PhantomData }
        }
        #[doc = concat!("See [`", stringify!($function), "`].")]
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl Words for $name {
            const POSTGRES: &'static str = $postgres;
            const SQLITE: &'static str = $sqlite;
        }
    )+};
}

words! {
    /// `FOR UPDATE SKIP LOCKED`: rows that nobody else is working on. SQLite has no row locks and needs none: its write
    /// transaction excludes every other writer.
    skip_locked, SkipLocked = " FOR UPDATE SKIP LOCKED" "";

    /// `FOR NO KEY UPDATE OF conversations`: two changes of one conversation happen one after the other. (Rows that refer to
    /// the conversation can still be inserted beside it.)
    lock_conversations, LockConversations = " FOR NO KEY UPDATE OF \"conversations\"" "";

    /// `FOR NO KEY UPDATE` of every row found.
    locked, Locked = " FOR NO KEY UPDATE" "";

    /// `FOR UPDATE` of every row found: nothing can be inserted that refers to it.
    closed, Closed = " FOR UPDATE" "";

    /// `FOR KEY SHARE` of every row found: they may change, but nobody deletes them before the transaction ends.
    kept, Kept = " FOR KEY SHARE" "";

    /// `LIMIT 1`, written out: diesel binds the number, and SQLite prepares such a statement anew at each binding, which
    /// costs more than the query.
    limit_one, LimitOne = " LIMIT 1" " LIMIT 1";

    /// `LIMIT 10`, written out for the same reason.
    limit_ten, LimitTen = " LIMIT 10" " LIMIT 10";
}

impl<Q: QueryFragment<Pg>, W: Words> QueryFragment<Pg> for Followed<Q, W> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.query.walk_ast(pass.reborrow())?;
        pass.push_sql(W::POSTGRES);
        Ok(())
    }
}
impl<Q: QueryFragment<Sqlite>, W: Words> QueryFragment<Sqlite> for Followed<Q, W> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.query.walk_ast(pass.reborrow())?;
        pass.push_sql(W::SQLITE);
        Ok(())
    }
}
impl<Q, W> QueryFragment<MultiBackend> for Followed<Q, W>
where
    Self: QueryFragment<Pg> + QueryFragment<Sqlite>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, pass)
    }
}
impl<Q: QueryId, W: Words> QueryId for Followed<Q, W> {
    type QueryId = Followed<Q::QueryId, W>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}
impl<Q: Query, W> Query for Followed<Q, W> {
    type SqlType = Q::SqlType;
}
impl<Q, W, Conn> RunQueryDsl<Conn> for Followed<Q, W> {}

#[diesel::declare_sql_function]
extern "SQL" {
    /// How many characters a text has.
    fn length(text: Nullable<Text>) -> Nullable<Integer>;

    /// The text in lower case: of every language in SQLite, and in PostgreSQL of those that the locale of the database knows (with `LC_CTYPE` C,
    /// only the letters from A to Z).
    fn lower(text: Nullable<Text>) -> Nullable<Text>;
}

diesel::postfix_operator!(NullsLast, " NULLS LAST", diesel::expression::expression_types::NotSelectable);

/// Rows without a value come last, in both databases and in both directions.
pub fn nulls_last<E>(order: E) -> NullsLast<E> {
    NullsLast::new(order)
}

diesel::prefix_operator!(Apart, " +", diesel::sql_types::BigInt);

/// A column that no index is to be read by. SQLite keeps no figures of what is stored: it would look through all of an account rather
/// than for a hundred ids.
pub fn apart<E>(column: E) -> Apart<E> {
    Apart::new(column)
}

diesel::infix_operator!(JsonText, " ->> ", Nullable<Text>);

/// `column ->> 'key'`, the same operator in both databases. (SQLite gives a number back as a number: for texts only.)
pub fn json_text<E>(column: E, key: &str) -> JsonText<E, diesel::dsl::AsExprOf<String, Text>>
where
    E: diesel::Expression<SqlType = super::types::Document>,
{
    JsonText::new(column, diesel::IntoSql::into_sql::<Text>(key.to_owned()))
}

/// What a LIKE must be given to find `text` anywhere, whatever characters it has. The escape character is `\`.
pub fn containing(text: &str) -> String {
    format!("%{}", starting(text))
}

/// The same for texts that begin with it.
pub fn starting(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Waits for the turns of these names and holds them until the transaction ends: whoever looks for a thing of that name in
/// order to make it if there is none is alone with the name.
pub fn take_turns_of(conn: &mut DbConn, names: &[String]) -> QueryResult<()> {
    let DbConn::Pg(c) = conn else { return Ok(()) };
    let number = |name: &String| {
        let [a, b, c, d, e, f, g, h, ..] = <[u8; 32]>::from(Sha256::digest(name.as_bytes()));
        i64::from_be_bytes([a, b, c, d, e, f, g, h])
    };
    // always in the same order, so that no two wait for each other
    let turns: std::collections::BTreeSet<i64> = names.iter().map(number).collect();
    turns.into_iter().try_for_each(|turn| wait_for(c, turn))
}

fn wait_for(conn: &mut PgConnection, turn: i64) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<diesel::sql_types::BigInt, _>(turn).execute(conn).map(drop)
}

/// The same expression, written once and compiled once per backend, on the concrete connection: for what `MultiConnection`
/// cannot say, and for the hot statements, where it saves a third of the time.
#[macro_export]
macro_rules! on_each {
    ($conn:expr, $c:ident => $body:expr) => {
        match &mut *$conn {
            $crate::db::DbConn::Pg($c) => $body,
            $crate::db::DbConn::Sqlite($c) => $body,
        }
    };
}

/// A statement without parameters that both databases know. It is prepared once and cached, unlike `sql_query`.
#[derive(Debug, Clone, Copy)]
pub struct Fixed(pub &'static str);

impl<DB: Backend> QueryFragment<DB> for Fixed {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql(self.0);
        Ok(())
    }
}
impl QueryId for Fixed {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl RunQueryDsl<DbConn> for Fixed {}

/// A statement that is prepared once per SQL text, although diesel marks it as varying too much for its cache: every
/// UPDATE, and in PostgreSQL every `Insertable` struct. (An insert of a tuple needs no help: it is found by its type.) The
/// mark travels with the walk, so the inner query is walked only where binds are collected; its text is written apart. For
/// use inside `on_each!`.
#[derive(Debug, Clone, Copy)]
pub struct Cached<Q>(pub Q);

impl<DB, Q> QueryFragment<DB> for Cached<Q>
where
    DB: Backend,
    DB::QueryBuilder: Default,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        use diesel::{internal::derives::multiconnection::AstPassHelper, query_builder::QueryBuilder};
        if pass.bind_collector().is_some() || pass.debug_binds().is_some() {
            return self.0.walk_ast(pass);
        }
        let mut text = DB::QueryBuilder::default();
        self.0.to_sql(&mut text, pass.backend())?;
        pass.push_sql(&text.finish());
        Ok(())
    }
}
impl<Q> QueryId for Cached<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Q: Query> Query for Cached<Q> {
    type SqlType = Q::SqlType;
}
impl<Q, Conn> RunQueryDsl<Conn> for Cached<Q> {}

/// Two writes of one transaction, where the first one's result does not matter. PostgreSQL gets both in one statement, which saves
/// a round trip; neither sees what the other does. For use by [`both!`](crate::both).
#[derive(Debug, Clone, Copy)]
pub struct Alongside<Side, Main>(pub Side, pub Main);

impl<Side: QueryFragment<Pg>, Main: QueryFragment<Pg>> QueryFragment<Pg> for Alongside<Side, Main> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("WITH \"alongside\" AS (");
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql(") ");
        self.1.walk_ast(pass.reborrow())
    }
}
impl<Side, Main> QueryId for Alongside<Side, Main> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Side, Main: Query> Query for Alongside<Side, Main> {
    type SqlType = Main::SqlType;
}
impl<Side, Main> RunQueryDsl<PgConnection> for Alongside<Side, Main> {}

/// Makes two writes of which neither needs to see the other, and gives the result of the second one. See [`Alongside`].
#[macro_export]
macro_rules! both {
    ($conn:expr, $side:expr, $main:expr) => {
        match &mut *$conn {
            $crate::db::DbConn::Pg(c) => $crate::db::dialect::Cached($crate::db::dialect::Alongside($side, $main)).get_result(c),
            $crate::db::DbConn::Sqlite(c) => match $crate::db::dialect::Cached($side).execute(c) {
                Ok(_) => $main.get_result(c),
                Err(error) => Err(error),
            },
        }
    };
}

/// The turns that whole transactions take, one after the other. The numbers are PostgreSQL's advisory locks; that of the
/// migrations is 4665640.
#[derive(Debug, Clone, Copy)]
pub enum Turn {
    /// Making an account together with its administrator.
    Founding = 4_665_641,
    /// Taking over the claims of a node that is gone.
    TakingOver = 4_665_643,
}

/// Waits for its turn and holds it until the transaction ends. In SQLite every write transaction is alone anyway.
pub fn take_turn(conn: &mut DbConn, turn: Turn) -> QueryResult<()> {
    match conn {
        DbConn::Pg(c) => wait_for(c, turn as i64),
        DbConn::Sqlite(_) => Ok(()),
    }
}
