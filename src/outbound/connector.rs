//! The guard. It resolves a host, refuses unless every address is permitted, and connects to the very addresses that it
//! has checked: there is no second lookup that could answer something else.
use super::{address::Policy, timings::Timings};
use actix_rt::net::{ActixStream, Ready, TcpStream};
use actix_tls::connect::{ConnectError, ConnectInfo, Connection, ConnectorService, Resolve};
use actix_web::{
    body::{BodySize, MessageBody},
    dev::{Service, always_ready},
    http::Uri,
    web::Bytes,
};
use futures_core::future::LocalBoxFuture;
use std::{
    cell::{Cell, RefCell},
    convert::Infallible,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Found addresses serve the connections that are opened at the same moment.
const FRESH: Duration = Duration::from_secs(2);

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Looking,
    Connecting,
    /// Connected; with https, the handshake is under way.
    Connected,
}

/// What becomes known of a request on its way. Connections are pooled, so the stream itself notes which one carries the
/// request: that it does not run in another task than the request is why this client speaks HTTP/1.1 alone.
#[derive(Debug)]
pub(super) struct Trace {
    number: u64,
    pub stage: Cell<Stage>,
    pub dialled: Cell<Option<SocketAddr>>,
    /// The connection has carried a request before.
    pub reused: Cell<bool>,
    pub blocked: RefCell<Option<(String, IpAddr)>>,
    pub marks: Marks,
}

/// When each stage began.
#[derive(Debug, Default)]
pub(super) struct Marks {
    looking: Cell<Option<Instant>>,
    connecting: Cell<Option<Instant>>,
    connected: Cell<Option<Instant>>,
    /// The connection was ready, and the body was asked for.
    sending: Cell<Option<Instant>>,
    answered: Cell<Option<Instant>>,
}

impl Marks {
    pub fn is_sending(&self) -> bool {
        self.sending.get().is_some()
    }

    pub fn answered(&self) {
        self.answered.set(Some(Instant::now()));
    }

    /// The stages until now.
    pub fn timings(&self, started: Instant, secure: bool) -> Timings {
        let now = Instant::now();
        let lasted = |from: &Cell<Option<Instant>>, to: &Cell<Option<Instant>>| from.get().map(|from| to.get().unwrap_or(now) - from);
        Timings {
            dns: lasted(&self.looking, &self.connecting),
            connect: lasted(&self.connecting, &self.connected),
            tls: lasted(&self.connected, &self.sending).filter(|_| secure),
            answer: lasted(&self.sending, &self.answered),
            total: now - started,
        }
    }
}

/// A body that notes when it is asked for. A stream sees only encrypted bytes, so this is where the end of a handshake shows.
pub(super) struct Noted(pub Bytes);

impl MessageBody for Noted {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.0.len() as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        note(|trace| trace.marks.sending.set(trace.marks.sending.get().or_else(|| Some(Instant::now()))));
        let body = std::mem::take(&mut self.0);
        Poll::Ready((!body.is_empty()).then_some(Ok(body)))
    }
}

tokio::task_local! {
    pub(super) static TRACE: Rc<Trace>;
}

thread_local! {
    static REQUESTS: Cell<u64> = const { Cell::new(0) };
}

impl Trace {
    pub fn start() -> Rc<Trace> {
        let number = REQUESTS.get() + 1;
        REQUESTS.set(number);
        Rc::new(Trace {
            number,
            stage: Cell::new(Stage::Looking),
            dialled: Cell::new(None),
            reused: Cell::new(false),
            blocked: RefCell::new(None),
            marks: Marks::default(),
        })
    }
}

/// The system's resolver, on the blocking pool.
pub(super) struct SystemNames;

pub(super) type Lookup<'a> = LocalBoxFuture<'a, Result<Vec<SocketAddr>, Box<dyn std::error::Error>>>;

impl Resolve for SystemNames {
    fn lookup<'a>(&'a self, host: &'a str, port: u16) -> Lookup<'a> {
        let host = host.to_owned();
        Box::pin(async move {
            let lookup = move || std::net::ToSocketAddrs::to_socket_addrs(&(host.as_str(), port));
            Ok(actix_rt::task::spawn_blocking(lookup).await??.collect())
        })
    }
}

type Found = Option<(String, u16, Instant, Vec<SocketAddr>)>;

/// One lookup at a time: a name server that hangs holds one thread of each client, however many requests wait for it.
struct Names {
    resolver: Box<dyn Resolve>,
    last: tokio::sync::Mutex<Found>,
}

