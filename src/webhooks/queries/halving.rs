//! Finding a time among ids that grow with it, without an index by time.
use crate::error::Result;
use chrono::NaiveDateTime;

/// The first id, up to one after the last, from which on nothing is older than `at`. `next` gives the first row from an id on.
pub(super) fn since(last: i64, at: NaiveDateTime, mut next: impl FnMut(i64) -> Result<Option<(i64, NaiveDateTime)>>) -> Result<i64> {
    let (mut low, mut high) = (1, last + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match next(middle)? {
            Some((id, created_at)) if created_at < at => low = id + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::now;
    use chrono::TimeDelta;

    #[test]
    fn a_time_is_found_between_rows_with_gaps() {
        let start = now();
        let ids = [3_i64, 4, 10, 11, 500, 1000];
        let rows: Vec<(i64, NaiveDateTime)> = ids.iter().zip(0..).map(|(id, n)| (*id, start + TimeDelta::hours(n))).collect();
        let mut looks = 0;
        let mut first = |hours: i64| {
            let next = |middle| {
                looks += 1;
                Ok(rows.iter().find(|(id, _)| *id >= middle).copied())
            };
            since(1000, start + TimeDelta::hours(hours), next).expect("rows")
        };
        // the gap before a row belongs to it
        assert_eq!([first(-1), first(0), first(1), first(2), first(4), first(5), first(6)], [1, 1, 4, 5, 12, 501, 1001]);
        assert!(looks < 7 * 12, "{looks}");
        assert_eq!(since(0, start, |_| Ok(None)).expect("none"), 1);
    }
}
