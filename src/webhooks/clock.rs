//! The clock of a machine may be put right while the server runs. Put ahead, it makes things due early, which does no harm. Put back,
//! it leaves behind times that seem to lie in the future: a delivery that was to be tried in a minute would wait for days. So such
//! times are put back as well. Everything that waits in memory goes by a clock that nobody sets.
use super::{
    commands,
    handover::Handover,
    queries::{self, Reached},
};
use crate::{
    db::{
        Db,
        types::{DeliveryId, now},
    },
    error::Result,
};
use chrono::TimeDelta;
use std::time::{Duration, Instant};

/// How often the clocks are compared.
const COMPARE: Duration = Duration::from_secs(1);

/// What counts as a jump. Clocks that are only a little wrong are put right by running slower or faster.
const JUMP: TimeDelta = TimeDelta::seconds(1);

/// Compares the clock with the one that nobody sets, for ever, and mends what a jump has left behind. It begins with what may have
/// been left while nobody looked.
pub(super) async fn mind(db: Db, handover: Handover) {
    let mut behind = db.read(queries::is_of_the_future).await.unwrap_or(true);
    let mut before = (now(), Instant::now());
    loop {
        if behind {
            match mend(&db, &handover).await {
                Ok(moved) => {
                    if moved > 0 {
                        tracing::info!(deliveries = moved, "what waited by the clock as it was before waits by the present one");
                        handover.leave();
                    }
                    behind = false;
                }
                Err(e) => tracing::warn!(error = %e, "the times of deliveries could not be put back with the clock; it is tried again"),
            }
        }
        actix_rt::time::sleep(COMPARE).await;
        let present = (now(), Instant::now());
        let jump = (present.0 - before.0) - TimeDelta::from_std(present.1 - before.1).unwrap_or_default();
        before = present;
        if jump > JUMP {
            tracing::warn!(by = %jump, "the clock was put ahead");
            handover.leave();
        }
        if jump < -JUMP {
            tracing::warn!(by = %-jump, "the clock was put back");
            behind = true;
        }
    }
}

/// Goes through all that waits, in short transactions; gives how many were changed.
async fn mend(db: &Db, handover: &Handover) -> Result<usize> {
    let mut moved = 0;
    for webhook in db.read(queries::everybody).await? {
        let mut after = Reached { due_at: now(), id: DeliveryId(0) };
        loop {
            let handover = handover.clone();
            let step = db.write_patiently(move |tx| commands::put_back(tx, &handover, webhook, after)).await?;
            moved += step.moved;
            match step.reached {
                Some(reached) => after = reached,
                None => break,
            }
        }
    }
    Ok(moved)
}
