//! A mail server: it writes down what it takes, and answers as it is told. It speaks SMTP by hand, since it must be able to
//! misbehave.
use super::PATIENCE;
use base64::{Engine, engine::general_purpose::STANDARD};
use hookdesk::config::{Config, Mail, Sources};
use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::watch;

/// What becomes of a mail that somebody hands in.
#[derive(Debug, Clone, Copy)]
pub enum Verdict {
    /// It is taken.
    Take,
    /// Its recipient is answered with this.
    Say(&'static str),
    /// It is read, and never answered.
    Hang,
    /// The connection ends in the middle of it.
    HangUp,
}

/// A mail that was read to its end, taken or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    pub from: String,
    pub to: String,
    /// The headers, unfolded, each as a line.
    pub headers: Vec<String>,
    pub body: String,
    pub taken: bool,
}

impl Letter {
    /// The headers of that name, encoded words decoded.
    pub fn all(&self, name: &str) -> Vec<String> {
        let values = self.headers.iter().filter_map(|line| line.split_once(": ")).filter(|(header, _)| header.eq_ignore_ascii_case(name));
        values.map(|(_, value)| decoded(value)).collect()
    }

    /// The only header of that name.
    pub fn header(&self, name: &str) -> String {
        let mut all = self.all(name);
        assert_eq!(all.len(), 1, "{name} among {:?}", self.headers);
        all.remove(0)
    }

    /// The parts of its body, each decoded.
    pub fn parts(&self) -> Vec<String> {
        let content_type = self.header("content-type");
        let boundary = content_type.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let mark = format!("--{boundary}");
        let parts = self.body.split(&mark).skip(1).filter(|part| !part.starts_with("--"));
        parts.map(part).collect()
    }
}

/// One part of a body, decoded.
fn part(part: &str) -> String {
    let (head, body) = part.trim_start_matches("\r\n").split_once("\r\n\r\n").unwrap();
    let body = body.trim_end_matches("\r\n");
    let bytes = match head.to_lowercase() {
        head if head.contains("base64") => STANDARD.decode(body.replace("\r\n", "")).unwrap(),
        head if head.contains("quoted-printable") => quoted(&body.replace("=\r\n", "")),
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

fn quoted(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        let hex = [byte].iter().filter(|byte| **byte == b'=').flat_map(|_| [rest.next(), rest.next()]).flatten().map(char::from).collect::<String>();
        bytes.push(if hex.is_empty() { byte } else { u8::from_str_radix(&hex, 16).unwrap() });
    }
    bytes
}

/// A header's value in words: `=?utf-8?b?..?=` decoded, spaces between two such words dropped.
fn decoded(value: &str) -> String {
    let (mut text, mut after_word) = (String::new(), false);
    for word in value.split(' ') {
        let encoded = word.strip_prefix("=?utf-8?b?").and_then(|word| word.split_once("?="));
        let goes_on = after_word && encoded.is_some();
        if !text.is_empty() && !goes_on {
            text.push(' ');
        }
        match encoded {
            Some((encoded, rest)) => text += &format!("{}{rest}", String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()),
            None => text += word,
        }
        after_word = encoded.is_some();
    }
    text
}

#[derive(Default)]
struct Desk {
    letters: Vec<Letter>,
    script: VecDeque<Verdict>,
    /// Said to whoever connects, instead of a welcome.
    greeting: Option<&'static str>,
    /// The only ones who may hand in mail, as user and password.
    known: Option<(&'static str, &'static str)>,
    open: Vec<TcpStream>,
}

struct Shared {
    desk: Mutex<Desk>,
    ring: watch::Sender<usize>,
    closed: AtomicBool,
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// A recording mail server on a port of its own.
pub struct PostOffice {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

impl PostOffice {
    /// Takes everything, until told otherwise.
    pub fn open() -> PostOffice {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { desk: Mutex::default(), ring: watch::channel(0).0, closed: AtomicBool::new(false) });
        let own = shared.clone();
        std::thread::spawn(move || accept(&listener, &own));
        PostOffice { address, shared }
    }

    /// How a setting names it.
    pub fn url(&self) -> String {
        format!("smtp://{}?tls=none&timeout=1s", self.address)
    }

    /// The settings of a server that hands its mail in here.
    pub fn mail(&self) -> Mail {
        mail(&self.url())
    }

    /// What becomes of the next mail that is not provided for yet.
    pub fn next(&self, verdict: Verdict) -> &PostOffice {
        self.shared.desk().script.push_back(verdict);
        self
    }

    /// Greets everybody with this from now on.
    pub fn greet(&self, line: Option<&'static str>) {
        self.shared.desk().greeting = line;
    }

    /// Takes mail only from whoever signs in so.
    pub fn know(&self, user: &'static str, password: &'static str) {
        self.shared.desk().known = Some((user, password));
    }

    /// What was read so far.
    pub fn letters(&self) -> Vec<Letter> {
        self.shared.desk().letters.clone()
    }

    /// Waits until so many mails were read; gives all that were.
    pub async fn wait_for(&self, number: usize) -> Vec<Letter> {
        let mut ring = self.shared.ring.subscribe();
        let in_time = actix_rt::time::timeout(PATIENCE, ring.wait_for(|count| *count >= number)).await.is_ok();
        let letters = self.letters();
        assert!(in_time, "waited for {number} mails, {} came", letters.len());
        letters
    }
}

/// The settings of mail that a URL names.
pub fn mail(url: &str) -> Mail {
    let environment = [("HOOKDESK_SMTP_URL", url), ("HOOKDESK_MAIL_FROM", "Hookdesk <desk@acme.example>")];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    Config::load(Sources { environment, ..Sources::default() }).unwrap().config.mail
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        for stream in self.shared.desk().open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
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
            let _ = converse(&shared, &mut reader);
            let _ = reader.get_ref().shutdown(Shutdown::Both);
        });
    }
}

