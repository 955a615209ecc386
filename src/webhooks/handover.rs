//! From the commit to the delivery loop, in memory, so that a delivery starts at once without being read back. Its places are
//! counted. Whoever finds none leaves the delivery to the database, where the loop looks when it has room, and tells other
//! nodes, which may have room now.
use super::{
    model::Webhook,
    places::{Origin, Place, Places, SECONDS_OF_RATE},
};
use crate::{
    config::Webhooks as Settings,
    db::{
        nodes::{Channel, Ear, Heard, Nodes},
        types::{DeliveryId, EventId, MessageId, WebhookId},
    },
};
use chrono::{NaiveDateTime, TimeDelta};
use std::{collections::HashSet, sync::Arc};
use tokio::sync::{Notify, mpsc};

/// Nodes call each other here when something is due that whoever calls does not send itself.
pub(super) const DUE: Channel = Channel("hookdesk_due");

/// Nodes tell each other here which webhook is not what it was: its id.
pub(super) const CHANGED: Channel = Channel("hookdesk_webhook_changed");

/// A delivery on its way: its row is claimed by this process.
pub(super) struct Ready {
    pub id: DeliveryId,
    pub public_id: String,
    /// What it tells.
    pub event_id: EventId,
    pub webhook: Arc<Webhook>,
    /// The stored payload.
    pub payload: Arc<str>,
    /// The message it tells of.
    pub message_id: Option<MessageId>,
    /// How often it was tried before.
    pub attempts: i32,
    /// Whether somebody asked for it.
    pub manual: bool,
    /// Whether it is only to see whether something arrives: sent also to a webhook that is off, and once.
    pub test: bool,
    /// Until when nobody else may send it. Two claims of one row never end at the same time, so this also tells them apart.
    pub leased_until: NaiveDateTime,
    pub place: Place,
}

/// A claim that was not used.
pub(super) struct Claim {
    pub id: DeliveryId,
    pub leased_until: NaiveDateTime,
}

/// Where deliveries are handed over. Cheap to clone.
#[derive(Clone)]
pub struct Handover {
    settings: Arc<Settings>,
    nodes: Nodes,
    places: Places,
    ready: mpsc::UnboundedSender<Vec<Ready>>,
    left: Arc<Notify>,
}

/// The loop's end of it.
pub struct Intake {
    pub(super) ready: mpsc::UnboundedReceiver<Vec<Ready>>,
    pub(super) left: Arc<Notify>,
}

impl Handover {
    /// Both ends. The channel is bounded by the places: nothing enters without one.
    pub fn new(settings: &Settings, nodes: Nodes) -> (Handover, Intake) {
        let settings = Arc::new(settings.clone());
        let (sender, receiver) = mpsc::unbounded_channel();
        let left = Arc::new(Notify::new());
        (Handover { settings, nodes, places: Places::default(), ready: sender, left: left.clone() }, Intake { ready: receiver, left })
    }

    /// What this node hears from others.
    pub fn ears(&self) -> Vec<Ear> {
        let (due, changed) = (self.clone(), self.clone());
        let hear_changed = move |heard: Heard| match heard {
            Heard::Told(id) => id.parse().into_iter().for_each(|id| changed.recall(WebhookId(id))),
            Heard::Missed => changed.places.recall_all(),
        };
        vec![Ear { channel: DUE, hear: Box::new(move |_| due.left.notify_one()) }, Ear { channel: CHANGED, hear: Box::new(hear_changed) }]
    }

    /// The other nodes.
    pub(super) fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    /// Whom the claims of this node name.
    pub(super) fn number(&self) -> i32 {
        self.nodes.number()
    }

    /// How webhooks are delivered that do not say.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A place for a delivery of so many bytes to this webhook, if there is one. A node that does not deliver has none.
    pub(super) fn reserve(&self, webhook: &Webhook, bytes: usize, origin: Origin) -> Option<Place> {
        if !self.nodes.delivers() {
            return None;
        }
        self.places.reserve(webhook, webhook.in_flight(&self.settings), bytes, origin)
    }

    /// How long a claim of this node holds for a delivery to this webhook: where there is a rate, of which each node has its share,
    /// also while what is in memory before it goes out.
    pub(super) fn lease(&self, webhook: &Webhook) -> TimeDelta {
        let paced = webhook.rate_limit.map_or(0, |_| SECONDS_OF_RATE as i64 * i64::from(self.nodes.delivering()));
        webhook.lease(&self.settings) + TimeDelta::seconds(paced)
    }

    /// Those of these deliveries that are in memory here. Their rows may look free: a clock that jumps ahead ends every lease.
    pub(super) fn in_hand(&self, ids: &[DeliveryId]) -> HashSet<DeliveryId> {
        self.places.in_hand(ids)
    }

    /// Notes whether a webhook has let a request run into its timeout.
    pub(super) fn note_pace(&self, webhook: WebhookId, is_slow: bool) {
        self.places.note_pace(webhook, is_slow);
    }

    /// The webhooks for which nothing more can be claimed.
    pub(super) fn full(&self) -> Vec<WebhookId> {
        self.places.full()
    }

    /// How many places are free.
    pub(super) fn room(&self) -> usize {
        self.places.room()
    }

    /// Hands over what is committed. After the loop has ended nothing is lost: the claims of the rows run out.
    pub(super) fn give(&self, ready: Vec<Ready>) {
        let _ = self.ready.send(ready);
    }

    /// This node is about to end: what happens from now on is left in the database.
    pub(super) fn close(&self) {
        self.places.close();
    }

    /// What is in memory for this webhook is not sent but given back: the webhook is not what it was.
    pub(super) fn recall(&self, webhook: WebhookId) {
        self.places.recall(webhook);
    }

    /// The other nodes that are there, as far as this one has seen.
    pub(super) fn others(&self) -> Vec<i32> {
        let present = self.nodes.present();
        let numbers = present.borrow().numbers.clone();
        numbers.into_iter().filter(|number| *number != self.number()).collect()
    }

    /// Something was left in the database: wakes the loop, or those of other nodes if there is none here.
    pub(super) fn leave(&self) {
        if self.nodes.delivers() {
            self.left.notify_one();
        } else {
            self.nodes.call(DUE);
        }
    }

    /// The same when it may be more than this node can take: wakes every loop there is.
    pub(super) fn overflow(&self) {
        self.left.notify_one();
        self.nodes.call(DUE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        accounts::PayloadFormat,
        config::Config,
        db::types::{AccountId, now},
    };

    #[test]
    fn a_node_that_does_not_deliver_has_no_places() {
        let config = Config::defaults().expect("defaults");
        let webhook = Webhook::new(AccountId(1), "https://receiver.example".into(), "s".into(), PayloadFormat::Chatwoot, now());
        for delivers in [true, false] {
            let (handover, _intake) = Handover::new(&config.webhook, Nodes::new(&config.database, delivers).expect("a node"));
            assert_eq!(handover.reserve(&webhook, 1, Origin::Now).is_some(), delivers);
        }
    }
}
