//! The frames of a WebSocket (RFC 6455): those that clients send are read by actix's parser; those of a server are their length and their bytes.
use actix_http::ws::{OpCode, Parser, ProtocolError};
use actix_web::web::{Bytes, BytesMut};

/// How many bytes a client may send at once: commands are short.
const LONGEST: usize = 8 * 1024;

/// What stands before the bytes of a frame at most.
const HEAD: usize = 14;

/// Why a connection is ended by the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// It is over.
    Normal = 1000,
    /// The server goes away.
    Away = 1001,
    /// What was sent is no frame.
    Protocol = 1002,
    /// It is not to be: too many commands, too many subscriptions, a credential that holds no more.
    Policy = 1008,
    /// It is too long.
    TooBig = 1009,
    /// The client is to come again later: it reads too slowly, or has heard what the database does not know any more.
    Later = 1013,
}

/// What a client has sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// A text, whole.
    Text(Bytes),
    /// Whether the server is there; to be answered with the same bytes.
    Ping(Bytes),
    /// It ends the connection.
    Close,
    /// Something that means nothing here: bytes that are no text, an answer to nothing.
    Other,
}

/// Puts together what arrives. It holds no memory while nothing is half there.
#[derive(Debug, Default)]
pub(super) struct Reader {
    arrived: BytesMut,
    /// The fragments of a message so far, and whether it is a text.
    fragments: Option<(bool, Vec<u8>)>,
}

impl Reader {
    /// Takes what has arrived.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.arrived.extend_from_slice(bytes);
    }

    /// The next whole message, if there is one.
    pub fn next(&mut self) -> Result<Option<Sent>, Code> {
        loop {
            let parsed = Parser::parse(&mut self.arrived, true, LONGEST).map_err(|e| match e {
                ProtocolError::Overflow => Code::TooBig,
                _ => Code::Protocol,
            })?;
            let Some((last, code, bytes)) = parsed else {
                if self.arrived.len() > LONGEST + HEAD {
                    return Err(Code::TooBig);
                }
                if self.arrived.is_empty() {
                    self.arrived = BytesMut::new();
                }
                return Ok(None);
            };
            // a copy: the parser's bytes would keep all alive that has arrived with them
            let bytes = bytes.map_or_else(Bytes::new, |bytes| Bytes::copy_from_slice(&bytes));
            match code {
                OpCode::Ping => return Ok(Some(Sent::Ping(bytes))),
                OpCode::Close => return Ok(Some(Sent::Close)),
                OpCode::Pong => return Ok(Some(Sent::Other)),
                OpCode::Bad => return Err(Code::Protocol),
                OpCode::Text | OpCode::Binary | OpCode::Continue => {
                    if let Some(whole) = self.join(last, code, bytes)? {
                        return Ok(Some(whole));
                    }
                }
            }
        }
    }

    fn join(&mut self, last: bool, code: OpCode, bytes: Bytes) -> Result<Option<Sent>, Code> {
        match (code, &mut self.fragments) {
            (OpCode::Continue, Some((is_text, fragments))) => {
                if fragments.len() + bytes.len() > LONGEST {
                    return Err(Code::TooBig);
                }
                fragments.extend_from_slice(&bytes);
                let (is_text, whole) = if last { (*is_text, std::mem::take(fragments)) } else { return Ok(None) };
                self.fragments = None;
                Ok(Some(if is_text { Sent::Text(whole.into()) } else { Sent::Other }))
            }
            (OpCode::Text | OpCode::Binary, None) => {
                let is_text = code == OpCode::Text;
                if last {
                    return Ok(Some(if is_text { Sent::Text(bytes) } else { Sent::Other }));
                }
                self.fragments = Some((is_text, bytes.to_vec()));
                Ok(None)
            }
            _ => Err(Code::Protocol),
        }
    }
}

fn head(code: OpCode, length: usize) -> BytesMut {
    let mut head = BytesMut::with_capacity(HEAD);
    head.extend_from_slice(&[0x80 | u8::from(code)]);
    match length {
        0..126 => head.extend_from_slice(&[length as u8]),
        126..=0xffff => {
            head.extend_from_slice(&[126]);
            head.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            head.extend_from_slice(&[127]);
            head.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    head
}

fn whole(code: OpCode, bytes: &[u8]) -> Bytes {
    let mut frame = head(code, bytes.len());
    frame.extend_from_slice(bytes);
    frame.freeze()
}

/// A text as a frame.
pub(super) fn text(text: &str) -> Bytes {
    whole(OpCode::Text, text.as_bytes())
}

/// The first part of a text in two parts, as a frame's; the second follows as it is.
pub(super) fn first_of_two(first: &str, second: &Bytes) -> Bytes {
    let mut frame = head(OpCode::Text, first.len() + second.len());
    frame.extend_from_slice(first.as_bytes());
    frame.freeze()
}

/// The answer to a ping.
pub(super) fn pong(bytes: &[u8]) -> Bytes {
    whole(OpCode::Pong, bytes)
}

/// The last frame.
pub(super) fn close(code: Code) -> Bytes {
    whole(OpCode::Close, &(code as u16).to_be_bytes())
}
