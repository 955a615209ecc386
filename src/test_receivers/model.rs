//! Rows and rules of test receivers.
use crate::{
    audited,
    db::{
        schema::{test_receiver_requests, test_receivers},
        types::{AccountId, ArrivalId, Json, TestReceiverId},
    },
    text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use url::Url;

/// How many an account may have.
pub const MOST: usize = 10;

/// How many requests are kept of each.
pub const KEPT: i64 = 100;

/// How much is kept of a body, in bytes,
pub const KEPT_BODY: usize = 64 * 1024;
/// of all headers together, in bytes of names and values,
pub const KEPT_HEADERS: usize = 64 * 1024;
/// and of a path with its query, in characters.
pub const KEPT_PATH: usize = 2048;

/// How long a receiver waits before its answer, in seconds, if it is told to and nobody says how long,
pub const USUAL_WAIT: i32 = 10;
/// and at most.
pub const LONGEST_WAIT: i32 = 60;

text_enum! {
    /// How a test receiver answers. The numbers of statuses are those statuses.
    pub enum Reply {
        /// 200.
        Ok = 200 "200",
        /// 410, which turns a webhook off.
        Gone = 410 "410",
        /// 500.
        Fail = 500 "500",
        /// 200, but late.
        Slowly = 1000 "slowly",
        /// Not at all: the connection is closed.
        HangUp = 1001 "hang_up",
    }
}

/// A row of `test_receivers`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, Serialize)]
pub struct TestReceiver {
    /// Its id.
    #[diesel(skip_insertion)]
    pub id: TestReceiverId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What people call it.
    pub name: Option<String>,
    /// The end of its URL; who knows it may send something.
    pub token: String,
    /// How it answers.
    pub answer: Reply,
    /// How long it waits when it answers late, in seconds.
    pub seconds: i32,
    /// When it was made.
    pub created_at: NaiveDateTime,
}

audited!(TestReceiver = "TestReceiver": |it| it.id.0, it.name.as_deref().unwrap_or_default());

/// The path below which receivers are reached.
pub const PATH: &str = "/test_receivers/";

impl TestReceiver {
    /// Where it is reached, below the server's public address.
    pub fn url(&self, public: &Url) -> String {
        format!("{}{PATH}{}", public.as_str().trim_end_matches('/'), self.token)
    }
}

/// A row of `test_receiver_requests`: something that has arrived.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = test_receiver_requests)]
pub struct Arrival {
    /// Its id.
    #[diesel(skip_insertion)]
    pub id: ArrivalId,
    /// Where it arrived.
    pub receiver_id: TestReceiverId,
    /// As in `POST`.
    pub method: String,
    /// With its query.
    pub path: String,
    /// Names in lower case.
    pub headers: Json<Vec<(String, String)>>,
    /// The first [`KEPT_BODY`] bytes.
    pub body: Vec<u8>,
    /// How many bytes the whole body had; of one that was too large, those that were read.
    pub body_size: i64,
    /// What it was answered; none where the connection was closed.
    pub status: Option<i16>,
    /// After so many seconds.
    pub seconds: i32,
    /// When it arrived.
    pub created_at: NaiveDateTime,
}

impl Arrival {
    /// Whether there was more of the body than is kept.
    pub fn is_cut(&self) -> bool {
        self.body_size > self.body.len() as i64
    }

    /// The kept body as text, if it is text; the piece of a character at a cut is left out.
    pub fn text(&self) -> Option<&str> {
        match std::str::from_utf8(&self.body) {
            Ok(text) => Some(text),
            Err(e) if self.is_cut() && e.error_len().is_none() => std::str::from_utf8(self.body.get(..e.valid_up_to())?).ok(),
            Err(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::now;

    #[test]
    fn a_cut_body_is_still_text() {
        let arrival = |body: &[u8], body_size| Arrival {
            id: ArrivalId(1),
            receiver_id: TestReceiverId(1),
            method: "POST".into(),
            path: "/".into(),
            headers: Json::default(),
            body: body.into(),
            body_size,
            status: Some(200),
            seconds: 0,
            created_at: now(),
        };
        let text = "สวัสดี".as_bytes();
        assert_eq!(arrival(text, text.len() as i64).text(), Some("สวัสดี"));
        assert_eq!(arrival(&text[..4], 18).text(), Some("ส"));
        assert_eq!(arrival(&text[..4], 4).text(), None, "not cut by us");
        assert_eq!(arrival(&[0xff, b'a'], 18).text(), None);
    }
}
