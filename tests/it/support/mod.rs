//! What the tests stand on: a server with a database of its own, clients by role, a receiver of webhooks, real processes.
pub mod bucket;
pub mod cable;
pub mod client;
pub mod clock;
pub mod cluster;
pub mod database;
pub mod described;
pub mod digest;
pub mod disk;
pub mod frames;
pub mod furnished;
pub mod office;
pub mod operations;
pub mod post_office;
pub mod process;
pub mod raw;
pub mod receiver;
pub mod schemas;
pub mod secure;
pub mod server;
pub mod shown;
pub mod tables;
pub mod traffic;
pub mod widget;

pub use client::{Administrator, Agent, Answer, Caller, File, Member, Visitor};
pub use furnished::Furnished;
pub use office::{ApiInbox, Hook, Office};
pub use post_office::{PostOffice, Verdict};
pub use process::Process;
pub use receiver::{Receiver, Reply};
pub use server::{Server, Told, config};
pub use shown::shown;
pub use tables::{ended, job_of, table};
pub use traffic::Traffic;
pub use widget::{Website, WidgetVisitor};

use std::time::Duration;

/// How long anything that must happen may take on a busy machine before the test says that it did not.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until `look` finds something. What can ring is not waited for in this way; this is for rows and other processes.
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    until_within(PATIENCE, what, look).await
}

/// The same for what may take longer.
pub async fn until_within<T>(patience: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = std::time::Instant::now() + patience;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(std::time::Instant::now() < end, "waited in vain for {what}");
        actix_rt::time::sleep(Duration::from_millis(10)).await;
    }
}
