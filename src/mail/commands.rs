//! Posting mail, and storing what became of it.
use super::{
    mailer::Mailer,
    model::{Mail, MailState, Outcome, Taken, one_line, reason, wait_after},
    queries,
};
use crate::{
    db::{
        Tx,
        dialect::skip_locked,
        schema::mails,
        types::{MailId, now},
    },
    error::Result,
    random,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use std::sync::Arc;

/// How many are taken at once. Each has a connection of its own, of which servers allow few.
pub(super) const BATCH: i64 = 4;

/// The way out for mail, where this server sends any.
pub fn mailer(tx: &Tx) -> Option<Arc<Mailer>> {
    tx.shared::<Mailer>().filter(|mailer| mailer.is_set_up())
}

/// Puts a mail into the outbox: it is sent once this transaction is committed, and only then. Where no mail server is set up,
/// nothing is kept, and the answer is false.
///
/// # Errors
/// The database's.
pub fn post(tx: &mut Tx, mail: &Mail) -> Result<bool> {
    let Some(mailer) = mailer(tx) else { return Ok(false) };
    let Mail { account_id, to, subject, text, html } = mail;
    let now = now();
    diesel::insert_into(mails::table)
        .values((
            mails::account_id.eq(account_id),
            mails::to_name.eq(Some(one_line(&to.name)).filter(|name| !name.is_empty())),
            mails::to_address.eq(&to.address),
            mails::subject.eq(one_line(subject)),
            mails::text.eq(text),
            mails::html.eq(html),
            mails::message_id.eq(random::uuid()),
            mails::due_at.eq(now),
            mails::created_at.eq(now),
        ))
        .execute(tx.conn)?;
    tx.after_commit(move || mailer.wake());
    Ok(true)
}

/// Takes what is due, for so long. A claim moves `due_at` to its own end, so that the row comes back by itself if the outcome
/// never does.
pub(super) fn take(tx: &mut Tx, lease: TimeDelta) -> Result<(Vec<Taken>, NaiveDateTime)> {
    let now = now();
    let leased_until = now + lease;
    let due = mails::table.filter(mails::state.eq(MailState::Waiting).and(mails::due_at.le(now))).order_by((mails::due_at, mails::id));
    let ids: Vec<MailId> = skip_locked(due.select(mails::id).limit(BATCH)).load(tx.conn)?;
    diesel::update(mails::table.filter(mails::id.eq_any(&ids)))
        .set((mails::due_at.eq(leased_until), mails::locked_until.eq(leased_until)))
        .execute(tx.conn)?;
    Ok((queries::by_ids(tx.conn, &ids)?, leased_until))
}

/// Stores what became of a try, unless somebody else has taken the mail since. Once it is done with, what it said is forgotten.
pub(super) fn settle(tx: &mut Tx, mail: &Taken, leased_until: NaiveDateTime, outcome: &Outcome) -> Result<MailState> {
    let (now, attempts) = (now(), mail.attempts + 1);
    let ours = mails::table.filter(mails::id.eq(mail.id).and(mails::locked_until.eq(leased_until)));
    let tried = (mails::attempts.eq(attempts), mails::locked_until.eq(None::<NaiveDateTime>));
    let (state, why) = match outcome {
        Outcome::Sent => (MailState::Sent, None),
        Outcome::Refused(why) => (MailState::GivenUp, Some(reason(why))),
        Outcome::Later(why) => match wait_after(attempts) {
            Some(wait) => {
                let next = (mails::due_at.eq(now + wait), mails::last_error.eq(reason(why)));
                diesel::update(ours).set((tried, next)).execute(tx.conn)?;
                return Ok(MailState::Waiting);
            }
            None => (MailState::GivenUp, Some(reason(why))),
        },
    };
    let done = (mails::state.eq(state), mails::finished_at.eq(now), mails::last_error.eq(why));
    diesel::update(ours).set((tried, done, mails::text.eq(""), mails::html.eq(None::<String>))).execute(tx.conn)?;
    Ok(state)
}

/// Gives back what a process that has died had taken: when no other works on this database, every claim is of that one.
pub(super) fn give_back(tx: &mut Tx) -> Result<usize> {
    let taken = mails::table.filter(mails::state.eq(MailState::Waiting).and(mails::locked_until.is_not_null()));
    Ok(diesel::update(taken).set((mails::due_at.eq(now()), mails::locked_until.eq(None::<NaiveDateTime>))).execute(tx.conn)?)
}
