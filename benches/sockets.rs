//! What sockets cost while nothing happens, and how soon many of them hear what does. See `README.md` beside this file.
#[expect(dead_code, reason = "the other benches use the rest of it")]
mod support;

use serde_json::{Value, json};
use std::{
    io::{Error, ErrorKind, Result},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use support::{
    percentile,
    postgres::Postgres,
    server::{Installation, Server},
    table::{Table, Target},
    usage,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
    time::{sleep, timeout},
};

const USAGE: &str = "cargo bench --bench sockets -- [only=sqlite|postgres] [idle=10000] [listeners=1000] [messages=200]";

/// How long the idle ones are left alone before the memory is looked at: some pings, and each says once or twice that it is there.
const TO_REST: Duration = Duration::from_secs(70);
/// How often a client says that it is there, as those of visitors do.
const PRESENCE: Duration = Duration::from_secs(60);
/// How long a message may take to all.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between messages.
const BETWEEN: Duration = Duration::from_millis(50);

struct Options {
    idle: usize,
    listeners: usize,
    messages: usize,
    only: String,
}

fn main() -> Result<()> {
    let options = options()?;
    raise_limit()?;
    let runtime = support::runtime()?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(folder)?;
    let mut table = Table::default();
    if options.only != "postgres" {
        println!("== SQLite");
        runtime.block_on(measure(&options, folder, None, &mut table))?;
    }
    if options.only != "sqlite" {
        match Postgres::find(folder)? {
            Some(postgres) => {
                println!("== {}", postgres.about);
                runtime.block_on(measure(&options, folder, Some(&postgres), &mut table))?;
            }
            None => println!("== PostgreSQL: left out, since neither HOOKDESK_TEST_DATABASE_URL nor its programs are there"),
        }
    }
    table.print();
    Ok(())
}

fn options() -> Result<Options> {
    let mut options = Options { idle: 10_000, listeners: 1000, messages: 200, only: String::new() };
    // cargo adds --bench
    for argument in std::env::args().skip(1).filter(|argument| argument != "--bench") {
        let (name, value) = argument.split_once('=').ok_or_else(|| Error::other(USAGE))?;
        let number = || value.parse::<usize>().map(|number| number.max(1)).map_err(|_| Error::other(USAGE));
        match name {
            "idle" => options.idle = number()?,
            "listeners" => options.listeners = number()?,
            "messages" => options.messages = number()?,
            "only" if ["sqlite", "postgres"].contains(&value) => options.only = value.to_owned(),
            _ => return Err(Error::other(USAGE)),
        }
    }
    Ok(options)
}

/// Each socket is an open file, here as in the server.
fn raise_limit() -> Result<()> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    Ok(setrlimit(Resource::Nofile, limit)?)
}

async fn measure(options: &Options, folder: &Path, postgres: Option<&Postgres>, table: &mut Table) -> Result<()> {
    let name = if postgres.is_some() { "PostgreSQL" } else { "SQLite" };
    let folder = tempfile::Builder::new().prefix("sockets").tempdir_in(folder)?;
    let database = postgres.map(Postgres::database).transpose()?;
    let installation = Installation::new(folder.path().to_owned(), database.as_ref().map(|database| database.url.clone()))?;
    let server = installation.serve().await?;
    let identifier = identifier(&server).await?;
    hears(&server, &identifier, options, name, table).await?;
    server.stop().await?;
    let server = installation.serve().await?;
    idles(&server, &identifier, options, name, table).await?;
    server.stop().await
}

/// What an agent of the account subscribes with.
async fn identifier(server: &Server) -> Result<String> {
    let mut client = server.client().await?;
    let (_, profile) = client.send("GET", "/api/v1/profile", "").await?;
    let profile: Value = serde_json::from_slice(profile)?;
    Ok(json!({"channel": "RoomChannel", "pubsub_token": profile["pubsub_token"], "account_id": 1, "user_id": profile["id"]}).to_string())
}

