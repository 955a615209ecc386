//! Rows and rules of webhooks and their deliveries.
mod hearing;
mod replay;

pub use hearing::{OF_BOT, OF_INBOX, SCHEDULE_OF_BOT, USUAL};
pub use replay::{FASTEST, Replay, ReplayKind, ReplayState, Scope, USUAL_RATE, allowance, next_step, seconds};

use super::headers::Headers;
use crate::{
    accounts::PayloadFormat,
    audited,
    config::{self, Webhooks as Settings},
    db::{
        schema::{attempts, deliveries, webhooks},
        types::{AccountId, AgentBotId, DeliveryId, EventId, InboxId, Json, UserId, WebhookId},
    },
    events::{Event, EventName},
    outbound::{ErrorClass, Target},
    text_enum,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde::Serialize;
use std::{borrow::Cow, time::Duration};

text_enum! {
    /// Where a webhook comes from.
    pub enum WebhookKind {
        /// Made in the settings or through the API.
        Account = 0 "account_type",
        /// The callback of an API inbox; it follows the inbox's channel.
        Inbox = 1 "inbox_type",
        /// What a bot hears; it follows the bot.
        Bot = 2 "bot_type",
        /// An address that rules or macros call.
        Action = 3 "action_type",
    }
}

text_enum! {
    /// Why a webhook is off.
    pub enum TurnedOff {
        /// Somebody turned it off.
        ByPerson = 0 "by_person",
        /// The receiver answered 410: it does not want to be called any more.
        Gone = 1 "gone",
        /// Nothing has arrived for days.
        Failing = 2 "failing",
    }
}

text_enum! {
    /// Where a delivery stands.
    pub enum DeliveryState {
        /// To be tried, now or later.
        Pending = 0 "pending",
        /// Answered with 2xx.
        Delivered = 1 "delivered",
        /// The last try has failed.
        Failed = 2 "failed",
        /// Its webhook is off.
        Held = 3 "held",
    }
}

/// A row of `webhooks`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Webhook {
    /// Its id.
    #[diesel(skip_insertion)]
    pub id: WebhookId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Where it comes from.
    pub kind: WebhookKind,
    /// Only events of this inbox.
    pub inbox_id: Option<InboxId>,
    /// Where deliveries go.
    pub url: String,
    /// What people call it.
    pub name: Option<String>,
    /// What it hears.
    pub subscriptions: Json<Vec<EventName>>,
    /// The key of the signatures, as it is shown.
    pub secret: String,
    /// Which payload it gets.
    pub payload_format: PayloadFormat,
    /// Since when it is off.
    pub turned_off_at: Option<NaiveDateTime>,
    /// Why.
    pub turned_off_reason: Option<TurnedOff>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
    /// What it is for.
    pub description: Option<String>,
    /// What is sent besides our own headers.
    pub headers: Json<Headers>,
    /// Whether it hears every event, also those that do not exist yet.
    pub all_events: bool,
    /// Whether it does not hear of private notes.
    pub exclude_private_notes: bool,
    /// The secret before this one.
    pub old_secret: Option<String>,
    /// Until when that signs along.
    pub old_secret_until: Option<NaiveDateTime>,
    /// For one request, in milliseconds; none is as the settings say.
    pub timeout_ms: Option<i32>,
    /// The waits before its retries, as the settings write them; none is as they say.
    pub retry_schedule: Option<String>,
    /// How many requests may be under way at once, on each node; none is as the settings say.
    pub max_in_flight: Option<i32>,
    /// How many deliveries may begin in a second, on all nodes together; none is without a limit.
    pub rate_limit: Option<i32>,
    /// Whether the deliveries of a conversation go one after the other.
    pub in_order: bool,
    /// When the first delivery was given up since the last success.
    pub failing_since: Option<NaiveDateTime>,
    /// Who turned it off, if somebody did.
    pub turned_off_by: Option<UserId>,
    /// The bot that hears by it.
    pub agent_bot_id: Option<AgentBotId>,
}

audited!(Webhook = "Webhook": |it| it.id.0, it.name.as_deref().unwrap_or_default());

impl Webhook {
    /// One that is on and hears the usual events of the whole account.
    pub fn new(account_id: AccountId, url: String, secret: String, payload_format: PayloadFormat, at: NaiveDateTime) -> Webhook {
        Webhook {
            id: WebhookId(0),
            account_id,
            kind: WebhookKind::Account,
            inbox_id: None,
            url,
            name: None,
            subscriptions: Json(USUAL.to_vec()),
            secret,
            payload_format,
            turned_off_at: None,
            turned_off_reason: None,
            created_at: at,
            updated_at: at,
            description: None,
            headers: Json::default(),
            all_events: false,
            exclude_private_notes: false,
            old_secret: None,
            old_secret_until: None,
            timeout_ms: None,
            retry_schedule: None,
            max_in_flight: None,
            rate_limit: None,
            in_order: false,
            failing_since: None,
            turned_off_by: None,
            agent_bot_id: None,
        }
    }

