//! Fetching a file: by GET over a connection of its own, with HTTP/1.1, in pieces, so that memory does not grow with it.
use super::{
    Guard,
    connector::{Guarded, SystemNames},
    failure::Failure,
    http2::Lines,
    target::Target,
    trace::{TRACE, Trace},
};
use actix_tls::connect::Resolve;
use actix_web::{http::header::ContentType, web::Bytes};
use awc::error::PayloadError;
use futures_core::stream::LocalBoxStream;
use futures_util::StreamExt;
use http_02::header;
use std::{rc::Rc, time::Duration};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout_at},
};

/// How many redirects are followed: links to files often lead to where they lie by one or two.
const MOST_REDIRECTS: usize = 3;

/// Files that are fetched at once, for all users together; further ones wait.
static TURNS: Semaphore = Semaphore::const_new(8);

/// A file on its way.
pub struct Download {
    /// The last part of the URL's path; may be empty.
    pub filename: String,
    /// What its sender says that it is.
    pub content_type: Option<String>,
    body: LocalBoxStream<'static, Result<Bytes, PayloadError>>,
    /// How many bytes are still to come, where that was said.
    left: Option<u64>,
    deadline: Instant,
    _turn: SemaphorePermit<'static>,
}

impl Download {
    /// The next piece; none at the end.
    ///
    /// # Errors
    /// [`Failure`] when the connection breaks, or the time is over. (Where the sender has not said how much there is, the client takes
    /// any end of the connection for the end.)
    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        let piece = timeout_at(self.deadline, self.body.next()).await.map_err(|_| Failure::unfinished())?;
        let piece = piece.transpose().map_err(|_| Failure::cut_off())?;
        match (&piece, &mut self.left) {
            (Some(piece), Some(left)) => *left = left.saturating_sub(piece.len() as u64),
            (None, Some(1..)) => return Err(Failure::cut_off()),
            _ => {}
        }
        Ok(piece)
    }
}

impl Guard {
    /// Begins to fetch a file that is to be here, to its last byte, within `patience`. Each address on the way to it is checked like
    /// that of a webhook.
    ///
    /// # Errors
    /// [`Failure`]; an answer without a file is one, too.
    pub async fn fetch(&self, url: &str, patience: Duration) -> Result<Download, Failure> {
        self.fetch_by(SystemNames, url, patience).await
    }

    pub(super) async fn fetch_by(&self, names: impl Resolve + 'static, url: &str, patience: Duration) -> Result<Download, Failure> {
        let deadline = Instant::now() + patience;
        let Ok(Ok(turn)) = timeout_at(deadline, TURNS.acquire()).await else { return Err(Failure::late(&Trace::start(), patience)) };
        let guarded = Guarded::new(names, self.policy.clone());
        let secured = guarded.secured(self.trust.connector_for_http1(), Rc::new(Lines::default()));
        let (plain, secure) = (client(guarded, patience), client(secured, patience));
        let mut target = Target::parse(url).map_err(|e| Failure::of_url(&e))?;
        for _ in 0..=MOST_REDIRECTS {
            let trace = Trace::start();
            let mut request = if target.is_secure() { &secure } else { &plain }.get(&*target.without_tls());
            request = request.force_close().insert_header((header::HOST, target.place())).insert_header((header::ACCEPT, "*/*"));
            request = request.insert_header((header::USER_AGENT, concat!("Hookdesk/", env!("CARGO_PKG_VERSION"))));
            if let Some(authorization) = target.authorization() {
                request = request.insert_header((header::AUTHORIZATION, authorization));
            }
            let answer = TRACE.scope(trace.clone(), timeout_at(deadline, request.send())).await;
            let response = answer.map_err(|_| Failure::late(&trace, patience))?.map_err(|e| Failure::of_http1(e, &trace, patience))?;
            let said = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
            match (response.status().as_u16(), said(header::LOCATION)) {
                (200, _) => {
                    let (filename, content_type) = (target.filename(), said(header::CONTENT_TYPE).as_deref().and_then(essence));
                    let left = said(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
                    return Ok(Download { filename, content_type, body: response.boxed_local(), left, deadline, _turn: turn });
                }
                (301 | 302 | 303 | 307 | 308, Some(location)) => target = target.join(&location).map_err(|e| Failure::of_url(&e))?,
                (status, _) => return Err(Failure::of_status(status)),
            }
        }
        Err(Failure::led_astray())
    }
}

/// A type without its parameters; none if it is not one.
fn essence(content_type: &str) -> Option<String> {
    let ContentType(parsed) = ContentType(content_type.parse().ok()?);
    Some(parsed.essence_str().to_owned())
}

fn client(guarded: Guarded, patience: Duration) -> awc::Client {
    let connector = awc::Connector::new().connector(guarded).timeout(patience);
    awc::Client::builder().connector(connector).no_default_headers().disable_redirects().disable_timeout().finish()
}

#[cfg(test)]
mod tests {
    use super::super::{
        ErrorClass,
        http2::tests::trusted,
        tests::{
            SECOND, Scripted, policy, receiver,
            secure::{Manner, SecureReceiver},
            trust,
        },
    };
    use super::*;
    use std::io::Write;

