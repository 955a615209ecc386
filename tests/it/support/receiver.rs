//! A receiver of webhooks: it writes down what it gets, and answers as it is told. It speaks HTTP by hand, since it must be able to
//! misbehave.
use super::PATIENCE;
use serde_json::Value;
use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Received {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub at: Instant,
}

/// What the receiver does with a request.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    then: Then,
    delay: Duration,
    waits: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Then {
    Answer,
    HangUp,
    Hang,
    Endless,
    Trickle,
    Gigabyte,
}

impl Reply {
    pub fn status(status: u16) -> Reply {
        Reply { status, headers: Vec::new(), body: b"ok".to_vec(), then: Then::Answer, delay: Duration::ZERO, waits: false }
    }

    pub fn ok() -> Reply {
        Reply::status(200)
    }

    /// Reads the request and never answers.
    pub fn hang() -> Reply {
        Reply { then: Then::Hang, ..Reply::ok() }
    }

    /// Answers when [`Receiver::release`] is called.
    pub fn when_released(mut self) -> Reply {
        self.waits = true;
        self
    }

    /// Closes the connection without an answer.
    pub fn hang_up() -> Reply {
        Reply { then: Then::HangUp, ..Reply::ok() }
    }

    /// Answers with a body that never ends.
    pub fn endless() -> Reply {
        Reply { then: Then::Endless, ..Reply::ok() }
    }

    /// Answers with a body that comes byte by byte, and would take an hour.
    pub fn trickle() -> Reply {
        Reply { then: Then::Trickle, ..Reply::ok() }
    }

    /// Answers with a body of a gigabyte, as fast as it is taken.
    pub fn gigabyte() -> Reply {
        Reply { then: Then::Gigabyte, ..Reply::ok() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Reply {
        self.body = body.into();
        self
    }

    pub fn after(mut self, delay: Duration) -> Reply {
        self.delay = delay;
        self
    }
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .unwrap_or_else(|| panic!("no {name} among {:?}", self.headers))
    }

    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name))
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn event(&self) -> String {
        self.json()["event"].as_str().unwrap_or_default().to_owned()
    }
}

#[derive(Default)]
struct Desk {
    received: Vec<Received>,
    script: VecDeque<Reply>,
    always: Option<Reply>,
    open: Vec<TcpStream>,
    /// Without these words a body is not kept.
    keeps: Option<&'static str>,
}

struct Shared {
    desk: Mutex<Desk>,
    ring: watch::Sender<usize>,
    closed: AtomicBool,
    released: AtomicBool,
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// A recording receiver on a port of its own.
pub struct Receiver {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

impl Receiver {
    /// Answers 200 to everything, until told otherwise.
    pub fn open() -> Receiver {
        Receiver::open_at("127.0.0.1")
    }

