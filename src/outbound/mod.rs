//! The guarded HTTP client: it connects only to allowed addresses, uses no proxy, and gives no receiver more than its share of
//! time and memory. Webhooks follow no redirects; the fetching of a file follows a few.
mod address;
mod client;
mod connector;
mod download;
mod failure;
mod http2;
mod ourselves;
mod reason;
mod target;
#[cfg(test)]
mod tests;
mod timings;
mod tls;
mod trace;

pub use address::Policy;
pub use client::{Answer, Client, Exchange, KEPT_BODY};
pub use download::Download;
pub use failure::{ErrorClass, Failure};
pub use ourselves::{Knows, Ourselves};
pub use reason::{Kind, Reason};
pub use target::{LONGEST_URL, Target, UrlError};
pub use timings::{Spoken, Timings};
pub use tls::{CA_SETTING, Trust};

use crate::error::Error;
use std::{
    fmt,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    sync::Arc,
    time::Duration,
};
use tokio::sync::Semaphore;

/// The setting that allows an address.
pub const SETTING: &str = "HOOKDESK_WEBHOOK_ALLOW_NETWORKS";

/// How long a form waits for a name to be resolved.
const PATIENCE: Duration = Duration::from_secs(2);

/// Threads that may hang in lookups for forms, of all users together.
static LOOKUPS: Semaphore = Semaphore::const_new(16);

/// Why a URL is refused in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It cannot be called by anybody.
    Url(UrlError),
    /// It leads to an address that the operator has not allowed; [`SETTING`] would.
    Address {
        /// As in the URL, in its normal form.
        host: String,
        /// The first of its addresses that is not allowed.
        address: IpAddr,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Url(error) => error.fmt(f),
            Refusal::Address { host, address } if *host == address.to_string() => {
                write!(f, "leads to {address}, which is not a public address; {SETTING} would allow it")
            }
            Refusal::Address { host, address } => {
                write!(f, "leads to {host} at {address}, which is not a public address; {SETTING} would allow it")
            }
        }
    }
}

/// What every connection to the outside goes by. Clones share it.
#[derive(Clone)]
pub struct Guard {
    /// Where it may go.
    pub policy: Arc<Policy>,
    /// Whom it believes.
    pub trust: Trust,
}

impl Guard {
    /// The same for public addresses alone, whatever the operator allows besides.
    pub fn for_public_addresses(&self) -> Guard {
        Guard { policy: Arc::new(Policy::default()), trust: self.trust.clone() }
    }

    /// A client whose requests each end within `timeout`, from the lookup to the last byte of the answer.
    pub fn client(&self, timeout: Duration) -> Client {
        Client::new(self.policy.clone(), &self.trust, timeout)
    }
}

/// Whether a URL can be called, as far as one can tell before calling it. A name that cannot be resolved now is not
/// refused: it may be resolvable later, and each connection is checked again.
///
/// # Errors
/// [`Refusal`].
pub async fn check(url: &str, policy: &Policy) -> Result<(), Refusal> {
    let target = Target::parse(url).map_err(Refusal::Url)?;
    if policy.way_back(&target).await.is_some() {
        return Ok(());
    }
    let (host, port) = target.authority();
    let found = match host.parse::<IpAddr>() {
        Ok(ip) => vec![ip],
        Err(_) => tokio::time::timeout(PATIENCE, resolve(host.clone(), port)).await.unwrap_or_default(),
    };
    match found.into_iter().find(|ip| !policy.permits(*ip)) {
        Some(address) => Err(Refusal::Address { host, address }),
        None => Ok(()),
    }
}

/// The same for a setting that clients make through the API; nothing to check if it is not given.
///
/// # Errors
/// [`Error::Invalid`] about `attribute`, with the setting of the operator that would allow the address.
pub async fn check_attribute(attribute: &'static str, url: Option<&str>, policy: &Policy) -> Result<(), Error> {
    match url.map(str::trim).filter(|url| !url.is_empty()) {
        Some(url) => check(url, policy).await.map_err(|refusal| Error::invalid(attribute, format!("Url {refusal}"))),
        None => Ok(()),
    }
}

async fn resolve(host: String, port: u16) -> Vec<IpAddr> {
    let Ok(turn) = LOOKUPS.acquire().await else { return Vec::new() };
    let lookup = move || {
        // held until the thread is free again, also when nobody waits any more
        let _turn = turn;
        (host.as_str(), port).to_socket_addrs().map(|found| found.map(|addr: SocketAddr| addr.ip()).collect())
    };
    match actix_rt::task::spawn_blocking(lookup).await {
        Ok(Ok(found)) => found,
        _ => Vec::new(),
    }
}
