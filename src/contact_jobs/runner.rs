//! Doing what is to be done with many contacts. A job is taken under a lease, for a second; then whichever has waited the longest is next, so that no
//! account waits for the whole table of another. Each step of an import commits some rows together with how far it has come: whoever goes on, this node
//! or another, does so there. An export that was interrupted begins its file anew.
use super::{
    commands::{self, Brought, Held},
    model::{ContactJob, Failure, JobKind, Refusal, Wish},
    queries,
    reading::{Place, REPORTED, Table},
};
use crate::{
    accounts::{self, Account},
    contacts::{self, Wanted},
    db::{
        Db, DbConn,
        types::{BlobId, ContactId, Json},
    },
    error::{Error, Result},
    events::Actor,
    files,
    rounds::Rounds,
    storage::{AtHand, Draft, Storage, Upload},
    users::{self, Role},
    web::spreadsheet,
};
use chrono::TimeDelta;
use std::{
    fs::File,
    path::{Path, PathBuf},
    pin::pin,
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout};

/// How often a node looks for something to do.
const POLL: Duration = Duration::from_millis(500);
/// How many rows one transaction brings in.
const ROWS: usize = 50;
/// How many refused rows are written at once.
const REFUSALS: i64 = 500;
/// How long a job is worked on before another one gets its turn,
const TURN: Duration = Duration::from_secs(1);
/// and how often what takes long says how far it is.
const SIGN: Duration = Duration::from_secs(1);
/// How many tables are at hand at once: accounts bring theirs by turns, and nobody's is to be fetched anew at each.
const AT_HAND: usize = 8;
/// How often a job is begun that comes no further.
const MOST_TRIES: i32 = 6;

/// Does it again and again.
pub fn keep_running(db: Db, storage: Storage) -> Rounds {
    let (mut runner, mut left_over) = (Runner { db, storage, at_hand: Vec::new() }, true);
    Rounds::start(Duration::ZERO, async move || {
        let round = async {
            if std::mem::take(&mut left_over) && runner.db.is_ours_alone() {
                runner.db.write_patiently(commands::give_back).await?;
            }
            runner.round().await
        };
        match round.await {
            Ok(true) => Duration::ZERO,
            Ok(false) => POLL,
            Err(e) => {
                tracing::warn!(error = %e, "imports and exports of contacts could not be looked for; it is tried again");
                POLL
            }
        }
    })
}

/// Why a job goes no further now.
enum Stop {
    /// It never will.
    For(Failure),
    /// It may another time.
    Now(Error),
}

impl From<Error> for Stop {
    fn from(e: Error) -> Self {
        Stop::Now(e)
    }
}

/// Where it is done, and in whose name.
struct Asked {
    account: Account,
    actor: Actor,
}

struct Runner {
    db: Db,
    storage: Storage,
    /// The tables that are being read, of which the last one was fetched last: of what lies in a bucket, copies.
    at_hand: Vec<(BlobId, AtHand)>,
}

impl Runner {
    /// Works on one job. Whether there was one.
    async fn round(&mut self) -> Result<bool> {
        // reading disturbs nobody; the writer is asked only when there is something to take
        if !self.db.read(queries::is_due).await? {
            self.at_hand.clear();
            return Ok(false);
        }
        let Some(job) = self.db.write_patiently(commands::take).await? else { return Ok(false) };
        let (id, Some(until)) = (job.id, job.due_at) else { return Ok(false) };
        let (mut lease, attempts, account) = ((id, until), job.attempts, job.account_id);
        let account = self.db.read(move |conn| accounts::find(conn, account)).await?;
        let stop = match self.work(job, &mut lease, account.clone()).await {
            Ok(()) => return Ok(true),
            Err(stop) => stop,
        };
        self.at_hand.clear();
        let failure = match stop {
            Stop::For(failure) => failure,
            Stop::Now(e) => {
                tracing::error!(job = id.0, error = %e, "an import or export of contacts could not go on now");
                if attempts < MOST_TRIES {
                    let pause = TimeDelta::seconds(1 << attempts.clamp(0, 10));
                    self.db.write_patiently(move |tx| commands::put_off(tx, lease, pause)).await?;
                    return Ok(true);
                }
                Failure::Server
            }
        };
        self.db.write_patiently(move |tx| commands::fail(tx, lease, &account, failure)).await?;
        Ok(true)
    }

    async fn work(&mut self, job: ContactJob, lease: &mut Held, account: Account) -> Result<(), Stop> {
        if job.attempts > MOST_TRIES {
            return Err(Stop::For(Failure::Server));
        }
        let actor = self.asker(&job).await?;
        match job.kind {
            JobKind::Import => self.import(job, lease, Asked { account, actor }).await,
            JobKind::Export => self.export(job, lease, account).await,
        }
    }

