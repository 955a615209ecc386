//! Reading what reports tell: always within an account.
mod drill;
mod facts;
mod omitted;
mod standing;

pub use drill::{Drilled, Spoken, Talk, Things, drilled, things};
pub use facts::{Marks, Progress, Row, Source, Stretch, each, last, progress, rows};
pub use omitted::{Without, crowded, first_deleted, without};
pub use standing::{Standing, by_inbox, standing};

use super::{
    model::{Dimension, Fact, Kind, Scope, Tally},
    period::{Period, Steps},
};
use crate::{
    bots,
    db::{
        DbConn,
        dialect::Columns,
        schema::{conversation_labels, conversations, inboxes as inbox_rows, labels as label_rows, reporting_events},
        types::{AccountId, DisplayId, InboxId, LabelId, ReportingEventId, UserId},
    },
    error::{Error, Result},
    inboxes::{self, Inbox},
    labels,
    reporting::{Measure, ReportingEvent},
    teams, users,
};
use chrono::NaiveDateTime;
use diesel::{dsl::count_star, prelude::*};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::HashMap;

/// Which facts a report counts.
#[derive(Debug)]
pub struct Filter {
    scope: Scope,
    /// The conversations that the scope has now, where it has them by something that changes.
    conversations: FxHashSet<i64>,
}

impl Filter {
    /// Of this scope, in which there must be such a thing.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn of(conn: &mut DbConn, account: AccountId, scope: Scope) -> Result<Filter> {
        let of_account = conversations::table.filter(conversations::account_id.eq(account)).select(conversations::id);
        let conversations: Vec<i64> = match scope {
            Scope::Account => Vec::new(),
            Scope::Inbox(inbox) => inboxes::of_account(conn, account, inbox).map(|_| Vec::new())?,
            Scope::Agent(agent) => {
                users::members(conn, account, Some(&[agent]))?.pop().ok_or(Error::NotFound)?;
                of_account.filter(conversations::assignee_id.eq(agent)).load(conn)?
            }
            Scope::Team(team) => {
                teams::find(conn, account, team)?;
                of_account.filter(conversations::team_id.eq(team)).load(conn)?
            }
            Scope::Label(label) => {
                let title = labels::find(conn, account, label)?.title;
                let carried =
                    conversation_labels::table.filter(conversation_labels::account_id.eq(account).and(conversation_labels::title.eq(title)));
                carried.select(conversation_labels::conversation_id).load(conn)?
            }
        };
        Ok(Filter { scope, conversations: conversations.into_iter().collect() })
    }

    /// Whether a fact is counted.
    pub fn fits(&self, fact: &Fact) -> bool {
        match self.scope {
            Scope::Account => true,
            Scope::Inbox(inbox) => fact.inbox == inbox.0,
            Scope::Agent(_) if fact.kind == Kind::Began => self.conversations.contains(&fact.conversation),
            Scope::Agent(agent) => fact.user == agent.0,
            Scope::Label(_) | Scope::Team(_) => self.conversations.contains(&fact.conversation),
        }
    }
}

/// What happens in each step, of one kind.
struct Stepped<'a> {
    kind: Kind,
    steps: &'a Steps,
    tallies: Vec<Tally>,
}

