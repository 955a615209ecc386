//! Times as pages show them: a machine-readable instant, the full date in UTC, and words such as "4 min ago".
//!
//! Times are unix seconds; the calendar is the Gregorian one in both languages, and the zone is always named.

use std::fmt;

use askama::filters::HtmlSafe;
use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};

use super::{
    fields::{Patch, Text},
    i18n::{Arg, Language},
};
use crate::error::{Error, Result};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A time as programs write it: seconds since 1970, or ISO 8601 with a zone. None for what is no time, and for years that no database here could
/// keep in order.
pub fn instant(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    let time = match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() => DateTime::from_timestamp(seconds as i64, 0),
        Ok(_) => None,
        Err(_) => DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc()),
    };
    time.filter(|time| (1970..=9999).contains(&time.year())).map(|time| time.naive_utc())
}

/// The same in a field of this name, which may be left out.
///
/// # Errors
/// [`Error::Invalid`] for what is no time.
pub fn field(name: &'static str, said: Patch<Text>) -> Result<Option<NaiveDateTime>> {
    let Patch::Set(Text(text)) = said else { return Ok(None) };
    instant(&text).map(Some).ok_or_else(|| Error::invalid(name, format!("{name} must be a time in seconds since 1970")))
}

/// A point in time as a person reads it; shown as a `<time>` element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// For `<time datetime>`: `2026-11-21T14:05:09Z`.
    pub iso: String,
    /// `21 Nov 2026, 14:05:09 UTC`.
    pub full: String,
    /// `4 min ago`, `in 4 min`; the date when it is more than a week away.
    pub relative: String,
    /// `14:05:09 UTC`.
    pub clock: String,
    show_full: bool,
}

impl Moment {
    /// Describes the instant `unix` as seen at `now`.
    pub fn new(language: Language, unix: i64, now: i64) -> Moment {
        let at = DateTime::<Utc>::from_timestamp(unix, 0).unwrap_or_default();
        let clock = format!("{:02}:{:02}:{:02} UTC", at.hour(), at.minute(), at.second());
        let date = date(language, at);
        let relative = relative(language, unix - now).unwrap_or_else(|| date.clone());
        Moment { iso: at.format("%Y-%m-%dT%H:%M:%SZ").to_string(), full: format!("{date}, {clock}"), relative, clock, show_full: false }
    }

    /// The same moment in other words.
    pub fn in_words(self, relative: String) -> Moment {
        Moment { relative, ..self }
    }

    /// The same moment, shown in full instead of in words.
    pub fn in_full(self) -> Moment {
        Moment { show_full: true, ..self }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // All parts come from numbers and from our own catalogue: there is nothing to escape.
        if self.show_full {
            write!(f, "<time datetime=\"{}\">{}</time>", self.iso, self.full)
        } else {
            write!(f, "<time datetime=\"{}\" title=\"{}\">{}</time>", self.iso, self.full, self.relative)
        }
    }
}

impl HtmlSafe for Moment {}

fn date(language: Language, at: DateTime<Utc>) -> String {
    let month = language.t(&format!("month-{}", at.month()));
    let parts = [("day", Arg::from(at.day())), ("month", month.into()), ("year", at.year().to_string().into())];
    language.ta("date", &parts)
}

/// `seconds` from now in words, `None` when it is further away than words help.
fn relative(language: Language, seconds: i64) -> Option<String> {
    let (side, distance) = if seconds > 0 { ("in", seconds) } else { ("ago", -seconds) };
    let (unit, count) = match distance {
        0..10 if side == "ago" => return Some(language.t("time-now")),
        0..MINUTE => ("seconds", distance),
        MINUTE..HOUR => ("minutes", distance / MINUTE),
        HOUR..DAY => ("hours", distance / HOUR),
        DAY.. if distance < 7 * DAY => ("days", distance / DAY),
        _ => return None,
    };
    Some(language.ta(&format!("time-{side}-{unit}"), &[("count", count.into())]))
}

/// How long something took: `182 ms`, `5.0 s`.
pub fn duration(language: Language, milliseconds: i64) -> String {
    if milliseconds < 1 {
        language.ta("duration-ms", &[("value", "< 1".to_owned().into())])
    } else if milliseconds < 1000 {
        language.ta("duration-ms", &[("value", milliseconds.to_string().into())])
    } else {
        // Tenths, rounded down: a wait of 4.99 s must not read like a timeout of 5 s.
        let text = format!("{}.{}", milliseconds / 1000, milliseconds % 1000 / 100);
        language.ta("duration-s", &[("value", text.into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_269_909; // 2026-11-21 14:05:09 UTC

    #[test]
    fn the_full_date_names_its_zone() {
        let moment = Moment::new(Language::English, NOW, NOW);
        assert_eq!(moment.iso, "2026-11-21T14:05:09Z");
        assert_eq!(moment.full, "21 Nov 2026, 14:05:09 UTC");
        assert_eq!(Moment::new(Language::Thai, NOW, NOW).full, "21 พ.ย. 2026, 14:05:09 UTC");
        assert_eq!(moment.in_full().to_string(), "<time datetime=\"2026-11-21T14:05:09Z\">21 Nov 2026, 14:05:09 UTC</time>");
    }

    #[test]
    fn near_times_are_words() {
        let words = |seconds| Moment::new(Language::English, NOW + seconds, NOW).relative;
        assert_eq!(words(0), "just now");
        assert_eq!(words(-42), "42 s ago");
        assert_eq!(words(-250), "4 min ago");
        assert_eq!(words(250), "in 4 min");
        assert_eq!(words(-3 * HOUR), "3 hours ago");
        assert_eq!(words(HOUR), "in 1 hour");
        assert_eq!(words(-DAY), "1 day ago");
        assert_eq!(words(-8 * DAY), "13 Nov 2026");
        assert_eq!(Moment::new(Language::Thai, NOW - 250, NOW).relative, "4 นาทีที่แล้ว");
    }

    #[test]
    fn durations_are_short() {
        assert_eq!(duration(Language::English, 0), "< 1 ms");
        assert_eq!(duration(Language::English, 182), "182 ms");
        assert_eq!(duration(Language::English, 4_990), "4.9 s");
    }
}
