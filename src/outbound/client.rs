//! Sending a request and reading its answer, each within limits of time and size.
use super::{
    SETTING,
    address::Policy,
    connector::{Guarded, Noted, Stage, SystemNames, TRACE, Trace},
    reason::{Kind, Reason},
    target::{Target, UrlError},
    timings::Timings,
};
use crate::text_enum;
use actix_tls::connect::Resolve;
use actix_web::{
    error::ParseError,
    http::{Version, header::HeaderMap},
    web::Bytes,
};
use awc::error::{ConnectError, SendRequestError};
use futures_util::StreamExt;
use std::{
    io,
    net::{IpAddr, SocketAddr},
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

/// How much of an answer's body is kept, in bytes.
pub const KEPT_BODY: usize = 16 * 1024;

/// How much of an answer's headers is kept, in bytes of names and values.
const KEPT_HEADERS: usize = 8 * 1024;

/// After this many stale connections of the pool a request has failed.
const STALE: usize = 4;

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

/// What was sent out and what came back.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The address that was connected to; if no connection came about, the first that was tried.
    pub dialled: Option<SocketAddr>,
    /// From the start of the lookup to the last byte read.
    pub duration: Duration,
    /// The stages of that time.
    pub timings: Timings,
    /// The answer, whatever its status.
    pub result: Result<Answer, Failure>,
}

/// An answer of any status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// 100 to 999.
    pub status: u16,
    /// Names in lower case; those past 8 KiB are left out.
    pub headers: Vec<(String, String)>,
    /// The first [`KEPT_BODY`] bytes.
    pub body: Vec<u8>,
    /// There was more, or the end did not come in time.
    pub truncated: bool,
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
}

/// A client for one receiver, on one thread: its connections are closed when it is dropped.
#[derive(Clone)]
pub struct Client {
    http: awc::Client,
    timeout: Duration,
}

impl Client {
    /// A client whose requests each end within `timeout`, from the lookup to the last byte of the answer.
    pub fn new(policy: Arc<Policy>, timeout: Duration) -> Client {
        Client::with_names(SystemNames, policy, timeout)
    }

    pub(super) fn with_names(names: impl Resolve + 'static, policy: Arc<Policy>, timeout: Duration) -> Client {
        let connector = awc::Connector::new()
            .max_http_version(Version::HTTP_11)
            .connector(Guarded::new(names, policy))
            // the whole request has one deadline; how many run at once is for the caller to decide
            .timeout(timeout)
            .handshake_timeout(timeout)
            .limit(0);
        let http = awc::Client::builder().connector(connector).no_default_headers().disable_redirects().disable_timeout().finish();
        Client { http, timeout }
    }

    /// Posts `body`; the headers are all that is sent besides `Host`, `Content-Length`, `Date`,
    /// `Accept-Encoding: identity` and the URL's `Authorization`.
    pub async fn post(&self, target: &Target, headers: &[(&str, &str)], body: Bytes) -> Exchange {
        let started = Instant::now();
        let secure = target.dialled().starts_with("https:");
        let deadline = tokio::time::Instant::now() + self.timeout;
        let mut tries = 0;
        loop {
            let trace = Trace::start();
            let request = self.exchange(target, headers, body.clone(), deadline, &trace);
            let result = TRACE.scope(trace.clone(), request).await;
            tries += 1;
            // the receiver has closed a connection of the pool just as it was used again: that is not its fault
            let stale = trace.reused.get() && matches!(&result, Err(failure) if failure.class == ErrorClass::ConnectionClosed);
            if !stale || tries == STALE {
                let timings = trace.marks.timings(started, secure);
                return Exchange { dialled: trace.dialled.get(), duration: timings.total, timings, result };
            }
        }
    }

