//! What may be said about help centres, categories and articles.
use crate::{
    checks::{LINE, at_most, checked_color, required},
    db::types::{ArticleId, CategoryId, InboxId, UserId},
    error::{Error, Result},
    help_centre::model::{LONGEST, MOST_LOCALES, Portal, PortalConfig, Status, checked_domain, checked_link, checked_locale, checked_portal_slug},
    storage::Upload,
    web::{
        Input,
        fields::{Flag, List, Object, Patch, Text},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// How many may be put into another order at once.
const MOST_PLACES: usize = 1000;

/// In which languages a help centre is.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(in crate::help_centre) struct ConfigInput {
    /// Codes of languages, as in `en` or `pt_BR`, in the order in which readers choose among them; at most 50.
    pub allowed_locales: Option<List<Text>>,
    /// What somebody gets who names none: one of these.
    pub default_locale: Patch<Text>,
    /// Those of them that readers are not offered yet.
    pub draft_locales: Option<List<Text>>,
}

impl ConfigInput {
    fn apply(self, config: &mut PortalConfig) -> Result<()> {
        let ConfigInput { allowed_locales, default_locale, draft_locales } = self;
        let codes = |List(said): List<Text>| {
            let mut codes: Vec<String> = Vec::new();
            for Text(text) in said {
                let code = checked_locale("config", &text)?;
                if !codes.contains(&code) {
                    codes.push(code);
                }
            }
            if codes.len() > MOST_LOCALES {
                Err(Error::invalid("config", format!("Locales are too many (maximum is {MOST_LOCALES})")))
            } else {
                Ok(codes)
            }
        };
        if let Some(said) = allowed_locales {
            let said = codes(said)?;
            config.allowed_locales = if said.is_empty() { PortalConfig::default().allowed_locales } else { said };
        }
        match default_locale {
            Patch::Set(Text(text)) => {
                let code = checked_locale("config", &text)?;
                if !config.allowed_locales.contains(&code) {
                    return Err(Error::invalid("config", "Default locale must be one of the allowed locales"));
                }
                config.default_locale = code;
            }
            _ if config.allowed_locales.contains(&config.default_locale) => {}
            _ => config.default_locale = config.allowed_locales.first().cloned().unwrap_or_default(),
        }
        if let Some(said) = draft_locales {
            config.draft_locales = codes(said)?;
        }
        // what everybody gets cannot be kept back
        let PortalConfig { default_locale, allowed_locales, draft_locales } = config;
        draft_locales.retain(|code| code != default_locale && allowed_locales.contains(code));
        Ok(())
    }
}

/// What may be said about a help centre.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(in crate::help_centre) struct PortalInput {
    /// Up to 255 characters; a new one needs it.
    pub name: Patch<Text>,
    /// What it is called in links: Latin letters, digits, `-` and `_`, once on the whole server. A new one needs it.
    pub slug: Patch<Text>,
    /// As in `#1f93ff`.
    pub color: Patch<Text>,
    /// A host of your own that leads here, such as `help.example.com`; once on the whole server.
    pub custom_domain: Patch<Text>,
    /// Up to 255 characters.
    pub header_text: Patch<Text>,
    /// The address of a page of yours.
    pub homepage_link: Patch<Text>,
    /// Up to 255 characters.
    pub page_title: Patch<Text>,
    /// Whether nobody sees it any more but those who keep it.
    pub archived: Patch<Flag>,
    /// Its languages; what is not said of them stays.
    pub config: Patch<ConfigInput>,
    /// The inbox of the website whose chat its pages show.
    pub inbox_id: Patch<InboxId>,
    /// The picture beside its name: what `upload` has called the file.
    pub blob_id: Patch<Text>,
    /// The same, as a part of a multipart form.
    #[serde(skip)]
    pub logo: Option<Upload>,
}

impl Input for PortalInput {
    const ROOT: &'static str = "portal";
    const FILES: &'static [&'static str] = &["logo"];
}

impl PortalInput {
    /// What a row can say by itself; the rest was taken out.
    pub(super) fn apply(self, portal: &mut Portal) -> Result<()> {
        let PortalInput { name, slug, color, custom_domain, header_text, homepage_link, page_title, archived, config, .. } = self;
        let said = |text: Patch<Text>, present: &str| text.map(|text| text.0).or(Some(present.to_owned())).unwrap_or_default();
        portal.name = required("name", &said(name, &portal.name), LINE)?;
        portal.slug = checked_portal_slug(&said(slug, &portal.slug))?;
        let line = |attribute, text: Patch<Text>, present: Option<String>| {
            let text = text.map(|text| text.0.trim().to_owned()).or(present).filter(|text| !text.is_empty());
            at_most(attribute, text, LINE)
        };
        portal.header_text = line("header_text", header_text, portal.header_text.take())?;
        portal.page_title = line("page_title", page_title, portal.page_title.take())?;
        let checked = |text: Patch<Text>, present: Option<String>, check: fn(&str) -> Result<String>| match text {
            Patch::Set(Text(text)) if !text.trim().is_empty() => check(&text).map(Some),
            Patch::Absent => Ok(present),
            _ => Ok(None),
        };
        portal.color = checked(color, portal.color.take(), checked_color)?;
        portal.custom_domain = checked(custom_domain, portal.custom_domain.take(), checked_domain)?;
        portal.homepage_link = checked(homepage_link, portal.homepage_link.take(), checked_link)?;
        portal.archived = archived.set().map_or(portal.archived, |flag| flag.0);
        match config {
            Patch::Set(config) => config.apply(&mut portal.config.0),
            _ => Ok(()),
        }
    }
}

