//! Visitors who write all the time, whatever happens to the server, and what they were answered.
use super::{ApiInbox, Office, Visitor, receiver::Received};
use actix_web::http::Method;
use futures_util::future::join_all;
use serde_json::json;
use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

/// Visitors, each in a conversation of their own.
pub struct Traffic {
    visitors: Vec<(Visitor, i64)>,
    stopped: Cell<bool>,
    written: Cell<usize>,
    /// The texts of the messages that were answered with 200.
    pub acknowledged: RefCell<Vec<String>>,
    /// Those of the others, with the status.
    pub refused: RefCell<Vec<(String, u16)>>,
    /// The longest that anybody has waited for an answer.
    pub longest: Cell<Duration>,
}

impl Traffic {
    pub async fn open(office: &Office, inbox: &ApiInbox, number: usize) -> Traffic {
        let mut visitors = Vec::new();
        for _ in 0..number {
            visitors.push(office.conversation(inbox).await);
        }
        Traffic {
            visitors,
            stopped: Cell::new(false),
            written: Cell::new(0),
            acknowledged: RefCell::default(),
            refused: RefCell::default(),
            longest: Cell::default(),
        }
    }

    /// All of them write, until somebody stops them. The server may refuse, but only with one of these statuses, and as documented.
    pub async fn flow(&self, may_be: &[u16]) {
        self.stopped.set(false);
        join_all(self.visitors.iter().map(|(visitor, conversation)| async {
            while !self.stopped.get() {
                if !self.write(visitor, *conversation, may_be).await {
                    actix_rt::time::sleep(Duration::from_millis(10)).await;
                }
            }
        }))
        .await;
    }

    pub fn stop(&self) {
        self.stopped.set(true);
    }

    /// The first of them writes one message; true if it was acknowledged.
    pub async fn one(&self, may_be: &[u16]) -> bool {
        let (visitor, conversation) = &self.visitors[0];
        self.write(visitor, *conversation, may_be).await
    }

    async fn write(&self, visitor: &Visitor, conversation: i64, may_be: &[u16]) -> bool {
        let number = self.written.replace(self.written.get() + 1);
        let (text, started) = (format!("M{number}"), Instant::now());
        let body = json!({"content": text}).to_string().into_bytes();
        let path = format!("/conversations/{conversation}/messages");
        let answer = visitor.try_send(Method::POST, &path, Some("application/json"), body).await.unwrap();
        self.longest.set(self.longest.get().max(started.elapsed()));
        if answer.status == 200 {
            self.acknowledged.borrow_mut().push(text);
            return true;
        }
        assert!(may_be.contains(&answer.status), "{}: {}", answer.status, answer.text());
        answer.error(answer.status);
        self.refused.borrow_mut().push((text, answer.status));
        false
    }
}

/// What a message says.
pub fn content(request: &Received) -> String {
    request.json()["content"].as_str().unwrap_or_default().to_owned()
}

/// Each of these arrived, under one id that nothing else has.
pub fn assert_delivered(acknowledged: &[String], received: &[Received]) {
    let mut ids: HashMap<String, HashSet<&str>> = HashMap::new();
    for request in received {
        ids.entry(content(request)).or_default().insert(request.header("webhook-id"));
    }
    for text in acknowledged {
        let of_this = ids.get(text).unwrap_or_else(|| panic!("{text} was answered with 200 and never arrived"));
        assert_eq!(of_this.len(), 1, "{text} arrived under {of_this:?}");
    }
    let all: HashSet<&&str> = ids.values().flatten().collect();
    assert_eq!(all.len(), ids.len(), "two messages share an id");
}
