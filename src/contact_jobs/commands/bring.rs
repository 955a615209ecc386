//! Bringing some rows of a table in: in one transaction with how far the import has come.
use super::take::{Held, advance, held};
use crate::{
    accounts::Account,
    checks::{LINE, beginning},
    contact_jobs::{
        model::{ContactJob, Refusal},
        reading::Place,
    },
    contacts::{self, ContactInput},
    db::{Tx, schema::contact_job_refusals, types::ContactJobId},
    error::{Error, Result},
    events::Actor,
    on_each,
};
use diesel::prelude::*;

/// Some rows of a table, and where the next one is looked for.
#[derive(Debug)]
pub(in crate::contact_jobs) struct Brought {
    /// Where they begin, and what they say, or why that cannot be.
    pub rows: Vec<(Place, Result<ContactInput>)>,
    /// After them.
    pub next: Place,
}

/// Brings them in. What is wrong with one row keeps out no other. Gives the end of the new lease; none if the job is not ours any more, and then
/// nothing was done.
///
/// # Errors
/// What is no fault of the rows; nothing was done then either.
pub(in crate::contact_jobs) fn bring(tx: &mut Tx, lease: Held, account: &Account, actor: &Actor, brought: Brought) -> Result<Option<Held>> {
    // whoever became one with somebody meanwhile would hold contacts in another order than these rows do
    contacts::take_turn(tx, account.id)?;
    let Some(mut job) = held(tx, lease)? else { return Ok(None) };
    let mut refusals: Vec<Refusal> = Vec::new();
    for (at, said) in brought.rows {
        job.done += 1;
        match said.and_then(|input| tx.attempt(|tx| contacts::bring(tx, account, actor, input))) {
            Ok(true) => job.created += 1,
            Ok(false) => job.updated += 1,
            Err(Error::Invalid { message, .. } | Error::Refused(message)) => {
                job.refused += 1;
                refusals.push((at.byte.try_into().map_err(Error::internal)?, at.line.try_into().map_err(Error::internal)?, message));
            }
            Err(e) => return Err(e),
        }
    }
    note(tx, job.id, refusals)?;
    let next = brought.next;
    let job = ContactJob { reached: next.byte.try_into().map_err(Error::internal)?, line: next.line.try_into().map_err(Error::internal)?, ..job };
    advance(tx, &job).map(Some)
}

fn note(tx: &mut Tx, job: ContactJobId, refusals: Vec<Refusal>) -> Result<()> {
    if refusals.is_empty() {
        return Ok(());
    }
    let row = |(place, line, reason): Refusal| {
        (
            contact_job_refusals::job_id.eq(job),
            contact_job_refusals::place.eq(place),
            contact_job_refusals::line.eq(line),
            contact_job_refusals::reason.eq(beginning(&reason, LINE)),
        )
    };
    let rows: Vec<_> = refusals.into_iter().map(row).collect();
    on_each!(tx.conn, c => diesel::insert_into(contact_job_refusals::table).values(rows).execute(c))?;
    Ok(())
}
