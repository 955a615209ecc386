//! The loop that sends mail. A step and the loop are apart, as with deliveries. Several nodes take turns: a claim is a lease, and
//! what was claimed by a node that is gone comes back when it ends.
use super::{
    commands::{self, BATCH},
    mailer::Mailer,
    model::{MailState, Outcome, Taken},
    queries,
};
use crate::{
    db::{Db, types::now},
    error::Result,
};
use chrono::{NaiveDateTime, TimeDelta};
use futures_util::future::join_all;
use std::time::Duration;
use tokio::sync::oneshot;

/// How often a node looks for mail that another has posted, or that is due again.
const POLL: Duration = Duration::from_secs(1);

/// After a failure of the database.
const PAUSE: Duration = Duration::from_secs(5);

/// The running loop.
pub struct Postman {
    stop: oneshot::Sender<()>,
    running: actix_rt::task::JoinHandle<()>,
}

impl Postman {
    /// Starts the loop; none where no mail server is set up.
    pub fn start(db: Db, mailer: Mailer) -> Option<Postman> {
        let (stop, asked_to_stop) = oneshot::channel();
        mailer.is_set_up().then(|| Postman { stop, running: actix_rt::spawn(run(db, mailer, asked_to_stop)) })
    }

    /// Lets the mails under way end within `patience`, and begins no others. Those that do not are sent later.
    pub async fn stop(self, patience: Duration) {
        let _ = self.stop.send(());
        if tokio::time::timeout(patience, self.running).await.is_err() {
            tracing::warn!("mails under way did not end in time; they will be tried again");
        }
    }
}

async fn run(db: Db, mailer: Mailer, mut asked_to_stop: oneshot::Receiver<()>) {
    if db.is_ours_alone()
        && let Err(e) = db.write_patiently(commands::give_back).await
    {
        tracing::error!(error = %e, "mails that the last run had begun to send are tried when their claims end");
    }
    let mut wait = Duration::ZERO;
    loop {
        // the wake-up is registered before the look, so that none is missed between the two
        let posted = mailer.posted();
        tokio::select! {
            biased;
            _ = &mut asked_to_stop => return,
            () = posted => {}
            () = tokio::time::sleep(wait) => {}
        }
        wait = step(&db, &mailer).await.unwrap_or_else(|e| {
            tracing::error!(error = %e, "mail could not be looked for or its outcome not be stored; it is tried again");
            PAUSE
        });
    }
}

/// Sends what is due, a few at a time. Gives the wait before the next look.
async fn step(db: &Db, mailer: &Mailer) -> Result<Duration> {
    // reading disturbs nobody; the writer is asked only when there is something to take
    let due = db.read(queries::next_due).await?.is_some_and(|due| due <= now());
    if !due {
        return Ok(POLL);
    }
    let lease = TimeDelta::from_std(mailer.lease()).unwrap_or(TimeDelta::MAX);
    let (taken, leased_until) = db.write_patiently(move |tx| commands::take(tx, lease)).await?;
    let more = taken.len() as i64 == BATCH;
    let sent = join_all(taken.into_iter().map(|mail| deliver(db, mailer, mail, leased_until))).await;
    sent.into_iter().collect::<Result<()>>()?;
    Ok(if more { Duration::ZERO } else { POLL })
}

async fn deliver(db: &Db, mailer: &Mailer, mail: Taken, leased_until: NaiveDateTime) -> Result<()> {
    let (id, outcome) = (mail.id.0, mailer.send(&mail).await);
    let why = match &outcome {
        Outcome::Sent => None,
        Outcome::Later(why) | Outcome::Refused(why) => Some(why.clone()),
    };
    let state = db.write_patiently(move |tx| commands::settle(tx, &mail, leased_until, &outcome)).await?;
    mailer.note(state);
    match (state, why) {
        (MailState::GivenUp, Some(why)) => tracing::warn!(mail = id, why, "a mail is given up"),
        (_, Some(why)) => tracing::warn!(mail = id, why, "a mail could not be sent; it is tried again"),
        (_, None) => tracing::debug!(mail = id, "a mail is sent"),
    }
    Ok(())
}
