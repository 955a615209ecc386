//! The rates at full load, what they cost, and the times when there is little to do.
use super::{Bench, PACE, Place};
use crate::support::{
    load::{Times, rate},
    median,
    table::{Table, Target},
    usage,
};
use std::io::Result;

/// What one run under full load gave. Processor time is in milliseconds a message.
struct Run {
    rate: f64,
    answers: Times,
    arrivals: Times,
    server: f64,
    postgres: f64,
    bench: f64,
}

/// One subscription: the rate, the processor time, the times at a steady pace, and the memory.
pub async fn one(place: &Place<'_>, table: &mut Table) -> Result<()> {
    let (bench, on, options) = (place.bench(1).await?, place.name(), place.options);
    let (runs, mut ids) = full_load(place, &bench, 1).await?;
    let sqlite = place.postgres.is_none();
    let (least, most) = if sqlite { (6_000.0, 0.22) } else { (2_000.0, 0.9) };
    table.add(
        format!("{on}, one subscription: created, answered and delivered"),
        "messages/s",
        Target::AtLeast(least),
        middle(&runs, |run| run.rate),
    );
    let answered = if sqlite { Target::AtMost(20.0) } else { Target::Open };
    table.add(format!("{on}, the same: API p99"), "ms", answered, middle(&runs, |run| run.answers.nearly_all));
    let cpu = |run: &Run| run.server + if sqlite { 0.0 } else { run.postgres };
    table.add(format!("{on}, the same: CPU of server and database for a message"), "ms", Target::AtMost(most), middle(&runs, cpu));
    let in_load = usage::memory(bench.server.pid(), "VmHWM");
    let before = bench.sink.count();
    let posted = bench.load.paced(PACE, |count| count < options.paced).await?;
    let arrivals = bench.sink.wait_for(before, before + options.paced).await?;
    let times = Times::of_arrivals(&posted, &arrivals, 1)?;
    println!("   at {PACE}/s: API {}, created to received {times}", Times::of_answers(&posted));
    table.add(format!("{on}, {PACE} messages/s: created to received, p50"), "ms", Target::AtMost(1.5), times.half);
    table.add(format!("{on}, the same: p99"), "ms", Target::AtMost(4.0), times.nearly_all);
    table.add(format!("{on}, memory of the server: idle"), "MB", Target::AtMost(20.0), bench.idle);
    table.add(format!("{on}, the same: at most in the first row's load"), "MB", Target::AtMost(40.0), in_load);
    ids.extend(posted.iter().map(|posted| posted.id));
    bench.server.stop().await?;
    bench.sink.check(ids, 1)
}

/// Three subscriptions: every message goes to three webhooks.
pub async fn three(place: &Place<'_>, table: &mut Table) -> Result<()> {
    let bench = place.bench(3).await?;
    let (runs, ids) = full_load(place, &bench, 3).await?;
    let target = if place.postgres.is_none() { Target::AtLeast(12_000.0) } else { Target::Open };
    table.add(format!("{}, three subscriptions", place.name()), "deliveries/s", target, 3.0 * middle(&runs, |run| run.rate));
    bench.server.stop().await?;
    bench.sink.check(ids, 3)
}

fn middle(runs: &[Run], figure: impl Fn(&Run) -> f64) -> f64 {
    median(runs.iter().map(figure).collect())
}

/// Each connection sends its next message when the last one is answered; the clock stops when all have arrived.
async fn full_load(place: &Place<'_>, bench: &Bench, hooks: u64) -> Result<(Vec<Run>, Vec<u64>)> {
    let options = place.options;
    // the first answer in each conversation tells more than a message, and caches fill
    let (warm_up, _) = bench.load.run(options.conversations.max(options.messages / 10), &bench.sink, hooks as usize).await?;
    let mut ids: Vec<u64> = warm_up.iter().map(|posted| posted.id).collect();
    let postmaster = place.postgres.and_then(|postgres| postgres.postmaster);
    let used = || [usage::cpu(bench.server.pid()), postmaster.map_or(f64::NAN, usage::cpu_of_family), usage::cpu(std::process::id())];
    let mut runs = Vec::with_capacity(options.runs);
    for _ in 0..options.runs {
        let before = used();
        let (posted, arrivals) = bench.load.run(options.messages, &bench.sink, hooks as usize).await?;
        let after = used();
        let cpu = |which: usize| (after[which] - before[which]) / options.messages as f64;
        let arrival = Times::of_arrivals(&posted, &arrivals, hooks)?;
        let run = Run {
            rate: rate(&posted, &arrivals),
            answers: Times::of_answers(&posted),
            arrivals: arrival,
            server: cpu(0),
            postgres: cpu(1),
            bench: cpu(2),
        };
        println!("   {run}");
        runs.push(run);
        ids.extend(posted.iter().map(|posted| posted.id));
    }
    Ok((runs, ids))
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Run { rate, answers, arrivals, server, postgres, bench } = self;
        write!(f, "{rate:.0} messages/s, API {answers}, created to received {arrivals}, CPU ms/message: server {server:.3}")?;
        if !postgres.is_nan() {
            write!(f, ", PostgreSQL {postgres:.3}")?;
        }
        write!(f, ", load and receiver {bench:.3}")
    }
}
