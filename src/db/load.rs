//! How busy the database's doors are: what waits, what is in use, how much goes into one commit.
use super::DbConn;
use crate::{error::Result, metrics::Histogram};
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt};
use std::sync::Arc;

/// How many requests shared a commit: the writer takes 64 at most.
pub(super) const COMMIT_SIZES: &[u64] = &[1, 2, 4, 8, 16, 32, 64];

/// How busy the database is, as seen from this process.
#[derive(Debug)]
pub struct Load {
    /// "sqlite" or "postgres".
    pub kind: &'static str,
    /// Requests that wait for a connection.
    pub waiting: usize,
    /// Connections of the pool that are open.
    pub connections: u32,
    /// Those among them that nobody uses.
    pub idle: u32,
    /// SQLite's single writer.
    pub writer: Option<WriterLoad>,
}

/// How busy SQLite's single writer is.
#[derive(Debug)]
pub struct WriterLoad {
    /// Requests in its queue.
    pub queued: usize,
    /// How many requests shared each commit.
    pub commits: Arc<Histogram>,
}

/// How many bytes the database has on the disk.
///
/// # Errors
/// When it cannot be asked.
pub fn size(conn: &mut DbConn) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Size {
        #[diesel(sql_type = BigInt)]
        bytes: i64,
    }
    let query = match conn {
        DbConn::Pg(_) => "SELECT pg_database_size(current_database()) AS bytes",
        DbConn::Sqlite(_) => "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()",
    };
    let found: Size = sql_query(query).get_result(conn)?;
    Ok(found.bytes)
}
