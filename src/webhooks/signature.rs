//! Signing: Chatwoot's header and those of Standard Webhooks, side by side. They take different bytes of one secret as
//! their key: Chatwoot's receivers the text that they were shown, Standard Webhooks what its base64 decodes to.
use super::headers::HIDDEN;
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What the secrets of Standard Webhooks begin with.
const PREFIX: &str = "whsec_";

/// `sha256=` and the hex HMAC of `<timestamp>.<body>`, keyed with the secret as it is shown.
pub fn chatwoot(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let digest = hmac(secret.as_bytes(), &[timestamp.as_bytes(), b".", body]);
    let mut text = String::with_capacity(71);
    text.push_str("sha256=");
    for byte in digest {
        text.extend([byte >> 4, byte & 15].map(|half| char::from_digit(half.into(), 16).unwrap_or('0')));
    }
    text
}

/// `v1,` and the base64 HMAC of `<id>.<timestamp>.<body>`, keyed with the bytes that follow `whsec_` in base64. A secret of
/// another form, as imported webhooks and API inboxes have, is its own key.
pub fn standard(secret: &str, id: &str, timestamp: &str, body: &[u8]) -> String {
    let decoded = secret.strip_prefix(PREFIX).and_then(|encoded| STANDARD.decode(encoded).ok());
    let key = decoded.unwrap_or_else(|| secret.as_bytes().to_vec());
    let digest = hmac(&key, &[id.as_bytes(), b".", timestamp.as_bytes(), b".", body]);
    format!("v1,{}", STANDARD.encode(digest))
}

/// How somebody takes a key out of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyUse {
    /// All of it, as text.
    Text,
    /// What follows `whsec_`, decoded.
    Decoded,
    /// What follows `whsec_`, as text.
    Cut,
}

impl KeyUse {
    pub const ALL: [KeyUse; 3] = [KeyUse::Text, KeyUse::Decoded, KeyUse::Cut];
}

/// What somebody signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    TimestampBody,
    IdTimestampBody,
    Body,
    /// The timestamp and the body, with no dot between them.
    NoDots,
}

impl Content {
    pub const ALL: [Content; 4] = [Content::TimestampBody, Content::IdTimestampBody, Content::Body, Content::NoDots];
}

/// The digest that somebody gets who takes that key and signs that; none where the secret has no such key.
pub(super) fn digest(secret: &str, key: KeyUse, content: Content, id: &str, timestamp: &str, body: &[u8]) -> Option<Vec<u8>> {
    let encoded = secret.strip_prefix(PREFIX);
    let key = match key {
        KeyUse::Text => secret.as_bytes().to_vec(),
        KeyUse::Cut => encoded?.as_bytes().to_vec(),
        // as in `standard`: a secret of another form is its own key
        KeyUse::Decoded => encoded.and_then(|encoded| STANDARD.decode(encoded).ok()).unwrap_or_else(|| secret.as_bytes().to_vec()),
    };
    let (id, timestamp) = (id.as_bytes(), timestamp.as_bytes());
    let parts: &[&[u8]] = match content {
        Content::TimestampBody => &[timestamp, b".", body],
        Content::IdTimestampBody => &[id, b".", timestamp, b".", body],
        Content::Body => &[body],
        Content::NoDots => &[timestamp, body],
    };
    Some(hmac(&key, parts))
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    // HMAC takes keys of every length
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

/// Our headers of an attempt; `id` is the delivery's public id, `unix` the attempt's time in seconds since 1970. Of several
/// secrets, the newest comes first: all of them sign in the header that has room for it.
pub fn headers(secrets: &[&str], id: &str, unix: i64, body: &[u8]) -> Vec<(&'static str, String)> {
    let timestamp = unix.to_string();
    let newest = secrets.first().copied().unwrap_or_default();
    let all: Vec<String> = secrets.iter().map(|secret| standard(secret, id, &timestamp, body)).collect();
    vec![
        ("Content-Type", "application/json".to_owned()),
        ("Accept", "application/json".to_owned()),
        ("User-Agent", concat!("Hookdesk/", env!("CARGO_PKG_VERSION")).to_owned()),
        ("X-Chatwoot-Delivery", id.to_owned()),
        ("X-Chatwoot-Signature", chatwoot(newest, &timestamp, body)),
        ("X-Chatwoot-Timestamp", timestamp.clone()),
        ("webhook-id", id.to_owned()),
        ("webhook-signature", all.join(" ")),
        ("webhook-timestamp", timestamp),
    ]
}

/// Whether both signatures of a delivery are right, as a receiver checks them.
pub fn verify(secret: &str, headers: &[(String, String)], body: &[u8]) -> bool {
    let header = |name: &str| headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.as_str());
    let todays = chatwoot(secret, header("x-chatwoot-timestamp"), body);
    let standard = standard(secret, header("webhook-id"), header("webhook-timestamp"), body);
    header("x-chatwoot-signature") == todays && header("webhook-signature").split(' ').any(|one| one == standard)
}

