//! Clients by role. Each knows where its paths begin and how it shows who it is; each holds what it gets against the description.
use super::described::assert_described;
use actix_web::http::{Method, header::HeaderMap};
use serde_json::Value;
use std::{ops::Deref, time::Duration};

/// Somebody who calls the server.
#[derive(Clone)]
pub struct Caller {
    http: awc::Client,
    address: String,
    root: String,
    headers: Vec<(String, String)>,
}

/// Somebody without credentials; paths are whole.
#[derive(Clone)]
pub struct Anonymous(pub Caller);
/// An agent; paths are below the account's.
#[derive(Clone)]
pub struct Agent(pub Member);
/// An administrator; paths are below the account's.
#[derive(Clone)]
pub struct Administrator(pub Member);

/// A user of an account, who shows an access token.
#[derive(Clone)]
pub struct Member {
    pub caller: Caller,
    pub id: i64,
    pub token: String,
}

/// A visitor's program; paths are below its session.
#[derive(Clone)]
pub struct Visitor {
    pub caller: Caller,
    /// The contact's id.
    pub id: i64,
    pub source_id: String,
}

/// A file of a multipart form.
#[derive(Clone, Copy)]
pub struct File<'a> {
    field: &'a str,
    name: &'a str,
    content_type: &'a str,
    content: &'a [u8],
}

impl<'a> File<'a> {
    pub fn new(field: &'a str, name: &'a str, content_type: &'a str, content: &'a [u8]) -> Self {
        File { field, name, content_type, content }
    }
}

macro_rules! is_a {
    ($($role:ty => $inner:ty, $field:tt);+) => {$(
        impl Deref for $role {
            type Target = $inner;
            fn deref(&self) -> &$inner {
                &self.$field
            }
        }
    )+};
}
is_a!(Anonymous => Caller, 0; Agent => Member, 0; Administrator => Member, 0; Member => Caller, caller; Visitor => Caller, caller);

impl Caller {
    pub fn new(address: String) -> Caller {
        // the server closes what was idle for five seconds: a request must not be on its way at that moment
        let connector = awc::Connector::new().conn_keep_alive(Duration::from_secs(3));
        let http = awc::Client::builder().connector(connector).timeout(Duration::from_secs(20)).disable_redirects().finish();
        Caller { http, address, root: String::new(), headers: Vec::new() }
    }

    /// The same, with paths below `root`.
    pub fn below(&self, root: impl Into<String>) -> Caller {
        Caller { root: root.into(), ..self.clone() }
    }

    /// The same, with one more header.
    pub fn with(&self, name: &str, value: &str) -> Caller {
        let mut caller = self.clone();
        caller.headers.push((name.to_owned(), value.to_owned()));
        caller
    }

    /// The same, with this header in place of one of that name.
    pub fn replacing(&self, name: &str, value: &str) -> Caller {
        let mut caller = self.clone();
        caller.headers.retain(|(known, _)| known != name);
        caller.with(name, value)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Vec::new()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.json(Method::POST, path, body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PUT, path, body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PATCH, path, body).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, Vec::new()).await
    }

    /// Any method with a JSON body.
    pub async fn json(&self, method: Method, path: &str, body: Value) -> Answer {
        self.send(method, path, Some("application/json"), body.to_string().into_bytes()).await
    }

    /// A form as browsers send it.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, Some("application/x-www-form-urlencoded"), body.into_bytes()).await
    }

    /// A multipart form of texts.
    pub async fn multipart(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.upload(path, fields, &[]).await
    }

    /// A multipart form of texts and files.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], files: &[File<'_>]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(format!("--parts\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
        }
        for File { field, name, content_type, content } in files {
            let head = format!("Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {content_type}");
            body.extend(format!("--parts\r\n{head}\r\n\r\n").into_bytes());
            body.extend(*content);
            body.extend(b"\r\n");
        }
        body.extend(b"--parts--\r\n");
        self.send(Method::POST, path, Some("multipart/form-data; boundary=parts"), body).await
    }

    /// Anything.
    pub async fn send(&self, method: Method, path: &str, content_type: Option<&str>, body: Vec<u8>) -> Answer {
        let answer = self.try_send(method, path, content_type, body).await;
        answer.unwrap_or_else(|e| panic!("{e}"))
    }

    /// Anything, to a server that may be gone.
    pub async fn try_send(&self, method: Method, path: &str, content_type: Option<&str>, body: Vec<u8>) -> Result<Answer, String> {
        let path = format!("{}{path}", self.root);
        let what = format!("{method} {path}");
        let mut request = self.http.request(method.clone(), format!("http://{}{path}", self.address));
        for (name, value) in &self.headers {
            request = request.insert_header((name.as_str(), value.as_str()));
        }
        if let Some(content_type) = content_type {
            request = request.insert_header(("content-type", content_type));
        }
        let mut response = request.send_body(body).await.map_err(|e| format!("{what}: {e}"))?;
        let body = response.body().limit(64 << 20).await.map_err(|e| format!("{what}: {e}"))?;
        let answer = Answer { status: response.status().as_u16(), headers: response.headers().clone(), body: body.to_vec(), what };
        assert_described(&method, &path, &answer);
        Ok(answer)
    }

    /// The same paths and headers at another address.
    pub fn moved_to(&self, address: &str) -> Caller {
        Caller { address: address.to_owned(), ..self.clone() }
    }
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    what: String,
}

impl Answer {
    /// What was asked.
    pub fn what(&self) -> &str {
        &self.what
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{} answers {}, which is no JSON ({e}): {}", self.what, self.status, self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body of an answer that must be this one.
    #[track_caller]
    pub fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{} answers {}", self.what, self.text());
        self.json()
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        self.is(200)
    }

    /// A success without a body, which is still announced as JSON.
    #[track_caller]
    pub fn ok_and_empty(&self) {
        assert_eq!((self.status, self.text().as_str()), (200, ""), "{}", self.what);
        assert_eq!(self.header("content-type"), Some("application/json"), "{}", self.what);
    }

    /// The attributes named by a 422.
    #[track_caller]
    pub fn invalid(&self) -> Vec<String> {
        let body = self.is(422);
        assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{} answers {body}", self.what);
        let names = body["attributes"].as_array().unwrap_or_else(|| panic!("{} answers {body}", self.what));
        names.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    }

    /// An error as the client API draws it.
    #[track_caller]
    pub fn error_of_the_client_api(&self, status: u16) {
        let body = self.is(status);
        assert_eq!(body["status"], status, "{} answers {body}", self.what);
        assert!(body["error"].is_string(), "{} answers {body}", self.what);
    }

    /// An error of that status with a text under `error`.
    #[track_caller]
    pub fn error(&self, status: u16) -> String {
        let body = self.is(status);
        let text = body["error"].as_str().unwrap_or_else(|| panic!("{} answers {body}", self.what));
        assert_eq!(body.as_object().unwrap().len(), 1, "{} answers {body}", self.what);
        text.to_owned()
    }
}
