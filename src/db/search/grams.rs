//! Groups of three characters, as each database has them.
use super::{Kind, Scope};
use std::collections::BTreeSet;

/// How many groups of a text are looked up: the text itself is compared anyway.
const SOUGHT: usize = 24;

/// How many rows are put into the index of PostgreSQL as a stretch of their own, so that the newest can be asked for: of a text that stands in every
/// fortieth message enough are found in the shorter ones, of one that stands in every thousandth in the longer ones.
const STRETCHES: [i64; 2] = [4_096, 131_072];

/// The first of the characters that stand for accounts and inboxes: they are for private use, so no text has them.
const FIRST: u32 = 0xE000;
/// How many of them there are for each of the two.
const DIGITS: i64 = 3000;

/// The groups of a text that is looked for, each once; none if it is too short. Of a long text those at its beginning.
pub fn of_query(text: &str) -> Vec<[char; 3]> {
    let mut groups: Vec<[char; 3]> = Vec::new();
    for group in groups_of(&text.to_lowercase()) {
        // SQLite's query would end at a NUL
        if !group.contains(&'\0') && !groups.contains(&group) {
            groups.push(group);
        }
        if groups.len() == SOUGHT {
            break;
        }
    }
    groups
}

fn groups_of(text: &str) -> impl Iterator<Item = [char; 3]> {
    text.chars().zip(text.chars().skip(1)).zip(text.chars().skip(2)).map(|((a, b), c)| [a, b, c])
}

/// What SQLite is to match: all of the groups, in the account or in one of the inboxes.
pub fn expression(scope: &Scope, sought: &[[char; 3]]) -> String {
    let quoted = |group: &[char; 3]| format!("\"{}\"", group.iter().collect::<String>().replace('"', "\"\""));
    let place = match scope {
        Scope::Account(account) => quoted(&digits(account.0, 0)),
        // an agent without inboxes finds nothing
        Scope::Inboxes(inboxes) if inboxes.is_empty() => quoted(&digits(0, DIGITS)),
        Scope::Inboxes(inboxes) => inboxes.iter().map(|inbox| quoted(&digits(inbox.0, DIGITS))).collect::<Vec<_>>().join(" OR "),
    };
    std::iter::once(format!("({place})")).chain(sought.iter().map(quoted)).collect::<Vec<_>>().join(" AND ")
}

/// The group that stands for an id.
fn digits(id: i64, base: i64) -> [char; 3] {
    let digit = |value: i64| u32::try_from(base + value.rem_euclid(DIGITS)).ok().and_then(|n| char::from_u32(FIRST + n)).unwrap_or_default();
    [digit(id / (DIGITS * DIGITS)), digit(id / DIGITS), digit(id)]
}

/// The expression of what SQLite puts into the index for a row. The same digits as [`digits`].
pub fn sqlite_text(kind: Kind) -> String {
    let digits = |column: &str, base: i64| {
        let first = i64::from(FIRST) + base;
        let places = [DIGITS * DIGITS, DIGITS, 1].map(|place| format!("{first} + {column} / {place} % {DIGITS}"));
        format!("char({})", places.join(", "))
    };
    match kind {
        Kind::Messages => format!("{} || {} || lower(coalesce(content, ''))", digits("account_id", 0), digits("inbox_id", DIGITS)),
        Kind::Contacts => format!("{} || lower(concat_ws(char(10), name, email, phone_number, identifier))", digits("account_id", 0)),
        Kind::Articles => format!("{} || lower(concat_ws(char(10), title, description, content))", digits("account_id", 0)),
    }
}

/// What PostgreSQL is to find: rows with all of the first numbers, and, if there are any, with one of the others.
pub fn numbers(scope: &Scope, sought: &[[char; 3]]) -> (Vec<i32>, Vec<i32>) {
    let mut all: Vec<i32> = sought.iter().map(number).collect();
    let some = match scope {
        Scope::Account(account) => {
            all.push(place(account.0, 0));
            Vec::new()
        }
        // an agent without inboxes finds nothing
        Scope::Inboxes(inboxes) if inboxes.is_empty() => vec![0],
        Scope::Inboxes(inboxes) => inboxes.iter().map(|inbox| place(inbox.0, 1)).collect(),
    };
    (all, some)
}

