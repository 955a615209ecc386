//! Reports as tables (CSV), in UTF-8 with a mark that spreadsheets know it by. Times are written as hours, minutes and seconds, which
//! they can reckon with.
use super::{
    model::{Dimension, Metric, Tally},
    period::{HOURS_OF_DAY, Steps},
    queries::Part,
};
use crate::{error::Result, web::spreadsheet::table};
use chrono::DateTime;

/// What is told of each agent, inbox, label or team.
const COLUMNS: [(&str, Metric); 5] = [
    ("Conversations", Metric::Conversations),
    ("Avg first response time", Metric::FirstResponse),
    ("Avg resolution time", Metric::Resolution),
    ("Avg customer waiting time", Metric::ReplyTime),
    ("Resolution count", Metric::Resolutions),
];

/// What is told of all conversations.
const SUMMARY: [(&str, Metric); 7] = [
    ("Conversations", Metric::Conversations),
    ("Incoming messages", Metric::Incoming),
    ("Outgoing messages", Metric::Outgoing),
    ("Avg first response time", Metric::FirstResponse),
    ("Avg resolution time", Metric::Resolution),
    ("Resolution count", Metric::Resolutions),
    ("Avg customer waiting time", Metric::ReplyTime),
];

/// `26:03:09`; nothing without any.
fn clock(seconds: Option<f64>) -> String {
    let Some(seconds) = seconds.map(|seconds| seconds.round() as i64) else { return String::new() };
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn cell(tally: &Tally, metric: Metric, within_hours: bool) -> String {
    if metric.is_time() { clock(tally.average(metric, within_hours)) } else { tally.number(metric).to_string() }
}

/// A row for each agent, inbox, label or team.
///
/// # Errors
/// [`Error::Internal`] when it cannot be written, as of the others.
pub fn by_dimension(dimension: Dimension, parts: &[Part], within_hours: bool) -> Result<Vec<u8>> {
    let name = match dimension {
        Dimension::Agent => "Agent name",
        Dimension::Inbox => "Inbox name",
        Dimension::Label => "Label",
        Dimension::Team => "Team name",
    };
    let head: Vec<&str> = [name].into_iter().chain(COLUMNS.map(|(column, _)| column)).collect();
    let row =
        |Part { name, tally, .. }: &Part| [name.clone()].into_iter().chain(COLUMNS.map(|(_, metric)| cell(tally, metric, within_hours))).collect();
    table(&head, parts.iter().map(row))
}

/// One row for all conversations.
///
/// # Errors
/// As of the others.
pub fn summary(tally: &Tally, within_hours: bool) -> Result<Vec<u8>> {
    table(&SUMMARY.map(|(column, _)| column), [SUMMARY.map(|(_, metric)| cell(tally, metric, within_hours)).to_vec()])
}

/// A column for each day, a row for each of its hours, as clocks show them that are `offset` seconds ahead of UTC.
///
/// # Errors
/// As of the others.
pub fn traffic(hours: &Steps, tallies: &[Tally], offset: i64) -> Result<Vec<u8>> {
    let day = |at: &i64| DateTime::from_timestamp(at + offset, 0).unwrap_or_default().format("%Y-%m-%d").to_string();
    let days = hours.begins.iter().step_by(HOURS_OF_DAY).map(day);
    let head: Vec<String> = ["Start of the hour".to_owned()].into_iter().chain(days).collect();
    let row = |hour: usize| {
        let numbers = tallies.iter().skip(hour).step_by(HOURS_OF_DAY).map(|tally| tally.number(Metric::Conversations).to_string());
        [format!("{hour:02}:00")].into_iter().chain(numbers).collect()
    };
    table(&head.iter().map(String::as_str).collect::<Vec<_>>(), (0..HOURS_OF_DAY).map(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_spreadsheets_read_them() {
        assert_eq!([None, Some(0.0), Some(59.6), Some(93_789.2)].map(clock), ["", "0:00:00", "0:01:00", "26:03:09"]);
    }

    #[test]
    fn no_name_is_a_formula() {
        let parts = ["=1+1", "a, \"b\""].map(|name| Part { id: 1, name: name.to_owned(), tally: Tally::default() });
        let table = String::from_utf8(by_dimension(Dimension::Label, &parts, false).unwrap()).unwrap();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[0], "\u{feff}Label,Conversations,Avg first response time,Avg resolution time,Avg customer waiting time,Resolution count");
        assert_eq!(lines[1..], ["'=1+1,0,,,,0", "\"a, \"\"b\"\"\",0,,,,0"]);
    }
}