impl Names {
    async fn find(self: Rc<Self>, host: String, port: u16) -> Result<Vec<SocketAddr>, ConnectError> {
        // a task of its own, so that the turn is kept until the blocking thread is free, also when the request gives up
        let task = actix_rt::spawn(async move {
            let mut last = self.last.lock().await;
            match &*last {
                Some((name, of, at, found)) if *name == host && *of == port && at.elapsed() < FRESH => return Ok(found.clone()),
                _ => {}
            }
            let found = self.resolver.lookup(&host, port).await.map_err(|e| e.to_string())?;
            *last = Some((host, port, Instant::now(), found.clone()));
            Ok::<_, String>(found)
        });
        let found = task.await.map_err(|e| ConnectError::Resolver(Box::new(e)))?;
        found.map_err(|e| ConnectError::Resolver(e.into()))
    }
}

/// Refuses a connection unless every address of the host is permitted.
#[derive(Clone)]
pub(super) struct Guarded {
    names: Rc<Names>,
    policy: Arc<Policy>,
    tcp: ConnectorService,
}

impl Guarded {
    pub fn new(resolver: impl Resolve + 'static, policy: Arc<Policy>) -> Self {
        let names = Names { resolver: Box::new(resolver), last: tokio::sync::Mutex::new(None) };
        Guarded { names: Rc::new(names), policy, tcp: ConnectorService::default() }
    }

    async fn connect(self, info: ConnectInfo<Uri>) -> Result<Connection<Uri, Watched>, ConnectError> {
        // an address never reaches a resolver in actix-tls, so it is read here; one of IPv6 has its brackets in a `Uri`
        let host = info.hostname().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = info.port();
        let addrs = match (self.policy.only, host.parse::<IpAddr>()) {
            (Some(only), _) => vec![only],
            (None, Ok(ip)) => vec![SocketAddr::new(ip, port)],
            (None, Err(_)) => {
                note(|trace| trace.marks.looking.set(Some(Instant::now())));
                self.names.find(host.clone(), port).await?
            }
        };
        let Some(first) = addrs.first().copied() else {
            return Err(ConnectError::NoRecords);
        };
        if let Some(bad) = addrs.iter().find(|addr| !self.policy.permits(addr.ip())) {
            let text = format!("{host} leads to {}", bad.ip());
            note(|trace| drop(trace.blocked.replace(Some((host, bad.ip())))));
            return Err(ConnectError::Io(io::Error::new(io::ErrorKind::PermissionDenied, text)));
        }
        note(|trace| {
            trace.stage.set(Stage::Connecting);
            trace.marks.connecting.set(Some(Instant::now()));
            trace.dialled.set(Some(first));
        });
        // given addresses are used as they are: no second lookup, so no rebinding
        let connection = self.tcp.call(info.set_addrs(addrs)).await?;
        let (stream, uri) = connection.into_parts();
        let peer = stream.peer_addr().unwrap_or(first);
        note(|trace| {
            trace.stage.set(Stage::Connected);
            trace.marks.connected.set(Some(Instant::now()));
            trace.dialled.set(Some(peer));
        });
        // requests are small and answered before the next one: waiting to fill a packet only costs time
        let _ = stream.set_nodelay(true);
        let opened_for = TRACE.try_with(|trace| trace.number).unwrap_or(0);
        Ok(Connection::new(uri, Watched { stream, peer, opened_for }))
    }
}

fn note(act: impl FnOnce(&Trace)) {
    // outside of a request there is nobody to tell
    let _ = TRACE.try_with(|trace| act(trace));
}

impl Service<ConnectInfo<Uri>> for Guarded {
    type Response = Connection<Uri, Watched>;
    type Error = ConnectError;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Self::Error>>;

    always_ready!();

    fn call(&self, info: ConnectInfo<Uri>) -> Self::Future {
        Box::pin(self.clone().connect(info))
    }
}

/// A connection that tells each request which address it is written to.
#[derive(Debug)]
pub(super) struct Watched {
    stream: TcpStream,
    peer: SocketAddr,
    opened_for: u64,
}

impl Watched {
    fn tell(&self) {
        note(|trace| {
            trace.stage.set(Stage::Connected);
            trace.dialled.set(Some(self.peer));
            trace.reused.set(trace.number != self.opened_for);
        });
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.tell();
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.tell();
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

impl ActixStream for Watched {
    fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_read_ready(&self.stream, cx)
    }
    fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_write_ready(&self.stream, cx)
    }
}
