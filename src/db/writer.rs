//! SQLite's single writer: many requests' transactions in one durable commit.
//!
//! Callers queue closures. One thread takes what has queued up, runs each in a savepoint of one transaction, commits, and
//! only then answers. So every answer means "on the disk", and one fsync serves all who waited for it.
use super::{
    DbConn, Manager, Shared, Tx,
    dialect::Fixed,
    load::{COMMIT_SIZES, WriterLoad},
    transaction,
    tx::AfterCommit,
};
use crate::{
    error::{Error, Result},
    metrics::Histogram,
};
use diesel::{RunQueryDsl, r2d2::R2D2Connection};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};

/// How many requests share one commit at most. Measured: 16 and 64 are alike, 256 is slower, 1 is a quarter as fast.
const BATCH: usize = 64;

/// Between attempts to open the database again after its connection broke.
const REOPEN: Duration = Duration::from_millis(200);

type Queued = Box<dyn Work>;

#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Queued>,
    commits: Arc<Histogram>,
}

impl Writer {
    /// Starts the thread. It ends when the last `Writer` is dropped and all that was queued is done.
    pub fn start(conn: DbConn, manager: Manager, shared: Arc<Shared>, depth: usize) -> Result<Writer> {
        let (queue, mut waiting) = mpsc::channel::<Queued>(depth);
        let commits = Arc::new(Histogram::of_numbers(COMMIT_SIZES));
        let sizes = commits.clone();
        let mut desk = Desk { conn, manager, shared };
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || {
                let mut batch = Vec::with_capacity(BATCH);
                while waiting.blocking_recv_many(&mut batch, BATCH) > 0 {
                    sizes.note(batch.len() as u64);
                    desk.commit_together(&mut batch);
                }
            })
            .map_err(Error::internal)?;
        Ok(Writer { queue, commits })
    }

    pub fn load(&self) -> WriterLoad {
        WriterLoad { queued: self.queue.max_capacity() - self.queue.capacity(), commits: self.commits.clone() }
    }

    /// Refuses at once when the queue is full.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (request, answer) = Request::queued(work);
        self.queue.try_send(request).map_err(|_| Error::Overloaded)?;
        answer.await.map_err(gone)?
    }

    /// Waits for room in the queue.
    pub async fn write_patiently<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (request, answer) = Request::queued(work);
        self.queue.send(request).await.map_err(gone)?;
        answer.await.map_err(gone)?
    }
}

fn gone(_: impl std::fmt::Display) -> Error {
    Error::Internal("the database writer is gone".into())
}

/// One request, of whatever type: run now, answered after the commit.
trait Work: Send {
    /// Whether its changes are to be kept.
    fn run(&mut self, conn: &mut DbConn, shared: &Shared) -> bool;
    fn answer(self: Box<Self>, commit: &Result<()>);
}

struct Request<F, T> {
    work: Option<F>,
    outcome: Option<Result<T>>,
    after: Vec<AfterCommit>,
    reply: oneshot::Sender<Result<T>>,
}

impl<F, T> Request<F, T>
where
    T: Send + 'static,
    F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
{
    fn queued(work: F) -> (Queued, oneshot::Receiver<Result<T>>) {
        let (reply, answer) = oneshot::channel();
        (Box::new(Request { work: Some(work), outcome: None, after: Vec::new(), reply }), answer)
    }
}

impl<F, T> Work for Request<F, T>
where
    T: Send,
    F: FnOnce(&mut Tx) -> Result<T> + Send,
{
    fn run(&mut self, conn: &mut DbConn, shared: &Shared) -> bool {
        let Some(work) = self.work.take() else { return false };
        let mut tx = Tx { conn, shared, after: Vec::new(), marks: Vec::new() };
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut tx)));
        self.after = tx.after;
        let outcome = outcome.unwrap_or_else(|_| Err(Error::Internal("panic in a transaction".into())));
        self.outcome.insert(outcome).is_ok()
    }

    fn answer(self: Box<Self>, commit: &Result<()>) {
        let answer = match (self.outcome, commit) {
            (Some(Ok(value)), Ok(())) => {
                self.after.into_iter().for_each(|act| act());
                Ok(value)
            }
            (Some(Err(e)), _) => Err(e),
            (Some(Ok(_)), Err(e)) => Err(e.clone()),
            // the batch failed before its turn: nothing of it was stored
            (None, _) => Err(Error::Overloaded),
        };
        // a caller that has gone away needs no answer
        let _ = self.reply.send(answer);
    }
}

/// The thread's own things.
struct Desk {
    conn: DbConn,
    manager: Manager,
    shared: Arc<Shared>,
}

impl Desk {
    fn commit_together(&mut self, batch: &mut Vec<Queued>) {
        let shared = &self.shared;
        let commit = transaction(&mut self.conn, |conn| batch.iter_mut().try_for_each(|work| run_apart(conn, work.as_mut(), shared)));
        if let Err(e) = &commit {
            // of a full disk the callers say it, and not each time
            if !matches!(e, Error::DiskFull) {
                tracing::error!(error = %e, requests = batch.len(), "commit");
            }
            self.reopen_if_broken();
        }
        batch.drain(..).for_each(|work| work.answer(&commit));
    }

    /// A full disk makes SQLite end the whole transaction by itself, and diesel then counts the connection as broken.
    fn reopen_if_broken(&mut self) {
        while self.conn.is_broken() || self.conn.ping().is_err() {
            match r2d2::ManageConnection::connect(&self.manager) {
                Ok(conn) => self.conn = conn,
                Err(e) => {
                    tracing::error!(error = %e, "the database cannot be opened");
                    std::thread::sleep(REOPEN);
                }
            }
        }
    }
}

/// Runs one request so that its failure undoes its own changes alone.
fn run_apart(conn: &mut DbConn, work: &mut dyn Work, shared: &Shared) -> Result<()> {
    Fixed("SAVEPOINT request").execute(conn)?;
    if !work.run(conn, shared) {
        // a full disk may have made SQLite undo the whole batch: nobody in it has stored anything
        Fixed("ROLLBACK TO request").execute(conn).map_err(|_| Error::DiskFull)?;
    }
    Fixed("RELEASE request").execute(conn)?;
    Ok(())
}