/// A group as a number above 0. Two groups may share one.
fn number(group: &[char; 3]) -> i32 {
    let sum = group.iter().fold(0_u64, |sum, c| sum * 31 + u64::from(u32::from(*c)));
    i32::try_from(sum % 0x7fff_fffe).unwrap_or_default() + 1
}

/// An account (0) or an inbox (1) as a number below 0.
fn place(id: i64, kind: i64) -> i32 {
    -1 - i32::try_from((2 * id + kind).rem_euclid(0x7fff_fff0)).unwrap_or_default()
}

/// The number of the stretch of so many ids in which a row is. Below those of accounts and inboxes, as long as there are not half a billion of them.
fn stretch(id: i64, of: i64) -> i32 {
    let kind = i64::from(of == STRETCHES[0]);
    place(0x2000_0000 + id.div_euclid(of).rem_euclid(0x1ff0_0000), kind)
}

/// The newest rows, ever more of them: for each length of stretches the last two, of which the last may just have begun.
pub fn newest_stretches(newest: i64) -> [Vec<i32>; 2] {
    STRETCHES.map(|of| vec![stretch(newest, of), stretch(newest - of, of)])
}

/// What PostgreSQL puts into the index for a row, as the text of an array.
pub fn array(id: i64, account: i64, inbox: i64, text: &str) -> String {
    let mut numbers: BTreeSet<i32> = groups_of(&text.to_lowercase()).map(|group| number(&group)).collect();
    numbers.extend([place(account, 0), place(inbox, 1)]);
    numbers.extend(STRETCHES.map(|of| stretch(id, of)));
    let numbers: Vec<String> = numbers.iter().map(i32::to_string).collect();
    format!("{{{}}}", numbers.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::{AccountId, InboxId};

    #[test]
    fn a_text_is_taken_apart_in_small_letters_and_each_group_once() {
        assert_eq!(of_query("ÄPFEL"), [['ä', 'p', 'f'], ['p', 'f', 'e'], ['f', 'e', 'l']]);
        assert_eq!(of_query("aaaa"), [['a', 'a', 'a']]);
        assert!(of_query("ab").is_empty() && of_query("").is_empty() && of_query("a\0b").is_empty());
        let long: String = ('a'..='z').chain('0'..='9').collect();
        assert_eq!(of_query(&long).len(), SOUGHT);
    }

    #[test]
    fn quotes_and_operators_are_nothing_but_text() {
        let within = Scope::Inboxes(vec![InboxId(1), InboxId(2)]);
        let expression = expression(&within, &of_query("\" OR"));
        assert!(expression.ends_with(") AND \"\"\" o\" AND \" or\""), "{expression}");
        assert_eq!(expression.matches(" OR ").count(), 1);
    }

    #[test]
    fn accounts_inboxes_and_texts_have_numbers_of_their_own() {
        let (all, none) = numbers(&Scope::Account(AccountId(7)), &of_query("abc"));
        let (text, some) = numbers(&Scope::Inboxes(vec![InboxId(7)]), &of_query("abc"));
        assert!(none.is_empty() && all.len() == 2 && text.len() == 1 && some.len() == 1);
        assert!(all.contains(&text[0]) && !all.contains(&some[0]) && text[0] > 0 && some[0] < 0);
        let stored = array(9, 7, 7, "xABCx");
        assert!(all.iter().chain(&some).all(|n| stored.trim_matches(['{', '}']).split(',').any(|stored| stored == n.to_string())), "{stored}");
        assert_ne!(digits(2999, 0), digits(3000, 0));
    }

    #[test]
    fn the_newest_rows_are_in_the_newest_stretches() {
        let of = |id: i64| {
            let stored = array(id, 1, 1, "");
            stored.trim_matches(['{', '}']).split(',').map(|number| number.parse::<i32>().unwrap()).collect::<Vec<_>>()
        };
        let is_in = |id: i64, some: &[i32]| of(id).iter().any(|number| some.contains(number));
        for newest in [1, 5_000, 200_000, 10_000_000] {
            let [short, long] = newest_stretches(newest);
            assert!(is_in(newest, &short) && is_in(newest - 4_000, &short) && is_in(newest - 131_000, &long), "{newest}");
            assert!(!is_in(newest - 8_192, &short) && !is_in(newest - 262_144, &long), "{newest}");
        }
        assert!(of(8).iter().all(|number| *number < 0) && of(8).len() == 4);
    }
}
