//! Sending one delivery: within its webhook's share of requests in flight, signed now, while its lease holds.
use super::{
    commands::Outcome,
    format,
    handover::{Claim, Handover, Ready},
    model::Webhook,
    signature,
};
use crate::{
    config::Webhooks as Settings,
    db::types::{WebhookId, now},
    outbound::{Client, Exchange, Failure, Guard, Target, Timings},
};
use actix_web::web::Bytes;
use chrono::TimeDelta;
use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::HashMap,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{Semaphore, mpsc};

/// How long a webhook's connections are kept when nothing is sent.
const IDLE: Duration = Duration::from_secs(60);

/// How often what waits for its turn looks whether there will be one at all.
const GLANCE: Duration = Duration::from_millis(200);

/// How long storing an outcome may take: a request begins only if its lease lasts that much longer than the request may.
const TO_STORE: Duration = Duration::from_secs(10);

/// A webhook's own way out: its connections, its share of requests in flight, and its rate.
struct Lane {
    /// What it was made for.
    timeout: Duration,
    in_flight: usize,
    rate: Option<i32>,
    client: Client,
    /// To a test receiver of our own; its connections lead nowhere else.
    own: OnceCell<Client>,
    turns: Arc<Semaphore>,
    used: Cell<Instant>,
    /// When the next delivery may begin, where there is a rate.
    next: Cell<Instant>,
}

impl Lane {
    fn new(webhook: &Webhook, settings: &Settings, guard: &Guard) -> Lane {
        let (timeout, in_flight, now) = (webhook.timeout(settings), webhook.in_flight(settings), Instant::now());
        Lane {
            timeout,
            in_flight,
            rate: webhook.rate_limit,
            client: guard.client(timeout),
            own: OnceCell::new(),
            turns: Arc::new(Semaphore::new(in_flight)),
            used: now.into(),
            next: now.into(),
        }
    }

    fn suits(&self, webhook: &Webhook, settings: &Settings) -> bool {
        (self.timeout, self.in_flight, self.rate) == (webhook.timeout(settings), webhook.in_flight(settings), webhook.rate_limit)
    }

    /// Posts to a receiver; whether it is one of our own is asked for each request, since it may have been deleted.
    async fn post(&self, guard: &Guard, target: &Target, headers: &[(&str, &str)], body: Bytes) -> Exchange {
        match guard.policy.way_back(target).await {
            Some((only, target)) => {
                let own = || Guard { policy: only.into(), trust: guard.trust.clone() }.client(self.timeout);
                self.own.get_or_init(own).post(&target, headers, body).await
            }
            None => self.client.post(target, headers, body).await,
        }
    }

    /// Waits until the rate, of which each of the nodes that deliver has its share, lets one more begin. They begin at even
    /// distances: a receiver that asks for so many in a second does not mean all of them in its first millisecond.
    async fn pace(&self, nodes: u32) {
        let Some(rate) = self.rate.and_then(|rate| u32::try_from(rate).ok()).filter(|rate| *rate > 0) else { return };
        let turn = self.next.get().max(Instant::now());
        self.next.set(turn + Duration::from_secs(1) * nodes / rate);
        while Instant::now() < turn && !self.turns.is_closed() {
            tokio::time::sleep_until(turn.min(Instant::now() + GLANCE).into()).await;
        }
    }
}

/// Sends deliveries, on one thread.
#[derive(Clone)]
pub(super) struct Courier {
    guard: Guard,
    handover: Handover,
    lanes: Rc<RefCell<HashMap<WebhookId, Rc<Lane>>>>,
    outcomes: mpsc::UnboundedSender<Outcome>,
    returned: mpsc::UnboundedSender<Claim>,
}

impl Courier {
    pub fn new(guard: Guard, handover: Handover, outcomes: mpsc::UnboundedSender<Outcome>, returned: mpsc::UnboundedSender<Claim>) -> Self {
        Courier { guard, handover, lanes: Rc::default(), outcomes, returned }
    }

    /// Sends one delivery, and reports its outcome. What waited too long for its turn is given back instead: its lease nears
    /// its end, and somebody else might begin with it as well. So is what was recalled, to be sent, if at all, as its webhook
    /// is now.
    pub async fn deliver(self, ready: Ready) {
        let lane = self.lane(&ready.webhook);
        let turn = lane.turns.acquire().await;
        if turn.is_ok() {
            lane.pace(self.handover.nodes().delivering()).await;
        }
        let longest = TimeDelta::from_std(lane.timeout + TO_STORE).unwrap_or(TimeDelta::MAX);
        if turn.is_err() || lane.turns.is_closed() || ready.place.is_recalled() || ready.leased_until - now() < longest {
            return self.give_back(&ready);
        }
        lane.used.set(Instant::now());
        let outcome = send(&lane, &self.guard, ready).await;
        self.handover.note_pace(outcome.webhook.id, outcome.is_late());
        // the settling ends after the last courier: nobody is left to report to only when the process ends
        let _ = self.outcomes.send(outcome);
    }

    /// Gives a claim back unused.
    pub fn give_back(&self, ready: &Ready) {
        // as above
        let _ = self.returned.send(Claim { id: ready.id, leased_until: ready.leased_until });
    }

    /// What goes to a webhook that was changed takes a new lane; the old one ends with the last request on it.
    fn lane(&self, webhook: &Webhook) -> Rc<Lane> {
        let settings = self.handover.settings();
        let mut lanes = self.lanes.borrow_mut();
        let lane = lanes.get(&webhook.id).filter(|lane| lane.suits(webhook, settings)).cloned();
        lane.unwrap_or_else(|| {
            let lane = Rc::new(Lane::new(webhook, settings, &self.guard));
            lanes.insert(webhook.id, lane.clone());
            lane
        })
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
async fn send(lane: &Lane, guard: &Guard, ready: Ready) -> Outcome {
    let Ready { id, public_id, event_id, webhook, payload, message_id, attempts, manual, test, leased_until, place } = ready;
    let started_at = now();
    let body = Bytes::from(format::render(webhook.payload_format, &payload).into_owned());
    let mut ours = signature::headers(&webhook.secrets(started_at), &public_id, started_at.and_utc().timestamp(), &body);
    ours.push(("X-Hookdesk-Event-Id", event_id.to_string()));
    if test {
        ours.push(("X-Hookdesk-Test", "1".to_owned()));
    }
    let (url, request_headers, exchange) = match Target::parse(&webhook.url) {
        Ok(target) => {
            let recorded = signature::recorded(&ours, &webhook.headers.0, target.authorization().is_some());
            let custom = webhook.headers.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let headers: Vec<(&str, &str)> = ours.iter().map(|(name, value)| (*name, value.as_str())).chain(custom).collect();
            (target.masked(), recorded, lane.post(guard, &target, &headers, body).await)
        }
        Err(e) => {
            let result = Err(Failure::of_url(&e));
            (String::new(), Vec::new(), Exchange { dialled: None, duration: Duration::ZERO, timings: Timings::default(), result })
        }
    };
    Outcome { id, webhook, message_id, number: attempts + 1, manual, test, leased_until, url, request_headers, exchange, started_at, _place: place }
}
