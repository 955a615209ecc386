//! How help centres, categories and articles look, to those who keep them.
mod articles;

pub(super) use articles::{ArticleJson, load_articles};
pub use articles::{FoundArticle, found};

use super::{
    model::{Category, Portal, Status},
    queries::{self, Tally},
};
use crate::{
    db::{
        DbConn,
        types::{AccountId, BlobId, CategoryId, InboxId, PortalId, UserId},
    },
    error::{Error, Result},
    files::{self, Blob, Links},
    inboxes::{self, Details, Inbox, InboxJson},
};
use schemars::JsonSchema;
use serde::Serialize;

/// One of the languages of a help centre.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct LocaleJson<'a> {
    /// As in `en` or `pt_BR`.
    code: &'a str,
    articles_count: i64,
    categories_count: i64,
    /// Whether readers are not offered it yet.
    draft: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct ConfigJson<'a> {
    allowed_locales: Vec<LocaleJson<'a>>,
    default_locale: &'a str,
}

/// The picture beside the name of a help centre.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct LogoJson<'a> {
    id: BlobId,
    portal_id: PortalId,
    /// As in `image/png`.
    file_type: &'a str,
    account_id: AccountId,
    file_url: String,
    blob_id: BlobId,
    filename: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct PortalMeta<'a> {
    all_articles_count: i64,
    archived_articles_count: i64,
    published_count: i64,
    draft_articles_count: i64,
    /// Those of whoever asks.
    mine_articles_count: i64,
    categories_count: i64,
    default_locale: &'a str,
}

/// A help centre.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Portal")]
pub(super) struct PortalJson<'a> {
    id: PortalId,
    /// `#rrggbb`.
    color: Option<&'a str>,
    custom_domain: Option<&'a str>,
    header_text: Option<&'a str>,
    homepage_link: Option<&'a str>,
    name: &'a str,
    page_title: Option<&'a str>,
    /// What it is called in links.
    slug: &'a str,
    /// Whether nobody sees it any more but those who keep it.
    archived: bool,
    account_id: AccountId,
    config: ConfigJson<'a>,
    /// The website whose chat its pages show.
    #[serde(skip_serializing_if = "Option::is_none")]
    inbox: Option<InboxJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<LogoJson<'a>>,
    meta: PortalMeta<'a>,
}

/// Help centres with what is drawn with them.
pub(super) struct Loaded {
    portals: Vec<Portal>,
    /// In which language articles are counted; none: in all.
    locale: Option<String>,
    tally: Tally,
    inboxes: Vec<Details>,
    logos: Vec<Blob>,
}

/// Loads what is drawn with help centres, for whoever asks.
pub(super) fn load(conn: &mut DbConn, by: UserId, portals: Vec<Portal>) -> Result<Loaded> {
    let ids: Vec<PortalId> = portals.iter().map(|portal| portal.id).collect();
    let of: Vec<InboxId> = portals.iter().filter_map(|portal| portal.inbox_id).collect();
    let rows = inboxes::by_ids(conn, &of)?.into_iter().map(|(inbox, _)| inbox).collect::<Vec<_>>();
    let logos: Vec<BlobId> = portals.iter().filter_map(|portal| portal.logo_blob_id).collect();
    Ok(Loaded {
        tally: queries::tally(conn, &ids, by)?,
        inboxes: if rows.is_empty() { Vec::new() } else { inboxes::details(conn, rows)? },
        logos: files::by_ids(conn, &logos)?,
        locale: None,
        portals,
    })
}

impl Loaded {
    /// Counts the articles in one language only, if that is given.
    pub fn counted_in(self, locale: Option<String>) -> Loaded {
        Loaded { locale, ..self }
    }

    /// Draws them, in their order. `public_url` is where websites load their scripts.
    pub fn draw<'a>(&'a self, links: &Links, public_url: &str) -> Vec<PortalJson<'a>> {
        self.portals.iter().map(|portal| self.one(portal, links, public_url)).collect()
    }

    /// Draws the only one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn draw_one<'a>(&'a self, links: &Links, public_url: &str) -> Result<PortalJson<'a>> {
        self.draw(links, public_url).pop().ok_or(Error::NotFound)
    }

    fn one<'a>(&'a self, portal: &'a Portal, links: &Links, public_url: &str) -> PortalJson<'a> {
        let (tally, config) = (&self.tally, &portal.config.0);
        let count = |status| tally.articles(portal.id, self.locale.as_deref(), status);
        let locale = |code: &'a String| LocaleJson {
            code,
            articles_count: tally.articles(portal.id, Some(code), None),
            categories_count: tally.categories(portal.id, Some(code)),
            draft: config.draft_locales.contains(code),
        };
        let website = self.inboxes.iter().find(|details| Some(details.inbox.id) == portal.inbox_id);
        let logo = self.logos.iter().find(|blob| Some(blob.id) == portal.logo_blob_id);
        PortalJson {
            id: portal.id,
            color: portal.color.as_deref(),
            custom_domain: portal.custom_domain.as_deref(),
            header_text: portal.header_text.as_deref(),
            homepage_link: portal.homepage_link.as_deref(),
            name: &portal.name,
            page_title: portal.page_title.as_deref(),
            slug: &portal.slug,
            archived: portal.archived,
            account_id: portal.account_id,
            config: ConfigJson { allowed_locales: config.allowed_locales.iter().map(locale).collect(), default_locale: &config.default_locale },
            // its keys are shown where it is set up
            inbox: website.map(|details| inboxes::draw(details, false, public_url)),
            logo: logo.map(|blob| draw_logo(portal, blob, links)),
            meta: PortalMeta {
                all_articles_count: count(None),
                archived_articles_count: count(Some(Status::Archived)),
                published_count: count(Some(Status::Published)),
                draft_articles_count: count(Some(Status::Draft)),
                mine_articles_count: tally.mine(portal.id, self.locale.as_deref()),
                categories_count: tally.categories(portal.id, None),
                default_locale: &config.default_locale,
            },
        }
    }
}

