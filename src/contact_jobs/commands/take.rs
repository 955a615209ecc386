//! Taking a job up, and keeping it: the end of the lease is the fence. Whoever does not hold it any more changes nothing.
use crate::{
    contact_jobs::{
        model::{ContactJob, JobState, LEASE},
        queries::workable,
    },
    db::{
        Tx,
        dialect::{Columns, locked, skip_locked},
        schema::contact_jobs,
        types::{ContactJobId, now},
    },
    error::Result,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

/// A job that this node has taken, with the end of its lease.
pub(in crate::contact_jobs) type Held = (ContactJobId, NaiveDateTime);

fn lease_end() -> NaiveDateTime {
    now() + LEASE
}

/// Takes up the job that has waited the longest. One whose lease has ended was left by a node that is gone.
pub(in crate::contact_jobs) fn take(tx: &mut Tx) -> Result<Option<ContactJob>> {
    let due = contact_jobs::table.filter(workable()).filter(contact_jobs::due_at.le(now())).order_by((contact_jobs::due_at, contact_jobs::id));
    let id: Option<ContactJobId> = skip_locked(due.select(contact_jobs::id).limit(1)).get_result(tx.conn).optional()?;
    let Some(id) = id else { return Ok(None) };
    let set =
        (contact_jobs::state.eq(JobState::Running), contact_jobs::attempts.eq(contact_jobs::attempts + 1), contact_jobs::due_at.eq(lease_end()));
    diesel::update(contact_jobs::table.find(id)).set(set).execute(tx.conn)?;
    let first = contact_jobs::table.filter(contact_jobs::id.eq(id).and(contact_jobs::started_at.is_null()));
    diesel::update(first).set(contact_jobs::started_at.eq(now())).execute(tx.conn)?;
    Ok(Some(contact_jobs::table.find(id).select(ContactJob::columns()).get_result(tx.conn)?))
}

/// The job as it is now, which nobody else may change before this transaction ends; none if somebody else has it, if it has ended, or if its account
/// has been suspended: then nothing more is brought, written or told.
pub(super) fn held(tx: &mut Tx, (id, until): Held) -> Result<Option<ContactJob>> {
    let ours = contact_jobs::id.eq(id).and(contact_jobs::state.eq(JobState::Running)).and(contact_jobs::due_at.eq(until));
    Ok(locked(contact_jobs::table.filter(workable()).filter(ours).select(ContactJob::columns())).get_result(tx.conn).optional()?)
}

/// Keeps a job for longer, and notes how far it is. Gives the end of the new lease; none if it is not ours any more.
pub(in crate::contact_jobs) fn hold(tx: &mut Tx, lease: Held, total: i64, done: i64) -> Result<Option<Held>> {
    let Some(job) = held(tx, lease)? else { return Ok(None) };
    let until = lease_end();
    let set = (contact_jobs::total.eq(total.max(done)), contact_jobs::done.eq(done), contact_jobs::due_at.eq(until));
    diesel::update(contact_jobs::table.find(job.id)).set(set).execute(tx.conn)?;
    Ok(Some((job.id, until)))
}

/// Notes how far an import has come, and keeps it for longer.
pub(super) fn advance(tx: &mut Tx, job: &ContactJob) -> Result<Held> {
    let until = lease_end();
    let set = (
        (contact_jobs::reached.eq(job.reached), contact_jobs::line.eq(job.line), contact_jobs::done.eq(job.done)),
        (contact_jobs::created.eq(job.created), contact_jobs::updated.eq(job.updated), contact_jobs::refused.eq(job.refused)),
        (contact_jobs::attempts.eq(0), contact_jobs::due_at.eq(until)),
    );
    diesel::update(contact_jobs::table.find(job.id)).set(set).execute(tx.conn)?;
    Ok((job.id, until))
}

/// Leaves a job for whoever takes it up next: others have waited for longer.
pub(in crate::contact_jobs) fn leave(tx: &mut Tx, lease: Held) -> Result<()> {
    until(tx, lease, now())
}

/// Leaves a job that cannot be done just now, for so long.
pub(in crate::contact_jobs) fn put_off(tx: &mut Tx, lease: Held, pause: TimeDelta) -> Result<()> {
    until(tx, lease, now() + pause)
}

fn until(tx: &mut Tx, lease: Held, at: NaiveDateTime) -> Result<()> {
    if let Some(job) = held(tx, lease)? {
        diesel::update(contact_jobs::table.find(job.id)).set(contact_jobs::due_at.eq(at)).execute(tx.conn)?;
    }
    Ok(())
}

/// Gives back what a process that has died had taken: when no other works on this database, every lease is of that one.
pub(in crate::contact_jobs) fn give_back(tx: &mut Tx) -> Result<usize> {
    let taken = contact_jobs::table.filter(contact_jobs::state.eq(JobState::Running));
    Ok(diesel::update(taken).set(contact_jobs::due_at.eq(now())).execute(tx.conn)?)
}
