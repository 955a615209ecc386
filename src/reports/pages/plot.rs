//! A metric over time, as bars.
use super::{View, figure};
use crate::{
    reports::{
        model::{Metric, Tally},
        period::{GroupBy, Steps},
    },
    web::shell::Shell,
};
use chrono::DateTime;

/// How high the highest bar is.
const HIGH: i64 = 150;
/// How wide all bars are together, or a little less.
const WIDE: i64 = 720;

/// A step in the plot, in its units.
pub(super) struct Bar {
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
    /// When it begins.
    pub step: String,
    pub figure: String,
}

/// All bars.
pub(super) struct Plot {
    pub bars: Vec<Bar>,
    /// How wide they are together.
    pub width: i64,
    /// The figure of the highest.
    pub highest: String,
}

fn measure(tally: &Tally, metric: Metric, business_hours: bool) -> f64 {
    if metric.is_time() { tally.average(metric, business_hours).unwrap_or_default() } else { tally.number(metric) as f64 }
}

/// The bars, the highest of them as high as there is room.
pub(super) fn plot(page: &Shell, view: View, steps: &Steps, tallies: &[Tally]) -> Plot {
    let View { metric, business_hours, offset, group_by, .. } = view;
    let measured = |tally: &Tally| measure(tally, metric, business_hours);
    let highest = tallies.iter().max_by(|one, other| measured(one).total_cmp(&measured(other)));
    let most = highest.map_or(0.0, measured).max(1.0);
    let each = (WIDE / (steps.begins.len() as i64).max(1)).clamp(1, 90);
    let width = if each > 3 { each - each / 4 } else { each };
    let format = match group_by {
        GroupBy::Hour => "%Y-%m-%d %H:%M",
        GroupBy::Day | GroupBy::Week => "%Y-%m-%d",
        GroupBy::Month => "%Y-%m",
        GroupBy::Year => "%Y",
    };
    let bar = |((begins, tally), place): ((&i64, &Tally), i64)| {
        // what is there at all is seen
        let height = if measured(tally) == 0.0 { 0 } else { ((measured(tally) / most * HIGH as f64) as i64).max(2) };
        Bar {
            x: place * each,
            y: HIGH - height,
            width,
            height,
            step: DateTime::from_timestamp(begins + offset, 0).unwrap_or_default().format(format).to_string(),
            figure: figure(page, tally, metric, business_hours),
        }
    };
    Plot {
        bars: steps.begins.iter().zip(tallies).zip(0..).map(bar).collect(),
        width: each * steps.begins.len() as i64,
        highest: highest.map(|tally| figure(page, tally, metric, business_hours)).unwrap_or_default(),
    }
}
