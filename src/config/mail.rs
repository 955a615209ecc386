//! How mail is sent: the server that takes it, and who it is from.

use super::{Secret, parse};
use lettre::{Address, message::Mailbox};
use std::time::Duration;
use url::Url;

/// The ports on which mail is handed in: with TLS from the first byte, and without.
const SUBMISSIONS: u16 = 465;
const SUBMISSION: u16 = 587;

/// How mail is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Mail {
    /// The server that takes it; without one none is sent.
    pub smtp: Option<Smtp>,
    /// Who it is from.
    pub from: Mailbox,
}

/// A server that takes mail.
#[derive(Clone, Debug, PartialEq)]
pub struct Smtp {
    /// The URL with its user, password and port, and nothing behind them.
    pub url: Secret,
    /// A name or an address of IPv4.
    pub host: String,
    /// Where it listens.
    pub port: u16,
    /// When the connection is encrypted.
    pub tls: Tls,
    /// For one mail, from connecting to the server's last word; 1 s to 10 minutes.
    pub timeout: Duration,
}

/// When a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte.
    Wrapped,
    /// Before anything is said that matters, or nothing is.
    Required,
    /// If the server can; whoever it claims to be.
    Opportunistic,
    /// Never.
    None,
}

/// A server that takes mail, or none.
pub fn smtp(text: &str) -> Result<Option<Smtp>, &str> {
    if text.is_empty() {
        return Ok(None);
    }
    let mut url = Url::parse(text).map_err(|_| text)?;
    let bare = matches!(url.path(), "" | "/") && url.fragment().is_none() && text.contains("://");
    let host = url.host_str().filter(|host| !host.is_empty() && bare).ok_or(text)?.to_owned();
    if host.starts_with('[') {
        // the mail library keeps the brackets of an address of IPv6, and finds nobody; a name leads there
        return Err(text);
    }
    let (usual_port, mut tls) = match (url.scheme(), url.password()) {
        ("smtps", _) => (SUBMISSIONS, Tls::Wrapped),
        ("smtp", Some(_)) => (SUBMISSION, Tls::Required),
        ("smtp", None) => (SUBMISSION, Tls::Opportunistic),
        _ => return Err(text),
    };
    let mut timeout = Duration::from_secs(60);
    for (name, value) in url.query_pairs() {
        match (name.as_ref(), value.as_ref()) {
            ("tls", "required") if tls != Tls::Wrapped => tls = Tls::Required,
            ("tls", "opportunistic") if tls != Tls::Wrapped => tls = Tls::Opportunistic,
            ("tls", "none") if tls != Tls::Wrapped => tls = Tls::None,
            ("timeout", value) => timeout = parse::duration(value, Duration::from_secs(1), Duration::from_secs(600)).map_err(|_| text)?,
            _ => return Err(text),
        }
    }
    let port = url.port().unwrap_or(usual_port);
    url.set_query(None);
    url.set_path("");
    url.set_port(Some(port)).map_err(|()| text)?;
    Ok(Some(Smtp { url: Secret(url.into()), host, port, tls, timeout }))
}

/// An address of a named host, with or without a name of its own.
pub fn mailbox(text: &str) -> Result<Mailbox, &str> {
    // control characters would begin a header of their own; a host in numbers cannot be written into one
    let fits = |mailbox: &Mailbox| !text.chars().any(char::is_control) && !mailbox.email.domain().starts_with('[');
    text.parse().ok().filter(fits).ok_or(text)
}

