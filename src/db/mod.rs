//! The database: two backends behind one connection type. Everything that differs between them is in this folder.
pub mod dialect;
mod load;
pub mod nodes;
mod pool;
pub mod schema;
pub mod search;
#[cfg(test)]
pub mod tests;
pub mod told;
mod tx;
pub mod types;
pub mod under_way;
mod writer;

pub use load::{Load, WriterLoad, size};
pub use pool::Manager;
pub use tx::{Db, Shared, Tx};

use crate::error::{Error, Result};
use diesel::{
    Connection, PgConnection, SqliteConnection,
    connection::{AnsiTransactionManager, TransactionManager},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// A connection to whichever database was configured. Queries are written once, for both.
#[derive(diesel::MultiConnection)]
pub enum DbConn {
    /// PostgreSQL, through the bundled libpq.
    Pg(PgConnection),
    /// SQLite, bundled.
    Sqlite(SqliteConnection),
}

/// Runs the migrations that have not run yet; gives their number.
///
/// # Errors
/// When a migration fails; SQLite and PostgreSQL both undo the failed one.
pub fn migrate(conn: &mut DbConn) -> Result<usize> {
    match conn {
        DbConn::Pg(c) => {
            // several nodes may start at once: one migrates, the others wait and find nothing to do
            diesel::RunQueryDsl::execute(diesel::sql_query("SELECT pg_advisory_lock(4665640)"), c)?;
            let done = c.run_pending_migrations(POSTGRES).map(|done| done.len()).map_err(Error::internal);
            diesel::RunQueryDsl::execute(diesel::sql_query("SELECT pg_advisory_unlock(4665640)"), c)?;
            done
        }
        DbConn::Sqlite(c) => Ok(c.run_pending_migrations(SQLITE).map_err(Error::internal)?.len()),
    }
}

/// Several reads that see one moment, whatever is committed between them.
///
/// # Errors
/// What `work` gives, and the database's.
pub fn snapshot<T>(conn: &mut DbConn, work: impl FnOnce(&mut DbConn) -> Result<T>) -> Result<T> {
    conn.transaction(|conn| {
        if let DbConn::Pg(c) = conn {
            diesel::RunQueryDsl::execute(diesel::sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"), c)?;
        }
        work(conn)
    })
}

/// A write transaction. In SQLite it takes the write lock at once (BEGIN IMMEDIATE), since a read transaction that later
/// writes fails with SQLITE_BUSY without waiting.
fn transaction<T>(conn: &mut DbConn, work: impl FnOnce(&mut DbConn) -> Result<T>) -> Result<T> {
    type Manager = <DbConn as Connection>::TransactionManager;
    let depth = Manager::transaction_manager_status_mut(conn).transaction_depth()?;
    match (&mut *conn, depth) {
        (DbConn::Sqlite(c), None) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        _ => Manager::begin_transaction(conn)?,
    }
    match work(conn) {
        Ok(value) => {
            Manager::commit_transaction(conn)?;
            Ok(value)
        }
        Err(error) => match Manager::rollback_transaction(conn) {
            Ok(()) | Err(diesel::result::Error::BrokenTransactionManager) => Err(error),
            Err(rollback) => {
                tracing::error!(error = %rollback, "rollback");
                Err(error)
            }
        },
    }
}
