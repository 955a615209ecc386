//! What becomes known of a request on its way.
use super::{
    http2::Line,
    timings::{Spoken, Timings},
};
use actix_web::{
    body::{BodySize, MessageBody},
    web::Bytes,
};
use std::{
    cell::{Cell, RefCell},
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Instant,
};
use tokio::sync::OwnedMutexGuard;

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// For a connection, its own or another request's.
    Waiting,
    Looking,
    Connecting,
    /// Connected; the handshake is under way.
    Securing,
    /// The connection may carry the request.
    Ready,
}

/// What becomes known of a request on its way. Connections of HTTP/1.1 are pooled, so the stream itself notes which one
/// carries the request; it runs in the request's own task. One of HTTP/2 has a task of its own, and is known beforehand.
pub(super) struct Trace {
    pub number: u64,
    pub stage: Cell<Stage>,
    pub dialled: Cell<Option<SocketAddr>>,
    pub spoken: Cell<Option<Spoken>>,
    /// The connection has carried a request before.
    pub reused: Cell<bool>,
    /// The connection ended before the receiver took the request up.
    pub stale: Cell<bool>,
    pub blocked: RefCell<Option<(String, IpAddr)>>,
    /// What was opened for this request speaks HTTP/2.
    pub opened: RefCell<Option<Line>>,
    /// Others wait until this request knows what its connection speaks.
    pub turn: RefCell<Option<OwnedMutexGuard<()>>>,
    pub marks: Marks,
}

/// When each stage began.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub looking: Cell<Option<Instant>>,
    pub connecting: Cell<Option<Instant>>,
    pub connected: Cell<Option<Instant>>,
    /// With https, the handshake is done.
    pub secured: Cell<Option<Instant>>,
    /// The connection was ready, and the request was given to it.
    pub sending: Cell<Option<Instant>>,
    pub answered: Cell<Option<Instant>>,
}

/// Notes that a stage begins.
pub(super) fn begin(stage: &Cell<Option<Instant>>) {
    stage.set(Some(Instant::now()));
}

impl Marks {
    /// The stages until now.
    fn timings(&self, started: Instant, secure: bool) -> Timings {
        let now = Instant::now();
        let lasted = |from: &Cell<Option<Instant>>, to: &Cell<Option<Instant>>| from.get().map(|from| to.get().unwrap_or(now) - from);
        Timings {
            dns: lasted(&self.looking, &self.connecting),
            connect: lasted(&self.connecting, &self.connected),
            tls: lasted(&self.connected, &self.secured).filter(|_| secure),
            answer: lasted(&self.sending, &self.answered),
            total: now - started,
            spoken: None,
        }
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
            stage: Cell::new(Stage::Waiting),
            dialled: Cell::new(None),
            spoken: Cell::new(None),
            reused: Cell::new(false),
            stale: Cell::new(false),
            blocked: RefCell::new(None),
            opened: RefCell::new(None),
            turn: RefCell::new(None),
            marks: Marks::default(),
        })
    }

    /// The number of the request that is traced in this task; 0 outside of one.
    pub fn current() -> u64 {
        TRACE.try_with(|trace| trace.number).unwrap_or(0)
    }

    /// Notes the connection that carries the request, and whether it was open before.
    pub fn carried(&self, by: SocketAddr, spoken: Spoken, reused: bool) {
        self.stage.set(Stage::Ready);
        self.dialled.set(Some(by));
        self.spoken.set(Some(spoken));
        self.reused.set(reused);
    }

    /// The stages until now.
    pub fn timings(&self, started: Instant, secure: bool) -> Timings {
        Timings { spoken: self.spoken.get(), ..self.marks.timings(started, secure) }
    }
}

/// Tells the request of this task; outside of one there is nobody to tell.
pub(super) fn note(act: impl FnOnce(&Trace)) {
    let _ = TRACE.try_with(|trace| act(trace));
}

/// A body that notes when it is asked for: the connection is ready then.
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
