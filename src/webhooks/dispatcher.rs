//! The delivery loop, on a thread of its own: takes what commits hand over, looks into the database for what was left there
//! or is due again, and stores outcomes. A step and the loop are apart, so that the loop has nothing to decide.
use super::{
    clock,
    commands::{self, Outcome, settle},
    courier::Courier,
    handover::{Claim, Handover, Intake, Ready},
    queries, vigil,
};
use crate::{
    config::Webhooks as Settings,
    db::{Db, types::now},
    error::{Error, Result},
    outbound::Guard,
};
use actix_rt::Arbiter;
use chrono::NaiveDateTime;
use std::{cell::Cell, ops::Range, rc::Rc, sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::Instant,
};

/// How many outcomes share one commit at most.
const BATCH: usize = 64;

/// The same for claims that are given back.
const RETURNED: usize = 1000;

/// How often an outcome is refused by a database that answers. (The pool may hold several dead connections, each of which shows
/// only when it is used.)
const REFUSALS: u32 = 3;

/// After a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);

/// The running delivery loop.
pub struct Dispatcher {
    arbiter: Arbiter,
    stop: oneshot::Sender<()>,
    stopped: oneshot::Receiver<()>,
}

impl Dispatcher {
    /// Starts the loop.
    ///
    /// # Errors
    /// When the database cannot be written to.
    pub async fn start(db: Db, settings: Settings, guard: Guard, handover: Handover, intake: Intake) -> Result<Dispatcher> {
        if db.is_ours_alone() {
            let left = db.write_patiently(commands::release_all).await?;
            tracing::info!(deliveries = left, "taken up where the last run ended");
        }
        let (stop, asked_to_stop) = oneshot::channel();
        let (done, stopped) = oneshot::channel();
        let arbiter = Arbiter::new();
        arbiter.spawn_fn(move || {
            actix_rt::spawn(async move {
                run(db, settings, guard, handover, intake, asked_to_stop).await;
                let _ = done.send(());
            });
        });
        Ok(Dispatcher { arbiter, stop, stopped })
    }

    /// Takes nothing new, lets requests in flight end, stores their outcomes and gives back what was not sent. Whatever does
    /// not end within `patience` is tried again by the next run.
    pub async fn stop(self, patience: Duration) {
        let _ = self.stop.send(());
        if tokio::time::timeout(patience, self.stopped).await.is_err() {
            tracing::warn!("deliveries in flight did not end in time; they will be tried again");
        }
        self.arbiter.stop();
    }
}

async fn run(db: Db, settings: Settings, guard: Guard, handover: Handover, mut intake: Intake, mut asked_to_stop: oneshot::Receiver<()>) {
    let (report, outcomes) = mpsc::unbounded_channel();
    let next = Rc::new(NextTry::default());
    let settling = actix_rt::spawn(settle_all(db.clone(), settings.clone().into(), outcomes, next.clone()));
    let (give_back, returned) = mpsc::unbounded_channel();
    let returning = actix_rt::spawn(take_back_all(db.clone(), handover.clone(), returned, next.clone()));
    let watching = actix_rt::spawn(vigil::keep(db.clone(), handover.clone()));
    let minding = actix_rt::spawn(clock::mind(db.clone(), handover.clone()));
    let poll = settings.poll;
    let courier = Courier::new(guard, handover.clone(), report, give_back);
    let mut look_at = Instant::now();
    loop {
        // the wake-up is registered before the look, so that none is missed between the two
        let left = intake.left.notified();
        tokio::select! {
            biased;
            _ = &mut asked_to_stop => break,
            given = intake.ready.recv() => match given {
                Some(given) => given.into_iter().for_each(|ready| drop(actix_rt::spawn(courier.clone().deliver(ready)))),
                None => break,
            },
            () = left => look_at = Instant::now(),
            () = next.changed.notified() => {}
            () = tokio::time::sleep_until(earlier(look_at, next.at.get())) => {
                next.at.set(None);
                look_at = look(&db, &handover, &courier, &next, poll).await;
            }
        }
    }
    watching.abort();
    minding.abort();
    // outcomes are still to be stored, and may cause events
    handover.close();
    while let Ok(given) = intake.ready.try_recv() {
        given.iter().for_each(|ready| courier.give_back(ready));
    }
    // both end when the last courier is done
    courier.close();
    let _ = settling.await;
    let _ = returning.await;
}

fn earlier(look_at: Instant, next: Option<Instant>) -> Instant {
    next.map_or(look_at, |next| next.min(look_at))
}

/// Claims what is due and spawns it. Gives the time of the next look.
async fn look(db: &Db, handover: &Handover, courier: &Courier, next: &NextTry, poll: Duration) -> Instant {
    courier.close_idle();
    match claim_due(db, handover).await {
        Ok(Look { ready, found }) => {
            let more = !ready.is_empty();
            next.came_free.set((found && !more).then_some(0));
            ready.into_iter().for_each(|ready| drop(actix_rt::spawn(courier.clone().deliver(ready))));
            if more { Instant::now() } else { Instant::now() + poll }
        }
        Err(e) => {
            // of a full disk the database itself complains, and not each second
            if !matches!(e, Error::DiskFull) {
                tracing::error!(error = %e, "due deliveries could not be claimed");
            }
            Instant::now() + PAUSE
        }
    }
}

