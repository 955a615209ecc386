//! The real program: its commands, its end, and what it writes about itself.
use crate::support::{
    Office, PATIENCE, Process, Receiver, Reply,
    database::Place,
    process,
    process::{command, database, run},
    until,
};
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

/// Borrowed settings, for a command.
fn borrowed(settings: &[(String, String)]) -> Vec<(&str, &str)> {
    settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

const SETUP: [&str; 9] = ["setup", "--email", "ada@acme.example", "--password", "Passw0rd!", "--name", "Ada", "--account", "Acme"];

#[actix_rt::test]
async fn setup_prints_one_line_with_a_token_that_works() {
    let place = Place::new();
    let settings = process::settings(&place);
    let done = run(command(&SETUP, &borrowed(&settings))).await;
    assert_eq!((done.code, done.out.lines().count()), (Some(0), 1), "{done:?}");
    let printed: Value = serde_json::from_str(&done.out).unwrap();
    let keys: Vec<&String> = printed.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["account_id", "user_id", "api_access_token"]);
    let server = Process::start(&place, &[]).await;
    let token = printed["api_access_token"].as_str().unwrap();
    let caller = server.anonymous().with("api_access_token", token);
    let profile = caller.get("/api/v1/profile").await.ok();
    assert_eq!((&profile["id"], &profile["role"]), (&printed["user_id"], &json!("administrator")));
    caller.get(&format!("/api/v1/accounts/{}/inboxes", printed["account_id"])).await.ok();
    let signed_in = server.anonymous().post("/auth/sign_in", json!({"email": "ada@acme.example", "password": "Passw0rd!"})).await;
    assert_eq!(signed_in.ok()["data"]["id"], printed["user_id"]);
}

#[actix_rt::test]
async fn setup_refuses_what_is_taken_or_weak_with_a_sentence() {
    let place = Place::new();
    let settings = process::settings(&place);
    let with = |changes: &[(usize, &'static str)]| {
        let mut words = SETUP;
        changes.iter().for_each(|(at, word)| words[*at] = word);
        command(&words, &borrowed(&settings))
    };
    assert_eq!(run(with(&[])).await.code, Some(0));
    for (changes, word) in [
        (vec![], "taken"),
        (vec![(2, "ADA@acme.example")], "taken"),
        (vec![(2, "ada")], "mail"),
        (vec![(2, "bob@acme.example"), (4, "password")], "assword"),
    ] {
        let done = run(with(&changes)).await;
        assert_eq!((done.code, done.out.as_str()), (Some(1), ""), "{done:?}");
        assert!(done.err.contains(word) && !done.err.contains("Passw0rd!"), "{done:?}");
    }
    let missing = run(command(&["setup", "--email", "a@b.example"], &borrowed(&settings))).await;
    assert!(missing.code != Some(0) && missing.err.contains("--password"), "{missing:?}");
}

#[actix_rt::test]
async fn a_wrong_setting_stops_the_start_with_a_sentence_that_names_it() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let file = place.folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let below_a_file = file.join("data").display().to_string();
    for (name, value, words) in [
        ("HOOKDESK_LISTN", "127.0.0.1:0", vec!["HOOKDESK_LISTN", "HOOKDESK_LISTEN"]),
        ("HOOKDESK_LISTEN", "everywhere", vec!["HOOKDESK_LISTEN", "everywhere"]),
        ("HOOKDESK_LISTEN", address.as_str(), vec![address.as_str()]),
        ("HOOKDESK_WEBHOOK_TIMEOUT", "5", vec!["HOOKDESK_WEBHOOK_TIMEOUT", "\"5\""]),
        ("HOOKDESK_WEBHOOK_RETRY_SCHEDULE", "5s,soon", vec!["HOOKDESK_WEBHOOK_RETRY_SCHEDULE", "soon"]),
        ("HOOKDESK_WEBHOOK_ALLOW_NETWORKS", "10.0.0.0/99", vec!["HOOKDESK_WEBHOOK_ALLOW_NETWORKS", "10.0.0.0/99"]),
        ("HOOKDESK_WEBHOOK_CA_FILE", "/nowhere/ca.pem", vec!["HOOKDESK_WEBHOOK_CA_FILE", "/nowhere/ca.pem", "cannot be read"]),
        ("HOOKDESK_RATE_LIMITS", "maybe", vec!["HOOKDESK_RATE_LIMITS", "maybe"]),
        ("HOOKDESK_DATABASE_URL", "mysql://x", vec!["HOOKDESK_DATABASE_URL", "mysql://x"]),
        ("HOOKDESK_DATA_DIR", below_a_file.as_str(), vec!["file"]),
        ("HOOKDESK_LOG", "hookdesk=loud", vec!["HOOKDESK_LOG"]),
    ] {
        let mut settings = process::settings(&place);
        settings.push((name.to_owned(), value.to_owned()));
        let done = run(command(&[], &borrowed(&settings))).await;
        assert_eq!(done.code, Some(1), "{name}={value}: {done:?}");
        for word in words {
            assert!(done.err.contains(word), "{name}={value} should say {word}: {}", done.err);
        }
        assert!(!done.err.contains("panicked"), "{}", done.err);
    }
}

