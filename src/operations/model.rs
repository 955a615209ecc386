//! What is watched, and where the forgetting stands.
use crate::{
    config::Config,
    db::types::{AuditLogId, DeliveryId, EventId, MailId, NotificationId, SessionId, now},
    live::Hub,
    mail::Mailer,
    metrics::{Counter, Kind, Text},
    web::Traffic,
    webhooks::Figures,
};
use actix_web::web::Data;
use chrono::{NaiveDateTime, TimeDelta};
use std::{sync::Arc, time::Duration};

/// The numbers of this process. Cheap to clone.
#[derive(Clone)]
pub struct Watch {
    /// Its requests.
    pub traffic: Data<Traffic>,
    /// Its deliveries.
    pub figures: Figures,
    /// What it has forgotten.
    pub forgotten: Arc<Forgotten>,
    /// Its mail.
    pub mailer: Mailer,
    /// Its sockets.
    pub hub: Hub,
    /// Since when it runs.
    pub started: NaiveDateTime,
}

impl Watch {
    /// All zero, from now on.
    pub fn new(figures: Figures, mailer: Mailer, hub: Hub) -> Watch {
        Watch { traffic: Data::new(Traffic::default()), figures, forgotten: Arc::default(), mailer, hub, started: now() }
    }
}

/// Rows that were removed because they were old.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// Finished deliveries.
    pub deliveries: usize,
    /// Their tries.
    pub attempts: usize,
    /// Events that no delivery tells any more.
    pub events: usize,
    /// Sessions that had ended.
    pub sessions: usize,
    /// Wishes for accounts whose time was over.
    pub sign_ups: usize,
    /// Mails that were sent or given up.
    pub mails: usize,
    /// Notifications.
    pub notifications: usize,
    /// Entries of the audit log.
    pub audit_logs: usize,
}

/// The same, counted since the process began.
#[derive(Debug, Default)]
pub struct Forgotten([Counter; 8]);

impl Forgotten {
    /// Counts so many more.
    pub fn add(&self, removed: Removed) {
        let Removed { deliveries, attempts, events, sessions, sign_ups, mails, notifications, audit_logs } = removed;
        let removed = [deliveries, attempts, events, sessions, sign_ups, mails, notifications, audit_logs];
        self.0.iter().zip(removed).for_each(|(counter, more)| counter.add(more as u64));
    }

    /// Writes what was counted.
    pub fn write(&self, text: &mut Text) {
        let help = "Rows removed because they were older than HOOKDESK_RETENTION or HOOKDESK_AUDIT_RETENTION, or had ended: \
                    sessions, sign-ups, old mails and notifications.";
        let mut family = text.family("hookdesk_removed_rows_total", Kind::Counter, help);
        for (table, counter) in
            ["deliveries", "attempts", "events", "sessions", "sign_ups", "mails", "notifications", "audit_logs"].into_iter().zip(&self.0)
        {
            family.sample(&[("table", table)], counter.value());
        }
    }
}

/// How long things are kept; what has no time is kept for ever.
#[derive(Debug, Clone, Copy, Default)]
pub struct Keep {
    /// Deliveries that are finished, and their events.
    pub deliveries: Option<Duration>,
    /// Entries of the audit log.
    pub audit_logs: Option<Duration>,
}

impl Keep {
    /// As the settings say.
    pub fn of(config: &Config) -> Keep {
        Keep { deliveries: config.retention, audit_logs: config.audit_retention }
    }
}

/// One round of forgetting: what counts as old, and how far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sweep {
    /// When it began: sessions and wishes for accounts that ended before are gone.
    pub(super) at: NaiveDateTime,
    /// What was finished before this is old; without it nothing is.
    pub(super) before: Option<NaiveDateTime>,
    /// The same for entries of the audit log.
    pub(super) audited_before: Option<NaiveDateTime>,
    pub(super) stage: Stage,
}

/// Which table is looked through, after which row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Deliveries(DeliveryId),
    Events(EventId),
    Sessions(SessionId),
    SignUps(i64),
    Mails(MailId),
    Notifications(NotificationId),
    AuditLogs(AuditLogId),
}

impl Sweep {
    /// A round from the beginning, that forgets what is older than `keep`.
    pub fn begin(at: NaiveDateTime, keep: Keep) -> Sweep {
        let ago = |keep: Duration| at.checked_sub_signed(TimeDelta::from_std(keep).ok()?);
        let (before, audited_before) = (keep.deliveries.and_then(ago), keep.audit_logs.and_then(ago));
        let stage = if before.is_some() { Stage::Deliveries(DeliveryId(0)) } else { Stage::Sessions(SessionId(0)) };
        Sweep { at, before, audited_before, stage }
    }

    pub(super) fn then(self, stage: Stage) -> Sweep {
        Sweep { stage, ..self }
    }
}
