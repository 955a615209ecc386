//! What is to be sent, and the rules of trying again.
use crate::{
    checks::beginning,
    db::{
        schema::mails,
        types::{AccountId, MailId},
    },
    text_enum,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

text_enum! {
    /// Where a mail stands.
    pub enum MailState {
        /// To be tried, now or later.
        Waiting = 0 "waiting",
        /// The server has taken it.
        Sent = 1 "sent",
        /// It was refused for good, or for too long.
        GivenUp = 2 "given_up",
    }
}

/// Who gets a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// What they are called; may be empty.
    pub name: String,
    /// Their address.
    pub address: String,
}

/// Something to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Whose matter it is; none is the server's own.
    pub account_id: Option<AccountId>,
    /// Who gets it.
    pub to: Recipient,
    /// What it is about, on one line.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// The same for programs that show HTML.
    pub html: Option<String>,
}

/// A row of `mails`, taken to be sent.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = mails)]
pub struct Taken {
    /// Its id.
    pub id: MailId,
    /// What its recipient is called.
    pub to_name: Option<String>,
    /// Their address.
    pub to_address: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// The same for programs that show HTML.
    pub html: Option<String>,
    /// The part of its Message-ID before the @, the same at every try.
    pub message_id: String,
    /// How often it was tried before.
    pub attempts: i32,
    /// When it was posted.
    pub created_at: NaiveDateTime,
}

/// What became of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server has taken it.
    Sent,
    /// It could not be sent now, for this reason.
    Later(String),
    /// It will never be, for this reason.
    Refused(String),
}

/// The waits after each failed try, in minutes: two days in all, since a server that is away on a Friday is back on a Sunday.
const WAITS: [i64; 10] = [1, 5, 15, 60, 120, 240, 480, 480, 720, 720];

/// How long to wait after so many failed tries; none when there are no more.
pub fn wait_after(failed: i32) -> Option<TimeDelta> {
    let waits = WAITS.get(usize::try_from(failed.max(1) - 1).ok()?)?;
    Some(TimeDelta::minutes(*waits))
}

/// How many characters of a line are kept, and how many of an error.
const LONGEST_LINE: usize = 200;
const LONGEST_ERROR: usize = 500;

/// Text for a header: one line, whatever it is made of, since a second line would be a header of its own.
pub fn one_line(text: &str) -> String {
    cut(text, LONGEST_LINE)
}

/// A reason as it is stored and shown.
pub fn reason(text: &str) -> String {
    cut(text, LONGEST_ERROR)
}

fn cut(text: &str, most: usize) -> String {
    let line = text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect::<String>();
    beginning(line.trim(), most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_for_two_days() {
        let all: TimeDelta = (1..=10).filter_map(wait_after).sum();
        assert!((TimeDelta::hours(46)..=TimeDelta::hours(50)).contains(&all), "{all}");
        assert_eq!((wait_after(1), wait_after(0)), (Some(TimeDelta::minutes(1)), Some(TimeDelta::minutes(1))));
        assert_eq!((wait_after(10), wait_after(11)), (Some(TimeDelta::hours(12)), None));
    }

    #[test]
    fn a_header_has_one_line() {
        assert_eq!(one_line("Hello\r\nBcc: all@example.org\u{0}\u{85}x"), "Hello  Bcc: all@example.org  x");
        assert_eq!(one_line(" ก\n"), "ก");
        assert_eq!(one_line(&"ก".repeat(300)).chars().count(), LONGEST_LINE + 1);
    }
}
