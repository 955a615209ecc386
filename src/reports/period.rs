//! From when to when, and in which steps.
use crate::{
    error::{Error, Result},
    text_enum,
    web::{
        clock,
        fields::{Patch, Text},
    },
};
use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDate, NaiveDateTime, NaiveTime};

/// What is told of without more.
const USUAL: Duration = Duration::days(7);
/// How many points a report has at most: a year of hours.
const MOST_POINTS: usize = 10_000;
/// How long a day is, in seconds.
pub const DAY: i64 = 86_400;
/// How many hours a day has.
pub const HOURS_OF_DAY: usize = 24;
/// How far clocks anywhere are from UTC at most, in hours.
const FARTHEST: f64 = 14.0;

/// A time from a moment up to, and without, another, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// When it begins.
    pub since: i64,
    /// When it is over.
    pub until: i64,
}

impl Period {
    /// As clients say it: seconds since 1970, or ISO 8601; without more, the last seven days.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no time.
    pub fn read(since: Patch<Text>, until: Patch<Text>, now: NaiveDateTime) -> Result<Period> {
        let second = |at: NaiveDateTime| at.and_utc().timestamp();
        let until = clock::field("until", until)?.map_or_else(|| second(now) + 1, second);
        let since = clock::field("since", since)?.map_or(until - USUAL.num_seconds(), second);
        Ok(Period { since, until })
    }

    /// The days before today, so many, and all of today, as clocks show them that are `offset` seconds ahead of UTC.
    pub fn days_until(now: NaiveDateTime, before: i64, offset: i64) -> Period {
        let today = (now.and_utc().timestamp() + offset).div_euclid(DAY) * DAY - offset;
        Period { since: today - before * DAY, until: today + DAY }
    }

    /// The time of the same length before it.
    pub fn previous(self) -> Period {
        Period { since: self.since - (self.until - self.since), until: self.since }
    }

    /// Whether it is longer than so many days.
    pub fn is_longer_than_days(self, days: i64) -> bool {
        self.until - self.since > days * DAY
    }

    /// Whether something happened in it.
    pub fn contains(self, at: i64) -> bool {
        (self.since..self.until).contains(&at)
    }

    /// What of it lies in the step that begins then.
    pub fn within_step(self, begins: i64, by: GroupBy, offset: i64) -> Period {
        let local = DateTime::from_timestamp(begins + offset, 0).unwrap_or_default().naive_utc();
        let ends = next(local, by).map_or(i64::MAX, |local| local.and_utc().timestamp() - offset);
        let since = self.since.max(begins);
        Period { since, until: self.until.min(ends).max(since) }
    }

    /// It, in the database's words.
    pub fn times(self) -> (NaiveDateTime, NaiveDateTime) {
        let time = |at| DateTime::from_timestamp(at, 0).unwrap_or_default().naive_utc();
        (time(self.since), time(self.until))
    }
}

text_enum! {
    /// How long a step is.
    pub enum GroupBy { Hour = 0 "hour", Day = 1 "day", Week = 2 "week", Month = 3 "month", Year = 4 "year" }
}

impl GroupBy {
    /// As clients say it; a day without more.
    ///
    /// # Errors
    /// [`Error::Invalid`] for none that there is.
    pub fn asked(name: &str) -> Result<GroupBy> {
        match name {
            "" => Ok(GroupBy::Day),
            name => GroupBy::from_name(name).ok_or_else(|| Error::invalid("group_by", "group_by must be hour, day, week, month or year")),
        }
    }
}

/// The steps of a period: each begins where clocks show the beginning of an hour, a day, a week (on Sunday), a month or a year.
#[derive(Debug, Clone)]
pub struct Steps {
    /// When each begins, in seconds since 1970; the first may begin before the period.
    pub begins: Vec<i64>,
}

/// How far clocks are from UTC, in seconds, as clients say it: hours, perhaps with a fraction.
///
/// # Errors
/// [`Error::Invalid`] for what no clock shows.
pub fn offset(said: Patch<Text>) -> Result<i64> {
    let Patch::Set(Text(text)) = said else { return Ok(0) };
    let hours = text.trim().parse::<f64>().ok().filter(|hours| hours.abs() <= FARTHEST);
    let hours = hours.ok_or_else(|| Error::invalid("timezone_offset", "timezone_offset must be a number of hours between -14 and 14"))?;
    Ok((hours * 3600.0).round() as i64)
}

impl Steps {
    /// Of a period, by clocks that are `offset` seconds ahead of UTC.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than 10,000 steps.
    pub fn of(period: Period, by: GroupBy, offset: i64) -> Result<Steps> {
        let mut begins = Vec::new();
        let mut local = beginning(period.since + offset, by);
        while period.since < period.until && local.and_utc().timestamp() - offset < period.until {
            if begins.len() == MOST_POINTS {
                return Err(Error::invalid("since", format!("A report has at most {MOST_POINTS} points: ask for a shorter time, or longer steps")));
            }
            begins.push(local.and_utc().timestamp() - offset);
            local = next(local, by).ok_or_else(|| Error::invalid("until", "until is too far away"))?;
        }
        Ok(Steps { begins })
    }

