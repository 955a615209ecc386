//! How long each stage of a request took, and what was spoken meanwhile.
use rustls::ProtocolVersion;
use std::{fmt, time::Duration};

/// The stages of a request. One that did not come to its end lasts until the request was given up; one that was never begun
/// has no time: an address needs no lookup, a connection that is used again neither lookup, connection nor handshake.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timings {
    /// Looking the name up.
    pub dns: Option<Duration>,
    /// Opening the connection.
    pub connect: Option<Duration>,
    /// The handshake, with https.
    pub tls: Option<Duration>,
    /// From the request to the head of its answer.
    pub answer: Option<Duration>,
    /// All of it, to the last byte read.
    pub total: Duration,
    /// What the connection speaks, where one came about; earlier versions did not note it.
    pub spoken: Option<Spoken>,
}

/// What a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spoken {
    /// HTTP/2; else HTTP/1.1.
    pub http2: bool,
    /// The digit after `1.` of the version of TLS; none without TLS.
    pub tls: Option<u8>,
}

impl Spoken {
    pub(super) fn http1(tls: Option<ProtocolVersion>) -> Spoken {
        Spoken { http2: false, tls: tls.map(minor) }
    }

    pub(super) fn http2(tls: Option<ProtocolVersion>) -> Spoken {
        Spoken { http2: true, tls: tls.map(minor) }
    }

    /// Reads what is stored: the digit of HTTP, then that of TLS, such as `23` or `1`.
    fn read(text: &str) -> Option<Spoken> {
        let http2 = match text.get(..1)? {
            "1" => false,
            "2" => true,
            _ => return None,
        };
        let tls = Some(&text[1..]).filter(|tls| !tls.is_empty());
        Some(Spoken { http2, tls: tls.map(str::parse).transpose().ok()? })
    }

    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.http2 { ",2" } else { ",1" })?;
        self.tls.map_or(Ok(()), |tls| write!(f, "{tls}"))
    }
}

fn minor(version: ProtocolVersion) -> u8 {
    // others are not compiled in
    if version == ProtocolVersion::TLSv1_2 { 2 } else { 3 }
}

/// As people name it: `HTTP/2, TLS 1.3`.
impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.http2 { "HTTP/2" } else { "HTTP/1.1" })?;
        self.tls.map_or(Ok(()), |tls| write!(f, ", TLS 1.{tls}"))
    }
}

impl Timings {
    /// Whether the request went over a connection that was open already.
    pub fn is_reused(&self) -> bool {
        self.connect.is_none() && self.answer.is_some()
    }

    /// Reads what `Display` writes.
    pub fn read(text: &str) -> Option<Timings> {
        let mut stages = text.split(',').map(|stage| match stage {
            "" => Some(None),
            micros => micros.parse().ok().map(|micros| Some(Duration::from_micros(micros))),
        });
        let mut next = || stages.next()?;
        let [dns, connect, tls, answer] = [next()?, next()?, next()?, next()?];
        let (total, spoken) = (next()??, text.split(',').nth(5).and_then(Spoken::read));
        Some(Timings { dns, connect, tls, answer, total, spoken })
    }
}

/// As it is stored with each try, in microseconds: `3012,9120,21000,40210,45100,23`, or `,,,812,990,1` on an open connection.
/// The last part is what was spoken: HTTP/2 over TLS 1.3, or HTTP/1.1 alone.
impl fmt::Display for Timings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for stage in [self.dns, self.connect, self.tls, self.answer] {
            match stage {
                Some(stage) => write!(f, "{},", stage.as_micros())?,
                None => f.write_str(",")?,
            }
        }
        write!(f, "{}", self.total.as_micros())?;
        self.spoken.map_or(Ok(()), |spoken| spoken.write(f))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let micros = |number| Some(Duration::from_micros(number));
        let first =
            Timings { dns: micros(3012), connect: micros(9), tls: None, answer: micros(40), total: Duration::from_micros(3100), spoken: None };
        let spoken = Some(Spoken { http2: true, tls: Some(3) });
        let again = Timings { answer: micros(812), total: Duration::from_micros(990), spoken, ..Timings::default() };
        assert_eq!((first.to_string(), again.to_string()), ("3012,9,,40,3100".into(), ",,,812,990,23".into()));
        let plain = Timings { spoken: Some(Spoken { http2: false, tls: None }), ..first };
        for timings in [first, again, plain, Timings::default()] {
            assert_eq!(Timings::read(&timings.to_string()), Some(timings));
        }
        assert!(again.is_reused() && !first.is_reused() && !Timings::default().is_reused());
        for wrong in ["", "1,2", "1,2,3,4,", "a,,,,1", "1,2,3,4,x"] {
            assert_eq!(Timings::read(wrong), None, "{wrong}");
        }
        for (code, shown) in [("1", "HTTP/1.1"), ("12", "HTTP/1.1, TLS 1.2"), ("23", "HTTP/2, TLS 1.3")] {
            let timings = Timings { spoken: Spoken::read(code), ..first };
            assert_eq!(timings.spoken.map(|spoken| spoken.to_string()).as_deref(), Some(shown));
            assert_eq!(timings.to_string(), format!("{first},{code}"));
        }
        // what a later version may write does not hide the rest
        for unknown in ["3", "", "2x", "é"] {
            assert_eq!(Timings::read(&format!("{first},{unknown}")), Some(first), "{unknown}");
        }
    }
}
