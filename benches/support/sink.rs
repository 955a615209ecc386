//! The receivers: a thread of this process. One kind answers 200 and remembers what came when, the other never answers.
use super::http::Reader;
use std::{
    collections::HashMap,
    io::{Error, Result},
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};

/// How long nothing may come while something is waited for.
const PATIENCE: Duration = Duration::from_secs(120);

/// One delivery, with its last byte read.
#[derive(Clone, Copy)]
pub struct Arrival {
    /// The number of the webhook: its URL ends with it.
    pub hook: u64,
    /// Which message it tells of.
    pub message: u64,
    pub at: Instant,
}

#[derive(Clone)]
pub struct Sink {
    pub port: u16,
    arrivals: Arc<Mutex<Vec<Arrival>>>,
}

impl Sink {
    /// Opens the port; the thread ends with the process.
    pub fn open() -> Result<Sink> {
        let arrivals: Arc<Mutex<Vec<Arrival>>> = Arc::default();
        let remembered = arrivals.clone();
        let port = accept(move |stream| {
            let arrivals = remembered.clone();
            tokio::spawn(async move { receive(stream, &arrivals).await });
        })?;
        Ok(Sink { port, arrivals })
    }

    /// How many deliveries have come so far.
    pub fn count(&self) -> usize {
        self.all().len()
    }

    /// Waits until as many deliveries have come; gives those after the first `from`.
    pub async fn wait_for(&self, from: usize, count: usize) -> Result<Vec<Arrival>> {
        let (mut last, mut came) = (Instant::now(), self.count());
        while came < count {
            if last.elapsed() > PATIENCE {
                return Err(Error::other(format!("{came} of {count} deliveries came, and then nothing for {PATIENCE:?}")));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
            if self.count() > came {
                (last, came) = (Instant::now(), self.count());
            }
        }
        Ok(self.all()[from..].to_vec())
    }

    /// Everything that came.
    pub fn all(&self) -> MutexGuard<'_, Vec<Arrival>> {
        self.arrivals.lock().expect("no thread panics while it holds the list")
    }

    /// Every one of these messages has come to each of the webhooks 1 to `hooks`, and nothing has come twice. The server must
    /// have stopped, so that nothing more can come.
    pub fn check(&self, messages: impl IntoIterator<Item = u64>, hooks: u64) -> Result<()> {
        let mut times: HashMap<(u64, u64), usize> =
            messages.into_iter().flat_map(|message| (1..=hooks).map(move |hook| (hook, message))).map(|which| (which, 0)).collect();
        let mut strange = 0;
        for Arrival { hook, message, .. } in self.all().iter() {
            match times.get_mut(&(*hook, *message)) {
                Some(times) => *times += 1,
                None => strange += 1,
            }
        }
        let missing = times.values().filter(|times| **times == 0).count();
        let duplicates: usize = times.values().map(|times| times.saturating_sub(1)).sum();
        println!("   {} deliveries: {missing} missing, {duplicates} came twice, {strange} of no message", times.len());
        if missing + duplicates + strange == 0 { Ok(()) } else { Err(Error::other("not exactly once")) }
    }
}

/// Opens a port on which every request is read and none is answered.
pub fn hang() -> Result<u16> {
    accept(|stream| {
        tokio::spawn(async move {
            let mut reader = Reader::new(stream)?;
            while reader.next().await?.is_some() {}
            Result::Ok(())
        });
    })
}

fn accept(each: impl Fn(TcpStream) + Send + 'static) -> Result<u16> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let (port, runtime) = (listener.local_addr()?.port(), super::runtime()?);
    std::thread::spawn(move || -> Result<()> {
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener)?;
            loop {
                each(listener.accept().await?.0);
            }
        })
    });
    Ok(port)
}

async fn receive(stream: TcpStream, arrivals: &Mutex<Vec<Arrival>>) -> Result<()> {
    let mut reader = Reader::new(stream)?;
    while let Some((head, body)) = reader.next().await? {
        let at = Instant::now();
        let hook = hook(head).ok_or_else(|| Error::other("a request to no webhook's path"))?;
        let message = message(body).ok_or_else(|| Error::other("a delivery without a message id"))?;
        arrivals.lock().expect("no thread panics while it holds the list").push(Arrival { hook, message, at });
        reader.stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await?;
    }
    Ok(())
}

/// Out of `POST /hook/3 HTTP/1.1`.
fn hook(head: &[u8]) -> Option<u64> {
    number(head.strip_prefix(b"POST /hook/")?, b' ')
}

/// Out of `{"event":"message_created","id":"9001",`, the beginning of the documented payload.
fn message(body: &[u8]) -> Option<u64> {
    number(body.strip_prefix(br#"{"event":"message_created","id":""#)?, b'"')
}

fn number(text: &[u8], end: u8) -> Option<u64> {
    let end = text.iter().position(|byte| *byte == end)?;
    std::str::from_utf8(&text[..end]).ok()?.parse().ok()
}
