//! The guard. It resolves a host, refuses unless every address is permitted, and connects to the very addresses that it
//! has checked: there is no second lookup that could answer something else.
use super::{
    address::Policy,
    http2::{Line, Lines},
    timings::Spoken,
    trace::{Stage, Trace, begin, note},
};
use actix_rt::net::{ActixStream, Ready, TcpStream};
use actix_tls::connect::{ConnectError, ConnectInfo, Connection, ConnectorService, Resolve};
use actix_web::{
    dev::{Service, always_ready},
    http::Uri,
};
use futures_core::future::LocalBoxFuture;
use rustls::pki_types::ServerName;
use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Found addresses serve the connections that are opened at the same moment.
const FRESH: Duration = Duration::from_secs(2);

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
    secure: Option<Secure>,
}

impl Guarded {
    pub fn new(resolver: impl Resolve + 'static, policy: Arc<Policy>) -> Self {
        let names = Names { resolver: Box::new(resolver), last: tokio::sync::Mutex::new(None) };
        Guarded { names: Rc::new(names), policy, tcp: ConnectorService::default(), secure: None }
    }

    /// The same guard for https. The handshake is made here, so that a connection that speaks HTTP/2 goes to the request's
    /// trace; whoever asked for one of HTTP/1.1 gets an error then.
    pub fn secured(&self, tls: TlsConnector, lines: Rc<Lines>) -> Self {
        Guarded { secure: Some(Secure { tls, lines }), ..self.clone() }
    }

    async fn connect(self, info: ConnectInfo<Uri>) -> Result<Connection<Uri, Watched>, ConnectError> {
        // an address never reaches a resolver in actix-tls, so it is read here; one of IPv6 has its brackets in a `Uri`
        let host = info.hostname().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = info.port();
        let addrs = match host.parse::<IpAddr>() {
            Ok(ip) => vec![SocketAddr::new(ip, port)],
            Err(_) => {
                note(|trace| {
                    trace.stage.set(Stage::Looking);
                    begin(&trace.marks.looking);
                });
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
            begin(&trace.marks.connecting);
            trace.dialled.set(Some(first));
        });
        // given addresses are used as they are: no second lookup, so no rebinding
        let connection = self.tcp.call(info.set_addrs(addrs)).await?;
        let (stream, uri) = connection.into_parts();
        let peer = stream.peer_addr().unwrap_or(first);
        note(|trace| {
            begin(&trace.marks.connected);
            trace.dialled.set(Some(peer));
        });
        // requests are small and answered before the next one: waiting to fill a packet only costs time
        let _ = stream.set_nodelay(true);
        let opened_for = Trace::current();
        let (stream, spoken) = match &self.secure {
            None => (Stream::Plain(stream), Spoken::http1(None)),
            Some(secure) => secure.shake_hands(&host, stream, peer).await.map_err(ConnectError::Io)?,
        };
        Ok(Connection::new(uri, Watched { stream, peer, spoken, opened_for }))
    }
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

#[derive(Clone)]
struct Secure {
    tls: TlsConnector,
    lines: Rc<Lines>,
}

impl Secure {
    async fn shake_hands(&self, host: &str, stream: TcpStream, peer: SocketAddr) -> io::Result<(Stream, Spoken)> {
        note(|trace| trace.stage.set(Stage::Securing));
        let name = ServerName::try_from(host.to_owned()).map_err(|e| io::Error::new(io::ErrorKind::InvalidInput, e))?;
        let stream = self.tls.connect(name, stream).await?;
        note(|trace| {
            trace.stage.set(Stage::Ready);
            begin(&trace.marks.secured);
        });
        let session = stream.get_ref().1;
        let http2 = session.alpn_protocol() == Some(b"h2");
        self.lines.speaks_http1(!http2);
        if http2 {
            let spoken = Spoken::http2(session.protocol_version());
            let line = Line::open(stream, peer, spoken).await?;
            note(|trace| drop(trace.opened.replace(Some(line))));
            return Err(io::Error::other("HTTP/2 is spoken there"));
        }
        note(|trace| drop(trace.turn.take()));
        let spoken = Spoken::http1(session.protocol_version());
        Ok((Stream::Secure(Box::new(stream)), spoken))
    }
}

/// A connection that tells each request which address it is written to.
#[derive(Debug)]
pub(super) struct Watched {
    stream: Stream,
    peer: SocketAddr,
    spoken: Spoken,
    opened_for: u64,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Secure(Box<TlsStream<TcpStream>>),
}

impl Stream {
    fn tcp(&self) -> &TcpStream {
        match self {
            Stream::Plain(stream) => stream,
            Stream::Secure(stream) => stream.get_ref().0,
        }
    }
}

impl Watched {
    fn tell(&self) {
        note(|trace| trace.carried(self.peer, self.spoken, trace.number != self.opened_for));
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Secure(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.tell();
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Stream::Secure(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Secure(stream) => Pin::new(stream).poll_flush(cx),
        }
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Secure(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.tell();
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
            Stream::Secure(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
        }
    }
    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Plain(stream) => stream.is_write_vectored(),
            Stream::Secure(stream) => stream.is_write_vectored(),
        }
    }
}

impl ActixStream for Watched {
    fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_read_ready(self.stream.tcp(), cx)
    }
    fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_write_ready(self.stream.tcp(), cx)
    }
}
