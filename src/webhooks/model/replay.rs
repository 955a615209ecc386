//! Sending a part of the past again.
use super::Webhook;
use crate::{
    audited,
    db::{
        schema::webhook_replays,
        types::{AccountId, EventId, InboxId, Json, ReplayId, WebhookId},
    },
    events::EventName,
    text_enum,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde::Serialize;
use std::time::Duration;

text_enum! {
    /// Which part of the past is sent.
    pub enum ReplayKind {
        /// What was given up: the same deliveries again.
        Failed = 0 "failed",
        /// All that was sent: the same deliveries again.
        Everything = 1 "everything",
        /// What would have been heard and has no delivery, since the webhook was off or did not exist: new deliveries.
        NeverAttempted = 2 "never_attempted",
    }
}

text_enum! {
    /// Where a replay stands.
    pub enum ReplayState {
        /// At work, or pausing while its webhook is off.
        Running = 0 "running",
        /// At its end.
        Done = 1 "done",
        /// Ended by somebody.
        Cancelled = 2 "cancelled",
    }
}

/// How many deliveries a replay sends in a second if nobody says otherwise,
pub const USUAL_RATE: i32 = 50;
/// and at most.
pub const FASTEST: i32 = 1000;

/// A row of `webhook_replays`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Serialize)]
#[diesel(table_name = webhook_replays)]
pub struct Replay {
    /// Its id.
    pub id: ReplayId,
    /// Whose it is.
    pub account_id: AccountId,
    /// To whom it sends.
    pub webhook_id: WebhookId,
    /// What it sends.
    pub kind: ReplayKind,
    /// What happened since then,
    pub from_at: NaiveDateTime,
    /// and before then.
    pub until_at: NaiveDateTime,
    /// Only these.
    pub events: Json<Vec<EventName>>,
    /// How many in a second at most.
    pub rate: i32,
    /// How many there were when it began.
    pub total: i64,
    /// How many of them have gone to the queue.
    pub sent: i64,
    /// The event that was looked at last,
    pub reached_id: EventId,
    /// and the last one that will be.
    pub last_id: EventId,
    /// Where it stands.
    pub state: ReplayState,
    /// When the next step may be made.
    pub next_at: NaiveDateTime,
    /// When it began.
    pub created_at: NaiveDateTime,
    /// When it ended.
    pub finished_at: Option<NaiveDateTime>,
}

audited!(Replay = "WebhookReplay": |it| it.id.0, it.kind.name());

/// What a replay is to send.
#[derive(Debug, Clone, PartialEq)]
pub struct Scope {
    /// In which account.
    pub account_id: AccountId,
    /// To whom.
    pub webhook_id: WebhookId,
    /// Which part.
    pub kind: ReplayKind,
    /// What happened since then,
    pub from: NaiveDateTime,
    /// and before then.
    pub until: NaiveDateTime,
    /// Only these.
    pub events: Vec<EventName>,
    /// Only what happened in this inbox, where it was never attempted.
    pub inbox_id: Option<InboxId>,
    /// Nothing of private notes, where it was never attempted.
    pub exclude_private_notes: bool,
}

impl Scope {
    /// Whether an event is within the scope, as far as its row tells without the payload.
    pub fn covers(&self, name: EventName, inbox: Option<InboxId>, at: NaiveDateTime) -> bool {
        let from_there = self.kind != ReplayKind::NeverAttempted || self.inbox_id.is_none() || self.inbox_id == inbox;
        from_there && self.from <= at && at < self.until && self.events.contains(&name)
    }

    /// Whether the payload has to be read as well: only it tells of a private note.
    pub fn depends_on_payload(&self, name: EventName) -> bool {
        let may_be_private = matches!(
            name,
            EventName::MessageCreated | EventName::MessageUpdated | EventName::ConversationTypingOn | EventName::ConversationTypingOff
        );
        self.kind == ReplayKind::NeverAttempted && self.exclude_private_notes && may_be_private
    }
}

impl Replay {
    /// What it still has to look at, with the webhook as it is now. What retention has begun to forget is left out: of that,
    /// nobody knows any more whether it was attempted.
    pub fn scope(&self, webhook: &Webhook, kept_since: Option<NaiveDateTime>) -> Scope {
        let from = match (self.kind, kept_since) {
            (ReplayKind::NeverAttempted, Some(kept)) => self.from_at.max(kept),
            _ => self.from_at,
        };
        Scope {
            account_id: self.account_id,
            webhook_id: self.webhook_id,
            kind: self.kind,
            from,
            until: self.until_at,
            events: self.events.0.clone(),
            inbox_id: webhook.inbox_id,
            exclude_private_notes: webhook.exclude_private_notes,
        }
    }

    /// How long it is until the next step; none if it is time for it.
    pub fn waits(&self, now: NaiveDateTime) -> Option<Duration> {
        let wait = self.next_at - now;
        (wait <= LONGEST_PAUSE).then(|| wait.to_std().ok()).flatten().filter(|wait| !wait.is_zero())
    }

    /// What it is called: its state, or that it pauses.
    pub fn standing(&self, webhook: &Webhook) -> &'static str {
        if self.state == ReplayState::Running && webhook.turned_off_at.is_some() { "paused" } else { self.state.name() }
    }

    /// How many are left, if nothing has changed since they were counted.
    pub fn left(&self) -> i64 {
        (self.total - self.sent).max(0)
    }
}

