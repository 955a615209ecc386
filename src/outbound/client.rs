//! Sending a request and reading its answer, each within limits of time and size.
use super::{
    address::Policy,
    connector::{Guarded, SystemNames},
    failure::{ErrorClass, Failure, is_stale},
    http2::{self, Line, Lines},
    target::Target,
    timings::Timings,
    tls::Trust,
    trace::{Noted, TRACE, Trace, begin},
};
use actix_tls::connect::Resolve;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http_02::{HeaderName, HeaderValue, Request, Version, header};
use std::{
    net::SocketAddr,
    pin::pin,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::timeout_at;

/// How much of an answer's body is kept unless the client is told otherwise, in bytes.
pub const KEPT_BODY: usize = 16 * 1024;

/// How much of an answer's headers is kept, in bytes of names and values.
const KEPT_HEADERS: usize = 8 * 1024;

/// After this many stale connections of the pool a request has failed.
const STALE: usize = 4;

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
    /// The first [`KEPT_BODY`] bytes, or as many as the client keeps.
    pub body: Vec<u8>,
    /// There was more, or the end did not come in time.
    pub truncated: bool,
}

/// A request and what there is to know while it is on its way.
struct Post<'a> {
    target: &'a Target,
    headers: &'a [(&'a str, &'a str)],
    body: Bytes,
    deadline: tokio::time::Instant,
    trace: Rc<Trace>,
    /// It shall have a connection of its own: those that others had were of no use.
    alone: bool,
}

/// A client for one receiver, on one thread: its connections are closed when it is dropped.
#[derive(Clone)]
pub struct Client {
    plain: awc::Client,
    /// HTTP/1.1 over TLS.
    secure: awc::Client,
    /// HTTP/2 over TLS.
    lines: Rc<Lines>,
    timeout: Duration,
    keeps: usize,
}

impl Client {
    /// A client whose requests each end within `timeout`, from the lookup to the last byte of the answer.
    pub fn new(policy: Arc<Policy>, trust: &Trust, timeout: Duration) -> Client {
        Client::with_names(SystemNames, policy, trust, timeout)
    }

    pub(super) fn with_names(names: impl Resolve + 'static, policy: Arc<Policy>, trust: &Trust, timeout: Duration) -> Client {
        let (guarded, lines) = (Guarded::new(names, policy), Rc::new(Lines::default()));
        let client = |guarded| {
            // the whole request has one deadline; how many run at once is for the caller to decide
            let connector = awc::Connector::new().connector(guarded).timeout(timeout).conn_lifetime(Line::LIFETIME).limit(0);
            awc::Client::builder().connector(connector).no_default_headers().disable_redirects().disable_timeout().finish()
        };
        let secure = client(guarded.secured(trust.connector(), lines.clone()));
        Client { plain: client(guarded), secure, lines, timeout, keeps: KEPT_BODY }
    }

    /// The same, but the first `bytes` of a body are kept.
    pub fn keeping(self, bytes: usize) -> Client {
        Client { keeps: bytes, ..self }
    }

    /// Posts `body`; the headers are all that is sent besides the host, `Content-Length`, `Accept-Encoding: identity`, the
    /// URL's `Authorization` and, with HTTP/1.1, `Date`.
    pub async fn post(&self, target: &Target, headers: &[(&str, &str)], body: Bytes) -> Exchange {
        let started = Instant::now();
        let deadline = tokio::time::Instant::now() + self.timeout;
        let mut tries = 0;
        loop {
            tries += 1;
            let trace = Trace::start();
            let post = Post { target, headers, body: body.clone(), deadline, trace: trace.clone(), alone: tries == STALE };
            let result = TRACE.scope(trace.clone(), self.exchange(&post)).await;
            // the receiver has closed a connection just as it was used again: that is not its fault
            let again = result.is_err() && trace.reused.get() && trace.stale.get();
            if !again || tries == STALE {
                let timings = trace.timings(started, target.is_secure());
                return Exchange { dialled: trace.dialled.get(), duration: timings.total, timings, result };
            }
        }
    }

    /// What a connection speaks is only known when it is open: then one of HTTP/2 is there for all requests.
    async fn exchange(&self, post: &Post<'_>) -> Result<Answer, Failure> {
        if !post.target.is_secure() {
            return self.over_http1(&self.plain, post).await;
        }
        if !post.alone {
            let latest = post.deadline.min(tokio::time::Instant::now() + self.timeout / 4);
            match self.lines.find(post.target.place(), latest).await {
                Ok(line) => return self.over_http2(line, post, false).await,
                Err(turn) => drop(post.trace.turn.replace(turn)),
            }
        }
        let result = self.over_http1(&self.secure, post).await;
        match post.trace.opened.take() {
            Some(line) => self.over_http2(Rc::new(line), post, true).await,
            None => result,
        }
    }

