//! The delivery loop, on a thread of its own: takes what commits hand over, looks into the database for what was left there
//! or is due again, and stores outcomes. A step and the loop are apart, so that the loop has nothing to decide.
use super::{
    commands::{self, Outcome, settle},
    courier::Courier,
    handover::{Handover, Intake},
    queries,
};
use crate::{
    config::Webhooks as Settings,
    db::{
        Db,
        types::{DeliveryId, now},
    },
    error::Result,
};
use actix_rt::Arbiter;
use chrono::NaiveDateTime;
use std::{cell::Cell, rc::Rc, time::Duration};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::Instant,
};

/// How often the database is looked into although nobody has called: the backstop for a wake-up that was missed, and for
/// what other processes left.
const LOOK: Duration = Duration::from_millis(500);

/// How many outcomes share one commit at most.
const BATCH: usize = 64;

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
    pub async fn start(db: Db, settings: Settings, handover: Handover, intake: Intake) -> Result<Dispatcher> {
        if db.is_ours_alone() {
            let left = db.write_patiently(commands::release_all).await?;
            tracing::info!(deliveries = left, "taken up where the last run ended");
        }
        let (stop, asked_to_stop) = oneshot::channel();
        let (done, stopped) = oneshot::channel();
        let arbiter = Arbiter::new();
        arbiter.spawn_fn(move || {
            actix_rt::spawn(async move {
                run(db, settings, handover, intake, asked_to_stop).await;
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

async fn run(db: Db, settings: Settings, handover: Handover, mut intake: Intake, mut asked_to_stop: oneshot::Receiver<()>) {
    let (report, outcomes) = mpsc::unbounded_channel();
    // when the next try is due that this loop knows of, and who says that it has become sooner
    let next = Rc::new(Cell::new(None));
    let sooner = Rc::new(Notify::new());
    let settling = actix_rt::spawn(settle_all(
        db.clone(),
        settings.retry_schedule.clone(),
        outcomes,
        next.clone(),
        sooner.clone(),
    ));
    let courier = Courier::new(settings, report);
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
            () = sooner.notified() => {}
            () = tokio::time::sleep_until(earlier(look_at, next.get())) => {
                next.set(None);
                look_at = look(&db, &handover, &courier).await;
            }
        }
    }
    let mut unsent: Vec<DeliveryId> = Vec::new();
    while let Ok(given) = intake.ready.try_recv() {
        unsent.extend(given.into_iter().map(|ready| ready.id));
    }
    // the settling ends when the last courier is done
    let waiting = courier.close();
    let _ = settling.await;
    unsent.append(&mut waiting.borrow_mut());
    if let Err(e) = db.write_patiently(move |tx| commands::release(tx, &unsent)).await {
        tracing::error!(error = %e, "unsent deliveries could not be given back; they are tried when their leases end");
    }
}

fn earlier(look_at: Instant, next: Option<Instant>) -> Instant {
    next.map_or(look_at, |next| next.min(look_at))
}

/// Claims what is due and spawns it. Gives the time of the next look.
async fn look(db: &Db, handover: &Handover, courier: &Courier) -> Instant {
    courier.close_idle();
    match claim_due(db, handover).await {
        Ok(ready) => {
            let more = !ready.is_empty();
            ready.into_iter().for_each(|ready| drop(actix_rt::spawn(courier.clone().deliver(ready))));
            if more { Instant::now() } else { Instant::now() + LOOK }
        }
        Err(e) => {
            tracing::error!(error = %e, "due deliveries could not be claimed");
            Instant::now() + PAUSE
        }
    }
}

async fn claim_due(db: &Db, handover: &Handover) -> Result<Vec<super::handover::Ready>> {
    // reading disturbs nobody; the writer is asked only when there is something to claim
    let due = db.read(queries::next_due).await?;
    if due.is_none_or(|due| due > now()) || handover.room() == 0 {
        return Ok(Vec::new());
    }
    let handover = handover.clone();
    db.write_patiently(move |tx| commands::claim(tx, &handover)).await
}

/// Stores outcomes until the last courier is gone.
async fn settle_all(
    db: Db,
    schedule: Vec<Duration>,
    mut outcomes: mpsc::UnboundedReceiver<Outcome>,
    next: Rc<Cell<Option<Instant>>>,
    sooner: Rc<Notify>,
) {
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        if outcomes.recv_many(&mut batch, BATCH).await == 0 {
            return;
        }
        let schedule = schedule.clone();
        match db.write_patiently(move |tx| settle(tx, &batch, &schedule)).await {
            Ok(Some(due)) => {
                next.set(Some(earlier(at(due), next.get())));
                sooner.notify_one();
            }
            Ok(None) => {}
            Err(e) => {
                tracing::error!(error = %e, "outcomes were not stored; their deliveries are tried again when their leases end");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn at(due: NaiveDateTime) -> Instant {
    Instant::now() + (due - now()).to_std().unwrap_or_default()
}
