//! Changing teams, and who is in them. Clients that keep the list are told by its key.
use super::{
    model::{Team, TeamMember},
    queries,
};
use crate::{
    accounts::{self, KeptList},
    audit::Change,
    auth::Administrator,
    checks::{LINE, at_most, required},
    db::{
        Tx,
        dialect::{Columns, Each},
        schema::{team_members, teams},
        types::{AccountId, TeamId, UserId, now},
    },
    error::{Error, Result},
    events::Actor,
    users::{self, Member},
    web::{
        Input,
        fields::{Flag, Patch, Text},
    },
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// The longest description, in characters.
const LONGEST_TEXT: usize = 20_000;

/// What the rooms above do when a team has been deleted, in the same transaction: what they gave to it is nobody's.
/// `app` makes the list and puts it into [`crate::db::Shared`].
pub struct Dissolutions(pub Vec<Dissolution>);

/// One room's part in it.
pub type Dissolution = fn(&mut Tx, &Team) -> Result<()>;

/// What may be said about a team.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TeamInput {
    /// Up to 255 characters, kept in lower case; a new one needs it.
    pub name: Patch<Text>,
    /// What it is for, up to 20,000 characters.
    pub description: Patch<Text>,
    /// Whether conversations that are given to it may be given to one of its members at once; true unless said otherwise.
    pub allow_auto_assign: Option<Flag>,
    /// What clients draw before its name, up to 255 characters.
    pub icon: Patch<Text>,
    /// In which colour they draw it, up to 255 characters.
    pub icon_color: Patch<Text>,
}

impl Input for TeamInput {
    const ROOT: &'static str = "team";
}

impl TeamInput {
    fn apply(self, team: &mut Team) -> Result<()> {
        let TeamInput { name, description, allow_auto_assign, icon, icon_color } = self;
        let said = |text: Patch<Text>, present: &mut String| text.map(|text| text.0).or(Some(std::mem::take(present))).unwrap_or_default();
        let name: String = said(name, &mut team.name).chars().filter(|c| !c.is_control()).collect();
        team.name = required("name", &name.to_lowercase(), LINE)?;
        let description = description.map(|text| text.0.trim().to_owned()).or(team.description.take());
        team.description = at_most("description", description, LONGEST_TEXT)?;
        team.allow_auto_assign = allow_auto_assign.map_or(team.allow_auto_assign, |flag| flag.0);
        team.icon = at_most("icon", Some(said(icon, &mut team.icon)), LINE)?.unwrap_or_default();
        team.icon_color = at_most("icon_color", Some(said(icon_color, &mut team.icon_color)), LINE)?.unwrap_or_default();
        Ok(())
    }
}

/// Makes a team without members.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute: a bad value, or a name that another team of the account has.
pub fn create(tx: &mut Tx, by: &Administrator, input: TeamInput) -> Result<Team> {
    let now = now();
    let mut new = Team {
        id: TeamId(0),
        account_id: by.account_id(),
        name: String::new(),
        description: None,
        allow_auto_assign: true,
        icon: String::new(),
        icon_color: String::new(),
        created_at: now,
        updated_at: now,
    };
    input.apply(&mut new)?;
    let Team { id: _, account_id, name, description, allow_auto_assign, icon, icon_color, created_at, updated_at } = new;
    let insert = diesel::insert_into(teams::table).values((
        (teams::account_id.eq(account_id), teams::name.eq(name), teams::description.eq(description)),
        (teams::allow_auto_assign.eq(allow_auto_assign), teams::icon.eq(icon), teams::icon_color.eq(icon_color)),
        (teams::created_at.eq(created_at), teams::updated_at.eq(updated_at)),
    ));
    let team = insert.returning(Team::columns()).get_result(tx.conn).map_err(|e| Error::or_taken(e, "name"))?;
    by.record(tx, Change::Created(&team))?;
    accounts::note_change(tx, account_id, KeptList::Team, &by.actor())?;
    Ok(team)
}

/// Changes a team.
///
/// # Errors
/// [`Error::NotFound`]; else as [`create`].
pub fn update(tx: &mut Tx, by: &Administrator, id: TeamId, input: TeamInput) -> Result<Team> {
    let before = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let mut team = before.clone();
    input.apply(&mut team)?;
    if team != before {
        team.updated_at = now();
        diesel::update(teams::table.find(id)).set(&team).execute(tx.conn).map_err(|e| Error::or_taken(e, "name"))?;
        by.record(tx, Change::Updated(&before, &team))?;
        accounts::note_change(tx, team.account_id, KeptList::Team, &by.actor())?;
    }
    Ok(team)
}

