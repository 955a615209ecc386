//! A PostgreSQL to measure on: one that the environment names, or a cluster of our own with the defaults of initdb.
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use std::{
    cell::Cell,
    io::{Error, Result},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A server for databases of our own. If it is our cluster, it goes when this is dropped.
pub struct Postgres {
    pub about: String,
    /// The process whose children do the work, if the cluster is ours.
    pub postmaster: Option<u32>,
    server: String,
    made: Cell<u32>,
    _cluster: Option<Cluster>,
}

/// An empty database; it goes when this is dropped.
pub struct Database {
    pub url: String,
    server: String,
    name: String,
}

struct Cluster {
    programs: PathBuf,
    /// Its data, on the disk that is measured.
    folder: tempfile::TempDir,
    /// Its socket, whose path must be short.
    socket: tempfile::TempDir,
}

#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Postgres {
    /// The server of `HOOKDESK_TEST_DATABASE_URL` if its commits are durable, else a new cluster, else nothing.
    pub fn find(folder: &Path) -> Result<Option<Postgres>> {
        if let Ok(server) = std::env::var("HOOKDESK_TEST_DATABASE_URL") {
            let durable = show(&server, "fsync")? == "on" && show(&server, "synchronous_commit")? != "off";
            if durable {
                return Postgres::on(server, None).map(Some);
            }
            println!("HOOKDESK_TEST_DATABASE_URL names a server that does not wait for the disk; it is left alone.");
        }
        match programs() {
            Some(programs) => {
                let (cluster, server) = Cluster::start(programs, folder)?;
                Postgres::on(server, Some(cluster)).map(Some)
            }
            None => Ok(None),
        }
    }

    fn on(server: String, cluster: Option<Cluster>) -> Result<Postgres> {
        let (version, fsync, commit) = (show(&server, "server_version")?, show(&server, "fsync")?, show(&server, "synchronous_commit")?);
        let way = if cluster.is_some() { "over a unix socket" } else { "as HOOKDESK_TEST_DATABASE_URL says" };
        let about = format!("PostgreSQL {version}, fsync={fsync}, synchronous_commit={commit}, {way}");
        let postmaster = cluster.as_ref().and_then(Cluster::postmaster);
        Ok(Postgres { about, postmaster, server, made: Cell::default(), _cluster: cluster })
    }

    /// Another database, without a table.
    pub fn database(&self) -> Result<Database> {
        self.made.set(self.made.get() + 1);
        let name = format!("hookdesk_bench_{}_{}", std::process::id(), self.made.get());
        run(&self.server, &format!("CREATE DATABASE {name}"))?;
        let mut url = url::Url::parse(&self.server).map_err(Error::other)?;
        url.set_path(&name);
        Ok(Database { url: url.into(), server: self.server.clone(), name })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Err(error) = run(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name)) {
            eprintln!("the database {} is left: {error}", self.name);
        }
    }
}

impl Cluster {
    fn start(programs: PathBuf, folder: &Path) -> Result<(Cluster, String)> {
        let open = |folder: tempfile::TempDir| std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).map(|()| folder);
        let folder = open(tempfile::Builder::new().prefix("postgres").tempdir_in(folder)?)?;
        let socket = open(tempfile::Builder::new().prefix("hookdesk").tempdir()?)?;
        let cluster = Cluster { programs, folder, socket };
        cluster.run("initdb", &["--username=hookdesk", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"])?;
        let (port, socket) = (super::free_port()?, cluster.socket.path().display());
        let options = format!("-p {port} -c listen_addresses='' -c unix_socket_directories={socket}");
        cluster.run("pg_ctl", &["-w", "-l", &cluster.folder.path().join("log").to_string_lossy(), "-o", &options, "start"])?;
        let server = format!("postgres:///postgres?host={socket}&port={port}&user=hookdesk");
        Ok((cluster, server))
    }

    /// Runs one of its programs on the data folder; as the user `postgres` if we are root, as whom it refuses to run.
    fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let (program, data) = (self.programs.join(program), self.folder.path().join("data"));
        let mut command = Command::new(if is_root() { Path::new("runuser") } else { &program });
        if is_root() {
            command.args(["-u", "postgres", "--"]).arg(&program);
        }
        let done =
            command.arg("-D").arg(&data).args(arguments).current_dir(self.folder.path()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        if done.success() { Ok(()) } else { Err(Error::other(format!("{}: {done}", program.display()))) }
    }

    fn postmaster(&self) -> Option<u32> {
        let file = std::fs::read_to_string(self.folder.path().join("data/postmaster.pid")).ok()?;
        file.lines().next()?.parse().ok()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.run("pg_ctl", &["-w", "-m", "fast", "stop"]) {
            eprintln!("PostgreSQL in {} goes on running: {error}", self.folder.path().display());
        }
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Where Debian keeps them, the newest version first; else where the path leads.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let programs = entry.path().join("bin");
            programs.join("initdb").exists().then(|| (entry.file_name().to_string_lossy().parse().unwrap_or(0), programs))
        })
        .collect();
    found.sort();
    let on_path = || std::env::split_paths(&std::env::var_os("PATH")?).find(|folder| folder.join("initdb").exists());
    found.pop().map(|(_, programs)| programs).or_else(on_path)
}

fn connect(server: &str) -> Result<PgConnection> {
    PgConnection::establish(server).map_err(Error::other)
}

fn run(server: &str, statement: &str) -> Result<()> {
    sql_query(statement).execute(&mut connect(server)?).map(drop).map_err(Error::other)
}

fn show(server: &str, setting: &str) -> Result<String> {
    let shown: Shown = sql_query(format!("SELECT current_setting('{setting}') AS value")).get_result(&mut connect(server)?).map_err(Error::other)?;
    Ok(shown.value)
}
