//! What is known of a visitor's browser and page, as conversations keep it. A program can call itself anything: this is
//! for agents to read, and nothing follows from it.
use crate::{checks::is_web_url, error::Error, web::routes::Part};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};
use serde_json::{Map, Value, json};
use std::future::{Ready, ready};

/// The longest part of what a program calls itself that is read, in bytes.
const LONGEST: usize = 512;
/// The longest address of a page, and the longest time that is kept as a browser writes it, in characters.
const LONGEST_PAGE: usize = 1500;
const LONGEST_TIME: usize = 255;

/// What a request says about the browser that makes it.
#[derive(Debug, Default, Clone)]
pub(super) struct Browser {
    agent: String,
    language: Option<String>,
}

impl Part for Browser {}

impl FromRequest for Browser {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = |name| request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).replace('\0', "")).unwrap_or_default();
        let mut agent = text(header::USER_AGENT);
        let end = (0..=LONGEST.min(agent.len())).rev().find(|end| agent.is_char_boundary(*end)).unwrap_or_default();
        agent.truncate(end);
        ready(Ok(Browser { agent, language: first_language(&text(header::ACCEPT_LANGUAGE)) }))
    }
}

impl Browser {
    /// What a conversation keeps of the browser, of the page, and of the time that it shows.
    pub fn attributes(&self, referer: Option<String>, timestamp: Option<String>) -> Map<String, Value> {
        let page = json!({
            "browser": self.drawn(),
            "referer": referer.filter(|text| is_page(text)),
            "initiated_at": {"timestamp": timestamp.filter(|text| text.chars().count() <= LONGEST_TIME)},
            "browser_language": self.language,
        });
        object(page)
    }

    /// What is told of the browser besides what its page says.
    pub fn told(&self, mut said: Map<String, Value>, locale: Option<String>) -> Map<String, Value> {
        let locale = locale.filter(|locale| locale.len() <= 35);
        said.extend(object(json!({"widget_language": locale, "browser_language": self.language, "browser": self.drawn()})));
        said
    }

    fn drawn(&self) -> Value {
        let agent = self.agent.as_str();
        let (browser_name, browser_version) = browser(agent);
        let (platform_name, platform_version) = platform(agent);
        json!({
            "device_name": device(agent),
            "browser_name": browser_name,
            "platform_name": platform_name,
            "browser_version": browser_version,
            "platform_version": platform_version,
        })
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Whether a text is the address of something on the web.
pub(super) fn is_page(text: &str) -> bool {
    text.chars().count() <= LONGEST_PAGE && is_web_url(text)
}

/// The code of the language that somebody would read first, as in `fr` for `fr-CH, en;q=0.9`.
fn first_language(header: &str) -> Option<String> {
    let weighed = header.split(',').filter_map(|entry| {
        let (tag, rest) = entry.split_once(';').unwrap_or((entry, ""));
        let weight: f32 = rest.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse).ok()?;
        let code = tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
        let is_code = (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase());
        (is_code && weight > 0.0).then_some((code, weight))
    });
    // the first of those that weigh most
    weighed.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(code, _)| code)
}

/// The version that follows a word, as in `Firefox/138.0`.
fn version<'a>(agent: &'a str, word: &str) -> Option<&'a str> {
    let rest = &agent[agent.find(word)? + word.len()..];
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(rest.len());
    Some(&rest[..end]).filter(|version| !version.is_empty())
}

