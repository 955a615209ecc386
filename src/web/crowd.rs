//! How many requests one address makes in a minute, whatever they ask for: so that one client that has gone wild does not take the server from
//! all others. Counted on each node alone. It is asked at every request: a lock of one part among many, held for a look into a table.
use super::{ClientInfo, client::counted};
use crate::{config::Config, error::Error, locks::lock};
use actix_web::{
    Error as ActixError, ResponseError,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};
use ipnet::IpNet;
use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};

/// The time over which requests are counted, in seconds.
const WITHIN: u64 = 60;
/// Among how many tables the addresses are shared out: whoever counts, or clears one up, holds up only those who are in it.
const PARTS: usize = 16;
/// How many addresses one table remembers. (Some 24 bytes each: 2 MiB in all at most.)
const MOST_KEYS: usize = 5_000;
/// What is asked again and again by those who watch over the server, and has no need of a limit: it is not to fail when it is needed most.
const WATCHED: [&str; 2] = ["/health", "/metrics"];

/// The requests of the present minute, by address. `app` makes it and shares it between its workers.
#[derive(Debug)]
pub struct Crowd(Option<Counts>);

#[derive(Debug)]
struct Counts {
    most: u32,
    exempt: Vec<IpNet>,
    trusted: Vec<IpNet>,
    since: Instant,
    hasher: RandomState,
    parts: [Mutex<Part>; PARTS],
}

/// One table: the minute that it is about, and how often each address has come in it.
#[derive(Debug, Default)]
struct Part {
    minute: u64,
    requests: HashMap<u64, u32>,
}

impl Crowd {
    /// Limits as the settings say. The server itself, which calls its own test receivers from the address at which it listens, may make any number.
    pub fn new(config: &Config, ourselves: IpAddr) -> Crowd {
        Crowd(config.rate_limits.then(|| Counts {
            most: config.request_limit,
            exempt: config.request_limit_exempt.iter().copied().chain([IpNet::from(ourselves)]).collect(),
            trusted: config.trusted_proxies.clone(),
            since: Instant::now(),
            hasher: RandomState::new(),
            parts: Default::default(),
        }))
    }

    /// Counts a request.
    fn count(&self, request: &ServiceRequest) -> Result<(), Error> {
        let Some(counts) = &self.0 else { return Ok(()) };
        match ClientInfo::address(request.request(), &counts.trusted) {
            Some(ip) => counts.count(ip, counts.since.elapsed()),
            None => Ok(()),
        }
    }
}

impl Counts {
    fn count(&self, ip: IpAddr, now: Duration) -> Result<(), Error> {
        let Some(key) = counted(ip, &self.exempt) else { return Ok(()) };
        let minute = now.as_secs() / WITHIN;
        let part = &self.parts[self.hasher.hash_one(key) as usize % PARTS];
        let mut part = lock(part);
        if part.minute != minute {
            // an address that comes later than one of the next minute is counted with it
            part.minute = minute;
            part.requests.clear();
        }
        if part.requests.len() >= MOST_KEYS && !part.requests.contains_key(&key) {
            forget_half(&mut part.requests);
        }
        let requests = part.requests.entry(key).or_default();
        if *requests >= self.most {
            return Err(Error::TooMany(WITHIN - now.as_secs() % WITHIN));
        }
        *requests += 1;
        Ok(())
    }
}

/// Forgets those who have come least. Whoever has come often is remembered, however many others come.
fn forget_half(requests: &mut HashMap<u64, u32>) {
    let mut numbers: Vec<u32> = requests.values().copied().collect();
    let half = numbers.len() / 2;
    let (_, middle, _) = numbers.select_nth_unstable(half);
    let middle = *middle;
    requests.retain(|_, number| *number > middle);
}

/// Middleware: answers 429 to an address that asks too often, before anything else is done.
///
/// # Errors
/// Those of what it wraps.
pub async fn limit_requests(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, ActixError> {
    let taken = match request.app_data::<Data<Crowd>>() {
        Some(crowd) if !WATCHED.contains(&request.path()) => crowd.count(&request),
        _ => Ok(()),
    };
    match taken {
        Ok(()) => next.call(request).await.map(ServiceResponse::map_into_left_body),
        // not as an error: what stands around this notes and counts the answer as any other
        Err(e) => Ok(request.into_response(e.error_response()).map_into_right_body()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(most: u32) -> Counts {
        let mut config = Config::defaults().unwrap();
        config.request_limit = most;
        Crowd::new(&config, ip("198.51.100.7")).0.unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn so_many_in_a_minute_from_one_address() {
        let counts = counts(3);
        let asks = |text: &str, second: u64| counts.count(ip(text), Duration::from_secs(second));
        for second in [5, 6, 7] {
            assert!(asks("192.0.2.1", second).is_ok());
        }
        assert!(matches!(asks("192.0.2.1", 20), Err(Error::TooMany(40))));
        assert!(asks("::ffff:192.0.2.1", 20).is_err() && asks("192.0.2.2", 20).is_ok());
        assert!(asks("192.0.2.1", 60).is_ok());
        for n in 0..3 {
            assert!(asks(&format!("2001:db8::{n}"), 61).is_ok());
        }
        assert!(asks("2001:db8::ffff", 61).is_err() && asks("2001:db8:0:1::1", 61).is_ok());
    }

    #[test]
    fn some_are_exempt() {
        let counts = counts(1);
        let twice = |text: &str| (0..2).map(|_| counts.count(ip(text), Duration::ZERO)).all(|taken| taken.is_ok());
        assert!(["127.0.0.1", "::1", "::ffff:127.0.0.1", "198.51.100.7"].into_iter().all(twice));
        assert!(!["192.0.2.1", "10.0.0.1"].into_iter().any(twice));
    }

    #[test]
    fn memory_is_bounded_and_the_worst_are_remembered() {
        let counts = counts(10);
        for _ in 0..10 {
            counts.count(ip("192.0.2.1"), Duration::ZERO).unwrap();
        }
        for n in 0..u32::try_from(PARTS * MOST_KEYS * 2).unwrap() {
            counts.count(IpAddr::from((0x0a00_0000 + n).to_be_bytes()), Duration::ZERO).unwrap();
        }
        assert!(counts.parts.iter().all(|part| part.lock().unwrap().requests.len() <= MOST_KEYS));
        assert!(counts.count(ip("192.0.2.1"), Duration::ZERO).is_err());
    }
}
