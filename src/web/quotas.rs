//! How often what costs more than a request may be asked for: each kind has a number for each key within a time, on this node. And how much of
//! what takes long may be under way at once.
use crate::{
    error::{Error, Result},
    locks::lock,
};
use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::{BuildHasher, Hash},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// How many keys are remembered. (Some 48 bytes each.)
const MOST_KEYS: usize = 10_000;

/// One kind of thing that is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quota {
    /// What it is.
    pub of: &'static str,
    /// How many of it.
    pub most: u32,
    /// In which time.
    pub within: Duration,
}

/// What was asked for lately. `app` makes it and shares it between its workers.
#[derive(Debug)]
pub struct Quotas(Option<Asked>);

#[derive(Debug, Default)]
struct Asked {
    taken: Mutex<HashMap<(Quota, i64), Taken>>,
    under_way: UnderWay,
    hasher: RandomState,
}

impl Asked {
    /// Nobody outside knows which askers would have the same.
    fn key(&self, asker: impl Hash) -> i64 {
        self.hasher.hash_one(asker).cast_signed()
    }
}

/// How much of each kind is under way for each key. What is not is not among them.
type UnderWay = Arc<Mutex<HashMap<(&'static str, i64), u32>>>;

/// A place among what is under way. Dropped, it is free again.
#[derive(Debug)]
pub struct Place(Option<(UnderWay, (&'static str, i64))>);

impl Drop for Place {
    fn drop(&mut self) {
        let Some((under_way, kind)) = &self.0 else { return };
        let mut under_way = lock(under_way);
        if let Some(number) = under_way.get_mut(kind) {
            *number -= 1;
            if *number == 0 {
                under_way.remove(kind);
            }
        }
    }
}

#[derive(Debug)]
struct Taken {
    since: Instant,
    number: u32,
}

impl Quotas {
    /// Limits as the setting `rate_limits` says: on or off.
    pub fn new(on: bool) -> Quotas {
        Quotas(on.then(Asked::default))
    }

    /// Takes one. A time begins with the first one in it.
    ///
    /// # Errors
    /// [`Error::TooMany`] with the seconds to wait.
    pub fn take(&self, quota: Quota, key: i64) -> Result<()> {
        self.take_at(quota, key, Instant::now())
    }

    /// The same for whatever tells askers apart.
    ///
    /// # Errors
    /// As [`Quotas::take`].
    pub fn take_of(&self, quota: Quota, asker: impl Hash) -> Result<()> {
        match &self.0 {
            Some(asked) => self.take(quota, asked.key(asker)),
            None => Ok(()),
        }
    }

    /// The same for whatever tells them apart.
    ///
    /// # Errors
    /// As [`Quotas::begin`].
    pub fn begin_of(&self, of: &'static str, asker: impl Hash, most: u32) -> Result<Place> {
        self.begin(of, self.0.as_ref().map_or(0, |asked| asked.key(asker)), most)
    }

    /// Begins something of which each key may have so many under way at once.
    ///
    /// # Errors
    /// [`Error::TooMany`] when it has them.
    pub fn begin(&self, of: &'static str, key: i64, most: u32) -> Result<Place> {
        let Some(Asked { under_way, .. }) = &self.0 else { return Ok(Place(None)) };
        let mut all = lock(under_way);
        let number = all.entry((of, key)).or_default();
        if *number >= most {
            return Err(Error::TooMany(1));
        }
        *number += 1;
        Ok(Place(Some((under_way.clone(), (of, key)))))
    }

    fn take_at(&self, quota: Quota, key: i64, now: Instant) -> Result<()> {
        let Some(Asked { taken, .. }) = &self.0 else { return Ok(()) };
        let mut all = lock(taken);
        let is_over = |(quota, _): &(Quota, i64), taken: &Taken| now.saturating_duration_since(taken.since) >= quota.within;
        if all.len() >= MOST_KEYS && !all.contains_key(&(quota, key)) {
            all.retain(|kind, taken| !is_over(kind, taken));
            // whoever invents keys pushes out what was asked for once, and not those who have come often
            if all.len() >= MOST_KEYS {
                all.retain(|_, taken| taken.number > 1);
            }
            if all.len() >= MOST_KEYS {
                all.clear();
            }
        }
        let taken = all.entry((quota, key)).or_insert(Taken { since: now, number: 0 });
        if is_over(&(quota, key), taken) {
            *taken = Taken { since: now, number: 0 };
        }
        if taken.number >= quota.most {
            let wait = quota.within.saturating_sub(now.saturating_duration_since(taken.since));
            return Err(Error::TooMany(wait.as_secs() + 1));
        }
        taken.number += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: Quota = Quota { of: "things", most: 2, within: Duration::from_secs(60) };

    #[test]
    fn so_many_in_a_time_for_each_key() {
        let (quotas, start) = (Quotas::new(true), Instant::now());
        let take = |key, after| quotas.take_at(TWO, key, start + Duration::from_secs(after));
        assert!(take(1, 0).is_ok() && take(1, 30).is_ok() && take(2, 30).is_ok());
        assert!(matches!(take(1, 40), Err(Error::TooMany(21))));
        assert!(take(1, 60).is_ok() && take(1, 61).is_ok());
        assert!(take(1, 62).is_err());
        assert!((0..9).all(|_| Quotas::new(false).take(TWO, 1).is_ok()));
    }

    #[test]
    fn askers_are_told_apart_by_whatever_they_are() {
        let quotas = Quotas::new(true);
        assert!((0..2).all(|_| quotas.take_of(TWO, ("a", 1)).is_ok()));
        assert!(quotas.take_of(TWO, ("a", 1)).is_err());
        assert!(quotas.take_of(TWO, ("a", 2)).is_ok() && quotas.take_of(TWO, ("b", 1)).is_ok());
        let _place = quotas.begin_of("things", "a", 1).unwrap();
        assert!(quotas.begin_of("things", "a", 1).is_err() && quotas.begin_of("things", "b", 1).is_ok());
    }

    #[test]
    fn so_many_at_once_for_each_key() {
        let quotas = Quotas::new(true);
        let (first, second) = (quotas.begin("things", 1, 2), quotas.begin("things", 1, 2));
        assert!(first.is_ok() && second.is_ok() && quotas.begin("things", 1, 2).is_err());
        assert!(quotas.begin("things", 2, 2).is_ok() && quotas.begin("others", 1, 2).is_ok());
        drop(first);
        assert!(quotas.begin("things", 1, 2).is_ok());
        drop(second);
        assert!(quotas.0.as_ref().unwrap().under_way.lock().unwrap().is_empty());
        let off = Quotas::new(false);
        let many: Vec<_> = (0..9).map(|_| off.begin("things", 1, 2)).collect();
        assert!(many.iter().all(Result::is_ok));
    }

    #[test]
    fn memory_is_bounded() {
        let quotas = Quotas::new(true);
        assert!((0..3 * MOST_KEYS as i64).all(|key| quotas.take(TWO, key).is_ok()));
        assert!(quotas.0.as_ref().unwrap().taken.lock().unwrap().len() <= MOST_KEYS);
    }
}
