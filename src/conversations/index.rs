//! The list of conversations: every filter, order and count that front ends send.
use super::{
    model::{Conversation, Status},
    queries::incoming,
    search,
};
use crate::{
    auth::Agent,
    checks::{LONGEST_SEARCH, within},
    db::{
        DbConn, MultiBackend,
        dialect::{Columns, nulls_last},
        schema::{contact_inboxes, conversations, messages},
        types::{ConversationId, InboxId, TeamId, now},
    },
    error::Result,
    inboxes::{self, Visible},
    web::{
        Input,
        fields::{List, PageNumber, Patch, Text},
    },
};
use chrono::TimeDelta;
use diesel::{
    dsl::{IntoBoxed, exists},
    prelude::*,
};
use serde::{Deserialize, Serialize};

/// How many conversations a page has.
const PAGE: i64 = 25;
/// The most that `updated_within` gives, which has no pages.
const UPDATED: i64 = 1000;

/// Which conversations are wanted, and in which order.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filters {
    /// `open` (also when absent), `resolved`, `pending`, `snoozed` or `all`.
    pub status: Patch<Text>,
    /// `me`, `unassigned`, `assigned` or `all`.
    pub assignee_type: Patch<Text>,
    /// Of one inbox.
    pub inbox_id: Patch<InboxId>,
    /// Of one team.
    pub team_id: Patch<TeamId>,
    /// With one of these labels.
    pub labels: List<String>,
    /// In whose messages this occurs, among the newest of them; then of any status.
    pub q: Patch<Text>,
    /// Of one session.
    pub source_id: Patch<Text>,
    /// `mention`, `participating` or `unattended`.
    pub conversation_type: Patch<Text>,
    /// See [`page`].
    pub sort_by: Patch<Text>,
    /// Which page.
    pub page: PageNumber,
    /// Changed within so many seconds; then there are no pages.
    pub updated_within: Patch<Text>,
}

impl Input for Filters {}

impl Filters {
    fn check(&self) -> Result<()> {
        match &self.q {
            Patch::Set(Text(text)) => within("q", text, LONGEST_SEARCH),
            _ => Ok(()),
        }
    }
}

/// How many conversations fit the filters, whoever they are assigned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Assigned to the caller.
    pub mine_count: i64,
    /// Assigned to somebody.
    pub assigned_count: i64,
    /// Assigned to nobody.
    pub unassigned_count: i64,
    /// All.
    pub all_count: i64,
}

/// What the filters are laid over.
struct Range {
    visible: Visible,
    /// Those in which `q` was said, if it is sought.
    saying: Option<Vec<ConversationId>>,
}

fn range(conn: &mut DbConn, agent: &Agent, filters: &Filters) -> Result<Range> {
    filters.check()?;
    let visible = inboxes::visible(conn, agent)?;
    let saying = match &filters.q {
        Patch::Set(Text(text)) => Some(search::conversations_saying(conn, agent, &visible, text)?),
        _ => None,
    };
    Ok(Range { visible, saying })
}

type Query<'a> = IntoBoxed<'a, conversations::table, MultiBackend>;

/// All filters but that of the assignee: the counts go over these.
fn filtered<'a>(agent: &Agent, Range { visible, saying }: &Range, filters: &Filters) -> Query<'a> {
    let mut query = conversations::table.filter(conversations::account_id.eq(agent.account_id())).into_boxed();
    if let Visible::Only(ids) = visible {
        query = query.filter(conversations::inbox_id.eq_any(ids.clone()));
    }
    if let Patch::Set(inbox) = filters.inbox_id {
        query = query.filter(conversations::inbox_id.eq(inbox));
    }
    if let Patch::Set(team) = filters.team_id {
        query = query.filter(conversations::team_id.eq(team));
    }
    if let Patch::Set(Text(source)) = &filters.source_id {
        let sessions = contact_inboxes::table.filter(contact_inboxes::source_id.eq(source.clone())).select(contact_inboxes::id);
        query = query.filter(conversations::contact_inbox_id.eq_any(sessions));
    }
    query = match saying {
        Some(saying) => query.filter(conversations::id.eq_any(saying.clone())),
        None => match filters.status.clone().set().map(|status| status.0) {
            Some(status) if status == "all" => query,
            status => query.filter(conversations::status.eq(status.as_deref().and_then(Status::from_name).unwrap_or(Status::Open))),
        },
    };
    match filters.conversation_type.clone().set().as_ref().map(|kind| kind.0.as_str()) {
        Some("unattended") => query = query.filter(conversations::first_reply_created_at.is_null().or(conversations::waiting_since.is_not_null())),
        // nobody can be mentioned or take part yet
        Some("mention" | "participating") => query = query.filter(conversations::id.eq(crate::db::types::ConversationId(0))),
        _ => {}
    }
    if !filters.labels.0.is_empty() {
        // no conversation has labels yet, so none has these
        query = query.filter(conversations::id.eq(crate::db::types::ConversationId(0)));
    }
    if let Some(seconds) = updated_within(filters) {
        query = query.filter(conversations::updated_at.gt(now() - seconds));
    }
    query
}

