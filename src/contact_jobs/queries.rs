//! Reading what is done with many contacts.
use super::model::{ContactJob, JobKind, JobState, KEPT, MOST_LISTED, Refusal};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, locked},
        schema::{blobs, contact_job_refusals, contact_jobs},
        types::{AccountId, ContactJobId, now},
    },
    error::Result,
    files::Blob,
    on_each,
};
use chrono::NaiveDateTime;
use diesel::{dsl::sql, expression::SqlLiteral, prelude::*, sql_types::Bool};

/// A job, and the file that came of it.
pub type Listed = (ContactJob, Option<Blob>);

/// The last jobs of the account, the newest first.
pub fn list(conn: &mut DbConn, account: AccountId) -> Result<Vec<Listed>> {
    let query = contact_jobs::table
        .left_join(blobs::table.on(contact_jobs::result_blob_id.eq(blobs::id.nullable())))
        .filter(contact_jobs::account_id.eq(account))
        .select((ContactJob::columns(), Option::<Blob>::columns()))
        .order_by(contact_jobs::id.desc())
        .limit(MOST_LISTED);
    Ok(on_each!(conn, c => query.load(c))?)
}

/// One of them.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find(conn: &mut DbConn, account: AccountId, id: ContactJobId) -> Result<Listed> {
    let query = contact_jobs::table
        .left_join(blobs::table.on(contact_jobs::result_blob_id.eq(blobs::id.nullable())))
        .filter(contact_jobs::id.eq(id).and(contact_jobs::account_id.eq(account)))
        .select((ContactJob::columns(), Option::<Blob>::columns()));
    Ok(on_each!(conn, c => query.get_result(c))?)
}

/// How far these jobs are, as far as they are known.
pub(super) fn states(conn: &mut DbConn, account: AccountId, ids: &[ContactJobId]) -> Result<Vec<(ContactJobId, JobState)>> {
    let query = contact_jobs::table.filter(contact_jobs::account_id.eq(account).and(contact_jobs::id.eq_any(ids)));
    Ok(query.select((contact_jobs::id, contact_jobs::state)).load(conn)?)
}

/// A job of the account, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_change(conn: &mut DbConn, account: AccountId, id: ContactJobId) -> Result<ContactJob> {
    let query = contact_jobs::table.filter(contact_jobs::id.eq(id).and(contact_jobs::account_id.eq(account))).select(ContactJob::columns());
    Ok(locked(query).get_result(conn)?)
}

/// How many jobs of the account are under way or wait.
pub(super) fn unfinished(conn: &mut DbConn, account: AccountId) -> Result<i64> {
    let open = contact_jobs::state.eq_any([JobState::Waiting, JobState::Running]);
    Ok(contact_jobs::table.filter(contact_jobs::account_id.eq(account).and(open)).count().get_result(conn)?)
}

/// Jobs that have not ended, of accounts that may be used: those of one that is suspended wait until it is no longer, or is deleted. Written out, so that
/// the partial index is taken, and accounts are asked for only where there is such a job.
pub(super) fn workable() -> SqlLiteral<Bool> {
    sql("(contact_jobs.state < 2 AND EXISTS (SELECT 1 FROM accounts WHERE accounts.id = contact_jobs.account_id AND accounts.status = 0))")
}

/// Whether there is something to take up.
pub(super) fn is_due(conn: &mut DbConn) -> Result<bool> {
    let due = contact_jobs::table.filter(workable()).filter(contact_jobs::due_at.le(now())).select(contact_jobs::id);
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn)?)
}

/// The rows that an import has refused and that begin after this place, in the order of the file.
pub fn refusals(conn: &mut DbConn, job: ContactJobId, after: i64, most: i64) -> Result<Vec<Refusal>> {
    let query = contact_job_refusals::table.filter(contact_job_refusals::job_id.eq(job).and(contact_job_refusals::place.gt(after)));
    let columns = (contact_job_refusals::place, contact_job_refusals::line, contact_job_refusals::reason);
    Ok(query.select(columns).order_by(contact_job_refusals::place).limit(most).load(conn)?)
}

/// Some of the jobs whose file has been there for long enough.
pub(super) fn with_old_files(conn: &mut DbConn, now: NaiveDateTime, most: i64) -> Result<Vec<ContactJobId>> {
    let old = |kind: JobKind| contact_jobs::kind.eq(kind).and(contact_jobs::finished_at.lt(now - kind.keeps_file()));
    let query = contact_jobs::table.filter(contact_jobs::result_blob_id.is_not_null()).filter(old(JobKind::Import).or(old(JobKind::Export)));
    Ok(query.select(contact_jobs::id).limit(most).load(conn)?)
}

/// The job that ended first of those of which nobody needs to know any more.
pub(super) fn oldest_forgettable(conn: &mut DbConn, now: NaiveDateTime) -> Result<Option<ContactJobId>> {
    let query = contact_jobs::table.filter(contact_jobs::finished_at.lt(now - KEPT)).select(contact_jobs::id);
    Ok(query.order_by(contact_jobs::finished_at).first(conn).optional()?)
}

/// Any job of the account.
pub(super) fn any_of(conn: &mut DbConn, account: AccountId) -> Result<Option<ContactJobId>> {
    Ok(contact_jobs::table.filter(contact_jobs::account_id.eq(account)).select(contact_jobs::id).first(conn).optional()?)
}
