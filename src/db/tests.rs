//! Databases for tests: a SQLite file always, and a PostgreSQL database where `HOOKDESK_TEST_DATABASE_URL` names a server.
use super::{Db, Shared};
use crate::config::{Config, Database};
use diesel::{Connection, PgConnection, RunQueryDsl};

/// An empty database of its own, gone with the test.
pub struct TestDb {
    /// Everything default but the database; without rate limits.
    pub config: Config,
    /// The open database.
    pub db: Db,
    server: Option<(String, String)>,
    _folder: tempfile::TempDir,
}

/// Runs a test on an empty database of each kind that can be had.
pub fn on_each_database(test: impl AsyncFn(&TestDb)) {
    on_each_database_with(&Shared::default(), test);
}

/// The same, with something to carry along.
pub fn on_each_database_with(shared: &Shared, test: impl AsyncFn(&TestDb)) {
    let server = std::env::var("HOOKDESK_TEST_DATABASE_URL").ok();
    for server in std::iter::once(None).chain(server.map(Some)) {
        let fresh = open(server, shared.clone());
        actix_rt::System::new().block_on(test(&fresh));
    }
}

fn open(server: Option<String>, shared: Shared) -> TestDb {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::defaults().unwrap();
    config.data_dir = folder.path().to_owned();
    config.rate_limits = false;
    config.pool_size = 4;
    config.database = Database::Sqlite(folder.path().join("hookdesk.db"));
    let server = server.map(|server| {
        let name = format!("hookdesk_{}", uuid::Uuid::new_v4().simple());
        run(&server, &format!("CREATE DATABASE {name}"));
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        config.database = Database::Postgres(url.into());
        (server, name)
    });
    let db = Db::open(&config, shared).unwrap();
    TestDb { config, db, server, _folder: folder }
}

fn run(server: &str, statement: &str) {
    diesel::sql_query(statement).execute(&mut PgConnection::establish(server).unwrap()).unwrap();
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.server {
            run(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

#[test]
fn the_script_that_moves_an_installation_moves_every_table_after_those_it_refers_to() {
    #[derive(diesel::QueryableByName)]
    struct Table {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
        refers_to: Option<String>,
    }
    let fresh = open(None, Shared::default());
    // the search index is made anew from what is moved: triggers note it; and what reports count is packed anew
    let tables = "SELECT made.name, reference.\"table\" AS refers_to FROM sqlite_master made LEFT JOIN pragma_foreign_key_list(made.name) reference \
                  WHERE made.type = 'table' AND made.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND made.name NOT LIKE '!_!_%' ESCAPE '!' \
                  AND made.name <> 'unindexed' AND made.name NOT LIKE '%!_index%' ESCAPE '!' AND made.name NOT LIKE 'report!_%' ESCAPE '!'";
    let work = move |conn: &mut super::DbConn| Ok(diesel::sql_query(tables).load::<Table>(conn)?);
    let tables = actix_rt::System::new().block_on(fresh.db.read(work)).unwrap();
    let script = include_str!("../../scripts/sqlite-to-postgres");
    let (_, list) = script.split_once("tables=\"").unwrap();
    let moved: Vec<&str> = list.split_once('"').unwrap().0.split_whitespace().collect();
    let place = |name: &str| moved.iter().position(|one| *one == name).unwrap_or_else(|| panic!("{name} is not moved"));
    let mut made: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    made.dedup();
    assert_eq!(moved.len(), made.len());
    for table in &tables {
        place(&table.name);
        if let Some(other) = table.refers_to.as_deref().filter(|other| *other != table.name) {
            assert!(place(other) < place(&table.name), "{} refers to {other}", table.name);
        }
    }
    assert!(tables.iter().filter(|table| table.refers_to.is_some()).count() > 20);
}
