//! How often one may try to sign in: 5 times in 5 minutes from one address, 10 times in 15 minutes for one e-mail address. And
//! how often one may ask for a new password, or for a link once more: 5 times in 30 minutes from one address, 5 times in an hour for one e-mail
//! address. And how often one may say the code of a second factor: 10 times in 5 minutes from one address, 10 times in 15 minutes for one user.
//!
//! A try is counted when it begins, so that many at once are no way around the limit, and given back when it turns out
//! right: an office whose people all sign in at nine from one address is not locked out, and whoever guesses is, also from
//! many addresses. Tries come back one by one: one a minute for the address, one every ninety seconds for the e-mail.
use crate::{
    error::{Error, Result},
    locks::lock,
    users::User,
};
#[cfg(not(test))]
use governor::clock::DefaultClock as Time;
#[cfg(test)]
use governor::clock::FakeRelativeClock as Time;
use governor::{Quota, RateLimiter, clock::Clock, middleware::NoOpMiddleware, nanos::Nanos, state::StateStore};
use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::{BuildHasher, Hash},
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

/// How many addresses, and how many e-mails, are remembered at most. (Some 24 bytes each.)
const MOST_KEYS: usize = 50_000;

/// The limits on signing in, for one node. `app` makes them and shares them between its workers.
#[derive(Debug)]
pub struct SignInLimits {
    /// None when the installation wants no limits.
    throttles: Option<Throttles>,
    /// The same for new passwords.
    resets: Option<Throttles>,
    /// The same for accounts that people make for themselves.
    sign_ups: Option<Throttles>,
    /// The same for links that are mailed once more.
    confirmations: Option<Throttles>,
    /// The same for codes of second factors.
    codes: Option<Throttles>,
}

#[derive(Debug)]
struct Throttles {
    addresses: Throttle,
    emails: Throttle,
}

impl SignInLimits {
    /// Limits as the setting `rate_limits` says: on or off.
    pub fn new(on: bool) -> Self {
        Self::with_clock(on, Time::default())
    }

    fn with_clock(on: bool, clock: Time) -> Self {
        let make = |most: u32, minutes: u64| Throttle::new(most, Duration::from_secs(minutes * 60), clock.clone());
        let both = |addresses: (u32, u64), emails: (u32, u64)| match (make(addresses.0, addresses.1), make(emails.0, emails.1)) {
            (Some(addresses), Some(emails)) if on => Some(Throttles { addresses, emails }),
            _ => None,
        };
        SignInLimits {
            throttles: both((5, 5), (10, 15)),
            resets: both((5, 30), (5, 60)),
            sign_ups: both((5, 30), (5, 60)),
            confirmations: both((5, 30), (5, 60)),
            codes: both((10, 5), (10, 15)),
        }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// [`Error::TooMany`] with the seconds to wait; such a try is not counted.
    pub(super) fn begin(&self, ip: Option<IpAddr>, email: &str) -> Result<Try<'_>> {
        self.throttles.as_ref().map_or(Ok(Try(None)), |throttles| throttles.begin(ip, email))
    }

    /// Counts a wish for an account of one's own.
    ///
    /// # Errors
    /// As [`SignInLimits::count_reset`].
    pub(super) fn count_sign_up(&self, ip: Option<IpAddr>, email: &str) -> Result<()> {
        self.sign_ups.as_ref().map_or(Ok(()), |throttles| throttles.begin(ip, email).map(drop))
    }

    /// Counts a wish for the link of a sign-up or an invitation once more, whether one waits or not.
    ///
    /// # Errors
    /// As [`SignInLimits::count_reset`].
    pub(super) fn count_confirmation(&self, ip: Option<IpAddr>, email: &str) -> Result<()> {
        self.confirmations.as_ref().map_or(Ok(()), |throttles| throttles.begin(ip, email).map(drop))
    }

    /// Counts a code that somebody says.
    ///
    /// # Errors
    /// As [`SignInLimits::begin`].
    pub(super) fn begin_code(&self, ip: Option<IpAddr>, user: &User) -> Result<Try<'_>> {
        self.codes.as_ref().map_or(Ok(Try(None)), |throttles| throttles.begin(ip, &user.email))
    }

    /// Counts a wish for a link that goes to an address, whether somebody has that address or not.
    ///
    /// # Errors
    /// [`Error::TooMany`] with the seconds to wait; such a wish is not counted.
    pub fn count_reset(&self, ip: Option<IpAddr>, email: &str) -> Result<()> {
        self.resets.as_ref().map_or(Ok(()), |throttles| throttles.begin(ip, email).map(drop))
    }
}

