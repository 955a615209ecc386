//! What the server does again and again beside the requests: a round, a wait, the next round, until it stops.
use std::time::Duration;
use tokio::{sync::oneshot, time::timeout};

/// Rounds that go on.
pub struct Rounds {
    stop: oneshot::Sender<()>,
    running: actix_rt::task::JoinHandle<()>,
}

impl Rounds {
    /// Begins after `first`. Each round gives the wait until the next.
    pub fn start(first: Duration, mut round: impl AsyncFnMut() -> Duration + 'static) -> Rounds {
        let (stop, mut asked_to_stop) = oneshot::channel();
        let running = actix_rt::spawn(async move {
            let mut wait = first;
            // whether it was told to stop or nobody is left to tell it
            while timeout(wait, &mut asked_to_stop).await.is_err() {
                wait = round().await;
            }
        });
        Rounds { stop, running }
    }

    /// Lets the round under way end, within this time, and begins no other. What is left of it goes on by itself.
    pub async fn stop(self, within: Duration) {
        let _ = self.stop.send(());
        let _ = timeout(within, self.running).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{cell::Cell, rc::Rc};

    #[actix_rt::test]
    async fn rounds_go_on_until_they_are_stopped() {
        let (begun, ended) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let (begins, ends) = (begun.clone(), ended.clone());
        let rounds = Rounds::start(Duration::ZERO, async move || {
            begins.set(begins.get() + 1);
            actix_rt::task::yield_now().await;
            ends.set(ends.get() + 1);
            Duration::ZERO
        });
        while begun.get() < 3 {
            actix_rt::task::yield_now().await;
        }
        rounds.stop(Duration::from_secs(60)).await;
        let stopped_at = begun.get();
        assert_eq!(ended.get(), stopped_at, "the last one has ended");
        actix_rt::task::yield_now().await;
        assert_eq!(begun.get(), stopped_at);
    }
}
