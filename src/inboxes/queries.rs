//! Reading inboxes: administrators see all of their account, agents those they are members of.
use super::model::{ApiChannel, Channel, ChannelType, Inbox, WidgetChannel, WorkingHour};
use crate::{
    auth::Agent,
    db::{
        DbConn,
        dialect::{Columns, locked, lower},
        schema::{account_users, api_channels, inbox_members, inboxes, portals, team_members, web_widget_channels, working_hours},
        types::{AccountId, InboxId, PortalId, TeamId, UserId},
    },
    error::{Error, Result},
    users::{self, Availability, Member, Membership, Role},
};
use diesel::{dsl::exists, prelude::*};
use std::collections::{HashMap, HashSet};

/// Which inboxes of the account somebody sees.
#[derive(Debug, Clone, PartialEq)]
pub enum Visible {
    /// All.
    All,
    /// These.
    Only(Vec<InboxId>),
}

impl Visible {
    /// Whether this one is among them.
    pub fn contains(&self, inbox: InboxId) -> bool {
        match self {
            Visible::All => true,
            Visible::Only(inboxes) => inboxes.contains(&inbox),
        }
    }
}

/// The inboxes that the agent sees.
pub fn visible(conn: &mut DbConn, agent: &Agent) -> Result<Visible> {
    if agent.sees_every_inbox() {
        return Ok(Visible::All);
    }
    Ok(Visible::Only(of_member(conn, agent.account_id(), agent.user_id())?))
}

/// The inboxes of the account that somebody is a member of.
pub fn of_member(conn: &mut DbConn, account: AccountId, user: UserId) -> Result<Vec<InboxId>> {
    let theirs = inbox_members::table.inner_join(inboxes::table).filter(inbox_members::user_id.eq(user).and(inboxes::account_id.eq(account)));
    Ok(theirs.select(inboxes::id).load(conn)?)
}

/// The agent's inboxes, by name.
pub fn list(conn: &mut DbConn, agent: &Agent) -> Result<Vec<Inbox>> {
    let mut query = inboxes::table
        .filter(inboxes::account_id.eq(agent.account_id()))
        .select(Inbox::columns())
        .order_by((lower(inboxes::name.nullable()), inboxes::id))
        .into_boxed();
    if let Visible::Only(ids) = visible(conn, agent)? {
        query = query.filter(inboxes::id.eq_any(ids));
    }
    Ok(query.load(conn)?)
}

/// The inboxes of an account that are connected to such a thing, by name, whoever asks.
pub fn of_kind(conn: &mut DbConn, account: AccountId, kind: ChannelType) -> Result<Vec<Inbox>> {
    let query = inboxes::table.filter(inboxes::account_id.eq(account).and(inboxes::channel_type.eq(kind))).select(Inbox::columns());
    Ok(query.order_by((lower(inboxes::name.nullable()), inboxes::id)).load(conn)?)
}

/// One of the agent's inboxes.
///
/// # Errors
/// [`Error::NotFound`], or [`Error::Unauthorized`] for an inbox of the account that the agent is no member of.
pub fn find(conn: &mut DbConn, agent: &Agent, id: InboxId) -> Result<Inbox> {
    let inbox = of_account(conn, agent.account_id(), id)?;
    if visible(conn, agent)?.contains(id) { Ok(inbox) } else { Err(Error::not_allowed()) }
}

/// An inbox of the account, whoever asks.
///
/// # Errors
/// [`Error::NotFound`].
pub fn of_account(conn: &mut DbConn, account: AccountId, id: InboxId) -> Result<Inbox> {
    Ok(inboxes::table.filter(inboxes::id.eq(id).and(inboxes::account_id.eq(account))).select(Inbox::columns()).get_result(conn)?)
}

/// The same, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn to_change(conn: &mut DbConn, account: AccountId, id: InboxId) -> Result<Inbox> {
    let query = inboxes::table.filter(inboxes::id.eq(id).and(inboxes::account_id.eq(account))).select(Inbox::columns());
    Ok(locked(query).get_result(conn)?)
}

/// These inboxes, each with what it is connected to.
pub fn by_ids(conn: &mut DbConn, ids: &[InboxId]) -> Result<Vec<(Inbox, Channel)>> {
    let rows: Vec<Inbox> = match ids {
        [] => return Ok(Vec::new()),
        ids => inboxes::table.filter(inboxes::id.eq_any(ids)).select(Inbox::columns()).load(conn)?,
    };
    let mut channels: HashMap<InboxId, Channel> = channels(conn, &rows)?.into_iter().collect();
    Ok(rows.into_iter().filter_map(|inbox| channels.remove(&inbox.id).map(|channel| (inbox, channel))).collect())
}

