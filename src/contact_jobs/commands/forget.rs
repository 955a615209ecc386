//! Forgetting what is old, and what belongs to an account that goes.
use crate::{
    contact_jobs::{model::JobState, queries},
    db::{
        Db, Tx,
        schema::{contact_job_refusals, contact_jobs},
        types::{AccountId, BlobId, ContactJobId, now},
    },
    error::Result,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// How many rows one transaction changes.
const STEP: i64 = 500;

/// Lets go of files that were to be had for long enough, which are swept away then, and forgets jobs that ended long ago with the reasons for which rows
/// were refused. One step; true if there may be more.
///
/// # Errors
/// The database's.
pub async fn forget_old(db: &Db) -> Result<bool> {
    let now = now();
    let (files, job) = db.read(move |conn| Ok((queries::with_old_files(conn, now, STEP)?, queries::oldest_forgettable(conn, now)?))).await?;
    if files.is_empty() && job.is_none() {
        return Ok(false);
    }
    db.write_patiently(move |tx| forget(tx, &files, job)).await?;
    Ok(true)
}

fn forget(tx: &mut Tx, files: &[ContactJobId], job: Option<ContactJobId>) -> Result<()> {
    let letting_go = contact_jobs::table.filter(contact_jobs::id.eq_any(files));
    diesel::update(letting_go).set(contact_jobs::result_blob_id.eq(None::<BlobId>)).execute(tx.conn)?;
    job.map_or(Ok(()), |job| forget_some(tx, job))
}

/// Forgets some of the reasons for which rows of a job were refused or, once there is none, the job.
fn forget_some(tx: &mut Tx, job: ContactJobId) -> Result<()> {
    let some = contact_job_refusals::table.filter(contact_job_refusals::job_id.eq(job)).select(contact_job_refusals::id).limit(STEP);
    let some: Vec<i64> = some.load(tx.conn)?;
    if some.is_empty() {
        diesel::delete(contact_jobs::table.find(job)).execute(tx.conn)?;
    } else {
        diesel::delete(contact_job_refusals::table.filter(contact_job_refusals::id.eq_any(some))).execute(tx.conn)?;
    }
    Ok(())
}

/// Ends the jobs of an account that is to be deleted, then forgets them, some at a time; their files are swept away. False when there is none.
///
/// # Errors
/// The database's.
pub fn clear_account(tx: &mut Tx, account: AccountId) -> Result<bool> {
    let open = contact_jobs::account_id.eq(account).and(contact_jobs::state.eq_any([JobState::Waiting, JobState::Running]));
    let ended = (contact_jobs::state.eq(JobState::Cancelled), contact_jobs::due_at.eq(None::<NaiveDateTime>), contact_jobs::finished_at.eq(now()));
    if diesel::update(contact_jobs::table.filter(open)).set(ended).execute(tx.conn)? > 0 {
        return Ok(true);
    }
    let Some(job) = queries::any_of(tx.conn, account)? else { return Ok(false) };
    forget_some(tx, job)?;
    Ok(true)
}
