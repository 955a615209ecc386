//! The one way back: a webhook may be sent to a test receiver of this very server, although the address that this server
//! listens at is not a public one.
//!
//! Whether a URL leads there is decided for each request by the URL itself: the server's own public address, the path of the
//! receivers and nothing behind it but the token of one that exists. Such a request is sent by a client of its own, which
//! knows one address only, so that no connection to ourselves is ever used for another path.
use super::Target;
use futures_core::future::BoxFuture;
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};
use url::Url;

/// Asks whether there is a receiver with this token.
pub type Knows = dyn Fn(String) -> BoxFuture<'static, bool> + Send + Sync;

/// This server as a receiver of its own webhooks.
#[derive(Clone)]
pub struct Ourselves {
    /// Below this the token follows.
    base: Url,
    address: SocketAddr,
    knows: Arc<Knows>,
}

impl Ourselves {
    /// Those whose URLs are `base` and a token; this process listens at `listening`.
    pub fn new(base: Url, listening: SocketAddr, knows: Arc<Knows>) -> Ourselves {
        // who listens everywhere also listens at the loopback
        let ip = match listening.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        Ourselves { base, address: SocketAddr::new(ip, listening.port()), knows }
    }

    /// Where this process listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether a target is one of our receivers.
    pub(super) async fn has(&self, target: &Target) -> bool {
        match self.token(target.dialled()) {
            Some(token) => (self.knows)(token).await,
            None => false,
        }
    }

    fn token(&self, dialled: &str) -> Option<String> {
        let url = Url::parse(dialled).ok()?;
        // `origin` compares scheme, host and port; the parser has resolved dots and escapes in all of them
        let token = url.path().strip_prefix(self.base.path()).filter(|_| url.origin() == self.base.origin())?;
        let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_token.then(|| token.to_owned())
    }
}

impl fmt::Debug for Ourselves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ourselves").field("base", &self.base.as_str()).field("address", &self.address).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ourselves(base: &str, listening: &str) -> Ourselves {
        let knows = |token: String| -> BoxFuture<'static, bool> { Box::pin(async move { token == "good" }) };
        Ourselves::new(base.parse().unwrap(), listening.parse().unwrap(), Arc::new(knows))
    }

    #[actix_rt::test]
    async fn only_the_url_of_a_receiver_that_exists_leads_back() {
        let own = ourselves("http://help.example:8080/test_receivers/", "127.0.0.1:3000");
        for url in [
            "http://help.example:8080/test_receivers/good",
            "HTTP://HELP.example:8080/test_receivers/good?x=1#y",
            "http://u:p@help.example:8080/test_receivers/good",
            "http://help.example:8080/x/../test_receivers/good",
        ] {
            assert!(own.has(&Target::parse(url).unwrap()).await, "{url}");
        }
        for url in [
            "http://help.example:8080/test_receivers/other",
            "http://help.example:8080/test_receivers/",
            "http://help.example:8080/test_receivers",
            "http://help.example:8080/test_receivers/good/",
            "http://help.example:8080/test_receivers/good/more",
            "http://help.example:8080/test_receivers/good/../../api",
            "http://help.example:8080/test_receivers/good%2f..%2f..%2fapi",
            "http://help.example:8080/test_receivers/good\\..\\..\\api",
            "http://help.example:8080/test_receivers//good",
            "http://help.example:8080/api?x=/test_receivers/good",
            "http://help.example:8080/api#/test_receivers/good",
            "http://help.example:8081/test_receivers/good",
            "http://help.example/test_receivers/good",
            "https://help.example:8080/test_receivers/good",
            "http://help.example.org:8080/test_receivers/good",
            "http://help.example:8080@127.0.0.1/test_receivers/good",
            "http://127.0.0.1:3000/test_receivers/good",
        ] {
            assert!(!own.has(&Target::parse(url).unwrap()).await, "{url}");
        }
    }

    #[test]
    fn who_listens_everywhere_is_dialled_at_the_loopback() {
        for (listening, address) in [("0.0.0.0:3000", "127.0.0.1:3000"), ("[::]:3000", "[::1]:3000"), ("10.1.2.3:80", "10.1.2.3:80")] {
            assert_eq!(ourselves("http://a.example/r/", listening).address(), address.parse().unwrap());
        }
    }
}
