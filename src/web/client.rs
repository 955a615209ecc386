//! Where a request comes from: the address of the peer or, behind a proxy that is trusted, the address that it reports.
use super::RequestId;
use crate::{config::Config, error::Error};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap, HeaderName},
    web,
};
use ipnet::IpNet;
use std::{
    future::{Ready, ready},
    net::{IpAddr, SocketAddr},
};

/// Who is at the other end, as far as the network tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientInfo {
    /// Their address; none where the connection has no address.
    pub ip: Option<IpAddr>,
    /// What their program calls itself.
    pub user_agent: Option<String>,
    /// What their request is called in the log.
    pub request: Option<String>,
}

impl ClientInfo {
    /// Reads it from a request. Behind one of the `trusted` proxies the address is the last one in X-Forwarded-For that is
    /// not a trusted proxy itself: what stands before it was written by the client, who may write anything.
    pub fn of(request: &HttpRequest, trusted: &[IpNet]) -> ClientInfo {
        let user_agent = request.headers().get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
        ClientInfo { ip: ClientInfo::address(request, trusted), user_agent: user_agent.map(|text| text.replace('\0', "")), request: id }
    }

    /// As what they are counted where something is counted by address; none for those who may do anything any number of times.
    pub fn counted(&self, exempt: &[IpNet]) -> Option<u64> {
        self.ip.map_or(Some(0), |ip| counted(ip, exempt))
    }

    /// Only the address.
    pub fn address(request: &HttpRequest, trusted: &[IpNet]) -> Option<IpAddr> {
        request.peer_addr().map(|peer| address(peer.ip(), request.headers(), trusted))
    }
}

/// What counts as one address: in IPv6 the /64 that a single customer has.
pub fn network(ip: IpAddr) -> u64 {
    match ip.to_canonical() {
        IpAddr::V4(ip) => u64::from(ip.to_bits()),
        IpAddr::V6(ip) => (ip.to_bits() >> 64) as u64,
    }
}

/// As what an address is counted, unless it is among those that may do anything any number of times.
pub fn counted(ip: IpAddr, exempt: &[IpNet]) -> Option<u64> {
    let is_exempt = exempt.iter().any(|network| network.contains(&ip.to_canonical()));
    (!is_exempt).then(|| network(ip))
}

impl FromRequest for ClientInfo {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match request.app_data::<web::Data<Config>>() {
            Some(config) => Ok(ClientInfo::of(request, &config.trusted_proxies)),
            None => Err(Error::Internal("no configuration in the application".into())),
        })
    }
}

fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_proxy = |ip: IpAddr| trusted.iter().any(|network| network.contains(&ip.to_canonical()));
    let mut client = peer.to_canonical();
    let lines: Vec<_> = headers.get_all(HeaderName::from_static("x-forwarded-for")).collect();
    let mut hops = lines.iter().rev().flat_map(|line| line.to_str().unwrap_or("unreadable").rsplit(','));
    while is_proxy(client) {
        // an entry that cannot be read says no more than that the proxy itself has asked
        match hops.next().and_then(hop) {
            Some(before) => client = before,
            None => break,
        }
    }
    client
}

/// An entry of X-Forwarded-For: an address, with some proxies also with its port.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let ip = text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    ip.or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()).map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn ip(peer: &str, forwarded: &[&str]) -> String {
        let trusted: Vec<IpNet> = ["127.0.0.0/8", "10.0.0.0/24"].map(|network| network.parse().unwrap()).to_vec();
        let request = TestRequest::default().peer_addr(SocketAddr::new(peer.parse().unwrap(), 4711));
        let request = forwarded.iter().fold(request, |request, line| request.append_header(("X-Forwarded-For", *line)));
        ClientInfo::of(&request.to_http_request(), &trusted).ip.unwrap().to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(ip("203.0.113.7", &[]), "203.0.113.7");
        assert_eq!(ip("203.0.113.7", &["192.0.2.1"]), "203.0.113.7");
        assert_eq!(ip("127.0.0.1", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(ip("::ffff:127.0.0.1", &["192.0.2.1"]), "192.0.2.1");
    }

    #[test]
    fn what_the_client_wrote_itself_is_passed_over() {
        assert_eq!(ip("127.0.0.1", &["1.1.1.1, 192.0.2.1"]), "192.0.2.1");
        assert_eq!(ip("127.0.0.1", &["1.1.1.1", "192.0.2.1, 10.0.0.2"]), "192.0.2.1");
        assert_eq!(ip("127.0.0.1", &["1.1.1.1, 192.0.2.1", "10.0.0.2,10.0.0.3"]), "192.0.2.1");
        assert_eq!(ip("127.0.0.1", &["192.0.2.1, nonsense"]), "127.0.0.1");
        assert_eq!(ip("127.0.0.1", &["192.0.2.1, nonsense, 10.0.0.2"]), "10.0.0.2");
    }

    #[test]
    fn spellings_and_empty_ones() {
        assert_eq!(ip("127.0.0.1", &["192.0.2.1:8080"]), "192.0.2.1");
        assert_eq!(ip("127.0.0.1", &["[2001:db8::1]:80"]), "2001:db8::1");
        assert_eq!(ip("127.0.0.1", &["[2001:db8::1]"]), "2001:db8::1");
        assert_eq!(ip("127.0.0.1", &["10.0.0.9"]), "10.0.0.9");
        assert_eq!(ip("127.0.0.1", &[""]), "127.0.0.1");
    }
}