    /// Whoever asked for it, if they may still have it done.
    async fn asker(&self, job: &ContactJob) -> Result<Actor, Stop> {
        let (account, by_program) = (job.account_id, job.by_program);
        let Some(id) = job.user_id else { return Err(Stop::For(Failure::NotAllowed)) };
        let look = move |conn: &mut DbConn| Ok((users::find(conn, id)?, users::member(conn, id, account)?.1));
        let (user, membership) = self.db.read(look).await?;
        match by_program || membership.is_some_and(|membership| membership.role == Role::Administrator) {
            true => Ok(Actor::User(user.id, user.available_name().to_owned())),
            false => Err(Stop::For(Failure::NotAllowed)),
        }
    }

    /// Where the table lies that is brought; none if the job is not ours any more.
    async fn table(&mut self, job: &ContactJob, lease: &mut Held) -> Result<Option<PathBuf>, Stop> {
        let Some(id) = job.source_blob_id else { return Err(Stop::For(Failure::FileGone)) };
        if let Some((_, at_hand)) = self.at_hand.iter().find(|(known, _)| *known == id) {
            return Ok(Some(at_hand.path.clone()));
        }
        let key = self.db.read(move |conn| files::key_of(conn, id)).await?;
        let found = match self.keeping(lease, job.total, job.done, self.storage.at_hand(&key)).await {
            Err(Error::NotFound) => return Err(Stop::For(Failure::FileGone)),
            found => found?,
        };
        let Some(at_hand) = found else { return Ok(None) };
        let path = at_hand.path.clone();
        if !path.is_file() {
            return Err(Stop::For(Failure::FileGone));
        }
        if self.at_hand.len() == AT_HAND {
            self.at_hand.remove(0);
        }
        self.at_hand.push((id, at_hand));
        Ok(Some(path))
    }

    async fn import(&mut self, job: ContactJob, lease: &mut Held, Asked { account, actor }: Asked) -> Result<(), Stop> {
        let Some(path) = self.table(&job, lease).await? else { return Ok(()) };
        let (turn_ends, mut from) = (Instant::now() + TURN, job.place());
        loop {
            let (begun, table) = (Instant::now(), path.clone());
            let brought = blocking(move || some_rows(&table, from)).await?;
            if brought.rows.is_empty() {
                break;
            }
            from = brought.next;
            let (account, actor, held) = (account.clone(), actor.clone(), *lease);
            let longer = self.db.write_patiently(move |tx| commands::bring(tx, held, &account, &actor, brought)).await?;
            let Some(longer) = longer else { return Ok(()) };
            *lease = longer;
            if Instant::now() >= turn_ends {
                return Ok(self.db.write_patiently(move |tx| commands::leave(tx, longer)).await?);
            }
            // others write as well: at least as long as this has taken
            sleep(begun.elapsed()).await;
        }
        let report = self.report(&job, lease, &path).await?;
        self.at_hand.retain(|(known, _)| Some(*known) != job.source_blob_id);
        self.finish(account, lease, report).await
    }

    /// The table of the rows that were refused, where they stand, and why; none if there are none, or the job is not ours any more.
    async fn report(&self, job: &ContactJob, lease: &mut Held, path: &Path) -> Result<Option<Upload>> {
        let id = job.id;
        let mut refusals = self.db.read(move |conn| queries::refusals(conn, id, -1, REFUSALS)).await?;
        if refusals.is_empty() {
            return Ok(None);
        }
        let mut draft = self.begin("refused-contacts.csv").await?;
        let (table, mut signed) = (path.to_owned(), Instant::now());
        draft.write(&blocking(move || report_head(&table)).await?).await?;
        while let Some(last) = refusals.last().map(|(place, ..)| *place) {
            let table = path.to_owned();
            draft.write(&blocking(move || report_rows(&table, refusals)).await?).await?;
            if !self.is_still_ours(lease, &mut signed, job.total, job.total).await? {
                return Ok(None);
            }
            refusals = self.db.read(move |conn| queries::refusals(conn, id, last, REFUSALS)).await?;
        }
        self.keeping(lease, job.total, job.total, draft.finish()).await
    }

