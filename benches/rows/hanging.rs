//! Receivers that hang beside one that does not.
use super::{PACE, Place};
use crate::support::{
    load::Times,
    sink,
    table::{Table, Target},
};
use std::io::Result;

/// How many webhooks get no answer to any of their requests.
const HANGING: u64 = 20;

/// A steady pace for several times as long as a request may take, so that every place that the hanging ones can take is taken.
pub async fn beside_hanging(place: &Place<'_>, table: &mut Table) -> Result<()> {
    let mut bench = place.bench(1).await?;
    bench.server.subscribe(sink::hang()?, HANGING).await?;
    bench.load.connect(&bench.server).await?;
    let before = bench.sink.count();
    let posted = bench.load.paced(PACE, |count| count < place.options.hanging).await?;
    let arrivals = bench.sink.wait_for(before, before + posted.len()).await?;
    let times = Times::of_arrivals(&posted, &arrivals, 1)?;
    println!("   {} messages at {PACE}/s: API {}, created to received {times}", posted.len(), Times::of_answers(&posted));
    let what = format!("{}, {HANGING} receivers hang: created to received by another one, p99", place.name());
    table.add(what, "ms", Target::AtMost(50.0), times.nearly_all);
    bench.server.stop().await?;
    bench.sink.check(posted.iter().map(|posted| posted.id), 1)
}
