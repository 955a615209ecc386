//! Watching deliveries as they happen: by stream, and in a terminal.
use crate::{
    pages::Visit,
    support::{
        Office, PATIENCE, Process, Receiver, Reply, Server,
        database::{Place, is_postgres},
        process::{command, database, run},
        until,
    },
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc,
};

/// An open stream, read message by message.
pub struct Stream {
    body: awc::ClientResponse,
    unread: String,
}

impl Stream {
    pub async fn open(address: &str, path: &str, header: (&str, &str)) -> Stream {
        let http = awc::Client::builder().disable_timeout().finish();
        let body = http.get(format!("http://{address}{path}")).insert_header(header).no_decompress().send().await.unwrap();
        assert_eq!(body.status(), 200, "{path}");
        assert_eq!(body.headers().get("content-type").unwrap(), "text/event-stream");
        Stream { body, unread: String::new() }
    }

    /// The next message: its name and what it tells; none at the end.
    pub async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((message, rest)) = self.unread.split_once("\n\n") {
                let field = |name: &str| message.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                let found = field("event: ").zip(field("data: "));
                self.unread = rest.to_owned();
                match found {
                    Some((name, data)) => return Some((name, serde_json::from_str(&data).unwrap())),
                    None => continue,
                }
            }
            let chunk = actix_rt::time::timeout(PATIENCE, self.body.next()).await.expect("a message or the end");
            self.unread += std::str::from_utf8(&chunk?.ok()?).unwrap();
        }
    }

    pub async fn ready(mut self) -> Stream {
        assert_eq!(self.next().await, Some(("ready".into(), json!({}))));
        self
    }

    /// The next one of that name.
    async fn next_of(&mut self, wanted: &str) -> Value {
        loop {
            let (name, data) = self.next().await.expect("the stream goes on");
            if name == wanted {
                return data;
            }
        }
    }
}

fn token(office: &Office) -> (&'static str, &str) {
    ("api_access_token", &office.administrator.token)
}

fn contacts_to(receiver: &Receiver) -> Value {
    json!({"url": receiver.url(), "subscriptions": ["contact_created"]})
}

#[actix_rt::test]
async fn a_delivery_and_each_of_its_outcomes_appear() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let (office, strange) = (server.office().await, server.another_office("b.").await);
    let address = server.address.to_string();
    let hook = office.webhook_with(contacts_to(&receiver)).await;
    let other = office.webhook_with(json!({"url": receiver.url_of("/other"), "subscriptions": ["contact_created"]})).await;
    strange.webhook_with(contacts_to(&receiver)).await;
    office.contact(json!({"name": "Before anybody watched"})).await;
    server.settled().await;
    let of_hook = format!("/api/v1/accounts/{}/webhooks/{}/deliveries/stream", office.account, hook.id);
    let of_account = format!("/api/v1/accounts/{}/webhooks/deliveries/stream", office.account);
    let mut own = Stream::open(&address, &of_hook, token(&office)).await.ready().await;
    let mut all = Stream::open(&address, &of_account, token(&office)).await.ready().await;
    receiver.next(Reply::status(500)).next(Reply::status(500));
    strange.contact(json!({"name": "Of others"})).await;
    office.contact(json!({"name": "Lea"})).await;
    let (name, made) = own.next().await.unwrap();
    assert_eq!((name.as_str(), &made["event"], &made["webhook_id"]), ("delivery", &json!("contact_created"), &json!(hook.id)));
    let last = loop {
        let tried = own.next_of("attempt").await;
        assert_eq!((&tried["delivery_id"], &tried["webhook_id"]), (&made["delivery_id"], &json!(hook.id)));
        assert!(tried["duration_ms"].is_i64() && tried["at"].is_string(), "{tried}");
        if tried["status"] == 200 {
            break tried;
        }
        assert_eq!((&tried["status"], &tried["error"]), (&json!(500), &json!("status")));
    };
    assert_eq!((&last["state"], &last["error"]), (&json!("delivered"), &Value::Null));
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < 2 {
        seen.insert(all.next_of("delivery").await["webhook_id"].as_i64().unwrap());
    }
    assert_eq!(seen, [hook.id, other.id].into(), "both, and none of others");
    // it ends with the server
    server.finish().await;
    while own.next().await.is_some() {}
}

