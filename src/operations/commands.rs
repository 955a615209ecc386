//! Removing what is old. What a look has found is judged again here, where it cannot change any more; on several nodes at once, each
//! takes what no other is removing.
use super::{model::Removed, queries::STEP};
use crate::{
    db::{
        Tx,
        dialect::skip_locked,
        schema::{attempts, audit_logs, deliveries, events, mails, notifications, sessions, sign_ups},
        types::{AuditLogId, DeliveryId, EventId, MailId, NotificationId, SessionId},
    },
    error::Result,
    webhooks::DeliveryState,
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{exists, not},
    prelude::*,
};

/// Removes deliveries that were finished before then, with their tries; or, where there are more tries than one step may remove, some
/// of those first.
pub(super) fn remove_deliveries(tx: &mut Tx, ids: &[DeliveryId], before: NaiveDateTime) -> Result<Removed> {
    let finished = deliveries::state.eq(DeliveryState::Delivered).or(deliveries::state.eq(DeliveryState::Failed));
    let old = deliveries::table
        .filter(deliveries::id.eq_any(ids))
        .filter(finished.and(deliveries::finished_at.lt(before)))
        .order_by(deliveries::id)
        .select(deliveries::id);
    let old: Vec<DeliveryId> = skip_locked(old).load(tx.conn)?;
    let tries: Vec<i64> = attempts::table.filter(attempts::delivery_id.eq_any(&old)).select(attempts::id).limit(STEP).load(tx.conn)?;
    let attempts = diesel::delete(attempts::table.filter(attempts::id.eq_any(&tries))).execute(tx.conn)?;
    if tries.len() as i64 == STEP {
        return Ok(Removed { attempts, ..Removed::default() });
    }
    let deliveries = diesel::delete(deliveries::table.filter(deliveries::id.eq_any(&old))).execute(tx.conn)?;
    Ok(Removed { deliveries, attempts, ..Removed::default() })
}

/// Removes events that no delivery tells any more. (Looked at once more: with an event, its deliveries would go.)
pub(super) fn remove_events(tx: &mut Tx, ids: &[EventId]) -> Result<Removed> {
    let old: Vec<EventId> = skip_locked(events::table.filter(events::id.eq_any(ids)).order_by(events::id).select(events::id)).load(tx.conn)?;
    let told = exists(deliveries::table.filter(deliveries::event_id.eq(events::id)));
    let events = diesel::delete(events::table.filter(events::id.eq_any(&old)).filter(not(told))).execute(tx.conn)?;
    Ok(Removed { events, ..Removed::default() })
}

/// Removes sessions that have ended by now.
pub(super) fn remove_sessions(tx: &mut Tx, ids: &[SessionId], now: NaiveDateTime) -> Result<Removed> {
    let ended = sessions::table.filter(sessions::id.eq_any(ids)).filter(sessions::expires_at.le(now)).order_by(sessions::id).select(sessions::id);
    let ended: Vec<SessionId> = skip_locked(ended).load(tx.conn)?;
    let sessions = diesel::delete(sessions::table.filter(sessions::id.eq_any(&ended))).execute(tx.conn)?;
    Ok(Removed { sessions, ..Removed::default() })
}

/// Removes wishes for accounts whose time is over by now.
pub(super) fn remove_sign_ups(tx: &mut Tx, ids: &[i64], now: NaiveDateTime) -> Result<Removed> {
    let ended = sign_ups::table.filter(sign_ups::id.eq_any(ids)).filter(sign_ups::expires_at.le(now)).order_by(sign_ups::id).select(sign_ups::id);
    let ended: Vec<i64> = skip_locked(ended).load(tx.conn)?;
    let sign_ups = diesel::delete(sign_ups::table.filter(sign_ups::id.eq_any(&ended))).execute(tx.conn)?;
    Ok(Removed { sign_ups, ..Removed::default() })
}

/// Removes mails that were finished before then, and those that nobody could send since long before.
pub(super) fn remove_mails(tx: &mut Tx, ids: &[MailId]) -> Result<Removed> {
    // one that is finished, or as old as that, does not change any more
    let old: Vec<MailId> = skip_locked(mails::table.filter(mails::id.eq_any(ids)).order_by(mails::id).select(mails::id)).load(tx.conn)?;
    let mails = diesel::delete(mails::table.filter(mails::id.eq_any(&old))).execute(tx.conn)?;
    Ok(Removed { mails, ..Removed::default() })
}

/// Removes notifications that were told before then.
pub(super) fn remove_notifications(tx: &mut Tx, ids: &[NotificationId]) -> Result<Removed> {
    let query = notifications::table.filter(notifications::id.eq_any(ids)).order_by(notifications::id).select(notifications::id);
    let old: Vec<NotificationId> = skip_locked(query).load(tx.conn)?;
    let notifications = diesel::delete(notifications::table.filter(notifications::id.eq_any(&old))).execute(tx.conn)?;
    Ok(Removed { notifications, ..Removed::default() })
}

/// Removes entries of the audit log that were noted before then.
pub(super) fn remove_audit_logs(tx: &mut Tx, ids: &[AuditLogId]) -> Result<Removed> {
    let query = audit_logs::table.filter(audit_logs::id.eq_any(ids)).order_by(audit_logs::id).select(audit_logs::id);
    let old: Vec<AuditLogId> = skip_locked(query).load(tx.conn)?;
    let audit_logs = diesel::delete(audit_logs::table.filter(audit_logs::id.eq_any(&old))).execute(tx.conn)?;
    Ok(Removed { audit_logs, ..Removed::default() })
}