/// The help centres that these inboxes are connected to: their ids, their names, and their names in links.
pub(super) fn help_centres(conn: &mut DbConn, of: &[Inbox]) -> Result<Vec<(PortalId, String, String)>> {
    let ids: Vec<PortalId> = of.iter().filter_map(|inbox| inbox.portal_id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(portals::table.filter(portals::id.eq_any(ids)).select((portals::id, portals::name, portals::slug)).load(conn)?)
}

/// The help centres of an account, by name.
pub(super) fn help_centres_of(conn: &mut DbConn, account: AccountId) -> Result<Vec<(PortalId, String)>> {
    let query = portals::table.filter(portals::account_id.eq(account)).select((portals::id, portals::name));
    Ok(query.order_by((lower(portals::name.nullable()), portals::id)).load(conn)?)
}

/// Whether the account has this help centre.
pub(super) fn has_help_centre(conn: &mut DbConn, account: AccountId, id: PortalId) -> Result<bool> {
    let found = portals::table.filter(portals::id.eq(id).and(portals::account_id.eq(account)));
    Ok(found.count().get_result::<i64>(conn)? > 0)
}

/// The API inbox that the public client API knows by this identifier.
///
/// # Errors
/// [`Error::NotFound`].
pub fn by_identifier(conn: &mut DbConn, identifier: &str) -> Result<(Inbox, ApiChannel)> {
    let query = inboxes::table.inner_join(api_channels::table).filter(api_channels::identifier.eq(identifier));
    Ok(query.select((Inbox::columns(), ApiChannel::columns())).get_result(conn)?)
}

/// The website's inbox that its pages know by this token.
///
/// # Errors
/// [`Error::NotFound`].
pub fn by_website_token(conn: &mut DbConn, token: &str) -> Result<(Inbox, WidgetChannel)> {
    let query = inboxes::table.inner_join(web_widget_channels::table).filter(web_widget_channels::website_token.eq(token));
    Ok(query.select((Inbox::columns(), WidgetChannel::columns())).get_result(conn)?)
}

/// What an inbox is connected to.
///
/// # Errors
/// [`Error::NotFound`] when the inbox is gone.
pub fn channel(conn: &mut DbConn, inbox: &Inbox) -> Result<Channel> {
    channels(conn, std::slice::from_ref(inbox))?.pop().map(|(_, channel)| channel).ok_or(Error::NotFound)
}

/// What each of these inboxes is connected to.
pub fn channels(conn: &mut DbConn, of: &[Inbox]) -> Result<Vec<(InboxId, Channel)>> {
    let ids = |kind: ChannelType| of.iter().filter(|inbox| inbox.channel_type == kind).map(|inbox| inbox.id).collect::<Vec<_>>();
    let (apis, widgets) = (ids(ChannelType::Api), ids(ChannelType::WebWidget));
    let mut found = Vec::with_capacity(of.len());
    if !apis.is_empty() {
        let rows: Vec<ApiChannel> = api_channels::table.filter(api_channels::inbox_id.eq_any(apis)).select(ApiChannel::columns()).load(conn)?;
        found.extend(rows.into_iter().map(|row| (row.inbox_id, Channel::Api(row))));
    }
    if !widgets.is_empty() {
        let query = web_widget_channels::table.filter(web_widget_channels::inbox_id.eq_any(widgets)).select(WidgetChannel::columns());
        found.extend(query.load::<WidgetChannel>(conn)?.into_iter().map(|row| (row.inbox_id, Channel::WebWidget(row))));
    }
    Ok(found)
}

/// The weeks of these inboxes, each from Sunday on.
pub fn hours(conn: &mut DbConn, of: &[InboxId]) -> Result<Vec<WorkingHour>> {
    let query = working_hours::table.filter(working_hours::inbox_id.eq_any(of)).select(WorkingHour::columns());
    Ok(query.order_by((working_hours::inbox_id, working_hours::day_of_week)).load(conn)?)
}

/// The members of an inbox, by name.
pub fn members(conn: &mut DbConn, account: AccountId, inbox: InboxId) -> Result<Vec<Member>> {
    let ids: Vec<UserId> = inbox_members::table.filter(inbox_members::inbox_id.eq(inbox)).select(inbox_members::user_id).load(conn)?;
    users::members(conn, account, Some(&ids))
}

/// Whether somebody is a member of an inbox.
pub fn has_member(conn: &mut DbConn, inbox: InboxId, user: UserId) -> Result<bool> {
    let place = inbox_members::table.filter(inbox_members::inbox_id.eq(inbox).and(inbox_members::user_id.eq(user)));
    Ok(diesel::select(exists(place)).get_result(conn)?)
}

/// The members of an inbox who are online, whoever was given a conversation of it longest ago first; with a team, those who are in it too.
pub(super) fn online_in_turn(conn: &mut DbConn, inbox: &Inbox, team: Option<TeamId>) -> Result<Vec<UserId>> {
    let mut query = inbox_members::table
        .inner_join(account_users::table.on(account_users::user_id.eq(inbox_members::user_id)))
        .filter(inbox_members::inbox_id.eq(inbox.id).and(account_users::account_id.eq(inbox.account_id)))
        .select(Membership::columns())
        .order_by((inbox_members::last_assigned_at.is_not_null(), inbox_members::last_assigned_at, inbox_members::id))
        .into_boxed();
    if let Some(team) = team {
        let ids: Vec<UserId> = team_members::table.filter(team_members::team_id.eq(team)).select(team_members::user_id).load(conn)?;
        query = query.filter(inbox_members::user_id.eq_any(ids));
    }
    let members: Vec<Membership> = query.load(conn)?;
    Ok(members.into_iter().filter(is_online).map(|member| member.user_id).collect())
}

/// The members of these inboxes who are online, each with the inbox.
pub fn online_members(conn: &mut DbConn, of: &[InboxId]) -> Result<Vec<(InboxId, UserId)>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let in_its_account = account_users::user_id.eq(inbox_members::user_id).and(account_users::account_id.eq(inboxes::account_id));
    let query = inbox_members::table
        .inner_join(inboxes::table)
        .inner_join(account_users::table.on(in_its_account))
        .filter(inbox_members::inbox_id.eq_any(of).and(account_users::availability.eq(Availability::Online)))
        .select((inbox_members::inbox_id, Membership::columns()));
    let members: Vec<(InboxId, Membership)> = query.load(conn)?;
    Ok(members.into_iter().filter(|(_, member)| is_online(member)).map(|(inbox, member)| (inbox, member.user_id)).collect())
}

