//! Who is writing. Ids are given before the commit: on PostgreSQL, where transactions overlap, a row with a smaller id may be seen after one with
//! a larger id. Whoever goes by the ids of a table notes the last one and who was writing, and passes it once they have ended.
use super::DbConn;
use diesel::{
    QueryResult, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, Text},
};
use std::collections::BTreeSet;

#[derive(QueryableByName)]
struct Transaction {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Whoever inserts holds this lock from before its rows get their ids until after they are seen.
const WRITING: &str = "SELECT DISTINCT virtualtransaction AS name FROM pg_locks JOIN pg_class ON pg_class.oid = pg_locks.relation \
     WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' \
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relname = ANY($1)";

/// The transactions that may have given ids in these tables and have not ended: by names that none has after them. Read it after the last ids, in
/// a statement of its own: once these have ended, every later statement sees all rows up to there that will ever be. None in SQLite, whose single
/// writer commits in the order of the ids.
///
/// # Errors
/// The database's.
pub fn writing(conn: &mut DbConn, tables: &[&str]) -> QueryResult<BTreeSet<String>> {
    match conn {
        DbConn::Sqlite(_) => Ok(BTreeSet::new()),
        DbConn::Pg(c) => {
            let tables: Vec<String> = tables.iter().map(|table| (*table).to_owned()).collect();
            let found: Vec<Transaction> = sql_query(WRITING).bind::<Array<Text>, _>(&tables).load(c)?;
            Ok(found.into_iter().map(|transaction| transaction.name).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::tests::on_each_database;
    use std::sync::mpsc;
    use tokio::sync::oneshot;

    #[test]
    fn whoever_writes_is_named_until_they_have_ended() {
        on_each_database(async |fresh| {
            let (begun, has_begun) = oneshot::channel();
            let (end, is_over) = mpsc::channel::<()>();
            let db = fresh.db.clone();
            let work = move |tx: &mut crate::db::Tx| {
                sql_query("DELETE FROM messages").execute(tx.conn)?;
                let _ = begun.send(());
                let _ = is_over.recv();
                Ok(())
            };
            let late = actix_rt::spawn(async move { db.write(work).await });
            has_begun.await.unwrap();
            let named = async |table: &'static str| fresh.db.read(move |conn| Ok(writing(conn, &[table])?)).await.unwrap();
            assert_eq!(named("messages").await.len(), usize::from(!fresh.db.is_ours_alone()));
            assert_eq!(named("conversations").await, BTreeSet::new());
            drop(end);
            late.await.unwrap().unwrap();
            assert_eq!(named("messages").await, BTreeSet::new());
        });
    }
}
