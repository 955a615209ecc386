//! The facts of an account: what is packed of them, and the rows of what is not yet.
use super::omitted;
use crate::{
    conversations::{MessageType, SenderType},
    db::{
        DbConn,
        schema::{conversations, messages, report_hours, report_progress, reporting_events},
        snapshot,
        types::AccountId,
    },
    error::Result,
    reporting::Measure,
    reports::{
        model::{Fact, Kind},
        packed::{self, Facts},
        period::Period,
    },
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Bool},
};
use std::collections::BTreeSet;

/// How many hours are read at a time.
pub(super) const HOURS: usize = 1000;
/// How many rows are.
const ROWS: i64 = 10_000;

/// Which rows of a table become facts, and by what an account's are sorted: word for word as the indexes `…_to_pack` have it.
type Along = (&'static str, &'static str);
const BEGUN: Along = ("\"conversations\".\"id\" > 0", "\"conversations\".\"id\" + 0");
/// What contacts and agents write; neither notices nor automatic texts.
const WRITTEN: Along = ("\"messages\".\"message_type\" < 2", "\"messages\".\"id\" + 0");
const MEASURED: Along = ("\"reporting_events\".\"id\" > 0", "\"reporting_events\".\"id\" + 0");

/// Up to which ids something is packed, or was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// Of conversations.
    pub conversation: i64,
    /// Of messages.
    pub message: i64,
    /// Of what was measured.
    pub event: i64,
}

/// How far packing has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// All up to here is packed.
    pub packed: Marks,
    /// These were the last ones,
    pub seen: Marks,
    /// when these transactions were still writing.
    pub awaited: BTreeSet<String>,
    /// How many steps were made.
    pub steps: i64,
}

/// Where the facts of a kind come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Conversations that begin.
    Conversations,
    /// What is written in them.
    Messages,
    /// What was measured in them.
    Events,
}

impl Source {
    /// All.
    pub const ALL: [Source; 3] = [Source::Conversations, Source::Messages, Source::Events];

    /// How far it is there.
    pub fn mark(self, marks: &mut Marks) -> &mut i64 {
        match self {
            Source::Conversations => &mut marks.conversation,
            Source::Messages => &mut marks.message,
            Source::Events => &mut marks.event,
        }
    }
}

/// A row that has become a fact: its id, and whose it is.
pub type Row = (i64, AccountId, Fact);

/// Some rows.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    /// Whose; everybody's without.
    pub of: Option<AccountId>,
    /// With ids after this one,
    pub after: i64,
    /// up to this one.
    pub up_to: i64,
    /// How many at most.
    pub most: i64,
}

/// Visits each fact of a period, in no order.
pub fn each(conn: &mut DbConn, account: AccountId, period: Period, mut visit: impl FnMut(&Fact)) -> Result<()> {
    snapshot(conn, |conn| {
        let omitted = omitted::deleted(conn, account)?;
        let mut packed = progress(conn)?.packed;
        each_packed(conn, account, period, |fact| {
            if !omitted.contains(&fact.conversation) {
                visit(fact);
            }
        })?;
        for source in Source::ALL {
            let mark = source.mark(&mut packed);
            loop {
                let found = rows(conn, source, Stretch { of: Some(account), after: *mark, up_to: i64::MAX, most: ROWS })?;
                found.iter().filter(|(.., fact)| period.contains(fact.at)).for_each(|(.., fact)| visit(fact));
                match found.last() {
                    Some((id, ..)) if found.len() as i64 == ROWS => *mark = *id,
                    _ => break,
                }
            }
        }
        Ok(())
    })
}

fn each_packed(conn: &mut DbConn, account: AccountId, period: Period, mut visit: impl FnMut(&Fact)) -> Result<()> {
    let (mut from, last) = (packed::hour_of(period.since), packed::hour_of(period.until));
    loop {
        let hours = hours(conn, account, from, last)?;
        for (hour, facts) in &hours {
            Facts::of(*hour, facts).filter(|fact| period.contains(fact.at)).for_each(|fact| visit(&fact));
        }
        match hours.last() {
            Some((hour, _)) if hours.len() == HOURS => from = hour + 1,
            _ => return Ok(()),
        }
    }
}

/// What is packed of an account from an hour up to another, as much of it as is read at a time.
pub(super) fn hours(conn: &mut DbConn, account: AccountId, from: i64, last: i64) -> Result<Vec<(i64, Vec<u8>)>> {
    let query = report_hours::table
        .filter(report_hours::account_id.eq(account).and(report_hours::hour.ge(from)).and(report_hours::hour.le(last)))
        .order_by(report_hours::hour)
        .select((report_hours::hour, report_hours::facts))
        .limit(HOURS as i64);
    Ok(query.load(conn)?)
}

/// Rows as facts, in the order of their ids.
///
/// # Errors
/// The database's.
pub fn rows(conn: &mut DbConn, source: Source, stretch: Stretch) -> Result<Vec<Row>> {
    match source {
        Source::Conversations => begun(conn, stretch),
        Source::Messages => written(conn, stretch),
        Source::Events => measured(conn, stretch),
    }
}

fn second(at: NaiveDateTime) -> i64 {
    at.and_utc().timestamp()
}

/// The rows of a stretch, in the order of their ids: everybody's by the primary key, an account's by its index.
macro_rules! stretch {
    ($table:ident, $along:expr, $stretch:expr) => {{
        let Stretch { of, after, up_to, most } = $stretch;
        let (condition, place) = $along;
        let query = $table::table.filter(sql::<Bool>(condition)).into_boxed();
        let query = match of {
            None => query.filter($table::id.gt(after).and($table::id.le(up_to))).order_by($table::id),
            Some(account) => {
                let within = sql::<BigInt>(place).gt(after).and(sql::<BigInt>(place).le(up_to));
                query.filter($table::account_id.eq(account).and(within)).order_by(sql::<BigInt>(place))
            }
        };
        query.limit(most)
    }};
}

