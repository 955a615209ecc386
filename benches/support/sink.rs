//! The receiver: a thread of this process that answers 200 and remembers when which message came.
use super::http::Reader;
use std::{
    io::Result,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};

/// How long the queue may take to drain after the last answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// Which message, and when the last byte of its delivery was read.
pub type Arrival = (u64, Instant);

#[derive(Clone)]
pub struct Sink {
    pub port: u16,
    arrivals: Arc<Mutex<Vec<Arrival>>>,
}

impl Sink {
    /// Opens the port; the thread ends with the process.
    pub fn open() -> Result<Sink> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let sink = Sink { port: listener.local_addr()?.port(), arrivals: Arc::default() };
        let (arrivals, runtime) = (sink.arrivals.clone(), super::runtime()?);
        let accept = async move {
            let listener = TcpListener::from_std(listener)?;
            loop {
                let (stream, _) = listener.accept().await?;
                let arrivals = arrivals.clone();
                tokio::spawn(async move { receive(stream, &arrivals).await });
            }
        };
        std::thread::spawn(move || -> Result<()> { runtime.block_on(accept) });
        Ok(sink)
    }

    /// How many deliveries have come so far.
    pub fn count(&self) -> usize {
        self.all().len()
    }

    /// Waits until as many deliveries have come; gives those after the first `from`.
    pub async fn wait_for(&self, from: usize, count: usize) -> Result<Vec<Arrival>> {
        let started = Instant::now();
        while self.count() < count {
            if started.elapsed() > PATIENCE {
                return Err(std::io::Error::other(format!("{} of {count} deliveries came within {PATIENCE:?}", self.count())));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(self.all()[from..].to_vec())
    }

    /// Everything that came.
    pub fn all(&self) -> std::sync::MutexGuard<'_, Vec<Arrival>> {
        self.arrivals.lock().expect("no thread panics while it holds the list")
    }
}

async fn receive(stream: TcpStream, arrivals: &Mutex<Vec<Arrival>>) -> Result<()> {
    let mut reader = Reader::new(stream)?;
    while let Some((_, body)) = reader.next().await? {
        let arrived = Instant::now();
        let id = message_id(body).ok_or_else(|| std::io::Error::other("a delivery without a message id"))?;
        arrivals.lock().expect("no thread panics while it holds the list").push((id, arrived));
        reader.stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await?;
    }
    Ok(())
}

/// Out of `{"event":"message_created","id":"9001",`, the beginning of the documented payload.
fn message_id(body: &[u8]) -> Option<u64> {
    let rest = body.strip_prefix(br#"{"event":"message_created","id":""#)?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    std::str::from_utf8(&rest[..end]).ok()?.parse().ok()
}
