//! The list of conversations: every filter, order and count that front ends send.
use super::{
    filter::{self, Field},
    model::{Conversation, Status},
    order::{self, Fitting, Stretch},
    search,
};
use crate::{
    auth::Agent,
    checks::{LONGEST_SEARCH, within},
    db::{
        DbConn, MultiBackend,
        dialect::{Columns, apart},
        schema::{contact_inboxes, conversation_labels, conversation_participants as participants, conversations, inboxes as rows, mentions},
        search::MOST,
        types::{ContactInboxId, ConversationId, InboxId, TeamId, now},
    },
    error::{Error, Result},
    filters::Filter,
    inboxes::{self, Visible},
    labels,
    web::{
        Input,
        fields::{List, PageNumber, Patch, Text},
    },
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{
    dsl::{IntoBoxed, case_when, count, count_star, select},
    prelude::*,
    sql_types::{BigInt, Nullable},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// How many conversations a page has.
const PAGE: i64 = 25;
/// At how many conversations `updated_within` looks, which has no pages.
const UPDATED: i64 = 1000;

/// Which conversations are wanted, and in which order.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Filters {
    /// `open` (also when absent), `resolved`, `pending`, `snoozed` or `all`; anything else is refused.
    pub status: Patch<Text>,
    /// `me`, `unassigned`, `assigned` or `all`.
    pub assignee_type: Patch<Text>,
    /// Of one inbox.
    pub inbox_id: Patch<InboxId>,
    /// Of one team.
    pub team_id: Patch<TeamId>,
    /// With one of these labels.
    pub labels: List<Text>,
    /// In whose messages this occurs, among the newest of them; then of any status.
    pub q: Patch<Text>,
    /// Of one session.
    pub source_id: Patch<Text>,
    /// `mention`, `participating` or `unattended`.
    pub conversation_type: Patch<Text>,
    /// `last_activity_at_desc` (also when absent), `last_activity_at_asc`, `created_at_desc`, `created_at_asc`, `priority_desc`, `priority_asc`,
    /// `priority_desc_created_at_asc`, `waiting_since_asc`, `waiting_since_desc` or `unread`.
    pub sort_by: Patch<Text>,
    /// From 1 on, of 25 each.
    pub page: PageNumber,
    /// Changed within so many seconds, of the thousand that changed last; then there are no pages.
    pub updated_within: Patch<Text>,
}

impl Input for Filters {}

/// How many conversations fit the filters, whoever they are assigned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(rename = "ConversationCounts")]
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
    /// Those in which `q` was said, that are of one session or that changed lately, where that is asked.
    only: Option<Vec<ConversationId>>,
    /// The labels of which one is wanted, if any.
    titles: Vec<String>,
    /// Their status; none is any.
    status: Option<Status>,
}

fn range(conn: &mut DbConn, agent: &Agent, filters: &Filters) -> Result<Range> {
    let titles = labels::titles(&filters.labels)?;
    let status = status(filters)?;
    let visible = inboxes::visible(conn, agent)?;
    let mut found = Vec::new();
    if let Patch::Set(Text(text)) = &filters.q {
        within("q", text, LONGEST_SEARCH)?;
        found.push(search::conversations_saying(conn, agent, &visible, text)?);
    }
    if let Patch::Set(Text(source)) = &filters.source_id {
        found.push(of_session(conn, agent, source)?);
    }
    if let Some(time) = updated_within(filters) {
        found.push(changed_since(conn, agent, &visible, now() - time)?);
    }
    Ok(Range { visible, only: found.into_iter().reduce(both), titles, status })
}

/// What is in both lists.
fn both(one: Vec<ConversationId>, other: Vec<ConversationId>) -> Vec<ConversationId> {
    let other: HashSet<ConversationId> = other.into_iter().collect();
    one.into_iter().filter(|id| other.contains(id)).collect()
}

/// The conversations that changed last, along the index of their changes.
fn changed_since(conn: &mut DbConn, agent: &Agent, visible: &Visible, then: NaiveDateTime) -> Result<Vec<ConversationId>> {
    let of_account = conversations::account_id.eq(agent.account_id());
    let mut query = conversations::table.filter(of_account.and(conversations::updated_at.gt(then))).into_boxed();
    if let Visible::Only(inboxes) = visible {
        query = query.filter(apart(conversations::inbox_id).eq_any(inboxes.clone()));
    }
    Ok(query.order_by(conversations::updated_at.desc()).select(conversations::id).limit(UPDATED).load(conn)?)
}

/// The newest conversations of the sessions that have this name, each in its inbox.
fn of_session(conn: &mut DbConn, agent: &Agent, source: &str) -> Result<Vec<ConversationId>> {
    let sessions = contact_inboxes::table
        .filter(contact_inboxes::inbox_id.eq_any(rows::table.filter(rows::account_id.eq(agent.account_id())).select(rows::id)))
        .filter(contact_inboxes::source_id.eq(source))
        .select(contact_inboxes::id);
    let sessions: Vec<ContactInboxId> = sessions.load(conn)?;
    let query = conversations::table.filter(conversations::contact_inbox_id.eq_any(sessions)).select(conversations::id);
    Ok(query.order_by(conversations::id.desc()).limit(MOST).load(conn)?)
}