impl Throttles {
    fn begin(&self, ip: Option<IpAddr>, email: &str) -> Result<Try<'_>> {
        let address = ip.map(network).map(|network| self.addresses.key(network));
        let email = self.emails.key(email.trim().to_lowercase());
        if let Some(address) = address {
            self.addresses.take(address)?;
        }
        let counted = Try(Some(Counted { throttles: self, address, email }));
        match self.emails.take(email) {
            Ok(()) => Ok(counted),
            Err(e) => {
                if let Some(address) = address {
                    self.addresses.give_back(address);
                }
                Err(e)
            }
        }
    }
}

/// A try that has been counted. Dropped, it stays so: a client that goes away before the answer has tried all the same.
#[derive(Debug)]
pub(super) struct Try<'a>(Option<Counted<'a>>);

#[derive(Debug)]
struct Counted<'a> {
    throttles: &'a Throttles,
    address: Option<u64>,
    email: u64,
}

impl Try<'_> {
    /// Gives the try back: it was no guess.
    pub fn forgive(self) {
        let Some(Counted { throttles, address, email }) = self.0 else { return };
        if let Some(address) = address {
            throttles.addresses.give_back(address);
        }
        throttles.emails.give_back(email);
    }
}

/// What counts as one address: in IPv6 the /64 that a single customer has.
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64)),
        v4 => v4,
    }
}

/// One limit, for each of many keys.
#[derive(Debug)]
struct Throttle {
    limiter: RateLimiter<u64, Ledger, Time, NoOpMiddleware<<Time as Clock>::Instant>>,
    ledger: Ledger,
    /// What one try weighs, in nanoseconds.
    weight: u64,
    /// Keys are kept as hashes, so that nobody fills the memory with long addresses.
    hasher: RandomState,
}

impl Throttle {
    fn new(most: u32, within: Duration, clock: Time) -> Option<Self> {
        let period = within / most;
        let quota = Quota::with_period(period)?.allow_burst(NonZeroU32::new(most)?);
        let ledger = Ledger::default();
        Some(Throttle {
            limiter: RateLimiter::new(quota, ledger.clone(), clock),
            ledger,
            weight: Nanos::from(period).as_u64(),
            hasher: RandomState::new(),
        })
    }

    fn key(&self, of: impl Hash) -> u64 {
        self.hasher.hash_one(of)
    }

    fn take(&self, key: u64) -> Result<()> {
        self.limiter.check_key(&key).map_err(|until| {
            let wait = until.wait_time_from(self.limiter.clock().now());
            Error::TooMany(wait.as_secs() + 1)
        })
    }

    fn give_back(&self, key: u64) {
        if let Some(due) = self.ledger.lock().get_mut(&key) {
            *due = due.saturating_sub(self.weight);
        }
    }
}

/// For each key the time until which its tries weigh on it. (governor's own stores can neither give back nor be bounded.)
#[derive(Debug, Clone, Default)]
struct Ledger(Arc<Mutex<HashMap<u64, u64>>>);

impl Ledger {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, u64>> {
        lock(&self.0)
    }
}

impl StateStore for Ledger {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, key: &u64, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut due = self.lock();
        let (answer, next) = decide(due.get(key).copied().map(Nanos::from))?;
        if due.len() >= MOST_KEYS && !due.contains_key(key) {
            forget_half(&mut due);
        }
        due.insert(*key, next.as_u64());
        Ok(answer)
    }
}

