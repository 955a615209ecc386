//! How the rooms reach the database: one closure for each request, `db.read` or `db.write`, on one connection.
use super::{DbConn, Load, Manager, dialect::Fixed, migrate, pool::prepare_folder, transaction, writer::Writer};
use crate::{
    config::{Config, Database},
    error::{Error, Result},
    locks::lock,
};
use diesel::{RunQueryDsl, r2d2::R2D2Connection};
use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a request waits for a connection before it is told to come back.
const CHECK_OUT: Duration = Duration::from_secs(10);

/// How often the log says that the disk is full: every write fails then.
const COMPLAIN: Duration = Duration::from_secs(60);

/// Run once the transaction is committed, and only then.
pub(super) type AfterCommit = Box<dyn FnOnce() + Send>;

/// What transactions carry with them besides the connection, by type: the list of subscribers, the way to the delivery
/// loop. `app` fills it, so that this floor need not know what it is.
#[derive(Default, Clone)]
pub struct Shared(HashMap<TypeId, Arc<dyn Any + Send + Sync>>);

impl Shared {
    /// The same, with one more thing.
    pub fn with<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.0.insert(TypeId::of::<T>(), Arc::new(value));
        self
    }

    fn get<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.0.get(&TypeId::of::<T>()).cloned().and_then(|value| value.downcast().ok())
    }
}

/// A write transaction, and what is to happen once it is committed.
pub struct Tx<'a> {
    /// The connection, for queries.
    pub conn: &'a mut DbConn,
    pub(super) shared: &'a Shared,
    pub(super) after: Vec<AfterCommit>,
    pub(super) marks: Vec<TypeId>,
}

impl Tx<'_> {
    /// Does something that may fail without ending the transaction: then nothing of it is kept, and it goes on.
    ///
    /// # Errors
    /// What `work` gives.
    pub fn attempt<T>(&mut self, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        let (shared, marks) = (self.shared, self.marks.clone());
        let (value, after) = transaction(self.conn, |conn| {
            let mut tx = Tx { conn, shared, after: Vec::new(), marks };
            let value = work(&mut tx)?;
            Ok((value, tx.after))
        })?;
        self.after.extend(after);
        Ok(value)
    }

    /// Notes something about all that happens in this transaction from now on: that `M` is so.
    pub fn mark<M: Any>(&mut self) {
        self.marks.push(TypeId::of::<M>());
    }

    /// Whether `M` was noted.
    pub fn is_marked<M: Any>(&self) -> bool {
        self.marks.contains(&TypeId::of::<M>())
    }

    /// Runs `act` when this transaction is durable; never when it is rolled back.
    pub fn after_commit(&mut self, act: impl FnOnce() + Send + 'static) {
        self.after.push(Box::new(act));
    }

    /// What `app` has put into [`Shared`] under this type.
    pub fn shared<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.shared.get()
    }
}

/// The database as the rooms see it. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: r2d2::Pool<Manager>,
    /// Opens what takes the place of a dead connection.
    manager: Manager,
    /// SQLite's single writer; PostgreSQL writes through the pool.
    writer: Option<Writer>,
    shared: Arc<Shared>,
    gate: Arc<Gate>,
    /// When the log said last that the disk is full.
    complained: Arc<Mutex<Option<Instant>>>,
}

/// Keeps the number of waiting requests, and of blocking threads, within bounds.
struct Gate {
    slots: Arc<Semaphore>,
    waiting: AtomicUsize,
    depth: usize,
}

impl Db {
    /// Makes the data folder, opens the pool (and SQLite's writer), and runs the migrations.
    ///
    /// # Errors
    /// When the folder or the database cannot be used, or a migration fails.
    pub fn open(config: &Config, shared: Shared) -> Result<Db> {
        let shared = Arc::new(shared);
        prepare_folder(config)?;
        let mut first = r2d2::ManageConnection::connect(&Manager::new(config.database.clone())).map_err(Error::internal)?;
        migrate(&mut first)?;
        let writer = match &config.database {
            Database::Sqlite(_) => Some(Writer::start(first, Manager::new(config.database.clone()), shared.clone(), config.write_queue)?),
            Database::Postgres(_) => None,
        };
        let manager = Manager::for_reading(config.database.clone());
        let pool = r2d2::Pool::builder()
            .max_size(config.pool_size)
            .min_idle(Some(1))
            .connection_timeout(CHECK_OUT)
            // a ping at each check-out costs a round trip; a dead connection is noticed by the request that fails on it
            .test_on_check_out(false)
            .build(manager.clone())
            .map_err(Error::internal)?;
        let gate = Gate { slots: Arc::new(Semaphore::new(config.pool_size as usize)), waiting: AtomicUsize::new(0), depth: config.write_queue };
        Ok(Db { pool, manager, writer, shared, gate: Arc::new(gate), complained: Arc::default() })
    }

