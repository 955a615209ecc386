//! What every page has: language, theme, who is looking, and the small helpers that templates call on it.

use std::fmt;

use askama::filters::HtmlSafe;

use crate::{
    db::{
        DbConn,
        types::{AccountId, UserId},
    },
    error::Result,
};

use super::assets;
use super::clock::{self, Moment};
use super::i18n::{Arg, Language, Message, grouped};

mod deletion;
mod highlight;
pub use deletion::ConfirmDeletion;
use highlight::Highlighted;

/// The frame of a page; templates know it as `page`.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The language of the page.
    pub lang: Language,
    /// The name of the installation.
    pub brand: String,
    /// Light, dark, or as the device says.
    pub theme: Theme,
    /// The current path with its query, to come back to.
    pub path: String,
    /// The token that every form sends along.
    pub csrf: String,
    /// What the last action has to say.
    pub flash: Option<Flash>,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// The time at which the page is drawn, in unix seconds.
    pub now: i64,
    /// What an administrator should know on whatever page they are.
    pub notices: Vec<Notice>,
    /// How many notifications the viewer has not read, counted to ten.
    pub unread: usize,
}

/// Something that an administrator should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What is the matter, in the language of the page.
    pub text: String,
    /// Where more is to be seen.
    pub href: String,
}

/// Finds the notices for an account, in this language.
pub type AsksForNotices = fn(&mut DbConn, AccountId, Language) -> Result<Vec<Notice>>;

/// Who has something to say to the administrators of an account, on all their pages; `app` makes the list.
pub struct NoticeBoard(pub Vec<AsksForNotices>);

impl NoticeBoard {
    /// What everybody has to say.
    ///
    /// # Errors
    /// The database's.
    pub fn read(&self, conn: &mut DbConn, account: AccountId, language: Language) -> Result<Vec<Notice>> {
        let said = self.0.iter().map(|ask| ask(conn, account, language)).collect::<Result<Vec<_>>>()?;
        Ok(said.into_iter().flatten().collect())
    }
}

/// Counts what a user has not read in an account, to ten; `app` says who does.
#[derive(Clone, Copy)]
pub struct Bell(pub fn(&mut DbConn, AccountId, UserId) -> Result<usize>);

/// How bright the page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The cookie that keeps the choice.
    pub const COOKIE: &'static str = "hookdesk_theme";
    /// Every theme, in the order of the switch.
    pub const ALL: [Theme; 3] = [Theme::Auto, Theme::Light, Theme::Dark];

    /// Reads the cookie or the form field; anything unknown means "as the device says".
    pub fn from_code(code: &str) -> Theme {
        Theme::ALL.into_iter().find(|theme| theme.code() == code).unwrap_or_default()
    }

    /// What cookie, form and `<html data-theme>` hold.
    pub fn code(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// Its name in the catalogue.
    pub fn label_key(self) -> &'static str {
        match self {
            Theme::Auto => "theme-auto",
            Theme::Light => "theme-light",
            Theme::Dark => "theme-dark",
        }
    }

    /// The icon of its button.
    pub fn icon(self) -> &'static str {
        match self {
            Theme::Auto => "monitor",
            Theme::Light => "sun",
            Theme::Dark => "moon",
        }
    }
}

/// Who is signed in, and where.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Their id.
    pub user_id: i64,
    /// Their name.
    pub user_name: String,
    /// Their e-mail address.
    pub user_email: String,
    /// Where their picture is; empty without one.
    pub user_avatar: String,
    /// Whether they may change settings of the account.
    pub administrator: bool,
    /// The account they are looking at.
    pub account_id: i64,
    /// Its name.
    pub account_name: String,
}

impl Viewer {
    /// The address of a settings page of this account: `settings("inboxes")`.
    pub fn settings(&self, page: &str) -> String {
        format!("/app/accounts/{}/settings/{page}", self.account_id)
    }

    /// The address of their notifications.
    pub fn notifications(&self) -> String {
        format!("/app/accounts/{}/notifications", self.account_id)
    }
}

/// How a flash message is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashKind {
    /// It worked.
    Notice,
    /// It did not.
    Alert,
}

/// One message about the action that led to this page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// How it is to be taken.
    pub kind: FlashKind,
    /// Its message in the catalogue.
    pub key: String,
    /// What the message is about, shown after it.
    pub detail: Option<String>,
}

impl Flash {
    /// Something worked.
    pub fn notice(key: &str) -> Flash {
        Flash { kind: FlashKind::Notice, key: key.to_owned(), detail: None }
    }

    /// Something did not work.
    pub fn alert(key: &str) -> Flash {
        Flash { kind: FlashKind::Alert, key: key.to_owned(), detail: None }
    }

    /// Adds what it is about.
    pub fn about(self, detail: impl Into<String>) -> Flash {
        Flash { detail: Some(detail.into()), ..self }
    }

    /// Whether it announces a failure.
    pub fn is_alert(&self) -> bool {
        self.kind == FlashKind::Alert
    }
}

/// A status in a word, an icon and, last, a colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// `good`, `busy`, `warn`, `bad` or `off`.
    pub tone: &'static str,
    /// The icon.
    pub icon: &'static str,
    /// The word.
    pub label: String,
}

/// An icon of the sprite.
pub struct Icon<'a>(&'a str);

impl fmt::Display for Icon<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sprite = assets::url("icons.svg");
        write!(f, "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"{sprite}#{}\"/></svg>", self.0)
    }
}

