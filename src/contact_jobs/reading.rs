//! Reading tables that people bring: row by row, however large they are, and from any row on.
use super::flaw::{Flaw, MOST_COLUMNS, MOST_ROWS};
use crate::{
    contacts::ContactInput,
    error::{Error, Result},
    web::{
        fields::{Flag, Object, Patch, Text},
        spreadsheet::MARK,
    },
};
use csv::{ReaderBuilder, Trim};
use serde_json::{Map, json};
use std::{
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    str,
};

/// The last columns of a table of refused rows: what was wrong in which line. They say nothing when it is mended and brought again.
pub const REPORTED: [&str; 2] = ["line", "errors"];
/// How long a row may be, in bytes. One whose quotation mark is not closed would be the rest of the table.
const LONGEST_ROW: usize = 256 * 1024;

/// A place in a table: a row begins there, or the end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// How many bytes come before it.
    pub byte: u64,
    /// In which line it is, from 1 on.
    pub line: u64,
}

/// A row as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Where it begins.
    pub at: Place,
    bytes: Vec<u8>,
}

/// Where in a row a byte stands.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    Beginning,
    Plain,
    Quoted,
    /// Behind a quotation mark that ends what is quoted, or is the first of two.
    Ending,
}

impl Within {
    fn after(self, byte: u8, delimiter: u8) -> Within {
        match (self, byte) {
            (Within::Beginning | Within::Ending, b'"') => Within::Quoted,
            (Within::Quoted, b'"') => Within::Ending,
            (Within::Quoted, _) => Within::Quoted,
            (_, byte) if byte == delimiter => Within::Beginning,
            _ => Within::Plain,
        }
    }
}

/// A table whose first row names the columns.
pub struct Table<R: Read + Seek> {
    from: BufReader<R>,
    at: Place,
    delimiter: u8,
    names: Vec<String>,
    /// Whether it is a table of refused rows.
    is_report: bool,
}

impl<R: Read + Seek> Table<R> {
    /// Begins to read; the first row is next.
    ///
    /// # Errors
    /// What is wrong with the names of its columns.
    pub fn open(from: R) -> Result<Table<R>, Flaw> {
        let at = Place { byte: 0, line: 1 };
        let mut table = Table { from: BufReader::new(from), at, delimiter: b',', names: Vec::new(), is_report: false };
        let beginning = table.from.fill_buf()?;
        let mark = beginning.starts_with(MARK.as_bytes());
        table.delimiter = delimiter(beginning);
        if mark {
            table.from.consume(MARK.len());
            table.at.byte = MARK.len() as u64;
        }
        let head = table.next_row()?.ok_or(Flaw::Columns)?;
        table.names = table.cells(&head)?;
        if table.names.ends_with(&REPORTED.map(str::to_owned)) {
            table.names.truncate(table.names.len() - REPORTED.len());
            table.is_report = true;
        }
        table.check_names()?;
        Ok(table)
    }

    fn check_names(&self) -> Result<(), Flaw> {
        if !self.names.iter().any(|name| ["name", "email", "phone_number", "identifier"].contains(&name.as_str())) {
            return Err(Flaw::Columns);
        }
        if self.names.len() > MOST_COLUMNS {
            return Err(Flaw::ManyColumns);
        }
        let means = |name: &str| if name == "company" { "company_name".to_owned() } else { name.to_owned() };
        let twice = |nth: usize, name: &String| !name.is_empty() && self.names[..nth].iter().any(|other| means(other) == means(name));
        match self.names.iter().enumerate().find(|(nth, name)| twice(*nth, name)) {
            Some((_, name)) => Err(Flaw::Twice(name.clone())),
            None => Ok(()),
        }
    }

    /// The names of the columns, but for those that a table of refused rows has besides.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Where the next row is looked for.
    pub fn place(&self) -> Place {
        self.at
    }

    /// Goes to a place that it has been at before.
    ///
    /// # Errors
    /// The disk's.
    pub fn go_to(&mut self, place: Place) -> Result<(), Flaw> {
        self.from.seek(SeekFrom::Start(place.byte))?;
        self.at = place;
        Ok(())
    }

    /// How many rows follow.
    ///
    /// # Errors
    /// What is wrong with one of them so that none can be trusted, or with their number.
    pub fn count(&mut self) -> Result<i64, Flaw> {
        let mut number = 0;
        while let Some(row) = self.next_row()? {
            str::from_utf8(&row.bytes).map_err(|_| Flaw::Encoding(row.at.line))?;
            number += 1;
            if number > MOST_ROWS {
                return Err(Flaw::ManyRows);
            }
        }
        Ok(number)
    }

