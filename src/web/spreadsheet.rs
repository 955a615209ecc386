//! Tables for spreadsheets: CSV.
use crate::error::{Error, Result};

/// What tells spreadsheets that a table is UTF-8.
pub const MARK: &str = "\u{feff}";

/// Rows of cells, none of which is a formula. They need not be equally long.
///
/// # Errors
/// [`Error::Internal`] when they cannot be written.
pub fn lines(rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.into_iter().map(harmless)).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(Error::internal)
}

/// The beginning of a table: what tells that it is UTF-8, and the names of its columns.
///
/// # Errors
/// As [`lines`].
pub fn head(columns: &[impl AsRef<str>]) -> Result<Vec<u8>> {
    let names: Vec<String> = columns.iter().map(|name| name.as_ref().to_owned()).collect();
    Ok([MARK.as_bytes().to_vec(), lines([names])?].concat())
}

/// A whole table: the names of its columns, and rows that others have written.
///
/// # Errors
/// As [`lines`].
pub fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    Ok([head(columns)?, lines(rows)?].concat())
}

/// Visitors write much of this, and spreadsheets take what begins so for a formula that they work out.
fn harmless(cell: String) -> String {
    let number = |text: &str| text.len() > 1 && text[1..].bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match cell.as_bytes().first() {
        Some(b'+' | b'-') if number(&cell) => cell,
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') => format!("'{cell}"),
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, written) in
            [("=1+1", "'=1+1"), ("+1+1", "'+1+1"), ("@x", "'@x"), ("-x", "'-x"), ("+66812345678", "+66812345678"), ("-1.5", "-1.5")]
        {
            assert_eq!(harmless(cell.to_owned()), written);
        }
        assert_eq!(lines([vec!["=1".to_owned(), "a,b".to_owned()], vec!["x".to_owned()]]).unwrap(), b"'=1,\"a,b\"\nx\n");
    }
}
