//! One socket: the body of an answer that has no end. It is all that there is of it, with neither a task nor a channel of its own, since most sockets
//! are idle: what arrives, what is to be written and the next ping are looked at when one of them wakes it.
use super::{
    hub::{Hub, Open, Room, Seated},
    mailbox::{End, Letter, Mailbox},
    model::{Admitted, Command, Sequence, Wanted},
    payload, queries,
    wire::{self, Code, Reader, Sent},
};
use crate::db::{told::told, types::EventId};
use actix_web::{
    body::{BodySize, MessageBody},
    dev::Payload,
    web::Bytes,
};
use futures_core::{Stream, future::LocalBoxFuture};
use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep};

/// How often the client hears that the server is there.
const BEAT: Duration = Duration::from_secs(3);

/// How many subscriptions one socket may have.
const SUBSCRIPTIONS: usize = 8;

/// How many frames a client may send at once,
const AT_ONCE: u32 = 40;
/// and in the long run, one in this time.
const EVERY: Duration = Duration::from_millis(500);

/// One client.
pub(super) struct Socket {
    hub: Hub,
    /// Where it came back from, if it says so.
    since: Option<Sequence>,
    input: Payload,
    reader: Reader,
    /// A command that waits for the database. No other is read meanwhile.
    doing: Option<LocalBoxFuture<'static, Option<Seated>>>,
    subscriptions: Vec<Seated>,
    /// What is written next.
    output: VecDeque<Bytes>,
    beat: Pin<Box<Sleep>>,
    allowance: Allowance,
    over: bool,
    // last, so that the subscriptions go first
    open: Open,
}

impl Socket {
    /// A socket that has just been opened.
    pub fn new(hub: Hub, open: Open, input: Payload, since: Option<Sequence>) -> Socket {
        Socket {
            hub,
            since,
            input,
            reader: Reader::default(),
            doing: None,
            subscriptions: Vec::new(),
            output: VecDeque::from([wire::text(payload::WELCOME)]),
            beat: Box::pin(sleep(BEAT)),
            allowance: Allowance::new(),
            over: false,
            open,
        }
    }

    /// Goes one step on, which leaves something in the output or makes room for the next.
    fn step(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // clients take a server without pings for dead, however much else it says
        if self.beat.as_mut().poll(cx).is_ready() {
            self.beat.as_mut().reset(Instant::now() + BEAT);
            self.output.push_back(wire::text(&payload::ping(chrono::Utc::now().timestamp())));
            return Poll::Ready(());
        }
        match self.open.mailbox.poll(cx) {
            Poll::Ready(Ok(Letter { prefix, rest })) => self.output.extend([wire::first_of_two(&prefix, &rest), rest]),
            Poll::Ready(Err(End::Stopping)) => {
                self.output.push_back(wire::text(payload::RESTART));
                self.finish(Code::Away);
            }
            Poll::Ready(Err(End::Unauthorized)) => {
                self.output.push_back(wire::text(payload::UNAUTHORIZED));
                self.finish(Code::Policy);
            }
            Poll::Ready(Err(End::Slow | End::Lost)) => self.finish(Code::Later),
            Poll::Pending => ready!(self.listen(cx)),
        }
        Poll::Ready(())
    }

    /// Goes on with what the client wants.
    fn listen(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(doing) = &mut self.doing {
            let done = ready!(doing.as_mut().poll(cx));
            self.doing = None;
            self.subscriptions.extend(done);
            return Poll::Ready(());
        }
        match self.reader.next() {
            Ok(Some(sent)) if self.allowance.take() => self.hear(sent),
            Ok(Some(_)) => self.refuse(Code::Policy),
            Err(code) => self.refuse(code),
            Ok(None) => match ready!(Pin::new(&mut self.input).poll_next(cx)) {
                Some(Ok(bytes)) => self.reader.feed(&bytes),
                _ => self.over = true,
            },
        }
        Poll::Ready(())
    }

    fn hear(&mut self, sent: Sent) {
        match sent {
            Sent::Text(text) => {
                if let Some(command) = Command::read(&text) {
                    self.obey(command);
                }
            }
            Sent::Ping(bytes) => self.output.push_back(wire::pong(&bytes)),
            Sent::Close => self.finish(Code::Normal),
            Sent::Other => {}
        }
    }

