//! Tables for spreadsheets: CSV.
use crate::error::{Error, Result};

/// What tells spreadsheets that a table is UTF-8.
pub const MARK: &str = "\u{feff}";

/// Rows of a table, as text.
///
/// # Errors
/// [`Error::Internal`] when they cannot be written.
pub fn lines(rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(Error::internal)
}

/// A whole table: the names of its columns, and rows that others have written.
///
/// # Errors
/// As [`lines`].
pub fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let head: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
    let rows = rows.into_iter().map(|row| row.into_iter().map(harmless).collect::<Vec<_>>());
    Ok([MARK.as_bytes().to_vec(), lines(std::iter::once(head).chain(rows))?].concat())
}

/// Visitors write much of this, and spreadsheets take what begins so for a formula that they work out.
pub fn harmless(cell: String) -> String {
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
    }
}
