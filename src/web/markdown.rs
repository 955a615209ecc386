//! Markdown as HTML that may stand in our pages, whoever has written it. HTML in it is shown as text; links lead to the web, to mail and to
//! telephones alone; headings have names, so that a table of contents can lead to them.
use askama::filters::HtmlSafe;
use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};
use std::{collections::HashMap, fmt};

/// A heading of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Where a link leads to, after `#`.
    pub id: String,
    /// What it says.
    pub text: String,
    /// Whether it is within the one before that is not.
    pub is_inner: bool,
}

/// HTML that may stand in a page as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html(String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// only what is drawn below is any
impl HtmlSafe for Html {}

/// A text that was drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawn {
    /// The text.
    pub html: Html,
    /// Its headings of the first two levels.
    pub headings: Vec<Heading>,
}

/// Draws a text. Its highest headings are of the second level: the page has a title of its own.
pub fn draw(text: &str) -> Drawn {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut events: Vec<Event> = Parser::new_ext(text, options).map(tamed).collect();
    let headings = name_headings(&mut events);
    let mut drawn = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut drawn, events.into_iter());
    Drawn { html: Html(drawn), headings }
}

/// What a text says, without any marks: its first `most` characters or a few more.
pub fn plain(text: &str, most: usize) -> String {
    let mut plain = String::new();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(words) | Event::Code(words) => plain.push_str(&words),
            // within a word, too
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image) => {}
            Event::SoftBreak | Event::HardBreak | Event::End(_) => plain.push(' '),
            _ => {}
        }
        if plain.len() > most * 4 {
            break;
        }
    }
    crate::checks::beginning(&plain.split_whitespace().collect::<Vec<_>>().join(" "), most)
}

/// HTML becomes text, and a link that leads where none may lead becomes one to nowhere.
fn tamed(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = if matches!(link_type, LinkType::Email) || may_lead_to(&dest_url) { dest_url } else { CowStr::Borrowed("#") };
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            let dest_url = if may_be_shown(&dest_url) { dest_url } else { CowStr::Borrowed("") };
            Event::Start(Tag::Image { link_type, dest_url, title, id })
        }
        event => event,
    }
}

/// What browsers drop from addresses could hide a scheme.
fn is_clean(address: &str) -> bool {
    !address.contains(|c: char| c.is_control() || c == '\\')
}

fn has_scheme(address: &str, schemes: &[&str]) -> bool {
    address.split_once(':').is_some_and(|(scheme, _)| schemes.iter().any(|known| scheme.eq_ignore_ascii_case(known)))
}

/// A place on this server, or in this text.
fn is_here(address: &str) -> bool {
    address.starts_with('#') || (address.starts_with('/') && !address.starts_with("//"))
}

fn may_lead_to(address: &str) -> bool {
    is_clean(address) && (is_here(address) || has_scheme(address, &["http", "https", "mailto", "tel"]))
}

fn may_be_shown(address: &str) -> bool {
    is_clean(address) && (is_here(address) || has_scheme(address, &["http", "https"]))
}

/// Gives each heading a name, and the highest of them the second level.
fn name_headings(events: &mut [Event]) -> Vec<Heading> {
    let levels = events.iter().filter_map(|event| match event {
        Event::Start(Tag::Heading { level, .. }) => Some(*level as usize),
        _ => None,
    });
    let down = 2_usize.saturating_sub(levels.min().unwrap_or(2));
    let (mut headings, mut given) = (Vec::new(), HashMap::<String, usize>::new());
    let mut at = 0;
    while at < events.len() {
        let Event::Start(Tag::Heading { .. }) = events[at] else {
            at += 1;
            continue;
        };
        let end = (at..events.len()).find(|at| matches!(events[*at], Event::End(TagEnd::Heading(_)))).unwrap_or(events.len() - 1);
        let words = events[at..end].iter().filter_map(|event| match event {
            Event::Text(words) | Event::Code(words) => Some(words.as_ref()),
            _ => None,
        });
        let text: String = words.collect();
        let name = id_of(&text);
        let number = given.entry(name.clone()).and_modify(|number| *number += 1).or_insert(1);
        let name = if *number == 1 { name } else { format!("{name}-{number}") };
        if let Event::Start(Tag::Heading { level, id, classes, attrs }) = &mut events[at] {
            *level = lower(*level, down);
            *id = Some(CowStr::from(name.clone()));
            classes.clear();
            attrs.clear();
            if matches!(level, HeadingLevel::H2 | HeadingLevel::H3) && !text.trim().is_empty() {
                headings.push(Heading { id: name, text: text.trim().to_owned(), is_inner: *level == HeadingLevel::H3 });
            }
        }
        if let Event::End(TagEnd::Heading(level)) = &mut events[end] {
            *level = lower(*level, down);
        }
        at = end + 1;
    }
    headings
}

