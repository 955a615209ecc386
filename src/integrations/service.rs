//! A service that translates, spoken to as LibreTranslate is, which anybody can run for themselves.
use super::model::{API_KEY, ENDPOINT_URL, Hook};
use crate::{
    checks::beginning,
    error::{Error, Result},
    outbound::{Answer, Guard, Target},
};
use actix_web::web::Bytes;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// How many characters are translated at once.
pub const LONGEST: usize = 20_000;

/// How long that may take, as somebody waits for it.
const PATIENCE: Duration = Duration::from_secs(15);

/// How many bytes of an answer are read.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// How many characters of a translation are taken.
const LONGEST_TRANSLATION: usize = 150_000;

/// How many characters of what a service complains of are passed on.
const LONGEST_COMPLAINT: usize = 200;

#[derive(Deserialize)]
struct Translated {
    #[serde(rename = "translatedText")]
    text: String,
}

#[derive(Deserialize)]
struct Complaint {
    error: String,
}

/// A text in another language; in which it is, the service finds out.
///
/// # Errors
/// [`Error::Refused`] with what has gone wrong there.
pub async fn translate(guard: &Guard, hook: &Hook, text: &str, language: &str) -> Result<String> {
    let target = Target::parse(hook.setting(ENDPOINT_URL).unwrap_or_default()).map_err(|e| Error::Refused(format!("The translation service {e}")))?;
    let mut asked = json!({"q": text, "source": "auto", "target": language.replace('_', "-"), "format": "text"});
    if let Some(key) = hook.setting(API_KEY) {
        asked["api_key"] = key.into();
    }
    let headers =
        [("accept", "application/json"), ("content-type", "application/json"), ("user-agent", concat!("Hookdesk/", env!("CARGO_PKG_VERSION")))];
    let client = guard.client(PATIENCE).keeping(LARGEST_ANSWER);
    let exchange = client.post(&target, &headers, Bytes::from(asked.to_string())).await;
    match exchange.result {
        Ok(answer) => read(&answer),
        // what it says names addresses of the operator's network
        Err(failure) => Err(Error::Refused(format!("The translation service is not reached: {}", failure.class.name()))),
    }
}

fn read(answer: &Answer) -> Result<String> {
    if !(200..300).contains(&answer.status) {
        let complaint = serde_json::from_slice(&answer.body).map(|complaint: Complaint| beginning(&complaint.error, LONGEST_COMPLAINT));
        let why = complaint.map(|text| format!(": {text}")).unwrap_or_default();
        return Err(Error::Refused(format!("The translation service answers {}{why}", answer.status)));
    }
    let translated = serde_json::from_slice(&answer.body).ok().map(|Translated { text }| text.replace('\0', ""));
    let fits = translated.filter(|text| !text.is_empty() && text.chars().count() <= LONGEST_TRANSLATION);
    fits.ok_or_else(|| Error::Refused("The translation service answers with no translation".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<String> {
        read(&Answer { status, headers: Vec::new(), body: body.as_bytes().to_vec(), truncated: false })
    }

    #[test]
    fn answers_of_a_service() {
        let whole = r#"{"detectedLanguage": {"confidence": 90, "language": "en"}, "translatedText": "Hallo"}"#;
        assert_eq!(answer(200, whole).unwrap(), "Hallo");
        for (status, body, why) in [
            (403, r#"{"error": "Invalid API key"}"#, "403: Invalid API key"),
            (500, "<html>", "answers 500"),
            (200, "ok", "no translation"),
            (200, r#"{"translatedText": ""}"#, "no translation"),
            (200, r#"{"translatedText": ["a"]}"#, "no translation"),
        ] {
            assert!(matches!(answer(status, body), Err(Error::Refused(text)) if text.contains(why)), "{status} {body}");
        }
    }
}
