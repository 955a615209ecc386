//! Facts, packed: all of an account's within an hour are one value, some ten bytes each, so that a year of them is read in the time that
//! a database needs to find a thousand rows. Numbers are written seven bits at a time, the lowest first (LEB128).
use super::model::{Fact, Kind};

/// How long the facts of one value are together, in seconds.
pub const HOUR: i64 = 3600;

/// The hour in which something happened, since 1970.
pub fn hour_of(at: i64) -> i64 {
    at.div_euclid(HOUR)
}

/// Adds a fact to those of its hour.
pub fn push(facts: &mut Vec<u8>, fact: &Fact) {
    facts.push(fact.kind as u8);
    write(facts, fact.at.rem_euclid(HOUR).unsigned_abs());
    write(facts, fact.conversation.unsigned_abs());
    write(facts, fact.inbox.unsigned_abs());
    write(facts, fact.user.unsigned_abs());
    if took_time(fact.kind) {
        write(facts, fact.value.unsigned_abs());
        write(facts, fact.within_hours.map_or(0, |seconds| seconds.unsigned_abs() + 1));
    }
}

fn took_time(kind: Kind) -> bool {
    !matches!(kind, Kind::Began | Kind::Incoming | Kind::Outgoing)
}

fn write(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// The facts of an hour. What cannot be read ends them.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// In seconds since 1970.
    begins: i64,
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Facts<'a> {
    /// Of this hour since 1970.
    pub fn of(hour: i64, bytes: &'a [u8]) -> Facts<'a> {
        Facts { begins: hour * HOUR, bytes: bytes.iter() }
    }

    fn number(&mut self) -> Option<i64> {
        let (mut number, mut shift) = (0_u64, 0);
        loop {
            let byte = *self.bytes.next()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return i64::try_from(number).ok();
            }
            shift += 7;
        }
    }
}

impl Iterator for Facts<'_> {
    type Item = Fact;

    fn next(&mut self) -> Option<Fact> {
        let kind = Kind::ALL.get(usize::from(*self.bytes.next()?)).copied()?;
        let mut fact = Fact {
            at: self.begins + self.number()?,
            kind,
            conversation: self.number()?,
            inbox: self.number()?,
            user: self.number()?,
            value: 0,
            within_hours: None,
        };
        if took_time(kind) {
            fact.value = self.number()?;
            fact.within_hours = self.number()?.checked_sub(1).filter(|seconds| *seconds >= 0);
        }
        Some(fact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(kind: Kind, at: i64, number: i64) -> Fact {
        let (value, within_hours) = if took_time(kind) { (number, (number % 3 > 0).then_some(number / 2)) } else { (0, None) };
        Fact { at, kind, conversation: number, inbox: number % 1000, user: number % 77, value, within_hours }
    }

    #[test]
    fn what_is_packed_is_read_again() {
        let numbers = [0, 1, 127, 128, 16_383, 16_384, 1 << 31, 1 << 53, i64::MAX];
        let all: Vec<Fact> = Kind::ALL.iter().flat_map(|kind| numbers.map(|number| fact(*kind, 490_000 * HOUR + number % HOUR, number))).collect();
        let mut bytes = Vec::new();
        all.iter().for_each(|fact| push(&mut bytes, fact));
        assert_eq!(Facts::of(490_000, &bytes).collect::<Vec<_>>(), all);
        assert!(all.iter().all(|fact| hour_of(fact.at) == 490_000));
    }

    #[test]
    fn what_cannot_be_read_ends_the_facts() {
        let mut bytes = Vec::new();
        push(&mut bytes, &fact(Kind::ReplyTime, 5, 300));
        for length in 0..bytes.len() {
            assert_eq!(Facts::of(0, &bytes[..length]).count(), 0);
        }
        assert_eq!(Facts::of(0, &[200, 1, 1, 1, 1]).count(), 0);
        assert_eq!(Facts::of(0, &[7; 1].iter().chain(&[0xff; 30]).copied().collect::<Vec<_>>()).count(), 0);
    }
}