/// What may be said about a category.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(in crate::help_centre) struct CategoryInput {
    /// Up to 255 characters; a new one needs it.
    pub name: Patch<Text>,
    /// Up to 20000 characters.
    pub description: Patch<Text>,
    /// Where it stands among the others; a new one stands last.
    pub position: Patch<Text>,
    /// What it is called in links: letters, digits, `-` and `_`, once in a language. A new one needs it.
    pub slug: Patch<Text>,
    /// One of the help centre's languages; its default unless said otherwise.
    pub locale: Patch<Text>,
    /// A character that stands for it.
    pub icon: Patch<Text>,
    /// The colour of that.
    pub icon_color: Patch<Text>,
    /// Within which other one it is.
    pub parent_category_id: Patch<CategoryId>,
    /// The same in another language.
    pub associated_category_id: Patch<CategoryId>,
    /// Others of the same help centre that readers of this one may want, at most 20, instead of those that were named before.
    pub related_category_ids: Option<List<CategoryId>>,
}

impl Input for CategoryInput {
    const ROOT: &'static str = "category";
}

/// What may be said about an article.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(in crate::help_centre) struct ArticleInput {
    /// Up to 255 characters; a new one needs it.
    pub title: Patch<Text>,
    /// What it is called in links: letters, digits, `-` and `_`, once in a help centre. Made of the title unless said.
    pub slug: Patch<Text>,
    /// Where it stands among the others; a new one stands last.
    pub position: Patch<Text>,
    /// In Markdown, up to 20000 characters; one that is published needs it.
    pub content: Patch<Text>,
    /// What it is about, up to 20000 characters.
    pub description: Patch<Text>,
    /// One of the same help centre, and of the same language.
    pub category_id: Patch<CategoryId>,
    /// A member of the account; whoever makes it unless said otherwise.
    pub author_id: Patch<UserId>,
    /// The same in another language.
    pub associated_article_id: Patch<ArticleId>,
    /// `draft` unless said otherwise.
    pub status: Patch<Status>,
    /// One of the help centre's languages: its category's unless said otherwise, or else the default.
    pub locale: Patch<Text>,
    /// What search engines are told: `title`, `description`, `tags`.
    pub meta: Patch<Object>,
}

impl Input for ArticleInput {
    const ROOT: &'static str = "article";
}

/// Where articles or categories stand from now on.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(in crate::help_centre) struct Positions {
    /// The place of each, by its id; at most 1000.
    pub positions_hash: Object,
}

impl Input for Positions {}

impl Positions {
    /// Each id with its place, always in one order, so that two who say it at the same time wait for each other. What is no id is passed over.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a place that is none; [`Error::Refused`] for too many.
    pub(super) fn wanted(self) -> Result<Vec<(i64, i32)>> {
        let Positions { positions_hash: Object(said) } = self;
        if said.len() > MOST_PLACES {
            return Err(Error::Refused(format!("At most {MOST_PLACES} can be put into another order at once")));
        }
        let mut wanted: Vec<(i64, i32)> = Vec::new();
        for (id, said) in said {
            let Ok(id) = id.trim().parse() else { continue };
            let said = match said {
                Value::String(text) => text,
                other => other.to_string(),
            };
            wanted.push((id, place(Patch::Set(Text(said)), 0)?));
        }
        wanted.sort_unstable();
        Ok(wanted)
    }
}

/// A place among others.
///
/// # Errors
/// [`Error::Invalid`] about `position`.
pub(super) fn place(said: Patch<Text>, present: i32) -> Result<i32> {
    match said {
        Patch::Set(Text(text)) => {
            let refused = || Error::invalid("position", "Position must be a whole number, from 0 on");
            text.trim().parse().ok().filter(|place| *place >= 0).ok_or_else(refused)
        }
        _ => Ok(present),
    }
}

/// A text of several lines.
///
/// # Errors
/// [`Error::Invalid`] about that attribute.
pub(super) fn body(attribute: &'static str, said: Patch<Text>, present: Option<String>) -> Result<Option<String>> {
    at_most(attribute, said.map(|text| text.0).or(present).filter(|text| !text.trim().is_empty()), LONGEST)
}
