//! How many sockets there may be.
use crate::{
    config::Config,
    error::{Error, Result},
    web,
};
use ipnet::IpNet;
use std::net::IpAddr;

/// After how many seconds somebody may try again whose address has enough sockets.
const AGAIN: u64 = 60;

/// In all, and of one address.
#[derive(Debug)]
pub(super) struct Limits {
    most: usize,
    of_address: u32,
    /// Those that are counted; none where nothing is limited.
    exempt: Option<Vec<IpNet>>,
}

impl Limits {
    /// As the settings say.
    pub fn new(config: &Config) -> Limits {
        Limits {
            most: config.sockets.most,
            of_address: config.sockets.of_address,
            exempt: config.rate_limits.then(|| config.request_limit_exempt.clone()),
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
}
