//! How conversations stand now.
use crate::{
    conversations::Status,
    db::{
        DbConn,
        schema::conversations,
        types::{AccountId, InboxId, TeamId, UserId},
    },
    error::Result,
    reports::period::Period,
};
use diesel::{
    dsl::{count_star, sql},
    prelude::*,
    sql_types::BigInt,
};

/// Open and pending conversations that have the same assignee and team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Who is to answer.
    pub assignee: Option<UserId>,
    /// Which team is.
    pub team: Option<TeamId>,
    /// How they stand.
    pub status: Status,
    /// How many they are.
    pub number: i64,
    /// In how many of them nobody has answered yet, or the contact waits.
    pub unattended: i64,
}

type Counted = (Option<UserId>, Option<TeamId>, Status, i64, i64);

/// The open and pending conversations of an account, by who is to answer them.
pub fn standing(conn: &mut DbConn, account: AccountId) -> Result<Vec<Standing>> {
    let unattended = "CAST(sum(CASE WHEN first_reply_created_at IS NULL OR waiting_since IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT)";
    let found: Vec<Counted> = conversations::table
        .filter(conversations::account_id.eq(account).and(conversations::status.eq_any([Status::Open, Status::Pending])))
        .group_by((conversations::assignee_id, conversations::team_id, conversations::status))
        .select((conversations::assignee_id, conversations::team_id, conversations::status, count_star(), sql::<BigInt>(unattended)))
        .load(conn)?;
    let of = |(assignee, team, status, number, unattended)| Standing { assignee, team, status, number, unattended };
    Ok(found.into_iter().map(of).collect())
}

/// How many conversations began in a period, by their inbox and how they stand now.
pub fn by_inbox(conn: &mut DbConn, account: AccountId, period: Period) -> Result<Vec<(InboxId, Status, i64)>> {
    let (since, until) = period.times();
    let query = conversations::table
        .filter(conversations::account_id.eq(account).and(conversations::created_at.ge(since)).and(conversations::created_at.lt(until)))
        .group_by((conversations::inbox_id, conversations::status));
    Ok(query.select((conversations::inbox_id, conversations::status, count_star())).load(conn)?)
}
