//! Connections of HTTP/2, each of which carries many requests at once.
use super::{timings::Spoken, trace::Trace};
use actix_rt::net::TcpStream;
use actix_web::web::Bytes;
use futures_util::future::{self, FutureExt};
use h2::{
    Reason, RecvStream, SendStream,
    client::{Builder, Connection, ResponseFuture, SendRequest},
};
use http_02::{Request, response};
use std::{
    cell::{Cell, RefCell},
    io,
    net::SocketAddr,
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::{Mutex, OwnedMutexGuard, oneshot},
};
use tokio_rustls::client::TlsStream;

/// How much of an answer's body a receiver may send before it is read, in bytes: hardly more than is kept.
const WINDOW: u32 = 32 * 1024;

/// The largest head of an answer, in bytes; a larger one is no answer.
const LARGEST_HEAD: u32 = 64 * 1024;

/// How long a connection that is given up may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(3);

/// A client's connections of HTTP/2: one for each receiver, and more only where it takes fewer requests at once than there are.
#[derive(Default)]
pub(super) struct Lines {
    /// With the host and port in whose name each was opened.
    open: RefCell<Vec<(String, Rc<Line>)>>,
    /// The last handshake ended in HTTP/1.1: there is nothing to wait for.
    http1: Cell<bool>,
    /// Held while a connection is opened that may turn out to be for all.
    opening: Arc<Mutex<()>>,
}

impl Lines {
    /// Notes what the last handshake ended in.
    pub fn speaks_http1(&self, http1: bool) {
        self.http1.set(http1);
    }

    /// A connection to `place` (host and port) that has room for a request.
    fn free(&self, place: &str) -> Option<Rc<Line>> {
        let mut open = self.open.borrow_mut();
        open.retain(|(_, line)| line.is_good());
        open.iter().find(|(to, line)| to == place && line.has_room()).map(|(_, line)| line.clone())
    }

    /// The same, also one that another request is about to open; or, where there is none, the turn to open it. Who has waited
    /// until `latest` goes without a turn, since the other may be stuck.
    pub async fn find(&self, place: &str, latest: tokio::time::Instant) -> Result<Rc<Line>, Option<OwnedMutexGuard<()>>> {
        if let Some(line) = self.free(place) {
            return Ok(line);
        }
        if self.http1.get() {
            return Err(None);
        }
        let turn = tokio::time::timeout_at(latest, self.opening.clone().lock_owned()).await.ok();
        self.free(place).ok_or(turn.filter(|_| !self.http1.get()))
    }

    /// Lets others use a connection.
    pub fn share(&self, place: &str, line: &Rc<Line>) {
        self.open.borrow_mut().push((place.to_owned(), line.clone()));
    }
}

/// A connection that carries many requests at once.
pub(super) struct Line {
    requests: SendRequest<Bytes>,
    peer: SocketAddr,
    spoken: Spoken,
    opened: Instant,
    /// Requests under way.
    busy: Cell<usize>,
    given_up: Cell<bool>,
    health: Rc<Health>,
    /// Closed with the line: the end of its task.
    _kept: oneshot::Sender<()>,
}

/// What the connection's own task knows of it.
#[derive(Default)]
struct Health {
    closed: Cell<bool>,
    /// How many requests at once the receiver takes.
    room: Cell<usize>,
    /// Goes up with everything that arrives.
    heard: Cell<u64>,
}

impl Line {
    /// For how long a connection is used, since its name may lead elsewhere by then.
    pub const LIFETIME: Duration = Duration::from_secs(75);

