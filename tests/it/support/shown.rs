//! JSON made fit for a snapshot: what differs from run to run is replaced by what kind of thing it is. A time in the wrong
//! spelling, or a token that is too short, is not replaced and shows.
use serde_json::Value;

/// The same value with times, tokens and uuids replaced.
pub fn shown(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(shown).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), shown(value))).collect(),
        Value::String(text) => kind(text).map_or_else(|| value.clone(), Value::from),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(seconds), _) if is_recent(seconds as f64) => "[seconds]".into(),
            (None, Some(seconds)) if is_recent(seconds) => "[fraction]".into(),
            _ => value.clone(),
        },
        other => other.clone(),
    }
}

fn is_recent(seconds: f64) -> bool {
    let now = chrono::Utc::now().timestamp() as f64;
    (now - 3600.0..now + 3600.0).contains(&seconds)
}

fn kind(text: &str) -> Option<String> {
    if is_like(text, "####-##-##T##:##:##.###Z") {
        return Some("[iso]".into());
    }
    if is_like(text, "####-##-## ##:##:## UTC") {
        return Some("[time]".into());
    }
    if is_like(text, "xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx") {
        return Some("[uuid]".into());
    }
    if text.parse().is_ok_and(|seconds: i64| is_recent(seconds as f64)) {
        return Some("[seconds as text]".into());
    }
    // base58, and never a word
    let base58 = |c: char| c.is_ascii_alphanumeric() && !matches!(c, '0' | 'O' | 'I' | 'l');
    if text.len() == 24 && text.chars().all(base58) {
        return Some("[token]".into());
    }
    hide_tokens(text)
}

/// Tokens and ports inside a longer text, such as the widget's script.
fn hide_tokens(text: &str) -> Option<String> {
    let mut hidden = text.to_owned();
    while let Some(at) = hidden.find("http://127.0.0.1:") {
        let end = hidden[at + 17..].find(|c: char| !c.is_ascii_digit()).map_or(hidden.len(), |end| at + 17 + end);
        hidden.replace_range(at..end, "[server]");
    }
    if let Some(at) = hidden.find("websiteToken: \"") {
        let start = at + "websiteToken: \"".len();
        hidden.replace_range(start..start + 24, "[token]");
    }
    (hidden != text).then_some(hidden)
}

fn is_like(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.chars().zip(pattern.chars()).all(|(c, like)| match like {
            '#' => c.is_ascii_digit(),
            'x' => c.is_ascii_hexdigit(),
            like => c == like,
        })
}

/// A snapshot of a JSON value, times and tokens replaced.
#[macro_export]
macro_rules! snapshot {
    ($name:literal, $value:expr) => {{
        let value = $crate::support::shown(&$value);
        insta::with_settings!({omit_expression => true}, { insta::assert_json_snapshot!($name, value) });
    }};
}
