//! What the server does again and again beside the requests: a round, a wait, the next round, until it stops.
use std::{future::pending, time::Duration};
use tokio::{
    sync::oneshot,
    time::{sleep, timeout},
};

/// Rounds that go on.
pub struct Rounds {
    stop: oneshot::Sender<()>,
    running: actix_rt::task::JoinHandle<()>,
}

impl Rounds {
    /// Begins after `first`. Each round gives the wait until the next.
    pub fn start(first: Duration, round: impl AsyncFnMut() -> Duration + 'static) -> Rounds {
        Rounds::start_when_called(first, pending::<()>, round)
    }

    /// The same, where a round may be called for before its time.
    pub fn start_when_called(first: Duration, mut called: impl AsyncFnMut() + 'static, mut round: impl AsyncFnMut() -> Duration + 'static) -> Rounds {
        let (stop, mut asked_to_stop) = oneshot::channel();
        let running = actix_rt::spawn(async move {
            let mut wait = first;
            loop {
                tokio::select! {
                    biased;
                    // whether it was told to or nobody is left to tell it
                    _ = &mut asked_to_stop => break,
                    () = called() => {}
                    () = sleep(wait) => {}
                }
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
    use tokio::sync::Notify;

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

    #[actix_rt::test]
    async fn one_that_is_called_for_does_not_wait_and_nor_does_the_end() {
        let (calls, begun) = (Rc::new(Notify::new()), Rc::new(Cell::new(0)));
        let (called, begins) = (calls.clone(), begun.clone());
        let long = Duration::from_secs(600);
        let rounds = Rounds::start_when_called(
            long,
            async move || called.notified().await,
            async move || {
                begins.set(begins.get() + 1);
                long
            },
        );
        for number in 1..=2 {
            calls.notify_one();
            while begun.get() < number {
                actix_rt::task::yield_now().await;
            }
        }
        timeout(long / 2, rounds.stop(long)).await.unwrap();
        assert_eq!(begun.get(), 2);
    }
}
