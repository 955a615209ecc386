//! Contacts as tables (CSV): the columns that are written, and what the rows of one that somebody brings say.
use super::{input::ContactInput, model::Contact};
use crate::{
    error::{Error, Result},
    web::{
        fields::{Flag, Object, Patch, Text},
        json::Iso,
        spreadsheet::{MARK, harmless, lines},
    },
};
use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::{Map, Value, json};

/// The largest table that is read, in bytes.
pub(super) const LARGEST: u64 = 8 << 20;
/// How many rows are read.
const MOST_ROWS: usize = 5000;
/// How many columns a table may have.
const MOST_COLUMNS: usize = 500;
/// How many rows that were refused are told one by one.
const MOST_TOLD: usize = 100;

/// The columns that are written where nothing else is asked for.
const USUAL: [&str; 10] = ["id", "name", "email", "phone_number", "identifier", "company_name", "city", "country", "last_activity_at", "created_at"];
/// What can be asked for besides, and besides custom attributes.
const UNUSUAL: [&str; 3] = ["country_code", "blocked", "contact_type"];

/// A row of a table: its line, and what it says about a contact.
pub(super) type Row = (u64, Result<ContactInput>);

/// What became of a table.
#[derive(Debug, Default)]
pub(super) struct Imported {
    /// How many contacts are new.
    pub created: usize,
    /// How many were known.
    pub updated: usize,
    /// How many rows were refused.
    pub refused: usize,
    /// The lines of the first of them, and why.
    pub told: Vec<(u64, String)>,
}

impl Imported {
    /// Counts a row, which has made a contact or not.
    ///
    /// # Errors
    /// What is no fault of the row.
    pub fn note(&mut self, line: u64, outcome: Result<bool>) -> Result<()> {
        match outcome {
            Ok(true) => self.created += 1,
            Ok(false) => self.updated += 1,
            Err(Error::Invalid { message, .. } | Error::Refused(message)) => {
                self.refused += 1;
                if self.told.len() < MOST_TOLD {
                    self.told.push((line, message));
                }
            }
            Err(e) => return Err(e),
        }
        Ok(())
    }
}

fn refused(why: impl Into<String>) -> Error {
    Error::invalid("import_file", why)
}

/// Reads a table whose first row names the columns.
///
/// # Errors
/// [`Error::Invalid`] about `import_file` for what is no such table. What is wrong with one row stands in its place.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Row>> {
    // what PostgreSQL has no place for and nobody means to send
    let text = std::str::from_utf8(bytes).map_err(|_| refused("The file is no CSV in UTF-8"))?.trim_start_matches(MARK).replace('\0', "");
    let mut reader = ReaderBuilder::new().delimiter(delimiter(&text)).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|e| refused(format!("The first row cannot be read: {e}")))?.clone();
    if !head.iter().any(|name| ["name", "email", "phone_number", "identifier"].contains(&name)) {
        return Err(refused("The first row must name the columns, of which one is name, email, phone_number or identifier"));
    }
    if head.len() > MOST_COLUMNS {
        return Err(refused(format!("The first row names more than {MOST_COLUMNS} columns")));
    }
    if let Some(name) = head.iter().enumerate().find(|(nth, name)| !name.is_empty() && head.iter().take(*nth).any(|other| other == *name)) {
        return Err(refused(format!("The first row names the column {} twice", name.1)));
    }
    let (mut rows, mut lines) = (Vec::new(), Lines { of: text.as_bytes(), seen: 0, line: 1 });
    for record in reader.records() {
        let record = record.map_err(|e| refused(format!("The file cannot be read: {e}")))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if rows.len() == MOST_ROWS {
            return Err(refused(format!("The file has more than {MOST_ROWS} rows")));
        }
        rows.push((lines.after(record.position().map_or(0, csv::Position::byte)), said(&head, &record)));
    }
    Ok(rows)
}

/// Counts lines. The reader does so too, but to where the row before has ended: it leaves out empty lines, and the second half of
/// the line ends of Windows.
struct Lines<'a> {
    of: &'a [u8],
    seen: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first row that begins there or later.
    fn after(&mut self, byte: u64) -> u64 {
        let mut to = usize::try_from(byte).unwrap_or(usize::MAX).clamp(self.seen, self.of.len());
        to += self.of[to..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.line += self.of[self.seen..to].iter().filter(|byte| **byte == b'\n').count() as u64;
        self.seen = to;
        self.line
    }
}