    async fn over_http1(&self, client: &awc::Client, post: &Post<'_>) -> Result<Answer, Failure> {
        let trace = &post.trace;
        let mut request = client.post(&*post.target.without_tls()).insert_header((header::HOST, post.target.place()));
        if let Some(authorization) = post.target.authorization() {
            request = request.insert_header((header::AUTHORIZATION, authorization));
        }
        for (name, value) in post.headers {
            request = request.insert_header((*name, *value));
        }
        let mut response = match timeout_at(post.deadline, request.send_body(Noted(post.body.clone()))).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                let failure = Failure::of_http1(error, trace, self.timeout);
                trace.stale.set(failure.class == ErrorClass::ConnectionClosed);
                return Err(failure);
            }
            Err(_) => return Err(Failure::late(trace, self.timeout)),
        };
        begin(&trace.marks.answered);
        let (body, truncated) = read(&mut response, post.deadline, self.keeps).await;
        Ok(Answer { status: response.status().as_u16(), headers: kept(response.headers().iter()), body, truncated })
    }

    async fn over_http2(&self, line: Rc<Line>, post: &Post<'_>, own: bool) -> Result<Answer, Failure> {
        let trace = &post.trace;
        let request = http2_request(post).map_err(Failure::of_request)?;
        line.carries(trace, own);
        let broken = |e: h2::Error| {
            trace.stale.set(is_stale(&e));
            Failure::of_http2(&e)
        };
        begin(&trace.marks.sending);
        let mut sent = line.clone().send(request, post.body.clone()).map_err(broken)?;
        if own {
            self.lines.share(post.target.place(), &line);
            drop(trace.turn.take());
        }
        let (head, mut body) = match timeout_at(post.deadline, sent.answer()).await {
            Ok(answer) => answer.map_err(broken)?,
            Err(_) => {
                sent.is_late();
                return Err(Failure::late(trace, self.timeout));
            }
        };
        begin(&trace.marks.answered);
        let pieces = stream::unfold(&mut body, async |body| http2::next_piece(body).await.map(|piece| (piece, body)));
        let (body, truncated) = read(pieces, post.deadline, self.keeps).await;
        Ok(Answer { status: head.status.as_u16(), headers: kept(head.headers.iter()), body, truncated })
    }
}

/// The same as what HTTP/1.1 sends, in the words of HTTP/2.
fn http2_request(post: &Post<'_>) -> Result<Request<()>, http_02::Error> {
    let mut request = Request::post(post.target.dialled()).version(Version::HTTP_2).body(())?;
    let headers = request.headers_mut();
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers.insert(header::CONTENT_LENGTH, post.body.len().into());
    if let Some(authorization) = post.target.authorization() {
        headers.insert(header::AUTHORIZATION, authorization.try_into()?);
    }
    for (name, value) in post.headers {
        headers.insert(HeaderName::try_from(*name)?, HeaderValue::try_from(*value)?);
    }
    Ok(request)
}

/// The part of a body that is kept, and whether there was more, or might have been. The status has come in time, so it stands,
/// whatever becomes of the body.
async fn read<E>(pieces: impl Stream<Item = Result<Bytes, E>>, deadline: tokio::time::Instant, most: usize) -> (Vec<u8>, bool) {
    let mut pieces = pin!(pieces);
    let (mut body, mut truncated) = (Vec::new(), false);
    let reading = async {
        while let Some(Ok(piece)) = pieces.next().await.map(|piece| piece.inspect_err(|_| truncated = true)) {
            let room = most - body.len();
            body.extend_from_slice(&piece[..piece.len().min(room)]);
            if piece.len() > room {
                truncated = true;
                break;
            }
        }
    };
    let ended = timeout_at(deadline, reading).await.is_ok();
    (body, truncated || !ended)
}

fn kept<'a>(headers: impl Iterator<Item = (&'a HeaderName, &'a HeaderValue)>) -> Vec<(String, String)> {
    let mut room = KEPT_HEADERS;
    let all = headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let fits = all.take_while(|(name, value)| {
        let size = name.len() + value.len();
        let fits = size <= room;
        room = room.saturating_sub(size);
        fits
    });
    // U+0000 is not text to PostgreSQL
    fits.map(|(name, value)| (name, value.replace('\0', ""))).collect()
}