    /// Whether an event is for this webhook. (One that is off is not asked, and a bot hears only the inboxes that it is at work in.)
    pub fn hears(&self, event: &Event) -> bool {
        let from_there = self.inbox_id.is_none() || self.inbox_id == event.inbox_id;
        let hidden = self.exclude_private_notes && event.is_private;
        from_there && !hidden && self.heard().contains(&event.name)
    }

    /// What it hears, by name.
    pub fn heard(&self) -> &[EventName] {
        if self.all_events { EventName::SUBSCRIBABLE } else { &self.subscriptions.0 }
    }

    /// What a receiver of its kind may hear.
    pub fn may_hear(&self) -> &'static [EventName] {
        if self.kind == WebhookKind::Bot { &OF_BOT } else { EventName::SUBSCRIBABLE }
    }

    /// The secrets that sign at this moment, the newest first.
    pub fn secrets(&self, now: NaiveDateTime) -> Vec<&str> {
        let old = self.old_secret.as_deref().filter(|_| self.old_secret_until.is_some_and(|until| until > now));
        std::iter::once(self.secret.as_str()).chain(old).collect()
    }

    /// For one request.
    pub fn timeout(&self, settings: &Settings) -> Duration {
        self.timeout_ms.and_then(|ms| u64::try_from(ms).ok()).map_or(settings.timeout, Duration::from_millis)
    }

    /// Its own time for one request, as settings write it.
    pub fn timeout_said(&self) -> Option<String> {
        let own = self.timeout_ms.and_then(|ms| u64::try_from(ms).ok())?;
        Some(humantime::format_duration(Duration::from_millis(own)).to_string())
    }

    /// The waits before its retries.
    pub fn schedule<'a>(&self, settings: &'a Settings) -> Cow<'a, [Duration]> {
        let own = self.retry_schedule.as_deref().and_then(|text| config::webhook_schedule(text).ok());
        own.map_or(Cow::Borrowed(&settings.retry_schedule), Cow::Owned)
    }

    /// How many requests may be under way at once.
    pub fn in_flight(&self, settings: &Settings) -> usize {
        self.max_in_flight.and_then(|number| usize::try_from(number).ok()).unwrap_or(settings.in_flight).max(1)
    }

    /// How long a claim holds before another worker may take the row: longer than the longest request, with room for the wait
    /// before it. A delivery whose lease nears its end is not sent any more.
    pub fn lease(&self, settings: &Settings) -> TimeDelta {
        lease(self.timeout(settings))
    }

    /// Where deliveries go, without a password.
    pub fn masked_url(&self) -> String {
        Target::parse(&self.url).map(|target| target.masked()).unwrap_or_else(|_| self.url.clone())
    }

    /// What people know it by, without a password.
    pub fn title(&self) -> String {
        self.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| self.masked_url())
    }
}

/// A lease is as long as so many requests that take all the time allowed,
const LEASE_TIMEOUTS: u32 = 4;
/// and this.
const LEASE_WAIT: TimeDelta = TimeDelta::seconds(10);

/// The lease of deliveries whose requests may take so long.
pub fn lease(timeout: Duration) -> TimeDelta {
    TimeDelta::from_std(timeout * LEASE_TIMEOUTS).unwrap_or(TimeDelta::MAX) + LEASE_WAIT
}

/// A webhook that has given up a delivery and then has no success for so long is turned off.
pub const FAILING_FOR: TimeDelta = TimeDelta::days(5);

/// A delivery that keeps failing holds back the later ones of its conversation for so long at most, where the order is kept.
pub const HOLDS_BACK: TimeDelta = TimeDelta::minutes(10);

/// A row of `deliveries`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = deliveries)]
pub struct Delivery {
    /// Its id in the database.
    pub id: DeliveryId,
    /// Its id on the wire, the same at every try.
    pub public_id: String,
    /// Whom it goes to.
    pub webhook_id: WebhookId,
    /// What it tells.
    pub event_id: EventId,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i32,
    /// Whether somebody only wanted to see whether something arrives.
    pub test: bool,
    /// When it is to be tried next, while pending; the end of the claim, while it is on its way.
    pub due_at: NaiveDateTime,
    /// Until when it is claimed by a process that sends it.
    pub locked_until: Option<NaiveDateTime>,
    /// The status of the last answer.
    pub response_status: Option<i16>,
    /// Why the last try failed.
    pub error_class: Option<ErrorClass>,
    /// When the event happened.
    pub created_at: NaiveDateTime,
    /// When it was delivered, or given up.
    pub finished_at: Option<NaiveDateTime>,
}

impl Delivery {
    /// Whether it is on its way right now.
    pub fn is_being_sent(&self, now: NaiveDateTime) -> bool {
        self.state == DeliveryState::Pending && self.locked_until.is_some_and(|until| until > now)
    }