fn is_online(member: &Membership) -> bool {
    member.availability_status() == Availability::Online
}

/// Who is in an account, and in which of some inboxes.
pub struct Crew {
    /// All of the account, by name.
    pub everybody: Vec<Member>,
    places: HashSet<(InboxId, UserId)>,
}

impl Crew {
    /// Whether somebody hears what happens in one of the inboxes: its members do, and administrators.
    pub fn hears(&self, user: UserId, inbox: InboxId) -> bool {
        self.everybody.iter().any(|member| member.user.id == user && self.is_at_work(member, inbox))
    }

    /// All who do.
    pub fn of(&self, inbox: InboxId) -> Vec<UserId> {
        self.everybody.iter().filter(|member| self.is_at_work(member, inbox)).map(|member| member.user.id).collect()
    }

    fn is_at_work(&self, member: &Member, inbox: InboxId) -> bool {
        member.membership.role == Role::Administrator || self.places.contains(&(inbox, member.user.id))
    }
}

/// Those of an account, with their places in these inboxes.
pub fn crew(conn: &mut DbConn, account: AccountId, of: &[InboxId]) -> Result<Crew> {
    let query = inbox_members::table.filter(inbox_members::inbox_id.eq_any(of)).select((inbox_members::inbox_id, inbox_members::user_id));
    let places = query.load(conn)?.into_iter().collect();
    Ok(Crew { everybody: users::members(conn, account, None)?, places })
}

/// Who can be given conversations of all these inboxes: those who are members of each, and the administrators.
pub fn assignable(conn: &mut DbConn, account: AccountId, of: &[InboxId]) -> Result<Vec<Member>> {
    let Crew { everybody, places } = crew(conn, account, of)?;
    let in_all = |user: UserId| !of.is_empty() && of.iter().all(|inbox| places.contains(&(*inbox, user)));
    let able = |member: &Member| member.membership.role == Role::Administrator || in_all(member.user.id);
    Ok(everybody.into_iter().filter(able).collect())
}

/// What the inboxes of an account are called, the oldest first.
pub fn names(conn: &mut DbConn, account: AccountId) -> Result<Vec<(InboxId, String)>> {
    Ok(inboxes::table.filter(inboxes::account_id.eq(account)).select((inboxes::id, inboxes::name)).order_by(inboxes::id).load(conn)?)
}

/// How many members each of these inboxes has.
pub fn member_counts(conn: &mut DbConn, of: &[InboxId]) -> Result<HashMap<InboxId, i64>> {
    let query = inbox_members::table.filter(inbox_members::inbox_id.eq_any(of)).group_by(inbox_members::inbox_id);
    Ok(query.select((inbox_members::inbox_id, diesel::dsl::count_star())).load(conn)?.into_iter().collect())
}

/// How many inboxes an account has.
pub(super) fn count(conn: &mut DbConn, account: AccountId) -> Result<i64> {
    Ok(inboxes::table.filter(inboxes::account_id.eq(account)).count().get_result(conn)?)
}

/// Any inbox of an account, if it has one.
///
/// # Errors
/// The database's.
pub fn any_of(conn: &mut DbConn, account: AccountId) -> Result<Option<Inbox>> {
    Ok(inboxes::table.filter(inboxes::account_id.eq(account)).select(Inbox::columns()).first(conn).optional()?)
}
