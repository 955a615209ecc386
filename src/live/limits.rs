//! How many sockets there may be, and how often whoever comes again is told what they have missed. Counted on each node alone.
use super::model::Who;
use crate::{
    config::Config,
    error::{Error, Result},
    web::{self, Place, Quota, Quotas},
};
use ipnet::IpNet;
use std::{net::IpAddr, time::Duration};

/// After how many seconds somebody may try again whose address has enough sockets.
const AGAIN: u64 = 60;

const MINUTE: Duration = Duration::from_secs(60);

/// How often somebody may be told what they have missed: each time is a walk through the events. Past that they are told to read everything anew.
struct CatchUps {
    often: Quota,
    /// How many of them may be under way: what is told again is in memory for one socket alone until it is read.
    at_once: u32,
}

/// Of one user, who may have many windows open.
const OF_USER: CatchUps = CatchUps { often: Quota { of: "catch-ups of a user", most: 30, within: MINUTE }, at_once: 8 };
/// Of one session of a contact.
const OF_SESSION: CatchUps = CatchUps { often: Quota { of: "catch-ups of a session", most: 10, within: MINUTE }, at_once: 4 };
/// Of all contacts together that come from one address.
const OF_ADDRESS: CatchUps = CatchUps { often: Quota { of: "catch-ups of an address", most: 120, within: MINUTE }, at_once: 16 };

/// How many sockets there may be in all and of one address, and how often somebody is told what they have missed.
#[derive(Debug)]
pub(super) struct Limits {
    most: usize,
    of_address: u32,
    /// Those that are not counted; none where nothing is limited.
    exempt: Option<Vec<IpNet>>,
    quotas: Quotas,
}

impl Limits {
    /// As the settings say.
    pub fn new(config: &Config) -> Limits {
        Limits {
            most: config.sockets.most,
            of_address: config.sockets.of_address,
            exempt: config.rate_limits.then(|| config.request_limit_exempt.clone()),
            quotas: Quotas::new(config.rate_limits),
        }
    }

    /// As what an address is counted, if it is.
    pub fn counted(&self, ip: IpAddr) -> Option<u64> {
        web::counted(ip, self.exempt.as_ref()?)
    }

    /// Whether one more may come, where there are so many, so many of them of its address.
    pub fn admit(&self, open: usize, theirs: u32) -> Result<()> {
        match () {
            () if open >= self.most => Err(Error::Overloaded),
            () if theirs >= self.of_address => Err(Error::TooMany(AGAIN)),
            () => Ok(()),
        }
    }

    /// Lets somebody be told what they have missed, for as long as what is given back is kept.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn catch_up(&self, who: Who, address: Option<u64>) -> Result<[Option<Place>; 2]> {
        let (own, address) = match who {
            Who::User(_) => (OF_USER, None),
            Who::Session(_) => (OF_SESSION, address),
        };
        let begin = |CatchUps { often, at_once }: CatchUps, whose: (Option<Who>, u64)| {
            let place = self.quotas.begin_of(often.of, whose, at_once)?;
            self.quotas.take_of(often, whose).map(|()| place)
        };
        // first by whoever asks: those who ask too often take nothing from others at their address
        let own = begin(own, (Some(who), 0))?;
        Ok([Some(own), address.map(|address| begin(OF_ADDRESS, (None, address))).transpose()?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::{ContactInboxId, UserId};

    fn limits(on: bool) -> Limits {
        let mut config = Config::defaults().unwrap();
        config.rate_limits = on;
        config.request_limit_exempt = vec!["192.0.2.0/24".parse().unwrap()];
        Limits::new(&config)
    }

    fn counted(limits: &Limits, ip: &str) -> Option<u64> {
        limits.counted(ip.parse().unwrap())
    }

    fn session(number: u32) -> Who {
        Who::Session(ContactInboxId(number.into()))
    }

    #[test]
    fn addresses_that_are_exempt_are_not_counted_however_they_are_written() {
        let limits = limits(true);
        for exempt in ["192.0.2.7", "::ffff:192.0.2.7"] {
            assert_eq!(counted(&limits, exempt), None, "{exempt}");
        }
        assert_eq!(counted(&limits, "198.51.100.7"), counted(&limits, "::ffff:198.51.100.7"));
        assert!(counted(&limits, "198.51.100.7").is_some() && counted(&limits, "2001:db8::1").is_some());
    }

    #[test]
    fn each_is_told_so_often_and_all_contacts_of_an_address_together() {
        let limits = limits(true);
        let told = |who: Who, address: &str| limits.catch_up(who, counted(&limits, address)).is_ok();
        let (here, there, exempt) = ("198.51.100.7", "198.51.100.8", "192.0.2.7");
        assert!((0..OF_SESSION.often.most).all(|_| told(session(0), here)));
        assert!(!told(session(0), here) && !told(session(0), there) && !told(session(0), exempt));
        assert!((OF_SESSION.often.most..OF_ADDRESS.often.most).all(|n| told(session(n), here)));
        assert!(!told(session(1), here) && told(session(1), there));
        assert!((0..2 * OF_ADDRESS.often.most).all(|n| told(session(1000 + n), exempt)));
        // whoever works there is counted by themselves, wherever they are
        assert!((0..OF_USER.often.most).all(|_| told(Who::User(UserId(7)), here)));
        assert!(!told(Who::User(UserId(7)), there) && told(Who::User(UserId(8)), here));
    }

    #[test]
    fn so_many_are_told_at_once() {
        let limits = limits(true);
        let begin = |n: u32| limits.catch_up(session(n), Some(1));
        let mut own: Vec<_> = (0..OF_SESSION.at_once).map(|_| begin(0).unwrap()).collect();
        assert!(begin(0).is_err());
        own.extend((OF_SESSION.at_once..OF_ADDRESS.at_once).map(|n| begin(n).unwrap()));
        assert!(begin(100).is_err());
        own.pop();
        assert!(begin(100).is_ok());
    }

    #[test]
    fn where_nothing_is_limited_nothing_is() {
        let limits = limits(false);
        assert_eq!(counted(&limits, "198.51.100.7"), None);
        let held: Vec<_> = (0..1000).map(|_| limits.catch_up(session(0), Some(1))).collect();
        assert!(held.iter().all(Result::is_ok));
    }
}
