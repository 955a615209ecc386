//! A PostgreSQL of a test's own, which it may restart, cut off and starve. `tests/run` says where PostgreSQL's programs are.
use super::{PATIENCE, database::Place};
use diesel::{Connection, PgConnection};
use std::{
    fs::{File, read_to_string},
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

const VARIABLE: &str = "HOOKDESK_TEST_POSTGRES_BIN";

/// A running server, and all its data; both are gone when this is dropped.
pub struct Cluster {
    folder: TempDir,
    port: u16,
    password: String,
    server: Option<Child>,
}

/// How a server is told to end.
#[derive(Debug, Clone, Copy)]
pub enum Stop {
    /// Sessions are ended, and what is in memory is written.
    Fast,
    /// At once; the next start recovers, as after a crash.
    Immediate,
}

impl Cluster {
    /// Makes and starts one, with its data somewhere in this folder.
    pub fn start(parent: &Path) -> Cluster {
        let folder = tempfile::Builder::new().prefix("cluster").tempdir_in(parent).unwrap();
        let password = uuid::Uuid::new_v4().simple().to_string();
        std::fs::write(folder.path().join("password"), &password).unwrap();
        if let Some((user, _)) = unprivileged() {
            let owned = Command::new("chown").args(["-R", &user.to_string()]).arg(folder.path()).status().unwrap();
            assert!(owned.success());
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut cluster = Cluster { folder, port, password, server: None };
        let mut initdb = cluster.program("initdb");
        initdb.args(["--username=hookdesk", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--wal-segsize=4"]);
        initdb.arg("-D").arg(cluster.data()).arg(format!("--pwfile={}", cluster.folder.path().join("password").display()));
        let made = initdb.output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        cluster.revive();
        cluster
    }

    /// Where a server's data is that works on this cluster.
    pub fn place(&self) -> Place {
        Place::on(self.url())
    }

    /// Ends the server, waits for its end and starts it again.
    pub fn restart(&mut self, stop: Stop) {
        self.end(stop);
        self.revive();
    }

    /// Starts the server if it does not run, and waits until it answers.
    pub fn revive(&mut self) {
        let is_over = |server: &mut Child| server.try_wait().unwrap().is_some();
        if self.server.as_mut().is_none_or(is_over) {
            let folder = self.folder.path();
            let log = File::options().append(true).create(true).open(folder.join("log")).unwrap();
            let mut server = self.program("postgres");
            server.arg("-D").arg(self.data()).args(["-p", &self.port.to_string()]);
            // a crash of the machine is not tested here, so nothing has to reach the disk; but a commit is written before it is answered
            for setting in [
                "listen_addresses=127.0.0.1",
                "fsync=off",
                "full_page_writes=off",
                "synchronous_commit=on",
                "max_connections=50",
                "shared_buffers=16MB",
                "autovacuum=off",
                "jit=off",
            ] {
                server.args(["-c", setting]);
            }
            server.arg("-c").arg(format!("unix_socket_directories={}", folder.display()));
            self.server = Some(server.stdout(Stdio::null()).stderr(log).spawn().unwrap());
        }
        let end = Instant::now() + PATIENCE;
        while let Err(e) = PgConnection::establish(&self.url()) {
            let log = read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(Instant::now() < end, "PostgreSQL does not start: {e}\n{log}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn end(&mut self, stop: Stop) {
        let Some(mut server) = self.server.take() else { return };
        let signal = match stop {
            Stop::Fast => "-INT",
            Stop::Immediate => "-QUIT",
        };
        let _ = Command::new("kill").args([signal, &server.id().to_string()]).status();
        let _ = server.wait();
    }

    fn url(&self) -> String {
        format!("postgres://hookdesk:{}@127.0.0.1:{}/postgres", self.password, self.port)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A program of PostgreSQL, which refuses to run as root.
    fn program(&self, name: &str) -> Command {
        let bin = std::env::var(VARIABLE).unwrap_or_else(|_| panic!("{VARIABLE} has to name the folder of PostgreSQL's programs; tests/run sets it"));
        let mut command = Command::new(Path::new(&bin).join(name));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        if let Some((user, group)) = unprivileged() {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = read_to_string(self.folder.path().join("log")).unwrap_or_default();
            let last: Vec<&str> = log.lines().rev().take(40).collect();
            eprintln!("the end of PostgreSQL's log, the last line first: {last:#?}");
        }
        self.end(Stop::Immediate);
    }
}

/// The user and the group to run as, where we are root.
fn unprivileged() -> Option<(u32, u32)> {
    let status = read_to_string("/proc/self/status").unwrap();
    let user = status.lines().find_map(|line| line.strip_prefix("Uid:")).and_then(|ids| ids.split_whitespace().nth(1)).unwrap().to_owned();
    if user != "0" {
        return None;
    }
    let users = read_to_string("/etc/passwd").unwrap();
    let postgres = users.lines().find(|line| line.starts_with("postgres:")).expect("PostgreSQL does not run as root: a user postgres");
    let ids: Vec<u32> = postgres.split(':').skip(2).take(2).map(|id| id.parse().unwrap()).collect();
    Some((ids[0], ids[1]))
}