/// Who mail is from unless somebody says so. Most servers let each user send as themselves alone. The error is theoretical.
pub fn usual_sender(brand_name: &str, public_url: &Url, smtp: Option<&Smtp>) -> Result<Mailbox, String> {
    let user = smtp.and_then(|smtp| Url::parse(&smtp.url.0).ok()).and_then(|url| url.username().replace("%40", "@").parse::<Address>().ok());
    let here = || public_url.domain().and_then(|name| Address::new("hookdesk", name).ok());
    let address = user.or_else(here).map_or_else(|| Address::new("hookdesk", "localhost"), Ok);
    address.map(|address| Mailbox::new(Some(brand_name.to_owned()), address)).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Smtp {
        smtp(text).ok().flatten().unwrap_or_else(|| panic!("{text} is refused"))
    }

    #[test]
    fn a_server_is_named_by_a_url() {
        for (text, url, host, port, tls) in [
            ("smtps://u:p@mail.example.org", "smtps://u:p@mail.example.org:465", "mail.example.org", 465, Tls::Wrapped),
            ("smtp://u%40x.org:p%2Fq@mail.example.org", "smtp://u%40x.org:p%2Fq@mail.example.org:587", "mail.example.org", 587, Tls::Required),
            ("smtp://u@x.org:p@mail.example.org:25/", "smtp://u%40x.org:p@mail.example.org:25", "mail.example.org", 25, Tls::Required),
            ("smtp://localhost:25", "smtp://localhost:25", "localhost", 25, Tls::Opportunistic),
            ("smtp://u:p@127.0.0.1:1025?tls=none", "smtp://u:p@127.0.0.1:1025", "127.0.0.1", 1025, Tls::None),
            ("smtp://relay?tls=required", "smtp://relay:587", "relay", 587, Tls::Required),
        ] {
            let read = read(text);
            assert_eq!((read.url.0.as_str(), read.host.as_str(), read.port, read.tls), (url, host, port, tls), "{text}");
            assert_eq!(read.timeout, Duration::from_secs(60));
        }
        assert_eq!(read("smtp://relay?timeout=5s&tls=none").timeout, Duration::from_secs(5));
        assert_eq!(smtp(""), Ok(None));
        for wrong in [
            "mail.example.org",
            "mail.example.org:465",
            "https://mail.example.org",
            "smtp:mail.example.org",
            "smtp://",
            "smtp://a/path",
            "smtp://u:p@[::1]:1025?tls=none",
            "smtp://a#b",
            "smtp://a?tls=maybe",
            "smtps://a?tls=none",
            "smtp://a?timeout=1h",
            "smtp://a?password=b",
        ] {
            assert_eq!(smtp(wrong), Err(wrong));
        }
    }

    #[test]
    fn a_sender_has_an_address_and_one_line() {
        assert!(mailbox("Hookdesk <support@example.org>").is_ok_and(|from| from.name.as_deref() == Some("Hookdesk")));
        assert!(mailbox("support@example.org").is_ok() && mailbox("ช่วยเหลือ <support@example.org>").is_ok());
        for wrong in ["", "Hookdesk", "Hookdesk <support>", "a@b.org\r\nBcc: c@d.org", "Hook\ndesk <a@b.org>", "a@[127.0.0.1]"] {
            assert_eq!(mailbox(wrong), Err(wrong));
        }
    }

    #[test]
    fn the_usual_sender_is_whoever_the_server_knows() {
        let sender = |public: &str, smtp: Option<&str>| {
            let smtp = smtp.map(read);
            usual_sender("Desk, Inc.", &Url::parse(public).unwrap(), smtp.as_ref()).unwrap().to_string()
        };
        assert_eq!(sender("https://help.example.org", None), "\"Desk, Inc.\" <hookdesk@help.example.org>");
        assert_eq!(sender("https://help.example.org", Some("smtps://apikey:p@relay.example.com")), "\"Desk, Inc.\" <hookdesk@help.example.org>");
        assert_eq!(sender("http://127.0.0.1:3000", Some("smtps://me%40x.org:p@relay")), "\"Desk, Inc.\" <me@x.org>");
        assert_eq!(sender("http://127.0.0.1:3000", None), "\"Desk, Inc.\" <hookdesk@localhost>");
        assert_eq!(sender("http://localhost:3000", None), "\"Desk, Inc.\" <hookdesk@localhost>");
    }
}
