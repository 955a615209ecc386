//! Rows and rules of help centres.
use crate::{
    audited,
    checks::{LINE, required},
    db::{
        schema::{articles, categories, portals},
        types::{AccountId, ArticleId, BlobId, CategoryId, InboxId, Json, PortalId, UserId},
    },
    error::{Error, Result},
    text_enum,
    web::Language,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

/// How many help centres an account may have: lists show them all.
pub const MOST_PORTALS: i64 = 50;

/// How many categories a help centre may have: a list shows them all.
pub const MOST_CATEGORIES: i64 = 1000;

/// How many others a category may name.
pub const MOST_RELATED: usize = 20;

/// How many articles a help centre may have: its site map names them all.
pub const MOST_ARTICLES: i64 = 5000;

/// In how many languages a help centre may be.
pub const MOST_LOCALES: usize = 50;

/// The longest text of an article, in characters; that of a description as well.
pub const LONGEST: usize = 20_000;

/// The language of a help centre of which none is said.
pub const USUAL_LOCALE: &str = "en";

/// What stands in a link where an article's name could be.
const RESERVED: [&str; 3] = ["search", "articles", "categories"];

text_enum! {
    /// How far an article is.
    pub enum Status { Draft = 0 "draft", Published = 1 "published", Archived = 2 "archived" }
}

/// In which languages a help centre is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PortalConfig {
    /// What somebody gets who names none; one of those below.
    pub default_locale: String,
    /// In the order in which readers choose among them.
    pub allowed_locales: Vec<String>,
    /// Those of them that readers are not offered yet.
    pub draft_locales: Vec<String>,
}

impl Default for PortalConfig {
    fn default() -> Self {
        PortalConfig { default_locale: USUAL_LOCALE.into(), allowed_locales: vec![USUAL_LOCALE.into()], draft_locales: Vec::new() }
    }
}

impl PortalConfig {
    /// The languages that readers are offered.
    pub fn open_locales(&self) -> impl Iterator<Item = &str> {
        self.allowed_locales.iter().filter(|code| !self.draft_locales.contains(code)).map(String::as_str)
    }
}

/// A row of `portals`: a help centre.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Serialize)]
#[diesel(table_name = portals, treat_none_as_null = true)]
pub struct Portal {
    /// Its id.
    pub id: PortalId,
    /// Whose it is.
    pub account_id: AccountId,
    /// The inbox of the website whose chat its pages show.
    pub inbox_id: Option<InboxId>,
    /// The picture beside its name.
    pub logo_blob_id: Option<BlobId>,
    /// What it is called.
    pub name: String,
    /// What it is called in links.
    pub slug: String,
    /// The host that is its own.
    pub custom_domain: Option<String>,
    /// Of its pages, as `#rrggbb`.
    pub color: Option<String>,
    /// What its pages begin with.
    pub header_text: Option<String>,
    /// Where those who have read enough go.
    pub homepage_link: Option<String>,
    /// What browsers call its pages.
    pub page_title: Option<String>,
    /// Its languages.
    pub config: Json<PortalConfig>,
    /// Whether nobody sees it any more but those who keep it.
    pub archived: bool,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

audited!(Portal = "Portal" by name);

/// A row of `categories`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Serialize)]
#[diesel(table_name = categories, treat_none_as_null = true)]
pub struct Category {
    /// Its id.
    pub id: CategoryId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Of which help centre.
    pub portal_id: PortalId,
    /// In which language.
    pub locale: String,
    /// What it is called in links.
    pub slug: String,
    /// What it is called.
    pub name: String,
    /// What is in it.
    pub description: Option<String>,
    /// A character that stands for it.
    pub icon: Option<String>,
    /// The colour of that.
    pub icon_color: Option<String>,
    /// Where it stands among the others.
    pub position: i32,
    /// Within which other one it is.
    pub parent_category_id: Option<CategoryId>,
    /// The same in the language in which it was first.
    pub associated_category_id: Option<CategoryId>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

audited!(Category = "Category" by name);

/// A row of `articles`. (Its views are counted apart.)
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Serialize)]
#[diesel(table_name = articles, treat_none_as_null = true)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Of which help centre.
    pub portal_id: PortalId,
    /// In which category.
    pub category_id: Option<CategoryId>,
    /// Who has written it; nobody once they have left.
    pub author_id: Option<UserId>,
    /// The same in the language in which it was first.
    pub associated_article_id: Option<ArticleId>,
    /// In which language.
    pub locale: String,
    /// What it is called in links.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// What it is about, in a sentence.
    pub description: Option<String>,
    /// What it says, in Markdown.
    pub content: Option<String>,
    /// How far it is.
    pub status: Status,
    /// Where it stands among the others.
    pub position: i32,
    /// What search engines are told: `title`, `description`, `tags`.
    pub meta: Json<Map<String, Value>>,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// When it was last changed.
    pub updated_at: NaiveDateTime,
}

audited!(Article = "Article" by title);

impl Article {
    /// The one that stands for it in every language.
    pub fn root(&self) -> ArticleId {
        self.associated_article_id.unwrap_or(self.id)
    }

    /// What its meta data say under a key.
    pub fn said(&self, key: &str) -> Option<&str> {
        self.meta.0.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    }
}

/// The name of a help centre in links: small Latin letters, digits, `-` and `_`.
///
/// # Errors
/// [`Error::Invalid`] about `slug`.
pub fn checked_portal_slug(text: &str) -> Result<String> {
    let slug = required("slug", text, LINE)?.to_ascii_lowercase();
    let fits = slug.starts_with(|c: char| c.is_ascii_alphanumeric()) && slug.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if fits { Ok(slug) } else { Err(Error::invalid("slug", "Slug must begin with a letter or a digit and have Latin letters, digits, - and _ only")) }
}

