//! In how many open conversations contacts have written what no agent has seen, as clients show it beside inboxes, teams and labels.
use super::{model::Status, order::IsUnread};
use crate::{
    auth::Agent,
    db::{
        DbConn,
        dialect::asked,
        schema::{conversation_labels, conversations},
        types::{InboxId, TeamId},
    },
    error::Result,
    inboxes::{self, Visible},
    labels, teams,
};
use diesel::{dsl::count_star, prelude::*, sql_types::Bool};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// By id; what has none is left out.
type Numbers = BTreeMap<i64, i64>;

/// How many there are.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct UnreadCounts {
    /// In all inboxes that the caller sees.
    all_count: i64,
    /// By inbox.
    inboxes: Numbers,
    /// By label, of those that are shown beside lists.
    labels: Numbers,
    /// By team; of an agent, their own.
    teams: Numbers,
}

/// Counts them, along an index of those in which something happened since an agent looked: whatever else the account has is not read.
///
/// # Errors
/// The database's.
pub fn counts(conn: &mut DbConn, agent: &Agent) -> Result<UnreadCounts> {
    let (all, inboxes) = match inboxes::visible(conn, agent)? {
        Visible::All => (true, Vec::new()),
        Visible::Only(inboxes) => (false, inboxes),
    };
    let places: Vec<(InboxId, Option<TeamId>, i64)> = conversations::table
        .filter(conversations::account_id.eq(agent.account_id()).and(conversations::status.eq(Status::Open)))
        .filter(asked(IsUnread))
        .filter(conversations::inbox_id.eq_any(inboxes.clone()).or(all.into_sql::<Bool>()))
        .group_by((conversations::inbox_id, conversations::team_id))
        .select((conversations::inbox_id, conversations::team_id, count_star()))
        .load(conn)?;
    let mut counts = UnreadCounts::default();
    if places.is_empty() {
        return Ok(counts);
    }
    let own_teams = if agent.is_administrator() { None } else { Some(teams::of_member(conn, agent.account_id(), agent.user_id())?) };
    for (inbox, team, number) in places {
        counts.all_count += number;
        *counts.inboxes.entry(inbox.0).or_default() += number;
        if let Some(team) = team.filter(|team| own_teams.as_ref().is_none_or(|own| own.contains(team))) {
            *counts.teams.entry(team.0).or_default() += number;
        }
    }
    counts.labels = by_label(conn, agent, all, inboxes)?;
    Ok(counts)
}

/// The same of those that carry labels, in all inboxes or in these.
fn by_label(conn: &mut DbConn, agent: &Agent, all: bool, inboxes: Vec<InboxId>) -> Result<Numbers> {
    let shown: HashMap<String, i64> = labels::on_sidebar(conn, agent.account_id())?.into_iter().map(|(id, title)| (title, id.0)).collect();
    if shown.is_empty() {
        return Ok(Numbers::new());
    }
    let titles: Vec<&str> = shown.keys().map(String::as_str).collect();
    let carried: Vec<(String, i64)> = conversation_labels::table
        .inner_join(conversations::table)
        // not by their account: SQLite would rather go through all that ever carried a label than through what is unread
        .filter(conversation_labels::title.eq_any(titles))
        .filter(conversations::account_id.eq(agent.account_id()).and(conversations::status.eq(Status::Open)))
        .filter(asked(IsUnread))
        .filter(conversations::inbox_id.eq_any(inboxes).or(all.into_sql::<Bool>()))
        .group_by(conversation_labels::title)
        .select((conversation_labels::title, count_star()))
        .load(conn)?;
    Ok(carried.into_iter().filter_map(|(title, count)| Some((*shown.get(&title)?, count))).collect())
}