#[actix_rt::test]
async fn an_unreachable_database_is_told_without_its_password() {
    let place = Place::new();
    let mut settings = process::settings(&place);
    settings.push(("HOOKDESK_DATABASE_URL".into(), "postgres://ada:s3cret@127.0.0.1:1/hookdesk".into()));
    let done = run(command(&["serve"], &borrowed(&settings))).await;
    assert_eq!(done.code, Some(1));
    assert!(!done.err.contains("s3cret") && done.err.contains("127.0.0.1"), "{}", done.err);
    let listed = run(command(&["config"], &borrowed(&settings))).await;
    assert_eq!(listed.code, Some(0));
    assert!(listed.out.contains("HOOKDESK_DATABASE_URL") && listed.out.contains("(environment)"), "{}", listed.out);
    assert!(!listed.out.contains("s3cret"), "{}", listed.out);
}

#[actix_rt::test]
async fn every_command_has_help_and_a_version() {
    for words in [&["--help"][..], &["serve", "--help"], &["setup", "--help"], &["demo", "--help"], &["migrate", "--help"], &["config", "--help"]] {
        let done = run(command(words, &[])).await;
        assert!(done.code == Some(0) && done.out.contains("Usage"), "{words:?}: {done:?}");
    }
    for words in [&["--version"][..], &["serve", "--version"], &["setup", "--version"]] {
        let done = run(command(words, &[])).await;
        assert_eq!(done.out.trim(), concat!("hookdesk ", env!("CARGO_PKG_VERSION")), "{words:?}");
    }
    let unknown = run(command(&["sevre"], &[])).await;
    assert!(unknown.code != Some(0) && unknown.err.contains("sevre"), "{unknown:?}");
}

#[actix_rt::test]
async fn migrate_may_be_repeated() {
    let place = Place::new();
    let settings = process::settings(&place);
    for _ in 0..2 {
        let done = run(command(&["migrate"], &borrowed(&settings))).await;
        assert_eq!(done.code, Some(0), "{done:?}");
    }
}

/// A running server, an office in it, and a webhook for messages.
async fn furnished(place: &Place, receiver: &Receiver) -> (Process, Office) {
    let db = database(place).await;
    let server = Process::start(place, &[]).await;
    let office = Office::open(db, server.anonymous(), "").await;
    let said = json!({"url": receiver.url(), "subscriptions": ["message_created"], "payload_format": "chatwoot"});
    office.webhook_with(said).await;
    (server, office)
}

#[actix_rt::test]
async fn sigterm_answers_requests_in_flight_and_ends_with_0() {
    let (place, receiver) = (Place::new(), Receiver::open());
    let (server, office) = furnished(&place, &receiver).await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    // one delivery is on its way, and one request has sent half of its body
    receiver.next(Reply::ok().after(Duration::from_millis(700)));
    visitor.says(number, "On its way").await;
    receiver.wait_for(1).await;
    let body = json!({"content": "In flight"}).to_string();
    let path = format!("/public/api/v1/inboxes/{}/contacts/{}/conversations/{number}/messages", inbox.identifier, visitor.source_id);
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let (head, rest) = body.split_at(5);
    let length = body.len();
    let expecting = "Content-Type: application/json\r\nExpect: 100-continue";
    write!(stream, "POST {path} HTTP/1.1\r\nHost: x\r\n{expecting}\r\nContent-Length: {length}\r\n\r\n").unwrap();
    // the server has begun with it once it asks for the body
    let mut begun = [0; 25];
    stream.read_exact(&mut begun).unwrap();
    assert_eq!(&begun[..12], b"HTTP/1.1 100");
    write!(stream, "{head}").unwrap();
    let asked = Instant::now();
    server.terminate();
    let address = server.address.clone();
    let closed = async || TcpStream::connect(&address).is_err().then_some(());
    until("new connections to be refused", closed).await;
    write!(stream, "{rest}").unwrap();
    let read = move || {
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).map(|()| answer)
    };
    let answer = actix_rt::task::spawn_blocking(read).await.unwrap();
    assert_eq!(answer.map(|answer| String::from_utf8_lossy(&answer).into_owned()).unwrap(), "HTTP/1.1 200");
    let status = server.ended().await;
    assert_eq!(status.code(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(20), "{:?}", asked.elapsed());
    // what arrived is known to have arrived, and what was answered is stored
    let db = database(&place).await;
    let count = async |sql: &str| crate::support::server::count(&db, sql).await;
    assert_eq!(count("SELECT count(*) AS number FROM messages").await, 2);
    assert!(count("SELECT count(*) AS number FROM deliveries WHERE state = 1").await >= 1);
}

#[actix_rt::test]
async fn the_log_has_a_line_for_each_request_and_no_secret() {
    let (place, receiver) = (Place::new(), Receiver::open());
    let (server, office) = furnished(&place, &receiver).await;
    let inbox = office.api_inbox().await;
    let (visitor, number) = office.conversation(&inbox).await;
    visitor.says(number, "My name is Rumpelstiltskin").await;
    office.agent.get("/contacts/search?q=Rumpelstiltskin").await.ok();
    let wrong = json!({"email": "ada@acme.example", "password": "Sesame-1!"});
    assert_eq!(server.anonymous().post("/auth/sign_in", wrong).await.status, 401);
    receiver.wait_for(1).await;
    let line = async || server.log().iter().any(|line| line.contains("/auth/sign_in") && line.contains("status=401")).then_some(());
    until("the line of the request", line).await;
    let log = server.log().join("\n");
    for secret in [
        office.agent.token.as_str(),
        &office.administrator.token,
        &inbox.hmac_token,
        &inbox.identifier,
        &visitor.source_id,
        "Rumpelstiltskin",
        "Sesame",
    ] {
        assert!(!log.contains(secret), "the log holds {secret}:\n{log}");
    }
}
