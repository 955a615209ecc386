//! The headers that an owner adds to the requests of a webhook: which are allowed, and how they are kept from being read.
use crate::{
    error::{Error, Result},
    web::fields::{Object, Patch},
};
use serde_json::Value;

/// Headers with their values.
pub type Headers = Vec<(String, String)>;

/// What stands for a value that is not shown any more. Sent back, it means the value that is stored.
pub const HIDDEN: &str = "********";

/// How many there may be.
const MOST: usize = 20;
/// The longest name, in bytes.
const LONGEST_NAME: usize = 100;
/// The longest value, in bytes.
const LONGEST_VALUE: usize = 4096;

/// Those that the request itself needs, or that tell what and by whom it is.
const OURS: &[&str] = &[
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];
const OUR_FAMILIES: &[&str] = &["proxy-", "webhook-", "x-chatwoot-", "x-hookdesk-"];

/// The headers after somebody has said what they are to be: all of them, with [`HIDDEN`] for a value that stays.
///
/// # Errors
/// [`Error::Invalid`] that says which one cannot be sent.
pub fn said(said: Patch<Object>, stored: Headers) -> Result<Headers> {
    let object = match said {
        Patch::Absent => return Ok(stored),
        Patch::Null => return Ok(Vec::new()),
        Patch::Set(Object(object)) => object,
    };
    if object.len() > MOST {
        return Err(Error::invalid("headers", format!("Headers: there may be at most {MOST}")));
    }
    let mut headers = Headers::new();
    for (name, value) in object {
        let value = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        let present = stored.iter().find(|(other, _)| value == HIDDEN && other.eq_ignore_ascii_case(&name));
        let value = present.map_or(value, |(_, value)| value.clone());
        check(&name, &value)?;
        if headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(&name)) {
            return Err(Error::invalid("headers", format!("Headers: {name} stands there twice")));
        }
        headers.push((name, value));
    }
    Ok(headers)
}

fn check(name: &str, value: &str) -> Result<()> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let lower = name.to_ascii_lowercase();
    let reason = if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(token) {
        "is not the name of a header"
    } else if OURS.contains(&lower.as_str()) || OUR_FAMILIES.iter().any(|family| lower.starts_with(family)) {
        "is set by the server"
    } else if value.is_empty() || value == HIDDEN {
        "needs a value"
    } else if value.len() > LONGEST_VALUE || !value.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
        "has a value that cannot be sent"
    } else {
        return Ok(());
    };
    let name: String = name.chars().take(LONGEST_NAME).collect();
    Err(Error::invalid("headers", format!("Headers: {name} {reason}")))
}

/// The lines of a form, as in `X-Team: blue`.
pub fn from_lines(text: &str) -> Object {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let parts = lines.map(|line| line.split_once(':').unwrap_or((line, "")));
    Object(parts.map(|(name, value)| (name.trim().to_owned(), Value::String(value.trim().to_owned()))).collect())
}

/// The lines of a form, without the values.
pub fn to_lines(headers: &Headers) -> String {
    headers.iter().map(|(name, _)| format!("{name}: {HIDDEN}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn set(value: Value) -> Result<Headers> {
        let stored = vec![("X-Team".to_owned(), "blue".to_owned())];
        said(serde_json::from_value(value).unwrap(), stored)
    }

    #[test]
    fn values_stay_unless_they_are_said_anew() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(set(json!({"X-Team": HIDDEN, "Authorization": "Bearer x"})).unwrap(), [pair("X-Team", "blue"), pair("Authorization", "Bearer x")]);
        assert_eq!(set(json!({"x-team": "red"})).unwrap(), [pair("x-team", "red")]);
        assert_eq!(set(json!(null)).unwrap(), []);
        assert_eq!(said(Patch::Absent, vec![pair("a", "b")]).unwrap(), [pair("a", "b")]);
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        for wrong in [
            json!({"Host": "x"}),
            json!({"content-LENGTH": "1"}),
            json!({"webhook-signature": "v1,x"}),
            json!({"X-Chatwoot-Signature": "x"}),
            json!({"Proxy-Authorization": "x"}),
            json!({"X-A": ""}),
            json!({"X-A": HIDDEN}),
            json!({"X-A": ["x"]}),
            json!({"X-A": "a\r\nHost: b"}),
            json!({"X-A": "ü"}),
            json!({"X A": "x"}),
            json!({"X-A\r\nHost": "x"}),
            json!({"X-A": "x".repeat(5000)}),
            json!({"X-A": "1", "x-a": "2"}),
            Value::Object((0..21).map(|number| (format!("X-{number}"), json!("x"))).collect()),
        ] {
            assert!(matches!(set(wrong.clone()), Err(Error::Invalid { .. })), "{wrong}");
        }
    }

    #[test]
    fn forms_have_a_line_for_each() {
        let read = from_lines(" X-Team:  blue\r\n\r\nX-Empty\nX-Url: http://a");
        assert_eq!(Value::Object(read.0), json!({"X-Team": "blue", "X-Empty": "", "X-Url": "http://a"}));
        assert_eq!(to_lines(&vec![("X-Team".into(), "blue".into())]), "X-Team: ********\n");
    }
}
