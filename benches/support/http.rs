//! A keep-alive HTTP/1.1 connection that costs next to nothing: client and server share the machine.
use std::io::{Error, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Reads messages from a connection, one after the other.
pub struct Reader {
    pub stream: TcpStream,
    buffer: Vec<u8>,
    /// How many bytes of the buffer are of the message that was read last.
    used: usize,
}

impl Reader {
    pub fn new(stream: TcpStream) -> Result<Reader> {
        stream.set_nodelay(true)?;
        Ok(Reader { stream, buffer: Vec::with_capacity(16 * 1024), used: 0 })
    }

    /// The head and the body of the next message; none when the other side has closed.
    pub async fn next(&mut self) -> Result<Option<(&[u8], &[u8])>> {
        self.buffer.drain(..self.used);
        self.used = 0;
        let mut searched = 0;
        let head = loop {
            if let Some(at) = self.buffer[searched..].windows(4).position(|four| four == b"\r\n\r\n") {
                break searched + at + 4;
            }
            searched = self.buffer.len().saturating_sub(3);
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return if self.buffer.is_empty() { Ok(None) } else { Err(Error::other("closed within a head")) };
            }
        };
        self.used = head + content_length(&self.buffer[..head])?;
        while self.buffer.len() < self.used {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(Error::other("closed within a body"));
            }
        }
        Ok(Some((&self.buffer[..head], &self.buffer[head..self.used])))
    }
}

fn content_length(head: &[u8]) -> Result<usize> {
    for line in head.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        if line[..colon].eq_ignore_ascii_case(b"content-length") {
            let number = std::str::from_utf8(&line[colon + 1..]).ok().and_then(|text| text.trim().parse().ok());
            return number.ok_or_else(|| Error::other("Content-Length is no number"));
        }
    }
    Ok(0)
}

/// A connection to the server under test.
pub struct Client {
    reader: Reader,
    token: String,
}

impl Client {
    pub async fn connect(port: u16, token: &str) -> Result<Client> {
        Ok(Client { reader: Reader::new(TcpStream::connect(("127.0.0.1", port)).await?)?, token: token.to_owned() })
    }

    /// The status and the body of the answer.
    pub async fn send(&mut self, method: &str, path: &str, body: &str) -> Result<(u16, &[u8])> {
        let (token, length) = (&self.token, body.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\napi_access_token: {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.reader.stream.write_all(request.as_bytes()).await?;
        let (head, body) = self.reader.next().await?.ok_or_else(|| Error::other("closed instead of an answer"))?;
        let status = std::str::from_utf8(&head[9..12]).ok().and_then(|text| text.parse().ok());
        Ok((status.ok_or_else(|| Error::other("an answer without a status"))?, body))
    }

    /// A JSON answer to a request that must succeed.
    pub async fn call(&mut self, path: &str, body: serde_json::Value) -> Result<serde_json::Value> {
        let (status, answer) = self.send("POST", path, &body.to_string()).await?;
        match status {
            200..300 => Ok(serde_json::from_slice(answer)?),
            _ => Err(Error::other(format!("{path}: {status} {}", String::from_utf8_lossy(answer)))),
        }
    }
}
