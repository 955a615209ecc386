//! Sending one delivery: within its webhook's share of requests in flight, signed now, while its lease holds.
use super::{
    commands::Outcome,
    format,
    handover::{Claim, Ready},
    signature,
};
use crate::{
    config::Webhooks as Settings,
    db::types::{WebhookId, now},
    outbound::{Client, Exchange, Failure, Policy, Target, Timings},
};
use actix_web::web::Bytes;
use chrono::TimeDelta;
use std::{
    cell::RefCell,
    collections::HashMap,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{Semaphore, mpsc};

/// How long a webhook's connections are kept when nothing is sent.
const IDLE: Duration = Duration::from_secs(60);

/// How long storing an outcome may take: a request begins only if its lease lasts that much longer than the request may.
const TO_STORE: Duration = Duration::from_secs(10);

/// A webhook's own way out: its connections, and its share of requests in flight.
struct Lane {
    client: Client,
    turns: Arc<Semaphore>,
    used: std::cell::Cell<Instant>,
}

/// Sends deliveries, on one thread.
#[derive(Clone)]
pub(super) struct Courier {
    settings: Rc<Settings>,
    policy: Arc<Policy>,
    lanes: Rc<RefCell<HashMap<WebhookId, Rc<Lane>>>>,
    outcomes: mpsc::UnboundedSender<Outcome>,
    returned: mpsc::UnboundedSender<Claim>,
}

impl Courier {
    pub fn new(settings: Settings, outcomes: mpsc::UnboundedSender<Outcome>, returned: mpsc::UnboundedSender<Claim>) -> Self {
        let policy = Arc::new(Policy::new(&settings));
        Courier { settings: Rc::new(settings), policy, lanes: Rc::default(), outcomes, returned }
    }

    /// Sends one delivery, and reports its outcome. What waited too long for its turn is given back instead: its lease nears
    /// its end, and somebody else might begin with it as well. So is what was recalled, to be sent, if at all, as its webhook
    /// is now.
    pub async fn deliver(self, ready: Ready) {
        let lane = self.lane(ready.webhook.id);
        let turn = lane.turns.acquire().await;
        let longest = TimeDelta::from_std(self.settings.timeout + TO_STORE).unwrap_or(TimeDelta::MAX);
        if turn.is_err() || ready.place.is_recalled() || ready.leased_until - now() < longest {
            return self.give_back(&ready);
        }
        lane.used.set(Instant::now());
        // the settling ends after the last courier: nobody is left to report to only when the process ends
        let _ = self.outcomes.send(send(&lane.client, ready).await);
    }

    /// Gives a claim back unused.
    pub fn give_back(&self, ready: &Ready) {
        // as above
        let _ = self.returned.send(Claim { id: ready.id, leased_until: ready.leased_until });
    }

    fn lane(&self, webhook: WebhookId) -> Rc<Lane> {
        let make = || {
            let client = Client::new(self.policy.clone(), self.settings.timeout);
            Rc::new(Lane { client, turns: Arc::new(Semaphore::new(self.settings.in_flight)), used: Instant::now().into() })
        };
        self.lanes.borrow_mut().entry(webhook).or_insert_with(make).clone()
    }

    /// Closes the connections of webhooks that have had nothing to send for a while.
    pub fn close_idle(&self) {
        self.lanes.borrow_mut().retain(|_, lane| Rc::strong_count(lane) > 1 || lane.used.get().elapsed() < IDLE);
    }

    /// Lets requests in flight end, and gives back what waits for its turn.
    pub fn close(self) {
        self.lanes.borrow().values().for_each(|lane| lane.turns.close());
    }
}

/// One try: formed, signed with the time of this try, posted.
async fn send(client: &Client, ready: Ready) -> Outcome {
    let Ready { id, public_id, webhook, payload, message_id, attempts, manual, leased_until, place } = ready;
    let started_at = now();
    let body = Bytes::from(format::render(webhook.payload_format, &payload).into_owned());
    let ours = signature::headers(&webhook.secrets(started_at), &public_id, started_at.and_utc().timestamp(), &body);
    let (url, request_headers, exchange) = match Target::parse(&webhook.url) {
        Ok(target) => {
            let recorded = signature::recorded(&ours, &webhook.headers.0, target.authorization().is_some());
            let custom = webhook.headers.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let headers: Vec<(&str, &str)> = ours.iter().map(|(name, value)| (*name, value.as_str())).chain(custom).collect();
            (target.masked(), recorded, client.post(&target, &headers, body).await)
        }
        Err(e) => {
            let result = Err(Failure::of_url(&e));
            (String::new(), Vec::new(), Exchange { dialled: None, duration: Duration::ZERO, timings: Timings::default(), result })
        }
    };
    Outcome { id, webhook, message_id, number: attempts + 1, manual, leased_until, url, request_headers, exchange, started_at, _place: place }
}