/// The name of a category or an article in links: letters and digits of any script, `-` and `_`.
///
/// # Errors
/// [`Error::Invalid`] about `slug`.
pub fn checked_slug(text: &str) -> Result<String> {
    let slug = required("slug", text, LINE)?.to_lowercase();
    let fits = slug.starts_with(char::is_alphanumeric) && slug.chars().all(may_stand_in_slug);
    match fits && !RESERVED.contains(&slug.as_str()) {
        true => Ok(slug),
        false => Err(Error::invalid("slug", "Slug must begin with a letter or a digit, have letters, digits, - and _ only, and be no word of links")),
    }
}

/// The tone marks of Thai and accents that stand by themselves are part of a word, though no letters to Unicode.
fn may_stand_in_slug(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '\u{300}'..='\u{36f}' | '\u{e47}'..='\u{e4e}')
}

/// A title as links may have it, of at most 80 characters; may be empty.
pub fn slug_of(title: &str) -> String {
    let mut slug = String::new();
    for c in title.to_lowercase().chars().take(80) {
        match c {
            c if may_stand_in_slug(c) && (c.is_alphanumeric() || !slug.is_empty()) && c != '-' => slug.push(c),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    let slug = slug.trim_end_matches('-');
    if RESERVED.contains(&slug) { format!("{slug}-1") } else { slug.to_owned() }
}

/// The code of a language as in `en`, `pt_BR` or `zh-Hant`.
///
/// # Errors
/// [`Error::Invalid`] about that attribute.
pub fn checked_locale(attribute: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    let (language, rest) = text.split_once(['_', '-']).map_or((text, None), |(language, rest)| (language, Some(rest)));
    let is_language = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_rest = |rest: &str| (2..=4).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match is_language && rest.is_none_or(is_rest) {
        true => Ok(text.to_owned()),
        false => Err(Error::invalid(attribute, "Locale must be the code of a language, as in en or pt_BR")),
    }
}

/// A host such as `help.example.com`, also where a whole address of it is given.
///
/// # Errors
/// [`Error::Invalid`] about `custom_domain`.
pub fn checked_domain(text: &str) -> Result<String> {
    let refused = || Error::invalid("custom_domain", "Custom domain must be a host of your own, such as help.example.com");
    let text = text.trim();
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&whole).map_err(|_| refused())?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.port().is_none();
    let host = url.domain().filter(|host| is_bare && host.contains('.') && host.len() <= LINE && !host.ends_with('.'));
    host.map(str::to_owned).ok_or_else(refused)
}

/// The address of a page, of `http` or `https`.
///
/// # Errors
/// [`Error::Invalid`] about `homepage_link`.
pub fn checked_link(text: &str) -> Result<String> {
    let text = text.trim();
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let fits = Url::parse(&whole).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let refused = || Error::invalid("homepage_link", "Homepage link must be the address of a page, such as https://example.com");
    if fits && whole.chars().count() <= LINE { Ok(whole) } else { Err(refused()) }
}

/// The language in which the pages of a help centre speak around its articles: that of the articles where we know it.
pub fn language_of(locale: &str) -> Language {
    Language::from_tag(locale).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_links() {
        assert_eq!(checked_portal_slug(" Hand-Book_2 ").unwrap(), "hand-book_2");
        for bad in ["", "-a", "a b", "a/b", "..", "a.b", "a%2fb", "ร้าน", "a\u{202e}b", &"x".repeat(256)] {
            assert!(checked_portal_slug(bad).is_err(), "{bad:.40}");
        }
        for good in ["hello-world", "วิธีใช้", "été", "1"] {
            assert_eq!(checked_slug(good).unwrap(), good);
        }
        for bad in ["", "..", "../x", "a/b", "a\\b", "a b", "a.json", "a%2e", "<b>", "a\u{200b}b", "search", "Articles", "a?b", "a#b"] {
            assert!(checked_slug(bad).is_err(), "{bad}");
        }
        assert_eq!(slug_of("How do I pay?  (With a card)"), "how-do-i-pay-with-a-card");
        assert_eq!(slug_of("วิธีสั่งซื้อ"), "วิธีสั่งซื้อ");
        assert_eq!((slug_of("?!"), slug_of("Search")), (String::new(), "search-1".into()));
        assert!(checked_slug(&slug_of(&"ใช้ ".repeat(200))).is_ok());
    }

    #[test]
    fn languages_and_hosts() {
        for good in ["en", "pt_BR", "zh-Hant", "ckb"] {
            assert_eq!(checked_locale("locale", good).unwrap(), good);
        }
        for bad in ["", "e", "EN", "english", "en_", "en_USAAA", "../en", "en/th", "e\u{301}n"] {
            assert!(checked_locale("locale", bad).is_err(), "{bad}");
        }
        assert_eq!(checked_domain("HELP.example.com").unwrap(), "help.example.com");
        assert_eq!(checked_domain("https://help.example.com/").unwrap(), "help.example.com");
        for bad in ["", "localhost", "10.0.0.1", "help.example.com/x", "a b.example", "help.example.com:81", "me@help.example.com", "[::1]"] {
            assert!(checked_domain(bad).is_err(), "{bad}");
        }
        assert_eq!(checked_link("example.com/x").unwrap(), "https://example.com/x");
        for bad in ["javascript://x", "ftp://example.com", "https://", "http:// x"] {
            assert!(checked_link(bad).is_err(), "{bad}");
        }
    }
}
