//! The two languages and their catalogue, compiled into the binary.
//!
//! Every sentence that a person reads comes from `locales/{en,th}/*.ftl`. The rooms below the pages use it too (activity messages are stored in
//! the account's language), so this file knows nothing of requests or templates. A test proves that both catalogues hold the same messages.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// A language that Hookdesk speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, also the language of last resort.
    #[default]
    English,
    /// Thai.
    Thai,
}

impl Language {
    /// Every language, in the order in which a person may choose among them.
    pub const ALL: [Language; 2] = [Language::English, Language::Thai];

    /// The language of a tag such as `th`, `th-TH` or `en_GB`; `None` when we do not speak it.
    pub fn from_tag(tag: &str) -> Option<Language> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Language::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.code()))
    }

    /// The best language for an `Accept-Language` header; English when it names none that we speak.
    pub fn negotiate(header: &str) -> Language {
        let mut best = (0.0_f32, Language::English);
        for entry in header.split(',') {
            let mut parts = entry.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            let language = if tag == "*" { Some(Language::English) } else { Language::from_tag(tag) };
            if let Some(language) = language
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }

    /// The tag for `<html lang>`, the database and the API.
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Thai => "th",
        }
    }

    /// What the language calls itself.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Thai => "ไทย",
        }
    }

    /// The text of a message that takes no arguments.
    pub fn t(self, key: &str) -> String {
        self.ta(key, &[])
    }

    /// The text of a message with its arguments filled in. A message that this language lacks is shown in English, and one that nobody has as its key.
    pub fn ta(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let mut fluent = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            fluent.set(*name, value.as_fluent());
        }
        self.bundle()
            .and_then(|bundle| lookup(bundle, key, &fluent))
            .or_else(|| Language::English.bundle().and_then(|bundle| lookup(bundle, key, &fluent)))
            .unwrap_or_else(|| key.to_owned())
    }

    /// A message to be completed with [`Message::arg`]; templates show it as text.
    pub fn message<'a>(self, key: &'a str) -> Message<'a> {
        Message { language: self, key, args: Vec::new() }
    }

    /// All messages of one file of the catalogue whose keys begin so: the rest of each key, and its text. What is to be filled in stands there as
    /// `{$name}`, for scripts that fill it in.
    pub fn all(self, file: &str, prefix: &str) -> BTreeMap<&'static str, String> {
        let named = |name: &str| name.split_once('/').is_some_and(|(_, name)| name == file);
        let lines = sources(self).iter().filter(|(name, _)| named(name)).flat_map(|(_, source)| source.lines());
        let keys = lines.filter_map(|line| line.split_once(" =")).map(|(key, _)| key);
        keys.filter_map(|key| Some((key.strip_prefix(prefix)?, self.t(key)))).collect()
    }

    fn bundle(self) -> Option<&'static FluentBundle<FluentResource>> {
        BUNDLES.iter().find(|(language, _)| *language == self).map(|(_, bundle)| bundle)
    }
}

/// A value for a place in a message: numbers choose plural forms and are grouped by thousands, text is shown as it is.
#[derive(Clone, Debug)]
pub enum Arg<'a> {
    /// Shown as it is.
    Text(Cow<'a, str>),
    /// Chooses the plural form; shown with thousands separators.
    Number(i64),
}

impl Arg<'_> {
    fn as_fluent(&self) -> FluentValue<'_> {
        match self {
            Arg::Text(text) => FluentValue::String(Cow::Borrowed(text)),
            Arg::Number(number) => FluentValue::from(*number),
        }
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Arg::Text(Cow::Borrowed(text))
    }
}