/// Deletes a team. What was given to it is free for others.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx, by: &Administrator, id: TeamId) -> Result<()> {
    // from here on nobody else becomes a member
    let team = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let members = queries::member_ids(tx.conn, team.id)?;
    // before all that follows: nothing more is given to it
    diesel::delete(teams::table.find(team.id)).execute(tx.conn)?;
    if let Some(dissolutions) = tx.shared::<Dissolutions>() {
        dissolutions.0.iter().try_for_each(|dissolve| dissolve(tx, &team))?;
    }
    users::restrict(tx, team.account_id, &members)?;
    by.record(tx, Change::Destroyed(&team))?;
    accounts::note_change(tx, team.account_id, KeptList::Team, &by.actor())
}

/// Makes users members of a team; gives those who were none before.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Unauthorized`] for somebody who has no place in the account.
pub fn add_members(tx: &mut Tx, by: &Administrator, id: TeamId, users: &[UserId]) -> Result<Vec<Member>> {
    let (team, mut known) = addressed(tx, by, id, users)?;
    let present = queries::member_ids(tx.conn, team.id)?;
    known.retain(|member| !present.contains(&member.user.id));
    for member in &known {
        let insert = diesel::insert_into(team_members::table)
            .values((team_members::team_id.eq(team.id), team_members::user_id.eq(member.user.id), team_members::created_at.eq(now())))
            .on_conflict_do_nothing();
        Each(insert).execute(tx.conn)?;
        by.record(tx, Change::Created(&TeamMember { team_id: team.id, team: &team.name, user_id: member.user.id }))?;
    }
    if !known.is_empty() {
        accounts::note_change(tx, team.account_id, KeptList::Team, &by.actor())?;
    }
    Ok(known)
}

/// Ends the membership of these users.
///
/// # Errors
/// As [`add_members`].
pub fn remove_members(tx: &mut Tx, by: &Administrator, id: TeamId, users: &[UserId]) -> Result<()> {
    let (team, _) = addressed(tx, by, id, users)?;
    let places = team_members::table.filter(team_members::team_id.eq(team.id).and(team_members::user_id.eq_any(users)));
    let gone = diesel::delete(places).returning(team_members::user_id).get_results(tx.conn)?;
    follow_leaving(tx, by, &team, gone)
}

fn follow_leaving(tx: &mut Tx, by: &Administrator, team: &Team, gone: Vec<UserId>) -> Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    for user_id in gone.iter().copied() {
        by.record(tx, Change::Destroyed(&TeamMember { team_id: team.id, team: &team.name, user_id }))?;
    }
    users::restrict(tx, by.account_id(), &gone)?;
    accounts::note_change(tx, by.account_id(), KeptList::Team, &by.actor())
}

/// Makes these users, and nobody else, the members of a team; gives them.
///
/// # Errors
/// As [`add_members`].
pub fn set_members(tx: &mut Tx, by: &Administrator, id: TeamId, users: &[UserId]) -> Result<Vec<Member>> {
    add_members(tx, by, id, users)?;
    let team = queries::find(tx.conn, by.account_id(), id)?;
    let others = team_members::table.filter(team_members::team_id.eq(id).and(team_members::user_id.ne_all(users)));
    let gone = diesel::delete(others).returning(team_members::user_id).get_results(tx.conn)?;
    follow_leaving(tx, by, &team, gone)?;
    users::members(tx.conn, by.account_id(), Some(users))
}

/// The team, and those whom a request names, who must all be of the account.
fn addressed(tx: &mut Tx, by: &Administrator, id: TeamId, users: &[UserId]) -> Result<(Team, Vec<Member>)> {
    let team = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let known = users::members(tx.conn, by.account_id(), Some(users))?;
    match users.iter().find(|id| !known.iter().any(|member| member.user.id == **id)) {
        Some(stranger) => Err(Error::Unauthorized(format!("User {stranger} is no member of this account"))),
        None => Ok((team, known)),
    }
}

/// Somebody leaves the account, and with it its teams.
///
/// # Errors
/// The database's.
pub fn depart(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    let of_account = teams::table.filter(teams::account_id.eq(account)).select(teams::id);
    let places = team_members::table.filter(team_members::user_id.eq(user).and(team_members::team_id.eq_any(of_account)));
    if diesel::delete(places).execute(tx.conn)? > 0 {
        accounts::note_change(tx, account, KeptList::Team, &Actor::System)?;
    }
    Ok(())
}
