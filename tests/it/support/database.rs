//! A database for each test: a file in a folder of its own, or, when `HOOKDESK_TEST_DATABASE_URL` names a PostgreSQL, a copy of a
//! template there that was migrated once.
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use hookdesk::{
    config::Database,
    db::{DbConn, migrate},
};
use std::{
    path::Path,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU32, Ordering},
    },
};
use tempfile::TempDir;

const VARIABLE: &str = "HOOKDESK_TEST_DATABASE_URL";
const PREFIX: &str = "hookdesk_test_";

/// Where a test's data is. All of it goes when this is dropped.
pub struct Place {
    /// Everything but PostgreSQL's rows.
    pub folder: TempDir,
    /// The rows.
    pub database: Database,
    name: Option<String>,
}

impl Place {
    /// An empty, migrated database.
    pub fn new() -> Place {
        let folder = tempfile::Builder::new().prefix("hookdesk-it").tempdir().unwrap();
        let Some(url) = maintenance() else {
            let database = Database::Sqlite(folder.path().join("hookdesk.db"));
            return Place { folder, database, name: None };
        };
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("{PREFIX}{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let template = template(&url);
        run(&url, &format!("CREATE DATABASE {name} TEMPLATE {}", template.as_deref().unwrap()));
        drop(template);
        Place { folder, database: Database::Postgres(with_name(&url, &name)), name: Some(name) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let (Some(name), Some(url)) = (&self.name, maintenance()) {
            run(&url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// Whether the tests run on PostgreSQL.
pub fn is_postgres() -> bool {
    maintenance().is_some()
}

/// How a setting spells this database.
pub fn url(database: &Database) -> String {
    match database {
        Database::Sqlite(file) => format!("sqlite:{}", file.display()),
        Database::Postgres(url) => url.clone(),
    }
}

fn maintenance() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|url| !url.is_empty())
}

/// The template's name, made by whoever asks first. Held while it is copied: PostgreSQL copies no database that is in use.
fn template(url: &str) -> MutexGuard<'static, Option<String>> {
    static TEMPLATE: Mutex<Option<String>> = Mutex::new(None);
    let mut template = TEMPLATE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if template.is_none() {
        drop_remains(url);
        let name = format!("{PREFIX}{}_template", std::process::id());
        run(url, &format!("CREATE DATABASE {name}"));
        let mut conn = DbConn::Pg(PgConnection::establish(&with_name(url, &name)).unwrap());
        migrate(&mut conn).unwrap();
        *template = Some(name);
    }
    template
}

/// Databases of test runs that have ended: a run cannot know when its own template is needed no more.
fn drop_remains(url: &str) {
    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = Text)]
        datname: String,
    }
    let mut conn = PgConnection::establish(url).unwrap();
    let names: Vec<Name> = sql_query(format!("SELECT datname::text FROM pg_database WHERE datname LIKE '{PREFIX}%'")).load(&mut conn).unwrap();
    for Name { datname } in names {
        let process = datname[PREFIX.len()..].split('_').next().unwrap_or_default();
        if !Path::new("/proc").join(process).exists() {
            sql_query(format!("DROP DATABASE IF EXISTS {datname} WITH (FORCE)")).execute(&mut conn).unwrap();
        }
    }
}

fn run(url: &str, sql: &str) {
    let mut conn = PgConnection::establish(url).unwrap();
    sql_query(sql).execute(&mut conn).unwrap_or_else(|e| panic!("{sql}: {e}"));
}

fn with_name(url: &str, name: &str) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_path(name);
    url.to_string()
}
