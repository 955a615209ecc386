//! Reading what is to be sent.
use super::model::{MailState, Taken};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, limit_one},
        schema::mails,
        types::{AccountId, MailId},
    },
    error::Result,
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{count_star, min},
    prelude::*,
};

/// When the next mail is due, if any waits.
pub(super) fn next_due(conn: &mut DbConn) -> Result<Option<NaiveDateTime>> {
    Ok(mails::table.filter(mails::state.eq(MailState::Waiting)).select(min(mails::due_at)).get_result(conn)?)
}

/// These mails.
pub(super) fn by_ids(conn: &mut DbConn, ids: &[MailId]) -> Result<Vec<Taken>> {
    Ok(mails::table.filter(mails::id.eq_any(ids)).order_by(mails::id).select(Taken::columns()).load(conn)?)
}

/// How many mails wait to be sent, in the whole installation.
///
/// # Errors
/// When the database cannot be asked.
pub fn waiting(conn: &mut DbConn) -> Result<i64> {
    Ok(mails::table.filter(mails::state.eq(MailState::Waiting)).select(count_star()).get_result(conn)?)
}

/// Why the last try has failed among the mails that wait, if one has: those of this account, or of none. (Mail servers like to name
/// the recipient.)
///
/// # Errors
/// When the database cannot be asked.
pub fn last_error(conn: &mut DbConn, account: AccountId) -> Result<Option<String>> {
    let failed = mails::table
        .filter(mails::state.eq(MailState::Waiting).and(mails::last_error.is_not_null()))
        .filter(mails::account_id.eq(account).or(mails::account_id.is_null()))
        .order_by(mails::due_at.desc())
        .select(mails::last_error.assume_not_null());
    Ok(limit_one(failed).get_result(conn).optional()?)
}
