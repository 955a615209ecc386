//! Rules that many things share: a text is there, and not too long.
use crate::error::{Error, Result};

/// The length of an ordinary line of text, in characters.
pub const LINE: usize = 255;

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

/// Refuses a text of more than `most` characters.
///
/// # Errors
/// [`Error::Invalid`].
pub fn within(attribute: &'static str, text: &str, most: usize) -> Result<()> {
    // a character has at least one byte, so short texts need no counting
    if text.len() > most && text.chars().count() > most { Err(Error::too_long(attribute, most)) } else { Ok(()) }
}