impl<'a> Stepped<'a> {
    fn of(kind: Kind, steps: &'a Steps) -> Stepped<'a> {
        Stepped { kind, steps, tallies: vec![Tally::default(); steps.begins.len()] }
    }

    fn add(&mut self, fact: &Fact) {
        if fact.kind == self.kind
            && let Some(place) = self.steps.place(fact.at)
            && let Some(tally) = self.tallies.get_mut(place)
        {
            tally.add(fact);
        }
    }
}

/// What happened in each step, of one kind.
pub fn by_step(conn: &mut DbConn, account: AccountId, filter: &Filter, kind: Kind, period: Period, steps: &Steps) -> Result<Vec<Tally>> {
    let mut stepped = Stepped::of(kind, steps);
    each(conn, account, period, |fact| {
        if filter.fits(fact) {
            stepped.add(fact);
        }
    })?;
    Ok(stepped.tallies)
}

/// What happened in a period, and in the one before it.
pub fn with_previous(conn: &mut DbConn, account: AccountId, filter: &Filter, period: Period) -> Result<(Tally, Tally)> {
    let previous = period.previous();
    let (mut now, mut then) = (Tally::default(), Tally::default());
    each(conn, account, Period { since: previous.since, until: period.until }, |fact| {
        if filter.fits(fact) {
            if period.contains(fact.at) { now.add(fact) } else { then.add(fact) }
        }
    })?;
    Ok((now, then))
}

/// What happened in a period.
pub fn total(conn: &mut DbConn, account: AccountId, filter: &Filter, period: Period) -> Result<Tally> {
    let mut tally = Tally::default();
    each(conn, account, period, |fact| {
        if filter.fits(fact) {
            tally.add(fact);
        }
    })?;
    Ok(tally)
}

/// What bots ended and handed over in a period; and the conversations, with what was written in them, that began in it while a bot was at work
/// in their inbox, whether or not it still is.
pub fn of_bots(conn: &mut DbConn, account: AccountId, period: Period) -> Result<Tally> {
    let terms = bots::terms(conn, account)?;
    let (since, until) = period.times();
    let begun = conversations::table.filter(conversations::account_id.eq(account).and(conversations::created_at.ge(since)));
    let columns = (conversations::id, conversations::inbox_id, conversations::created_at);
    let begun: Vec<(i64, InboxId, NaiveDateTime)> = begun.filter(conversations::created_at.lt(until)).select(columns).load(conn)?;
    let begun = begun.into_iter().filter(|(_, inbox, at)| terms.get(inbox).is_some_and(|terms| terms.iter().any(|term| term.contains(*at))));
    let begun: FxHashSet<i64> = begun.map(|(id, ..)| id).collect();
    let mut tally = Tally::default();
    each(conn, account, period, |fact| {
        if matches!(fact.kind, Kind::BotResolved | Kind::BotHandoff) || begun.contains(&fact.conversation) {
            tally.add(fact);
        }
    })?;
    Ok(tally)
}

/// The seconds that each first answer of a period took, with its inbox.
pub fn first_responses(conn: &mut DbConn, account: AccountId, period: Period) -> Result<Vec<(i64, i64)>> {
    let mut found = Vec::new();
    each(conn, account, period, |fact| {
        if fact.kind == Kind::FirstResponse {
            found.push((fact.inbox, fact.value));
        }
    })?;
    Ok(found)
}

/// An agent, an inbox, a label or a team, with what happened.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its id.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// What happened.
    pub tally: Tally,
}

/// What happens, by the ids of what tells it apart.
struct Apart {
    dimension: Dimension,
    of_conversations: FxHashMap<i64, Vec<i64>>,
    tallies: FxHashMap<i64, Tally>,
}

impl Apart {
    /// What happens in this period.
    fn by(conn: &mut DbConn, account: AccountId, dimension: Dimension, period: Period) -> Result<Apart> {
        let mut tallies: FxHashMap<i64, Tally> = FxHashMap::default();
        if dimension == Dimension::Agent {
            for (agent, number) in begun_by_assignee(conn, account, period)? {
                tallies.entry(agent).or_default().add_begun(number);
            }
        }
        Ok(Apart { dimension, of_conversations: of_conversations(conn, account, dimension)?, tallies })
    }

    fn add(&mut self, fact: &Fact) {
        let (user, inbox) = ([fact.user], [fact.inbox]);
        let ids: &[i64] = match self.dimension {
            Dimension::Inbox => &inbox,
            // the database has counted them by who is to answer now
            Dimension::Agent if fact.kind == Kind::Began => return,
            Dimension::Agent => &user,
            Dimension::Label | Dimension::Team => self.of_conversations.get(&fact.conversation).map(Vec::as_slice).unwrap_or_default(),
        };
        for id in ids {
            self.tallies.entry(*id).or_default().add(fact);
        }
    }