    /// In which of them something happened.
    pub fn place(&self, at: i64) -> Option<usize> {
        self.begins.partition_point(|begins| *begins <= at).checked_sub(1)
    }
}

fn beginning(at: i64, by: GroupBy) -> NaiveDateTime {
    let local = DateTime::from_timestamp(at, 0).unwrap_or_default().naive_utc();
    let day = local.date();
    let day = match by {
        GroupBy::Hour => return local - Duration::seconds(at.rem_euclid(3600)),
        GroupBy::Day => day,
        GroupBy::Week => day - Days::new(u64::from(day.weekday().num_days_from_sunday())),
        GroupBy::Month => day - Days::new(u64::from(day.day0())),
        GroupBy::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(day),
    };
    day.and_time(NaiveTime::MIN)
}

fn next(local: NaiveDateTime, by: GroupBy) -> Option<NaiveDateTime> {
    match by {
        GroupBy::Hour => local.checked_add_signed(Duration::hours(1)),
        GroupBy::Day => local.checked_add_days(Days::new(1)),
        GroupBy::Week => local.checked_add_days(Days::new(7)),
        GroupBy::Month => local.checked_add_months(Months::new(1)),
        GroupBy::Year => local.checked_add_months(Months::new(12)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text).unwrap().timestamp()
    }

    fn steps(since: &str, until: &str, by: GroupBy, offset: i64) -> Vec<String> {
        let steps = Steps::of(Period { since: at(since), until: at(until) }, by, offset).unwrap();
        steps.begins.iter().map(|at| DateTime::from_timestamp(*at, 0).unwrap().format("%m-%d %H:%M").to_string()).collect()
    }

    #[test]
    fn steps_begin_where_clocks_show_it() {
        let (since, until) = ("2026-02-26T20:10:00Z", "2026-03-01T18:15:00Z");
        assert_eq!(steps(since, until, GroupBy::Day, 0), ["02-26 00:00", "02-27 00:00", "02-28 00:00", "03-01 00:00"]);
        // in Nepal the 27th has begun at 18:15 of the 26th, and the 2nd of March begins when the period ends
        assert_eq!(steps(since, until, GroupBy::Day, 20_700), ["02-26 18:15", "02-27 18:15", "02-28 18:15"]);
        assert_eq!(steps(since, until, GroupBy::Week, 0), ["02-22 00:00", "03-01 00:00"]);
        assert_eq!(steps(since, until, GroupBy::Month, -7200), ["02-01 02:00", "03-01 02:00"]);
        assert_eq!(steps(since, until, GroupBy::Year, 3600), ["12-31 23:00"]);
        assert_eq!(steps(since, "2026-02-26T22:00:00Z", GroupBy::Hour, 1800), ["02-26 19:30", "02-26 20:30", "02-26 21:30"]);
        assert!(steps(since, since, GroupBy::Hour, 600).is_empty() && steps(until, since, GroupBy::Day, 0).is_empty());
    }

    #[test]
    fn everything_in_a_period_has_a_place() {
        let period = Period { since: at("2024-02-27T10:00:00Z"), until: at("2024-03-03T10:00:00Z") };
        let steps = Steps::of(period, GroupBy::Day, 19_800).unwrap();
        assert_eq!(steps.place(period.since), Some(0));
        assert_eq!(steps.place(at("2024-02-28T18:29:59Z")), Some(1));
        assert_eq!(steps.place(at("2024-02-28T18:30:00Z")), Some(2));
        assert_eq!(steps.place(period.until - 1), Some(steps.begins.len() - 1));
        assert_eq!(steps.place(at("2020-01-01T00:00:00Z")), None);
    }

    #[test]
    fn a_step_ends_with_its_period() {
        let period = Period { since: at("2024-02-27T10:00:00Z"), until: at("2024-03-03T10:00:00Z") };
        let step = |begins: &str, by| period.within_step(at(begins), by, 19_800);
        assert_eq!(step("2024-02-26T18:30:00Z", GroupBy::Day), Period { since: period.since, until: at("2024-02-27T18:30:00Z") });
        assert_eq!(step("2024-01-31T18:30:00Z", GroupBy::Month), Period { since: period.since, until: at("2024-02-29T18:30:00Z") });
        assert_eq!(step("2024-03-02T18:30:00Z", GroupBy::Week), Period { since: at("2024-03-02T18:30:00Z"), until: period.until });
        let beyond = step("2025-01-01T00:00:00Z", GroupBy::Hour);
        assert_eq!(beyond.since, beyond.until);
    }

    #[test]
    fn what_is_too_much_or_nothing_is_refused() {
        let ever = Period { since: 0, until: at("9999-01-01T00:00:00Z") };
        assert!(Steps::of(ever, GroupBy::Hour, 0).is_err() && Steps::of(ever, GroupBy::Day, 0).is_err());
        assert_eq!(Steps::of(ever, GroupBy::Year, 0).unwrap().begins.len(), 8029);
        let said = |text: &str| offset(Patch::Set(Text(text.into())));
        assert_eq!((said("5.75").unwrap(), said("-3.5").unwrap(), offset(Patch::Absent).unwrap()), (20_700, -12_600, 0));
        assert!(["15", "-99", "NaN", "inf", "x"].iter().all(|text| said(text).is_err()));
    }
}
