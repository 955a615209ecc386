//! A client of the sockets: ActionCable over a WebSocket, or bytes that no client sends.
use super::{Member, PATIENCE, Visitor};
use actix_http::ws::{OpCode, Parser};
use actix_web::web::BytesMut;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// An open socket.
pub struct Cable {
    stream: TcpStream,
    arrived: BytesMut,
    /// The head of the server's answer.
    pub head: String,
    /// The identifier of the last subscription.
    pub identifier: String,
    /// How often it is still to be told who is there.
    unheard: usize,
}

/// What ends a socket.
#[derive(Debug, PartialEq)]
pub enum Ended {
    /// The server has said so, and why.
    Closed(u16),
    /// The connection was cut.
    Cut,
}

/// The identifier of somebody who works in an account.
pub async fn of_member(member: &Member, account: i64) -> Value {
    let profile = member.caller.below("").get("/api/v1/profile").await.ok();
    json!({"channel": "RoomChannel", "pubsub_token": profile["pubsub_token"], "account_id": account, "user_id": member.id})
}

/// The identifier of a visitor.
pub async fn of_visitor(visitor: &Visitor) -> Value {
    json!({"channel": "RoomChannel", "pubsub_token": visitor.get("").await.ok()["pubsub_token"]})
}

impl Cable {
    /// Opens a socket, which the server welcomes.
    pub async fn open(address: &str) -> Cable {
        Cable::open_at(address, "/cable").await
    }

    /// The same at another path.
    pub async fn open_at(address: &str, path: &str) -> Cable {
        let mut cable = Cable::ask(address, path).await;
        assert!(cable.head.starts_with("HTTP/1.1 101 "), "{}", cable.head);
        assert_eq!(cable.next().await, Ok(json!({"type": "welcome"})));
        cable
    }

    /// Asks for a socket, as browsers do.
    pub async fn ask(address: &str, path: &str) -> Cable {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nOrigin: https://shop.example\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: actioncable-v1-json, actioncable-unsupported\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut cable = Cable { stream, arrived: BytesMut::new(), head: String::new(), identifier: String::new(), unheard: 0 };
        while !cable.arrived.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
            assert!(cable.read().await, "the server has hung up");
        }
        let end = cable.arrived.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap() + 4;
        cable.head = String::from_utf8(cable.arrived.split_to(end).to_vec()).unwrap();
        cable
    }

    /// Whether more has arrived; else the connection has ended.
    async fn read(&mut self) -> bool {
        let mut buffer = [0; 4096];
        match timeout(PATIENCE, self.stream.read(&mut buffer)).await.expect("the server says nothing") {
            Ok(0) | Err(_) => false,
            Ok(n) => {
                self.arrived.extend_from_slice(&buffer[..n]);
                true
            }
        }
    }

    /// The next text, whatever it is.
    pub async fn any(&mut self) -> Result<Value, Ended> {
        loop {
            match Parser::parse(&mut self.arrived, false, 1 << 24).unwrap() {
                Some((true, OpCode::Text, Some(bytes))) => return Ok(serde_json::from_slice(&bytes).unwrap()),
                Some((true, OpCode::Close, bytes)) => {
                    let bytes = bytes.unwrap_or_default();
                    return Err(Ended::Closed(u16::from_be_bytes([bytes[0], bytes[1]])));
                }
                Some((true, OpCode::Pong, _)) => {}
                Some(other) => panic!("{other:?}"),
                None if self.read().await => {}
                None => return Err(Ended::Cut),
            }
        }
    }

    /// The next text that is no ping.
    pub async fn next(&mut self) -> Result<Value, Ended> {
        loop {
            match self.any().await {
                Ok(text) if text["type"] == "ping" => {}
                Ok(text) if text["message"]["event"] == "presence.update" => {
                    self.unheard -= 1;
                    return Ok(text);
                }
                other => return other,
            }
        }
    }

    /// The next message that says something else than who is there.
    pub async fn message(&mut self) -> Value {
        loop {
            let mut text = self.next().await.unwrap();
            assert_eq!(text["identifier"], self.identifier, "{text}");
            if text["message"]["event"] != "presence.update" {
                return text["message"].take();
            }
        }
    }

    /// The next message of this event; others are passed over.
    pub async fn hears(&mut self, event: &str) -> Value {
        loop {
            let message = self.message().await;
            if message["event"] == event {
                return message;
            }
        }
    }

    /// Sends a text.
    pub async fn send(&mut self, text: &str) {
        let mut frame = BytesMut::new();
        Parser::write_message(&mut frame, text, OpCode::Text, true, true);
        self.send_bytes(&frame).await;
    }

    /// Sends bytes as they are. The server may have hung up.
    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    /// Sends a command about an identifier.
    pub async fn command(&mut self, command: &str, identifier: &str) {
        let data = json!({"action": "update_presence"}).to_string();
        self.send(&json!({"command": command, "identifier": identifier, "data": data}).to_string()).await;
    }

    /// Subscribes; gives the place from which the subscription holds.
    pub async fn subscribe(&mut self, identifier: &Value) -> i64 {
        self.identifier = identifier.to_string();
        let identifier = self.identifier.clone();
        self.command("subscribe", &identifier).await;
        let confirmed = self.next().await.unwrap();
        assert_eq!((&confirmed["type"], &confirmed["identifier"]), (&json!("confirm_subscription"), &json!(identifier)), "{confirmed}");
        self.unheard += 1;
        confirmed["sequence"].as_i64().unwrap()
    }

    /// Says that they are there, and hears who is.
    pub async fn presence(&mut self) -> Value {
        let identifier = self.identifier.clone();
        self.command("message", &identifier).await;
        self.unheard += 1;
        let mut last = Value::Null;
        while self.unheard > 0 {
            let mut text = self.next().await.unwrap();
            if text["message"]["event"] == "presence.update" {
                last = text["message"]["data"].take();
            }
        }
        last
    }

    /// How it ends; what is said before is passed over.
    pub async fn end(&mut self) -> Ended {
        loop {
            if let Err(ended) = self.any().await {
                return ended;
            }
        }
    }
}
