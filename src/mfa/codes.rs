//! Codes: those of the app, and those on paper. RFC 4226 and 6238 as every app has them: SHA-1, six digits, thirty seconds.
use crate::{
    error::{Error, Result},
    random,
};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// For how many seconds the app shows a code.
const STEP: i64 = 30;

/// By how many steps the clocks of server and app may differ.
const WINDOW: i64 = 1;

/// How many characters a backup code has, of 5 bits each: too many to try, so that a plain hash will do.
const BACKUP: usize = 16;

/// RFC 4648, in lower case.
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// What somebody has typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// Six digits of the app.
    App(u32),
    /// One of the codes on paper.
    Backup(String),
}

impl Code {
    /// Reads what was typed, whatever spaces and dashes it has.
    pub fn read(text: &str) -> Code {
        let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').take(64).collect();
        match text.parse() {
            Ok(number) if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) => Code::App(number),
            _ => Code::Backup(text.to_lowercase()),
        }
    }
}

/// The step of a time.
pub(super) fn step_at(unix: i64) -> i64 {
    unix.div_euclid(STEP)
}

/// The code of a step.
pub(super) fn at_step(secret: &[u8], step: i64) -> Result<u32> {
    let mac = Hmac::<Sha1>::new_from_slice(secret).map_err(Error::internal)?;
    let digest: [u8; 20] = mac.chain_update(step.to_be_bytes()).finalize().into_bytes().into();
    let at = usize::from(digest[19] & 15);
    let word = digest[at..at + 4].iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
    Ok((word & 0x7fff_ffff) % 1_000_000)
}

/// The step whose code this is: about now, and after the last one that was used.
pub(super) fn matching(secret: &[u8], code: u32, now: i64, last: i64) -> Result<Option<i64>> {
    let present = step_at(now);
    for step in present - WINDOW..=present + WINDOW {
        if step > last && at_step(secret, step)? == code {
            return Ok(Some(step));
        }
    }
    Ok(None)
}

/// Bytes as apps take them when they are typed.
pub(super) fn base32(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1);
    let letter = |at: usize| (0..5).fold(0, |letter, place| letter << 1 | usize::from(bit(at * 5 + place)));
    (0..(bytes.len() * 8).div_ceil(5)).map(|at| char::from(BASE32[letter(at)]).to_ascii_uppercase()).collect()
}

/// A new backup code, as it is written down.
pub(super) fn backup_code() -> Result<String> {
    let letters: Vec<char> = random::bytes::<BACKUP>()?.iter().map(|byte| char::from(BASE32[usize::from(byte % 32)])).collect();
    Ok(letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// What is kept of a backup code as it was read.
pub(super) fn hashed(code: &str) -> String {
    Sha256::digest(code.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, the last six digits
        for (time, code) in [(59, 287_082), (1_111_111_109, 81_804), (1_111_111_111, 50_471), (1_234_567_890, 5_924), (20_000_000_000, 353_130)] {
            assert_eq!(at_step(SECRET, step_at(time)).unwrap(), code, "{time}");
        }
        assert_eq!(base32(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(base32(b"fo"), "MZXQ");
    }

    #[test]
    fn one_step_early_or_late_and_never_again() {
        let now = 1_234_567_890;
        let code = at_step(SECRET, step_at(now)).unwrap();
        let at = |now: i64, last: i64| matching(SECRET, code, now, last).unwrap();
        let step = step_at(now);
        assert_eq!([at(now - 30, 0), at(now, 0), at(now + 30, 0)], [Some(step); 3]);
        assert_eq!([at(now - 61, 0), at(now + 60, 0)], [None; 2]);
        assert_eq!([at(now, step - 1), at(now, step), at(now, step + 1)], [Some(step), None, None]);
    }

    #[test]
    fn what_is_typed_is_read_whatever_its_spaces() {
        assert_eq!([Code::read("012 345"), Code::read(" 012345\n")], [Code::App(12_345), Code::App(12_345)]);
        assert_eq!(Code::read("ABCD-efgh 2345-abcd"), Code::Backup("abcdefgh2345abcd".into()));
        assert_eq!([Code::read("12345"), Code::read("+12345")], [Code::Backup("12345".into()), Code::Backup("+12345".into())]);
        let code = backup_code().unwrap();
        assert_eq!((code.len(), Code::read(&code)), (19, Code::Backup(code.replace('-', ""))));
    }
}
