//! Chromium's processes. To start one takes as long as many a test in it: one in which a test has found everything right serves another test, as
//! empty as a new one.
use fantoccini::{Client, ClientBuilder, wd::WebDriverCompatibleCommand};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
};
use tempfile::TempDir;
use tokio::runtime::{Builder, Handle};

/// How many wait for another test at most.
const SPARE: usize = 4;

/// Runs a program in a group of its own until the input ends, as it does when whoever started this is gone, by whatever end. Then nothing of the
/// group is left, nor the folder.
const GUARD: &str = r#"set -m; "$@" </dev/null & exec >/dev/null; read -r _; kill -KILL -- -$!; wait; rm -rf "$0""#;

/// What stays as it was at the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kind {
    pub javascript: bool,
    pub language: &'static str,
}

/// A Chromium with an empty window. It ends when this is dropped.
pub struct Chromium {
    pub client: Client,
    kind: Kind,
    _driver: Driver,
}

impl Chromium {
    /// One that knows nothing yet.
    pub async fn take(kind: Kind) -> Chromium {
        let spare = {
            let mut spares = spares();
            spares.iter().position(|spare| spare.kind == kind).map(|at| spares.swap_remove(at))
        };
        match spare {
            Some(spare) => spare,
            None => Chromium::start(kind).await,
        }
    }

    /// Lets another test have it, once it has forgotten what it was told by these.
    pub async fn give_back(self, origins: &[String]) {
        if spares().len() < SPARE {
            self.forget(origins).await;
            spares().push(self);
        }
    }

    /// What is said of a page ends with its window.
    async fn forget(&self, origins: &[String]) {
        let used = self.client.windows().await.unwrap();
        let fresh = self.client.new_window(true).await.unwrap().handle;
        for window in used {
            self.client.switch_to_window(window).await.unwrap();
            self.client.close_window().await.unwrap();
        }
        self.client.switch_to_window(fresh).await.unwrap();
        self.devtools("Network.clearBrowserCookies", json!({})).await;
        self.devtools("Network.clearBrowserCache", json!({})).await;
        for origin in origins {
            self.devtools("Storage.clearDataForOrigin", json!({"origin": origin, "storageTypes": "all"})).await;
        }
        self.log().await;
    }

    async fn start(kind: Kind) -> Chromium {
        let (chromium, driver) = (program("HOOKDESK_TEST_CHROMIUM"), program("HOOKDESK_TEST_CHROMEDRIVER"));
        let profile = tempfile::Builder::new().prefix("hookdesk-browser").tempdir().unwrap();
        let mut args: Vec<String> = [
            "headless",
            "no-sandbox",
            "disable-gpu",
            "in-process-gpu",
            "disable-dev-shm-usage",
            "disable-quic",
            "no-first-run",
            "disable-background-networking",
            "disable-component-update",
            "disable-sync",
            "disable-breakpad",
        ]
        .map(|name| format!("--{name}"))
        .into();
        args.push(format!("--user-data-dir={}", profile.path().display()));
        let scripts = if kind.javascript { 1 } else { 2 };
        let prefs = json!({"intl.accept_languages": kind.language, "profile.managed_default_content_settings.javascript": scripts});
        let options = json!({"binary": chromium, "args": args, "prefs": prefs});
        let capabilities = json!({"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}});
        let driver = actix_rt::task::spawn_blocking(move || Driver::start(&driver, profile)).await.unwrap();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(serde_json::from_value(capabilities).unwrap());
        let url = format!("http://127.0.0.1:{}", driver.port);
        let client = lasting().spawn(async move { builder.connect(&url).await }).await.unwrap().unwrap();
        Chromium { client, kind, _driver: driver }
    }

    /// Calls the browser itself.
    pub async fn devtools(&self, command: &str, params: Value) -> Value {
        self.client.issue_cmd(Custom("goog/cdp/execute", json!({"cmd": command, "params": params}))).await.unwrap()
    }

    /// What the console has said since it was asked last.
    pub async fn log(&self) -> Vec<Value> {
        let log = self.client.issue_cmd(Custom("se/log", json!({"type": "browser"}))).await.unwrap();
        log.as_array().unwrap().clone()
    }
}

fn spares() -> MutexGuard<'static, Vec<Chromium>> {
    static SPARES: Mutex<Vec<Chromium>> = Mutex::new(Vec::new());
    SPARES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a client goes on whose test has ended.
fn lasting() -> &'static Handle {
    static LASTING: LazyLock<Handle> = LazyLock::new(|| {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let handle = runtime.handle().clone();
        std::thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
        handle
    });
    &LASTING
}

fn program(variable: &str) -> String {
    std::env::var(variable).ok().filter(|path| !path.is_empty()).unwrap_or_else(|| {
        panic!("{variable} is not set: the tests in a browser need HOOKDESK_TEST_CHROMIUM and HOOKDESK_TEST_CHROMEDRIVER, which tests/run sets")
    })
}

/// ChromeDriver with the browser that it starts.
struct Driver {
    guard: Child,
    port: u16,
    /// What it says later may still be said.
    _said: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts on a port that is free. It takes over the folder.
    fn start(program: &str, profile: TempDir) -> Driver {
        let mut command = Command::new("bash");
        command.args(["-c", GUARD]).arg(profile.keep()).args([program, "--port=0"]);
        // whoever ends the tests with all that they have started does not hinder it
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut guard = command.spawn().unwrap();
        let mut said = BufReader::new(guard.stdout.take().unwrap());
        let told = |part: Vec<u8>| String::from_utf8_lossy(&part).rsplit_once(" on port ")?.1.parse().ok();
        let port = said.by_ref().split(b'.').map_while(Result::ok).find_map(told);
        let port = port.unwrap_or_else(|| panic!("HOOKDESK_TEST_CHROMEDRIVER={program} does not start"));
        Driver { guard, port, _said: said }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // (to wait closes its input)
        let _ = self.guard.wait();
    }
}

/// A command of ChromeDriver's own.
#[derive(Debug)]
struct Custom(&'static str, Value);

impl WebDriverCompatibleCommand for Custom {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.1.to_string()))
    }
}
