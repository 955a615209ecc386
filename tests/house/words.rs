//! Words and pages: every message in every language, none unused; no code inside the pages.

use std::collections::{BTreeMap, BTreeSet};

use crate::assert_none;
use crate::source::{File, Kind, Source, files, sources, tokens};

/// The functions that look a message up by its key.
const LOOKUPS: &[&str] = &["t(", "ta(", "text(", ".message("];

/// The messages of one language.
#[derive(Default)]
struct Catalogue {
    /// Each key, `message` or `message.attribute`, with its place.
    keys: BTreeMap<String, String>,
    /// The prefixes of keys that code makes up at run time, announced by a line `# dynamic: prefix`.
    dynamic: Vec<(String, String)>,
    /// The messages that others are made of.
    mentioned: BTreeSet<String>,
    broken: Vec<String>,
}

fn catalogue(files: &[File]) -> Catalogue {
    let mut found = Catalogue::default();
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    for file in files {
        let mut message = String::new();
        for (number, line) in file.text.lines().enumerate() {
            let place = format!("{}:{}", file.path, number + 1);
            if let Some(prefix) = line.strip_prefix("# dynamic:") {
                found.dynamic.push((prefix.trim().to_owned(), place));
                continue;
            }
            if line.starts_with('#') {
                continue;
            }
            let places = line.split('{').skip(1).map(str::trim_start);
            found.mentioned.extend(places.map(|place| place.chars().take_while(|c| word(*c)).collect()));
            let Some((name, _)) = line.split_once('=') else { continue };
            let key = match name.trim().strip_prefix('.') {
                Some(attribute) if line.starts_with(' ') && attribute.chars().all(word) => format!("{message}.{attribute}"),
                None if line.starts_with(|c: char| c.is_ascii_alphabetic()) && name.trim().chars().all(word) => {
                    message = name.trim().to_owned();
                    message.clone()
                }
                _ => continue,
            };
            if found.keys.insert(key.clone(), place.clone()).is_some() {
                found.broken.push(format!("{place} {key} stands twice"));
            }
        }
    }
    found
}

fn missing_in(language: &str, theirs: &Catalogue, ours: &Catalogue) -> Vec<String> {
    let missing = ours.keys.iter().filter(|(key, _)| !theirs.keys.contains_key(*key));
    missing.map(|(key, place)| format!("{place} {key} is missing in {language}")).collect()
}

/// The keys that code outside tests looks up, each with its line.
fn looked_up(source: &Source) -> Vec<(usize, &str)> {
    let follows = |i: usize, code: &str| i.checked_sub(tokens(code).len()).is_some_and(|start| source.matches(start, code));
    let texts = source.tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Text && !token.test);
    let found = texts.filter(|(i, _)| LOOKUPS.iter().any(|code| follows(*i, code)));
    found.map(|(_, token)| (token.line, token.text.as_str())).collect()
}

fn unused(catalogue: &Catalogue, used: &BTreeSet<String>) -> Vec<String> {
    let dynamic = |key: &str| catalogue.dynamic.iter().any(|(prefix, _)| key.starts_with(prefix));
    let is_used = |key: &str| key.contains('.') || used.contains(key) || catalogue.mentioned.contains(key) || dynamic(key);
    let keys = catalogue.keys.iter().filter(|(key, _)| !is_used(key));
    let keys = keys.map(|(key, place)| format!("{place} {key} is used nowhere"));
    let made_up = |prefix: &str| !prefix.is_empty() && used.iter().any(|text| text.starts_with(prefix));
    let prefixes = catalogue.dynamic.iter().filter(|(prefix, _)| !made_up(prefix));
    keys.chain(prefixes.map(|(prefix, place)| format!("{place} no code makes up keys that begin with {prefix:?}"))).collect()
}

/// Stands for what askama evaluates, one for each character.
const EVALUATED: char = '\u{1}';

/// A template taken apart into its markup and what askama evaluates in it, each with the other blanked, so that lines stay what they are.
fn parts(template: &str) -> (String, String) {
    let (mut markup, mut evaluated, mut rest) = (String::new(), String::new(), template);
    let fill = |text: &str, with: char| text.chars().map(|c| if c == '\n' { c } else { with }).collect::<String>();
    let opening = |rest: &str| ["{{", "{%", "{#"].iter().filter_map(|open| rest.find(open)).min();
    while let Some(start) = opening(rest) {
        let close = match &rest[start..start + 2] {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#}",
        };
        let end = rest[start + 2..].find(close).map_or(rest.len(), |end| start + 2 + end + 2);
        let inside = &rest[start..end];
        let comment = close == "#}";
        markup += &rest[..start];
        markup += &fill(inside, if comment { ' ' } else { EVALUATED });
        evaluated += &fill(&rest[..start], ' ');
        evaluated += &if comment { fill(inside, ' ') } else { inside.to_owned() };
        rest = &rest[end..];
    }
    (markup + rest, evaluated + &fill(rest, ' '))
}

/// The tag that text begins with: what it says outside quotes, and its length.
fn tag(text: &str) -> (String, usize) {
    let (mut bare, mut quote) = (String::new(), None);
    for (offset, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return (bare, offset + 1),
            (None, '"' | '\'') => quote = Some(c),
            (None, _) => bare.push(c.to_ascii_lowercase()),
            (Some(open), _) if c == open => {
                quote = None;
                bare.push(' ');
            }
            (Some(_), _) => {}
        }
    }
    (bare, text.len())
}

