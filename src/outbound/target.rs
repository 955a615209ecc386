//! A URL that may be called, read once: normalised, its user and password taken out of it.
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{borrow::Cow, fmt};
use url::{Position, Url};

/// The longest URL that is accepted, in bytes.
pub const LONGEST_URL: usize = 2048;

/// What is wrong with a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlError {
    /// Empty, or not a URL: no host, a port over 65535, a space in it.
    Unreadable,
    /// Neither http nor https.
    Scheme,
    /// Over [`LONGEST_URL`].
    TooLong,
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UrlError::Unreadable => "is not a valid URL",
            UrlError::Scheme => "must begin with http:// or https://",
            UrlError::TooLong => "is too long (maximum is 2048 characters)",
        })
    }
}

/// A URL that was read and understood. Its `Debug` shows no password.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    url: Url,
    authorization: Option<String>,
}

impl Target {
    /// Reads a URL as browsers do, so that `2130706433`, `0x7f.1` and `０１７７.0.0.1` are the addresses that they mean.
    ///
    /// # Errors
    /// [`UrlError`].
    pub fn parse(text: &str) -> Result<Target, UrlError> {
        if text.len() > LONGEST_URL {
            return Err(UrlError::TooLong);
        }
        // the parser would drop spaces and line ends silently, and then the stored text would not be what is called
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(UrlError::Unreadable);
        }
        let mut url = Url::parse(text).map_err(|_| UrlError::Unreadable)?;
        let scheme = url.scheme().len();
        if !matches!(url.scheme(), "http" | "https") {
            return Err(UrlError::Scheme);
        }
        if !text[scheme..].starts_with("://") || url.host_str().is_none_or(str::is_empty) {
            return Err(UrlError::Unreadable);
        }
        let authorization = basic(&url);
        url.set_fragment(None);
        // cannot fail on a URL that has a host
        let _ = (url.set_username(""), url.set_password(None));
        Ok(Target { url, authorization })
    }

    /// What is put on the request line: without user, password and fragment.
    pub fn dialled(&self) -> &str {
        self.url.as_str()
    }

    /// The value of the `Authorization` header, where the URL names a user.
    pub fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }

    /// The same over plain HTTP.
    pub(super) fn in_plain(&self) -> Target {
        let mut target = self.clone();
        // cannot fail from https to http
        let _ = target.url.set_scheme("http");
        target
    }

    /// For people who may see the URL, but not the password in it: `https://***@host/path?query`.
    pub fn masked(&self) -> String {
        match (&self.authorization, self.url.as_str().split_once("://")) {
            (Some(_), Some((scheme, rest))) => format!("{scheme}://***@{rest}"),
            _ => self.url.to_string(),
        }
    }

    /// A URL as it was written, for the same people: only one with a user or a password in it is normalised and masked.
    pub fn shown(text: &str) -> String {
        match Target::parse(text) {
            Ok(target) if target.authorization.is_some() => target.masked(),
            _ => text.to_owned(),
        }
    }

    /// For logs: `https://host:port`, since the rest of such a URL is often a secret.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The host in its normal form, without a port.
    pub fn host(&self) -> String {
        self.authority().0
    }

    /// The last part of the path, unescaped; may be empty.
    pub(super) fn filename(&self) -> String {
        let last = self.url.path().rsplit('/').next().unwrap_or_default();
        String::from_utf8_lossy(&unescaped(last)).into_owned()
    }

    /// Where a redirect from here leads.
    pub(super) fn join(&self, location: &str) -> Result<Target, UrlError> {
        self.url.join(location).map_err(|_| UrlError::Unreadable).and_then(|url| Target::parse(url.as_str()))
    }

    /// Whether it is called over TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The host as it is named to the receiver, with the port where that is not the usual one.
    pub(super) fn place(&self) -> &str {
        &self.url[Position::BeforeHost..Position::AfterPort]
    }

    /// What is dialled, for a client that leaves TLS to its connector: with the scheme http, and the port that is meant.
    pub(super) fn without_tls(&self) -> Cow<'_, str> {
        if !self.is_secure() {
            return self.dialled().into();
        }
        let (host, path) = (self.url.host_str().unwrap_or_default(), &self.url[Position::BeforePath..]);
        format!("http://{host}:{}{path}", self.authority().1).into()
    }

    /// The host in its normal form (an address without the brackets of IPv6), and the port.
    pub(super) fn authority(&self) -> (String, u16) {
        let host = self.url.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        (host.to_owned(), self.url.port_or_known_default().unwrap_or(0))
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Target").field(&self.masked()).finish()
    }
}

