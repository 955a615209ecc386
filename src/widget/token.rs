//! The session of a visitor as their browser keeps it: a JSON Web Token (RFC 7519) that is signed with the key of the inbox (HMAC-SHA256), and
//! with nothing else: whatever a token says about itself, there is one way to check it.
use crate::{
    db::types::InboxId,
    error::{Error, Result},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::Sha256;

/// The longest token that is looked at, in bytes. (The name of a session has at most 255 characters.)
const LONGEST: usize = 4096;
/// The shortest key, in characters.
const SHORTEST_KEY: usize = 32;
/// The only algorithm.
const ALGORITHM: &str = "HS256";

/// Says how a token is signed.
#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    /// The name of the session.
    pub source_id: String,
    /// Where.
    inbox_id: i64,
    /// When it was made, in seconds since 1970.
    iat: i64,
    /// Until when it holds, in seconds since 1970.
    exp: i64,
}

impl Claims {
    /// What a token says that is made now (in seconds since 1970) for so many seconds.
    pub fn new(source_id: &str, inbox: InboxId, now: i64, seconds: u64) -> Claims {
        let life = i64::try_from(seconds).unwrap_or(i64::MAX);
        Claims { source_id: source_id.to_owned(), inbox_id: inbox.0, iat: now, exp: now.saturating_add(life) }
    }

    /// Whether more than half of its life is over.
    pub fn is_ageing(&self, now: i64) -> bool {
        now.saturating_sub(self.iat) > self.exp.saturating_sub(now)
    }

    /// The token that says it.
    ///
    /// # Errors
    /// When it cannot be made, which would be our mistake.
    pub fn signed(&self, key: &str) -> Result<String> {
        let part = |json: serde_json::Result<Vec<u8>>| json.map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(Error::internal);
        let head = part(serde_json::to_vec(&Header { alg: ALGORITHM.to_owned() }))?;
        let said = format!("{head}.{}", part(serde_json::to_vec(self))?);
        let tag = mac(key)?.chain_update(said.as_bytes()).finalize().into_bytes();
        Ok(format!("{said}.{}", URL_SAFE_NO_PAD.encode(tag)))
    }

    /// What a token says, if it was signed with this key, is of this inbox, and holds now.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn read(token: &str, key: &str, inbox: InboxId, now: i64) -> Result<Claims> {
        let claims = checked(token, key).ok_or(Error::NotFound)?;
        if claims.inbox_id == inbox.0 && claims.exp > now { Ok(claims) } else { Err(Error::NotFound) }
    }

    /// The inbox that a token says it is of, which nobody has checked yet.
    pub fn said_inbox(token: &str) -> Option<InboxId> {
        let (_, claims, _) = parts(token)?;
        decoded::<Claims>(claims).map(|claims| InboxId(claims.inbox_id))
    }
}

/// The name of the session that follows another one when somebody else is signed in on the site. Only who knows the key can tell it beforehand.
///
/// # Errors
/// As [`Claims::signed`].
pub(super) fn name_after(key: &str, before: &str, identifier: &str, proved: bool) -> Result<String> {
    // what is signed for tokens holds no such character
    let said = format!("after\0{before}\0{identifier}\0{proved}");
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = <[u8; 32]>::from(mac(key)?.chain_update(said.as_bytes()).finalize().into_bytes());
    Ok(uuid::Builder::from_random_bytes([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]).into_uuid().to_string())
}

fn mac(key: &str) -> Result<Hmac<Sha256>> {
    // one that was forgotten would be known to everybody
    if key.len() < SHORTEST_KEY {
        return Err(Error::Internal("the inbox has no key for sessions".into()));
    }
    Hmac::new_from_slice(key.as_bytes()).map_err(Error::internal)
}

fn parts(token: &str) -> Option<(&str, &str, &str)> {
    let mut parts = token.split('.');
    let three = (parts.next()?, parts.next()?, parts.next()?);
    (token.len() <= LONGEST && parts.next().is_none()).then_some(three)
}

fn decoded<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