#[actix_rt::test]
async fn only_administrators_watch_and_only_their_own() {
    let (server, receiver) = (Server::start().await, Receiver::open());
    let mut visit = Visit::new(&server).await;
    visit.account.post("/webhooks", contacts_to(&receiver)).await.ok();
    let strange = server.another_office("b.").await;
    let theirs = strange.webhook_with(contacts_to(&receiver)).await;
    let page = "/app/accounts/1/settings/integrations/webhooks";
    let signed_out = visit.get(&format!("{page}/1/deliveries/stream")).await;
    assert_eq!((signed_out.status, signed_out.header("location").is_some_and(|to| to.contains("/app/login"))), (303, true));
    server.anonymous().get("/api/v1/accounts/1/webhooks/deliveries/stream").await.is(401);
    assert_eq!(strange.agent.get("/webhooks/deliveries/stream").await.status, 401);
    strange.administrator.get("/webhooks/1/deliveries/stream").await.error(404);
    assert_eq!(visit.sign_in().await.status, 303);
    for id in [theirs.id.to_string(), "0".into(), "x".into(), "99999999999999999999".into()] {
        assert_eq!(visit.get(&format!("{page}/{id}/deliveries/stream")).await.status, 404, "{id}");
    }
    let shown = visit.get(&format!("{page}/1")).await.text();
    assert!(shown.contains(&format!("data-stream=\"{page}/1/deliveries/stream\"")), "{shown}");
    let cookies = visit.caller_cookies();
    let mut stream = Stream::open(&server.address.to_string(), &format!("{page}/1/deliveries/stream"), ("cookie", &cookies)).await.ready().await;
    visit.account.post("/contacts", json!({"name": "Lea"})).await.ok();
    assert_eq!(stream.next_of("attempt").await["status"], 200);
    drop(stream);
    server.finish().await;
}

#[actix_rt::test]
async fn what_another_node_does_appears_too() {
    if !is_postgres() {
        return;
    }
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let (web, worker) = (Process::start(&place, &[("HOOKDESK_ROLE", "web")]).await, Process::start(&place, &[("HOOKDESK_ROLE", "worker")]).await);
    let office = Office::open(db.clone(), web.anonymous(), "").await;
    let hook = office.webhook_with(contacts_to(&receiver)).await;
    let path = format!("/api/v1/accounts/{}/webhooks/{}/deliveries/stream", office.account, hook.id);
    let mut stream = Stream::open(&web.address, &path, token(&office)).await.ready().await;
    office.contact(json!({"name": "Lea"})).await;
    assert_eq!(stream.next_of("delivery").await["event"], "contact_created");
    assert_eq!(stream.next_of("attempt").await["status"], 200);
    drop(worker);
}

/// A running `hookdesk tail`, and the lines that it prints.
struct Terminal {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Terminal {
    fn open(mut command: Command) -> Terminal {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (found, lines) = mpsc::channel();
        let out = child.stdout.take().unwrap();
        std::thread::spawn(move || BufReader::new(out).lines().map_while(Result::ok).try_for_each(|line| found.send(line)));
        Terminal { child, lines }
    }

    /// What it prints of contacts that are added until it prints something.
    async fn line(&self, office: &Office) -> String {
        until("a line", async || {
            office.contact(json!({"name": "Lea"})).await;
            let wait = std::time::Duration::from_millis(200);
            self.lines.recv_timeout(wait).ok()
        })
        .await
    }

    async fn interrupted(mut self) -> Option<i32> {
        let status = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
        until("the end of the command", async || self.child.try_wait().unwrap()).await.code()
    }
}

#[actix_rt::test]
async fn tail_prints_a_line_for_each_try_and_connects_again() {
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let server = Process::start(&place, &[]).await;
    let office = Office::open(db.clone(), server.anonymous(), "").await;
    let hook = office.webhook_with(contacts_to(&receiver)).await;
    let (url, address) = (format!("http://{}/", server.address), server.address.clone());
    let terminal =
        Terminal::open(command(&["tail", "--webhook", &hook.id.to_string(), "--url", &url], &[("HOOKDESK_TOKEN", &office.administrator.token)]));
    let line = terminal.line(&office).await;
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!((words[1], words[2].len(), words[3], words[5]), ("contact_created", 36, "200", "ms"), "{line}");
    // another server takes the place of the one that has died
    server.kill();
    let _next = Process::start(&place, &[("HOOKDESK_LISTEN", &address)]).await;
    while terminal.lines.try_recv().is_ok() {}
    terminal.line(&office).await;
    assert_eq!(terminal.interrupted().await, Some(0));
}

#[actix_rt::test]
async fn tail_says_what_is_wrong() {
    let (place, receiver) = (Place::new(), Receiver::open());
    let db = database(&place).await;
    let server = Process::start(&place, &[]).await;
    let office = Office::open(db.clone(), server.anonymous(), "").await;
    let url = format!("http://{}", server.address);
    let (administrator, agent) = (office.administrator.token.as_str(), office.agent.token.as_str());
    for (arguments, word) in [
        (vec!["--url", &url], "HOOKDESK_TOKEN"),
        (vec!["--url", &url, "--token", "wrong"], "token"),
        (vec!["--url", &url, "--token", agent], "administrator"),
        (vec!["--url", &url, "--token", administrator, "--webhook", "4711"], "webhook"),
        (vec!["--url", "http://127.0.0.1:9", "--token", administrator], "cannot be reached"),
        (vec!["--url", "nonsense", "--token", administrator], "nonsense"),
        (vec!["--url", &receiver.url(), "--token", administrator], "Hookdesk"),
    ] {
        let arguments: Vec<&str> = ["tail"].into_iter().chain(arguments).collect();
        let done = run(command(&arguments, &[])).await;
        assert_eq!((done.code, done.out.as_str()), (Some(1), ""), "{arguments:?}: {done:?}");
        assert!(done.err.contains(word) && !done.err.contains(administrator), "{arguments:?}: {done:?}");
    }
}
