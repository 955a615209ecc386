//! The release binary as a process of its own, with an account that has much to talk about.
use super::http::Client;
use serde_json::{Value, json};
use std::{
    io::{Error, Result},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// What is measured unless `HOOKDESK_BENCH_PROGRAM` names another build, to compare with.
const PROGRAM: &str = env!("CARGO_BIN_EXE_hookdesk");

/// How long the server may take to answer for the first time.
const TO_START: Duration = Duration::from_secs(60);

/// And to stop. With a receiver that hangs it takes all the time that it gives deliveries in flight.
const TO_STOP: Duration = Duration::from_secs(30);

/// An installation: where its data lies, and what opens it. It outlives the processes that serve it.
pub struct Installation {
    pub folder: PathBuf,
    /// The URL of the PostgreSQL database; SQLite's file lies in the folder.
    pub database: Option<String>,
    token: String,
}

pub struct Server {
    /// Where it listens.
    pub port: u16,
    token: String,
    process: Child,
}

/// The program, with no settings but these.
pub fn hookdesk(folder: &PathBuf, database: Option<&str>) -> Command {
    let mut command = Command::new(std::env::var_os("HOOKDESK_BENCH_PROGRAM").unwrap_or_else(|| PROGRAM.into()));
    // no settings of whoever runs this, but for the number of threads and connections
    let kept = ["HOOKDESK_WORKERS", "HOOKDESK_POOL_SIZE"];
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HOOKDESK_") && !kept.contains(&name.as_str())) {
        command.env_remove(name);
    }
    command.current_dir(folder).env("HOOKDESK_DATA_DIR", folder).env("HOOKDESK_LOG", "warn").env("HOOKDESK_RATE_LIMITS", "off");
    command.env("HOOKDESK_WEBHOOK_ALLOW_NETWORKS", "127.0.0.0/8");
    if let Some(url) = database {
        command.env("HOOKDESK_DATABASE_URL", url);
    }
    command
}

impl Installation {
    /// Makes an account in an empty database.
    pub fn new(folder: PathBuf, database: Option<String>) -> Result<Installation> {
        let about = ["--email", "bench@example.org", "--password", "Passw0rd!", "--name", "Bench", "--account", "Bench"];
        let made = hookdesk(&folder, database.as_deref()).arg("setup").args(about).stderr(Stdio::inherit()).output()?;
        let line: Value = serde_json::from_slice(&made.stdout)?;
        let token = line["api_access_token"].as_str().ok_or_else(|| Error::other("setup gave no access token"))?.to_owned();
        Ok(Installation { folder, database, token })
    }

    /// Starts to serve, and waits for the first answer.
    pub async fn serve(&self) -> Result<Server> {
        let port = super::free_port()?;
        let mut command = hookdesk(&self.folder, self.database.as_deref());
        let process = command.arg("serve").args(["--listen", &format!("127.0.0.1:{port}")]).spawn()?;
        let server = Server { port, token: self.token.clone(), process };
        let started = Instant::now();
        while server.client().await.is_err() {
            if started.elapsed() > TO_START {
                return Err(Error::other("the server does not answer"));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(server)
    }
}

impl Server {
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    pub async fn client(&self) -> Result<Client> {
        self.client_of(&self.token).await
    }

    /// A connection of somebody else.
    pub async fn client_of(&self, token: &str) -> Result<Client> {
        Client::connect(self.port, token).await
    }

    /// An API inbox, and conversations in it with a contact each. Gives their numbers.
    pub async fn furnish(&self, conversations: usize) -> Result<Vec<i64>> {
        let mut client = self.client().await?;
        let inbox = client.call("/api/v1/accounts/1/inboxes", json!({"name": "Bench", "channel": {"type": "api"}})).await?;
        let inbox = number(&inbox["id"])?;
        let mut numbers = Vec::with_capacity(conversations);
        for n in 1..=conversations {
            let about = json!({"name": format!("Visitor {n}"), "email": format!("visitor{n}@example.org"), "phone_number": format!("+4930{n:06}")});
            let contact = client.call("/api/v1/accounts/1/contacts", about).await?;
            let contact = number(&contact["payload"]["contact"]["id"])?;
            let conversation = client.call("/api/v1/accounts/1/conversations", json!({"inbox_id": inbox, "contact_id": contact})).await?;
            numbers.push(number(&conversation["id"])?);
        }
        Ok(numbers)
    }

    /// Makes webhooks that hear of new messages, at `/hook/1`, `/hook/2`, … of that port.
    pub async fn subscribe(&self, port: u16, webhooks: u64) -> Result<()> {
        let mut client = self.client().await?;
        for n in 1..=webhooks {
            let webhook = json!({"url": format!("http://127.0.0.1:{port}/hook/{n}"), "subscriptions": ["message_created"]});
            client.call("/api/v1/accounts/1/webhooks", webhook).await?;
        }
        Ok(())
    }

    /// Asks it to stop as an operator would, and waits: then every outcome is stored.
    pub async fn stop(mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.pid().to_string()]).status()?;
        let started = Instant::now();
        loop {
            match self.process.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(Error::other(format!("the server ended with {status}"))),
                None if started.elapsed() > TO_STOP => return Err(Error::other("the server does not stop")),
                None => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn number(value: &Value) -> Result<i64> {
    value.as_i64().ok_or_else(|| Error::other("an answer without an id"))
}
