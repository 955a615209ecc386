//! How a webhook is doing, in a word and in a sentence.
use crate::{
    db::types::now,
    outbound::{ErrorClass, SETTING},
    web::shell::{Badge, Shell},
    webhooks::{
        explain,
        model::{Attempt, Delivery, DeliveryState, TurnedOff, Webhook},
        queries::Tally,
    },
};
use chrono::{NaiveDateTime, TimeDelta};

/// After so long without a success, failing deliveries are more than a hiccup.
const FAILING: TimeDelta = TimeDelta::hours(24);

/// A delivery that is due and was not tried for so long waits for too many others.
const BEHIND: TimeDelta = TimeDelta::seconds(60);

/// The state of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    Waiting,
    Delivering,
    Retrying,
    Failing,
    Behind,
    Blocked,
    TurnedOff,
    Off,
}

impl Health {
    pub fn of(webhook: &Webhook, tally: &Tally, now: NaiveDateTime) -> Health {
        match (webhook.turned_off_at, webhook.turned_off_reason) {
            (Some(_), Some(TurnedOff::Gone | TurnedOff::Failing)) => Health::TurnedOff,
            (Some(_), _) => Health::Off,
            _ if tally.last.is_none() => Health::Waiting,
            _ if tally.last_error == Some(ErrorClass::BlockedAddress) => Health::Blocked,
            _ if tally.retrying == 0 && tally.failed == 0 && tally.oldest_untried.is_none() => Health::Delivering,
            _ if tally.retrying == 0 && tally.last_error.is_some() => Health::Failing,
            _ if tally.last_success.is_none_or(|success| now - success > FAILING) && now - webhook.created_at > FAILING => Health::Failing,
            _ if tally.retrying > 0 => Health::Retrying,
            _ if tally.oldest_untried.is_some_and(|at| now - at > BEHIND) => Health::Behind,
            _ => Health::Delivering,
        }
    }

    /// Whether an owner should look.
    pub fn is_bad(self) -> bool {
        matches!(self, Health::Failing | Health::Behind | Health::Blocked | Health::TurnedOff | Health::Retrying)
    }

    pub fn badge(self, page: &Shell) -> Badge {
        let (tone, icon, key) = match self {
            Health::Waiting => ("busy", "clock", "webhook-state-waiting"),
            Health::Delivering => ("good", "circle-check", "webhook-state-delivering"),
            Health::Retrying => ("warn", "rotate-cw", "webhook-state-retrying"),
            Health::Failing => ("bad", "circle-x", "webhook-state-failing"),
            Health::Behind => ("warn", "clock", "webhook-state-behind"),
            Health::Blocked => ("bad", "shield-alert", "webhook-state-blocked"),
            Health::TurnedOff => ("off", "power", "webhook-state-turned-off"),
            Health::Off => ("off", "power", "webhook-state-off"),
        };
        Badge { tone, icon, label: page.t(key) }
    }

    /// The state in a sentence; `last` is the webhook's newest try.
    pub fn sentence(self, page: &Shell, webhook: &Webhook, tally: &Tally, last: Option<&Attempt>) -> String {
        let since = |at: Option<NaiveDateTime>| at.map(|at| page.time(&at.and_utc().timestamp()).relative).unwrap_or_default();
        let waiting = tally.waiting.into();
        match self {
            Health::Waiting => page.t("webhook-status-waiting"),
            Health::Delivering if tally.failed > 0 => page.ta("webhook-status-recovered", &[("count", tally.failed.into())]),
            Health::Delivering => page.t("webhook-status-delivering"),
            Health::Retrying => {
                let next = tally.next_try.map(|at| page.upcoming(&at.and_utc().timestamp()).relative).unwrap_or_default();
                let first = since(tally.oldest_retry);
                page.ta("webhook-status-retrying", &[("since", first.as_str().into()), ("count", waiting), ("next", next.as_str().into())])
            }
            Health::Failing => {
                let since = page.time(&tally.last_success.or(webhook.failing_since).unwrap_or(webhook.created_at).and_utc().timestamp()).full;
                page.ta("webhook-status-failing", &[("since", since.as_str().into()), ("count", waiting)])
            }
            Health::Behind => page.ta("webhook-status-behind", &[("since", since(tally.oldest_untried).as_str().into()), ("count", waiting)]),
            Health::Blocked => blocked(page, webhook, last),
            Health::TurnedOff if webhook.turned_off_reason == Some(TurnedOff::Failing) => {
                let first = webhook.failing_since.map(|at| page.time(&at.and_utc().timestamp()).full).unwrap_or_default();
                page.ta("webhook-status-gave-up", &[("since", since(webhook.turned_off_at).as_str().into()), ("first", first.as_str().into())])
            }
            Health::TurnedOff => page.ta("webhook-status-gone", &[("since", since(webhook.turned_off_at).as_str().into())]),
            Health::Off => {
                let since = since(webhook.turned_off_at);
                match &tally.turned_off_by {
                    Some(name) => page.ta("webhook-status-off-by", &[("name", name.as_str().into()), ("since", since.as_str().into())]),
                    None => page.ta("webhook-status-off", &[("since", since.as_str().into())]),
                }
            }
        }
    }
}

fn blocked(page: &Shell, webhook: &Webhook, last: Option<&Attempt>) -> String {
    let host = explain::host(last.map_or(&webhook.url, |attempt| &attempt.url));
    let address = last.and_then(|attempt| attempt.dialled.clone()).unwrap_or_else(|| host.clone());
    let key = if explain::is_address(&host) { "webhook-status-blocked-itself" } else { "webhook-status-blocked" };
    page.ta(key, &[("host", host.as_str().into()), ("address", address.as_str().into()), ("setting", SETTING.into())])
}

/// The badge of a delivery.
pub(super) fn delivery_badge(page: &Shell, delivery: &Delivery) -> Badge {
    let (tone, icon, key) = match delivery.state {
        DeliveryState::Pending if delivery.is_being_sent(now()) => ("busy", "send", "state-sending"),
        DeliveryState::Pending if delivery.error_class.is_some() => ("warn", "rotate-cw", "state-retrying"),
        DeliveryState::Pending => ("busy", "clock", "state-pending"),
        DeliveryState::Delivered => ("good", "circle-check", "state-delivered"),
        DeliveryState::Failed => ("bad", "circle-x", "state-failed"),
        DeliveryState::Held => ("off", "circle-pause", "state-held"),
    };
    Badge { tone, icon, label: page.t(key) }
}