fn begun(conn: &mut DbConn, stretch: Stretch) -> Result<Vec<Row>> {
    let query = stretch!(conversations, BEGUN, stretch);
    let columns = (conversations::id, conversations::account_id, conversations::inbox_id, conversations::created_at);
    let found: Vec<(i64, AccountId, i64, NaiveDateTime)> = query.select(columns).load(conn)?;
    let fact = |(id, account, inbox, at)| {
        let fact = Fact { at: second(at), kind: Kind::Began, conversation: id, inbox, user: 0, value: 0, within_hours: None };
        (id, account, fact)
    };
    Ok(found.into_iter().map(fact).collect())
}

type Written = (i64, AccountId, i64, i64, MessageType, Option<SenderType>, Option<i64>, NaiveDateTime);

fn written(conn: &mut DbConn, stretch: Stretch) -> Result<Vec<Row>> {
    let query = stretch!(messages, WRITTEN, stretch);
    let columns = (
        messages::id,
        messages::account_id,
        messages::conversation_id,
        messages::inbox_id,
        messages::message_type,
        messages::sender_type,
        messages::sender_id,
        messages::created_at,
    );
    let found: Vec<Written> = query.select(columns).load(conn)?;
    let fact = |(id, account, conversation, inbox, message_type, sender_type, sender, at): Written| {
        let kind = if message_type == MessageType::Incoming { Kind::Incoming } else { Kind::Outgoing };
        let user = sender.filter(|_| sender_type == Some(SenderType::User)).unwrap_or_default();
        (id, account, Fact { at: second(at), kind, conversation, inbox, user, value: 0, within_hours: None })
    };
    Ok(found.into_iter().map(fact).collect())
}

type Measured = (i64, AccountId, i64, i64, Measure, Option<i64>, f64, Option<f64>, NaiveDateTime);

fn measured(conn: &mut DbConn, stretch: Stretch) -> Result<Vec<Row>> {
    let query = stretch!(reporting_events, MEASURED, stretch);
    let columns = (
        reporting_events::id,
        reporting_events::account_id,
        reporting_events::conversation_id,
        reporting_events::inbox_id,
        reporting_events::name,
        reporting_events::user_id,
        reporting_events::value,
        reporting_events::value_in_business_hours,
        reporting_events::created_at,
    );
    let found: Vec<Measured> = query.select(columns).load(conn)?;
    let fact = |(id, account, conversation, inbox, name, user, value, within_hours, at): Measured| {
        let (value, within_hours) = (value as i64, within_hours.map(|seconds| seconds as i64));
        (id, account, Fact { at: second(at), kind: name.into(), conversation, inbox, user: user.unwrap_or_default(), value, within_hours })
    };
    Ok(found.into_iter().map(fact).collect())
}

type Numbers = ((i64, i64, i64), (i64, i64, i64), String, i64);

/// How far packing has come.
///
/// # Errors
/// The database's.
pub fn progress(conn: &mut DbConn) -> Result<Progress> {
    let columns = (
        (report_progress::conversation_id, report_progress::message_id, report_progress::event_id),
        (report_progress::seen_conversation_id, report_progress::seen_message_id, report_progress::seen_event_id),
        report_progress::awaited,
        report_progress::steps,
    );
    let (packed, seen, awaited, steps): Numbers = report_progress::table.select(columns).get_result(conn)?;
    let marks = |(conversation, message, event)| Marks { conversation, message, event };
    Ok(Progress { packed: marks(packed), seen: marks(seen), awaited: awaited.split_whitespace().map(str::to_owned).collect(), steps })
}

/// The last ids that there are.
///
/// # Errors
/// The database's.
pub fn last(conn: &mut DbConn) -> Result<Marks> {
    let conversation = conversations::table.select(conversations::id).order_by(conversations::id.desc()).first(conn).optional()?;
    let message = messages::table.select(messages::id).order_by(messages::id.desc()).first(conn).optional()?;
    let event = reporting_events::table.select(reporting_events::id).order_by(reporting_events::id.desc()).first(conn).optional()?;
    let number = |id: Option<i64>| id.unwrap_or_default();
    Ok(Marks { conversation: number(conversation), message: number(message), event: number(event) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::tests::on_each_database;
    use diesel::{QueryableByName, sql_query, sql_types::Text};

    #[derive(QueryableByName)]
    struct Plan {
        #[diesel(sql_type = Text)]
        detail: String,
    }

    /// PostgreSQL has another plan for an empty table.
    #[test]
    fn what_is_not_packed_is_found_by_its_account() {
        on_each_database(async |fresh| {
            let tables = if fresh.db.is_ours_alone() {
                vec![("conversations", BEGUN), ("messages", WRITTEN), ("reporting_events", MEASURED)]
            } else {
                Vec::new()
            };
            for (table, (condition, place)) in tables {
                let within = format!("{condition} AND account_id = 1 AND {place} > 5 AND {place} <= 9");
                let query = format!("EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {within} ORDER BY {place} LIMIT 10");
                let plan: Vec<Plan> = fresh.db.read(move |conn| Ok(sql_query(query).load(conn)?)).await.unwrap();
                let details: Vec<&str> = plan.iter().map(|step| step.detail.as_str()).collect();
                assert_eq!(details, [format!("SEARCH {table} USING INDEX {table}_to_pack (account_id=? AND <expr>>? AND <expr><?)")]);
            }
        });
    }
}