/// Scripts and styles are files, so that the pages can forbid all others to the browser.
fn inline_code(file: &File) -> Vec<String> {
    let (text, _) = parts(&file.text);
    let mut broken = Vec::new();
    for (start, _) in text.match_indices('<').filter(|(start, _)| text[start + 1..].starts_with(|c: char| c.is_ascii_alphabetic())) {
        let (bare, length) = tag(&text[start..]);
        let (whole, after) = text[start..].split_at(length);
        let mut found = Vec::new();
        let attributes = bare.split(|c: char| c.is_whitespace() || c == EVALUATED).filter_map(|word| word.split_once('='));
        for (name, _) in attributes.filter(|(name, _)| *name == "style" || name.strip_prefix("on").is_some_and(|event| !event.is_empty())) {
            found.push(format!("inline {name}="));
        }
        if whole.to_ascii_lowercase().contains("javascript:") {
            found.push("javascript: address".to_owned());
        }
        let name = bare[1..].split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let body = after.split("</").next().unwrap_or_default();
        if name == "style" || (name == "script" && !body.trim().is_empty()) {
            found.push(format!("inline <{name}>"));
        }
        let line = text[..start].matches('\n').count() + 1;
        broken.extend(found.into_iter().map(|what| format!("{}:{line} {what}", file.path)));
    }
    broken
}

#[test]
fn every_word_is_in_both_catalogues_and_every_message_is_used() {
    let (english, thai) = (catalogue(&files("locales/en", ".ftl")), catalogue(&files("locales/th", ".ftl")));
    let mut broken = [missing_in("Thai", &thai, &english), missing_in("English", &english, &thai)].concat();
    broken.extend(english.broken.iter().chain(&thai.broken).cloned());
    let templates = files("templates", ".html").into_iter().map(|file| Source::new(&file.path, &parts(&file.text).1));
    let mut used = BTreeSet::new();
    for source in sources().into_iter().chain(templates) {
        let unknown = looked_up(&source).into_iter().filter(|(_, key)| !english.keys.contains_key(*key));
        broken.extend(unknown.map(|(line, key)| source.at(line, format_args!("{key} is in no catalogue"))));
        let texts = source.tokens.into_iter().filter(|token| token.kind == Kind::Text && !token.test);
        used.extend(texts.map(|token| token.text));
    }
    broken.extend(unused(&english, &used));
    assert_none(broken);
}

#[test]
fn every_catalogue_is_part_of_the_program() {
    let code = files("src/web", "i18n.rs").remove(0).text;
    let listed = code.split("\ncatalogues!(").nth(1).unwrap_or_default();
    let name = |file: &File| file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".ftl").to_owned();
    let missing = files("locales/en", ".ftl").into_iter().filter(|file| !listed.contains(&format!("\"{}\"", name(file))));
    assert_none(missing.map(|file| format!("{} is read by nothing", file.path)));
}

#[test]
fn pages_have_no_inline_code() {
    assert_none(files("templates", ".html").iter().flat_map(inline_code));
}

#[cfg(test)]
fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn catalogues_are_read() {
    let text = "# a = b
# dynamic: status-
send = Send { other } { $count ->
    [one] x = y
   *[other] z
 }
    .title = T
-brand = H
send = again
lost = L
status-open = O";
    let found = catalogue(&[file("en/a.ftl", text)]);
    assert_eq!(found.keys.keys().collect::<Vec<_>>(), ["lost", "send", "send.title", "status-open"]);
    assert!(found.mentioned.contains("other"));
    assert_eq!(found.broken, ["en/a.ftl:9 send stands twice"]);
    let used = |texts: [&str; 2]| texts.map(str::to_owned).into();
    assert_eq!(unused(&found, &used(["send", "status-{}"])), ["en/a.ftl:10 lost is used nowhere"]);
    assert_eq!(unused(&found, &used(["send", "lost"])), ["en/a.ftl:2 no code makes up keys that begin with \"status-\""]);
}

#[test]
fn lookups_are_found() {
    let code = "fn f() { language.t(\"a\"); ta(\n  \"b\", &[]); format(\"c\"); x.text(\"d\"); t(key) }";
    assert_eq!(looked_up(&Source::new("src/a.rs", code)), [(1, "a"), (2, "b"), (2, "d")]);
    let page = "it's\n<p title=\"{{ l.t(\"a\") }}\">t(\"no\") {# t(\"no\") #}{% let x = l.message(\"b\") %}{{ message(\"no\") }}";
    assert_eq!(looked_up(&Source::new("templates/a.html", &parts(page).1)), [(2, "a"), (2, "b")]);
}

#[test]
fn inline_code_is_found() {
    let good = "<p title=\"a > onclick=b\">style= onclick=x</p>{% if online == 1 %}<script src=\"/a.js\" defer> {# b #} </script>
<option {% if on=1 %}selected{% endif %} value={{ style }}>";
    assert_eq!(inline_code(&file("templates/a.html", good)).join("\n"), "");
    let bad = "<p
  style=\"a\">
<a {% if b %}onclick='c'{% endif %} href=\"javascript:d\"></a>
<script>e()</script>
<script>{{ f }}</script>
<style>g</style>";
    let expected = [
        (1, "inline style="),
        (3, "inline onclick="),
        (3, "javascript: address"),
        (4, "inline <script>"),
        (5, "inline <script>"),
        (6, "inline <style>"),
    ];
    assert_eq!(inline_code(&file("templates/a.html", bad)), expected.map(|(line, what)| format!("templates/a.html:{line} {what}")));
}
