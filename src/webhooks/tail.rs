//! Watching deliveries as they happen. Nobody who sends them knows of those who watch: while somebody does, their node asks the
//! database once in a second what is new, whichever node has done it, and tells each of them what is theirs. While nobody does, it
//! costs nothing.
use super::{
    model::WebhookKind,
    payload::tail as payload,
    queries::{self, Made, News, OVERLAP, Place},
};
use crate::{
    db::{
        Db,
        types::{AccountId, WebhookId},
    },
    error::{Error, Result},
    locks::lock,
};
use actix_web::{HttpResponse, http::header, web::Bytes};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::{
    sync::{Notify, mpsc},
    time::{Instant, timeout},
};

/// How many may watch on one node.
const MOST: usize = 200;

/// How many messages wait for one of them. Whoever reads more slowly than they come is dropped.
const WAITING: usize = 600;

/// How often is asked what is new.
const EVERY: Duration = Duration::from_secs(1);

/// How often something is sent although there is nothing to say, so that proxies and clients know that the stream lives.
const BEAT: Duration = Duration::from_secs(15);

/// How long a stream lasts. Clients open the next one by themselves, and show anew who they are: nobody watches for longer after
/// they were signed out.
const LONGEST: Duration = Duration::from_secs(600);

/// Those who watch on this node. Cheap to clone.
#[derive(Clone, Default)]
pub struct Tail(Arc<Desk>);

#[derive(Default)]
struct Desk {
    watchers: Mutex<Watchers>,
    came: Notify,
}

#[derive(Default)]
struct Watchers {
    list: Vec<Watcher>,
    closed: bool,
}

struct Watcher {
    account: AccountId,
    /// Only this one; else all that somebody made.
    webhook: Option<WebhookId>,
    to: mpsc::Sender<Bytes>,
    until: Instant,
    beat: Instant,
    /// Whether it has been told that from now on nothing is missed.
    ready: bool,
}

impl Watcher {
    fn is_for(&self, made: &Made) -> bool {
        let theirs = self.webhook.map_or(made.kind == WebhookKind::Account, |own| own == made.webhook_id);
        self.account == made.account_id && theirs
    }

    /// Whether it could be told.
    fn tell(&self, message: &str) -> bool {
        self.to.try_send(Bytes::copy_from_slice(message.as_bytes())).is_ok()
    }
}

impl Tail {
    /// Nobody yet, and the loop that tells them. It ends with [`Tail::close`].
    pub fn start(db: Db) -> Tail {
        let tail = Tail::default();
        drop(actix_rt::spawn(tail.clone().run(db)));
        tail
    }

    /// Ends all streams, and begins no other.
    pub fn close(&self) {
        let mut watchers = self.watchers();
        watchers.closed = true;
        watchers.list.clear();
        self.0.came.notify_one();
    }

    /// Opens a stream.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when too many watch, or the server is about to end.
    pub(super) fn answer(&self, account: AccountId, webhook: Option<WebhookId>) -> Result<HttpResponse> {
        let messages = self.watch(account, webhook)?;
        let body = futures_util::stream::unfold(messages, |mut messages| async move {
            let message = messages.recv().await?;
            Some((Ok::<Bytes, Error>(message), messages))
        });
        Ok(HttpResponse::Ok()
            .content_type("text/event-stream")
            .insert_header((header::CACHE_CONTROL, "no-store"))
            // nginx would wait for more before it passes anything on
            .insert_header(("x-accel-buffering", "no"))
            .streaming(body))
    }

    fn watch(&self, account: AccountId, webhook: Option<WebhookId>) -> Result<mpsc::Receiver<Bytes>> {
        let (to, messages) = mpsc::channel(WAITING);
        let mut watchers = self.watchers();
        watchers.list.retain(|watcher| !watcher.to.is_closed());
        if watchers.closed || watchers.list.len() >= MOST {
            return Err(Error::Overloaded);
        }
        let now = Instant::now();
        watchers.list.push(Watcher { account, webhook, to, until: now + LONGEST, beat: now + BEAT, ready: false });
        drop(watchers);
        self.0.came.notify_one();
        Ok(messages)
    }

