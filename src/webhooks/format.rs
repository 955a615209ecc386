//! tmp
pub fn render(_f: crate::accounts::PayloadFormat, stored: &str) -> crate::error::Result<String> {
    Ok(stored.to_owned())
}
