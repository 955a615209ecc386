//! Why a request has failed, as precisely as the network tells: written in a sentence, and read again from it, so that a page
//! can explain a stored try in its reader's language.
use rustls::{AlertDescription, CertificateError, Error as TlsError};
use std::{error::Error, fmt, io};

/// What went wrong; some kinds have a detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No name server knows the name.
    NoSuchName,
    /// The name servers do not answer.
    NamesSilent,
    /// The name exists, without an address.
    NoAddress,
    /// The same, within this time.
    NamesLate,
    /// Nobody listens there.
    Nobody,
    /// There is no way to the address.
    NoRoute,
    /// No connection within this time.
    NoConnection,
    /// No end of the handshake within this time.
    NoHandshake,
    /// No answer within this time.
    NoAnswer,
    /// The certificate ended on this day.
    Expired,
    /// The certificate begins on this day.
    NotYetValid,
    /// The certificate is for these names.
    WrongName,
    /// Nobody known has signed the certificate.
    UnknownIssuer,
    /// The certificate is its own authority.
    SelfSigned,
    /// What answers does not speak TLS.
    NotTls,
    /// There is no version or cipher that both sides know.
    NothingInCommon,
    /// The receiver ended the handshake.
    HandshakeRefused,
    /// The receiver took the request back, for this reason.
    BrokenOff,
    /// What answers does not speak HTTP.
    NotHttp,
}

impl Kind {
    const ALL: [Kind; 19] = [
        Kind::NoSuchName,
        Kind::NamesSilent,
        Kind::NoAddress,
        Kind::NamesLate,
        Kind::Nobody,
        Kind::NoRoute,
        Kind::NoConnection,
        Kind::NoHandshake,
        Kind::NoAnswer,
        Kind::Expired,
        Kind::NotYetValid,
        Kind::WrongName,
        Kind::UnknownIssuer,
        Kind::SelfSigned,
        Kind::NotTls,
        Kind::NothingInCommon,
        Kind::HandshakeRefused,
        Kind::BrokenOff,
        Kind::NotHttp,
    ];

    /// What it is called before its detail.
    fn phrase(self) -> &'static str {
        match self {
            Kind::NoSuchName => "no such name",
            Kind::NamesSilent => "the name servers do not answer",
            Kind::NoAddress => "the name has no address",
            Kind::NamesLate => "the name was not resolved within",
            Kind::Nobody => "nobody listens there",
            Kind::NoRoute => "there is no way to the address",
            Kind::NoConnection => "no connection within",
            Kind::NoHandshake => "no secure connection within",
            Kind::NoAnswer => "no answer within",
            Kind::Expired => "the certificate expired on",
            Kind::NotYetValid => "the certificate is not valid before",
            Kind::WrongName => "the certificate is only for",
            Kind::UnknownIssuer => "the certificate is signed by an unknown authority",
            Kind::SelfSigned => "the certificate is signed by itself",
            Kind::NotTls => "the answer is not TLS",
            Kind::NothingInCommon => "no version of TLS in common",
            Kind::HandshakeRefused => "the receiver refused the handshake",
            Kind::BrokenOff => "the receiver broke the request off:",
            Kind::NotHttp => "the answer is not HTTP:",
        }
    }
}

/// Why, with its detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What went wrong.
    pub kind: Kind,
    /// A time, a day, names; often nothing.
    pub detail: String,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.phrase())?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, " {}", self.detail) }
    }
}

impl Reason {
    pub(super) fn new(kind: Kind, detail: impl fmt::Display) -> Reason {
        Reason { kind, detail: detail.to_string() }
    }

    /// Reads what `Display` writes; nothing from other messages.
    pub fn read(message: &str) -> Option<Reason> {
        Kind::ALL.into_iter().find_map(|kind| {
            let detail = message.strip_prefix(kind.phrase())?;
            let detail = if detail.is_empty() { detail } else { detail.strip_prefix(' ')? };
            Some(Reason::new(kind, detail))
        })
    }

    /// Of a name that could not be looked up. The system tells it in words only.
    pub(super) fn of_name(error: &dyn Error) -> Reason {
        let text = error.to_string();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let kind = if says(&["emporary failure", "Try again", "try again"]) {
            Kind::NamesSilent
        } else if says(&["No address"]) {
            Kind::NoAddress
        } else {
            Kind::NoSuchName
        };
        Reason::new(kind, "")
    }

    /// Of a connection that did not come about.
    pub(super) fn of_connection(error: &io::Error) -> Option<Reason> {
        use io::ErrorKind::*;
        match error.kind() {
            ConnectionRefused => Some(Reason::new(Kind::Nobody, "")),
            HostUnreachable | NetworkUnreachable | NetworkDown => Some(Reason::new(Kind::NoRoute, "")),
            _ => None,
        }
    }