    fn watchers(&self) -> MutexGuard<'_, Watchers> {
        lock(&self.0.watchers)
    }

    /// The accounts in which somebody watches; none after the end.
    fn accounts(&self) -> Option<Vec<AccountId>> {
        let mut watchers = self.watchers();
        watchers.list.retain(|watcher| !watcher.to.is_closed());
        let accounts: BTreeSet<AccountId> = watchers.list.iter().map(|watcher| watcher.account).collect();
        (!watchers.closed).then(|| accounts.into_iter().collect())
    }

    async fn run(self, db: Db) {
        let mut seen: Option<Seen> = None;
        while let Some(accounts) = self.accounts() {
            if accounts.is_empty() {
                seen = None;
                self.0.came.notified().await;
                continue;
            }
            match look(&db, accounts, seen.as_ref().map(|seen| seen.place)).await {
                Ok(news) => {
                    let place = news.place;
                    let known = seen.take();
                    let first = known.is_none();
                    let mut next = known.unwrap_or_default();
                    let news = next.sift(news);
                    next.place = place;
                    seen = Some(next);
                    self.tell(if first { News::default() } else { news });
                }
                Err(e) => tracing::warn!(error = %e, "those who watch deliveries could not be told what is new"),
            }
            // somebody who comes is told at once that they are there
            let _ = timeout(EVERY, self.0.came.notified()).await;
        }
    }

    /// Tells everybody what is theirs. Who cannot take it, or has been here for long enough, is let go.
    fn tell(&self, news: News) {
        let made = news.made.iter().map(|made| (made, payload::made(made)));
        let tried = news.tried.iter().map(|tried| (&tried.delivery, payload::tried(tried)));
        let messages: Vec<(&Made, String)> = made.chain(tried).collect();
        let now = Instant::now();
        self.watchers().list.retain_mut(|watcher| {
            let mut kept = watcher.until > now;
            if !std::mem::replace(&mut watcher.ready, true) {
                kept &= watcher.tell("retry: 2000\nevent: ready\ndata: {}\n\n");
            }
            let theirs = messages.iter().filter(|(made, _)| watcher.is_for(made));
            for (_, message) in theirs {
                kept = kept && watcher.tell(message);
            }
            if watcher.beat <= now {
                watcher.beat = now + BEAT;
                kept = kept && watcher.tell(": still here\n\n");
            }
            kept
        });
    }
}

async fn look(db: &Db, accounts: Vec<AccountId>, since: Option<Place>) -> Result<News> {
    db.read(move |conn| {
        let since = match since {
            Some(place) => place,
            None => queries::present(conn)?,
        };
        queries::news(conn, &accounts, since)
    })
    .await
}

/// What has been told, as far back as is looked at again.
#[derive(Default)]
struct Seen {
    place: Place,
    deliveries: BTreeSet<i64>,
    attempts: BTreeSet<i64>,
}

impl Seen {
    /// What is really new.
    fn sift(&mut self, mut news: News) -> News {
        news.made.retain(|made| self.deliveries.insert(made.id.0));
        news.tried.retain(|tried| self.attempts.insert(tried.id));
        self.deliveries = self.deliveries.split_off(&(news.place.delivery - OVERLAP));
        self.attempts = self.attempts.split_off(&(news.place.attempt - OVERLAP));
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_rt::test]
    async fn streams_are_counted_and_the_slow_are_dropped() {
        let tail = Tail::default();
        let mut quick = tail.watch(AccountId(1), Some(WebhookId(1))).expect("room");
        let slow = tail.watch(AccountId(1), None).expect("room");
        tail.tell(News::default());
        assert!(quick.recv().await.is_some_and(|message| message.ends_with(b"event: ready\ndata: {}\n\n")));
        let rest: Vec<_> = (2..MOST).map(|_| tail.watch(AccountId(2), None).expect("room")).collect();
        assert!(matches!(tail.watch(AccountId(1), None), Err(Error::Overloaded)));
        drop(rest);
        assert_eq!(tail.accounts(), Some(vec![AccountId(1)]));
        let made = |id| Made {
            id: crate::db::types::DeliveryId(id),
            public_id: "x".into(),
            account_id: AccountId(1),
            webhook_id: WebhookId(2),
            kind: WebhookKind::Account,
            event: crate::events::EventName::ContactCreated,
            at: crate::db::types::now(),
        };
        let many = WAITING as i64 + 1;
        tail.tell(News { made: (0..many).map(made).collect(), ..News::default() });
        assert!(quick.try_recv().is_err(), "another webhook's");
        assert_eq!(tail.watchers().list.len(), 1, "the slow one is gone");
        drop(slow);
        tail.close();
        assert!(quick.recv().await.is_none() && tail.accounts().is_none());
        assert!(tail.watch(AccountId(1), None).is_err());
    }

    #[test]
    fn nothing_is_told_twice() {
        let mut seen = Seen::default();
        let news = |ids: &[i64], last| News {
            made: ids
                .iter()
                .map(|id| Made {
                    id: crate::db::types::DeliveryId(*id),
                    public_id: String::new(),
                    account_id: AccountId(1),
                    webhook_id: WebhookId(1),
                    kind: WebhookKind::Account,
                    event: crate::events::EventName::ContactCreated,
                    at: crate::db::types::now(),
                })
                .collect(),
            tried: Vec::new(),
            place: Place { delivery: last, attempt: 0 },
        };
        let told = |news: News| news.made.iter().map(|made| made.id.0).collect::<Vec<_>>();
        assert_eq!(told(seen.sift(news(&[1, 3], 3))), [1, 3]);
        assert_eq!(told(seen.sift(news(&[1, 2, 3, 4], 4))), [2, 4], "2 was committed late");
        assert_eq!(told(seen.sift(news(&[1000], 1000))), [1000]);
        assert_eq!(seen.deliveries.len(), 1);
    }
}