    fn obey(&mut self, command: Command) {
        let known = |socket: &Socket, identifier: &str| {
            let prefix = payload::prefix(identifier);
            socket.subscriptions.iter().position(|seated| *seated.seat.prefix == *prefix)
        };
        match command {
            // as there, another subscription of the same name is none, and is not answered
            Command::Subscribe(identifier) if known(self, &identifier).is_some() => {}
            Command::Subscribe(identifier) if self.subscriptions.len() >= SUBSCRIPTIONS => {
                self.output.push_back(wire::text(&payload::rejected(&identifier)));
            }
            Command::Subscribe(identifier) => {
                let line = (self.open.mailbox.clone(), self.open.address);
                self.doing = Some(Box::pin(subscribe(self.hub.clone(), line, identifier, self.since)));
            }
            Command::Unsubscribe(identifier) => {
                known(self, &identifier).into_iter().for_each(|place| drop(self.subscriptions.swap_remove(place)));
            }
            Command::UpdatePresence(identifier) => {
                if let Some(place) = known(self, &identifier) {
                    self.doing = Some(Box::pin(update_presence(self.hub.clone(), self.subscriptions.swap_remove(place))));
                }
            }
        }
    }

    fn refuse(&mut self, code: Code) {
        self.hub.0.figures.unruly.add(1);
        self.finish(code);
    }

    fn finish(&mut self, code: Code) {
        self.output.push_back(wire::close(code));
        self.over = true;
    }
}

impl MessageBody for Socket {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let socket = self.get_mut();
        loop {
            if let Some(bytes) = socket.output.pop_front() {
                return Poll::Ready(Some(Ok(bytes)));
            }
            if socket.over {
                return Poll::Ready(None);
            }
            ready!(socket.step(cx));
        }
    }
}

/// Subscribes whoever the identifier belongs to. For a wrong one nothing is answered; where nothing can be read now, the client is to come again.
async fn subscribe(hub: Hub, (mailbox, address): (Arc<Mailbox>, Option<u64>), identifier: String, since: Option<Sequence>) -> Option<Seated> {
    let Room { db, .. } = hub.room()?;
    let wanted = Wanted::read(&identifier)?;
    let since = wanted.since.map(Sequence).or(since);
    let admitted = db.read(move |conn| Ok((told(conn)?, queries::admit(conn, wanted)?))).await;
    let (told, admitted) = admitted
        .inspect_err(|e| {
            tracing::debug!(error = %e, "somebody could not be subscribed");
            mailbox.end(End::Slow);
        })
        .ok()?;
    let admitted = admitted?;
    let seated = hub.seat(admitted, payload::prefix(&identifier).into(), mailbox, told, since);
    let seated = update_presence(hub.clone(), seated).await?;
    if let Some(since) = since {
        hub.catch_up(&seated.seat, since, EventId(told.given), address).await;
    }
    Some(seated)
}

/// Somebody says that they are there. Who may not hear any more has no subscription any more.
async fn update_presence(hub: Hub, seated: Seated) -> Option<Seated> {
    let Room { db, .. } = hub.room()?;
    let (asking, admitted): (Hub, Admitted) = (hub.clone(), seated.seat.admitted.clone());
    match db.read(move |conn| asking.presence(conn, &admitted)).await {
        Ok(Some((presence, person))) => {
            hub.0.seen.note(person);
            seated.seat.say(presence);
            Some(seated)
        }
        Ok(None) => None,
        Err(e) => {
            tracing::debug!(error = %e, "somebody could not be told who is there");
            Some(seated)
        }
    }
}

/// How many frames a client may still send.
struct Allowance {
    left: u32,
    since: Instant,
}

impl Allowance {
    fn new() -> Allowance {
        Allowance { left: AT_ONCE, since: Instant::now() }
    }

    fn take(&mut self) -> bool {
        let more = u32::try_from(self.since.elapsed().as_millis() / EVERY.as_millis()).unwrap_or(u32::MAX);
        if more > 0 {
            self.left = self.left.saturating_add(more).min(AT_ONCE);
            self.since = Instant::now();
        }
        let is_left = self.left > 0;
        self.left = self.left.saturating_sub(1);
        is_left
    }
}
