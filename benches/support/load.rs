//! Clients that post messages, as fast as they are answered or so many in a second.
use super::{
    http::Client,
    percentile,
    server::Server,
    sink::{Arrival, Sink},
};
use std::{
    collections::HashMap,
    io::{Error, Result},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::{sync::Mutex, task::JoinSet};

/// How long a message's text is, in bytes.
const CONTENT: usize = 600;

/// A message that was answered with 200.
pub struct Posted {
    pub id: u64,
    pub started: Instant,
    /// From the request's start to the last byte of the answer.
    pub took: Duration,
}

/// The time below which half of them lie, and 99 of 100, in milliseconds.
#[derive(Clone, Copy)]
pub struct Times {
    pub half: f64,
    pub nearly_all: f64,
}

impl Times {
    fn of(mut times: Vec<f64>) -> Times {
        Times { half: percentile(&mut times, 0.5), nearly_all: percentile(&mut times, 0.99) }
    }

    /// Of the API's answers.
    pub fn of_answers(posted: &[Posted]) -> Times {
        Times::of(posted.iter().map(|posted| milliseconds(posted.took)).collect())
    }

    /// From the request's start, before its first byte is sent, to the last byte of the delivery to this webhook.
    pub fn of_arrivals(posted: &[Posted], arrivals: &[Arrival], hook: u64) -> Result<Times> {
        let there = arrivals.iter().rev().filter(|arrival| arrival.hook == hook);
        let arrived: HashMap<u64, Instant> = there.map(|arrival| (arrival.message, arrival.at)).collect();
        let time = |posted: &Posted| Some(milliseconds(*arrived.get(&posted.id)? - posted.started));
        let times: Option<Vec<f64>> = posted.iter().map(time).collect();
        times.map(Times::of).ok_or_else(|| Error::other("another message arrived than was posted"))
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "p50/p99 {:.1}/{:.1} ms", self.half, self.nearly_all)
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Keep-alive connections, and the conversations into which they write.
#[derive(Clone)]
pub struct Load {
    paths: Arc<[String]>,
    clients: Arc<[Mutex<Client>]>,
    /// The number of the next message, over all runs.
    next: Arc<AtomicUsize>,
}

impl Load {
    /// Opens the connections.
    pub async fn open(server: &Server, conversations: &[i64], connections: usize) -> Result<Load> {
        let path = |number: &i64| format!("/api/v1/accounts/1/conversations/{number}/messages");
        let paths = conversations.iter().map(path).collect();
        Ok(Load { paths, clients: connect(server, connections).await?, next: Arc::default() })
    }

    /// Opens them anew, to another process.
    pub async fn connect(&mut self, server: &Server) -> Result<()> {
        self.clients = connect(server, self.clients.len()).await?;
        Ok(())
    }

    /// Posts as fast as it is answered and waits until every webhook has got all.
    pub async fn run(&self, messages: usize, sink: &Sink, hooks: usize) -> Result<(Vec<Posted>, Vec<Arrival>)> {
        let before = sink.count();
        let posted = self.as_fast_as_answered(messages).await?;
        Ok((posted, sink.wait_for(before, before + messages * hooks).await?))
    }

    /// Each connection sends its next message when the last one is answered.
    async fn as_fast_as_answered(&self, messages: usize) -> Result<Vec<Posted>> {
        let last = self.next.load(Relaxed) + messages;
        let mut tasks = JoinSet::new();
        for at in 0..self.clients.len() {
            let load = self.clone();
            tasks.spawn(async move {
                let mut posted = Vec::new();
                loop {
                    let n = load.next.fetch_add(1, Relaxed);
                    if n >= last {
                        return Ok(posted);
                    }
                    posted.push(load.post(at, n, Instant::now()).await?);
                }
            });
        }
        let done: Result<Vec<Vec<Posted>>> = tasks.join_all().await.into_iter().collect();
        self.next.store(last, Relaxed);
        Ok(done?.into_iter().flatten().collect())
    }

    /// Posts so many in a second, for as long as `more` says of their number. A request starts when its time has come, whether
    /// or not a connection is free.
    pub async fn paced(&self, pace: u32, more: impl Fn(usize) -> bool) -> Result<Vec<Posted>> {
        let mut tasks = JoinSet::new();
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / pace);
        let mut count = 0;
        while more(count) {
            ticks.tick().await;
            let (started, load, n) = (Instant::now(), self.clone(), self.next.fetch_add(1, Relaxed));
            tasks.spawn(async move { load.post(n % load.clients.len(), n, started).await });
            count += 1;
        }
        tasks.join_all().await.into_iter().collect()
    }

    async fn post(&self, client: usize, n: usize, started: Instant) -> Result<Posted> {
        let path = &self.paths[n % self.paths.len()];
        let mut client = self.clients[client].lock().await;
        let text = format!("Message {n}: how is my order doing? ");
        let content: String = text.chars().cycle().take(CONTENT).collect();
        let (status, answer) = client.send("POST", path, &format!(r#"{{"content":"{content}"}}"#)).await?;
        let took = started.elapsed();
        let id = answer.strip_prefix(br#"{"id":"#).and_then(|rest| {
            let digits = rest.iter().position(|byte| !byte.is_ascii_digit())?;
            std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()
        });
        match (status, id) {
            (200, Some(id)) => Ok(Posted { id, started, took }),
            _ => Err(Error::other(format!("{path}: {status} {}", String::from_utf8_lossy(answer)))),
        }
    }
}

async fn connect(server: &Server, connections: usize) -> Result<Arc<[Mutex<Client>]>> {
    let mut clients = Vec::with_capacity(connections);
    for _ in 0..connections {
        clients.push(Mutex::new(server.client().await?));
    }
    Ok(clients.into())
}

/// Messages a second, from the first request until the last one was answered and the last delivery has come.
pub fn rate(posted: &[Posted], arrivals: &[Arrival]) -> f64 {
    let started = posted.iter().map(|posted| posted.started).min();
    let answered = posted.iter().map(|posted| posted.started + posted.took);
    let ended = arrivals.iter().map(|arrival| arrival.at).chain(answered).max();
    match (started, ended) {
        (Some(started), Some(ended)) => posted.len() as f64 / (ended - started).as_secs_f64(),
        _ => f64::NAN,
    }
}
