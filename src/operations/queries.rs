//! Looking for what is old. A look reads one range of a table's primary key, in which the oldest rows come first, so that it needs no
//! index of its own: such an index would be written with every delivery.
use crate::{
    db::{
        DbConn,
        schema::{audit_logs, deliveries, events, mails, notifications, sessions, sign_ups},
        types::{AuditLogId, DeliveryId, EventId, MailId, NotificationId, SessionId},
    },
    error::Result,
    webhooks::DeliveryState,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use std::collections::HashSet;

/// How many rows are looked at in one step. With the tries of deliveries, twice as many are removed at most.
pub(super) const STEP: i64 = 250;

/// How long a mail is known after it was sent or given up.
const MAILS_KEPT: TimeDelta = TimeDelta::days(7);

/// How long a mail waits at most, where nobody sends any more.
const MAILS_WAIT: TimeDelta = TimeDelta::days(30);

/// How long a notification is kept, read or not.
const NOTIFICATIONS_KEPT: TimeDelta = TimeDelta::days(90);

/// What one look has found.
#[derive(Debug)]
pub(super) struct Found<Id> {
    /// What can go.
    pub old: Vec<Id>,
    /// The last row that was looked at, if there may be old ones behind it.
    pub last: Option<Id>,
}

impl<Id: Copy> Found<Id> {
    /// From rows of an id, whether the row is old enough for those behind it to be old too, and whether it can go.
    fn of(rows: Vec<(Id, bool, bool)>) -> Self {
        let full = rows.len() as i64 == STEP;
        let last = rows.last().filter(|(_, aged, _)| full && *aged).map(|(id, ..)| *id);
        Found { old: rows.into_iter().filter(|(.., old)| *old).map(|(id, ..)| id).collect(), last }
    }
}

/// Deliveries that were finished before then.
pub(super) fn old_deliveries(conn: &mut DbConn, after: DeliveryId, before: NaiveDateTime) -> Result<Found<DeliveryId>> {
    type Row = (DeliveryId, DeliveryState, NaiveDateTime, Option<NaiveDateTime>);
    let rows: Vec<Row> = deliveries::table
        .filter(deliveries::id.gt(after))
        .order_by(deliveries::id)
        .select((deliveries::id, deliveries::state, deliveries::created_at, deliveries::finished_at))
        .limit(STEP)
        .load(conn)?;
    let judged = |(id, state, created_at, finished_at): Row| {
        let finished = matches!(state, DeliveryState::Delivered | DeliveryState::Failed);
        (id, created_at < before, finished && finished_at.is_some_and(|at| at < before))
    };
    Ok(Found::of(rows.into_iter().map(judged).collect()))
}

/// Events from before then that no delivery tells any more.
pub(super) fn old_events(conn: &mut DbConn, after: EventId, before: NaiveDateTime) -> Result<Found<EventId>> {
    let rows: Vec<(EventId, NaiveDateTime)> =
        events::table.filter(events::id.gt(after)).order_by(events::id).select((events::id, events::created_at)).limit(STEP).load(conn)?;
    let ids: Vec<EventId> = rows.iter().filter(|(_, created_at)| *created_at < before).map(|(id, _)| *id).collect();
    let told: Vec<EventId> = deliveries::table.filter(deliveries::event_id.eq_any(ids)).select(deliveries::event_id).load(conn)?;
    let told: HashSet<EventId> = told.into_iter().collect();
    let judged = |(id, created_at): (EventId, NaiveDateTime)| (id, created_at < before, created_at < before && !told.contains(&id));
    Ok(Found::of(rows.into_iter().map(judged).collect()))
}

/// Sessions that have ended.
pub(super) fn ended_sessions(conn: &mut DbConn, after: SessionId, now: NaiveDateTime) -> Result<Found<SessionId>> {
    let rows: Vec<(SessionId, NaiveDateTime)> =
        sessions::table.filter(sessions::id.gt(after)).order_by(sessions::id).select((sessions::id, sessions::expires_at)).limit(STEP).load(conn)?;
    // there are few for each user: all are looked at
    Ok(Found::of(rows.into_iter().map(|(id, expires_at)| (id, true, expires_at <= now)).collect()))
}

/// Wishes for accounts whose time is over.
pub(super) fn ended_sign_ups(conn: &mut DbConn, after: i64, now: NaiveDateTime) -> Result<Found<i64>> {
    let rows: Vec<(i64, NaiveDateTime)> =
        sign_ups::table.filter(sign_ups::id.gt(after)).order_by(sign_ups::id).select((sign_ups::id, sign_ups::expires_at)).limit(STEP).load(conn)?;
    // a new wish keeps the row of the one before: all are looked at
    Ok(Found::of(rows.into_iter().map(|(id, expires_at)| (id, true, expires_at <= now)).collect()))
}

/// Mails that were finished, or posted, too long ago.
pub(super) fn old_mails(conn: &mut DbConn, after: MailId, now: NaiveDateTime) -> Result<Found<MailId>> {
    type Row = (MailId, NaiveDateTime, Option<NaiveDateTime>);
    let query = mails::table.filter(mails::id.gt(after)).order_by(mails::id).select((mails::id, mails::created_at, mails::finished_at));
    let rows: Vec<Row> = query.limit(STEP).load(conn)?;
    let judged = |(id, created_at, finished_at): Row| {
        let old = finished_at.is_some_and(|at| at < now - MAILS_KEPT) || created_at < now - MAILS_WAIT;
        (id, created_at < now - MAILS_KEPT, old)
    };
    Ok(Found::of(rows.into_iter().map(judged).collect()))
}

/// Notifications that were told too long ago.
pub(super) fn old_notifications(conn: &mut DbConn, after: NotificationId, now: NaiveDateTime) -> Result<Found<NotificationId>> {
    type Row = (NotificationId, NaiveDateTime, Option<NaiveDateTime>);
    let query = notifications::table.filter(notifications::id.gt(after)).order_by(notifications::id);
    let columns = (notifications::id, notifications::created_at, notifications::snoozed_until);
    let rows: Vec<Row> = query.select(columns).limit(STEP).load(conn)?;
    let judged = |(id, created_at, snoozed_until): Row| {
        let aged = created_at < now - NOTIFICATIONS_KEPT;
        (id, aged, aged && snoozed_until.is_none_or(|until| until < now - NOTIFICATIONS_KEPT))
    };
    Ok(Found::of(rows.into_iter().map(judged).collect()))
}

/// Entries of the audit log from before then.
pub(super) fn old_audit_logs(conn: &mut DbConn, after: AuditLogId, before: NaiveDateTime) -> Result<Found<AuditLogId>> {
    let query = audit_logs::table.filter(audit_logs::id.gt(after)).order_by(audit_logs::id).select((audit_logs::id, audit_logs::created_at));
    let rows: Vec<(AuditLogId, NaiveDateTime)> = query.limit(STEP).load(conn)?;
    Ok(Found::of(rows.into_iter().map(|(id, created_at)| (id, created_at < before, created_at < before)).collect()))
}
