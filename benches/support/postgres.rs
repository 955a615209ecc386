//! A PostgreSQL to measure on: one that the environment names, or a cluster of our own with the defaults of initdb.
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use std::{
    io::{Error, Result},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A database of our own. It goes, and the cluster with it if it is ours, when this is dropped.
pub struct Postgres {
    pub url: String,
    pub about: String,
    /// The process whose children do the work, if the cluster is ours.
    pub postmaster: Option<u32>,
    server: String,
    name: String,
    cluster: Option<Cluster>,
}

struct Cluster {
    programs: PathBuf,
    folder: tempfile::TempDir,
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
        let name = format!("hookdesk_bench_{}", std::process::id());
        run(&server, &format!("CREATE DATABASE {name}"))?;
        let mut url = url::Url::parse(&server).map_err(Error::other)?;
        url.set_path(&name);
        let (version, fsync, commit) = (show(&server, "server_version")?, show(&server, "fsync")?, show(&server, "synchronous_commit")?);
        let about = format!("PostgreSQL {version}, fsync={fsync}, synchronous_commit={commit}, TCP");
        let postmaster = cluster.as_ref().and_then(Cluster::postmaster);
        Ok(Postgres { url: url.into(), about, postmaster, server, name, cluster })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Err(error) = run(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name)) {
            eprintln!("the database {} is left: {error}", self.name);
        }
        drop(self.cluster.take());
    }
}

impl Cluster {
    fn start(programs: PathBuf, folder: &Path) -> Result<(Cluster, String)> {
        let folder = tempfile::Builder::new().prefix("postgres").tempdir_in(folder)?;
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777))?;
        let cluster = Cluster { programs, folder };
        cluster.run("initdb", &["--username=hookdesk", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"])?;
        let port = super::free_port()?;
        let options = format!("-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''");
        cluster.run("pg_ctl", &["-w", "-l", &cluster.folder.path().join("log").to_string_lossy(), "-o", &options, "start"])?;
        Ok((cluster, format!("postgres://hookdesk@127.0.0.1:{port}/postgres")))
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
