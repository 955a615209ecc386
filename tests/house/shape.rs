//! The shape of a file: short, documented, and without panics.

use crate::source::{Kind, Source, files, sources};
use crate::{FORBIDDEN, LONGEST_FILE, LONGEST_FUNCTION, NOT_DESCRIBED, assert_none};

/// What may be public and has to say what it is, with the words that may stand before it.
const ITEMS: &[&str] = &["async", "unsafe", "const", "fn", "struct", "enum", "trait", "type", "static"];

fn forbidden(source: &Source) -> Vec<String> {
    let found = FORBIDDEN.iter().flat_map(|code| source.lines_with(code).into_iter().map(move |line| (line, code)));
    found.map(|(line, code)| source.at(line, code)).collect()
}

fn length(source: &Source) -> Vec<String> {
    let mut broken = Vec::new();
    let lines = source.text.lines().count();
    if lines > LONGEST_FILE {
        broken.push(source.at(lines, format_args!("the file has {lines} lines, more than {LONGEST_FILE}")));
    }
    for (i, token) in source.tokens.iter().enumerate().filter(|(i, token)| source.is(*i, "fn") && !token.test) {
        let Some(name) = source.tokens.get(i + 1).filter(|name| name.kind == Kind::Word) else {
            continue; // the type of a function
        };
        let lines = source.tokens[source.end_of_item(i)].line - token.line + 1;
        if lines > LONGEST_FUNCTION {
            broken.push(source.at(token.line, format_args!("fn {} has {lines} lines, more than {LONGEST_FUNCTION}", name.text)));
        }
    }
    broken
}

/// Every file says what it is for, and so does whatever it hands out.
fn documented(source: &Source) -> Vec<String> {
    let mut broken = Vec::new();
    if !source.text.starts_with("//!") {
        broken.push(source.at(1, "does not begin with //! and what the file is for"));
    }
    let lines: Vec<&str> = source.text.lines().map(str::trim_start).collect();
    let mut depth = 0;
    for (i, token) in source.tokens.iter().enumerate().filter(|(_, token)| token.kind != Kind::Text) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            "pub" if depth == 0 && !token.test => {
                let words: Vec<&str> = source.tokens[i + 1..].iter().map(|token| token.text.as_str()).collect();
                let item = words.iter().take_while(|word| ITEMS.contains(word)).count();
                // its documentation stands before, among or after the attributes above it
                let mut start = i;
                while start > 0 && source.is(start - 1, "]") {
                    start = (0..start).rev().find(|open| source.matches(*open, "#[")).unwrap_or(0);
                }
                let above = source.tokens[start].line.saturating_sub(2);
                if item > 0 && !lines[above..token.line].iter().any(|line| line.starts_with("///")) {
                    broken.push(source.at(token.line, format_args!("pub {} has no ///", words[..=item].join(" "))));
                }
            }
            _ => {}
        }
    }
    broken
}

/// A test that waits by the clock is slow on every machine and wrong on a busy one. What has to be awaited, tests/it/support awaits.
fn sleeping(source: &Source) -> Vec<String> {
    let lines = [source.lines_with("sleep("), source.lines_with("#[ignore")].concat();
    lines.into_iter().map(|line| source.at(line, "tests neither sleep nor are ignored")).collect()
}

/// Whether the file lists routes of the API: `api.rs`, what is below `api/`, and `…_api.rs`.
fn is_a_door(path: &str) -> bool {
    path.ends_with("/api.rs") || path.ends_with("_api.rs") || path.contains("/api/")
}

/// A route of the API that does not describe itself, where nothing says why.
fn silent(source: &Source) -> Vec<String> {
    if !is_a_door(&source.path) || NOT_DESCRIBED.iter().any(|(path, _)| *path == source.path) {
        return Vec::new();
    }
    let lines = [source.lines_with("resource("), source.lines_with(".route(")].concat();
    lines.into_iter().map(|line| source.at(line, "routes of the API are listed with web::routes::Routes, which describe themselves")).collect()
}

