//! The guard and its limits, against receivers on loopback that behave badly. 127.0.0.2 plays the public internet.
use super::{
    connector::{Lookup, SystemNames},
    *,
};
use crate::config::Config;
use actix_tls::connect::Resolve;
use actix_web::web::Bytes;
use std::{
    cell::Cell,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    rc::Rc,
    sync::Arc,
    time::Instant,
};

#[path = "../../tests/it/support/secure.rs"]
pub(super) mod secure;

pub(super) const SECOND: Duration = Duration::from_secs(1);

pub(super) fn policy() -> Arc<Policy> {
    Arc::new(Policy { allow: vec!["127.0.0.2/32".parse().unwrap()], ..Policy::default() })
}

/// In public authorities alone.
pub(super) fn trust() -> Trust {
    Trust::new(&Config::defaults().unwrap().webhook).unwrap()
}

/// A receiver that reads each request's head and body, and then does what `answer` does. Gives its port.
pub(super) fn receiver(address: &str, answer: impl Fn(&mut TcpStream, &str) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind((address, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, answer) = (stream.unwrap(), answer.clone());
            std::thread::spawn(move || {
                while let Some(request) = read_request(&mut stream) {
                    answer(&mut stream, &request);
                }
            });
        }
    });
    port
}

fn read_request(stream: &mut TcpStream) -> Option<String> {
    let (mut text, mut byte) = (String::new(), [0]);
    while !text.ends_with("\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        text.push(char::from(byte[0]));
    }
    let length = text.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ").and_then(|length| length.trim().parse().ok()));
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some(text + &String::from_utf8_lossy(&body))
}

async fn post(url: &str, timeout: Duration) -> Exchange {
    post_with(&Client::with_names(Scripted::default(), policy(), &trust(), timeout), url).await
}

pub(super) async fn post_with(client: &Client, url: &str) -> Exchange {
    let headers = [("content-type", "application/json"), ("user-agent", "Hookdesk/test")];
    client.post(&Target::parse(url).unwrap(), &headers, Bytes::from_static(b"{}")).await
}

pub(super) fn failure(exchange: Exchange) -> (ErrorClass, String) {
    exchange.result.map_err(|failure| (failure.class, failure.message)).unwrap_err()
}

/// Names that resolve as a test needs them; all others by the system.
#[derive(Default, Clone)]
pub(super) struct Scripted(Rc<Cell<usize>>);

impl Resolve for Scripted {
    fn lookup<'a>(&'a self, host: &'a str, port: u16) -> Lookup<'a> {
        self.0.set(self.0.get() + 1);
        let ips: &[&str] = match host {
            "good.test" => &["127.0.0.2"],
            "evil.test" => &["10.0.0.1"],
            "mixed.test" => &["127.0.0.2", "10.0.0.1"],
            "rebind.test" if self.0.get() == 1 => &["127.0.0.2"],
            "rebind.test" => &["127.0.0.1"],
            "empty.test" => &[],
            "hanging.test" => return Box::pin(std::future::pending()),
            _ => {
                let host = host.to_owned();
                return Box::pin(async move { SystemNames.lookup(&host, port).await });
            }
        };
        let found = ips.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), port)).collect();
        Box::pin(async move { Ok(found) })
    }
}

#[actix_rt::test]
async fn an_allowed_receiver_is_called_at_the_address_that_was_checked() {
    let port = receiver("127.0.0.2", |stream, request| {
        let reply = format!("HTTP/1.1 201 Created\r\nX-Seen: {}\r\nContent-Length: 2\r\n\r\nok", request.len());
        stream.write_all(reply.as_bytes()).unwrap();
    });
    let exchange = post(&format!("http://good.test:{port}/in?x=1"), SECOND).await;
    assert_eq!(exchange.dialled, Some(SocketAddr::from(([127, 0, 0, 2], port))));
    let answer = exchange.result.unwrap();
    assert_eq!((answer.status, answer.body.as_slice(), answer.truncated), (201, b"ok".as_slice(), false));
    assert!(answer.headers.iter().any(|(name, _)| name == "x-seen"), "{:?}", answer.headers);
}

#[actix_rt::test]
async fn the_request_holds_what_was_asked_for_and_nothing_else() {
    let port = receiver("127.0.0.2", |stream, request| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{request}", request.len()).unwrap();
    });
    let answer = post(&format!("http://u:p@127.0.0.2:{port}/in?x=1#f"), SECOND).await.result.unwrap();
    let echoed = String::from_utf8(answer.body).unwrap();
    let mut lines: Vec<String> = echoed.lines().map(str::to_lowercase).collect();
    assert_eq!(lines.remove(0), "post /in?x=1 http/1.1");
    assert_eq!(lines.pop().as_deref(), Some("{}"));
    lines.retain(|line| !line.starts_with("date: "));
    lines.sort();
    let host = format!("host: 127.0.0.2:{port}");
    let expected = [
        "",
        "accept-encoding: identity",
        "authorization: basic dtpw",
        "content-length: 2",
        "content-type: application/json",
        &host,
        "user-agent: hookdesk/test",
    ];
    assert_eq!(lines.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[actix_rt::test]
async fn whatever_is_not_allowed_is_not_even_connected_to() {
    let port = receiver("127.0.0.1", |_, _| panic!("connected to"));
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "evil.test",
        "mixed.test",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
    ] {
        for scheme in ["http", "https"] {
            let exchange = post(&format!("{scheme}://{host}:{port}/"), SECOND).await;
            assert_eq!(exchange.dialled, None, "{host}");
            let (class, message) = failure(exchange);
            assert_eq!(class, ErrorClass::BlockedAddress, "{host}: {message}");
            assert!(message.ends_with("which is not a public address; HOOKDESK_WEBHOOK_ALLOW_NETWORKS would allow it"), "{message}");
        }
    }
}