    /// On another address of this machine.
    pub fn open_at(host: &str) -> Receiver {
        let listener = TcpListener::bind((host, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared =
            Arc::new(Shared { desk: Mutex::default(), ring: watch::channel(0).0, closed: AtomicBool::new(false), released: AtomicBool::new(false) });
        let own = shared.clone();
        std::thread::spawn(move || accept(&listener, &own));
        Receiver { address, shared }
    }

    pub fn url(&self) -> String {
        self.url_of("/hook")
    }

    pub fn url_of(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What to do with the next request that is not provided for yet.
    pub fn next(&self, reply: Reply) -> &Receiver {
        self.shared.desk().script.push_back(reply);
        self
    }

    /// What to do with requests that nothing else is provided for.
    pub fn always(&self, reply: Reply) -> &Receiver {
        self.shared.desk().always = Some(reply);
        self
    }

    /// Answers the requests whose replies wait for this.
    pub fn release(&self) {
        self.shared.released.store(true, Ordering::SeqCst);
    }

    /// Keeps only the ids of requests whose bodies do not hold these words: for those who get a hundred thousand.
    pub fn keep_only(&self, words: &'static str) {
        self.shared.desk().keeps = Some(words);
    }

    /// Closes every connection, those of hanging requests too.
    pub fn hang_up(&self) {
        for stream in self.shared.desk().open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// What has come so far.
    pub fn received(&self) -> Vec<Received> {
        self.shared.desk().received.clone()
    }

    /// Waits until this many requests have come; gives all that have.
    pub async fn wait_for(&self, number: usize) -> Vec<Received> {
        let mut ring = self.shared.ring.subscribe();
        let wait = ring.wait_for(|count| *count >= number);
        if actix_rt::time::timeout(PATIENCE, wait).await.is_err() {
            let names: Vec<String> = self.received().iter().map(|request| format!("{} {}", request.path, request.event())).collect();
            panic!("waited for {number} requests, {} came: {names:?}", names.len());
        }
        self.received()
    }

    /// Waits until as many as `number` are of the kind that `which` tells; gives those.
    pub async fn wait_for_those(&self, number: usize, which: impl Fn(&Received) -> bool) -> Vec<Received> {
        let mut ring = self.shared.ring.subscribe();
        let found = || self.received().into_iter().filter(|request| which(request)).collect::<Vec<_>>();
        let wait = ring.wait_for(|_| found().len() >= number);
        let in_time = actix_rt::time::timeout(PATIENCE, wait).await.is_ok();
        let found = found();
        assert!(in_time, "waited for {number} such requests, {} came", found.len());
        found
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // it also stands for servers of other kinds
            let deliveries = self.received().into_iter().filter(|request| request.has("webhook-id") && !request.body.is_empty());
            deliveries.for_each(|request| super::schemas::assert_delivered(&request.body));
        }
        self.shared.closed.store(true, Ordering::SeqCst);
        self.hang_up();
        // wakes the thread that accepts
        let _ = TcpStream::connect(self.address);
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.closed.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        if let Ok(copy) = stream.try_clone() {
            shared.desk().open.push(copy);
        }
        let shared = shared.clone();
        std::thread::spawn(move || {
            let mut reader = BufReader::new(stream);
            while let Some(request) = read(&mut reader) {
                if !answer(&shared, request, reader.get_mut()) {
                    break;
                }
            }
            let _ = reader.get_ref().shutdown(Shutdown::Both);
        });
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut line = String::new();
    let mut next = |reader: &mut BufReader<TcpStream>| {
        line.clear();
        (reader.read_line(&mut line).ok()? > 0).then(|| line.trim_end().to_owned())
    };
    let path = next(reader)?.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    loop {
        let line = next(reader)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length")).and_then(|(_, length)| length.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(Received { path, headers, body, at: Instant::now() })
}

/// Does what is provided for; true when the connection may be used again.
fn answer(shared: &Shared, mut request: Received, stream: &mut TcpStream) -> bool {
    let (reply, number) = {
        let mut desk = shared.desk();
        if desk.keeps.is_some_and(|words| !String::from_utf8_lossy(&request.body).contains(words)) {
            request.body = Vec::new();
            request.headers.retain(|(name, _)| name.eq_ignore_ascii_case("webhook-id"));
        }
        desk.received.push(request);
        let reply = desk.script.pop_front().or_else(|| desk.always.clone()).unwrap_or_else(Reply::ok);
        (reply, desk.received.len())
    };
    // after the desk is free: whoever waits looks at the desk while they hold the ring, and the two would wait for each other
    shared.ring.send_modify(|rung| *rung = number.max(*rung));
    std::thread::sleep(reply.delay);
    while reply.waits && !shared.released.load(Ordering::SeqCst) && !shared.closed.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(5));
    }
    match reply.then {
        Then::HangUp => false,
        Then::Hang => {
            // until the other side has had enough, or the receiver ends
            let _ = stream.read(&mut [0]);
            false
        }
        Then::Endless => {
            let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            let chunk = [b"2000\r\n".as_slice(), &[b'x'; 0x2000], b"\r\n"].concat();
            let mut writing = stream.write_all(head).is_ok();
            while writing && !shared.closed.load(Ordering::SeqCst) {
                writing = stream.write_all(&chunk).is_ok();
            }
            false
        }
        Then::Trickle => {
            let mut writing = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 72000\r\n\r\n").is_ok();
            while writing && !shared.closed.load(Ordering::SeqCst) {
                writing = stream.write_all(b"x").is_ok();
                std::thread::sleep(Duration::from_millis(50));
            }
            false
        }
        Then::Gigabyte => {
            let (mut left, chunk) = (1_usize << 30, [b'x'; 0x8000]);
            let mut writing = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {left}\r\n\r\n").is_ok();
            while writing && left > 0 && !shared.closed.load(Ordering::SeqCst) {
                writing = stream.write_all(&chunk).is_ok();
                left -= chunk.len();
            }
            false
        }
        Then::Answer => {
            let mut head = format!("HTTP/1.1 {} Scripted\r\nContent-Length: {}\r\n", reply.status, reply.body.len());
            for (name, value) in &reply.headers {
                head += &format!("{name}: {value}\r\n");
            }
            head += "\r\n";
            stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&reply.body)).is_ok()
        }
    }
}
