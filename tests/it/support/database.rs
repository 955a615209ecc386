//! A database for each test: a file in a folder of its own, or, when `HOOKDESK_TEST_DATABASE_URL` names a PostgreSQL, a database
//! there, as a superuser. The migrations take either a good part of what a test takes: the file may be a copy of one, and PostgreSQL's databases
//! that tests have finished with are emptied and used again.
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, r2d2::ManageConnection, sql_query, sql_types::Text,
};
use hookdesk::{
    config::Database,
    db::{DbConn, Manager, migrate},
};
use std::{
    path::Path,
    sync::{
        LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};
use tempfile::TempDir;

const VARIABLE: &str = "HOOKDESK_TEST_DATABASE_URL";
/// What PostgreSQL calls the sessions of real processes.
const SERVED: &str = "hookdesk_process";
const PREFIX: &str = "hookdesk_test_";

/// The file of an empty SQLite database.
static MIGRATED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hookdesk.db");
    let mut conn = Manager::new(Database::Sqlite(file.clone())).connect().unwrap();
    migrate(&mut conn).unwrap();
    // closing it brings all of it into the one file
    drop(conn);
    std::fs::read(file).unwrap()
});

/// Where a test's data is. All of it goes when this is dropped.
pub struct Place {
    /// Everything but PostgreSQL's rows.
    pub folder: TempDir,
    /// The rows.
    pub database: Database,
    name: Option<String>,
}

impl Place {
    /// An empty database, as a server finds it that is started for the first time; on PostgreSQL the migrations are done.
    pub fn new() -> Place {
        let folder = tempfile::Builder::new().prefix("hookdesk-it").tempdir().unwrap();
        let Some(url) = maintenance() else {
            let database = Database::Sqlite(folder.path().join("hookdesk.db"));
            return Place { folder, database, name: None };
        };
        let empty = empty().pop();
        let name = empty.unwrap_or_else(|| create(&url));
        Place { folder, database: Database::Postgres(with_name(&url, &name)), name: Some(name) }
    }

    /// An empty database on which all migrations are done.
    pub fn migrated() -> Place {
        let place = Place::new();
        if let Database::Sqlite(file) = &place.database {
            std::fs::write(file, &*MIGRATED).unwrap();
        }
        place
    }

    /// A database that somebody else has made, and does away with.
    pub fn on(url: String) -> Place {
        let folder = tempfile::Builder::new().prefix("hookdesk-it").tempdir().unwrap();
        Place { folder, database: Database::Postgres(url), name: None }
    }

    /// An SQLite database in a folder within this one.
    pub fn within(parent: &Path) -> Place {
        let folder = tempfile::Builder::new().prefix("hookdesk-it").tempdir_in(parent).unwrap();
        let database = Database::Sqlite(folder.path().join("hookdesk.db"));
        Place { folder, database, name: None }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let (Some(name), Some(url)) = (self.name.take(), maintenance()) else {
            return;
        };
        if std::thread::panicking() {
            // whatever it did there is nobody else's start
            run(&url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        } else {
            wipe(&with_name(&url, &name));
            empty().push(name);
        }
    }
}

/// Whether the tests run on PostgreSQL.
pub fn is_postgres() -> bool {
    maintenance().is_some()
}

/// How a setting spells this database. Who connects with it is known by [`SERVED`].
pub fn url(database: &Database) -> String {
    match database {
        Database::Sqlite(file) => format!("sqlite:{}", file.display()),
        Database::Postgres(url) => format!("{url}?application_name={SERVED}"),
    }
}

fn maintenance() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|url| !url.is_empty())
}

/// Databases that nobody uses now.
fn empty() -> MutexGuard<'static, Vec<String>> {
    static EMPTY: Mutex<Vec<String>> = Mutex::new(Vec::new());
    EMPTY.lock().unwrap_or_else(PoisonError::into_inner)
}

fn create(url: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    if number == 0 {
        drop_remains(url);
    }
    let name = format!("{PREFIX}{}_{number}", std::process::id());
    run(url, &format!("CREATE DATABASE {name}"));
    let mut conn = DbConn::Pg(PgConnection::establish(&with_name(url, &name)).unwrap());
    migrate(&mut conn).unwrap();
    name
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Databases of test runs that have ended: a run cannot know which test is its last.
fn drop_remains(url: &str) {
    let mut conn = PgConnection::establish(url).unwrap();
    let names = sql_query(format!("SELECT datname::text AS name FROM pg_database WHERE datname LIKE '{PREFIX}%'"));
    for Name { name } in names.load(&mut conn).unwrap() {
        let process = name[PREFIX.len()..].split('_').next().unwrap_or_default();
        if !Path::new("/proc").join(process).exists() {
            sql_query(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).execute(&mut conn).unwrap();
        }
    }
}

/// Ends whoever is still there, and takes away every row and every number given. Row by row, which takes a tenth of the time that new files for
/// each table do; only where much was written, or deleted before, files are new.
fn wipe(url: &str) {
    let mut conn = PgConnection::establish(url).unwrap();
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    sql_query(end).execute(&mut conn).unwrap();
    conn.batch_execute(WIPE).unwrap();
}

const WIPE: &str = r"
DO $$
DECLARE
    tables text[] := ARRAY(SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\_\_diesel%');
    name text;
BEGIN
    -- nobody refers to anything in the end
    SET LOCAL session_replication_role = replica;
    IF EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 262144) THEN
        EXECUTE 'TRUNCATE ' || array_to_string(tables, ', ');
    ELSE
        FOREACH name IN ARRAY tables LOOP
            EXECUTE 'DELETE FROM ' || name;
        END LOOP;
    END IF;
    PERFORM setval(format('%I.%I', schemaname, sequencename), start_value, false) FROM pg_sequences WHERE last_value IS NOT NULL;
    -- which the migration makes, and nothing else
    INSERT INTO report_progress VALUES (1, 0, 0, 0, 0, 0, 0);
END $$";

fn run(url: &str, sql: &str) {
    let mut conn = PgConnection::establish(url).unwrap();
    sql_query(sql).execute(&mut conn).unwrap_or_else(|e| panic!("{sql}: {e}"));
}

fn with_name(url: &str, name: &str) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_path(name);
    url.to_string()
}
