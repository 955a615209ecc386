//! When a node ends without giving back what it had claimed, the others see it and take its claims over. Without this they
//! would wait for the leases to end.
use super::{commands, handover::Handover, queries};
use crate::{
    db::{Db, nodes::Present},
    error::Result,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio::time::Instant;

/// How long a node may be unseen. Longer than a node that is alive needs to connect again after PostgreSQL was restarted.
const GRACE: Duration = Duration::from_secs(3);

/// Looks after the other nodes, until the listener is gone.
pub(super) async fn keep(db: Db, handover: Handover) {
    let (mut known, mut connection) = (Known::default(), 0);
    let mut present = handover.nodes().present();
    // the first sight is there already
    present.mark_changed();
    while present.changed().await.is_ok() {
        let sight = present.borrow_and_update().clone();
        if let Err(e) = look(&db, &handover, &mut known, &mut connection, sight).await {
            tracing::error!(error = %e, "what nodes that are gone have claimed could not be looked for; it is tried again");
        }
    }
}

async fn look(db: &Db, handover: &Handover, known: &mut Known, connection: &mut u32, sight: Present) -> Result<()> {
    if sight.connection != *connection {
        // whoever came and went while nobody looked is found by what they have claimed
        let claimants = db.read(queries::claimants).await?;
        claimants.into_iter().for_each(|number| known.meet(number));
        *connection = sight.connection;
    }
    for number in known.missing(&sight.numbers, Instant::now()) {
        if number == handover.number() {
            continue;
        }
        let taken = db.write_patiently(move |tx| commands::take_over(tx, number)).await?;
        if taken > 0 {
            tracing::warn!(node = number, deliveries = taken, "a node is gone; its claims are taken over");
            handover.overflow();
        }
        known.forget(number);
    }
    Ok(())
}

/// The nodes that have been seen, and since when each of them is not.
#[derive(Default)]
struct Known(BTreeMap<i32, Option<Instant>>);

impl Known {
    fn meet(&mut self, number: i32) {
        self.0.entry(number).or_default();
    }

    fn forget(&mut self, number: i32) {
        self.0.remove(&number);
    }

    /// Notes who is there, and gives those who are missing for too long.
    fn missing(&mut self, present: &BTreeSet<i32>, now: Instant) -> Vec<i32> {
        for number in present {
            self.0.insert(*number, None);
        }
        for (_, since) in self.0.iter_mut().filter(|(number, _)| !present.contains(number)) {
            since.get_or_insert(now);
        }
        let gone = |since: &Option<Instant>| since.is_some_and(|since| now - since >= GRACE);
        self.0.iter().filter(|(_, since)| gone(since)).map(|(number, _)| *number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_gone_when_it_was_unseen_for_long_enough() {
        let (mut known, start) = (Known::default(), Instant::now());
        let mut missing = |present: &[i32], after: Duration| known.missing(&present.iter().copied().collect(), start + after);
        let second = Duration::from_secs(1);
        assert!(missing(&[1, 2], Duration::ZERO).is_empty());
        assert!(missing(&[1], second).is_empty());
        assert!(missing(&[1, 2], 3 * second).is_empty(), "it is back");
        assert!(missing(&[1], 4 * second).is_empty() && missing(&[1], 6 * second).is_empty());
        assert_eq!(missing(&[1], 7 * second), [2]);
        assert_eq!(missing(&[1], 8 * second), [2], "until somebody has seen to it");
        known.forget(2);
        known.meet(3);
        assert!(known.missing(&[1].into(), start + 9 * second).is_empty());
        assert_eq!(known.missing(&[1].into(), start + 12 * second), [3]);
    }
}