/// Many that hear each message.
async fn hears(server: &Server, identifier: &str, options: &Options, name: &str, table: &mut Table) -> Result<()> {
    let numbers = server.furnish(1).await?;
    let (heard, mut all_heard) = mpsc::unbounded_channel();
    for _ in 0..options.listeners {
        let mut socket = open(server, identifier).await?;
        let heard = heard.clone();
        drop(tokio::spawn(async move {
            let mut buffer = vec![0; 16 * 1024];
            while let Ok(read @ 1..) = socket.read(&mut buffer).await {
                // a message is told in one piece, and nothing else is as long
                if contains(&buffer[..read], b"\"message.created\"") && heard.send(Instant::now()).is_err() {
                    break;
                }
            }
        }));
    }
    let mut client = server.client().await?;
    let path = format!("/api/v1/accounts/1/conversations/{}/messages", numbers[0]);
    let (mut last, mut first, mut answered) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..options.messages {
        sleep(BETWEEN).await;
        let begun = Instant::now();
        client.call(&path, json!({"content": format!("message {n}")})).await?;
        // the commit lies between the two, so whatever is counted from the beginning is no less than what is from the commit
        answered.push(begun.elapsed().as_secs_f64() * 1000.0);
        let mut times = Vec::with_capacity(options.listeners);
        while times.len() < options.listeners {
            let at = timeout(PATIENCE, all_heard.recv()).await.map_err(|_| Error::from(ErrorKind::TimedOut))?;
            times.push(at.ok_or(ErrorKind::UnexpectedEof)?.duration_since(begun).as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        first.push(times[0]);
        last.push(times[times.len() - 1]);
    }
    let listeners = options.listeners;
    table.add(format!("{name}: a message to the first of {listeners} sockets, p50"), "ms", Target::Open, percentile(&mut first, 0.5));
    table.add(format!("{name}: to the last of them, p50"), "ms", Target::Open, percentile(&mut last, 0.5));
    table.add(format!("{name}: to the last of them, p99"), "ms", Target::AtMost(50.0), percentile(&mut last, 0.99));
    table.add(format!("{name}: the answer to whoever wrote it, p50"), "ms", Target::Open, percentile(&mut answered, 0.5));
    Ok(())
}

/// Many that hear nothing but that the server is there.
async fn idles(server: &Server, identifier: &str, options: &Options, name: &str, table: &mut Table) -> Result<()> {
    let before = usage::memory(server.pid(), "VmRSS");
    let there: Arc<[u8]> = frame(&json!({"command": "message", "identifier": identifier, "data": r#"{"action":"update_presence"}"#}))?.into();
    let begun = Instant::now();
    for n in 0..options.idle {
        let (mut from, mut to) = open(server, identifier).await?.into_split();
        let there = there.clone();
        drop(tokio::spawn(async move {
            let mut buffer = [0; 256];
            while let Ok(1..) = from.read(&mut buffer).await {}
        }));
        drop(tokio::spawn(async move {
            loop {
                sleep(PRESENCE).await;
                if to.write_all(&there).await.is_err() {
                    break;
                }
            }
        }));
        if n % 64 == 0 {
            tokio::task::yield_now().await;
        }
    }
    let rate = options.idle as f64 / begun.elapsed().as_secs_f64();
    let cpu = usage::cpu(server.pid());
    sleep(TO_REST).await;
    let busy = (usage::cpu(server.pid()) - cpu) / TO_REST.as_secs_f64() / 10.0;
    let idle = options.idle;
    table.add(format!("{name}: sockets opened and subscribed in a second"), "", Target::Open, rate);
    table.add(format!("{name}: memory with {idle} idle sockets"), "MB", Target::AtMost(200.0), usage::memory(server.pid(), "VmHWM"));
    let each = (usage::memory(server.pid(), "VmRSS") - before) * 1024.0 / idle as f64;
    table.add(format!("{name}: of it for each"), "kB", Target::Open, each);
    table.add(format!("{name}: processor while they are idle"), "% of a core", Target::Open, busy);
    Ok(())
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|some| some == text)
}

/// What a client sends.
fn frame(command: &Value) -> Result<Vec<u8>> {
    let command = command.to_string();
    // a mask of zeros leaves it as it is
    let mut frame = vec![0x81, 0x80 | 126];
    frame.extend_from_slice(&u16::try_from(command.len()).map_err(Error::other)?.to_be_bytes());
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(command.as_bytes());
    Ok(frame)
}

/// A socket that is subscribed: it is told who is there once its subscription is confirmed.
async fn open(server: &Server, identifier: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).await?;
    stream
        .write_all(
            b"GET /cable HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: https://shop.example\r\n\
              Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: actioncable-v1-json\r\n\
              User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\nAccept-Language: en-US,en;q=0.5\r\n\r\n",
        )
        .await?;
    stream.write_all(&frame(&json!({"command": "subscribe", "identifier": identifier}))?).await?;
    let (mut said, mut buffer) = (Vec::new(), [0; 2048]);
    while !contains(&said, b"presence.update") {
        match timeout(PATIENCE, stream.read(&mut buffer)).await?? {
            0 => return Err(Error::other("the server has hung up")),
            read => said.extend_from_slice(&buffer[..read]),
        }
    }
    Ok(stream)
}