    /// Begins to speak HTTP/2 over `stream`.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn open(stream: TlsStream<TcpStream>, peer: SocketAddr, spoken: Spoken) -> io::Result<Line> {
        let health = Rc::new(Health::default());
        let stream = Heard { stream, health: health.clone() };
        let mut speaking = Builder::new();
        speaking.enable_push(false).initial_window_size(WINDOW).max_header_list_size(LARGEST_HEAD);
        let (requests, connection) = speaking.handshake(stream).await.map_err(|e| {
            let text = e.to_string();
            e.into_io().unwrap_or_else(|| io::Error::other(text))
        })?;
        health.room.set(connection.max_concurrent_send_streams());
        let (kept, ended) = oneshot::channel();
        actix_rt::spawn(drive(connection, health.clone(), ended));
        Ok(Line { requests, peer, spoken, opened: Instant::now(), busy: Cell::new(0), given_up: Cell::new(false), health, _kept: kept })
    }

    fn is_good(&self) -> bool {
        !self.given_up.get() && !self.health.closed.get() && self.health.room.get() > 0 && self.opened.elapsed() < Line::LIFETIME
    }

    /// Notes that it carries a request, which has opened it (`own`) or not.
    pub fn carries(&self, trace: &Trace, own: bool) {
        trace.carried(self.peer, self.spoken, !own);
    }

    fn has_room(&self) -> bool {
        self.busy.get() < self.health.room.get()
    }

    /// Later requests take another connection; those under way go on.
    fn give_up(&self) {
        self.given_up.set(true);
    }

    /// Begins a request.
    ///
    /// # Errors
    /// When the connection has ended or takes no more requests; then it is given up.
    pub fn send(self: Rc<Line>, request: Request<()>, body: Bytes) -> Result<Sent, h2::Error> {
        let begun = self.requests.clone().send_request(request, body.is_empty()).and_then(|(answer, mut upload)| {
            // it is in memory anyway, and leaves as the receiver has room for it
            if body.is_empty() { Ok(()) } else { upload.send_data(body, true) }.map(|()| (answer, upload))
        });
        let (answer, upload) = begun.inspect_err(|_| self.give_up())?;
        self.busy.set(self.busy.get() + 1);
        Ok(Sent { answer, upload, heard: self.health.heard.get(), line: self })
    }
}

/// A request under way. Dropped, it is taken back, and its connection stays for others.
pub(super) struct Sent {
    answer: ResponseFuture,
    upload: SendStream<Bytes>,
    /// What had arrived on its connection when it began.
    heard: u64,
    line: Rc<Line>,
}

impl Sent {
    /// Waits for the head of the answer.
    ///
    /// # Errors
    /// When there is none.
    pub async fn answer(&mut self) -> Result<(response::Parts, RecvStream), h2::Error> {
        let answer = (&mut self.answer).await;
        answer.map(http_02::Response::into_parts).inspect_err(|e| {
            if !e.is_reset() {
                self.line.give_up();
            }
        })
    }

    /// Nothing came in time. If nothing at all has arrived meanwhile, nobody knows whether anything still gets through, and
    /// later requests had better not find out.
    pub fn is_late(&self) {
        if self.line.health.heard.get() == self.heard {
            self.line.give_up();
        }
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        self.line.busy.set(self.line.busy.get().saturating_sub(1));
        // of a request that is done nothing is sent; without this, one that waits for room would still be sent some day
        self.upload.send_reset(Reason::CANCEL);
    }
}

/// Reads a body in pieces.
pub(super) async fn next_piece(body: &mut RecvStream) -> Option<Result<Bytes, h2::Error>> {
    let piece = body.data().await?;
    if let Ok(piece) = &piece {
        // fails where the stream has ended, and needs no room any more
        let _ = body.flow_control().release_capacity(piece.len());
    }
    Some(piece)
}

/// Runs a connection until it ends, or, soon, until nobody has it any more. What it fails with is told to its requests.
async fn drive(mut connection: Connection<Heard, Bytes>, health: Rc<Health>, ended: oneshot::Receiver<()>) {
    let noted = health.clone();
    let run = future::poll_fn(move |cx| {
        let polled = connection.poll_unpin(cx);
        noted.room.set(connection.max_concurrent_send_streams());
        polled
    });
    let leave = ended.then(|_| tokio::time::sleep(GOODBYE));
    future::select(run, Box::pin(leave)).await;
    health.closed.set(true);
}

/// A stream that notes that something has arrived.
struct Heard {
    stream: TlsStream<TcpStream>,
    health: Rc<Health>,
}

impl AsyncRead for Heard {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if read.is_ready() {
            self.health.heard.set(self.health.heard.get() + 1);
        }
        read
    }
}

impl AsyncWrite for Heard {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
pub(super) mod tests;
