//! Messages per second from HTTP to a subscribed receiver, durable, on both databases. See `README.md` beside this file.
mod support;

use std::{
    collections::HashMap,
    io::{Error, Result},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use support::{
    http::Client,
    median, percentile,
    postgres::Postgres,
    server::Server,
    sink::{Arrival, Sink},
    usage,
};
use tokio::{sync::Mutex, task::JoinSet};

/// How long a message's text is, in bytes.
const CONTENT: usize = 600;

/// How many messages a second the paced run sends.
const PACE: usize = 50;

const USAGE: &str =
    "cargo bench --bench messages -- [messages=20000] [runs=3] [connections=32] [conversations=200] [paced=500] [only=sqlite|postgres]";

#[derive(Clone)]
struct Options {
    messages: usize,
    runs: usize,
    connections: usize,
    conversations: usize,
    paced: usize,
    only: String,
}

/// A message that was answered with 200.
struct Posted {
    id: u64,
    started: Instant,
    /// From the request's start to the last byte of the answer.
    took: Duration,
}

/// What one run under full load gave.
struct Run {
    api_rate: f64,
    rate: f64,
    api: [f64; 2],
    arrival: [f64; 2],
    server_cpu: f64,
    postgres_cpu: f64,
    bench_cpu: f64,
}

fn main() -> Result<()> {
    let options = options()?;
    let runtime = support::runtime()?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(folder)?;
    if options.only != "postgres" {
        println!("== SQLite, WAL, synchronous=FULL");
        runtime.block_on(measure(&options, folder, None))?;
    }
    if options.only != "sqlite" {
        match Postgres::find(folder)? {
            Some(postgres) => {
                println!("== {}", postgres.about);
                runtime.block_on(measure(&options, folder, Some(&postgres)))?;
            }
            None => println!("== PostgreSQL: left out, since neither HOOKDESK_TEST_DATABASE_URL nor its programs are there"),
        }
    }
    Ok(())
}

fn options() -> Result<Options> {
    let mut options = Options { messages: 20_000, runs: 3, connections: 32, conversations: 200, paced: 500, only: String::new() };
    // cargo adds --bench
    for argument in std::env::args().skip(1).filter(|argument| argument != "--bench") {
        let (name, value) = argument.split_once('=').ok_or_else(|| Error::other(USAGE))?;
        let number = || value.parse::<usize>().map_err(|_| Error::other(USAGE));
        match name {
            "messages" => options.messages = number()?,
            "runs" => options.runs = number()?,
            "connections" => options.connections = number()?,
            "conversations" => options.conversations = number()?.max(1),
            "paced" => options.paced = number()?,
            "only" => options.only = value.to_owned(),
            _ => return Err(Error::other(USAGE)),
        }
    }
    Ok(options)
}

/// All runs on one database; what was counted is checked at the end, when the server has stopped.
async fn measure(options: &Options, folder: &Path, postgres: Option<&Postgres>) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("messages").tempdir_in(folder)?;
    let sink = Sink::open()?;
    let server = Server::start(folder.path(), postgres.map(|postgres| postgres.url.as_str())).await?;
    let idle = usage::memory(server.pid(), "VmRSS");
    let paths = server.furnish(sink.port, options.conversations).await?;
    let load = Load {
        paths: paths.into_iter().map(|number| format!("/api/v1/accounts/1/conversations/{number}/messages")).collect(),
        clients: connect(&server, options.connections).await?,
        sink: sink.clone(),
    };
    // the first answer in each conversation tells more than a message, and caches fill
    let warm_up = load.run(options.conversations.max(options.messages / 10), None).await?;
    let mut ids: Vec<u64> = warm_up.0.iter().map(|posted| posted.id).collect();
    let mut runs = Vec::with_capacity(options.runs);
    for _ in 0..options.runs {
        let (run, posted) = full_load(&load, options.messages, server.pid(), postgres.and_then(|postgres| postgres.postmaster)).await?;
        println!("{run}");
        runs.push(run);
        ids.extend(posted);
    }
    let (mut posted, arrivals) = load.run(options.paced, Some(PACE)).await?;
    let (api, arrival) = (api_times(&posted), arrival_times(&posted, &arrivals)?);
    ids.extend(posted.drain(..).map(|posted| posted.id));
    println!("median      {:7.0} messages/s ({:.0} answered/s)", median_of(&runs, |run| run.rate), median_of(&runs, |run| run.api_rate));
    println!("at {PACE}/s     {}", times(api, arrival));
    println!("memory      {idle:.0} MB at the start, {:.0} MB at most", usage::memory(server.pid(), "VmHWM"));
    server.stop().await?;
    check(&ids, &sink)
}

fn median_of(runs: &[Run], figure: fn(&Run) -> f64) -> f64 {
    median(runs.iter().map(figure).collect())
}

async fn connect(server: &Server, connections: usize) -> Result<Vec<Arc<Mutex<Client>>>> {
    let mut clients = Vec::with_capacity(connections);
    for _ in 0..connections {
        clients.push(Arc::new(Mutex::new(server.client().await?)));
    }
    Ok(clients)
}

