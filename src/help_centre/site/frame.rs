//! What all pages of a help centre have around them.
use crate::{
    config::Config,
    db::DbConn,
    error::{Error, Result},
    files::{self, Links},
    help_centre::{
        model::{Portal, language_of},
        queries,
        site::theme,
    },
    inboxes::{self, Channel},
    web::{Language, assets, locales},
};

/// Part of a link.
pub fn segment(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).map(|part| if part == "+" { "%20" } else { part }).collect()
}

/// A help centre in one of the languages that readers are offered, with what is drawn around each of its pages.
pub struct Place {
    /// The help centre.
    pub portal: Portal,
    /// The language.
    pub locale: String,
    logo: Option<String>,
    website: Option<String>,
}

impl Place {
    /// A help centre that anybody may read, in that language.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a language that readers are not offered.
    pub fn find(conn: &mut DbConn, links: &Links, slug: &str, locale: &str) -> Result<Place> {
        let portal = queries::open(conn, slug)?;
        Place::of(conn, links, portal, locale)
    }

    /// The same of a help centre that is at hand.
    ///
    /// # Errors
    /// As [`Place::find`].
    pub fn of(conn: &mut DbConn, links: &Links, portal: Portal, locale: &str) -> Result<Place> {
        if !portal.config.0.open_locales().any(|code| code == locale) {
            return Err(Error::NotFound);
        }
        let ids: Vec<_> = portal.logo_blob_id.into_iter().collect();
        let logo = files::by_ids(conn, &ids)?.first().map(|blob| links.path(blob));
        let ids: Vec<_> = portal.inbox_id.into_iter().collect();
        let website = inboxes::by_ids(conn, &ids)?.into_iter().find_map(|(_, channel)| match channel {
            Channel::WebWidget(channel) => Some(channel.website_token),
            Channel::Api(_) => None,
        });
        Ok(Place { portal, locale: locale.to_owned(), logo, website })
    }

    /// The path of its start in one of its languages.
    pub fn home(&self, locale: &str) -> String {
        format!("/hc/{}/{}", segment(&self.portal.slug), segment(locale))
    }

    /// The path of a category in this language.
    pub fn category(&self, slug: &str) -> String {
        format!("{}/categories/{}", self.home(&self.locale), segment(slug))
    }
}

/// The path of an article.
pub fn article(portal: &Portal, slug: &str) -> String {
    format!("/hc/{}/articles/{}", segment(&portal.slug), segment(slug))
}

/// Where a page of a help centre is for search engines: at its own host, if it has one.
pub fn whole(portal: &Portal, config: &Config, path: &str) -> String {
    match &portal.custom_domain {
        Some(host) => format!("https://{host}{path}"),
        None => format!("{}{path}", config.public_url.as_str().trim_end_matches('/')),
    }
}

/// The same page in another language.
pub struct Other {
    /// As HTML names the language.
    pub tag: String,
    /// What the language calls itself.
    pub name: String,
    /// Where it leads to.
    pub href: String,
    /// Where that is for search engines; none where it is only the start.
    pub whole: Option<String>,
    /// Whether it is the one that is read now.
    pub is_current: bool,
}

/// The chat of a website.
pub struct Chat {
    /// By what the website is known.
    pub token: String,
    /// Where the server is.
    pub base: String,
    /// What loads it.
    pub scripts: [String; 2],
}

/// What templates draw around a page.
pub struct Frame {
    /// Which language our own words are in.
    pub lang: Language,
    /// As HTML names the language of what is read.
    pub tag: String,
    /// In which direction that is written.
    pub direction: &'static str,
    /// What the help centre is called.
    pub name: String,
    /// What browsers call it.
    pub title: String,
    /// A link to its picture.
    pub logo: Option<String>,
    /// The page of the business.
    pub homepage: Option<String>,
    /// Where it begins.
    pub home: String,
    /// Where it is searched.
    pub search: String,
    /// What is sought.
    pub query: String,
    /// Of search engines.
    pub canonical: String,
    /// What the page is about.
    pub description: String,
    /// Whether search engines are asked to pass by.
    pub is_unlisted: bool,
    /// The languages.
    pub others: Vec<Other>,
    /// The look of all help centres.
    pub style: String,
    /// The colours of this one.
    pub theme: String,
    /// Of browsers.
    pub icon: String,
    /// The chat, if there is one.
    pub chat: Option<Chat>,
}

impl Frame {
    /// What is around the page at this path. `translated` are the languages in which the page is, each with its path.
    pub fn new(place: &Place, config: &Config, path: &str, description: Option<&str>, translated: &[(String, String)]) -> Frame {
        let Place { portal, locale, logo, website } = place;
        let other = |code: &str| {
            let same = translated.iter().find(|(known, _)| known == code).map(|(_, path)| path.clone());
            Other {
                tag: locales::tag(code),
                name: locales::name(code),
                whole: same.as_ref().map(|path| whole(portal, config, path)),
                href: same.unwrap_or_else(|| place.home(code)),
                is_current: code == locale,
            }
        };
        let base = config.public_url.as_str().trim_end_matches('/').to_owned();
        let about = description.map(str::to_owned).or_else(|| portal.header_text.clone());
        Frame {
            lang: language_of(locale),
            tag: locales::tag(locale),
            direction: locales::direction(locale),
            name: portal.name.clone(),
            title: portal.page_title.clone().unwrap_or_else(|| portal.name.clone()),
            logo: logo.clone(),
            homepage: portal.homepage_link.clone(),
            home: place.home(locale),
            search: format!("{}/search", place.home(locale)),
            query: String::new(),
            canonical: whole(portal, config, path),
            description: about.unwrap_or_else(|| portal.name.clone()),
            is_unlisted: false,
            others: portal.config.0.open_locales().map(other).collect(),
            style: assets::url("help_centre.css"),
            theme: theme::url(portal.color.as_deref()),
            icon: assets::url("favicon.svg"),
            chat: website.clone().map(|token| Chat { token, base: base.clone(), scripts: ["widget/sdk.js", "help_centre.js"].map(assets::url) }),
        }
    }

    /// The text of a message that takes no arguments.
    pub fn t(&self, key: &str) -> String {
        self.lang.t(key)
    }
}