#[test]
fn routes_of_the_api_describe_themselves() {
    assert_none(sources().iter().flat_map(silent));
    for (path, reason) in NOT_DESCRIBED {
        assert!(sources().iter().any(|source| source.path == *path && !reason.is_empty()), "{path} is not there");
    }
}

#[test]
fn silent_routes_are_found() {
    let code = "//! Doors.\nfn routes(cfg: &mut C) { cfg.service(resource(\"/x\").route(get().to(x))); }\n#[cfg(test)]\nmod tests { fn f() { resource(y); } }";
    assert_eq!(silent(&Source::new("src/labels/api.rs", code)).len(), 2);
    assert_eq!(silent(&Source::new("src/webhooks/api/replays.rs", code)).len(), 2);
    assert_eq!(silent(&Source::new("src/conversations/search_api.rs", code)).len(), 2);
    assert!(silent(&Source::new("src/labels/pages.rs", code)).is_empty());
    assert!(silent(&Source::new("src/files/api.rs", code)).is_empty());
}

#[test]
fn nothing_in_the_server_panics() {
    assert_none(sources().iter().flat_map(forbidden));
}

#[test]
fn files_and_functions_are_short() {
    assert_none(sources().iter().flat_map(length));
}

#[test]
fn whatever_is_public_says_what_it_is() {
    assert_none(sources().iter().flat_map(documented));
}

#[test]
fn tests_do_not_sleep() {
    let tests = files("tests/it", ".rs").into_iter().filter(|file| !file.path.starts_with("tests/it/support"));
    assert_none(tests.flat_map(|file| sleeping(&Source::new(&file.path, &file.text))));
}

#[test]
fn panics_are_found_outside_tests() {
    let code = "fn f() {
    a.b().unwrap();
    c.expect(\"d\");
    e.unwrap_or(1); // .unwrap()
}
#[cfg(test)]
use x;
#[cfg(test)]
mod tests {
    fn g() { panic!(\"{}\", 1) }
}
fn h() { std::panic!(\"\") }";
    let source = Source::new("src/a.rs", code);
    assert_eq!(forbidden(&source), ["src/a.rs:2 .unwrap()", "src/a.rs:3 .expect(", "src/a.rs:12 panic!("]);
    assert!(forbidden(&Source::new("src/a/tests.rs", code)).is_empty());
}

#[test]
fn functions_are_measured_to_their_closing_brace() {
    let long = |lines: usize| {
        let body = "    let s = \"}\";\n".repeat(lines);
        format!("fn long(\n    a: [u8; 2],\n) -> X\nwhere\n    A: B,\n{{\n{body}}}\n")
    };
    let good = format!("trait T {{\n    fn short(&self, a: fn(u8));\n}}\n{}", long(53));
    assert!(length(&Source::new("src/a.rs", &good)).is_empty());
    assert!(length(&Source::new("src/a.rs", &format!("#[cfg(test)]\nmod tests {{\n{}}}", long(80)))).is_empty());
    let bad = Source::new("src/a.rs", &long(54));
    assert_eq!(length(&bad), ["src/a.rs:1 fn long has 61 lines, more than 60"]);
    let bad = Source::new("src/a.rs", &"\n".repeat(401));
    assert_eq!(length(&bad), ["src/a.rs:401 the file has 401 lines, more than 400"]);
}

#[test]
fn public_items_are_documented() {
    let good = "//! A.
/// B.
#[derive(C)]
#[d(
    e = \"]\",
)]
pub struct F {
    pub g: H,
}
#[i]
/// J.
pub async fn k() {}
pub(crate) fn l() {}
pub use m::N;
pub mod o;
impl F { pub fn p() {} }";
    assert_eq!(documented(&Source::new("src/a.rs", good)).join("\n"), "");
    let bad = "use x;\n\n/// Y.\nfn y() {}\n#[z]\npub const fn a() {}\npub type B = C;";
    let expected =
        ["src/a.rs:1 does not begin with //! and what the file is for", "src/a.rs:6 pub const fn a has no ///", "src/a.rs:7 pub type B has no ///"];
    assert_eq!(documented(&Source::new("src/a.rs", bad)), expected);
}