    async fn exchange(
        &self,
        target: &Target,
        headers: &[(&str, &str)],
        body: Bytes,
        deadline: tokio::time::Instant,
        trace: &Rc<Trace>,
    ) -> Result<Answer, Failure> {
        let mut request = self.http.post(target.dialled());
        if let Some(authorization) = target.authorization() {
            request = request.insert_header(("authorization", authorization));
        }
        for (name, value) in headers {
            request = request.insert_header((*name, *value));
        }
        let mut response = match tokio::time::timeout_at(deadline, request.send_body(Noted(body))).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(self.explain(error, trace)),
            Err(_) => return Err(self.late(trace)),
        };
        trace.marks.answered();
        let (mut body, mut truncated) = (Vec::new(), false);
        let read = async {
            while let Some(Ok(chunk)) = response.next().await.map(|chunk| chunk.inspect_err(|_| truncated = true)) {
                let room = KEPT_BODY - body.len();
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() > room {
                    truncated = true;
                    break;
                }
            }
        };
        // the status has come in time, so it stands, whatever becomes of the body
        let ended = tokio::time::timeout_at(deadline, read).await.is_ok();
        Ok(Answer { status: response.status().as_u16(), headers: kept(response.headers()), body, truncated: truncated || !ended })
    }

    fn late(&self, trace: &Trace) -> Failure {
        let (class, kind) = match trace.stage.get() {
            Stage::Looking => (ErrorClass::Dns, Kind::NamesLate),
            Stage::Connecting => (ErrorClass::Timeout, Kind::NoConnection),
            Stage::Connected if !trace.marks.is_sending() => (ErrorClass::Timeout, Kind::NoHandshake),
            Stage::Connected => (ErrorClass::Timeout, Kind::NoAnswer),
        };
        Failure::new(class, Reason::new(kind, format_args!("{:?}", self.timeout)).to_string())
    }

    fn explain(&self, error: SendRequestError, trace: &Trace) -> Failure {
        use ErrorClass::*;
        if let Some((host, ip)) = trace.blocked.take() {
            let message = format!("{host} leads to {ip}, which is not a public address; {SETTING} would allow it");
            return Failure { blocked: Some(ip), ..Failure::new(BlockedAddress, message) };
        }
        match error {
            SendRequestError::Url(e) => Failure::new(InvalidUrl, e.to_string()),
            SendRequestError::Timeout | SendRequestError::Connect(ConnectError::Timeout) => self.late(trace),
            SendRequestError::Connect(ConnectError::Resolver(e)) => Failure::new(Dns, Reason::of_name(&*e).to_string()),
            SendRequestError::Connect(ConnectError::NoRecords) => Failure::new(Dns, Reason::new(Kind::NoAddress, "").to_string()),
            SendRequestError::Connect(ConnectError::Disconnected) => Failure::new(ConnectionClosed, "closed before an answer"),
            SendRequestError::Connect(ConnectError::Io(e)) if trace.stage.get() == Stage::Connected => {
                Failure::new(Tls, Reason::of_handshake(&e).map_or_else(|| e.to_string(), |reason| reason.to_string()))
            }
            SendRequestError::Connect(ConnectError::Io(e)) => {
                Failure::new(Refused, Reason::of_connection(&e).map_or_else(|| e.to_string(), |reason| reason.to_string()))
            }
            SendRequestError::Send(e) if ended(&e) => Failure::new(ConnectionClosed, e.to_string()),
            SendRequestError::Response(e) => match e {
                ParseError::Io(e) if ended(&e) => Failure::new(ConnectionClosed, e.to_string()),
                ParseError::Incomplete => Failure::new(ConnectionClosed, "closed within the answer's head"),
                e => Failure::new(Other, Reason::new(Kind::NotHttp, e).to_string()),
            },
            e => Failure::new(Other, e.to_string()),
        }
    }
}

/// Whether the other side has gone.
fn ended(e: &io::Error) -> bool {
    use io::ErrorKind::*;
    matches!(e.kind(), ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof | NotConnected | WriteZero)
}

fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut room = KEPT_HEADERS;
    let all = headers.iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let fits = all.take_while(|(name, value)| {
        let size = name.len() + value.len();
        let fits = size <= room;
        room = room.saturating_sub(size);
        fits
    });
    // U+0000 is not text to PostgreSQL
    fits.map(|(name, value)| (name, value.replace('\0', ""))).collect()
}
