//! Opening connections, and the pools that hold them.
use super::DbConn;
use crate::{
    config::{Config, Database},
    error::{Error as OurError, Result as OurResult},
};
use diesel::{
    Connection, PgConnection, SqliteConnection,
    connection::SimpleConnection,
    declare_sql_function,
    r2d2::{Error, R2D2Connection},
    sql_types::{Nullable, Text},
};

#[declare_sql_function]
extern "SQL" {
    fn lower(text: Nullable<Text>) -> Nullable<Text>;
}

/// Every commit is on the disk before it is answered; readers never wait for the writer; LIKE tells capitals from small
/// letters, as it does in PostgreSQL.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
    PRAGMA case_sensitive_like = ON;";

const READER_SETTINGS: &str = "PRAGMA query_only = ON";

/// What a savepoint might have to undo is kept in memory. Past 64 KiB, some four requests of a batch, SQLite would write it to
/// a temporary file, which nobody reads after a crash.
const WRITER_SETTINGS: &str = "PRAGMA temp_store = MEMORY";

/// Opens connections to the configured database. (The derived `establish` tries each backend in turn and hides the real
/// error.)
#[derive(Clone, Debug)]
pub struct Manager {
    database: Database,
    read_only: bool,
}

impl Manager {
    /// Connections that may write.
    pub fn new(database: Database) -> Self {
        if matches!(database, Database::Postgres(_)) {
            // set up by libpq, OpenSSL would be torn down while the process ends, below a thread that is just opening a connection
            openssl_sys::init();
        }
        Manager { database, read_only: false }
    }

    /// Connections for reading beside SQLite's single writer. (PostgreSQL has one kind.)
    pub(super) fn for_reading(database: Database) -> Self {
        Manager { read_only: matches!(database, Database::Sqlite(_)), database }
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = DbConn;
    type Error = Error;

    fn connect(&self) -> Result<DbConn, Error> {
        match &self.database {
            Database::Postgres(url) => PgConnection::establish(url).map(DbConn::Pg).map_err(Error::ConnectionError),
            Database::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy()).map_err(Error::ConnectionError)?;
                conn.batch_execute(SQLITE_SETTINGS).map_err(Error::QueryError)?;
                // SQLite's own lower() knows ASCII alone, and a search must find «ÄPFEL»
                lower_utils::register_impl(&mut conn, |text: Option<String>| text.map(|text| text.to_lowercase())).map_err(Error::QueryError)?;
                conn.batch_execute(if self.read_only { READER_SETTINGS } else { WRITER_SETTINGS }).map_err(Error::QueryError)?;
                Ok(DbConn::Sqlite(conn))
            }
        }
    }

    fn is_valid(&self, conn: &mut DbConn) -> Result<(), Error> {
        conn.ping().map_err(Error::QueryError)
    }

    fn has_broken(&self, conn: &mut DbConn) -> bool {
        std::thread::panicking() || conn.is_broken()
    }
}

/// The data folder holds credentials: nobody but the server's own user reads it.
pub(super) fn prepare_folder(config: &Config) -> OurResult<()> {
    use std::os::unix::fs::DirBuilderExt;
    let folder = match &config.database {
        Database::Sqlite(file) => file.parent().unwrap_or(&config.data_dir),
        Database::Postgres(_) => &config.data_dir,
    };
    for folder in [folder, &config.data_dir] {
        if !folder.as_os_str().is_empty() {
            let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
            made.map_err(|e| OurError::Internal(format!("cannot make the folder {}: {e}", folder.display())))?;
        }
    }
    Ok(())
}
