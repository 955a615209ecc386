//! Sending one delivery: within its webhook's share of requests in flight, signed now, while its lease holds.
use super::{
    commands::Outcome,
    format,
    handover::{Handover, Ready},
    signature,
};
use crate::{
    config::Webhooks as Settings,
    db::types::{DeliveryId, WebhookId, now},
    outbound::{Client, Exchange, Failure, Policy, Target},
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
    handover: Handover,
    lanes: Rc<RefCell<HashMap<WebhookId, Rc<Lane>>>>,
    outcomes: mpsc::UnboundedSender<Outcome>,
    unsent: Rc<RefCell<Vec<DeliveryId>>>,
}

impl Courier {
    pub fn new(settings: Settings, handover: Handover, outcomes: mpsc::UnboundedSender<Outcome>) -> Self {
        let policy = Arc::new(Policy::new(&settings));
        Courier { settings: Rc::new(settings), policy, handover, lanes: Rc::default(), outcomes, unsent: Rc::default() }
    }

    /// Sends one delivery, and reports its outcome. What waited too long for its turn is not sent: its lease nears its end,
    /// and whoever claims it next will. Nor is what goes to a webhook that was turned off meanwhile: it is held.
    pub async fn deliver(self, ready: Ready) {
        let lane = self.lane(ready.webhook.id);
        let Ok(_turn) = lane.turns.acquire().await else {
            self.unsent.borrow_mut().push(ready.id);
            return;
        };
        let longest = TimeDelta::from_std(self.settings.timeout + TO_STORE).unwrap_or(TimeDelta::MAX);
        if ready.leased_until - now() < longest || (self.handover.is_shut(ready.webhook.id) && !ready.test) {
            return;
        }
        lane.used.set(Instant::now());
        // the settling ends after the last courier: nobody is left to report to only when the process ends
        let _ = self.outcomes.send(send(&lane.client, ready).await);
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

    /// Lets requests in flight end, and those that wait for their turn give up. Gives what was not sent.
    pub fn close(self) -> Rc<RefCell<Vec<DeliveryId>>> {
        self.lanes.borrow().values().for_each(|lane| lane.turns.close());
        self.unsent
    }
}

/// One try: formed, signed with the time of this try, posted.
async fn send(client: &Client, ready: Ready) -> Outcome {
    let Ready { id, public_id, event_id, webhook, payload, message_id, attempts, manual, test, leased_until: _, place } = ready;
    let started_at = now();
    let body = Bytes::from(format::render(webhook.payload_format, &payload).into_owned());
    let mut headers = signature::headers(&webhook.secret, &public_id, started_at.and_utc().timestamp(), &body);
    headers.push(("X-Hookdesk-Event-Id", event_id.to_string()));
    if test {
        headers.push(("X-Hookdesk-Test", "1".to_owned()));
    }
    let (url, request_headers, exchange) = match Target::parse(&webhook.url) {
        Ok(target) => {
            let recorded = signature::recorded(&headers, target.authorization().is_some());
            (target.masked(), recorded, client.post(&target, &headers, body).await)
        }
        Err(e) => {
            let result = Err(Failure::of_url(&e));
            (String::new(), Vec::new(), Exchange { dialled: None, duration: Duration::ZERO, result })
        }
    };
    Outcome { id, webhook, message_id, number: attempts + 1, manual, test, url, request_headers, exchange, started_at, _place: place }
}