fn checked(token: &str, key: &str) -> Option<Claims> {
    let (head, claims, tag) = parts(token)?;
    if decoded::<Header>(head)?.alg != ALGORITHM {
        return None;
    }
    let said = &token[..head.len() + 1 + claims.len()];
    mac(key).ok()?.chain_update(said.as_bytes()).verify_slice(&URL_SAFE_NO_PAD.decode(tag).ok()?).ok()?;
    decoded(claims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const KEY: &str = "0123456789abcdef0123456789abcdef";
    const INBOX: InboxId = InboxId(5);
    const NOW: i64 = 1_777_630_830;

    fn token() -> String {
        Claims::new("3f0d3a2e", INBOX, NOW, 100).signed(KEY).unwrap()
    }

    fn encoded(value: Value) -> String {
        URL_SAFE_NO_PAD.encode(value.to_string())
    }

    /// Signed with a key, whatever it says.
    fn forged(head: Value, claims: Value, key: &[u8]) -> String {
        let said = format!("{}.{}", encoded(head), encoded(claims));
        let tag = Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(said.as_bytes()).finalize().into_bytes();
        format!("{said}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    #[test]
    fn a_token_says_who_comes_until_it_is_over() {
        let read = |now: i64| Claims::read(&token(), KEY, INBOX, now).map(|claims| claims.source_id).ok();
        assert_eq!(read(NOW), Some("3f0d3a2e".to_owned()));
        assert_eq!(read(NOW + 99), Some("3f0d3a2e".to_owned()));
        assert_eq!(read(NOW + 100), None);
        assert!(Claims::read(&token(), KEY, InboxId(6), NOW).is_err());
        assert!(Claims::read(&token(), &KEY.replace('0', "1"), INBOX, NOW).is_err());
        assert_eq!(Claims::said_inbox(&token()), Some(INBOX));
        let claims = Claims::new("s", INBOX, NOW, 100);
        assert!(!claims.is_ageing(NOW + 50) && claims.is_ageing(NOW + 51));
    }

    #[test]
    fn what_others_have_made_is_none() {
        let claims = json!({"source_id": "3f0d3a2e", "inbox_id": 5, "iat": NOW, "exp": NOW + 100});
        let good = forged(json!({"typ": "JWT", "alg": "HS256"}), claims.clone(), KEY.as_bytes());
        assert!(Claims::read(&good, KEY, INBOX, NOW).is_ok());
        let [head, body, tag] = good.split('.').collect::<Vec<_>>()[..] else { panic!() };
        let other = encoded(json!({"source_id": "somebody", "inbox_id": 5, "iat": NOW, "exp": NOW + 100}));
        for wrong in [
            String::new(),
            "..".to_owned(),
            format!("{head}.{body}"),
            format!("{head}.{body}."),
            format!("{good}."),
            format!("{good}.{tag}"),
            format!("{head}.{other}.{tag}"),
            format!("{head}.{body}.{}", &tag[1..]),
            format!("{head}.{body}.{tag}="),
            format!("{}.{body}.", encoded(json!({"alg": "none"}))),
            forged(json!({"alg": "none"}), claims.clone(), KEY.as_bytes()),
            forged(json!({"alg": "HS512"}), claims.clone(), KEY.as_bytes()),
            forged(json!({"alg": "hs256"}), claims.clone(), KEY.as_bytes()),
            forged(json!({}), claims.clone(), KEY.as_bytes()),
            forged(json!({"alg": "HS256"}), claims.clone(), b""),
            forged(json!({"alg": "HS256"}), json!({"source_id": "3f0d3a2e", "inbox_id": 5}), KEY.as_bytes()),
            forged(json!({"alg": "HS256"}), json!({"source_id": 1, "inbox_id": 5, "iat": NOW, "exp": NOW + 100}), KEY.as_bytes()),
            forged(json!({"alg": "HS256"}), json!({"source_id": "x".repeat(LONGEST), "inbox_id": 5, "iat": NOW, "exp": NOW + 9}), KEY.as_bytes()),
        ] {
            assert!(Claims::read(&wrong, KEY, INBOX, NOW).is_err(), "{wrong:.300}");
        }
        // an inbox without a key takes nothing
        assert!(Claims::read(&forged(json!({"alg": "HS256"}), claims, b""), "", INBOX, NOW).is_err());
    }
}
