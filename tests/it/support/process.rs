//! The real program, as its operator runs it.
use super::{PATIENCE, client::Anonymous, client::Caller, database, database::Place};
use hookdesk::db::{Db, Shared};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

/// A running `hookdesk serve`; killed when dropped.
pub struct Process {
    child: Child,
    /// Where it listens.
    pub address: String,
    log: Arc<Mutex<Vec<String>>>,
}

/// What a command that has ended said.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The program with these arguments, and with no setting but these.
pub fn command(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookdesk"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HOOKDESK_")) {
        command.env_remove(name);
    }
    command.args(arguments).envs(settings.iter().copied()).stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub async fn run(mut command: Command) -> Ended {
    let output = actix_rt::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    Ended { code: output.status.code(), out: String::from_utf8(output.stdout).unwrap(), err: String::from_utf8(output.stderr).unwrap() }
}

/// The settings of a server on this place.
pub fn settings(place: &Place) -> Vec<(String, String)> {
    let folder = place.folder.path().display().to_string();
    [
        ("HOOKDESK_LISTEN", "127.0.0.1:0".to_owned()),
        ("HOOKDESK_DATA_DIR", folder),
        ("HOOKDESK_DATABASE_URL", database::url(&place.database)),
        ("HOOKDESK_WEBHOOK_ALLOW_NETWORKS", "127.0.0.0/8".to_owned()),
        ("HOOKDESK_WEBHOOK_RETRY_SCHEDULE", "50ms,100ms,200ms,500ms,1s,1s,1s".to_owned()),
        ("HOOKDESK_WEBHOOK_TIMEOUT", "2s".to_owned()),
        ("HOOKDESK_RATE_LIMITS", "off".to_owned()),
        ("HOOKDESK_POOL_SIZE", "6".to_owned()),
        ("HOOKDESK_LOG", "info".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// A connection to the database of a server that is not running here.
pub async fn database(place: &Place) -> Db {
    let config = super::config(place);
    actix_rt::task::spawn_blocking(move || Db::open(&config, Shared::default())).await.unwrap().unwrap()
}

impl Process {
    /// Starts a server, and waits until it is there.
    pub async fn start(place: &Place, more: &[(&str, &str)]) -> Process {
        let settings = settings(place);
        let mut all: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.extend(more);
        Process::of(command(&["serve"], &all)).await
    }

    /// The same for one that is not ended by the limit that [`Process::limit_files`] sets, but told by its writes.
    pub async fn start_limited(place: &Place) -> Process {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$0\" serve", env!("CARGO_BIN_EXE_hookdesk")]).envs(settings(place)).stdin(Stdio::null());
        Process::of(shell).await
    }

    async fn of(mut command: Command) -> Process {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (found, listening) = mpsc::channel();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (lines, stderr) = (log.clone(), child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if let Some((_, address)) = line.split_once("address=") {
                    let _ = found.send(address.split(' ').next().unwrap_or_default().to_owned());
                }
                lines.lock().unwrap().push(line);
            }
        });
        let wait = move || listening.recv_timeout(PATIENCE);
        let address = actix_rt::task::spawn_blocking(wait).await.unwrap();
        let address = address.unwrap_or_else(|_| panic!("the server does not start: {:#?}", log.lock().unwrap()));
        let process = Process { child, address, log };
        process.anonymous().get("/health").await.ok();
        process
    }

    /// Somebody without credentials.
    pub fn anonymous(&self) -> Anonymous {
        Anonymous(Caller::new(self.address.clone()))
    }

    /// Lets its files grow no further than so many bytes; "unlimited" takes that back.
    pub fn limit_files(&self, bytes: &str) {
        let done = Command::new("prlimit").args(["--pid", &self.child.id().to_string(), &format!("--fsize={bytes}:unlimited")]).status().unwrap();
        assert!(done.success());
    }

    /// The most memory that it has had so far, in bytes.
    pub fn most_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    /// How long it computes within so much time.
    pub async fn busy_within(&self, time: Duration) -> Duration {
        let before = self.busy();
        actix_rt::time::sleep(time).await;
        self.busy() - before
    }

    fn busy(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let numbers = stat.rsplit(')').next().unwrap().split_whitespace().collect::<Vec<_>>();
        // the user's and the system's part, in hundredths of a second on every Linux there is
        let hundredths: u64 = [numbers[11], numbers[12]].iter().map(|number| number.parse::<u64>().unwrap()).sum();
        Duration::from_millis(hundredths * 10)
    }

    /// Its log so far.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits until it has ended by itself.
    pub async fn ended(mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        super::until("the end of the process", async || {
            assert!(Instant::now() < end, "{:#?}", self.log());
            self.child.try_wait().unwrap()
        })
        .await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("{:#?}", self.log());
        }
    }
}