// The names are written in templates and in our own code, never by a user.
impl HtmlSafe for Icon<'_> {}

impl Shell {
    /// As [`Viewer::settings`], of the account that is looked at.
    pub fn settings(&self, page: &str) -> String {
        self.viewer.as_ref().map(|viewer| viewer.settings(page)).unwrap_or_default()
    }

    /// The text of a message that takes no arguments.
    pub fn t(&self, key: &str) -> String {
        self.lang.t(key)
    }

    /// The text of a message with arguments.
    pub fn ta(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.lang.ta(key, args)
    }

    /// A message to be completed with `.arg(name, value)`.
    pub fn message<'a>(&self, key: &'a str) -> Message<'a> {
        self.lang.message(key)
    }

    /// The address of an asset.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// An icon of the sprite, hidden from screen readers: say the same in words beside it.
    pub fn icon<'a>(&self, name: &'a str) -> Icon<'a> {
        Icon(name)
    }

    /// A time in words ("4 min ago"), with the full date as its title.
    pub fn time(&self, unix: &i64) -> Moment {
        Moment::new(self.lang, *unix, self.now)
    }

    /// The time of something to come: what is due already happens any moment.
    pub fn upcoming(&self, unix: &i64) -> Moment {
        let moment = self.time(unix);
        if *unix > self.now { moment } else { moment.in_words(self.t("time-soon")) }
    }

    /// A time with its full date.
    pub fn time_full(&self, unix: &i64) -> Moment {
        self.time(unix).in_full()
    }

    /// The unread notifications in a bell, which has room for one character and a plus.
    pub fn unread_shown(&self) -> String {
        if self.unread > 9 { "9+".to_owned() } else { self.unread.to_string() }
    }

    /// A whole number with thousands separators.
    pub fn number(&self, number: &i64) -> String {
        grouped(*number)
    }

    /// How long something took.
    pub fn duration(&self, milliseconds: &i64) -> String {
        clock::duration(self.lang, *milliseconds)
    }

    /// An amount of data: `812 B`, `16 KiB`, `4,096 MiB`, `12 GiB`.
    pub fn bytes(&self, bytes: &i64) -> String {
        match *bytes {
            ..1024 => format!("{bytes} B"),
            1024..1_048_576 => format!("{} KiB", grouped(bytes / 1024)),
            1_048_576..10_737_418_240 => format!("{} MiB", grouped(bytes / 1_048_576)),
            _ => format!("{} GiB", grouped(bytes / 1_073_741_824)),
        }
    }

    /// Code or data, with colours when it is JSON.
    pub fn highlight<'a>(&self, text: &'a str) -> Highlighted<'a> {
        Highlighted(text)
    }

    /// Whether this page is the one at `href`, or lies below it.
    pub fn is_at(&self, href: &str) -> bool {
        let path = self.path.split('?').next().unwrap_or_default();
        path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'))
    }

    /// One or two letters that stand for a name in a small square.
    pub fn initials(&self, name: &str) -> String {
        // A Thai word may start with a vowel that is written before its consonant; the consonant is the letter people know it by.
        let letter = |word: &str| word.chars().find(|c| c.is_alphanumeric() && !('เ'..='ไ').contains(c));
        let mut letters = name.split_whitespace().filter_map(letter);
        let pair: String = [letters.next(), letters.next_back()].into_iter().flatten().collect();
        pair.to_uppercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(path: &str) -> Shell {
        Shell {
            lang: Language::English,
            brand: "Hookdesk".into(),
            theme: Theme::Auto,
            path: path.into(),
            csrf: "token".into(),
            flash: None,
            viewer: None,
            now: 0,
            notices: Vec::new(),
            unread: 0,
        }
    }

    #[test]
    fn the_place_in_the_menu_is_known() {
        let page = shell("/app/accounts/1/settings/inboxes/5?x=1");
        assert!(page.is_at("/app/accounts/1/settings/inboxes"));
        assert!(!page.is_at("/app/accounts/1/settings/in"));
        assert!(shell("/app/profile").is_at("/app/profile"));
    }

    #[test]
    fn initials_are_letters_that_people_know() {
        let page = shell("/");
        assert_eq!(page.initials("Mali Srisuk"), "MS");
        assert_eq!(page.initials("Jean-Luc van Damme"), "JD");
        assert_eq!(page.initials("เอกชัย ใจดี"), "อจ");
        assert_eq!(page.initials("acme"), "A");
        assert_eq!(page.initials(""), "");
    }

    #[test]
    fn an_icon_points_into_the_sprite() {
        let html = shell("/").icon("check").to_string();
        assert!(html.starts_with("<svg class=\"icon\" aria-hidden=\"true\""));
        assert!(html.contains("/icons.svg#check\""));
    }

    #[test]
    fn amounts_are_short() {
        let page = shell("/");
        assert_eq!(page.bytes(&812), "812 B");
        assert_eq!(page.bytes(&16_384), "16 KiB");
        assert_eq!((page.bytes(&4_294_967_296), page.bytes(&12_884_901_888)), ("4,096 MiB".into(), "12 GiB".into()));
        assert_eq!(page.number(&1_284), "1,284");
        assert_eq!(Theme::from_code("dark"), Theme::Dark);
        assert_eq!(Theme::from_code("neon"), Theme::Auto);
        assert!(Flash::alert("error-page-500").about("x").is_alert());
    }
}
