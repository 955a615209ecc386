//! Rules that many things share: a text is there, and not too long; a number is one of a telephone; a credential is the right one.
use crate::error::{Error, Result};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;
use url::Url;

/// The length of an ordinary line of text, in characters.
pub const LINE: usize = 255;

/// How many bytes of JSON the attributes of a contact or a conversation may have.
pub const LARGEST: usize = 64 * 1024;

/// The longest text that is searched for, in characters: databases limit the patterns that they compare with.
pub const LONGEST_SEARCH: usize = 1000;

/// The text without spaces around it.
///
/// # Errors
/// [`Error::Invalid`] when it is blank or longer than `most` characters.
pub fn required(attribute: &'static str, text: &str, most: usize) -> Result<String> {
    match text.trim() {
        "" => Err(Error::blank(attribute)),
        text => within(attribute, text, most).map(|()| text.to_owned()),
    }
}

/// The text as it is, or none.
///
/// # Errors
/// [`Error::Invalid`] when it is longer than `most` characters.
pub fn at_most(attribute: &'static str, text: Option<String>, most: usize) -> Result<Option<String>> {
    if let Some(text) = &text {
        within(attribute, text, most)?;
    }
    Ok(text)
}

/// The beginning of a text that has more than `most` characters, with an ellipsis; any other as it is.
pub fn beginning(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// Refuses a text of more than `most` characters.
///
/// # Errors
/// [`Error::Invalid`].
pub fn within(attribute: &'static str, text: &str, most: usize) -> Result<()> {
    // a character has at least one byte, so short texts need no counting
    if text.len() > most && text.chars().count() > most { Err(Error::too_long(attribute, most)) } else { Ok(()) }
}

/// A number as E.164 has it: `+`, then 2 to 15 digits of which the first is not 0.
///
/// # Errors
/// [`Error::Invalid`] about `phone_number`.
pub fn phone_number(text: &str) -> Result<String> {
    let digits = text.trim().strip_prefix('+').unwrap_or_default();
    let fits = (2..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    if fits { Ok(format!("+{digits}")) } else { Err(Error::invalid("phone_number", "Phone number should be in e164 format")) }
}

/// A colour as `#rrggbb`, also where it is written as `#rgb`.
///
/// # Errors
/// [`Error::Invalid`] about `color`.
pub fn checked_color(text: &str) -> Result<String> {
    let digits = text.trim().strip_prefix('#').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())).unwrap_or_default();
    match digits.len() {
        6 => Ok(format!("#{}", digits.to_ascii_lowercase())),
        3 => Ok(digits.to_ascii_lowercase().chars().fold(String::from("#"), |color, digit| format!("{color}{digit}{digit}"))),
        _ => Err(Error::invalid("color", "Color must be written as in #1f93ff")),
    }
}

/// Whether a text is an absolute URL of `http` or `https`.
pub fn is_web_url(text: &str) -> bool {
    // `Url` also takes `https:example.com`, which browsers read as a place on the page's own site
    let is_web = text.split_once("://").is_some_and(|(scheme, _)| ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web)));
    is_web && Url::parse(text).is_ok_and(|url| url.has_host())
}

/// Whether two credentials are the same. How long it takes tells nothing about either.
pub fn same_secret(given: &str, expected: &str) -> bool {
    let mac = |secret: &str| Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mac| mac.chain_update(b"the same"));
    match (mac(given), mac(expected)) {
        (Ok(given), Ok(expected)) => expected.verify(&given.finalize().into_bytes()).is_ok(),
        _ => false,
    }
}

/// Refuses attributes of more than [`LARGEST`] bytes of JSON.
///
/// # Errors
/// [`Error::Invalid`].
pub fn not_too_large(attribute: &'static str, attributes: &Map<String, Value>) -> Result<()> {
    let size = serde_json::to_vec(attributes).map_err(Error::internal)?.len();
    if size > LARGEST { Err(Error::invalid(attribute, format!("{attribute} are larger than {} KiB", LARGEST / 1024))) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_the_same_or_not() {
        assert!(same_secret("0123456789abcdef", "0123456789abcdef"));
        for given in ["", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeF"] {
            assert!(!same_secret(given, "0123456789abcdef"), "{given}");
        }
    }

    #[test]
    fn what_leads_somewhere_on_the_web() {
        for good in ["https://example.org", "HTTP://example.org/a.png?b=c", "https://[::1]:8443/ü"] {
            assert!(is_web_url(good), "{good}");
        }
        for bad in ["", "javascript:alert(1)", "javascript://example.org/%0aalert(1)", "data:image/png;base64,AA==", "//example.org/a.png"] {
            assert!(!is_web_url(bad), "{bad}");
        }
        for bad in ["/a.png", "example.org", "https:example.org", "https:a?b=://", "https://", "ftp://example.org", "java\nscript://example.org"] {
            assert!(!is_web_url(bad), "{bad}");
        }
    }

    #[test]
    fn phone_numbers() {
        for good in ["+33611223344", " +12 ", "+123456789012345"] {
            assert!(phone_number(good).is_ok(), "{good}");
        }
        for bad in ["", "33611223344", "+1", "+0123", "+1234567890123456", "+12a4", "x+123"] {
            assert!(phone_number(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn colours() {
        for (text, color) in [("#1F93FF", "#1f93ff"), ("#abc", "#aabbcc"), (" #000000 ", "#000000")] {
            assert_eq!(checked_color(text).unwrap(), color);
        }
        for bad in ["", "red", "1f93ff", "#1f93f", "#1f93ffff", "#gggggg", "#é1"] {
            assert!(checked_color(bad).is_err(), "{bad}");
        }
    }
}
