//! Packing facts: what has happened is put together by hours, some rows at a time, in the order of their ids.
use super::{
    model::Fact,
    packed,
    queries::{self, Marks, Progress, Row, Source, Stretch},
};
use crate::{
    db::{
        DbConn, Tx,
        schema::{report_hours, report_progress},
        types::{AccountId, now},
    },
    error::Result,
};
use chrono::TimeDelta;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// How many rows of each source one step packs.
const STEP: i64 = 5000;

/// What a step has read, to be written.
#[derive(Debug)]
pub(super) struct Step {
    from: Progress,
    to: Progress,
    facts: BTreeMap<(AccountId, i64), Vec<Fact>>,
}

/// Reads what is to be packed next: ids that were seen `settled` ago, since whoever had one of them by then has committed, or never will.
/// Nothing, when there is nothing to do.
pub(super) fn read(conn: &mut DbConn, settled: TimeDelta) -> Result<Option<Step>> {
    let from = queries::progress(conn)?;
    let mut to = from;
    if now() - from.seen_at < settled {
        return Ok(None);
    }
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
        (to.seen, to.seen_at) = (queries::last(conn)?, now());
    }
    let is_idle = (to.packed, to.seen) == (from.packed, from.seen);
    Ok((!is_idle).then_some(Step { from, to, facts }))
}

/// Writes it, unless another node was faster.
pub(super) fn write(tx: &mut Tx, step: &Step) -> Result<()> {
    let Step { from, to, facts } = step;
    let Marks { conversation, message, event } = to.packed;
    let here = report_progress::table
        .filter(report_progress::conversation_id.eq(from.packed.conversation).and(report_progress::message_id.eq(from.packed.message)))
        .filter(report_progress::event_id.eq(from.packed.event).and(report_progress::seen_at.eq(from.seen_at)));
    let there = (
        (report_progress::conversation_id.eq(conversation), report_progress::message_id.eq(message), report_progress::event_id.eq(event)),
        (report_progress::seen_conversation_id.eq(to.seen.conversation), report_progress::seen_message_id.eq(to.seen.message)),
        (report_progress::seen_event_id.eq(to.seen.event), report_progress::seen_at.eq(to.seen_at)),
    );
    if diesel::update(here).set(there).execute(tx.conn)? == 0 {
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