    async fn fetch_with(guard: &Guard, url: &str, patience: Duration) -> Result<(Download, Vec<u8>), Failure> {
        let mut download = guard.fetch_by(Scripted::default(), url, patience).await?;
        let mut body = Vec::new();
        while let Some(piece) = download.next().await? {
            body.extend_from_slice(&piece);
        }
        Ok((download, body))
    }

    async fn fetch(url: &str, patience: Duration) -> Result<(Download, Vec<u8>), Failure> {
        fetch_with(&Guard { policy: policy(), trust: trust() }, url, patience).await
    }

    async fn class(url: &str, patience: Duration) -> ErrorClass {
        fetch(url, patience).await.err().unwrap().class
    }

    #[actix_rt::test]
    async fn a_file_is_fetched_whole_wherever_it_lies_now() {
        let port = receiver("127.0.0.2", |stream, request| {
            let to = |to: &str| format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
            let reply = match request.split(' ').nth(1).unwrap() {
                "/old?x=1" => to("/moved/bill%20of%20may.pdf"),
                "/round" => to("/round"),
                "/away" => to("http://evil.test/"),
                "/down" => to("file:///etc/passwd"),
                "/cut" => "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\nfirst".to_owned(),
                "/gone" => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
                _ => format!("HTTP/1.1 200 OK\r\nContent-Type: Application/PDF; x=1\r\nContent-Length: 300000\r\n\r\n{}", "x".repeat(300_000)),
            };
            let _ = stream.write_all(reply.as_bytes());
            if reply.contains("close") {
                let _ = stream.shutdown(std::net::Shutdown::Both);
            }
        });
        let url = |path: &str| format!("http://good.test:{port}{path}");
        let (file, body) = fetch(&url("/old?x=1#top"), SECOND * 5).await.map_err(|failure| failure.message).unwrap();
        assert_eq!((file.filename.as_str(), file.content_type.as_deref(), body.len()), ("bill of may.pdf", Some("application/pdf"), 300_000));
        for (path, expected) in [
            ("/round", ErrorClass::Redirect),
            ("/away", ErrorClass::BlockedAddress),
            ("/down", ErrorClass::InvalidUrl),
            ("/cut", ErrorClass::ConnectionClosed),
            ("/gone", ErrorClass::Status),
        ] {
            assert_eq!(class(&url(path), SECOND * 5).await, expected, "{path}");
        }
        assert_eq!(class(&format!("http://127.0.0.1:{port}/"), SECOND).await, ErrorClass::BlockedAddress);
        assert_eq!(class("ftp://good.test/", SECOND).await, ErrorClass::InvalidUrl);
    }

    #[actix_rt::test]
    async fn nobody_is_waited_for_longer_than_was_said() {
        let silent = receiver("127.0.0.2", |_, _| std::thread::sleep(SECOND * 20));
        let slow = receiver("127.0.0.2", |stream, _| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfirst");
            std::thread::sleep(SECOND * 20);
        });
        for port in [silent, slow] {
            assert_eq!(class(&format!("http://127.0.0.2:{port}/"), Duration::from_millis(150)).await, ErrorClass::Timeout);
        }
    }

    #[actix_rt::test]
    async fn it_comes_over_tls_from_whoever_is_believed() {
        let (authority, believed) = trusted();
        let receiver: SecureReceiver = authority.receiver("127.0.0.2", &["good.test"], Manner::default());
        let url = format!("https://good.test:{}/a.txt", receiver.address.port());
        let guard = Guard { policy: policy(), trust: believed };
        let (_, body) = fetch_with(&guard, &url, SECOND * 5).await.map_err(|failure| failure.message).unwrap();
        assert_eq!((body.as_slice(), receiver.heard()[0].uri.as_str()), (b"ok".as_slice(), "/a.txt"));
        assert_eq!(class(&url, SECOND * 5).await, ErrorClass::Tls);
    }
}
