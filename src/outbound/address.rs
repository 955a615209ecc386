//! Which addresses may be called: the public internet, and the networks that the operator has listed.
use super::{Target, ourselves::Ourselves};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Which addresses may be called.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Networks that may be called although they are not public, from `HOOKDESK_WEBHOOK_ALLOW_NETWORKS`.
    pub allow: Vec<IpNet>,
    /// This server's own test receivers, where it can reach them itself.
    pub(super) ourselves: Option<Ourselves>,
    /// Where every connection goes, whatever the URL's host; a client for others has none.
    pub(super) only: Option<SocketAddr>,
}

impl Policy {
    /// What the operator allows besides the public internet.
    pub fn new(settings: &crate::config::Webhooks) -> Policy {
        Policy { allow: settings.allow_networks.clone(), ..Policy::default() }
    }

    /// The same on a node that reaches its own test receivers by itself.
    pub fn with(self, ourselves: Ourselves) -> Policy {
        Policy { ourselves: Some(ourselves), ..self }
    }

    /// How a request gets to one of our own receivers: the policy of a client that knows no other address, and what it dials.
    /// None for every other target. This process speaks plain HTTP, whatever a proxy in front of it does.
    pub async fn way_back(&self, target: &Target) -> Option<(Policy, Target)> {
        let ourselves = self.ourselves.as_ref()?;
        let only = Policy { only: Some(ourselves.address()), ..Policy::default() };
        ourselves.has(target).await.then(|| (only, target.in_plain()))
    }

    /// Whether a connection to this address may be opened.
    pub fn permits(&self, ip: IpAddr) -> bool {
        if let Some(only) = self.only {
            return only.ip() == ip;
        }
        let ip = ip.to_canonical();
        is_public(ip) || self.lists(ip) || embedded(ip).is_some_and(|inner| self.lists(inner.into()))
    }

    fn lists(&self, ip: IpAddr) -> bool {
        self.allow.iter().any(|network| network.contains(&ip))
    }
}

/// Whether an address is on the public internet. (`IpAddr::is_global` is not stable.)
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local() // the metadata services of clouds are here
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0 // "this network"
        || (a == 100 && (b & 0xc0) == 64) // shared by carriers
        || (a, b, c) == (192, 0, 0) // protocol assignments
        || (a, b, c) == (192, 88, 99) // 6to4 relays, given up
        || (a == 198 && (b & 0xfe) == 18) // benchmarks
        || a >= 240) // reserved, and broadcast
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(inner) = embedded(ip.into()) {
        return is_public_v4(inner);
    }
    let [a, b, ..] = ip.segments();
    // what is not global unicast is loopback, link-local, unique-local, multicast, a discard prefix, local NAT64...
    let global = (a & 0xe000) == 0x2000;
    let special = (a == 0x2001 && (b < 0x200 || b == 0xdb8)) || (a == 0x3fff && b < 0x1000);
    global && !special
}

/// The IPv4 address that a NAT64 or 6to4 address leads to.
fn embedded(ip: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(ip) = ip else { return None };
    match ip.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, hi, lo] | [0x2002, hi, lo, ..] => Some(Ipv4Addr::from((u32::from(hi) << 16) | u32::from(lo))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_the_public_internet_may_be_called() {
        let policy = Policy::default();
        for public in [
            "8.8.8.8",
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "169.253.0.1",
            "2606:4700::1111",
            "2a00:1450:4001::200e",
            "64:ff9b::808:808",
            "2002:808:808::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(policy.permits(ip(public)), "{public}");
        }
        for refused in [
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.170",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::808:808",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!policy.permits(ip(refused)), "{refused}");
        }
    }

    #[test]
    fn listed_networks_may_be_called_however_they_are_written() {
        let policy = Policy { allow: vec!["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()], ..Policy::default() };
        for allowed in ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::a01:203", "2002:a01:203::", "fd12::1"] {
            assert!(policy.permits(ip(allowed)), "{allowed}");
        }
        for refused in ["11.0.0.1.", "127.0.0.1", "192.168.1.1", "fc00::1", "::ffff:127.0.0.1"] {
            assert!(!refused.parse().is_ok_and(|ip| policy.permits(ip)), "{refused}");
        }
    }
}
