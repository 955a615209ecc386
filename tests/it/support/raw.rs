//! Requests that no proper client sends, byte for byte.
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

/// How long the server may take to answer or hang up.
const DEADLINE: Duration = Duration::from_secs(15);

/// What came back before the server hung up, or until an answer was whole.
pub struct RawAnswer {
    /// 0 when the server hung up without an answer.
    pub status: u16,
    pub text: String,
}

/// Sends these bytes on a connection of their own. The server must answer in time, or hang up.
pub async fn send(address: &str, bytes: &[u8]) -> RawAnswer {
    let (address, bytes) = (address.to_owned(), bytes.to_owned());
    let answer = actix_rt::task::spawn_blocking(move || exchange(&address, &bytes)).await.unwrap();
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    RawAnswer { status, text }
}

fn exchange(address: &str, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    let end = Instant::now() + DEADLINE;
    stream.set_write_timeout(Some(DEADLINE)).unwrap();
    // a server that has refused already reads no more
    let _ = stream.write_all(bytes);
    let (mut answer, mut buffer) = (Vec::new(), [0; 4096]);
    while !is_whole(&answer) {
        let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        stream.set_read_timeout(Some(left)).unwrap();
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => answer.extend_from_slice(&buffer[..n]),
            Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                panic!("the server hangs; so far: {}", String::from_utf8_lossy(&answer))
            }
            Err(_) => break,
        }
    }
    answer
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.trim().parse().ok());
    length.is_none_or(|length: usize| body.len() >= length)
}