    async fn export(&self, job: ContactJob, lease: &mut Held, account: Account) -> Result<(), Stop> {
        let Some(Json(Wish { columns, conditions, labels })) = job.wish else { return Err(Stop::For(Failure::NotThere)) };
        let id = account.id;
        let look = move |conn: &mut DbConn| {
            let wanted = match conditions.is_empty() {
                true => Wanted::Known(labels),
                false => Wanted::Fitting(contacts::read_filter(conn, id, &conditions)?),
            };
            Ok((contacts::count(conn, id, &wanted)?, wanted))
        };
        let (total, wanted) = match self.db.read(look).await {
            Err(Error::Refused(_)) => return Err(Stop::For(Failure::NotThere)),
            found => found?,
        };
        let (mut draft, mut signed) = (self.begin(&job.filename).await?, Instant::now());
        draft.write(&spreadsheet::head(&columns)?).await?;
        let (mut after, mut number) = (ContactId(0), 0);
        loop {
            let wanted = wanted.clone();
            let found = self.db.read(move |conn| contacts::following(conn, id, &wanted, after)).await?;
            let Some(last) = found.last() else { break };
            (after, number) = (last.id, number + found.len() as i64);
            draft.write(&contacts::table_rows(&columns, &found)?).await?;
            if !self.is_still_ours(lease, &mut signed, total, number).await? {
                return Ok(());
            }
        }
        let Some(upload) = self.keeping(lease, total, number, draft.finish()).await? else { return Ok(()) };
        match self.holds(lease, number, number).await? {
            true => self.finish(account, lease, Some(upload)).await,
            false => Ok(()),
        }
    }

    async fn begin(&self, filename: &str) -> Result<Draft> {
        self.storage.begin_own(filename, "text/csv").await
    }

    async fn finish(&self, account: Account, lease: &Held, file: Option<Upload>) -> Result<(), Stop> {
        let lease = *lease;
        Ok(self.db.write_patiently(move |tx| commands::finish(tx, lease, &account, file)).await?)
    }

    /// As [`Runner::holds`], but only from time to time.
    async fn is_still_ours(&self, lease: &mut Held, signed: &mut Instant, total: i64, done: i64) -> Result<bool> {
        if signed.elapsed() < SIGN {
            return Ok(true);
        }
        *signed = Instant::now();
        self.holds(lease, total, done).await
    }

    /// Waits for what may take longer than a lease, as a bucket does, and keeps the job meanwhile. None if it is not ours any more: then it comes to
    /// nothing.
    async fn keeping<T>(&self, lease: &mut Held, total: i64, done: i64, work: impl Future<Output = Result<T>>) -> Result<Option<T>> {
        let mut work = pin!(work);
        loop {
            if let Ok(ended) = timeout(SIGN, work.as_mut()).await {
                return ended.map(Some);
            }
            if !self.holds(lease, total, done).await? {
                return Ok(None);
            }
        }
    }

    /// Keeps the job for longer, and says how far it is. Whether it is still ours.
    async fn holds(&self, lease: &mut Held, total: i64, done: i64) -> Result<bool> {
        let held = *lease;
        let longer = self.db.write_patiently(move |tx| commands::hold(tx, held, total, done)).await?;
        *lease = longer.unwrap_or(held);
        Ok(longer.is_some())
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    actix_rt::task::spawn_blocking(work).await.map_err(Error::internal)?
}

fn open(path: &Path) -> Result<Table<File>> {
    Ok(Table::open(File::open(path).map_err(Error::internal)?)?)
}

/// The next rows from there on.
fn some_rows(path: &Path, from: Place) -> Result<Brought> {
    let mut table = open(path)?;
    if from.byte > 0 {
        table.go_to(from)?;
    }
    let mut rows = Vec::with_capacity(ROWS);
    while rows.len() < ROWS
        && let Some(row) = table.next_row()?
    {
        rows.push((row.at, table.said(&row)));
    }
    Ok(Brought { rows, next: table.place() })
}

fn report_head(path: &Path) -> Result<Vec<u8>> {
    let mut names = open(path)?.names().to_vec();
    names.extend(REPORTED.map(str::to_owned));
    spreadsheet::head(&names)
}

/// The rows that were refused, as they were brought, each with its line and the reason behind it.
fn report_rows(path: &Path, refusals: Vec<Refusal>) -> Result<Vec<u8>> {
    let mut table = open(path)?;
    let (width, mut rows) = (table.names().len(), Vec::with_capacity(refusals.len()));
    for (place, line, reason) in refusals {
        table.go_to(Place { byte: place.unsigned_abs(), line: line.unsigned_abs() })?;
        let row = table.next_row()?;
        let mut cells = row.map(|row| table.cells(&row)).transpose()?.unwrap_or_default();
        cells.resize(cells.len().max(width), String::new());
        cells.extend([line.to_string(), reason]);
        rows.push(cells);
    }
    spreadsheet::lines(rows)
}
