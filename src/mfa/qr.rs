//! The picture that an app photographs.
use crate::error::{Error, Result};
use askama::filters::HtmlSafe;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::{self, Write};

/// How many light modules stand around it, as readers need them.
const QUIET: usize = 4;

/// A picture that stands in a page as it is.
#[derive(Debug)]
pub struct Svg(String);

impl fmt::Display for Svg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// It is made of numbers alone, and the label is a word of the catalogue.
impl HtmlSafe for Svg {}

/// Draws a text as a QR code: black on white whatever the theme, since cameras want it so.
///
/// # Errors
/// When the text is too long for one.
pub fn svg(text: &str) -> Result<Svg> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).map_err(Error::internal)?;
    let (width, modules) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (at, _) in modules.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
        write!(path, "M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET).map_err(Error::internal)?;
    }
    let side = width + 2 * QUIET;
    Ok(Svg(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-hidden=\"true\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_made_of_squares() {
        let picture = svg("otpauth://totp/Hookdesk:ada%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hookdesk").unwrap().to_string();
        assert!(picture.starts_with("<svg class=\"qr\" viewBox=\"0 0 ") && picture.contains("M4 4h1v1h-1z"), "{picture:.200}");
        assert!(svg(&"x".repeat(10_000)).is_err());
    }
}
