//! What lies under a key of a JSON object, as SQL sees it: the same in both databases, whatever it is.
use crate::db::{MultiBackend, types::Document};
use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    dsl::AsExprOf,
    expression::ValidGrouping,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Double, Integer, Nullable, Text},
    sqlite::Sqlite,
};

macro_rules! under_a_key {
    ($($(#[$meta:meta])* $function:ident, $name:ident, $sql_type:ty, $postgres:expr, $sqlite:expr;)+) => {$(
        $(#[$meta])*
        pub fn $function<E: Expression<SqlType = Document>>(document: E, key: &str) -> $name<E> {
            $name { document, key: diesel::IntoSql::into_sql::<Text>(key.to_owned()) }
        }
        #[doc = concat!("See [`", stringify!($function), "`].")]
        #[derive(Debug, Clone)]
        pub struct $name<E> {
            document: E,
            key: AsExprOf<String, Text>,
        }
        impl<E: Expression> Expression for $name<E> {
            type SqlType = $sql_type;
        }
        impl<E: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for $name<E> {}
        impl<E: SelectableExpression<QS>, QS> SelectableExpression<QS> for $name<E> {}
        impl<E: ValidGrouping<G>, G> ValidGrouping<G> for $name<E> {
            type IsAggregate = E::IsAggregate;
        }
        impl<E> QueryId for $name<E> {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
        impl<E: QueryFragment<Pg>> QueryFragment<Pg> for $name<E> {
            fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                written(&$postgres, &self.document, &self.key, pass)
            }
        }
        impl<E: QueryFragment<Sqlite>> QueryFragment<Sqlite> for $name<E> {
            fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                written(&$sqlite, &self.document, &self.key, pass)
            }
        }
        impl<E> QueryFragment<MultiBackend> for $name<E>
        where
            Self: QueryFragment<Pg> + QueryFragment<Sqlite>,
        {
            fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
                MultiBackend::walk_variant_ast(self, pass)
            }
        }
    )+};
}

/// Writes the pieces, with the arrow that each but the last one ends with between the document and the key.
fn written<'b, DB: diesel::backend::Backend>(
    pieces: &[(&'static str, &'static str)],
    document: &'b impl QueryFragment<DB>,
    key: &'b impl QueryFragment<DB>,
    mut pass: AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    for (before, arrow) in pieces {
        pass.push_sql(before);
        if !arrow.is_empty() {
            document.walk_ast(pass.reborrow())?;
            pass.push_sql(arrow);
            key.walk_ast(pass.reborrow())?;
        }
    }
    Ok(())
}

under_a_key! {
    /// The value as text: numbers as they are written, truth as `true` and `false`.
    json_scalar, JsonScalar, Nullable<Text>,
        [("(", " ->> "), (")", "")],
        [("(CASE json_type(", " -> "), (") WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(", " ->> "), (" AS TEXT) END)", "")];

    /// The value if it is a number, else null.
    json_number, JsonNumber, Nullable<Double>,
        [("(CASE WHEN json_typeof(", " -> "), (") = 'number' THEN CAST(", " ->> "), (" AS DOUBLE PRECISION) END)", "")],
        [("(CASE WHEN json_type(", " -> "), (") IN ('integer', 'real') THEN CAST(", " ->> "), (" AS REAL) END)", "")];
}

diesel::infix_operator!(Joined, " || ", Nullable<Text>);

/// A number as text.
pub fn as_text<E: Expression>(number: E) -> Joined<E, AsExprOf<&'static str, Text>> {
    Joined::new(number, diesel::IntoSql::into_sql::<Text>(""))
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// So many characters of the text, from one on; the first is 1.
    fn substr(text: Nullable<Text>, from: Integer, length: Integer) -> Nullable<Text>;
}