fn updated_within(filters: &Filters) -> Option<TimeDelta> {
    let seconds = filters.updated_within.clone().set()?.0.trim().parse::<u32>().ok()?;
    Some(TimeDelta::seconds(seconds.into()))
}

/// The counts over all pages.
pub fn counts(conn: &mut DbConn, agent: &Agent, filters: &Filters) -> Result<Counts> {
    let range = range(conn, agent, filters)?;
    // three counts rather than one that is grouped: a boxed query can be counted, but not grouped
    let fitting = || filtered(agent, &range, filters);
    let all_count = fitting().count().get_result(conn)?;
    let mine_count = fitting().filter(conversations::assignee_id.eq(agent.user_id())).count().get_result(conn)?;
    let unassigned_count: i64 = fitting().filter(conversations::assignee_id.is_null()).count().get_result(conn)?;
    Ok(Counts { mine_count, assigned_count: all_count - unassigned_count, unassigned_count, all_count })
}

/// One page of the agent's conversations. An unknown order is the usual one: the newest activity first.
pub fn page(conn: &mut DbConn, agent: &Agent, filters: &Filters) -> Result<Vec<Conversation>> {
    let range = range(conn, agent, filters)?;
    let query = filtered(agent, &range, filters);
    let query = match filters.assignee_type.clone().set().as_ref().map(|kind| kind.0.as_str()) {
        Some("me") => query.filter(conversations::assignee_id.eq(agent.user_id())),
        Some("unassigned") => query.filter(conversations::assignee_id.is_null()),
        Some("assigned") => query.filter(conversations::assignee_id.is_not_null()),
        _ => query,
    };
    let query = sorted(query, filters.sort_by.clone().set().map(|sort| sort.0).as_deref().unwrap_or_default());
    let query = match updated_within(filters) {
        Some(_) => query.limit(UPDATED),
        None => query.limit(PAGE).offset(filters.page.offset(PAGE)),
    };
    Ok(query.select(Conversation::columns()).load(conn)?)
}

fn sorted<'a>(query: Query<'a>, sort: &str) -> Query<'a> {
    let activity = conversations::last_activity_at.desc();
    let query = match sort {
        "last_activity_at_asc" => query.order_by(conversations::last_activity_at.asc()),
        "created_at_asc" => query.order_by(conversations::created_at.asc()),
        "created_at_desc" | "sort_on_created_at" => query.order_by(conversations::created_at.desc()),
        "priority_asc" => query.order_by((nulls_last(conversations::priority.asc()), activity)),
        "priority_desc" | "sort_on_priority" => query.order_by((nulls_last(conversations::priority.desc()), activity)),
        "priority_desc_created_at_asc" => query.order_by((nulls_last(conversations::priority.desc()), conversations::created_at.asc())),
        "waiting_since_asc" | "sort_on_waiting_since" => query.order_by((nulls_last(conversations::waiting_since.asc()), activity)),
        "waiting_since_desc" => query.order_by((nulls_last(conversations::waiting_since.desc()), activity)),
        "unread" => {
            let newer = conversations::agent_last_seen_at.is_null().or(messages::created_at.nullable().gt(conversations::agent_last_seen_at));
            let of_this = messages::conversation_id.eq(conversations::id).and(incoming());
            query.order_by((exists(messages::table.filter(of_this).filter(newer)).desc(), activity))
        }
        _ => query.order_by(activity),
    };
    query.then_order_by(conversations::id.desc())
}