    /// The next row that is not empty. It is cut off as the reader of its cells would do it, who knows neither the line nor where to go on.
    ///
    /// # Errors
    /// Where it does not end.
    pub fn next_row(&mut self) -> Result<Option<Row>, Flaw> {
        loop {
            let (at, mut bytes, mut within) = (self.at, Vec::new(), Within::Beginning);
            let is_last = loop {
                let Some(byte) = self.byte()? else { break true };
                if within != Within::Quoted && matches!(byte, b'\r' | b'\n') {
                    if byte == b'\r' && self.from.fill_buf()?.first() == Some(&b'\n') {
                        self.byte()?;
                    }
                    self.at.line += 1;
                    break false;
                }
                self.at.line += u64::from(byte == b'\n');
                if bytes.len() == LONGEST_ROW {
                    return Err(if within == Within::Quoted { Flaw::Quote(at.line) } else { Flaw::LongRow(at.line) });
                }
                bytes.push(byte);
                within = within.after(byte, self.delimiter);
            };
            if is_last && within == Within::Quoted {
                return Err(Flaw::Quote(at.line));
            }
            let delimiter = self.delimiter;
            if bytes.iter().any(|byte| *byte != delimiter && !matches!(byte, b' ' | b'\t' | b'"' | b'\0')) {
                return Ok(Some(Row { at, bytes }));
            }
            if is_last {
                return Ok(None);
            }
        }
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.from.fill_buf()?.first().copied();
        if byte.is_some() {
            self.from.consume(1);
            self.at.byte += 1;
        }
        Ok(byte)
    }

    /// The cells of a row, in the columns that have names here and beyond.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn cells(&self, row: &Row) -> Result<Vec<String>, Flaw> {
        let text = str::from_utf8(&row.bytes).map_err(|_| Flaw::Encoding(row.at.line))?;
        let mut reader =
            ReaderBuilder::new().delimiter(self.delimiter).has_headers(false).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
        let cells = reader.records().next().transpose().map_err(|e| Flaw::Unreadable(e.to_string()))?.unwrap_or_default();
        // what PostgreSQL has no place for and nobody means to send
        let mut cells: Vec<String> = cells.iter().map(|cell| cell.replace('\0', "")).collect();
        if self.is_report {
            let end = cells.len().min(self.names.len() + REPORTED.len());
            cells.drain(self.names.len().min(end)..end);
        }
        Ok(cells)
    }

    /// What a row says. An empty cell says nothing, so it takes nothing away.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn said(&self, row: &Row) -> Result<ContactInput> {
        let cells = self.cells(row)?;
        if cells.iter().skip(self.names.len()).any(|cell| !cell.is_empty()) {
            return Err(Error::Refused("There are more cells than columns".into()));
        }
        let (mut input, mut additional, mut custom) = (ContactInput::default(), Map::new(), Map::new());
        for (name, cell) in self.names.iter().zip(cells).filter(|(name, cell)| !name.is_empty() && !cell.is_empty()) {
            let text = |cell: String| Patch::Set(Text(cell));
            match name.as_str() {
                "name" => input.name = text(cell),
                "email" => input.email = text(cell),
                "phone_number" => input.phone_number = text(international(cell)),
                "identifier" => input.identifier = text(cell),
                "blocked" => {
                    let flag: Flag = serde_json::from_value(json!(cell)).map_err(|e| Error::Refused(format!("blocked: {e}")))?;
                    input.blocked = Patch::Set(flag);
                }
                "company" | "company_name" => drop(additional.insert("company_name".to_owned(), json!(cell))),
                "city" | "country" | "country_code" => drop(additional.insert(name.clone(), json!(cell))),
                // these follow from what happens
                "id" | "contact_type" | "created_at" | "last_activity_at" => {}
                key => drop(custom.insert(key.to_owned(), json!(cell))),
            }
        }
        (input.additional_attributes, input.custom_attributes) = (Patch::Set(Object(additional)), Patch::Set(Object(custom)));
        Ok(input)
    }
}

/// Spreadsheets take the plus away from what they think is a number.
fn international(number: String) -> String {
    if number.starts_with(|c: char| c.is_ascii_digit()) { format!("+{number}") } else { number }
}