    /// All that the account has, by name, also those with which nothing happened.
    fn parts(mut self, conn: &mut DbConn, account: AccountId) -> Result<Vec<Part>> {
        let named = named(conn, account, self.dimension)?;
        let part = |(id, name): (i64, String)| Part { tally: self.tallies.remove(&id).unwrap_or_default(), id, name };
        Ok(named.into_iter().map(part).collect())
    }
}

/// What happened in a period with each agent, inbox, label or team of the account, by name.
pub fn by_dimension(conn: &mut DbConn, account: AccountId, dimension: Dimension, period: Period) -> Result<Vec<Part>> {
    let mut apart = Apart::by(conn, account, dimension, period)?;
    each(conn, account, period, |fact| apart.add(fact))?;
    apart.parts(conn, account)
}

/// What a page shows of a period.
#[derive(Debug)]
pub struct Overview {
    /// What happened in it, and in the one before it.
    pub glance: (Tally, Tally),
    /// What happened in each step, of one kind.
    pub tallies: Vec<Tally>,
    /// What happened in it with each agent, inbox, label or team.
    pub rows: Vec<Part>,
}

/// All that a page shows of a period, in one pass over its facts.
pub fn overview(
    conn: &mut DbConn,
    account: AccountId,
    filter: &Filter,
    period: Period,
    (kind, steps): (Kind, &Steps),
    dimension: Dimension,
) -> Result<Overview> {
    let (mut now, mut then, mut stepped) = (Tally::default(), Tally::default(), Stepped::of(kind, steps));
    let mut apart = Apart::by(conn, account, dimension, period)?;
    each(conn, account, Period { since: period.previous().since, until: period.until }, |fact| {
        let (is_now, fits) = (period.contains(fact.at), filter.fits(fact));
        if is_now {
            apart.add(fact);
        }
        match (fits, is_now) {
            (true, true) => {
                now.add(fact);
                stepped.add(fact);
            }
            (true, false) => then.add(fact),
            (false, _) => {}
        }
    })?;
    Ok(Overview { glance: (now, then), tallies: stepped.tallies, rows: apart.parts(conn, account)? })
}

/// How many conversations that began in a period each agent is to answer now.
fn begun_by_assignee(conn: &mut DbConn, account: AccountId, period: Period) -> Result<Vec<(i64, i64)>> {
    let (since, until) = period.times();
    let begun = conversations::table.filter(conversations::account_id.eq(account).and(conversations::created_at.ge(since)));
    let answered = begun.filter(conversations::created_at.lt(until).and(conversations::assignee_id.is_not_null()));
    Ok(answered.group_by(conversations::assignee_id).select((conversations::assignee_id.assume_not_null(), count_star())).load(conn)?)
}

/// Which of the labels or teams each conversation has now.
fn of_conversations(conn: &mut DbConn, account: AccountId, dimension: Dimension) -> Result<FxHashMap<i64, Vec<i64>>> {
    let of_account = conversations::table.filter(conversations::account_id.eq(account));
    let pairs: Vec<(i64, Option<i64>)> = match dimension {
        Dimension::Agent | Dimension::Inbox => Vec::new(),
        Dimension::Team => of_account.filter(conversations::team_id.is_not_null()).select((conversations::id, conversations::team_id)).load(conn)?,
        Dimension::Label => {
            let named = label_rows::title.eq(conversation_labels::title).and(label_rows::account_id.eq(conversation_labels::account_id));
            let query = conversation_labels::table.inner_join(label_rows::table.on(named)).filter(conversation_labels::account_id.eq(account));
            query.select((conversation_labels::conversation_id, label_rows::id.nullable())).load(conn)?
        }
    };
    let mut found: FxHashMap<i64, Vec<i64>> = FxHashMap::default();
    found.reserve(pairs.len());
    for (conversation, id) in pairs {
        found.entry(conversation).or_default().extend(id);
    }
    Ok(found)
}

