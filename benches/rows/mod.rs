//! What is measured, one file for each matter; every function adds its rows to the table.
pub mod backlog;
pub mod hanging;
pub mod load;
pub mod million;

use crate::support::{
    load::Load,
    postgres::{Database, Postgres},
    server::{Installation, Server},
    sink::Sink,
    usage,
};
use std::{io::Result, path::Path, time::Duration};

/// How many messages a second the paced runs send.
pub const PACE: u32 = 50;

/// How long a server that has just started is left alone before its memory is looked at.
const TO_REST: Duration = Duration::from_secs(10);

/// What the command line says.
#[derive(Clone)]
pub struct Options {
    pub messages: usize,
    pub runs: usize,
    pub connections: usize,
    pub conversations: usize,
    pub paced: usize,
    pub hanging: usize,
    pub stored: u64,
    pub backlog: u64,
    pub only: String,
    pub rows: Vec<String>,
}

/// Where a database is measured.
pub struct Place<'a> {
    pub options: &'a Options,
    pub folder: &'a Path,
    /// None is SQLite.
    pub postgres: Option<&'a Postgres>,
}

/// An installation in an empty database, a server on it, and a receiver for its webhooks.
pub struct Bench {
    pub installation: Installation,
    pub server: Server,
    pub sink: Sink,
    pub load: Load,
    /// The resident memory of the server before anybody has asked it for anything, in MB.
    pub idle: f64,
    // in the order in which they may go
    _database: Option<Database>,
    _folder: tempfile::TempDir,
}

impl Place<'_> {
    /// "SQLite" or "PostgreSQL".
    pub fn name(&self) -> &'static str {
        if self.postgres.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    /// An account with an API inbox, conversations, and webhooks that the sink receives.
    pub async fn bench(&self, webhooks: u64) -> Result<Bench> {
        let folder = tempfile::Builder::new().prefix("messages").tempdir_in(self.folder)?;
        let database = self.postgres.map(Postgres::database).transpose()?;
        let installation = Installation::new(folder.path().to_owned(), database.as_ref().map(|database| database.url.clone()))?;
        let server = installation.serve().await?;
        tokio::time::sleep(TO_REST).await;
        let idle = usage::memory(server.pid(), "VmRSS");
        let sink = Sink::open()?;
        let conversations = server.furnish(self.options.conversations).await?;
        server.subscribe(sink.port, webhooks).await?;
        let load = Load::open(&server, &conversations, self.options.connections).await?;
        Ok(Bench { installation, server, sink, load, idle, _database: database, _folder: folder })
    }
}