fn say(reader: &mut BufReader<TcpStream>, line: &str) -> Option<()> {
    reader.get_mut().write_all(format!("{line}\r\n").as_bytes()).ok()
}

fn hear(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    (reader.read_line(&mut line).ok()? > 0).then(|| line.trim_end_matches("\r\n").to_owned())
}

/// One connection; none when it ends.
fn converse(shared: &Shared, reader: &mut BufReader<TcpStream>) -> Option<()> {
    let (greeting, known) = {
        let desk = shared.desk();
        (desk.greeting, desk.known)
    };
    if let Some(line) = greeting {
        return say(reader, line);
    }
    say(reader, "220 post.example ESMTP")?;
    let (mut from, mut to, mut verdict, mut welcome) = (String::new(), String::new(), Verdict::Take, known.is_none());
    loop {
        let line = hear(reader)?;
        let answer = match line.to_ascii_uppercase() {
            said if said.starts_with("EHLO") && known.is_some() => "250-post.example\r\n250 AUTH PLAIN",
            said if said.starts_with("EHLO") => "250 post.example",
            said if said.starts_with("AUTH PLAIN ") => {
                let (user, password) = known.unwrap_or_default();
                welcome = line[11..] == STANDARD.encode(format!("\0{user}\0{password}"));
                if welcome { "235 2.7.0 Welcome" } else { "535 5.7.8 Who are you?" }
            }
            said if said.starts_with("MAIL FROM:") => {
                from = between(&line);
                verdict = shared.desk().script.pop_front().unwrap_or(Verdict::Take);
                if welcome { "250 2.1.0 Ok" } else { "530 5.7.0 Sign in first" }
            }
            said if said.starts_with("RCPT TO:") => {
                to = between(&line);
                match verdict {
                    Verdict::Say(line) => line,
                    _ => "250 2.1.5 Ok",
                }
            }
            said if said == "DATA" => {
                say(reader, "354 Go on")?;
                read_letter(shared, reader, (&from, &to), verdict)?;
                "250 2.0.0 Taken"
            }
            said if said == "QUIT" => {
                say(reader, "221 2.0.0 Bye")?;
                return None;
            }
            _ => "250 2.0.0 Ok",
        };
        say(reader, answer)?;
    }
}

fn between(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address.to_owned()).unwrap_or_default()
}

fn read_letter(shared: &Shared, reader: &mut BufReader<TcpStream>, (from, to): (&str, &str), verdict: Verdict) -> Option<()> {
    let mut lines = Vec::new();
    loop {
        match hear(reader)? {
            line if line == "." => break,
            line => lines.push(line.strip_prefix('.').map(str::to_owned).unwrap_or(line)),
        }
    }
    let text = lines.join("\r\n");
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let taken = matches!(verdict, Verdict::Take);
    let headers = head.split("\r\n").map(str::to_owned).collect();
    let number = {
        let mut desk = shared.desk();
        desk.letters.push(Letter { from: from.to_owned(), to: to.to_owned(), headers, body: body.to_owned(), taken });
        desk.letters.len()
    };
    // after the desk is free: whoever waits looks at the desk while they hold the ring, and the two would wait for each other
    shared.ring.send_modify(|rung| *rung = number.max(*rung));
    match verdict {
        Verdict::HangUp => None,
        Verdict::Hang => {
            // until the other side has had enough, or the office closes
            let _ = reader.read(&mut [0]);
            None
        }
        Verdict::Take | Verdict::Say(_) => Some(()),
    }
}
