//! The proof of who a visitor is: the business's own server computes it with the key of the inbox, which nobody else knows.
use crate::error::{Error, Result};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What a visitor says of who they are to the business, and the proof of it.
#[derive(Debug, Clone, Default)]
pub struct Claim {
    /// What the business's own system calls them.
    pub identifier: Option<String>,
    /// The HMAC-SHA256 of that with the key of the inbox, in hexadecimal digits.
    pub hash: Option<String>,
}

impl Claim {
    /// Checks the proof, if one is given or demanded (`mandatory`). True when one was given and holds.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when the proof is wrong, or demanded and missing.
    pub fn check(&self, key: &str, mandatory: bool) -> Result<bool> {
        if self.hash.is_none() && !mandatory {
            return Ok(false);
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map_err(Error::internal)?;
        mac.update(self.identifier.as_deref().unwrap_or_default().as_bytes());
        let given = self.hash.as_deref().and_then(from_hex).ok_or_else(Claim::wrong)?;
        mac.verify_slice(&given).map_err(|_| Claim::wrong())?;
        Ok(true)
    }

    /// What is said of a proof that is none.
    pub fn wrong() -> Error {
        Error::Unauthorized("HMAC failed: Invalid User Identifier Hash Provided".into())
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim().as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if digits.len().is_multiple_of(2) { digits.chunks(2).map(byte).collect() } else { None }
}