#[actix_rt::test]
async fn a_name_that_changes_its_address_is_checked_at_each_connection() {
    let port = receiver("127.0.0.2", |stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    let names = Scripted::default();
    let url = format!("http://rebind.test:{port}/");
    let first = Client::with_names(names.clone(), policy(), &trust(), SECOND);
    assert!(post_with(&first, &url).await.result.is_ok());
    // the addresses found a moment ago may serve again, since they have been checked
    assert!(post_with(&first, &url).await.result.is_ok());
    assert_eq!(names.0.get(), 1);
    let second = Client::with_names(names, policy(), &trust(), SECOND);
    assert_eq!(failure(post_with(&second, &url).await).0, ErrorClass::BlockedAddress);
}

#[actix_rt::test]
async fn redirects_are_answers_and_are_not_followed() {
    let port = receiver("127.0.0.2", |stream, _| {
        let to = "http://169.254.169.254/latest/meta-data/";
        write!(stream, "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    let exchange = post(&format!("http://127.0.0.2:{port}/"), SECOND).await;
    assert_eq!(exchange.dialled.unwrap().port(), port);
    assert_eq!(exchange.result.unwrap().status, 302);
}

#[actix_rt::test]
async fn nobody_may_take_longer_than_the_deadline() {
    let limit = Duration::from_millis(150);
    let silent = receiver("127.0.0.2", |_, _| std::thread::sleep(SECOND * 20));
    let slow_head = receiver("127.0.0.2", |stream, _| {
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: ".iter().chain([b'x'; 400].iter()) {
            let _ = stream.write_all(&[*byte]);
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let started = Instant::now();
    for (host, class) in [
        (format!("127.0.0.2:{silent}"), ErrorClass::Timeout),
        (format!("127.0.0.2:{slow_head}"), ErrorClass::Timeout),
        ("hanging.test".to_owned(), ErrorClass::Dns),
    ] {
        assert_eq!(failure(post(&format!("http://{host}/"), limit).await).0, class, "{host}");
    }
    let slow_body = receiver("127.0.0.2", |stream, _| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfirst");
        std::thread::sleep(SECOND * 20);
    });
    let answer = post(&format!("http://127.0.0.2:{slow_body}/"), limit).await.result.unwrap();
    assert_eq!((answer.status, answer.body.as_slice(), answer.truncated), (200, b"first".as_slice(), true));
    assert!(started.elapsed() < SECOND * 5, "{:?}", started.elapsed());
}

#[actix_rt::test]
async fn no_more_of_a_body_is_read_than_is_kept() {
    let port = receiver("127.0.0.2", |stream, _| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        let chunk = format!("400\r\n{}\r\n", "x".repeat(1024));
        while stream.write_all(chunk.as_bytes()).is_ok() {}
    });
    let exchange = post(&format!("http://127.0.0.2:{port}/"), SECOND * 10).await;
    assert!(exchange.duration < SECOND * 5);
    let answer = exchange.result.unwrap();
    assert_eq!((answer.body.len(), answer.truncated), (KEPT_BODY, true));
}

#[actix_rt::test]
async fn endless_headers_are_no_answer_and_many_are_cut() {
    let endless = receiver("127.0.0.2", |stream, _| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(format!("X-More: {}\r\n", "x".repeat(1024)).as_bytes()).is_ok() {}
    });
    assert!(post(&format!("http://127.0.0.2:{endless}/"), SECOND * 5).await.result.is_err());
    let many = receiver("127.0.0.2", |stream, _| {
        let header = format!("X-Many: {}\r\n", "x".repeat(1000));
        let _ = write!(stream, "HTTP/1.1 200 OK\r\n{}Content-Length: 0\r\n\r\n", header.repeat(30));
    });
    let answer = post(&format!("http://127.0.0.2:{many}/"), SECOND * 5).await.result.unwrap();
    assert!(answer.headers.len() < 10, "{}", answer.headers.len());
}

#[actix_rt::test]
async fn failures_have_their_class() {
    let hangs_up = receiver("127.0.0.2", |stream, _| drop(stream.shutdown(std::net::Shutdown::Both)));
    let gibberish = receiver("127.0.0.2", |stream, _| drop(stream.write_all(b"220 smtp.example ESMTP\r\n\r\n")));
    let closed = {
        let listener = TcpListener::bind("127.0.0.2:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let other_protocol = TcpListener::bind("127.0.0.2:0").unwrap();
    let other_port = other_protocol.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in other_protocol.incoming() {
            let _ = stream.unwrap().write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    for (url, class, reason) in [
        (format!("http://127.0.0.2:{hangs_up}/"), ErrorClass::ConnectionClosed, None),
        (format!("http://127.0.0.2:{gibberish}/"), ErrorClass::Other, Some(Kind::NotHttp)),
        (format!("http://127.0.0.2:{closed}/"), ErrorClass::Refused, Some(Kind::Nobody)),
        (format!("https://127.0.0.2:{other_port}/"), ErrorClass::Tls, Some(Kind::NotTls)),
        ("http://empty.test/".to_owned(), ErrorClass::Dns, Some(Kind::NoAddress)),
        // what the system says of it depends on the name servers of this machine
        ("http://no-such-name.invalid/".to_owned(), ErrorClass::Dns, None),
    ] {
        let exchange = post(&url, SECOND * 5).await;
        let dialled = exchange.dialled.is_some();
        assert_eq!(dialled, class != ErrorClass::Dns, "{url}");
        let (found, message) = failure(exchange);
        assert_eq!(found, class, "{url}: {message}");
        let read = Reason::read(&message).map(|found| found.kind);
        assert!(reason.is_none() || read == reason, "{url}: {message}");
    }
}

#[actix_rt::test]
async fn a_connection_that_went_stale_in_the_pool_is_no_failure() {
    // answers the first request of each connection, and closes it when the second one comes
    let port = receiver("127.0.0.2", move |stream, _| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        let _ = read_request(stream);
        let _ = stream.shutdown(std::net::Shutdown::Both);
    });
    let client = Client::new(policy(), &trust(), SECOND * 5);
    for _ in 0..3 {
        let exchange = post_with(&client, &format!("http://127.0.0.2:{port}/")).await;
        assert_eq!(exchange.dialled.map(|addr| addr.port()), Some(port));
        assert_eq!(exchange.result.map(|answer| answer.status), Ok(200));
    }
}

#[actix_rt::test]
async fn forms_refuse_what_could_never_be_called() {
    let policy = policy();
    for (url, refusal) in [
        ("http://127.0.0.2/", None),
        ("https://8.8.8.8/x", None),
        ("https://no-such-name.invalid/", None),
        ("http://0x7f.1/", Some("leads to 127.0.0.1, which is not a public address; HOOKDESK_WEBHOOK_ALLOW_NETWORKS would allow it")),
        ("http://[::1]:3000/", Some("leads to ::1, which is not a public address; HOOKDESK_WEBHOOK_ALLOW_NETWORKS would allow it")),
        ("ftp://example.com/", Some("must begin with http:// or https://")),
        ("example.com", Some("is not a valid URL")),
    ] {
        let found = check(url, &policy).await.err().map(|refusal| refusal.to_string());
        assert_eq!(found.as_deref(), refusal, "{url}");
    }
    let local = check("http://localhost/", &policy).await.unwrap_err();
    assert!(matches!(&local, Refusal::Address { host, address } if host == "localhost" && address.is_loopback()), "{local}");
    assert!(local.to_string().starts_with("leads to localhost at "), "{local}");
}

#[actix_rt::test]
async fn each_stage_has_its_time() {
    let port = receiver("127.0.0.2", |stream, _| {
        std::thread::sleep(Duration::from_millis(30));
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    let client = Client::with_names(Scripted::default(), policy(), &trust(), SECOND * 5);
    let first = post_with(&client, &format!("http://good.test:{port}/")).await.timings;
    assert!(first.dns.is_some() && first.connect.is_some() && first.tls.is_none() && !first.is_reused(), "{first:?}");
    assert!(first.answer.unwrap() >= Duration::from_millis(30) && first.total >= first.answer.unwrap(), "{first:?}");
    let again = post_with(&client, &format!("http://good.test:{port}/")).await.timings;
    assert!(again.is_reused() && again.dns.is_none() && again.answer.unwrap() >= Duration::from_millis(30), "{again:?}");
    let address = post(&format!("http://127.0.0.2:{port}/"), SECOND).await.timings;
    assert!(address.dns.is_none() && address.connect.is_some(), "{address:?}");
    // a handshake that never ends takes the rest of the time
    let silent = TcpListener::bind("127.0.0.2:0").unwrap();
    let exchange = post(&format!("https://{}/", silent.local_addr().unwrap()), Duration::from_millis(100)).await;
    assert!(exchange.timings.tls.unwrap() >= Duration::from_millis(50) && exchange.timings.answer.is_none(), "{:?}", exchange.timings);
    assert_eq!(failure(exchange), (ErrorClass::Timeout, "no secure connection within 100ms".into()));
}