/// Forgets the keys that weigh least: those whose time is over, and those with a single try. Whoever has tried often
/// is remembered, however many others come.
fn forget_half(due: &mut HashMap<u64, u64>) {
    let mut times: Vec<u64> = due.values().copied().collect();
    let half = times.len() / 2;
    let (_, middle, _) = times.select_nth_unstable(half);
    let middle = *middle;
    due.retain(|_, time| *time > middle);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> (SignInLimits, Time) {
        let clock = Time::default();
        (SignInLimits::with_clock(true, clock.clone()), clock)
    }

    fn ip(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    fn seconds(limits: &SignInLimits, address: &str, email: &str) -> Option<u64> {
        match limits.begin(ip(address), email) {
            Err(Error::TooMany(seconds)) => Some(seconds),
            _ => None,
        }
    }

    #[test]
    fn five_wrong_tries_from_one_address() {
        let (limits, clock) = limits();
        for n in 0..5 {
            assert_eq!(seconds(&limits, "192.0.2.1", &format!("{n}@example.org")), None);
        }
        assert_eq!(seconds(&limits, "192.0.2.1", "6@example.org"), Some(61));
        assert_eq!(seconds(&limits, "::ffff:192.0.2.1", "6@example.org"), Some(61));
        assert_eq!(seconds(&limits, "192.0.2.2", "6@example.org"), None);
        clock.advance(Duration::from_secs(61));
        assert_eq!(seconds(&limits, "192.0.2.1", "6@example.org"), None);
        assert!(seconds(&limits, "192.0.2.1", "6@example.org").is_some());
    }

    #[test]
    fn ten_wrong_tries_for_one_email_from_anywhere() {
        let (limits, clock) = limits();
        for n in 0..10 {
            assert_eq!(seconds(&limits, &format!("192.0.2.{n}"), "ada@example.org"), None);
        }
        assert_eq!(seconds(&limits, "192.0.2.99", " ADA@example.org"), Some(91));
        // what is refused for the e-mail does not count against the address
        for _ in 0..9 {
            assert!(seconds(&limits, "192.0.2.99", "ada@example.org").is_some());
        }
        assert_eq!(seconds(&limits, "192.0.2.99", "bob@example.org"), None);
        clock.advance(Duration::from_secs(91));
        assert_eq!(seconds(&limits, "192.0.2.99", "ada@example.org"), None);
    }

    #[test]
    fn right_ones_do_not_count_and_do_not_wipe_out_wrong_ones() {
        let (limits, _) = limits();
        for n in 0..50 {
            limits.begin(ip("192.0.2.1"), &format!("{n}@example.org")).unwrap().forgive();
        }
        for _ in 0..5 {
            limits.begin(ip("192.0.2.1"), "ada@example.org").unwrap();
            limits.begin(ip("192.0.2.2"), "bob@example.org").unwrap().forgive();
        }
        assert!(seconds(&limits, "192.0.2.1", "eve@example.org").is_some());
    }

    #[test]
    fn neighbours_in_ipv6_are_one_address() {
        let (limits, _) = limits();
        for n in 0..5 {
            assert_eq!(seconds(&limits, &format!("2001:db8::{n}"), &format!("{n}@example.org")), None);
        }
        assert!(seconds(&limits, "2001:db8::ffff", "x@example.org").is_some());
        assert_eq!(seconds(&limits, "2001:db8:0:1::1", "x@example.org"), None);
    }

    #[test]
    fn memory_is_bounded_and_the_worst_are_remembered() {
        let (limits, _) = limits();
        for _ in 0..5 {
            limits.begin(ip("192.0.2.1"), "ada@example.org").unwrap();
        }
        for n in 0..u32::try_from(MOST_KEYS * 2).unwrap() {
            let address = IpAddr::from((0x0a00_0000 + n).to_be_bytes());
            limits.begin(Some(address), &format!("{n}@example.org")).unwrap();
        }
        let throttles = limits.throttles.as_ref().unwrap();
        assert!(throttles.addresses.ledger.lock().len() <= MOST_KEYS);
        assert!(throttles.emails.ledger.lock().len() <= MOST_KEYS);
        assert!(seconds(&limits, "192.0.2.1", "x@example.org").is_some());
    }

    #[test]
    fn new_passwords_are_limited_by_themselves() {
        let (limits, clock) = limits();
        let asks = |address: &str, email: &str| limits.count_reset(ip(address), email).is_ok();
        for n in 0..5 {
            assert!(asks(&format!("192.0.2.{n}"), "ada@example.org") && asks("192.0.2.99", &format!("{n}@example.org")));
        }
        assert!(!asks("192.0.2.9", "Ada@example.org") && !asks("192.0.2.99", "bob@example.org"));
        assert_eq!(seconds(&limits, "192.0.2.99", "ada@example.org"), None, "signing in is another matter");
        clock.advance(Duration::from_secs(12 * 60 + 1));
        assert!(asks("192.0.2.9", "ada@example.org") && asks("192.0.2.99", "bob@example.org"));
    }

    #[test]
    fn off_means_off() {
        let limits = SignInLimits::new(false);
        for _ in 0..100 {
            assert!(limits.count_reset(ip("192.0.2.1"), "ada@example.org").is_ok());
            assert!(limits.begin(ip("192.0.2.1"), "ada@example.org").is_ok());
        }
    }
}