fn lower(level: HeadingLevel, down: usize) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + down).unwrap_or(HeadingLevel::H6)
}

/// A name in links that nothing else in our pages has.
fn id_of(text: &str) -> String {
    let mut id = String::from("h-");
    for c in text.to_lowercase().chars().take(60) {
        match c {
            c if c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}' | '\u{e47}'..='\u{e4e}') => id.push(c),
            _ if !id.ends_with('-') => id.push('-'),
            _ => {}
        }
    }
    id.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_markdown_is_text() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "a <b onclick=x>b</b>",
            "<!-- x --><style>*{}</style>",
            "<svg/onload=alert(1)>",
            "[x]: <javascript:alert(1)>\n\n[x]",
            "`<script>`",
            "```\"><script>\n<script>\n```",
            "# <script>x</script>",
            "# x {#evil .c onclick=alert(1)}",
            "| <script> |\n|---|\n| <iframe> |",
            "![\"><script>](https://x.example/\"onerror=\"x)",
            "[x](https://x.example \"\\\" onmouseover=\\\"alert(1)\")",
        ] {
            let html = draw(hostile).html.0;
            for bad in
                ["<script", "<img src=x", "<b ", "<style", "<svg", "javascript:", "<iframe", " onerror=\"", " onmouseover=\"", "id=\"evil", "<!--"]
            {
                assert!(!html.contains(bad), "{hostile} becomes {html}");
            }
        }
    }

    #[test]
    fn links_lead_to_the_web_to_mail_and_to_telephones() {
        for good in ["https://a.example/x?y=1", "HTTP://a.example", "mailto:me@a.example", "tel:+6621234567", "/hc/x/articles/y", "#h-top"] {
            assert!(draw(&format!("[x]({good})")).html.0.contains(&format!("href=\"{good}\"")), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "data:text/html,x",
            "vbscript:x",
            "//evil.example",
            "/\\evil.example",
            "&#106;avascript:x",
            "file:///x",
            "x",
        ] {
            assert!(draw(&format!("[x]({bad})")).html.0.contains("href=\"#\""), "{bad}: {}", draw(&format!("[x]({bad})")).html.0);
        }
        assert!(draw("[x](java\tscript:x)").html.0.find("href=\"java").is_none());
        assert!(draw("<me@a.example>").html.0.contains("href=\"mailto:me@a.example\""));
        assert!(draw("![x](https://a.example/x.png)").html.0.contains("<img src=\"https://a.example/x.png\" alt=\"x\""));
        assert!(draw("![x](data:image/svg+xml,x)").html.0.contains("src=\"\""));
    }

    #[test]
    fn headings_have_names_and_a_place_below_the_title() {
        let drawn = draw("# One & two\n\n## Inner\n\n# วิธีใช้\n\n# One & two\n\n#### Deep");
        let seen: Vec<_> = drawn.headings.iter().map(|heading| (heading.id.as_str(), heading.text.as_str(), heading.is_inner)).collect();
        let expected =
            [("h-one-two", "One & two", false), ("h-inner", "Inner", true), ("h-วิธีใช้", "วิธีใช้", false), ("h-one-two-2", "One & two", false)];
        assert_eq!(seen, expected);
        assert!(drawn.html.0.starts_with("<h2 id=\"h-one-two\">One &amp; two</h2>"), "{}", drawn.html.0);
        assert!(drawn.html.0.contains("<h5 id=\"h-deep\">"));
        assert!(draw("## A\n\n### B").html.0.starts_with("<h2 id=\"h-a\">A</h2>"));
    }

    #[test]
    fn a_beginning_without_marks() {
        assert_eq!(plain("# Hello\n\n**big** [world](https://x.example) <b>x</b>", 100), "Hello big world x");
        assert_eq!(plain("un**believ**able", 100), "unbelievable");
        assert_eq!(plain("one two three", 7), "one two…");
        assert_eq!(plain("", 7), "");
    }

    #[test]
    fn much_nesting_is_drawn_in_time() {
        let started = std::time::Instant::now();
        for text in [">".repeat(20_000), "[".repeat(20_000), "*a ".repeat(6_000), "- ".repeat(10_000), "`".repeat(20_000), "![".repeat(10_000)] {
            draw(&text);
        }
        assert!(started.elapsed().as_secs() < 20);
    }
}
