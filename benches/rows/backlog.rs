//! A server that comes back to very many due deliveries.
use super::{PACE, Place};
use crate::support::{
    fill::{Left, fill},
    load::Times,
    table::{Table, Target},
    usage,
};
use std::{io::Result, time::Instant};

/// Requests at a steady pace, first alone, then beside the backlog until it is worked off.
pub async fn worked_off(place: &Place<'_>, table: &mut Table) -> Result<()> {
    let (mut bench, on, options) = (place.bench(1).await?, place.name(), place.options);
    let (warm_up, _) = bench.load.run(options.conversations, &bench.sink, 1).await?;
    let mut ids: Vec<u64> = warm_up.iter().map(|posted| posted.id).collect();
    let alone = bench.load.paced(PACE, |count| count < options.paced).await?;
    ids.extend(alone.iter().map(|posted| posted.id));
    bench.sink.wait_for(0, ids.len()).await?;
    bench.server.stop().await?;
    let due = fill(&bench.installation, options.backlog, Left::Due)?;
    let before = bench.sink.count();
    bench.server = bench.installation.serve().await?;
    bench.load.connect(&bench.server).await?;
    let started = Instant::now();
    let waiting = before + options.backlog as usize;
    let beside = bench.load.paced(PACE, |count| count < options.paced || bench.sink.count() < waiting).await?;
    let arrivals = bench.sink.wait_for(before, waiting + beside.len()).await?;
    let took = arrivals.iter().map(|arrival| arrival.at).max().unwrap_or(started) - started;
    let (answers_alone, answers) = (Times::of_answers(&alone), Times::of_answers(&beside));
    println!("   {} deliveries in {:.1} s; API at {PACE}/s: alone {answers_alone}, beside them {answers}", options.backlog, took.as_secs_f64());
    let most = usage::memory(bench.server.pid(), "VmHWM");
    table.add(format!("{on}, a backlog of {}: memory at most", options.backlog), "MB", Target::AtMost(40.0), most);
    table.add(format!("{on}, the same: worked off"), "deliveries/s", Target::Open, options.backlog as f64 / took.as_secs_f64());
    table.add(format!("{on}, the same: API p99 at {PACE} requests/s beside it"), "ms", Target::AtMost(20.0), answers.nearly_all);
    ids.extend(beside.iter().map(|posted| posted.id));
    bench.server.stop().await?;
    bench.sink.check(ids.into_iter().chain(due), 1)
}