type Query = IntoBoxed<'static, conversations::table, MultiBackend>;

/// What is of the account, along the indexes that begin with it.
fn of_account(agent: &Agent) -> Query {
    conversations::table.filter(conversations::account_id.eq(agent.account_id())).into_boxed()
}

/// The same along others, for what is asked of a few.
fn apart_from_account(agent: &Agent) -> Query {
    conversations::table.filter(apart(conversations::account_id).eq(agent.account_id())).into_boxed()
}

/// All filters but that of the assignee: the counts go over these.
fn filtered(agent: &Agent, range: &Range, filters: &Filters) -> Query {
    let query = if range.only.is_some() { apart_from_account(agent) } else { of_account(agent) };
    fitting_filters(query, agent, range, filters)
}

fn fitting_filters(mut query: Query, agent: &Agent, Range { visible, only, titles, status }: &Range, filters: &Filters) -> Query {
    if let Some(ids) = only {
        query = query.filter(conversations::id.eq_any(ids.clone()));
    }
    if let Visible::Only(ids) = visible {
        query = query.filter(conversations::inbox_id.eq_any(ids.clone()));
    }
    if let Patch::Set(inbox) = filters.inbox_id {
        query = query.filter(conversations::inbox_id.eq(inbox));
    }
    if let Patch::Set(team) = filters.team_id {
        query = query.filter(conversations::team_id.eq(team));
    }
    if let Some(status) = status {
        query = query.filter(conversations::status.eq(*status));
    }
    match filters.conversation_type.clone().set().as_ref().map(|kind| kind.0.as_str()) {
        Some("unattended") => query = query.filter(conversations::first_reply_created_at.is_null().or(conversations::waiting_since.is_not_null())),
        Some("mention") => {
            let named = mentions::table.filter(mentions::user_id.eq(agent.user_id())).select(mentions::conversation_id);
            query = query.filter(conversations::id.eq_any(named));
        }
        Some("participating") => {
            let theirs = participants::table.filter(participants::user_id.eq(agent.user_id())).select(participants::conversation_id);
            query = query.filter(conversations::id.eq_any(theirs));
        }
        _ => {}
    }
    if !titles.is_empty() {
        let of_account = conversation_labels::account_id.eq(agent.account_id());
        let carrying = conversation_labels::table.filter(of_account.and(conversation_labels::title.eq_any(titles.clone())));
        query = query.filter(conversations::id.eq_any(carrying.select(conversation_labels::conversation_id)));
    }
    query
}

/// None is any. A status that there is not is refused: who asks for closed ones and is given the open ones would not notice.
fn status(filters: &Filters) -> Result<Option<Status>> {
    let status = match &filters.status {
        Patch::Set(Text(name)) if name == "all" => None,
        Patch::Set(Text(name)) if name.is_empty() => Some(Status::Open),
        Patch::Set(Text(name)) => Some(Status::from_name(name).ok_or_else(|| {
            let known = Status::ALL.iter().map(|status| status.name()).collect::<Vec<_>>().join(", ");
            Error::Refused(format!("status: \"{name}\" is none of {known}, all"))
        })?),
        Patch::Absent | Patch::Null => Some(Status::Open),
    };
    Ok(if matches!(filters.q, Patch::Set(_)) { None } else { status })
}

/// How many conversations there are for somebody, by who is to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Asked {
    /// Assigned to the caller.
    pub mine_count: i64,
    /// Assigned to nobody.
    pub unassigned_count: i64,
    /// All.
    pub all_count: i64,
}

/// A page of those of the agent's conversations that a filter fits, the newest activity first, and how many there are.
pub fn fitting(conn: &mut DbConn, agent: &Agent, wanted: &Filter<Field>, page: &PageNumber) -> Result<(Asked, Vec<Conversation>)> {
    let visible = inboxes::visible(conn, agent)?;
    let fitting = || -> Query {
        let query = conversations::table.filter(conversations::account_id.eq(agent.account_id())).filter(filter::matches(wanted)).into_boxed();
        match &visible {
            Visible::All => query,
            Visible::Only(ids) => query.filter(conversations::inbox_id.eq_any(ids.clone())),
        }
    };
    let Counts { mine_count, assigned_count: _, unassigned_count, all_count } = in_one_pass(conn, agent, fitting())?;
    let stretch = Stretch { limit: PAGE, offset: page.offset(PAGE) };
    let ids = order::page(conn, Fitting { query: &fitting, of_any_status: true }, "", stretch)?;
    Ok((Asked { mine_count, unassigned_count, all_count }, in_order(conn, &ids)?))
}

fn updated_within(filters: &Filters) -> Option<TimeDelta> {
    let seconds = filters.updated_within.clone().set()?.0.trim().parse::<u32>().ok()?;
    Some(TimeDelta::seconds(seconds.into()))
}

