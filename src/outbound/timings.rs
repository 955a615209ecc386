//! How long each stage of a request took.
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
        Some(Timings { dns: next()?, connect: next()?, tls: next()?, answer: next()?, total: next()?? })
    }
}

/// As it is stored with each try, in microseconds: `3012,9120,21000,40210,45100`, or `,,,812,990` on an open connection.
impl fmt::Display for Timings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for stage in [self.dns, self.connect, self.tls, self.answer] {
            match stage {
                Some(stage) => write!(f, "{},", stage.as_micros())?,
                None => f.write_str(",")?,
            }
        }
        write!(f, "{}", self.total.as_micros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let micros = |number| Some(Duration::from_micros(number));
        let first = Timings { dns: micros(3012), connect: micros(9), tls: None, answer: micros(40), total: Duration::from_micros(3100) };
        let again = Timings { answer: micros(812), total: Duration::from_micros(990), ..Timings::default() };
        assert_eq!((first.to_string(), again.to_string()), ("3012,9,,40,3100".into(), ",,,812,990".into()));
        for timings in [first, again, Timings::default()] {
            assert_eq!(Timings::read(&timings.to_string()), Some(timings));
        }
        assert!(again.is_reused() && !first.is_reused() && !Timings::default().is_reused());
        for wrong in ["", "1,2", "1,2,3,4,", "a,,,,1", "1,2,3,4,x"] {
            assert_eq!(Timings::read(wrong), None, "{wrong}");
        }
    }
}