    /// Of a handshake that failed.
    pub(super) fn of_handshake(error: &io::Error) -> Option<Reason> {
        let error = error.get_ref()?.downcast_ref::<TlsError>()?;
        let found = match error {
            TlsError::InvalidCertificate(error) => return of_certificate(error),
            TlsError::InvalidMessage(_) => Kind::NotTls,
            TlsError::PeerIncompatible(_) | TlsError::AlertReceived(AlertDescription::ProtocolVersion) => Kind::NothingInCommon,
            TlsError::AlertReceived(_) => Kind::HandshakeRefused,
            _ => return None,
        };
        Some(Reason::new(found, ""))
    }
}

fn of_certificate(error: &CertificateError) -> Option<Reason> {
    let day = |unix: u64| {
        let at = i64::try_from(unix).ok().and_then(|unix| chrono::DateTime::from_timestamp(unix, 0));
        at.map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default()
    };
    let reason = match error {
        CertificateError::Expired => Reason::new(Kind::Expired, ""),
        CertificateError::ExpiredContext { not_after, .. } => Reason::new(Kind::Expired, day(not_after.as_secs())),
        CertificateError::NotValidYet => Reason::new(Kind::NotYetValid, ""),
        CertificateError::NotValidYetContext { not_before, .. } => Reason::new(Kind::NotYetValid, day(not_before.as_secs())),
        CertificateError::NotValidForName => Reason::new(Kind::WrongName, ""),
        CertificateError::NotValidForNameContext { presented, .. } => Reason::new(Kind::WrongName, names(presented)),
        CertificateError::UnknownIssuer => Reason::new(Kind::UnknownIssuer, ""),
        // webpki's word for a certificate that signs itself and is shown as if it were a server's
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => Reason::new(Kind::SelfSigned, ""),
        _ => return None,
    };
    Some(reason)
}

/// rustls writes names as `DnsName("a.example")`; a certificate may hold hundreds.
fn names(presented: &[String]) -> String {
    let name = |text: &String| text.split('"').nth(1).unwrap_or(text).chars().filter(|c| !c.is_control()).take(100).collect::<String>();
    let mut names: Vec<String> = presented.iter().take(3).map(name).collect();
    if presented.len() > names.len() {
        names.push("…".into());
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::{PeerIncompatible, pki_types::UnixTime};
    use std::{sync::Arc, time::Duration};

    #[test]
    fn what_is_written_is_read() {
        for kind in Kind::ALL {
            for detail in ["", "5s", "2015-04-12", "a.example, *.b.example"] {
                let reason = Reason::new(kind, detail);
                assert_eq!(Reason::read(&reason.to_string()), Some(reason));
            }
        }
        assert_eq!(Reason::read("nobody listens there any more").map(|reason| reason.detail).as_deref(), Some("any more"));
        assert_eq!((Reason::read("no answer withine"), Reason::read("something else"), Reason::read("")), (None, None, None));
    }

    #[test]
    fn what_is_wrong_with_a_certificate_is_named() {
        let at = |unix| UnixTime::since_unix_epoch(Duration::from_secs(unix));
        let wrong_name = CertificateError::NotValidForNameContext {
            expected: "a.example".try_into().unwrap(),
            presented: vec!["DnsName(\"b.example\")".into(), "DnsName(\"*.c.example\")".into()],
        };
        for (error, expected) in [
            (CertificateError::ExpiredContext { time: at(1_795_269_909), not_after: at(1_428_883_200) }, "the certificate expired on 2015-04-13"),
            (CertificateError::NotValidYetContext { time: at(0), not_before: at(1_428_883_200) }, "the certificate is not valid before 2015-04-13"),
            (CertificateError::UnknownIssuer, "the certificate is signed by an unknown authority"),
            (wrong_name, "the certificate is only for b.example, *.c.example"),
        ] {
            let error = io::Error::new(io::ErrorKind::InvalidData, TlsError::InvalidCertificate(error));
            assert_eq!(Reason::of_handshake(&error).map(|reason| reason.to_string()).as_deref(), Some(expected));
        }
        let other = rustls::OtherError(Arc::new(io::Error::other("CaUsedAsEndEntity")));
        for (error, kind) in [
            (TlsError::InvalidCertificate(CertificateError::Other(other)), Some(Kind::SelfSigned)),
            (TlsError::PeerIncompatible(PeerIncompatible::Tls12NotOffered), Some(Kind::NothingInCommon)),
            (TlsError::AlertReceived(AlertDescription::HandshakeFailure), Some(Kind::HandshakeRefused)),
            (TlsError::DecryptError, None),
        ] {
            let error = io::Error::new(io::ErrorKind::InvalidData, error);
            assert_eq!(Reason::of_handshake(&error).map(|reason| reason.kind), kind);
        }
    }
}