/// Spreadsheets in many countries put semicolons between cells.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |sign: &u8| first.bytes().filter(|byte| byte == sign).count();
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// What a row says. An empty cell says nothing, so it takes nothing away.
fn said(head: &StringRecord, row: &StringRecord) -> Result<ContactInput> {
    if row.iter().skip(head.len()).any(|cell| !cell.is_empty()) {
        return Err(Error::Refused("There are more cells than columns".into()));
    }
    let (mut input, mut additional, mut custom) = (ContactInput::default(), Map::new(), Map::new());
    for (name, cell) in head.iter().zip(row).filter(|(name, cell)| !name.is_empty() && !cell.is_empty()) {
        let text = || Patch::Set(Text(cell.to_owned()));
        match name {
            "name" => input.name = text(),
            "email" => input.email = text(),
            "phone_number" => input.phone_number = text(),
            "identifier" => input.identifier = text(),
            "blocked" => {
                let flag: Flag = serde_json::from_value(json!(cell)).map_err(|e| Error::Refused(format!("blocked: {e}")))?;
                input.blocked = Patch::Set(flag);
            }
            "company_name" | "city" | "country" | "country_code" => drop(additional.insert(name.to_owned(), json!(cell))),
            // these follow from what happens
            "id" | "contact_type" | "created_at" | "last_activity_at" => {}
            key => drop(custom.insert(key.to_owned(), json!(cell))),
        }
    }
    (input.additional_attributes, input.custom_attributes) = (Patch::Set(Object(additional)), Patch::Set(Object(custom)));
    Ok(input)
}

/// The columns to write: those that somebody asks for, else the usual ones. `keys` are those of custom attributes.
///
/// # Errors
/// [`Error::Refused`] for one that there is not, or is asked for twice.
pub(super) fn columns(wanted: Vec<String>, keys: &[String]) -> Result<Vec<String>> {
    if wanted.is_empty() {
        return Ok(USUAL.map(str::to_owned).to_vec());
    }
    for (nth, column) in wanted.iter().enumerate() {
        if !USUAL.iter().chain(&UNUSUAL).any(|known| known == column) && !keys.contains(column) {
            return Err(Error::Refused(format!("column_names: contacts have no {column}")));
        }
        if wanted[..nth].contains(column) {
            return Err(Error::Refused(format!("column_names: {column} is there twice")));
        }
    }
    Ok(wanted)
}

/// The first row of a table that is written.
pub(super) fn head(columns: &[String]) -> Result<Vec<u8>> {
    let mut written = MARK.as_bytes().to_vec();
    written.extend(lines([columns.to_vec()])?);
    Ok(written)
}

/// A row for each contact.
pub(super) fn rows(columns: &[String], contacts: &[Contact]) -> Result<Vec<u8>> {
    lines(contacts.iter().map(|contact| columns.iter().map(|column| harmless(cell(contact, column))).collect()))
}

fn cell(contact: &Contact, column: &str) -> String {
    let time = |at| Iso(at).to_string();
    let attribute = |map: &Map<String, Value>| match map.get(column) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    match column {
        "id" => contact.id.0.to_string(),
        "name" => contact.name.clone(),
        "email" => contact.email.clone().unwrap_or_default(),
        "phone_number" => contact.phone_number.clone().unwrap_or_default(),
        "identifier" => contact.identifier.clone().unwrap_or_default(),
        "blocked" => contact.blocked.to_string(),
        "contact_type" => contact.contact_type.name().to_owned(),
        "created_at" => time(contact.created_at),
        "last_activity_at" => contact.last_activity_at.map(time).unwrap_or_default(),
        "company_name" | "city" | "country" | "country_code" => attribute(&contact.additional_attributes.0),
        _ => attribute(&contact.custom_attributes.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(row: &Row) -> Value {
        match &row.1 {
            Ok(ContactInput { custom_attributes: Patch::Set(Object(map)), .. }) => Value::Object(map.clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn tables_of_every_spreadsheet_are_read() {
        for (text, lines) in [
            ("name,plan\nLea,pro\n", vec![2]),
            ("\u{feff}name;plan\r\nLea;pro\r\n\r\n;\r\nMax;pro", vec![2, 5]),
            ("name\tplan\nLea\t pro \n", vec![2]),
            ("name,plan\r\n\r\n\r\nLea,pro\r\nMax,pro\r\n", vec![4, 5]),
            ("name,plan,\n\"Le\na\",pro,\nMax,pro", vec![2, 4]),
        ] {
            let rows = read(text.as_bytes()).unwrap();
            assert_eq!(rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), lines, "{text:?}");
            rows.iter().for_each(|row| assert_eq!(custom(row), json!({"plan": "pro"})));
        }
        for bad in ["", "plan\nx\n", "name,name\nx,y\n", "PK\u{3}\u{4}"] {
            assert!(read(bad.as_bytes()).is_err(), "{bad:?}");
        }
        assert!(read(b"name\n\xff\n").is_err());
        assert!(matches!(&read(b"name\nLea,pro\n").unwrap()[0], (2, Err(_))));
        let mut long = "name\n".to_owned() + &"x\n".repeat(MOST_ROWS);
        assert_eq!(read(long.as_bytes()).unwrap().len(), MOST_ROWS);
        long.push_str("x\n");
        assert!(read(long.as_bytes()).is_err());
    }
}
