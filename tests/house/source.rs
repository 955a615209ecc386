//! Reads source files as a compiler would: comments aside, strings told from code, paths taken apart.

use std::fmt::Display;
use std::fs;
use std::path::Path;

/// A file: its path from the top of the repository, and its text.
pub struct File {
    pub path: String,
    pub text: String,
}

/// The files below a folder whose names end so, in order; none where there is no such folder.
pub fn files(folder: &str, ending: &str) -> Vec<File> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) else {
        return found;
    };
    for entry in entries {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&path, ending));
        } else if path.ends_with(ending) {
            let text = fs::read_to_string(entry.path()).unwrap();
            found.push(File { path, text });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The server's source.
pub fn sources() -> Vec<Source> {
    files("src", ".rs").iter().map(|file| Source::new(&file.path, &file.text)).collect()
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Word,
    /// `::` or one other character.
    Mark,
    /// What a string literal holds.
    Text,
}

pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub line: usize,
    /// Part of something that only tests have.
    pub test: bool,
}

pub fn tokens(code: &str) -> Vec<Token> {
    let chars: Vec<char> = code.chars().collect();
    let (mut found, mut i, mut line) = (Vec::new(), 0, 1);
    while i < chars.len() {
        let (token, length) = first(&chars[i..]);
        let end = chars.len().min(i + length);
        found.extend(token.map(|(kind, text)| Token { kind, text, line, test: false }));
        line += chars[i..end].iter().filter(|c| **c == '\n').count();
        i = end;
    }
    found
}

