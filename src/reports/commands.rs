//! Packing facts: what has happened is put together by hours, some rows at a time, in the order of their ids; and what was deleted is taken out.
use super::{
    model::Fact,
    packed,
    queries::{self, Marks, Progress, Row, Source, Stretch, Without},
};
use crate::{
    db::{
        DbConn, Tx,
        schema::{report_hours, report_omissions, report_progress},
        types::AccountId,
        under_way,
    },
    error::Result,
};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// How many rows of each source one step packs.
const STEP: i64 = 5000;
/// How many deleted conversations one step takes out at most,
const OMITTED: i64 = 10_000;
/// how many of them one statement names,
const NAMED: usize = 1000;
/// and how many hours it writes for it at most.
const WRITTEN: usize = 1000;
/// Where the rows come from.
const TABLES: [&str; 3] = ["conversations", "messages", "reporting_events"];

/// What a step has read, to be written.
#[derive(Debug)]
pub(super) struct Step {
    from: Progress,
    to: Progress,
    facts: BTreeMap<(AccountId, i64), Vec<Fact>>,
    /// Whether there is more to do soon: as long as much waits, and when something was seen that can be packed in a moment. What comes while that is
    /// packed waits for the next round: or hours would be written again with each few rows, as long as anybody writes.
    pub(super) goes_on: bool,
}

/// Reads what is to be packed next: ids up to those that were seen, once all have ended who were writing then. Nothing, when there is nothing to
/// do, or somebody writes still.
pub(super) fn read(conn: &mut DbConn) -> Result<Option<Step>> {
    let from = queries::progress(conn)?;
    if !from.awaited.is_empty() && !from.awaited.is_disjoint(&under_way::writing(conn, &TABLES)?) {
        return Ok(None);
    }
    let mut to = Progress { awaited: BTreeSet::new(), ..from.clone() };
    let mut facts: BTreeMap<(AccountId, i64), Vec<Fact>> = BTreeMap::new();
    let mut is_full = false;
    for source in Source::ALL {
        let (after, up_to) = (*source.mark(&mut to.packed), *source.mark(&mut to.seen));
        let rows: Vec<Row> = if after < up_to { queries::rows(conn, source, Stretch { of: None, after, up_to, most: STEP })? } else { Vec::new() };
        let whole = (rows.len() as i64) < STEP;
        is_full |= !whole;
        let last = rows.last().map(|(id, ..)| *id).filter(|_| !whole);
        *source.mark(&mut to.packed) = last.unwrap_or(up_to.max(after));
        for (_, account, fact) in rows {
            facts.entry((account, packed::hour_of(fact.at))).or_default().push(fact);
        }
    }
    if !is_full {
        // in this order: whoever has one of these ids, and is not seen yet, is still writing
        to.seen = queries::last(conn)?;
        to.awaited = under_way::writing(conn, &TABLES)?;
    }
    let is_idle = (to.packed, to.seen) == (from.packed, from.seen);
    let goes_on = is_full || to.packed == from.packed;
    Ok((!is_idle).then_some(Step { from, to, facts, goes_on }))
}

/// Notes a step that was read from there on. False where another node was faster: what was read is no longer what there is.
fn advance(tx: &mut Tx, from: &Progress, to: &Progress) -> Result<bool> {
    let here = report_progress::table.filter(report_progress::steps.eq(from.steps));
    let Marks { conversation, message, event } = to.packed;
    let awaited: Vec<&str> = to.awaited.iter().map(String::as_str).collect();
    let there = (
        (report_progress::conversation_id.eq(conversation), report_progress::message_id.eq(message), report_progress::event_id.eq(event)),
        (report_progress::seen_conversation_id.eq(to.seen.conversation), report_progress::seen_message_id.eq(to.seen.message)),
        (report_progress::seen_event_id.eq(to.seen.event), report_progress::awaited.eq(awaited.join(" "))),
        report_progress::steps.eq(from.steps + 1),
    );
    Ok(diesel::update(here).set(there).execute(tx.conn)? > 0)
}

/// Writes it, unless another node was faster.
pub(super) fn write(tx: &mut Tx, step: &Step) -> Result<()> {
    let Step { from, to, facts, goes_on: _ } = step;
    if !advance(tx, from, to)? {
        return Ok(());
    }
    for ((account, hour), new) in facts {
        let row = report_hours::table.find((*account, *hour));
        let known: Option<Vec<u8>> = row.select(report_hours::facts).get_result(tx.conn).optional()?;
        let is_new = known.is_none();
        let mut bytes = known.unwrap_or_default();
        new.iter().for_each(|fact| packed::push(&mut bytes, fact));
        if is_new {
            let values = (report_hours::account_id.eq(account), report_hours::hour.eq(hour), report_hours::facts.eq(bytes));
            diesel::insert_into(report_hours::table).values(values).execute(tx.conn)?;
        } else {
            diesel::update(row).set(report_hours::facts.eq(bytes)).execute(tx.conn)?;
        }
    }
    Ok(())
}

/// What was deleted of an account, to be taken out of what is packed.
#[derive(Debug)]
pub(super) struct Clearing {
    from: Progress,
    account: AccountId,
    /// These conversations,
    gone: HashSet<i64>,
    /// and the hours as they are without them.
    without: Without,
}

/// Reads what is to be taken out of an account in which at least so many conversations were deleted. Nothing, when there is none.
pub(super) fn read_deleted(conn: &mut DbConn, least: i64) -> Result<Option<Clearing>> {
    // first: what another node packs from here on is no part of what is read below
    let from = queries::progress(conn)?;
    let Some(account) = queries::crowded(conn, least)? else { return Ok(None) };
    // the same ones until nothing is left of them: they may be in more hours than one step writes
    let gone: HashSet<i64> = queries::first_deleted(conn, account, OMITTED)?.into_iter().collect();
    let without = queries::without(conn, account, &gone, WRITTEN)?;
    Ok(Some(Clearing { from, account, gone, without }))
}

/// Takes it out, unless another node was faster. They are forgotten once nothing is left of them: who read their rows before they were deleted, to
/// pack them, comes too late then, and nobody reads them any more.
pub(super) fn clear(tx: &mut Tx, clearing: Clearing) -> Result<()> {
    let Clearing { from, account, gone, without } = clearing;
    if !advance(tx, &from, &from)? {
        return Ok(());
    }
    for (hour, facts) in without.hours {
        let row = report_hours::table.find((account, hour));
        if facts.is_empty() {
            diesel::delete(row).execute(tx.conn)?;
        } else {
            diesel::update(row).set(report_hours::facts.eq(facts)).execute(tx.conn)?;
        }
    }
    if without.is_whole {
        let gone: Vec<i64> = gone.into_iter().collect();
        for some in gone.chunks(NAMED) {
            let noted = report_omissions::account_id.eq(account).and(report_omissions::conversation_id.eq_any(some));
            diesel::delete(report_omissions::table.filter(noted)).execute(tx.conn)?;
        }
    }
    Ok(())
}
