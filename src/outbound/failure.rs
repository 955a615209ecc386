//! Why there is no answer, in one word and in a sentence.
use super::{
    SETTING,
    reason::{Kind, Reason},
    target::UrlError,
    trace::{Stage, Trace},
};
use crate::text_enum;
use actix_web::error::ParseError;
use awc::error::{ConnectError, SendRequestError};
use std::{fmt, io, net::IpAddr, time::Duration};

text_enum! {
    /// Why a request has failed, for filters and for the sentence that explains it.
    pub enum ErrorClass {
        /// The host's name has no address, or the name servers do not answer.
        Dns = 0 "dns",
        /// Nobody accepts connections at the address, or there is no way to it.
        Refused = 1 "refused",
        /// The certificate or the handshake is not in order.
        Tls = 2 "tls",
        /// Not done within the time allowed.
        Timeout = 3 "timeout",
        /// An address that the policy does not permit.
        BlockedAddress = 4 "blocked_address",
        /// An answer outside of 2xx and 3xx.
        Status = 5 "status",
        /// An answer of 3xx: redirects are not followed.
        Redirect = 6 "redirect",
        /// The connection ended before the answer's head was there.
        ConnectionClosed = 7 "connection_closed",
        /// The URL cannot be called at all.
        InvalidUrl = 8 "invalid_url",
        /// Anything else, such as an answer that is not HTTP.
        Other = 9 "other",
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// In one word.
    pub class: ErrorClass,
    /// In a sentence, in English, without secrets.
    pub message: String,
    /// The address that is not permitted, where that is why.
    pub blocked: Option<IpAddr>,
}

impl Failure {
    fn new(class: ErrorClass, message: impl Into<String>) -> Failure {
        Failure { class, message: message.into(), blocked: None }
    }

    /// A URL that cannot be called at all.
    pub fn of_url(error: &UrlError) -> Failure {
        Failure::new(ErrorClass::InvalidUrl, error.to_string())
    }

    /// A request that cannot even be written down.
    pub(super) fn of_request(error: impl fmt::Display) -> Failure {
        Failure::new(ErrorClass::InvalidUrl, error.to_string())
    }

    /// A request that was not done within `limit`.
    pub(super) fn late(trace: &Trace, limit: Duration) -> Failure {
        let (class, kind) = match trace.stage.get() {
            Stage::Looking => (ErrorClass::Dns, Kind::NamesLate),
            Stage::Waiting | Stage::Connecting => (ErrorClass::Timeout, Kind::NoConnection),
            Stage::Securing => (ErrorClass::Timeout, Kind::NoHandshake),
            Stage::Ready => (ErrorClass::Timeout, Kind::NoAnswer),
        };
        Failure::new(class, Reason::new(kind, format_args!("{limit:?}")).to_string())
    }

    /// An answer that is not what was asked for.
    pub(super) fn of_status(status: u16) -> Failure {
        Failure::new(ErrorClass::Status, format!("the answer was {status}"))
    }

    /// More redirects than are followed.
    pub(super) fn led_astray() -> Failure {
        Failure::new(ErrorClass::Redirect, "there are too many redirects")
    }

    /// An answer whose end will not come.
    pub(super) fn cut_off() -> Failure {
        Failure::new(ErrorClass::ConnectionClosed, "closed before the end of the answer")
    }

    /// An answer whose end has not come in time.
    pub(super) fn unfinished() -> Failure {
        Failure::new(ErrorClass::Timeout, "the end of the answer did not come in time")
    }

    /// A request of HTTP/1.1 that has failed, or one for which no connection came about.
    pub(super) fn of_http1(error: SendRequestError, trace: &Trace, limit: Duration) -> Failure {
        use ErrorClass::*;
        if let Some((host, ip)) = trace.blocked.take() {
            let message = format!("{host} leads to {ip}, which is not a public address; {SETTING} would allow it");
            return Failure { blocked: Some(ip), ..Failure::new(BlockedAddress, message) };
        }
        match error {
            SendRequestError::Url(e) => Failure::new(InvalidUrl, e.to_string()),
            SendRequestError::Timeout | SendRequestError::Connect(ConnectError::Timeout) => Failure::late(trace, limit),
            SendRequestError::Connect(ConnectError::Resolver(e)) => Failure::new(Dns, Reason::of_name(&*e).to_string()),
            SendRequestError::Connect(ConnectError::NoRecords) => Failure::new(Dns, Reason::new(Kind::NoAddress, "").to_string()),
            SendRequestError::Connect(ConnectError::Disconnected) => Failure::new(ConnectionClosed, "closed before an answer"),
            SendRequestError::Connect(ConnectError::Io(e)) if trace.stage.get() == Stage::Connecting => {
                Failure::new(Refused, Reason::of_connection(&e).map_or_else(|| e.to_string(), |reason| reason.to_string()))
            }
            SendRequestError::Connect(ConnectError::Io(e)) if trace.stage.get() == Stage::Securing => {
                Failure::new(Tls, Reason::of_handshake(&e).map_or_else(|| e.to_string(), |reason| reason.to_string()))
            }
            SendRequestError::Connect(ConnectError::Io(e)) | SendRequestError::Response(ParseError::Io(e)) | SendRequestError::Send(e) => {
                Failure::of_stream(&e)
            }
            SendRequestError::Response(ParseError::Incomplete) => Failure::new(ConnectionClosed, "closed within the answer's head"),
            SendRequestError::Response(e) => Failure::new(Other, Reason::new(Kind::NotHttp, e).to_string()),
            e => Failure::new(Other, e.to_string()),
        }
    }

    /// A request of HTTP/2 that has failed.
    pub(super) fn of_http2(error: &h2::Error) -> Failure {
        match (error.get_io(), error.reason()) {
            (Some(e), _) => Failure::of_stream(e),
            (None, Some(reason)) if error.is_remote() => {
                Failure::new(ErrorClass::ConnectionClosed, Reason::new(Kind::BrokenOff, reason.description()).to_string())
            }
            _ => Failure::new(ErrorClass::Other, Reason::new(Kind::NotHttp, error).to_string()),
        }
    }

    /// A connection that broke under a request.
    fn of_stream(error: &io::Error) -> Failure {
        // with TLS 1.3 a receiver may refuse us when the handshake is over for us, such as for want of a certificate of ours
        match Reason::of_handshake(error) {
            Some(reason) => Failure::new(ErrorClass::Tls, reason.to_string()),
            None if ended(error) => Failure::new(ErrorClass::ConnectionClosed, error.to_string()),
            None => Failure::new(ErrorClass::Other, Reason::new(Kind::NotHttp, error).to_string()),
        }
    }
}

/// Whether a request of HTTP/2 failed because its connection ended, or was not even looked at.
pub(super) fn is_stale(error: &h2::Error) -> bool {
    let refused = error.reason() == Some(h2::Reason::REFUSED_STREAM);
    error.is_remote() && (error.is_go_away() || refused) || error.get_io().is_some_and(ended)
}

/// Whether the other side has gone.
fn ended(e: &io::Error) -> bool {
    use io::ErrorKind::*;
    matches!(e.kind(), ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof | NotConnected | WriteZero)
}
