//! Tokens and secrets that nobody can guess.
use crate::error::{Error, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// Digits and letters that cannot be mistaken for each other.
const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// How long a token is, in characters.
pub const TOKEN: usize = 24;

/// 24 characters of base58 (140 bits): access tokens, website tokens, inbox identifiers, HMAC keys.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn token() -> Result<String> {
    let mut token = String::with_capacity(TOKEN);
    while token.len() < TOKEN {
        // bytes past the last whole multiple of 58 are thrown away, so that each character is equally likely
        let fit = bytes::<32>()?.into_iter().filter(|byte| *byte < 232).map(|byte| char::from(BASE58[usize::from(byte % 58)]));
        token.extend(fit.take(TOKEN - token.len()));
    }
    Ok(token)
}

/// `whsec_` and 32 random bytes in base64: the form in which Standard Webhooks hands out a secret.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn webhook_secret() -> Result<String> {
    Ok(format!("whsec_{}", STANDARD.encode(bytes::<32>()?)))
}

/// 64 hexadecimal digits of 32 random bytes: keys that never leave the server.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn secret() -> Result<String> {
    Ok(bytes::<32>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Random bytes.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes)
}

/// What is kept of a secret that was shown once. A plain hash will do: it is random, so there is nothing to guess from a list.
pub fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A random UUID, as text.
pub fn uuid() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// A UUID that begins with the time, as text: for what is looked up by it and made in great numbers. Those of one process are in
/// the order in which they were made, so that an index of them grows at its end; a random one would touch another page of it
/// each time.
pub fn ordered_uuid() -> String {
    uuid::Uuid::now_v7().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordered_uuids_are_in_the_order_in_which_they_were_made_and_end_at_random() {
        let made: Vec<String> = (0..2000).map(|_| ordered_uuid()).collect();
        assert!(made.is_sorted_by(|one, next| one < next));
        let ends: std::collections::HashSet<&str> = made.iter().filter_map(|uuid| uuid.rsplit('-').next()).collect();
        assert_eq!(ends.len(), made.len());
    }
}
