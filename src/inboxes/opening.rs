//! When somebody is there: the hours of an inbox, meant where it is.
use super::model::WorkingHour;
use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, TimeZone, Timelike};
use chrono_tz::Tz;
use std::ops::Range;

const MINUTE: i64 = 60;
const HALF_HOUR: i64 = 30 * MINUTE;
const DAY: i64 = 24 * 60 * MINUTE;

/// From which to which second of a day somebody is there, as clocks show it. The closing minute begins the time in which nobody is
/// there; a day of which nothing is said is open.
fn opening(week: &[WorkingHour], date: NaiveDate) -> Range<i64> {
    let weekday = i64::from(date.weekday().num_days_from_sunday());
    let second =
        |hour: Option<i16>, minutes: Option<i16>| (i64::from(hour.unwrap_or_default()) * 60 + i64::from(minutes.unwrap_or_default())) * MINUTE;
    match week.iter().find(|day| i64::from(day.day_of_week) == weekday) {
        Some(day) if day.closed_all_day && !day.open_all_day => 0..0,
        Some(day) if !day.open_all_day => second(day.open_hour, day.open_minutes)..second(day.close_hour, day.close_minutes),
        _ => 0..DAY,
    }
}

fn zone(timezone: &str) -> Tz {
    timezone.parse().unwrap_or(Tz::UTC)
}

/// Whether nobody is there at this time (in UTC), by the hours of a week in this time zone.
pub fn is_closed(week: &[WorkingHour], timezone: &str, now: NaiveDateTime) -> bool {
    let local = zone(timezone).from_utc_datetime(&now).naive_local();
    !opening(week, local.date()).contains(&i64::from(local.num_seconds_from_midnight()))
}

/// For how many whole seconds between two times (in UTC) somebody was there.
pub fn open_seconds(week: &[WorkingHour], timezone: &str, from: NaiveDateTime, to: NaiveDateTime) -> i64 {
    let zone = zone(timezone);
    let local = |at: i64| {
        let at = chrono::DateTime::from_timestamp(at, 0).unwrap_or_default().naive_utc();
        zone.from_utc_datetime(&at).naive_local()
    };
    let (mut at, to, mut open) = (from.and_utc().timestamp(), to.and_utc().timestamp(), 0);
    while at < to {
        let here = local(at);
        let second = i64::from(here.num_seconds_from_midnight());
        let mut end = (at + DAY - second).min(to);
        if local(end - 1) - here != Duration::seconds(end - 1 - at) {
            // clocks are changed on this day: as far as surely not
            end = end.min(at - at.rem_euclid(HALF_HOUR) + HALF_HOUR);
        }
        let hours = opening(week, here.date());
        open += (hours.end.min(second + end - at) - hours.start.max(second)).max(0);
        at = end;
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::{AccountId, InboxId, now};

    fn day(day_of_week: i16, hours: Option<[i16; 4]>) -> WorkingHour {
        let [open_hour, open_minutes, close_hour, close_minutes] = hours.map(|hours| hours.map(Some)).unwrap_or_default();
        let (closed_all_day, open_all_day, at) = (hours.is_none(), false, now());
        let (account_id, inbox_id) = (AccountId(1), InboxId(1));
        WorkingHour {
            id: 0,
            account_id,
            inbox_id,
            day_of_week,
            closed_all_day,
            open_hour,
            open_minutes,
            close_hour,
            close_minutes,
            open_all_day,
            created_at: at,
            updated_at: at,
        }
    }

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn hours_are_meant_where_the_inbox_is() {
        // a Monday from 9:30 to 17:00, and the Sunday before it, closed
        let week = [day(0, None), day(1, Some([9, 30, 17, 0]))];
        for (zone, time, closed) in [
            ("UTC", "2026-11-23T09:29:59", true),
            ("UTC", "2026-11-23T09:30:00", false),
            ("UTC", "2026-11-23T16:59:59", false),
            ("UTC", "2026-11-23T17:00:00", true),
            ("UTC", "2026-11-22T12:00:00", true),
            ("Asia/Bangkok", "2026-11-23T02:30:00", false),
            ("Asia/Bangkok", "2026-11-23T12:00:00", true),
            // it is Monday there already
            ("Pacific/Auckland", "2026-11-22T21:00:00", false),
            // in summer an hour earlier
            ("Europe/Berlin", "2026-11-23T08:00:00", true),
            ("Europe/Berlin", "2026-07-20T07:45:00", false),
            ("Nowhere/Else", "2026-11-23T12:00:00", false),
        ] {
            assert_eq!(is_closed(&week, zone, at(time)), closed, "{zone} {time}");
        }
    }

    #[test]
    fn days_that_are_open_or_closed_as_a_whole() {
        let whole = WorkingHour { open_all_day: true, closed_all_day: false, ..day(1, Some([0, 0, 23, 59])) };
        assert!(!is_closed(&[whole], "UTC", at("2026-11-23T23:59:59")));
        assert!(is_closed(&[day(1, None)], "UTC", at("2026-11-23T12:00:00")));
        // of this day nothing is said
        assert!(!is_closed(&[day(2, None)], "UTC", at("2026-11-23T12:00:00")));
    }

    /// The same, minute by minute: all borders are at whole minutes.
    fn counted(week: &[WorkingHour], zone: &str, from: NaiveDateTime, minutes: i64) -> i64 {
        (0..minutes).filter(|minute| !is_closed(week, zone, from + Duration::minutes(*minute))).count() as i64 * 60
    }

    #[test]
    fn open_time_is_the_time_that_is_not_closed() {
        let week =
            [day(0, Some([1, 30, 3, 15])), day(1, Some([9, 30, 17, 0])), day(2, None), day(3, Some([0, 0, 23, 59])), day(6, Some([22, 0, 23, 30]))];
        for zone in ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"] {
            // clocks go forward and back in these weeks
            for from in [
                "2026-03-27T18:07:00",
                "2026-10-23T21:41:00",
                "2026-03-06T03:33:00",
                "2026-10-30T11:13:00",
                "2026-04-03T00:00:00",
                "2026-10-02T09:00:00",
            ] {
                for minutes in [1, 59, 24 * 60, 9 * 24 * 60 + 77] {
                    let (start, end) = (at(from), at(from) + Duration::minutes(minutes));
                    assert_eq!(open_seconds(&week, zone, start, end), counted(&week, zone, start, minutes), "{zone} {from} {minutes}");
                }
            }
        }
    }

    #[test]
    fn no_time_is_no_open_time() {
        let monday = at("2026-11-23T12:00:00");
        assert_eq!(open_seconds(&[], "UTC", monday, monday), 0);
        assert_eq!(open_seconds(&[], "UTC", monday, monday - Duration::seconds(5)), 0);
        assert_eq!(open_seconds(&[], "UTC", monday, monday + Duration::seconds(90_000)), 90_000);
        assert_eq!(open_seconds(&[day(1, Some([12, 0, 12, 1]))], "UTC", monday, monday + Duration::hours(1)), 60);
    }
}
