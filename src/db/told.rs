//! How far the events are settled. Ids are given before the commit: on PostgreSQL, where transactions overlap, an event with a
//! smaller id may be seen after one with a larger id. A reader who goes by ids must not pass what can still appear.
use super::DbConn;
use diesel::{OptionalExtension, QueryResult, QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt, sql_types::Nullable};

/// How far the events are settled, of all accounts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// No event with this id or a smaller one can still appear.
    pub settled: i64,
    /// The largest id that was given.
    pub given: i64,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Nullable<BigInt>)]
    number: Option<i64>,
}

/// In SQLite the single writer commits in the order of the ids.
const GIVEN_IN_SQLITE: &str = "SELECT seq AS number FROM sqlite_sequence WHERE name = 'events'";
const GIVEN_IN_POSTGRES: &str = "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS number FROM events_id_seq";
/// After which id the events of running transactions come: each holds a lock that says so (the trigger `announce_events`).
const ANNOUNCED: &str = "SELECT min(((classid::bigint - 1000000000) << 31) | objid::bigint) AS number FROM pg_locks \
     WHERE locktype = 'advisory' AND objsubid = 2 AND classid::bigint >= 1000000000 \
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// How far the events are settled now. Read it before the events, in a statement of its own: what is settled then is seen by
/// every later statement.
///
/// # Errors
/// The database's.
pub fn told(conn: &mut DbConn) -> QueryResult<Told> {
    match conn {
        DbConn::Sqlite(c) => {
            let found: Option<Number> = sql_query(GIVEN_IN_SQLITE).get_result(c).optional()?;
            let given = found.and_then(|found| found.number).unwrap_or_default();
            Ok(Told { settled: given, given })
        }
        DbConn::Pg(c) => {
            // in this order: who takes a larger id after it was read is not counted, who took a smaller one holds its lock still
            // or has committed
            let given = sql_query(GIVEN_IN_POSTGRES).get_result::<Number>(c)?.number.unwrap_or_default();
            let announced = sql_query(ANNOUNCED).get_result::<Number>(c)?.number;
            Ok(Told { settled: announced.map_or(given, |announced| announced.min(given)), given })
        }
    }
}
