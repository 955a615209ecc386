//! Writing a filter as SQL.
use super::language::{Condition, Filter};
use crate::db::MultiBackend;
use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    expression::{NonAggregate, ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Bool, BoolOrNullableBool},
};
use std::marker::PhantomData;

/// A condition on rows of one table.
type Part = Box<dyn QueryFragment<MultiBackend> + Send>;

/// Conditions on rows of the table `T`, of which one must hold.
pub struct Alternatives<T>(Vec<Part>, PhantomData<fn(T)>);

/// One condition on rows of the table `T`.
pub fn boxed<T, E>(expression: E) -> Alternatives<T>
where
    E: QueryFragment<MultiBackend> + AppearsOnTable<T> + NonAggregate + Send + 'static,
    E::SqlType: BoolOrNullableBool,
{
    Alternatives(vec![Box::new(expression)], PhantomData)
}

impl<T> FromIterator<Alternatives<T>> for Alternatives<T> {
    fn from_iter<I: IntoIterator<Item = Alternatives<T>>>(all: I) -> Self {
        Alternatives(all.into_iter().flat_map(|one| one.0).collect(), PhantomData)
    }
}

/// A whole filter, for `.filter(..)` on the table `T`.
pub struct Matches<T>(Vec<Vec<(bool, Alternatives<T>)>>);

impl<T> Matches<T> {
    /// The filter, each of whose tests (without its negation) is written by `write`.
    pub fn new<F>(filter: &Filter<F>, write: impl Fn(&Condition<F>) -> Alternatives<T>) -> Matches<T> {
        let list = |list: &Vec<Condition<F>>| list.iter().map(|condition| (condition.negated, write(condition))).collect();
        Matches(filter.0.iter().map(list).collect())
    }
}

/// Rows that refer to a row of another table on which conditions are put. The SQL says how, up to those conditions; a bracket closes it.
struct Referring<U>(&'static str, Alternatives<U>);

/// That one of the conditions holds of a row of the table `U`, to which `sql` leads: it ends in `IN (SELECT .. WHERE `, or in `AND ` where
/// there is but one of them.
pub fn referring<T, U: 'static>(sql: &'static str, conditions: Alternatives<U>) -> Alternatives<T> {
    Alternatives(vec![Box::new(Referring(sql, conditions))], PhantomData)
}

impl<U> QueryFragment<MultiBackend> for Referring<U> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        pass.push_sql(self.0);
        self.1.write(pass.reborrow())?;
        pass.push_sql(")");
        Ok(())
    }
}

impl<T> Expression for Matches<T> {
    type SqlType = Bool;
}
impl<T> AppearsOnTable<T> for Matches<T> {}
impl<T> SelectableExpression<T> for Matches<T> {}
impl<T, G> ValidGrouping<G> for Matches<T> {
    type IsAggregate = is_aggregate::No;
}
impl<T> QueryId for Matches<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> QueryFragment<MultiBackend> for Matches<T> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        pass.unsafe_to_cache_prepared();
        for (nth, list) in self.0.iter().enumerate() {
            pass.push_sql(if nth == 0 { "((" } else { " OR (" });
            for (nth, (negated, alternatives)) in list.iter().enumerate() {
                if nth > 0 {
                    pass.push_sql(" AND ");
                }
                // what compares with null is null, which fits nothing; its opposite fits
                pass.push_sql(if *negated { "NOT COALESCE((" } else { "(" });
                alternatives.write(pass.reborrow())?;
                pass.push_sql(if *negated { "), FALSE)" } else { ")" });
            }
            pass.push_sql(")");
        }
        pass.push_sql(")");
        Ok(())
    }
}

impl<T> Alternatives<T> {
    fn write<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        for (nth, part) in self.0.iter().enumerate() {
            pass.push_sql(if nth == 0 { "(" } else { " OR (" });
            part.walk_ast(pass.reborrow())?;
            pass.push_sql(")");
        }
        Ok(())
    }
}

