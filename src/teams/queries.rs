//! Reading teams: always within an account.
use super::model::Team;
use crate::{
    db::{
        DbConn,
        dialect::{Columns, kept, locked},
        schema::{team_members, teams},
        types::{AccountId, TeamId, UserId},
    },
    error::Result,
    users::{self, Member},
};
use diesel::{dsl::exists, prelude::*};
use std::collections::{HashMap, HashSet};

/// The teams of an account, by name.
pub fn list(conn: &mut DbConn, account: AccountId) -> Result<Vec<Team>> {
    Ok(teams::table.filter(teams::account_id.eq(account)).select(Team::columns()).order_by(teams::name).load(conn)?)
}

/// Those of these teams that the account has.
pub fn by_ids(conn: &mut DbConn, account: AccountId, ids: &[TeamId]) -> Result<Vec<Team>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => Ok(teams::table.filter(teams::account_id.eq(account).and(teams::id.eq_any(ids))).select(Team::columns()).load(conn)?),
    }
}

/// A team of the account.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find(conn: &mut DbConn, account: AccountId, id: TeamId) -> Result<Team> {
    Ok(teams::table.filter(teams::id.eq(id).and(teams::account_id.eq(account))).select(Team::columns()).get_result(conn)?)
}

/// The same, which nobody may delete before this transaction ends. To be asked before a conversation is taken: who deletes a team
/// takes its conversations afterwards.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find_to_keep(conn: &mut DbConn, account: AccountId, id: TeamId) -> Result<Team> {
    let query = teams::table.filter(teams::id.eq(id).and(teams::account_id.eq(account))).select(Team::columns());
    Ok(kept(query).get_result(conn)?)
}

/// The same, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn find_to_change(conn: &mut DbConn, account: AccountId, id: TeamId) -> Result<Team> {
    let query = teams::table.filter(teams::id.eq(id).and(teams::account_id.eq(account))).select(Team::columns());
    Ok(locked(query).get_result(conn)?)
}

/// Whether somebody is in a team.
pub fn has_member(conn: &mut DbConn, team: TeamId, user: UserId) -> Result<bool> {
    let place = team_members::table.filter(team_members::team_id.eq(team).and(team_members::user_id.eq(user)));
    Ok(diesel::select(exists(place)).get_result(conn)?)
}

/// Who of these users is in which of these teams.
pub fn places_of(conn: &mut DbConn, of: &[TeamId], users: &[UserId]) -> Result<HashSet<(TeamId, UserId)>> {
    let places = team_members::table.filter(team_members::team_id.eq_any(of).and(team_members::user_id.eq_any(users)));
    Ok(places.select((team_members::team_id, team_members::user_id)).load(conn)?.into_iter().collect())
}

/// The teams of an account that somebody is in.
pub fn of_member(conn: &mut DbConn, account: AccountId, user: UserId) -> Result<HashSet<TeamId>> {
    let query = team_members::table.inner_join(teams::table).filter(team_members::user_id.eq(user).and(teams::account_id.eq(account)));
    Ok(query.select(teams::id).load(conn)?.into_iter().collect())
}

/// Who is in a team.
pub(super) fn member_ids(conn: &mut DbConn, team: TeamId) -> Result<Vec<UserId>> {
    Ok(team_members::table.filter(team_members::team_id.eq(team)).select(team_members::user_id).load(conn)?)
}

/// The members of a team, by name.
pub fn members(conn: &mut DbConn, team: &Team) -> Result<Vec<Member>> {
    let ids = member_ids(conn, team.id)?;
    users::members(conn, team.account_id, Some(&ids))
}

/// How many members each team of the account has, if it has any.
pub fn member_counts(conn: &mut DbConn, account: AccountId) -> Result<HashMap<TeamId, i64>> {
    let query = team_members::table.inner_join(teams::table).filter(teams::account_id.eq(account)).group_by(team_members::team_id);
    Ok(query.select((team_members::team_id, diesel::dsl::count_star())).load(conn)?.into_iter().collect())
}
