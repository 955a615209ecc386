//! The end of a job: its file, and whoever asked for it is told.
use super::{
    ask::take_turn,
    take::{Held, held},
};
use crate::{
    accounts::Account,
    contact_jobs::{
        model::{ContactJob, Failure, JobState, MOST_MAILED},
        queries, told,
    },
    db::{
        Tx,
        schema::contact_jobs,
        types::{AccountId, BlobId, ContactJobId, now},
    },
    error::Result,
    files::{self, Blob},
    mail,
    notifications::{self, ActorType, News, NotificationType},
    storage::Upload,
    users::{self, Role},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// A job is done; `file` is what came of it. Nothing, if it is not ours any more.
pub(in crate::contact_jobs) fn finish(tx: &mut Tx, lease: Held, account: &Account, file: Option<Upload>) -> Result<()> {
    take_turn(tx, account.id)?;
    let Some(mut job) = held(tx, lease)? else { return Ok(()) };
    let blob = file.map(|upload| files::store(tx, account.id, upload)).transpose()?;
    (job.state, job.result_blob_id) = (JobState::Done, blob.as_ref().map(|blob| blob.id));
    end(tx, account, &job, blob.as_ref())
}

/// A job cannot be done to its end. Nothing, if it is not ours any more.
pub(in crate::contact_jobs) fn fail(tx: &mut Tx, lease: Held, account: &Account, failure: Failure) -> Result<()> {
    take_turn(tx, account.id)?;
    let Some(mut job) = held(tx, lease)? else { return Ok(()) };
    (job.state, job.failure) = (JobState::Failed, Some(failure));
    end(tx, account, &job, None)
}

fn end(tx: &mut Tx, account: &Account, job: &ContactJob, file: Option<&Blob>) -> Result<()> {
    let set = (
        (contact_jobs::state.eq(job.state), contact_jobs::failure.eq(job.failure)),
        (contact_jobs::source_blob_id.eq(None::<BlobId>), contact_jobs::result_blob_id.eq(job.result_blob_id)),
        (contact_jobs::due_at.eq(None::<NaiveDateTime>), contact_jobs::finished_at.eq(now())),
    );
    diesel::update(contact_jobs::table.find(job.id)).set(set).execute(tx.conn)?;
    tell(tx, account, job, file)?;
    call_next(tx, account.id)
}

/// The next one of the account may be taken up, if one waits and none is under way.
pub(super) fn call_next(tx: &mut Tx, account: AccountId) -> Result<()> {
    let of = |state: JobState| contact_jobs::account_id.eq(account).and(contact_jobs::state.eq(state));
    let running: i64 = contact_jobs::table.filter(of(JobState::Running)).count().get_result(tx.conn)?;
    if running > 0 {
        return Ok(());
    }
    let waiting = contact_jobs::table.filter(of(JobState::Waiting)).select(contact_jobs::id).order_by(contact_jobs::id);
    if let Some(next) = waiting.first::<ContactJobId>(tx.conn).optional()? {
        let next = contact_jobs::table.filter(contact_jobs::id.eq(next).and(contact_jobs::due_at.is_null()));
        diesel::update(next).set(contact_jobs::due_at.eq(now())).execute(tx.conn)?;
    }
    Ok(())
}

/// Tells whoever asked for it, if they are still an administrator of the account: in their notifications, and by mail.
fn tell(tx: &mut Tx, account: &Account, job: &ContactJob, file: Option<&Blob>) -> Result<()> {
    let Some(user) = job.user_id.filter(|_| !job.by_program) else { return Ok(()) };
    let member = users::members(tx.conn, account.id, Some(&[user]))?.pop();
    let Some(member) = member.filter(|member| member.membership.role == Role::Administrator) else { return Ok(()) };
    let end = told::End::of(job);
    let news = News {
        account_id: account.id,
        notification_type: NotificationType::ContactJobEnded,
        primary_actor: (ActorType::ContactJob, job.id.0),
        secondary_actor: None,
        meta: end.meta(),
    };
    notifications::tell(tx, &[user], &news)?;
    if let Some(mailer) = mail::mailer(tx) {
        let path = file.map(|file| files::links(tx).map(|links| links.path(file))).transpose()?;
        let refusals = if job.refused > 0 { queries::refusals(tx.conn, job.id, -1, MOST_MAILED)? } else { Vec::new() };
        mail::post(tx, &told::letter(&end, account, &member.user, path, &refusals).write(&mailer)?)?;
    }
    Ok(())
}