/// The counts over all pages.
///
/// # Errors
/// [`Error::Invalid`] about `q` or `labels`, [`Error::Refused`] for a status that there is not.
pub fn counts(conn: &mut DbConn, agent: &Agent, filters: &Filters) -> Result<Counts> {
    let range = range(conn, agent, filters)?;
    counts_in(conn, agent, &range, filters)
}

/// One page of the agent's conversations, and the counts over all.
///
/// # Errors
/// As [`counts`].
pub fn page(conn: &mut DbConn, agent: &Agent, filters: &Filters) -> Result<(Counts, Vec<Conversation>)> {
    let range = range(conn, agent, filters)?;
    Ok((counts_in(conn, agent, &range, filters)?, page_in(conn, agent, &range, filters)?))
}

fn counts_in(conn: &mut DbConn, agent: &Agent, range: &Range, filters: &Filters) -> Result<Counts> {
    let is_of_any_kind = matches!(filters.conversation_type, Patch::Absent | Patch::Null);
    match range.only.is_none() && range.titles.is_empty() && is_of_any_kind {
        true => along_indexes(conn, agent, range, filters),
        false => in_one_pass(conn, agent, filtered(agent, range, filters)),
    }
}

/// The counts of what asks for nothing but columns of the indexes that begin with who is to answer and with the inbox: those whom nobody answers
/// and the caller's are found in the one, and those of a few inboxes in the other.
fn along_indexes(conn: &mut DbConn, agent: &Agent, range: &Range, filters: &Filters) -> Result<Counts> {
    let is_of_inboxes = matches!(range.visible, Visible::Only(_)) || matches!(filters.inbox_id, Patch::Set(_));
    let place = if is_of_inboxes { apart_from_account(agent) } else { of_account(agent) };
    let nobody = conversations::assignee_id.is_null().and(conversations::assignee_agent_bot_id.is_null());
    let own = conversations::assignee_id.eq(agent.user_id());
    let all = fitting_filters(place, agent, range, filters).select(count_star()).single_value();
    let unassigned = filtered(agent, range, filters).filter(nobody).select(count_star()).single_value();
    let mine = filtered(agent, range, filters).filter(own).select(count_star()).single_value();
    let (all, unassigned, mine): (Option<i64>, Option<i64>, Option<i64>) = select((all, unassigned, mine)).get_result(conn)?;
    let [all_count, unassigned_count, mine_count] = [all, unassigned, mine].map(Option::unwrap_or_default);
    Ok(Counts { mine_count, assigned_count: all_count - unassigned_count, unassigned_count, all_count })
}

/// The counts of any others, each of which is looked at once. Either somebody is to answer or a bot, never both.
fn in_one_pass(conn: &mut DbConn, agent: &Agent, query: Query) -> Result<Counts> {
    let own = case_when::<_, _, Nullable<BigInt>>(conversations::assignee_id.eq(agent.user_id()), conversations::assignee_id);
    let counted = query.select((count_star(), count(conversations::assignee_id), count(conversations::assignee_agent_bot_id), count(own)));
    let (all_count, of_people, of_bots, mine_count) = counted.get_result::<(i64, i64, i64, i64)>(conn)?;
    let assigned_count = of_people + of_bots;
    Ok(Counts { mine_count, assigned_count, unassigned_count: all_count - assigned_count, all_count })
}

fn page_in(conn: &mut DbConn, agent: &Agent, range: &Range, filters: &Filters) -> Result<Vec<Conversation>> {
    let fitting = || {
        let query = filtered(agent, range, filters);
        let (somebody, nobody) = (conversations::assignee_id.is_not_null(), conversations::assignee_id.is_null());
        match filters.assignee_type.clone().set().as_ref().map(|kind| kind.0.as_str()) {
            Some("me") => query.filter(conversations::assignee_id.eq(agent.user_id())),
            Some("unassigned") => query.filter(nobody.and(conversations::assignee_agent_bot_id.is_null())),
            Some("assigned") => query.filter(somebody.or(conversations::assignee_agent_bot_id.is_not_null())),
            _ => query,
        }
    };
    let stretch = match updated_within(filters) {
        Some(_) => Stretch { limit: UPDATED, offset: 0 },
        None => Stretch { limit: PAGE, offset: filters.page.offset(PAGE) },
    };
    let fitting = Fitting { query: &fitting, of_any_status: range.status.is_none() && range.only.is_none() };
    let ids = order::page(conn, fitting, filters.sort_by.clone().set().map(|sort| sort.0).as_deref().unwrap_or_default(), stretch)?;
    in_order(conn, &ids)
}

/// The rows of a page, in its order.
fn in_order(conn: &mut DbConn, ids: &[ConversationId]) -> Result<Vec<Conversation>> {
    let found: Vec<Conversation> = conversations::table.filter(conversations::id.eq_any(ids)).select(Conversation::columns()).load(conn)?;
    let mut found: HashMap<ConversationId, Conversation> = found.into_iter().map(|conversation| (conversation.id, conversation)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}