    /// What `app` has put into [`Shared`] under this type.
    pub fn shared<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.shared.get()
    }

    /// Whether no other process works on this database: so it is with SQLite, whose single writer is here.
    pub fn is_ours_alone(&self) -> bool {
        self.writer.is_some()
    }

    /// How busy it is right now.
    pub fn load(&self) -> Load {
        let (pool, writer) = (self.pool.state(), self.writer.as_ref().map(Writer::load));
        Load {
            kind: if writer.is_some() { "sqlite" } else { "postgres" },
            waiting: self.gate.waiting.load(Ordering::Relaxed),
            connections: pool.connections,
            idle: pool.idle_connections,
            writer,
        }
    }

    /// Whether the database answers.
    pub async fn answers(&self) -> bool {
        self.read(|conn| Ok(Fixed("SELECT 1").execute(conn).map(drop)?)).await.is_ok()
    }

    /// Reads on a pooled connection, on a blocking thread.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when more requests wait than the configured depth; else what `work` gives.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut DbConn) -> Result<T> + Send + 'static,
    {
        self.pooled(true, work).await
    }

    /// Runs `work` in a write transaction. The answer comes after the commit: what is answered `Ok` is durable, what is
    /// answered `Err` has left nothing behind.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when more work waits than the configured depth; [`Error::DiskFull`]; else what `work` gives.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    {
        let outcome = match &self.writer {
            Some(writer) => writer.write(work).await,
            None => self.write_pooled(true, work).await,
        };
        self.told(outcome)
    }

    /// As [`Db::write`], for the server's own work, which waits for its turn instead of being refused.
    pub async fn write_patiently<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    {
        let outcome = match &self.writer {
            Some(writer) => writer.write_patiently(work).await,
            None => self.write_pooled(false, work).await,
        };
        self.told(outcome)
    }

    /// Work that is too much for one transaction: after `first`, `step` is run in one after the other, so that others get their turn in between,
    /// until it says that it was the last. All of it goes on when nobody waits for the answer any more.
    ///
    /// # Errors
    /// What `first` or a step gives. Of a step, [`Error::NotFound`] is none: somebody else was at it, too.
    pub async fn write_in_steps<S, F>(&self, first: S, step: F) -> Result<()>
    where
        S: FnOnce(&mut Tx) -> Result<()> + Send + 'static,
        F: Fn(&mut Tx) -> Result<bool> + Clone + Send + 'static,
    {
        let db = self.clone();
        let all = actix_rt::spawn(async move {
            db.write(first).await?;
            loop {
                match db.write_patiently(step.clone()).await {
                    Ok(false) => {}
                    Ok(true) | Err(Error::NotFound) => return Ok(()),
                    Err(e) => return Err(e),
                }
            }
        });
        all.await.map_err(Error::internal)?
    }

    /// Says in the log that the disk is full, if nobody has for a while.
    fn told<T>(&self, outcome: Result<T>) -> Result<T> {
        if matches!(outcome, Err(Error::DiskFull)) {
            let mut last = lock(&self.complained);
            if last.is_none_or(|last| last.elapsed() >= COMPLAIN) {
                tracing::error!("the database's disk is full or fails; nothing can be stored until it has room again");
                *last = Some(Instant::now());
            }
        }
        outcome
    }

    async fn write_pooled<T, F>(&self, bounded: bool, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    {
        let shared = self.shared.clone();
        let run = move |conn: &mut DbConn| {
            let (value, after) = transaction(conn, |conn| {
                let mut tx = Tx { conn, shared: &shared, after: Vec::new(), marks: Vec::new() };
                let value = work(&mut tx)?;
                Ok((value, tx.after))
            })?;
            after.into_iter().for_each(|act| act());
            Ok(value)
        };
        self.pooled(bounded, run).await
    }

    async fn pooled<T, F>(&self, bounded: bool, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut DbConn) -> Result<T> + Send + 'static,
    {
        let slot = self.gate.enter(bounded).await?;
        let (pool, manager) = (self.pool.clone(), self.manager.clone());
        let run = move || {
            // kept until the thread is done, also when the client has gone away
            let _slot = slot;
            let mut conn = pool.get().map_err(|e| {
                tracing::warn!(error = %e, "no database connection");
                Error::Overloaded
            })?;
            let outcome = work(&mut conn);
            if matches!(outcome, Err(Error::Internal(_) | Error::Overloaded)) {
                mend(&mut conn, &manager);
            }
            outcome
        };
        actix_rt::task::spawn_blocking(run).await.map_err(Error::internal)?
    }
}

/// After a failure that may be the connection's own: puts a new one in the place of one that is dead. (The pool looks for
/// broken transactions alone; a connection that only reads would stay in it, dead, after the database was started anew.)
fn mend(conn: &mut DbConn, manager: &Manager) {
    if conn.is_broken() || conn.ping().is_ok() {
        return;
    }
    match r2d2::ManageConnection::connect(manager) {
        Ok(fresh) => *conn = fresh,
        Err(e) => tracing::warn!(error = %e, "no database connection"),
    }
}

impl Gate {
    async fn enter(&self, bounded: bool) -> Result<OwnedSemaphorePermit> {
        if let Ok(slot) = self.slots.clone().try_acquire_owned() {
            return Ok(slot);
        }
        let _waiting = Waiting::new(&self.waiting);
        if bounded && self.waiting.load(Ordering::Relaxed) > self.depth {
            return Err(Error::Overloaded);
        }
        self.slots.clone().acquire_owned().await.map_err(Error::internal)
    }
}

/// Counts a waiter for as long as it lives: also one whose client has gone away.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Waiting(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
