//! Reading what is to be sent.
use super::model::{MailState, Taken};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, limit_one},
        schema::mails,
        types::MailId,
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

/// How mail is doing in the whole installation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many wait to be sent.
    pub waiting: i64,
    /// Why the last try among those that wait has failed, if one has.
    pub last_error: Option<String>,
}

/// How mail is doing in the whole installation.
///
/// # Errors
/// When the database cannot be asked.
pub fn standing(conn: &mut DbConn) -> Result<Standing> {
    let waiting = || mails::table.filter(mails::state.eq(MailState::Waiting));
    let failed = waiting().filter(mails::last_error.is_not_null()).order_by(mails::due_at.desc()).select(mails::last_error.assume_not_null());
    Ok(Standing { waiting: waiting().select(count_star()).get_result(conn)?, last_error: limit_one(failed).get_result(conn).optional()? })
}