/// The user and password of a URL, as Basic authentication.
fn basic(url: &Url) -> Option<String> {
    let (user, password) = (url.username(), url.password());
    if user.is_empty() && password.is_none() {
        return None;
    }
    let mut plain = unescaped(user);
    plain.push(b':');
    plain.extend(unescaped(password.unwrap_or_default()));
    Some(format!("Basic {}", STANDARD.encode(plain)))
}

/// Undoes percent-encoding.
fn unescaped(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).filter(|hex| hex.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(escaped) if *byte == b'%' => {
                plain.push(escaped);
                at += 3;
            }
            _ => {
                plain.push(*byte);
                at += 1;
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_an_address_are_one_address() {
        for (text, host) in [
            ("http://2130706433/", "127.0.0.1"),
            ("http://0x7f.1/", "127.0.0.1"),
            ("http://0177.0.0.1/", "127.0.0.1"),
            ("http://127.1/", "127.0.0.1"),
            ("http://0x7f000001/", "127.0.0.1"),
            ("http://017700000001/", "127.0.0.1"),
            ("http://127.0.0.1./", "127.0.0.1"),
            ("http://①②⑦.0.0.1/", "127.0.0.1"),
            ("http://%31%32%37.0.0.1/", "127.0.0.1"),
            ("http://[::ffff:7f00:1]/", "::ffff:7f00:1"),
            ("http://[0:0:0:0:0:0:0:1]/", "::1"),
            ("http://LOCALHOST/", "localhost"),
            ("http://ⓛocalhost/", "localhost"),
            ("http://user@127.0.0.1/", "127.0.0.1"),
            ("http://example.com\\@127.0.0.1/", "example.com"),
            ("http://example.com#@127.0.0.1/", "example.com"),
            ("http://bücher.example/", "xn--bcher-kva.example"),
        ] {
            assert_eq!(Target::parse(text).map(|target| target.authority().0), Ok(host.to_owned()), "{text}");
        }
        assert_eq!(Target::parse("https://a.example").unwrap().authority().1, 443);
        assert_eq!(Target::parse("HTTP://a.example:8080/x").unwrap().authority().1, 8080);
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        use UrlError::*;
        for (text, error) in [
            ("", Unreadable),
            ("example.com", Unreadable),
            ("/path", Unreadable),
            ("http://", Unreadable),
            ("http:example.com", Unreadable),
            ("https:/example.com", Unreadable),
            ("http://exa mple.com", Unreadable),
            (" http://example.com", Unreadable),
            ("http://example.com/\r\nX: y", Unreadable),
            ("http://[::1", Unreadable),
            ("http://[fe80::1%25eth0]/", Unreadable),
            ("http://1.2.3.4.5/", Unreadable),
            ("http://256.0.0.1/", Unreadable),
            ("http://a.example:99999/", Unreadable),
            ("http://user@/", Unreadable),
            ("ftp://example.com", Scheme),
            ("javascript:alert(1)", Scheme),
            ("file:///etc/passwd", Scheme),
            ("gopher://127.0.0.1:25/", Scheme),
        ] {
            assert_eq!(Target::parse(text), Err(error), "{text}");
        }
        let long = |length: usize| format!("http://a.example/{}", "x".repeat(length - 17));
        assert!(Target::parse(&long(2048)).is_ok());
        assert_eq!(Target::parse(&long(2049)), Err(TooLong));
    }

    #[test]
    fn a_password_goes_into_a_header_and_nowhere_else() {
        let target = Target::parse("https://Aladdin:open%20sesame@a.example:8443/x?y=1#z").unwrap();
        assert_eq!(target.authorization(), Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
        assert_eq!(target.dialled(), "https://a.example:8443/x?y=1");
        assert_eq!(target.masked(), "https://***@a.example:8443/x?y=1");
        assert_eq!(target.origin(), "https://a.example:8443");
        assert!(!format!("{target:?}").contains("sesame"));
        assert_eq!(unescaped("%zz%4"), b"%zz%4");
        assert_eq!(Target::shown("https://Aladdin:open%20sesame@a.example"), "https://***@a.example/");
        for text in ["https://a.example", "HTTPS://A.example:443/x#y", "no url"] {
            assert_eq!(Target::shown(text), text);
        }
    }
}
