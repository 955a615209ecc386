//! The last 24 hours at a glance: a bar for each.
use crate::{web::shell::Shell, webhooks::queries::Hour};

/// How high the highest bar is.
const HIGH: i64 = 36;
/// How far one bar is from the next.
const STEP: i64 = 10;

/// An hour in the chart, in its units: the failed stand on the delivered.
pub(super) struct Bar {
    pub x: i64,
    pub delivered_y: i64,
    pub delivered_height: i64,
    pub failed_y: i64,
    pub failed_height: i64,
    pub title: String,
}

/// The bars, the highest of them as high as there is room.
pub(super) fn chart(page: &Shell, hours: &[Hour]) -> Vec<Bar> {
    let highest = hours.iter().map(|hour| hour.delivered + hour.failed).max().unwrap_or_default().max(1);
    // what is there at all is seen
    let height = |number: i64| if number == 0 { 0 } else { (number * HIGH / highest).max(2) };
    let bar = |(hour, x): (&Hour, i64)| {
        let (delivered, failed) = (height(hour.delivered), height(hour.failed));
        let at = hour.at.format("%H:00 UTC").to_string();
        let args = [("hour", at.as_str().into()), ("delivered", hour.delivered.into()), ("failed", hour.failed.into())];
        Bar {
            x: x * STEP,
            delivered_y: HIGH + 4 - delivered,
            delivered_height: delivered,
            failed_y: HIGH + 4 - delivered - failed,
            failed_height: failed,
            title: page.ta("hour-of", &args),
        }
    };
    hours.iter().zip(0..).map(bar).collect()
}