// Templates hand out references to the fields of their structs, hence the shapes below.
impl<'a> From<&'a &'a str> for Arg<'a> {
    fn from(text: &'a &'a str) -> Self {
        Arg::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Arg::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a &'a String> for Arg<'a> {
    fn from(text: &'a &'a String) -> Self {
        Arg::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Arg::Text(Cow::Owned(text))
    }
}

macro_rules! number_args {
    ($convert:expr; $($number:ty),*) => {$(
        impl From<$number> for Arg<'_> {
            fn from(number: $number) -> Self {
                Arg::Number($convert(number))
            }
        }
        impl From<&$number> for Arg<'_> {
            fn from(number: &$number) -> Self {
                Arg::from(*number)
            }
        }
    )*};
}
number_args!(i64::from; i64, i32, u16, u32);
number_args!(|number| i64::try_from(number).unwrap_or(i64::MAX); u64, usize);

/// A message of the catalogue with the arguments given so far.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    language: Language,
    key: &'a str,
    args: Vec<(&'a str, Arg<'a>)>,
}

impl<'a> Message<'a> {
    /// Fills in one argument.
    pub fn arg(mut self, name: &'a str, value: impl Into<Arg<'a>>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.language.ta(self.key, &self.args))
    }
}

/// A whole number with thousands separators, as both languages write it: `1,284`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

macro_rules! catalogues {
    ($($file:literal),* $(,)?) => {
        /// The files of one language: name (for messages of tests) and text.
        fn sources(language: Language) -> &'static [(&'static str, &'static str)] {
            match language {
                Language::English => &[$((concat!("en/", $file), include_str!(concat!("../../locales/en/", $file, ".ftl")))),*],
                Language::Thai => &[$((concat!("th/", $file), include_str!(concat!("../../locales/th/", $file, ".ftl")))),*],
            }
        }
    };
}
catalogues!(
    "activity",
    "agents",
    "api",
    "audit",
    "auth",
    "automation",
    "bots",
    "campaigns",
    "canned",
    "common",
    "contacts",
    "custom_attributes",
    "errors",
    "inboxes",
    "integrations",
    "reports",
    "settings",
    "survey",
    "widget",
    "webhooks",
    "deliveries",
    "verification",
    "operations",
    "service_keys",
    "events",
    "groups",
    "help_centre",
    "replays",
    "receivers",
    "notifications"
);

static BUNDLES: LazyLock<Vec<(Language, FluentBundle<FluentResource>)>> =
    LazyLock::new(|| Language::ALL.into_iter().map(|language| (language, build(language))).collect());

