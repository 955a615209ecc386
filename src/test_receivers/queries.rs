//! Reading test receivers and what has arrived there: always within an account, or by the token that opens one.
use super::model::{Arrival, TestReceiver};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, limit_one, locked},
        schema::{test_receiver_requests, test_receivers},
        types::{AccountId, ArrivalId, TestReceiverId},
    },
    error::Result,
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{count_star, max},
    prelude::*,
};
use std::collections::HashMap;

/// How many requests a page has.
const PAGE: i64 = 25;

/// The receivers of the account, the oldest first.
pub fn list(conn: &mut DbConn, account: AccountId) -> Result<Vec<TestReceiver>> {
    let query = test_receivers::table.filter(test_receivers::account_id.eq(account));
    Ok(query.select(TestReceiver::columns()).order_by(test_receivers::id).load(conn)?)
}

/// A receiver of the account.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find(conn: &mut DbConn, account: AccountId, id: TestReceiverId) -> Result<TestReceiver> {
    let query = test_receivers::table.filter(test_receivers::id.eq(id).and(test_receivers::account_id.eq(account)));
    Ok(query.select(TestReceiver::columns()).get_result(conn)?)
}

/// The receiver that this token opens.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn by_token(conn: &mut DbConn, token: &str) -> Result<TestReceiver> {
    Ok(test_receivers::table.filter(test_receivers::token.eq(token)).select(TestReceiver::columns()).get_result(conn)?)
}

/// Takes the turn of a receiver: what arrives there at the same moment is stored one after the other.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn take_turn(conn: &mut DbConn, id: TestReceiverId) -> Result<()> {
    let _: TestReceiverId = locked(test_receivers::table.find(id).select(test_receivers::id)).get_result(conn)?;
    Ok(())
}

/// A page of the requests of a receiver, the newest first: those that came before `before`, or the newest of all. The other
/// part is what to give as `before` for the next page, if there is one.
pub fn arrivals(conn: &mut DbConn, receiver: TestReceiverId, before: Option<ArrivalId>) -> Result<(Vec<Arrival>, Option<ArrivalId>)> {
    let query = test_receiver_requests::table
        .filter(test_receiver_requests::receiver_id.eq(receiver))
        .filter(test_receiver_requests::id.lt(before.unwrap_or(ArrivalId(i64::MAX))))
        .order_by(test_receiver_requests::id.desc());
    let mut found: Vec<Arrival> = query.select(Arrival::columns()).limit(PAGE + 1).load(conn)?;
    let has_more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let older = found.last().map(|last| last.id).filter(|_| has_more);
    Ok((found, older))
}

/// One request of a receiver.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn arrival(conn: &mut DbConn, receiver: TestReceiverId, id: ArrivalId) -> Result<Arrival> {
    let query = test_receiver_requests::table.filter(test_receiver_requests::id.eq(id).and(test_receiver_requests::receiver_id.eq(receiver)));
    Ok(query.select(Arrival::columns()).get_result(conn)?)
}

/// The newest request of a receiver.
pub(super) fn newest(conn: &mut DbConn, receiver: TestReceiverId) -> Result<Option<ArrivalId>> {
    let query = test_receiver_requests::table.filter(test_receiver_requests::receiver_id.eq(receiver)).order_by(test_receiver_requests::id.desc());
    Ok(limit_one(query.select(test_receiver_requests::id)).get_result(conn).optional()?)
}

/// The newest request of a receiver for which there is no room any more, when so many are kept.
pub(super) fn first_too_old(conn: &mut DbConn, receiver: TestReceiverId, kept: i64) -> Result<Option<ArrivalId>> {
    let query = test_receiver_requests::table.filter(test_receiver_requests::receiver_id.eq(receiver)).order_by(test_receiver_requests::id.desc());
    Ok(query.select(test_receiver_requests::id).offset(kept).limit(1).get_result(conn).optional()?)
}

/// How many requests are kept of each receiver of the account, and when the newest came.
pub fn tallies(conn: &mut DbConn, account: AccountId) -> Result<HashMap<TestReceiverId, (i64, Option<NaiveDateTime>)>> {
    let query = test_receivers::table
        .inner_join(test_receiver_requests::table)
        .filter(test_receivers::account_id.eq(account))
        .group_by(test_receivers::id)
        .select((test_receivers::id, count_star(), max(test_receiver_requests::created_at)));
    let rows: Vec<(TestReceiverId, i64, Option<NaiveDateTime>)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(id, number, last)| (id, (number, last))).collect())
}
