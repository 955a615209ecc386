//! Conversations that were deleted after something of them was packed.
use super::facts::{HOURS, hours};
use crate::{
    db::{DbConn, schema::report_omissions, types::AccountId},
    error::Result,
    reports::packed::{Facts, push},
};
use diesel::{dsl::count_star, prelude::*};
use std::collections::HashSet;

/// Those of an account: what is packed of them counts no more.
///
/// # Errors
/// The database's.
pub fn deleted(conn: &mut DbConn, account: AccountId) -> Result<HashSet<i64>> {
    let query = report_omissions::table.filter(report_omissions::account_id.eq(account)).select(report_omissions::conversation_id);
    Ok(query.load(conn)?.into_iter().collect())
}

/// The first of them, by their ids.
///
/// # Errors
/// The database's.
pub fn first_deleted(conn: &mut DbConn, account: AccountId, most: i64) -> Result<Vec<i64>> {
    let query = report_omissions::table.filter(report_omissions::account_id.eq(account)).order_by(report_omissions::conversation_id);
    Ok(query.select(report_omissions::conversation_id).limit(most).load(conn)?)
}

/// An account that has at least so many of them.
///
/// # Errors
/// The database's.
pub fn crowded(conn: &mut DbConn, least: i64) -> Result<Option<AccountId>> {
    let query = report_omissions::table.group_by(report_omissions::account_id).having(count_star().ge(least));
    Ok(query.select(report_omissions::account_id).first(conn).optional()?)
}

/// Packed hours as they are without some conversations.
#[derive(Debug)]
pub struct Without {
    /// Those in which anything of them was.
    pub hours: Vec<(i64, Vec<u8>)>,
    /// Whether these are all.
    pub is_whole: bool,
}

/// What is packed of an account without some conversations, as many hours at most.
///
/// # Errors
/// The database's.
pub fn without(conn: &mut DbConn, account: AccountId, gone: &HashSet<i64>, most: usize) -> Result<Without> {
    let (mut changed, mut from) = (Vec::new(), i64::MIN);
    loop {
        let hours = hours(conn, account, from, i64::MAX)?;
        for (hour, facts) in &hours {
            if !Facts::of(*hour, facts).any(|fact| gone.contains(&fact.conversation)) {
                continue;
            }
            if changed.len() == most {
                return Ok(Without { hours: changed, is_whole: false });
            }
            let mut bytes = Vec::with_capacity(facts.len());
            Facts::of(*hour, facts).filter(|fact| !gone.contains(&fact.conversation)).for_each(|fact| push(&mut bytes, &fact));
            changed.push((*hour, bytes));
        }
        match hours.last() {
            Some((hour, _)) if hours.len() == HOURS => from = hour + 1,
            _ => return Ok(Without { hours: changed, is_whole: true }),
        }
    }
}