/// What an account has of it, by name: each with its id.
pub fn named(conn: &mut DbConn, account: AccountId, dimension: Dimension) -> Result<Vec<(i64, String)>> {
    Ok(match dimension {
        Dimension::Agent => {
            users::members(conn, account, None)?.into_iter().map(|member| (member.user.id.0, member.user.available_name().to_owned())).collect()
        }
        Dimension::Inbox => inboxes_of(conn, account)?.into_iter().map(|inbox| (inbox.id.0, inbox.name)).collect(),
        Dimension::Label => labels::list(conn, account)?.into_iter().map(|label| (label.id.0, label.title)).collect(),
        Dimension::Team => teams::list(conn, account)?.into_iter().map(|team| (team.id.0, team.name)).collect(),
    })
}

/// The inboxes of an account, by name.
pub fn inboxes_of(conn: &mut DbConn, account: AccountId) -> Result<Vec<Inbox>> {
    let query = inbox_rows::table.filter(inbox_rows::account_id.eq(account)).select(Inbox::columns());
    Ok(query.order_by((inbox_rows::name, inbox_rows::id)).load(conn)?)
}

/// How many conversations that began in a period are in which inbox and carry which label, of those that are asked for.
pub fn by_inbox_and_label(conn: &mut DbConn, account: AccountId, period: Period) -> Result<HashMap<(InboxId, LabelId), i64>> {
    let labels = of_conversations(conn, account, Dimension::Label)?;
    let mut found: HashMap<(InboxId, LabelId), i64> = HashMap::new();
    each(conn, account, period, |fact| {
        if fact.kind == Kind::Began {
            for label in labels.get(&fact.conversation).into_iter().flatten() {
                *found.entry((InboxId(fact.inbox), LabelId(*label))).or_default() += 1;
            }
        }
    })?;
    Ok(found)
}

/// Which rows of what was measured are listed.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// From then on,
    pub since: Option<NaiveDateTime>,
    /// and before.
    pub until: Option<NaiveDateTime>,
    /// Of this inbox.
    pub inbox: Option<InboxId>,
    /// Of this user.
    pub user: Option<UserId>,
    /// Of these kinds.
    pub names: Option<Vec<Measure>>,
}

/// Something that was measured, with the number of its conversation.
pub type Measured = (ReportingEvent, DisplayId);

/// What was measured in an account, the newest first: some of it, and how much there is.
pub fn measured(conn: &mut DbConn, account: AccountId, wanted: Wanted, offset: i64, most: i64) -> Result<(Vec<Measured>, i64)> {
    let Wanted { since, until, inbox, user, names } = wanted;
    let fitting = || {
        let mut query = reporting_events::table.filter(reporting_events::account_id.eq(account)).into_boxed();
        if let Some(since) = since {
            query = query.filter(reporting_events::created_at.ge(since));
        }
        if let Some(until) = until {
            query = query.filter(reporting_events::created_at.lt(until));
        }
        if let Some(inbox) = inbox {
            query = query.filter(reporting_events::inbox_id.eq(inbox));
        }
        if let Some(user) = user {
            query = query.filter(reporting_events::user_id.eq(user));
        }
        if let Some(names) = &names {
            query = query.filter(reporting_events::name.eq_any(names.clone()));
        }
        query
    };
    let number = fitting().count().get_result(conn)?;
    let newest = (reporting_events::created_at.desc(), reporting_events::id.desc());
    let ids: Vec<ReportingEventId> = fitting().order_by(newest).select(reporting_events::id).offset(offset).limit(most).load(conn)?;
    let page = reporting_events::table.inner_join(conversations::table).filter(reporting_events::id.eq_any(ids)).order_by(newest);
    Ok((page.select((ReportingEvent::columns(), conversations::display_id)).load(conn)?, number))
}