/// Each connection sends its next message when the last one is answered; the clock stops when all have arrived.
async fn full_load(load: &Load, messages: usize, server: u32, postmaster: Option<u32>) -> Result<(Run, Vec<u64>)> {
    let used = || [usage::cpu(server), postmaster.map_or(f64::NAN, usage::cpu_of_family), usage::cpu(std::process::id())];
    let (before, started) = (used(), Instant::now());
    let (posted, arrivals) = load.run(messages, None).await?;
    let after = used();
    let answered = posted.iter().map(|posted| posted.started + posted.took).max().unwrap_or(started);
    let arrived = arrivals.iter().map(|(_, at)| *at).max().unwrap_or(started).max(answered);
    let rate = |until: Instant| messages as f64 / (until - started).as_secs_f64();
    let cpu = |which: usize| (after[which] - before[which]) / messages as f64;
    let run = Run {
        api_rate: rate(answered),
        rate: rate(arrived),
        api: api_times(&posted),
        arrival: arrival_times(&posted, &arrivals)?,
        server_cpu: cpu(0),
        postgres_cpu: cpu(1),
        bench_cpu: cpu(2),
    };
    Ok((run, posted.into_iter().map(|posted| posted.id).collect()))
}

struct Load {
    paths: Vec<String>,
    clients: Vec<Arc<Mutex<Client>>>,
    sink: Sink,
}

impl Load {
    /// Sends messages, as fast as they are answered or so many a second, and waits until all have arrived.
    async fn run(&self, messages: usize, pace: Option<usize>) -> Result<(Vec<Posted>, Vec<Arrival>)> {
        let before = self.sink.count();
        let posted = match pace {
            None => self.as_fast_as_answered(messages).await?,
            Some(pace) => self.paced(messages, pace).await?,
        };
        let arrivals = self.sink.wait_for(before, before + messages).await?;
        Ok((posted, arrivals))
    }

    async fn as_fast_as_answered(&self, messages: usize) -> Result<Vec<Posted>> {
        let next = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let mut tasks = JoinSet::new();
        for client in &self.clients {
            let (client, next, paths) = (client.clone(), next.clone(), self.paths.clone());
            tasks.spawn(async move {
                let (mut client, mut posted) = (client.lock().await, Vec::new());
                loop {
                    let n = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if n >= messages {
                        return Ok(posted);
                    }
                    posted.push(post(&mut client, &paths[n % paths.len()], n, Instant::now()).await?);
                }
            });
        }
        let done: Result<Vec<Vec<Posted>>> = tasks.join_all().await.into_iter().collect();
        Ok(done?.into_iter().flatten().collect())
    }

    /// A request starts when its time has come, whether or not a connection is free.
    async fn paced(&self, messages: usize, pace: usize) -> Result<Vec<Posted>> {
        let mut tasks = JoinSet::new();
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / pace as u32);
        for n in 0..messages {
            ticks.tick().await;
            let started = Instant::now();
            let (client, path) = (self.clients[n % self.clients.len()].clone(), self.paths[n % self.paths.len()].clone());
            tasks.spawn(async move { post(&mut *client.lock().await, &path, n, started).await });
        }
        tasks.join_all().await.into_iter().collect()
    }
}

async fn post(client: &mut Client, path: &str, n: usize, started: Instant) -> Result<Posted> {
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

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn half_and_nearly_all(mut times: Vec<f64>) -> [f64; 2] {
    [percentile(&mut times, 0.5), percentile(&mut times, 0.99)]
}

fn api_times(posted: &[Posted]) -> [f64; 2] {
    half_and_nearly_all(posted.iter().map(|posted| milliseconds(posted.took)).collect())
}

/// From the request's start, before its first byte is sent, to the last byte of the delivery.
fn arrival_times(posted: &[Posted], arrivals: &[Arrival]) -> Result<[f64; 2]> {
    let arrived: HashMap<u64, Instant> = arrivals.iter().rev().copied().collect();
    let time = |posted: &Posted| Some(milliseconds(*arrived.get(&posted.id)? - posted.started));
    let times: Option<Vec<f64>> = posted.iter().map(time).collect();
    times.map(half_and_nearly_all).ok_or_else(|| Error::other("another message arrived than was posted"))
}

fn times(api: [f64; 2], arrival: [f64; 2]) -> String {
    format!("API p50/p99 {:.1}/{:.1} ms, created to received p50/p99 {:.1}/{:.1} ms", api[0], api[1], arrival[0], arrival[1])
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Run { api_rate, rate, api, arrival, server_cpu, postgres_cpu, bench_cpu } = self;
        write!(f, "full load   {rate:7.0} messages/s ({api_rate:.0} answered/s), {}, CPU ms/message: server {server_cpu:.3}", times(*api, *arrival))?;
        if !postgres_cpu.is_nan() {
            write!(f, ", PostgreSQL {postgres_cpu:.3}")?;
        }
        write!(f, ", load and sink {bench_cpu:.3}")
    }
}

/// Every message that was answered with 200 arrived, and none twice. The server has stopped, so nothing more can come.
fn check(ids: &[u64], sink: &Sink) -> Result<()> {
    let mut times: HashMap<u64, usize> = ids.iter().map(|id| (*id, 0)).collect();
    let mut strange = 0;
    for (id, _) in sink.all().iter() {
        match times.get_mut(id) {
            Some(times) => *times += 1,
            None => strange += 1,
        }
    }
    let missing = times.values().filter(|times| **times == 0).count();
    let duplicates: usize = times.values().map(|times| times.saturating_sub(1)).sum();
    println!("deliveries  {} messages, {missing} missing, {duplicates} duplicates, {strange} of no message", times.len());
    if missing + duplicates + strange == 0 && times.len() == ids.len() { Ok(()) } else { Err(Error::other("not exactly once")) }
}