/// How long so many take at that rate, in whole seconds.
pub fn seconds(number: i64, rate: i32) -> i64 {
    let rate = i64::from(rate.max(1));
    (number + rate - 1) / rate
}

/// How many a step may send: what the rate allows in a tenth of a second, at least one, and no more than there is room for.
pub fn allowance(rate: i32, room: usize) -> usize {
    usize::try_from(rate / 10).unwrap_or(0).max(1).min(room)
}

/// Steps are never further apart. A next step that seems to be was planned before the clock was put back.
const LONGEST_PAUSE: TimeDelta = TimeDelta::seconds(5);

/// When the next step may be made after one that has sent so many. A step that came late may be caught up with, by a quarter of
/// a second.
pub fn next_step(planned: NaiveDateTime, now: NaiveDateTime, sent: usize, rate: i32) -> NaiveDateTime {
    let took = Duration::from_secs(1).mul_f64(sent as f64 / f64::from(rate.max(1)));
    planned.clamp(now - TimeDelta::milliseconds(250), now) + TimeDelta::from_std(took).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::now;

    #[test]
    fn the_rate_holds_and_small_delays_are_caught_up_with() {
        assert_eq!([allowance(50, 99), allowance(1, 99), allowance(1000, 16), allowance(50, 0)], [5, 1, 16, 0]);
        let at = now();
        let ms = TimeDelta::milliseconds;
        assert_eq!(next_step(at, at, 5, 50), at + ms(100));
        assert_eq!(next_step(at - ms(60), at, 5, 50), at + ms(40), "it came late");
        assert_eq!(next_step(at - ms(60_000), at, 5, 50), at - ms(150), "much later: no burst");
        assert_eq!(next_step(at, at, 0, 50), at);
        assert_eq!(next_step(at + ms(60_000), at, 5, 50), at + ms(100), "the clock was put back");
        assert_eq!([seconds(0, 50), seconds(1, 50), seconds(101, 50)], [0, 1, 3]);
    }

    #[test]
    fn a_scope_covers_its_period_and_its_events() {
        let at = now();
        let scope = |kind, inbox_id, exclude_private_notes| Scope {
            account_id: AccountId(1),
            webhook_id: WebhookId(1),
            kind,
            from: at,
            until: at + TimeDelta::seconds(1),
            events: vec![EventName::MessageCreated],
            inbox_id,
            exclude_private_notes,
        };
        let narrow = scope(ReplayKind::NeverAttempted, Some(InboxId(2)), true);
        assert!(narrow.covers(EventName::MessageCreated, Some(InboxId(2)), at));
        assert!(!narrow.covers(EventName::MessageCreated, Some(InboxId(3)), at) && !narrow.covers(EventName::MessageCreated, None, at));
        assert!(!narrow.covers(EventName::ContactCreated, Some(InboxId(2)), at));
        assert!(!narrow.covers(EventName::MessageCreated, Some(InboxId(2)), at + TimeDelta::seconds(1)), "the end is not in it");
        assert!(narrow.depends_on_payload(EventName::MessageCreated) && !narrow.depends_on_payload(EventName::ContactCreated));
        // what was sent once was for this webhook, whatever it hears now
        let again = scope(ReplayKind::Failed, Some(InboxId(2)), true);
        assert!(again.covers(EventName::MessageCreated, None, at) && !again.depends_on_payload(EventName::MessageCreated));
    }
}
