//! What a request brings to prove who is asking.
use crate::error::Error;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use std::future::{Ready, ready};

/// What was brought; nothing here is proved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Nothing.
    None,
    /// A user's `api_access_token`.
    Token(String),
    /// A session: from the `access-token`, `client` and `uid` headers, or from the cookie (which has no `uid`).
    Session {
        /// Names the session.
        client: String,
        /// Proves it.
        secret: String,
        /// The e-mail address, where the client sends one.
        uid: Option<String>,
    },
}

impl Credentials {
    /// Reads what the request brings. On a page that is the cookie and nothing else; the API never takes the cookie, so that
    /// no other site can make a browser call it. There the access token wins over session headers, and `Authorization` is
    /// ignored.
    pub fn of(request: &HttpRequest) -> Credentials {
        if request.extensions().contains::<crate::web::PageRequest>() {
            return Credentials::from_cookie(request);
        }
        let header = |name: &str| {
            request
                .headers()
                .get(name)
                // not to_str(): an e-mail address may have letters of any language
                .and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
                .map(str::trim)
                .filter(|value| !value.is_empty())
        };
        // proxies drop names with underscores unless told otherwise, hence the second spelling
        if let Some(token) = header("api_access_token").or_else(|| header("api-access-token")) {
            return Credentials::Token(token.to_owned());
        }
        match (header("client"), header("access-token"), header("uid")) {
            (Some(client), Some(secret), Some(uid)) => {
                Credentials::Session { client: client.to_owned(), secret: secret.to_owned(), uid: Some(uid.to_owned()) }
            }
            _ => Credentials::None,
        }
    }

    fn from_cookie(request: &HttpRequest) -> Credentials {
        let cookie = request.cookie(crate::web::SESSION_COOKIE);
        match cookie.as_ref().and_then(|cookie| cookie.value().split_once('.')).filter(|(client, _)| !client.contains('\0')) {
            Some((client, secret)) => Credentials::Session { client: client.to_owned(), secret: secret.to_owned(), uid: None },
            None => Credentials::None,
        }
    }
}

impl FromRequest for Credentials {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Credentials::of(request)))
    }
}