fn draw_logo<'a>(portal: &Portal, blob: &'a Blob, links: &Links) -> LogoJson<'a> {
    LogoJson {
        id: blob.id,
        portal_id: portal.id,
        file_type: &blob.content_type,
        account_id: portal.account_id,
        file_url: links.to(blob),
        blob_id: blob.id,
        filename: &blob.filename,
    }
}

/// A help centre as the chat of a website knows it: whose most read articles it may offer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WidgetPortal")]
pub struct PortalOfWidget {
    name: String,
    /// What it is called in links.
    slug: String,
    /// The host that is its own.
    custom_domain: Option<String>,
    config: WidgetPortalConfig,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct WidgetPortalConfig {
    /// Those that readers are offered.
    allowed_locales: Vec<String>,
    default_locale: String,
}

/// The help centre that belongs to the inbox of a website, if there is one.
///
/// # Errors
/// The database's.
pub fn of_widget(conn: &mut DbConn, inbox: &Inbox) -> Result<Option<PortalOfWidget>> {
    let draw = |portal: Portal| PortalOfWidget {
        name: portal.name,
        slug: portal.slug,
        custom_domain: portal.custom_domain,
        config: WidgetPortalConfig {
            allowed_locales: portal.config.0.open_locales().map(str::to_owned).collect(),
            default_locale: portal.config.0.default_locale,
        },
    };
    Ok(queries::of_inbox(conn, inbox.id, inbox.portal_id)?.map(draw))
}

/// Another category that one belongs to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct CategoryLink<'a> {
    id: CategoryId,
    name: &'a str,
    slug: &'a str,
    locale: &'a str,
}

fn category_link(category: &Category) -> CategoryLink<'_> {
    CategoryLink { id: category.id, name: &category.name, slug: &category.slug, locale: &category.locale }
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct CategoryMeta {
    articles_count: i64,
}

/// A category of a help centre.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Category")]
pub(super) struct CategoryJson<'a> {
    id: CategoryId,
    name: &'a str,
    /// What it is called in links.
    slug: &'a str,
    locale: &'a str,
    description: Option<&'a str>,
    position: i32,
    account_id: AccountId,
    /// A character that stands for it.
    icon: Option<&'a str>,
    icon_color: Option<&'a str>,
    /// Within which other one it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_category: Option<CategoryLink<'a>>,
    /// The same in the language in which it was first.
    #[serde(skip_serializing_if = "Option::is_none")]
    root_category: Option<CategoryLink<'a>>,
    /// Others that readers of this one may want.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_categories: Vec<CategoryLink<'a>>,
    meta: CategoryMeta,
}

/// Categories with what is drawn with them.
pub(super) struct LoadedCategories {
    categories: Vec<Category>,
    others: Vec<Category>,
    related: Vec<(CategoryId, CategoryId)>,
    counts: Vec<(CategoryId, i64)>,
}

/// Loads what is drawn with categories.
pub(super) fn load_categories(conn: &mut DbConn, categories: Vec<Category>) -> Result<LoadedCategories> {
    let ids: Vec<CategoryId> = categories.iter().map(|category| category.id).collect();
    let of = |category: &Category| [category.parent_category_id, category.associated_category_id];
    let related = queries::related(conn, &ids)?;
    let mut others: Vec<CategoryId> = categories.iter().flat_map(of).flatten().chain(related.iter().map(|(_, other)| *other)).collect();
    // each is asked for once, however many name it
    others.sort_unstable();
    others.dedup();
    let others = queries::categories_with_ids(conn, &others)?;
    Ok(LoadedCategories { counts: queries::articles_in(conn, &ids, None)?, related, others, categories })
}

impl LoadedCategories {
    /// Draws them, in their order.
    pub fn draw(&self) -> Vec<CategoryJson<'_>> {
        self.categories.iter().map(|category| self.one(category)).collect()
    }

    /// Draws the only one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn draw_one(&self) -> Result<CategoryJson<'_>> {
        self.draw().pop().ok_or(Error::NotFound)
    }

    fn one<'a>(&'a self, category: &'a Category) -> CategoryJson<'a> {
        let other = |id: Option<CategoryId>| self.others.iter().find(|other| Some(other.id) == id).map(category_link);
        let related = self.related.iter().filter(|(of, _)| *of == category.id).filter_map(|(_, id)| other(Some(*id)));
        let articles_count = self.counts.iter().find(|(id, _)| *id == category.id).map_or(0, |(_, number)| *number);
        CategoryJson {
            id: category.id,
            name: &category.name,
            slug: &category.slug,
            locale: &category.locale,
            description: category.description.as_deref(),
            position: category.position,
            account_id: category.account_id,
            icon: category.icon.as_deref(),
            icon_color: category.icon_color.as_deref(),
            parent_category: other(category.parent_category_id),
            root_category: other(category.associated_category_id),
            related_categories: related.collect(),
            meta: CategoryMeta { articles_count },
        }
    }
}
