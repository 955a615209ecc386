//! A receiver that speaks HTTP/2 or HTTP/1.1 over TLS, with a certificate of an authority of its own. The tests of `outbound` use it,
//! too, so it knows nothing of the server.
use actix_web::web::Bytes;
use h2::{Reason, RecvStream, SendStream, server::SendResponse};
use http_02::{HeaderMap, HeaderValue, Request, Response};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    ALL_VERSIONS, HandshakeKind, ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    version::TLS12,
};
use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// Somebody who signs certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Authority {
        let mut about = CertificateParams::new(Vec::new()).unwrap();
        about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Authority(CertifiedIssuer::self_signed(about, KeyPair::generate().unwrap()).unwrap())
    }

    /// Writes its certificate into a folder.
    pub fn file(&self, folder: &Path) -> PathBuf {
        let file = folder.join("authority.pem");
        std::fs::write(&file, self.0.pem()).unwrap();
        file
    }

    /// A receiver at this address of this machine whose certificate is for these names.
    pub fn receiver(&self, address: &str, names: &[&str], manner: Manner) -> SecureReceiver {
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let versions = if manner.tls12 { &[&TLS12][..] } else { ALL_VERSIONS };
        let speaks = ServerConfig::builder_with_provider(Arc::new(ring::default_provider())).with_protocol_versions(versions).unwrap();
        let mut speaks = speaks.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
        let protocols: &[&[u8]] = if manner.http2 { &[b"h2", b"http/1.1"] } else { &[b"http/1.1"] };
        speaks.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        SecureReceiver::open(address, TlsAcceptor::from(Arc::new(speaks)), manner)
    }
}

/// What a receiver can do, and how much of it.
#[derive(Clone, Copy)]
pub struct Manner {
    pub http2: bool,
    /// No version of TLS after 1.2.
    pub tls12: bool,
    /// Requests at once on one connection.
    pub at_once: u32,
    /// Requests after which a connection is closed in good order.
    pub each: usize,
}

impl Default for Manner {
    fn default() -> Self {
        Manner { http2: true, tls12: false, at_once: 100, each: usize::MAX }
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Heard {
    /// With HTTP/2 the whole URL.
    pub uri: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq)]
enum Word {
    Stay,
    /// Close in good order.
    Leave,
    /// Close at once.
    HangUp,
}

struct Desk {
    heard: Mutex<Vec<Heard>>,
    handshakes: Mutex<Vec<HandshakeKind>>,
    /// What those who were there before this word shall do.
    word: watch::Sender<Word>,
    ring: watch::Sender<usize>,
    manner: Manner,
}

/// A receiver on a port of its own. What it answers depends on the path of a request.
pub struct SecureReceiver {
    pub address: SocketAddr,
    desk: Arc<Desk>,
}

impl SecureReceiver {
    fn open(address: &str, acceptor: TlsAcceptor, manner: Manner) -> SecureReceiver {
        let listener = TcpListener::bind((address, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (word, ring) = (watch::channel(Word::Stay).0, watch::channel(0).0);
        let desk = Arc::new(Desk { heard: Mutex::default(), handshakes: Mutex::default(), word, ring, manner });
        let own = desk.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(welcome(acceptor.clone(), stream, own.clone()));
                }
            });
        });
        SecureReceiver { address, desk }
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.desk.heard.lock().unwrap().clone()
    }

    /// Waits until so many requests have come; gives all that have.
    pub async fn wait_for(&self, number: usize) -> Vec<Heard> {
        let mut ring = self.desk.ring.subscribe();
        let wait = ring.wait_for(|count| *count >= number);
        let came = tokio::time::timeout(Duration::from_secs(30), wait).await.is_ok();
        assert!(came, "waited for {number} requests, {} came", self.heard().len());
        self.heard()
    }

    /// How many handshakes were made, and how many of them took up an earlier session.
    pub fn handshakes(&self) -> (usize, usize) {
        let all = self.desk.handshakes.lock().unwrap();
        (all.len(), all.iter().filter(|kind| **kind == HandshakeKind::Resumed).count())
    }

    /// Closes the connections that there are in good order.
    pub fn leave(&self) {
        self.desk.word.send_replace(Word::Leave);
    }

    /// Closes the connections that there are at once.
    pub fn hang_up(&self) {
        self.desk.word.send_replace(Word::HangUp);
    }
}