fn build(language: Language) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![language.code().parse().unwrap_or_default()]);
    // Isolation marks would end up in stored messages, mails and copied text; both languages run left to right.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) if number.value.fract() == 0.0 => Some(grouped(number.value as i64)),
        _ => None,
    }));
    for (_, source) in sources(language) {
        // What parses is used even if something does not; the test below sees to it that all does.
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn lookup(bundle: &FluentBundle<FluentResource>, key: &str, args: &FluentArgs<'_>) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    // A missing argument shows as its name in braces, which beats an error page.
    Some(bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Each message of a language with the arguments it mentions.
    fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::new();
        for (file, source) in sources(language) {
            let parsed = FluentResource::try_new((*source).to_owned());
            assert!(parsed.is_ok(), "{file}: {:?}", parsed.err().map(|(_, errors)| errors));
            let mut key = String::new();
            for line in source.lines().filter(|line| !line.starts_with('#')) {
                if let Some((name, _)) = line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
                    key = name.to_owned();
                    assert!(found.insert(key.clone(), BTreeSet::new()).is_none(), "{file}: {key} stands twice");
                }
                for piece in line.split('$').skip(1) {
                    let name = piece.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
                    found.entry(key.clone()).or_default().insert(name.to_owned());
                }
            }
        }
        found
    }

    #[test]
    fn both_catalogues_hold_the_same_messages_with_the_same_arguments() {
        let (english, thai) = (messages(Language::English), messages(Language::Thai));
        for (key, args) in &english {
            let other = thai.get(key);
            assert!(other.is_some(), "{key} is missing in Thai");
            assert!(other.is_some_and(|other| other.is_subset(args)), "{key}: Thai uses arguments that English has not");
        }
        for key in thai.keys() {
            assert!(english.contains_key(key), "{key} is missing in English");
        }
        assert!(english.len() > 200);
    }

    /// Reads what a quoted call such as `t("key")` or `message("key")` names in a source text.
    fn named_keys(text: &str) -> Vec<String> {
        let mut keys = Vec::new();
        for opening in [".t(\"", ".ta(\"", ".message(\"", ".m(\"", "Flash::notice(\"", "Flash::alert(\"", ".add(\"", "key(\""] {
            for piece in text.split(opening).skip(1) {
                let mut quoted = piece.split('"');
                let first = quoted.next().unwrap_or_default();
                // `errors.add("field", "key")` names its key second.
                let key = if opening == ".add(\"" { quoted.nth(1).unwrap_or_default() } else { first };
                if key.contains('-') && !key.ends_with('-') {
                    keys.push(key.to_owned());
                }
            }
        }
        keys
    }

    fn check_folder(folder: &Path, known: &BTreeMap<String, BTreeSet<String>>, seen: &mut usize) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                check_folder(&path, known, seen);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                for key in named_keys(&text) {
                    assert!(known.contains_key(&key), "{}: no message is called {key}", path.display());
                    *seen += 1;
                }
            }
        }
    }

    #[test]
    fn every_key_that_a_template_names_exists() {
        let (known, mut seen) = (messages(Language::English), 0);
        check_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &known, &mut seen);
        assert!(seen > 100, "only {seen} keys found: has the way of writing them changed?");
    }

    /// The widget's modules name its words without their prefix, and some of them by a part that they make up.
    #[test]
    fn the_words_of_the_widget_are_those_that_its_scripts_name() {
        let words = Language::English.all("widget", "chat-");
        assert_eq!(words["reply"], "Reply");
        assert_eq!(words["typing"], "{$name} is typing");
        let mut scripts = String::new();
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("static/widget")).into_iter().flatten().flatten() {
            scripts += &std::fs::read_to_string(entry.path()).unwrap_or_default();
        }
        for piece in scripts.split(" t('").chain(scripts.split("(t('")).chain(scripts.split("{t('")) {
            let key = piece.split('\'').next().unwrap_or_default();
            let is_key = key.len() < 40 && !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            assert!(!is_key || words.contains_key(key), "no message is called chat-{key}");
        }
        for key in words.keys() {
            let made_up = ["reply-in_", "rating-"].iter().any(|prefix| key.starts_with(prefix));
            assert!(made_up || *key == "noscript" || scripts.contains(&format!("'{key}'")), "chat-{key} is used nowhere");
        }
    }

    #[test]
    fn tags_and_headers_choose_a_language() {
        assert_eq!(Language::from_tag("th-TH"), Some(Language::Thai));
        assert_eq!(Language::from_tag("EN_us"), Some(Language::English));
        assert_eq!(Language::from_tag("fr"), None);
        assert_eq!(Language::negotiate("fr-FR, th;q=0.8, en;q=0.5"), Language::Thai);
        assert_eq!(Language::negotiate("de, *;q=0.1"), Language::English);
        assert_eq!(Language::negotiate("th;q=0, en;q=x"), Language::English);
        assert_eq!(Language::negotiate(""), Language::English);
    }

    #[test]
    fn arguments_are_filled_in_and_a_missing_key_shows_itself() {
        let name = String::from("Mali <b>");
        assert_eq!(Language::English.message("activity-assignee-self").arg("name", &name).to_string(), "Mali <b> self-assigned this conversation");
        assert_eq!(Language::English.ta("webhooks-count", &[("count", 1.into())]), "1 webhook");
        assert_eq!(Language::English.ta("webhooks-count", &[("count", 1284_usize.into())]), "1,284 webhooks");
        assert_eq!(Language::Thai.t("no-such-key"), "no-such-key");
        assert_eq!(grouped(-1_234_567), "-1,234,567");
        assert_eq!(grouped(999), "999");
    }
}
