//! What can be wrong with a table that people bring so that nothing of it is taken.
use crate::{error::Error, web::Language};
use std::io;

/// How many rows a table may have.
pub const MOST_ROWS: i64 = 200_000;
/// How many columns it may have.
pub const MOST_COLUMNS: usize = 500;

/// What is wrong with a table as a whole.
#[derive(Debug, Clone, PartialEq)]
pub enum Flaw {
    /// This line is not UTF-8.
    Encoding(u64),
    /// A quotation mark in the row of this line is never closed.
    Quote(u64),
    /// The row of this line is too long.
    LongRow(u64),
    /// The first row does not name what a contact is known by.
    Columns,
    /// There are too many columns.
    ManyColumns,
    /// A column is named twice.
    Twice(String),
    /// There are too many rows.
    ManyRows,
    /// It cannot be read at all.
    Unreadable(String),
}

impl Flaw {
    /// In a sentence for people.
    pub fn in_words(&self, language: Language) -> String {
        let line = |key: &str, line: &u64| language.ta(key, &[("line", i64::try_from(*line).unwrap_or(i64::MAX).into())]);
        match self {
            Flaw::Encoding(at) => line("error-table-encoding", at),
            Flaw::Quote(at) => line("error-table-quote", at),
            Flaw::LongRow(at) => line("error-table-long-row", at),
            Flaw::Columns => language.t("error-table-columns"),
            Flaw::ManyColumns => language.ta("error-table-many-columns", &[("count", (MOST_COLUMNS as i64).into())]),
            Flaw::Twice(name) => language.ta("error-table-twice", &[("name", name.as_str().into())]),
            Flaw::ManyRows => language.ta("error-table-many-rows", &[("count", MOST_ROWS.into())]),
            Flaw::Unreadable(_) => language.t("error-table-unreadable"),
        }
    }
}

impl From<io::Error> for Flaw {
    fn from(e: io::Error) -> Self {
        Flaw::Unreadable(e.to_string())
    }
}

impl From<Flaw> for Error {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            // that is no fault of whoever brings it
            Flaw::Unreadable(why) => Error::Internal(format!("a table cannot be read: {why}")),
            flaw => Error::invalid("import_file", flaw.in_words(Language::English)),
        }
    }
}