/// A test of a nullable text column or expression of the table `$table`.
#[macro_export]
macro_rules! text_test {
    ($table:ty, $text:expr, $test:expr) => {{
        use $crate::{
            db::dialect::{containing, lower, starting},
            filters::{Alternatives, Test, boxed},
        };
        match $test {
            Test::Texts(wanted) => boxed::<$table, _>(lower($text).eq_any(wanted.clone())),
            Test::Containing(parts) => {
                parts.iter().map(|part| boxed::<$table, _>(lower($text).like(containing(part)).escape('\\'))).collect::<Alternatives<$table>>()
            }
            Test::Starting(parts) => {
                parts.iter().map(|part| boxed::<$table, _>(lower($text).like(starting(part)).escape('\\'))).collect::<Alternatives<$table>>()
            }
            // reading lets through what the operators of the key allow, so this is IsPresent
            _ => boxed::<$table, _>($text.ne("")),
        }
    }};
}

/// A test of a nullable whole number of the table `$table`.
#[macro_export]
macro_rules! id_test {
    ($table:ty, $id:expr, $test:expr) => {
        match $test {
            $crate::filters::Test::Ids(wanted) => $crate::filters::boxed::<$table, _>($id.eq_any(wanted.clone())),
            _ => $crate::filters::boxed::<$table, _>($id.is_not_null()),
        }
    };
}

/// A test of the titles in a table of labels, which are in lower case.
#[macro_export]
macro_rules! title_test {
    ($table:ident, $test:expr) => {
        match $test {
            $crate::filters::Test::Texts(wanted) => $crate::filters::boxed::<$table::table, _>($table::title.eq_any(wanted.clone())),
            _ => $crate::filters::boxed::<$table::table, _>($table::id.is_not_null()),
        }
    };
}

/// A test of a nullable time of the table `$table`, by its day.
#[macro_export]
macro_rules! time_test {
    ($table:ty, $time:expr, $test:expr) => {{
        use $crate::filters::{Test, boxed};
        let midnight = |day: &chrono::NaiveDate| day.and_time(chrono::NaiveTime::MIN);
        match $test {
            Test::After(day) => boxed::<$table, _>($time.ge(midnight(day) + chrono::TimeDelta::days(1))),
            Test::Before(day) => boxed::<$table, _>($time.lt(midnight(day))),
            _ => boxed::<$table, _>($time.is_not_null()),
        }
    }};
}

/// A test of what lies under `$key` of the custom attributes of the table `$table`.
#[macro_export]
macro_rules! custom_test {
    ($table:ty, $attributes:expr, $key:expr, $test:expr) => {{
        use $crate::{
            db::dialect::{json_number, json_scalar, substr},
            filters::{Test, boxed},
        };
        let text = || json_scalar($attributes, $key);
        let number = || json_number($attributes, $key);
        // a day as text sorts as days do; what is no day is left out
        let day = || substr(text(), 1, 10);
        let written = |day: &chrono::NaiveDate| day.to_string();
        match $test {
            Test::Numbers(wanted) => boxed::<$table, _>(number().eq_any(wanted.clone())),
            Test::Above(least) => boxed::<$table, _>(number().gt(*least)),
            Test::Below(most) => boxed::<$table, _>(number().lt(*most)),
            Test::Flags(wanted) => boxed::<$table, _>(text().eq_any(wanted.iter().map(bool::to_string).collect::<Vec<_>>())),
            Test::Days(wanted) => boxed::<$table, _>(day().eq_any(wanted.iter().map(written).collect::<Vec<_>>())),
            Test::After(than) => boxed::<$table, _>(day().like("____-__-__").and(day().gt(written(than)))),
            Test::Before(than) => boxed::<$table, _>(day().like("____-__-__").and(day().lt(written(than)))),
            test => $crate::text_test!($table, text(), test),
        }
    }};
}
