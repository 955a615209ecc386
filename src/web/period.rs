//! Times as people and programs write them.
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta};

/// A time: ISO 8601 with a zone or, in UTC, without; a day, which begins at midnight; or seconds since 1970. None for what is no
/// time, and for years that no database here could keep in order.
pub fn parse(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    let zoned = DateTime::parse_from_rfc3339(text).ok().map(|at| at.naive_utc());
    let local = || {
        ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    };
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    let unix = || text.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0)).map(|at| at.naive_utc());
    let at = zoned.or_else(local).or_else(day).or_else(unix)?;
    // both databases keep microseconds
    let at = at - TimeDelta::nanoseconds(i64::from(at.and_utc().timestamp_subsec_nanos() % 1000));
    (1970..=9999).contains(&at.year()).then_some(at)
}

/// With all that is kept of it.
pub fn exactly(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}

/// As a field for date and time wants it.
pub fn for_field(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_usual_form() {
        let at = NaiveDate::from_ymd_opt(2026, 11, 21).and_then(|day| day.and_hms_opt(7, 5, 0));
        for text in ["2026-11-21T07:05:00Z", "2026-11-21T14:05:00+07:00", "2026-11-21T07:05", " 2026-11-21 07:05:00 ", "1795244700"] {
            assert_eq!(parse(text), at, "{text}");
        }
        assert_eq!(parse("2026-11-21").map(for_field).as_deref(), Some("2026-11-21T00:00:00"));
        for text in [
            "",
            "soon",
            "2026-13-01",
            "99999999999999999999",
            "9223372036854775807",
            "-62135596800",
            "+262142-01-01T00:00:00Z",
            "2026-11-21T07:05:00.1234567890123456789012Z0",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