/// Spreadsheets in many countries put semicolons between cells.
fn delimiter(beginning: &[u8]) -> u8 {
    let first = beginning.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let count = |sign: &u8| first.iter().filter(|byte| *byte == sign).count();
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::io::Cursor;

    fn open(text: &[u8]) -> Result<Table<Cursor<&[u8]>>, Flaw> {
        Table::open(Cursor::new(text))
    }

    fn rows(text: &str) -> Vec<(u64, Value)> {
        let mut table = open(text.as_bytes()).unwrap();
        let mut found = Vec::new();
        while let Some(row) = table.next_row().unwrap() {
            let Ok(ContactInput { custom_attributes: Patch::Set(Object(map)), .. }) = table.said(&row) else { panic!("{row:?}") };
            found.push((row.at.line, Value::Object(map)));
        }
        found
    }

    #[test]
    fn tables_of_every_spreadsheet_are_read() {
        for (text, lines) in [
            ("name,plan\nLea,pro\n", vec![2]),
            ("\u{feff}name;plan\r\nLea;pro\r\n\r\n;\r\nMax;pro", vec![2, 5]),
            ("\u{feff}\"name\",plan\nLea,pro", vec![2]),
            ("name\tplan\nLea\t pro \n", vec![2]),
            ("name,plan\r\n\r\n\r\nLea,pro\r\nMax,pro\r\n", vec![4, 5]),
            ("name,plan,\n\"Le\n\"\"a\",pro,\nMax,pro", vec![2, 4]),
            ("name,plan\rLea,pro\rMax \"the\" first,pro\0", vec![2, 3]),
        ] {
            let found = rows(text);
            assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), lines, "{text:?}");
            found.iter().for_each(|(_, said)| assert_eq!(*said, json!({"plan": "pro"}), "{text:?}"));
        }
    }

    #[test]
    fn reading_goes_on_from_any_row() {
        let text = "\u{feff}name,plan\r\n\r\n\"L\né\na\",a\r\nMax,b\r\nNia,c";
        let mut whole = open(text.as_bytes()).unwrap();
        let (mut places, mut found) = (vec![whole.place()], Vec::new());
        while let Some(row) = whole.next_row().unwrap() {
            places.push(whole.place());
            found.push(row);
        }
        assert_eq!(found.len(), 3);
        for (place, row) in places.into_iter().zip(&found) {
            let mut table = open(text.as_bytes()).unwrap();
            table.go_to(place).unwrap();
            let next = table.next_row().unwrap().unwrap();
            assert_eq!((next.at.line, table.cells(&next)), (row.at.line, whole.cells(row)));
            // and from where a row is said to begin, as for the report
            table.go_to(row.at).unwrap();
            assert_eq!(table.next_row().unwrap().as_ref().map(|row| table.cells(row)), Some(whole.cells(row)));
        }
    }

    #[test]
    fn what_is_no_table_is_told() {
        let flaw = |text: &[u8]| open(text).and_then(|mut table| table.count()).unwrap_err();
        let flawed: [(&[u8], Flaw); 8] = [
            (b"", Flaw::Columns),
            (b"plan\nx\n", Flaw::Columns),
            (b"PK\x03\x04", Flaw::Columns),
            (b"\xff\xfen\0a\0m\0e\0", Flaw::Encoding(1)),
            (b"name,name\nx,y\n", Flaw::Twice("name".into())),
            (b"name,company,company_name\n", Flaw::Twice("company_name".into())),
            (b"name\nLea\nL\xe9a\n", Flaw::Encoding(3)),
            (b"name\nLea\n\"Max\nNia\n", Flaw::Quote(3)),
        ];
        for (text, expected) in flawed {
            assert_eq!(flaw(text), expected, "{:?}", String::from_utf8_lossy(text));
        }
        assert_eq!(flaw(format!("name{}", ",".repeat(MOST_COLUMNS)).as_bytes()), Flaw::ManyColumns);
        assert_eq!(flaw(format!("name\nLea\n{}\n", "x".repeat(LONGEST_ROW + 1)).as_bytes()), Flaw::LongRow(3));
        assert_eq!(flaw(format!("name\n\"{}", "x\n".repeat(LONGEST_ROW)).as_bytes()), Flaw::Quote(2));
        let mut long = "name\n".to_owned() + &"x\n".repeat(MOST_ROWS as usize);
        assert_eq!(open(long.as_bytes()).unwrap().count(), Ok(MOST_ROWS));
        long.push_str("x\n");
        assert_eq!(flaw(long.as_bytes()), Flaw::ManyRows);
    }

    #[test]
    fn a_row_says_what_a_contact_is() {
        let table = open(b"name,phone_number,company,blocked\n").unwrap();
        let row = |text: &str| Row { at: Place { byte: 0, line: 2 }, bytes: text.as_bytes().to_vec() };
        let said = table.said(&row("Lea,66812345678,Acme,yes")).unwrap();
        assert_eq!((said.phone_number, said.blocked), (Patch::Set(Text("+66812345678".into())), Patch::Set(Flag(true))));
        assert_eq!(said.additional_attributes, Patch::Set(Object(json!({"company_name": "Acme"}).as_object().unwrap().clone())));
        assert!(table.said(&row("Lea,,,perhaps")).is_err());
        assert!(table.said(&row("Lea,,,,more")).is_err());
    }
}