impl Desk {
    fn note(&self, heard: Heard) {
        self.heard.lock().unwrap().push(heard);
        self.ring.send_modify(|count| *count += 1);
    }
}

async fn welcome(acceptor: TlsAcceptor, stream: TcpStream, desk: Arc<Desk>) {
    let mut word = desk.word.subscribe();
    word.mark_unchanged();
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let session = stream.get_ref().1;
    desk.handshakes.lock().unwrap().push(session.handshake_kind().unwrap());
    if session.alpn_protocol() == Some(b"h2") {
        speak_http2(stream, desk, word).await;
    } else {
        tokio::select! {
            () = speak_http1(stream, desk) => {}
            _ = word.changed() => {}
        }
    }
}

async fn speak_http1(mut stream: TlsStream<TcpStream>, desk: Arc<Desk>) {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let Ok(byte) = stream.read_u8().await else { return };
            head.push(byte);
        }
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.lines();
        let uri = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
        let headers: Vec<_> = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        let length = headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, length)| length.parse().unwrap());
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        desk.note(Heard { uri, headers, body });
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
        stream.flush().await.unwrap();
    }
}

async fn speak_http2(stream: TlsStream<TcpStream>, desk: Arc<Desk>, mut word: watch::Receiver<Word>) {
    let mut speaks = h2::server::Builder::new();
    speaks.max_concurrent_streams(desk.manner.at_once);
    let Ok(mut connection) = speaks.handshake(stream).await else { return };
    let mut answered = 0;
    loop {
        tokio::select! {
            request = connection.accept() => match request {
                Some(Ok((request, respond))) => {
                    answered += 1;
                    tokio::spawn(answer(request, respond, desk.clone()));
                    if answered == desk.manner.each {
                        connection.graceful_shutdown();
                    }
                }
                _ => return,
            },
            said = word.changed() => {
                let said = said.map(|()| *word.borrow_and_update());
                match said {
                    Ok(Word::Leave) => connection.graceful_shutdown(),
                    _ => return,
                }
            }
        }
    }
}

async fn answer(request: Request<RecvStream>, mut respond: SendResponse<Bytes>, desk: Arc<Desk>) {
    let (head, mut incoming) = request.into_parts();
    let mut body = Vec::new();
    while let Some(Ok(piece)) = incoming.data().await {
        incoming.flow_control().release_capacity(piece.len()).unwrap();
        body.extend_from_slice(&piece);
    }
    let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
    let headers = head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    desk.note(Heard { uri: head.uri.to_string(), headers, body });
    match head.uri.path() {
        "/hang" => std::future::pending().await,
        "/reset" => respond.send_reset(Reason::INTERNAL_ERROR),
        "/heads" => drop(respond.send_response(heads(30), true)),
        "/too-many-heads" => drop(respond.send_response(heads(100), true)),
        "/trickle" => {
            let mut body = respond.send_response(Response::new(()), false).unwrap();
            body.send_data(Bytes::from_static(b"first"), false).unwrap();
            std::future::pending().await
        }
        "/endless" => endless(respond.send_response(Response::new(()), false).unwrap()).await,
        // whoever has asked may have gone
        _ => drop(respond.send_response(Response::new(()), false).and_then(|mut body| body.send_data(Bytes::from_static(b"ok"), true))),
    }
}

/// So many headers of about a KiB each.
fn heads(number: usize) -> Response<()> {
    let mut response = Response::new(());
    let headers: &mut HeaderMap = response.headers_mut();
    for _ in 0..number {
        headers.append("x-many", HeaderValue::from_str(&"x".repeat(1000)).unwrap());
    }
    response
}

async fn endless(mut body: SendStream<Bytes>) {
    loop {
        body.reserve_capacity(1024);
        match std::future::poll_fn(|cx| body.poll_capacity(cx)).await {
            Some(Ok(room)) if body.send_data(Bytes::from(vec![b'x'; room]), false).is_ok() => {}
            _ => return,
        }
    }
}