/// The token that code begins with, if that is not a space, a comment or a character literal, and its length.
fn first(code: &[char]) -> (Option<(Kind, String)>, usize) {
    let at = |n: usize| code.get(n).copied().unwrap_or('\0');
    let next = |from: usize, end: char| (from..code.len()).find(|n| code[*n] == end).unwrap_or(code.len());
    match (at(0), at(1)) {
        ('/', '/') => (None, next(0, '\n')),
        ('/', '*') => (None, block_comment(code)),
        (':', ':') => (Some((Kind::Mark, "::".into())), 2),
        ('"', _) => {
            let mut end = 1;
            while end < code.len() && code[end] != '"' {
                end += if code[end] == '\\' { 2 } else { 1 };
            }
            (Some((Kind::Text, code[1..end.min(code.len())].iter().collect())), end + 1)
        }
        ('\'', '\\') => (None, next(3, '\'') + 1),
        ('\'', _) if at(2) == '\'' => (None, 3),
        (c, _) if is_word(c) => {
            let end = code.iter().position(|c| !is_word(*c)).unwrap_or(code.len());
            let word: String = code[..end].iter().collect();
            match word.as_str() {
                "r" | "br" | "cr" => raw_string(code, end).unwrap_or((Some((Kind::Word, word)), end)),
                _ => (Some((Kind::Word, word)), end),
            }
        }
        (c, _) if c.is_whitespace() => (None, 1),
        (c, _) => (Some((Kind::Mark, c.into())), 1),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn block_comment(code: &[char]) -> usize {
    let (mut depth, mut n) = (0, 0);
    while n < code.len() {
        match code[n..] {
            ['/', '*', ..] => depth += 1,
            ['*', '/', ..] => depth -= 1,
            _ => {
                n += 1;
                continue;
            }
        }
        n += 2;
        if depth == 0 {
            break;
        }
    }
    n
}

/// `r#"like this"#`, whose prefix has this length.
fn raw_string(code: &[char], prefix: usize) -> Option<(Option<(Kind, String)>, usize)> {
    let hashes = code[prefix..].iter().take_while(|c| **c == '#').count();
    let start = prefix + hashes + 1;
    if code.get(start - 1) != Some(&'"') {
        return None;
    }
    let closes = |n: &usize| code[*n] == '"' && code[n + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
    let end = (start..code.len()).find(closes).unwrap_or(code.len());
    Some((Some((Kind::Text, code[start..end].iter().collect())), end + 1 + hashes))
}

/// A path in the code: the line of its last part, and its parts.
pub type Found = (usize, Vec<String>);

/// A source file as tokens.
pub struct Source {
    pub path: String,
    pub text: String,
    pub tokens: Vec<Token>,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Source {
        let (path, text, tokens) = (path.to_owned(), text.to_owned(), tokens(text));
        let mut source = Source { path, text, tokens };
        if source.path.ends_with("/tests.rs") {
            source.tokens.iter_mut().for_each(|token| token.test = true);
        }
        let mut i = 0;
        while i < source.tokens.len() {
            if source.matches(i, "#[cfg(test)]") {
                let end = source.end_of_item(i);
                source.tokens[i..=end].iter_mut().for_each(|token| token.test = true);
                i = end;
            }
            i += 1;
        }
        source
    }

    /// Is this token such a word or mark?
    pub fn is(&self, i: usize, text: &str) -> bool {
        self.tokens.get(i).is_some_and(|token| token.kind != Kind::Text && token.text == text)
    }

    /// Do the tokens from here on read like this piece of code?
    pub fn matches(&self, i: usize, code: &str) -> bool {
        tokens(code).iter().enumerate().all(|(n, token)| self.is(i + n, &token.text))
    }

    /// The lines outside tests where tokens read like this piece of code.
    pub fn lines_with(&self, code: &str) -> Vec<usize> {
        let code = tokens(code);
        let here = |i: &usize| !self.tokens[*i].test && code.iter().enumerate().all(|(n, token)| self.is(i + n, &token.text));
        (0..self.tokens.len()).filter(here).map(|i| self.tokens[i].line).collect()
    }

    /// The token that ends the item which begins here: its `;`, or the brace that closes its body.
    pub fn end_of_item(&self, start: usize) -> usize {
        let mut depth = 0;
        for (i, token) in self.tokens.iter().enumerate().skip(start).filter(|(_, token)| token.kind == Kind::Mark) {
            match token.text.as_str() {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                _ => {}
            }
            if depth == 0 && (token.text == "}" || token.text == ";") {
                return i;
            }
        }
        self.tokens.len() - 1
    }

    /// The module that the file is: `src/rooms/api.rs` is `[rooms, api]`, the root is empty.
    pub fn module(&self) -> Vec<&str> {
        let inside = self.path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
        inside.split('/').filter(|part| !["lib", "main"].contains(part)).collect()
    }

    /// `file:line what`
    pub fn at(&self, line: usize, what: impl Display) -> String {
        format!("{}:{line} {what}", self.path)
    }

    /// Every path in the file that begins with `crate`, `self`, `super` or one of `roots`, groups taken apart.
    /// Its parts count from the root of our crate; a path that begins with one of `roots` keeps it.
    pub fn paths(&self, roots: &[&str]) -> Vec<Found> {
        let mut found = Vec::new();
        let mut inside: Vec<(usize, &str)> = Vec::new(); // the modules written out in this file that we are in
        let mut depth = 0;
        for (i, token) in self.tokens.iter().enumerate() {
            match (token.kind, token.text.as_str()) {
                (Kind::Mark, "{") => {
                    depth += 1;
                    if i > 1 && self.is(i - 2, "mod") {
                        inside.push((depth, &self.tokens[i - 1].text));
                    }
                }
                (Kind::Mark, "}") => {
                    inside.retain(|(at, _)| *at != depth);
                    depth -= 1;
                }
                (Kind::Word, first) if (["crate", "self", "super"].contains(&first) || roots.contains(&first)) && self.begins_path(i) => {
                    let here: Vec<&str> = self.module().into_iter().chain(inside.iter().map(|(_, name)| *name)).collect();
                    let mut leaves = Vec::new();
                    self.take_apart(i, &[], &mut leaves);
                    found.extend(leaves.into_iter().map(|(line, path)| (line, absolute(&path, &here))));
                }
                _ => {}
            }
        }
        found
    }

    fn begins_path(&self, i: usize) -> bool {
        self.is(i + 1, "::") && !(i > 0 && self.is(i - 1, "::"))
    }

    /// Takes `a::{b, c::d as e}` apart, beginning at token `i`; returns the first token after it.
    fn take_apart(&self, mut i: usize, prefix: &[String], found: &mut Vec<Found>) -> usize {
        let mut path = prefix.to_vec();
        loop {
            if self.is(i, "{") {
                i += 1;
                while i < self.tokens.len() && !self.is(i, "}") {
                    i = self.take_apart(i, &path, found);
                    while i < self.tokens.len() && !self.is(i, ",") && !self.is(i, "}") {
                        i += 1; // as name
                    }
                    i += usize::from(self.is(i, ","));
                }
                return i + 1;
            }
            let Some(token) = self.tokens.get(i).filter(|token| token.kind == Kind::Word || token.text == "*") else {
                found.push((self.tokens[i - 1].line, path)); // `::<T>`, or a macro's `$variable`
                return i;
            };
            path.push(token.text.clone());
            i += 1;
            if !self.is(i, "::") {
                found.push((token.line, path));
                return i;
            }
            i += 1;
        }
    }
}

fn absolute(path: &[String], here: &[&str]) -> Vec<String> {
    let relative = usize::from(path[0] == "self");
    let supers = path[relative..].iter().take_while(|part| *part == "super").count();
    match path[0].as_str() {
        "crate" => path[1..].to_vec(),
        "self" | "super" => {
            let base = here[..here.len().saturating_sub(supers)].iter().map(|part| part.to_string());
            base.chain(path[relative + supers..].iter().cloned()).collect()
        }
        _ => path.to_vec(),
    }
}

#[test]
fn comments_strings_and_characters_are_told_from_code() {
    let code = "a // b \"\n/* c /* d */ */ e(\"f\\\"g\", r#\"h\"i\"#, '\"', '\\'', '\\u{7b}', b'{', &'l x, r#type)";
    let found = tokens(code).into_iter().filter(|token| token.kind != Kind::Mark);
    let found: Vec<_> = found.map(|token| format!("{} {}", token.line, token.text)).collect();
    assert_eq!(found, ["1 a", "2 e", "2 f\\\"g", "2 h\"i", "2 b", "2 l", "2 x", "2 r", "2 type"]);
}

#[test]
fn paths_are_taken_apart() {
    let text = "use crate::{
    db::{self, Tx as T},
    web::*,
};
fn f() {
    super::super::model::rule::<u8>(self::x, super::y);
}
mod tests {
    use super::super::z;
}";
    let source = Source::new("src/contacts/commands/merge.rs", text);
    let found: Vec<_> = source.paths(&[]).into_iter().map(|(line, path)| format!("{line} {}", path.join("::"))).collect();
    let expected = [
        "2 db::self",
        "2 db::Tx",
        "3 web::*",
        "6 contacts::model::rule",
        "6 contacts::commands::merge::x",
        "6 contacts::commands::y",
        "9 contacts::commands::z",
    ];
    assert_eq!(found, expected);
}
