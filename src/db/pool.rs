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

/// A machine that has lost its power or its network is found out within some ten seconds; PostgreSQL would otherwise wait two hours for a word from it,
/// with all that it holds locked.
pub(super) const KEEPALIVES: &str =
    "SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 10000;";

/// No transaction of ours waits for anything but the database. One that does so for this long has lost its node, and holds up whoever reads events in
/// their order (`told`).
const ABANDONED: &str = "SET idle_in_transaction_session_timeout = '30s';";

/// The same from this end, for libpq: PostgreSQL's machine may be gone as well.
const PARAMETERS: &str = "connect_timeout=10&keepalives_idle=4&keepalives_interval=2&keepalives_count=3&tcp_user_timeout=10000";

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
            Database::Postgres(url) => {
                let mut conn = PgConnection::establish(&with_parameters(url)).map_err(Error::ConnectionError)?;
                conn.batch_execute(&[KEEPALIVES, ABANDONED].concat()).map_err(Error::QueryError)?;
                Ok(DbConn::Pg(conn))
            }
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

/// The URL with our parameters before its own: libpq takes the last of each name. As libpq reads it, whatever stands before an `@` names somebody, and may
/// hold a `?`.
fn with_parameters(url: &str) -> String {
    let begin = url.find("://").map_or(0, |at| at + 3);
    let host = url[begin..].find(['@', '/']).filter(|at| url[begin + at..].starts_with('@')).map_or(begin, |at| begin + at);
    match url[host..].split_once('?') {
        Some((place, own)) => format!("{}{place}?{PARAMETERS}&{own}", &url[..host]),
        None => format!("{url}?{PARAMETERS}"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::tests::on_each_database;
    use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};

    #[derive(QueryableByName)]
    struct Setting {
        #[diesel(sql_type = Text)]
        setting: String,
    }

    #[test]
    fn what_the_url_says_itself_comes_last() {
        let user = "postgres://desk:s?cret/@h";
        for (url, front, own) in [
            ("postgres://u:p@h/db", "postgres://u:p@h/db", ""),
            ("postgres://a:1,b:2/db?keepalives=0", "postgres://a:1,b:2/db", "&keepalives=0"),
            ("postgresql:///db?host=/run/postgresql&options=-c%20a=b?", "postgresql:///db", "&host=/run/postgresql&options=-c%20a=b?"),
            ("postgres://desk:s?cret@h?connect_timeout=1", "postgres://desk:s?cret@h", "&connect_timeout=1"),
            // no user's name has a slash
            (user, "postgres://desk:s", "&cret/@h"),
        ] {
            assert_eq!(with_parameters(url), format!("{front}?{PARAMETERS}{own}"));
        }
    }

    #[test]
    fn a_node_that_is_gone_is_given_up_in_the_midst_of_a_transaction() {
        on_each_database(async |fresh| {
            if fresh.db.is_ours_alone() {
                return;
            }
            let sql = "SELECT string_agg(setting || unit, ' ' ORDER BY name) AS setting FROM pg_settings \
                       WHERE name LIKE 'tcp_keepalives_i%' OR name IN ('tcp_user_timeout', 'idle_in_transaction_session_timeout')";
            let set: Setting = fresh.db.read(move |conn| Ok(sql_query(sql).get_result(conn)?)).await.unwrap();
            assert_eq!(set.setting, "30000ms 4s 2s 10000ms");
        });
    }
}