/// What a look has found.
struct Look {
    /// What was claimed.
    ready: Vec<Ready>,
    /// Whether there was anything to claim at all, or a webhook has no place for more.
    found: bool,
}

async fn claim_due(db: &Db, handover: &Handover) -> Result<Look> {
    // reading disturbs nobody; the writer is asked only when there is something to claim
    let (full, handover) = (handover.full(), handover.clone());
    let is_full = !full.is_empty();
    let due = db.read(move |conn| queries::due(conn, &full)).await?;
    let found = is_full || !due.is_empty();
    if due.is_empty() || handover.room() == 0 {
        return Ok(Look { ready: Vec::new(), found });
    }
    let ready = db.write_patiently(move |tx| commands::claim(tx, &handover, &due)).await?;
    Ok(Look { ready, found })
}

/// When the next try is due that this loop knows of; a change of it wakes the loop.
#[derive(Default)]
struct NextTry {
    at: Cell<Option<Instant>>,
    /// How many places have come free since a look has found some work and no place for it.
    came_free: Cell<Option<usize>>,
    changed: Notify,
}

impl NextTry {
    /// So many places are free again: there is room for a batch, perhaps, of what could not be claimed.
    fn note_free(&self, places: usize) {
        let free = self.came_free.get().map(|free| free + places);
        self.came_free.set(free.filter(|free| *free < BATCH));
        if free.is_some_and(|free| free >= BATCH) {
            self.at.set(Some(Instant::now()));
            self.changed.notify_one();
        }
    }

    fn note(&self, due: NaiveDateTime) {
        let at = Instant::now() + (due - now()).to_std().unwrap_or_default();
        self.at.set(Some(earlier(at, self.at.get())));
        self.changed.notify_one();
    }
}

/// Gives claims back to the database until the last courier is gone.
async fn take_back_all(db: Db, handover: Handover, mut returned: mpsc::UnboundedReceiver<Claim>, next: Rc<NextTry>) {
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        if returned.recv_many(&mut batch, RETURNED).await == 0 {
            return;
        }
        let leases_end = batch.iter().map(|claim| claim.leased_until).max();
        match db.write_patiently(move |tx| commands::release(tx, &batch)).await {
            Ok(()) => handover.leave(),
            Err(e) => {
                tracing::error!(error = %e, "unsent deliveries could not be given back; they are tried when their leases end");
                leases_end.into_iter().for_each(|end| next.note(end));
            }
        }
    }
}

/// Stores outcomes until the last courier is gone.
async fn settle_all(db: Db, settings: Arc<Settings>, mut outcomes: mpsc::UnboundedReceiver<Outcome>, next: Rc<NextTry>) {
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        if outcomes.recv_many(&mut batch, BATCH).await == 0 {
            return;
        }
        let number = batch.len();
        let batch: Arc<[Outcome]> = batch.into();
        let stored = match store(&db, &settings, batch.clone(), 0..batch.len()).await {
            Ok(due) => {
                // and with it the places
                drop(batch);
                vec![due]
            }
            Err(e) => {
                tracing::error!(error = %e, "a batch of outcomes was not stored");
                tokio::time::sleep(PAUSE).await;
                store_apart(&db, &settings, batch).await
            }
        };
        next.note_free(number);
        stored.into_iter().flatten().for_each(|due| next.note(due));
    }
}

/// One by one, so that an outcome that cannot be stored keeps back no other. While the database is away or its disk is full all of
/// them wait: their requests have been made, and would be made again if the outcomes were forgotten.
async fn store_apart(db: &Db, settings: &Arc<Settings>, batch: Arc<[Outcome]>) -> Vec<Option<NaiveDateTime>> {
    let mut stored = Vec::with_capacity(batch.len());
    for (at, outcome) in batch.iter().enumerate() {
        let mut refused = 0;
        let due = loop {
            match store(db, settings, batch.clone(), at..at + 1).await {
                Ok(due) => break due,
                Err(e) => {
                    refused += u32::from(!matches!(e, Error::DiskFull | Error::Overloaded) && db.answers().await);
                    if refused < REFUSALS {
                        tokio::time::sleep(PAUSE).await;
                        continue;
                    }
                    tracing::error!(error = %e, "an outcome was not stored; its delivery is tried again when its lease ends");
                    break Some(outcome.leased_until);
                }
            }
        };
        stored.push(due);
    }
    stored
}

async fn store(db: &Db, settings: &Arc<Settings>, batch: Arc<[Outcome]>, part: Range<usize>) -> Result<Option<NaiveDateTime>> {
    let settings = settings.clone();
    db.write_patiently(move |tx| settle(tx, batch.get(part).unwrap_or_default(), &settings)).await
}