    /// Whether the outcome of this try, sent under the claim that ends at this time, decides about it. It does not when the
    /// claim was taken over, by somebody who is on it now or has settled it already. A claim that was only given back, as by
    /// turning the webhook off and on, leaves the outcome its word.
    pub fn is_settled_by(&self, leased_until: NaiveDateTime, number: i32) -> bool {
        let open = matches!(self.state, DeliveryState::Pending | DeliveryState::Held);
        open && self.attempts + 1 == number && self.locked_until.is_none_or(|until| until == leased_until)
    }

    /// When it is tried again after a failure.
    pub fn next_try(&self, now: NaiveDateTime) -> Option<NaiveDateTime> {
        (self.state == DeliveryState::Pending && self.error_class.is_some() && !self.is_being_sent(now)).then_some(self.due_at)
    }
}

/// A row of `attempts`: one try.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
pub struct Attempt {
    /// 1 for the first.
    pub number: i32,
    /// Whether somebody asked for it.
    pub manual: bool,
    /// Where it went, without a password.
    pub url: String,
    /// What was sent besides the body.
    pub request_headers: Json<Vec<(String, String)>>,
    /// The address that was connected to, or that must not be.
    pub dialled: Option<String>,
    /// The status of the answer.
    pub response_status: Option<i16>,
    /// Its headers.
    pub response_headers: Option<Json<Vec<(String, String)>>>,
    /// The first 16 KiB of its body.
    pub response_body: Option<Vec<u8>>,
    /// Whether there was more.
    pub response_truncated: bool,
    /// Why it failed.
    pub error_class: Option<ErrorClass>,
    /// The same in a sentence.
    pub error_message: Option<String>,
    /// From the lookup of the name to the last byte, in milliseconds.
    pub duration_ms: i32,
    /// When it began.
    pub created_at: NaiveDateTime,
    /// The stages of that time, as [`crate::outbound::Timings`] writes them. Tries of earlier versions have none.
    pub timings: Option<String>,
}

/// The longest wait that a receiver can ask for with `Retry-After`, unless the schedule itself waits longer.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// How long to wait after a number of failed tries; none when there are no more. `chance` from 0 to 1 spreads the tries of
/// many deliveries by a tenth around the schedule. What the receiver asks for is heard where it is longer than the
/// schedule, up to an hour or twice the schedule's step.
pub fn wait_after(failed: i32, schedule: &[Duration], asked: Option<Duration>, chance: f64) -> Option<Duration> {
    let step = *schedule.get(usize::try_from(failed.max(1) - 1).ok()?)?;
    let planned = step.mul_f64(0.9 + 0.2 * chance.clamp(0.0, 1.0));
    Some(match asked {
        Some(asked) => planned.max(asked.min(LONGEST_ASKED.max(step * 2))),
        None => planned,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::now;

    #[test]
    fn waits_follow_the_schedule() {
        let schedule = [Duration::from_secs(5), Duration::from_secs(300)];
        let wait = |failed, asked: Option<u64>, chance| wait_after(failed, &schedule, asked.map(Duration::from_secs), chance);
        assert_eq!(wait(1, None, 0.5), Some(Duration::from_secs(5)));
        assert_eq!(wait(1, None, 0.0), Some(Duration::from_millis(4500)));
        assert_eq!(wait(2, None, 1.0), Some(Duration::from_secs(330)));
        assert_eq!(wait(3, None, 0.5), None);
        assert_eq!(wait(1, Some(60), 0.5), Some(Duration::from_secs(60)));
        assert_eq!(wait(1, Some(1), 0.5), Some(Duration::from_secs(5)), "a receiver cannot ask for haste");
        assert_eq!(wait(1, Some(86_400), 0.5), Some(LONGEST_ASKED));
        assert_eq!(wait_after(1, &[], None, 0.5), None);
    }

    #[test]
    fn an_outcome_counts_until_somebody_else_has_the_claim() {
        let lease = now();
        let row = |state, attempts, locked_until| Delivery {
            id: DeliveryId(1),
            public_id: String::new(),
            webhook_id: WebhookId(1),
            event_id: EventId(1),
            state,
            attempts,
            due_at: lease,
            locked_until,
            response_status: None,
            error_class: None,
            created_at: lease,
            finished_at: None,
            test: false,
        };
        let later = Some(lease + chrono::TimeDelta::microseconds(1));
        for (state, attempts, locked_until, counts) in [
            (DeliveryState::Pending, 1, Some(lease), true),
            (DeliveryState::Held, 1, Some(lease), true),
            (DeliveryState::Pending, 1, None, true),
            (DeliveryState::Pending, 1, later, false),
            (DeliveryState::Pending, 2, None, false),
            (DeliveryState::Delivered, 2, None, false),
            (DeliveryState::Failed, 1, None, false),
        ] {
            assert_eq!(row(state, attempts, locked_until).is_settled_by(lease, 2), counts, "{state:?} {attempts} {locked_until:?}");
        }
    }
}
