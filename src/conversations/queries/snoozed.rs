//! Finding the conversations that wake by themselves.
use crate::{
    db::{DbConn, schema::conversations, types::ConversationId},
    error::Result,
};
use chrono::NaiveDateTime;
use diesel::{dsl::sql, prelude::*, sql_types::Bool};

/// Those that are snoozed until some time, and when each wakes; the next one first.
pub fn asleep(conn: &mut DbConn, most: i64) -> Result<Vec<(ConversationId, NaiveDateTime)>> {
    // written out, since a bound value would keep the partial index from being used
    let snoozed = sql::<Bool>("\"conversations\".\"status\" = 3");
    let query = conversations::table.filter(snoozed).filter(conversations::snoozed_until.is_not_null());
    let query = query.order_by(conversations::snoozed_until).limit(most).select((conversations::id, conversations::snoozed_until.assume_not_null()));
    Ok(query.load(conn)?)
}