/// The headers as they are kept with the attempt: of the owner's own, only the names.
pub fn recorded(ours: &[(&'static str, String)], custom: &[(String, String)], authorized: bool) -> Vec<(String, String)> {
    let mut kept: Vec<(String, String)> = ours.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    kept.extend(custom.iter().map(|(name, _)| (name.clone(), HIDDEN.to_owned())));
    if authorized {
        kept.push(("Authorization".to_owned(), "Basic ***".to_owned()));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;
    use std::collections::HashMap;

    fn find<'a>(headers: &'a [(&'static str, String)], name: &str) -> &'a str {
        headers.iter().find(|(found, _)| *found == name).map(|(_, value)| value.as_str()).unwrap()
    }

    #[test]
    fn chatwoots_test_vector() {
        let expected = "sha256=58aaf69d7f4a57c587a7fb477fa64dfe3270df59218c38e515c776bc3523f306";
        assert_eq!(chatwoot("k", "1777630830", br#"{"a":1}"#), expected);
    }

    #[test]
    fn standard_webhooks_test_vector() {
        let signature = standard("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn an_independent_library_accepts_the_headers() {
        let now = chrono::Utc::now().timestamp();
        let body = "{\"content\":\"สวัสดี\"}".as_bytes();
        let secret = random::webhook_secret().unwrap();
        let sent = headers(&[&secret], "8a1c", now, body);
        let names = ["webhook-id", "webhook-signature", "webhook-timestamp"];
        let received: HashMap<String, String> = names.map(|name| (name.to_owned(), find(&sent, name).to_owned())).into();
        let received = (&received).try_into().unwrap();
        let verifier = standardwebhooks::Webhook::new(&secret).unwrap();
        verifier.verify(body, &received).unwrap();
        assert!(verifier.verify(b"{}", &received).is_err());
        assert_eq!(find(&sent, "X-Chatwoot-Signature"), chatwoot(&secret, &now.to_string(), body));
    }

    #[test]
    fn while_two_secrets_sign_a_receiver_may_have_either() {
        let (old, new) = (random::webhook_secret().unwrap(), random::webhook_secret().unwrap());
        let now = chrono::Utc::now().timestamp();
        let sent = headers(&[&new, &old], "8a1c", now, b"{}");
        let names = ["webhook-id", "webhook-signature", "webhook-timestamp"];
        let received: HashMap<String, String> = names.map(|name| (name.to_owned(), find(&sent, name).to_owned())).into();
        let received = (&received).try_into().unwrap();
        for secret in [&old, &new] {
            standardwebhooks::Webhook::new(secret).unwrap().verify(b"{}", &received).unwrap();
        }
        assert_eq!(find(&sent, "X-Chatwoot-Signature"), chatwoot(&new, &now.to_string(), b"{}"));
    }

    #[test]
    fn a_secret_of_another_form_is_its_own_key() {
        let raw = standardwebhooks::Webhook::from_bytes(b"hJ9kL2mN4pQ6rS8aB3dE5fG7".to_vec()).unwrap();
        let expected = raw.sign("id", 1777630830, b"{}").unwrap();
        assert_eq!(standard("hJ9kL2mN4pQ6rS8aB3dE5fG7", "id", "1777630830", b"{}"), expected);
    }

    #[test]
    fn the_record_shows_no_password() {
        let sent = headers(&["k"], "id", 1, b"{}");
        assert_eq!(recorded(&sent, &[], false).len(), sent.len());
        let kept = recorded(&sent, &[("X-Key".into(), "hush".into())], true);
        assert!(kept.contains(&("Authorization".into(), "Basic ***".into())));
        assert!(kept.iter().any(|(name, value)| name == "X-Key" && value == HIDDEN));
    }
}
