//! The rate on a database that holds many messages, beside that on an empty one.
use super::{Bench, Place};
use crate::support::{
    fill::{Left, fill},
    load::rate,
    median,
    table::{Table, Target},
};
use std::io::Result;

/// Two servers take turns, so that whatever else the machine does slows both.
pub async fn beside_empty(place: &Place<'_>, table: &mut Table) -> Result<()> {
    let options = place.options;
    let mut empty = place.bench(1).await?;
    let mut into_empty = warm_up(&empty, options.conversations).await?;
    let mut full = place.bench(1).await?;
    let mut into_full = warm_up(&full, options.conversations).await?;
    full.server.stop().await?;
    fill(&full.installation, options.stored, Left::Delivered)?;
    full.server = full.installation.serve().await?;
    let mut shares = Vec::with_capacity(options.runs);
    // one more, since the first one fills caches again
    for run in 0..=options.runs {
        let on_empty = once(&mut empty, options.messages / 2, &mut into_empty).await?;
        let on_full = once(&mut full, options.messages / 2, &mut into_full).await?;
        println!("   {on_empty:.0} messages/s on an empty database, {on_full:.0} on {} messages", options.stored);
        if run > 0 {
            shares.push(100.0 * on_full / on_empty);
        }
    }
    let what = format!("{}, {} stored messages: of the rate on an empty database", place.name(), options.stored);
    table.add(what, "%", Target::AtLeast(90.0), median(shares));
    for (bench, ids) in [(empty, into_empty), (full, into_full)] {
        bench.server.stop().await?;
        bench.sink.check(ids, 1)?;
    }
    Ok(())
}

async fn warm_up(bench: &Bench, messages: usize) -> Result<Vec<u64>> {
    let (posted, _) = bench.load.run(messages, &bench.sink, 1).await?;
    Ok(posted.iter().map(|posted| posted.id).collect())
}

async fn once(bench: &mut Bench, messages: usize, ids: &mut Vec<u64>) -> Result<f64> {
    // the server closes connections on which nothing comes, as while it is the other one's turn
    bench.load.connect(&bench.server).await?;
    let (posted, arrivals) = bench.load.run(messages, &bench.sink, 1).await?;
    ids.extend(posted.iter().map(|posted| posted.id));
    Ok(rate(&posted, &arrivals))
}
