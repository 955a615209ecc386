//! Colours for JSON on pages: keys, texts, numbers and words each in a `<span>`, everything escaped.

use std::fmt::{self, Write};

use askama::filters::HtmlSafe;

/// Text shown with colours when it is JSON, and plainly when it is not.
pub struct Highlighted<'a>(pub &'a str);

// All text goes through `write_escaped`; the tags around it are ours.
impl HtmlSafe for Highlighted<'_> {}

impl fmt::Display for Highlighted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        if !rest.trim_start().starts_with(['{', '[']) {
            return write_escaped(f, rest);
        }
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '"' => string_length(rest),
                '-' | '0'..='9' => rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)).unwrap_or(rest.len()),
                'a'..='z' => rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len()),
                _ => rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit() || c.is_ascii_lowercase()).unwrap_or(rest.len()),
            };
            let (token, after) = rest.split_at(length);
            rest = after;
            let class = match first {
                '"' if after.trim_start().starts_with(':') => "key",
                '"' => "text",
                '-' | '0'..='9' => "number",
                'a'..='z' => "word",
                _ => "",
            };
            if class.is_empty() {
                write_escaped(f, token)?;
            } else {
                write!(f, "<span class=\"j-{class}\">")?;
                write_escaped(f, token)?;
                f.write_str("</span>")?;
            }
        }
        Ok(())
    }
}

/// The bytes of the quoted text that `text` starts with; all of it when the closing quote was cut off.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return index + 1,
            _ => escaped = false,
        }
    }
    text.len()
}

fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for c in text.chars() {
        match c {
            '&' => f.write_str("&amp;")?,
            '<' => f.write_str("&lt;")?,
            '>' => f.write_str("&gt;")?,
            '"' => f.write_str("&quot;")?,
            '\'' => f.write_str("&#39;")?,
            other => f.write_char(other)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Highlighted;

    #[test]
    fn json_gets_colours_and_everything_is_escaped() {
        assert_eq!(
            Highlighted("{\"a\": \"<b>\\\"\", \"n\": [-1.5e3, null]}").to_string(),
            "{<span class=\"j-key\">&quot;a&quot;</span>: <span class=\"j-text\">&quot;&lt;b&gt;\\&quot;&quot;</span>, \
             <span class=\"j-key\">&quot;n&quot;</span>: [<span class=\"j-number\">-1.5e3</span>, <span class=\"j-word\">null</span>]}"
        );
    }

    #[test]
    fn other_text_and_cut_off_json_are_shown_whole() {
        assert_eq!(Highlighted("<h1>no & \"yes\"</h1>").to_string(), "&lt;h1&gt;no &amp; &quot;yes&quot;&lt;/h1&gt;");
        assert_eq!(Highlighted("[\"ไม่จบ\\").to_string(), "[<span class=\"j-text\">&quot;ไม่จบ\\</span>");
        assert_eq!(Highlighted("").to_string(), "");
    }
}
