//! The headers of a session: a sign-in answers with them, requests bring them, and every answer repeats them.
use crate::error::{Error, Result};
use actix_web::{
    HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{AUTHORIZATION, HeaderName, HeaderValue},
    middleware::Next,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::NaiveDateTime;
use serde_json::json;

/// A session as its client knows it. The extractors leave it with a request that has proved it.
#[derive(Debug, Clone)]
pub(super) struct Proved {
    /// The user's e-mail address.
    pub uid: String,
    /// Names the session.
    pub client: String,
    /// Proves it.
    pub secret: String,
    /// When it ends.
    pub expires_at: NaiveDateTime,
}

/// `access-token`, `token-type`, `client`, `expiry`, `uid`, and all of them once more in `authorization`. Some 400 bytes: one
/// front end keeps the headers of this answer in a cookie.
pub(super) fn session_headers(proved: &Proved) -> Result<Vec<(HeaderName, HeaderValue)>> {
    let Proved { uid, client, secret, expires_at } = proved;
    let expiry = expires_at.and_utc().timestamp().to_string();
    let all = json!({"access-token": secret, "token-type": "Bearer", "client": client, "expiry": expiry, "uid": uid});
    let bearer = format!("Bearer {}", STANDARD.encode(all.to_string()));
    [
        ("access-token", secret.as_str()),
        ("token-type", "Bearer"),
        ("client", client),
        ("expiry", &expiry),
        ("uid", uid),
        (AUTHORIZATION.as_str(), &bearer),
    ]
    .into_iter()
    .map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(Error::internal)?;
        // letters of any language pass as they are
        Ok((name, HeaderValue::from_bytes(value.as_bytes()).map_err(Error::internal)?))
    })
    .collect()
}

/// Middleware for the API: the answer to a request that came with a session has the session's headers again. (They do not
/// change from request to request, but clients look for them.)
///
/// # Errors
/// Those of what it wraps.
pub async fn echo_session(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> std::result::Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let proved = response.request().extensions_mut().remove::<Proved>();
    for (name, value) in proved.map(|proved| session_headers(&proved)).transpose()?.into_iter().flatten() {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// Lets the answer name the session by the user's new address: by the old one it is no longer found.
pub fn address_changed(request: &HttpRequest, email: &str) {
    if let Some(proved) = request.extensions_mut().get_mut::<Proved>() {
        email.clone_into(&mut proved.uid);
    }
}