/// By which word a browser is known, and its name. Many also say that they are another one: those come first.
const BROWSERS: [(&str, &str); 18] = [
    ("EdgiOS/", "Microsoft Edge"),
    ("EdgA/", "Microsoft Edge"),
    ("Edg/", "Microsoft Edge"),
    ("Edge/", "Microsoft Edge"),
    ("OPR/", "Opera"),
    ("Opera/", "Opera"),
    ("SamsungBrowser/", "Samsung Browser"),
    ("YaBrowser/", "Yandex"),
    ("UCBrowser/", "UCBrowser"),
    ("MiuiBrowser/", "Miui Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Electron/", "Electron"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("MSIE ", "Internet Explorer"),
];

fn browser(agent: &str) -> (&'static str, String) {
    if let Some((name, version)) = BROWSERS.iter().find_map(|(word, name)| Some((*name, version(agent, word)?))) {
        return (name, version.to_owned());
    }
    if agent.contains("Trident/") {
        return ("Internet Explorer", version(agent, "rv:").unwrap_or("0").to_owned());
    }
    if agent.contains("Safari/") && agent.contains("Version/") {
        return ("Safari", version(agent, "Version/").unwrap_or("0").to_owned());
    }
    ("Unknown Browser", "0.0".to_owned())
}

fn platform(agent: &str) -> (&'static str, String) {
    let after = |word: &str| version(agent, word).unwrap_or("0").replace('_', ".");
    if agent.contains("iPhone") || agent.contains("iPad") || agent.contains("iPod") {
        return ("iOS", if agent.contains("iPhone OS ") { after("iPhone OS ") } else { after("CPU OS ") });
    }
    for (word, name) in [("Android ", "Android"), ("Windows NT ", "Windows"), ("Mac OS X ", "macOS")] {
        if agent.contains(word) {
            return (name, after(word));
        }
    }
    match agent {
        agent if agent.contains("CrOS") => ("Chrome OS", "0".to_owned()),
        agent if agent.contains("Linux") || agent.contains("X11") => ("Generic Linux", "0".to_owned()),
        _ => ("Unknown", "0".to_owned()),
    }
}

fn device(agent: &str) -> &'static str {
    ["iPhone", "iPad", "iPod"].into_iter().find(|name| agent.contains(name)).unwrap_or("Unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_that_visitors_have() {
        for (agent, known) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:138.0) Gecko/20100101 Firefox/138.0", ["Firefox", "138.0", "Generic Linux", "0", "Unknown"]),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.87",
                ["Microsoft Edge", "126.0.2592.87", "Windows", "10.0", "Unknown"],
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Safari/605.1.15",
                ["Safari", "17.4.1", "macOS", "10.15.7", "Unknown"],
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1",
                ["Chrome", "126.0.6478.35", "iOS", "17.5", "iPhone"],
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
                ["Samsung Browser", "25.0", "Android", "14", "Unknown"],
            ),
            ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", ["Internet Explorer", "11.0", "Windows", "6.1", "Unknown"]),
            ("", ["Unknown Browser", "0.0", "Unknown", "0", "Unknown"]),
            ("Chrome/ Firefox/ Version/ <script>", ["Unknown Browser", "0.0", "Unknown", "0", "Unknown"]),
        ] {
            let drawn = Browser { agent: agent.to_owned(), language: None }.drawn();
            let keys = ["browser_name", "browser_version", "platform_name", "platform_version", "device_name"];
            assert_eq!(keys.map(|key| drawn[key].as_str().unwrap().to_owned()), known.map(str::to_owned), "{agent}");
        }
    }

    #[test]
    fn languages_that_browsers_ask_for() {
        for (header, language) in [
            ("fr", Some("fr")),
            ("fr-CH, fr;q=0.9, en;q=0.8", Some("fr")),
            ("en;q=0.3,th;q=0.7", Some("th")),
            ("*", None),
            ("", None),
            ("<script>,de;q=0", None),
            ("de;q=x, en;q=0.1", Some("en")),
        ] {
            assert_eq!(first_language(header).as_deref(), language, "{header}");
        }
    }

    #[test]
    fn a_page_is_an_address_or_none() {
        for (text, is_one) in [
            ("https://acme.example/pricing?x=1#top", true),
            ("http://localhost:3000/", true),
            ("acme.example", false),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("https://", false),
            ("", false),
        ] {
            assert_eq!(is_page(text), is_one, "{text}");
        }
        assert!(!is_page(&format!("https://acme.example/{}", "x".repeat(1500))));
        let kept = Browser::default().attributes(Some("no page".into()), Some("x".repeat(256)));
        assert_eq!((&kept["referer"], &kept["initiated_at"]), (&Value::Null, &json!({"timestamp": null})));
    }
}
