//! The start of a help centre, its categories, and what a search finds.
use super::{
    answer::{self, host, lead_to},
    frame::{Frame, Place, article, segment},
};
use crate::{
    checks::{LONGEST_SEARCH, beginning},
    config::Config,
    db::{Db, DbConn, types::CategoryId},
    error::{Error, Result},
    files::Links,
    help_centre::{
        model::{Article, Category, Portal, Status},
        queries::{self, Listing, Narrowed, Order},
    },
    web::{
        ClientInfo, Input, Params, Quota, Quotas,
        fields::{PageNumber, Text},
        markdown,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use askama::Template;
use serde::Deserialize;
use std::time::Duration;

/// How many of the most read articles a start shows.
const POPULAR: i64 = 6;
/// How many articles a page shows.
const PAGE: i64 = 50;
/// How much of an article a list shows, in characters.
const GLIMPSE: usize = 160;
/// How often somebody may search.
pub const SEARCHES: Quota = Quota { of: "help centre searches", most: 60, within: Duration::from_secs(60) };

/// An article, or a category, in a list.
pub struct Shown {
    href: String,
    title: String,
    glimpse: String,
}

/// What a list shows of articles.
fn shown(portal: &Portal, articles: Vec<Article>) -> Vec<Shown> {
    let one = |found: Article| Shown { href: article(portal, &found.slug), glimpse: glimpse(&found), title: found.title };
    articles.into_iter().map(one).collect()
}

/// What an article is about: what is said of it, or else how it begins.
pub fn glimpse(article: &Article) -> String {
    match article.description.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => beginning(text, GLIMPSE),
        None => markdown::plain(article.content.as_deref().unwrap_or_default(), GLIMPSE),
    }
}

/// Leads to the language of those who name none.
pub async fn start(db: Data<Db>, slug: Path<String>) -> Result<HttpResponse> {
    let portal = db.read(move |conn| queries::open(conn, &slug)).await?;
    Ok(lead_to(&format!("/hc/{}/{}", portal.slug, portal.config.0.default_locale)))
}

/// The help centre whose own host this is; for all other names, what is for those who are signed in.
pub async fn at_host(request: HttpRequest, db: Data<Db>) -> Result<HttpResponse> {
    let host = host(request.headers()).ok_or(Error::NotFound)?;
    match db.read(move |conn| queries::at_host(conn, &host)).await {
        Ok(portal) => Ok(lead_to(&format!("/hc/{}/{}", portal.slug, portal.config.0.default_locale))),
        Err(Error::NotFound) => Ok(HttpResponse::Found().insert_header(("location", "/app")).finish()),
        Err(e) => Err(e),
    }
}

/// A category on the start.
struct Tile {
    href: String,
    name: String,
    icon: Option<String>,
    description: String,
    count: i64,
}

#[derive(Template)]
#[template(path = "help_centre/site/home.html")]
struct HomePage {
    frame: Frame,
    header: String,
    tiles: Vec<Tile>,
    popular: Vec<Shown>,
    loose: Vec<Shown>,
}

/// What a start shows.
struct Home {
    place: Place,
    categories: Vec<Category>,
    counts: Vec<(CategoryId, i64)>,
    popular: Vec<Article>,
    loose: Vec<Article>,
}

/// The start in one language.
pub async fn home(
    request: HttpRequest,
    db: Data<Db>,
    config: Data<Config>,
    links: Data<Links>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (slug, locale) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let place = Place::find(conn, &links, &slug, &locale)?;
        let categories = queries::categories(conn, place.portal.id, Some(&locale))?;
        let ids: Vec<CategoryId> = categories.iter().map(|category| category.id).collect();
        let open = Narrowed { locale: Some(locale), status: Some(Status::Published), ..Narrowed::default() };
        let popular = queries::listed(conn, &place.portal, &open, Listing { order: Order::Views, ..Listing::first(POPULAR) })?;
        let loose = Narrowed { is_loose: true, ..open };
        let loose = queries::listed(conn, &place.portal, &loose, Listing::first(PAGE))?;
        Ok(Home { counts: queries::articles_in(conn, &ids, Some(Status::Published))?, place, categories, popular, loose })
    };
    let Home { place, categories, counts, popular, loose } = db.read(work).await?;
    let tile = |category: Category| Tile {
        href: place.category(&category.slug),
        description: beginning(category.description.as_deref().unwrap_or_default(), GLIMPSE),
        count: counts.iter().find(|(id, _)| *id == category.id).map_or(0, |(_, number)| *number),
        name: category.name,
        icon: category.icon,
    };
    let homes: Vec<(String, String)> = place.portal.config.0.open_locales().map(|code| (code.to_owned(), place.home(code))).collect();
    let frame = Frame::new(&place, &config, &place.home(&place.locale), None, &homes);
    let header = place.portal.header_text.clone().unwrap_or_else(|| frame.t("hc-header"));
    // where all is loose, nothing is more so for being read
    let popular = if categories.is_empty() { Vec::new() } else { shown(&place.portal, popular) };
    let tiles = categories.into_iter().map(tile).filter(|tile| tile.count > 0).collect();
    answer::page(&request, &HomePage { frame, header, tiles, popular, loose: shown(&place.portal, loose) })
}

/// What a reader wants.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    query: Text,
    page: PageNumber,
}

impl Input for Wish {}

/// The next page of a list, and the one before.
struct Turning {
    before: Option<String>,
    next: Option<String>,
}

impl Turning {
    /// From the list's address, which ends so that a number may follow.
    fn of(offset: i64, more: bool, address: &str) -> Turning {
        let page = offset / PAGE + 1;
        Turning { before: (page > 1).then(|| format!("{address}{}", page - 1)), next: more.then(|| format!("{address}{}", page + 1)) }
    }
}

#[derive(Template)]
#[template(path = "help_centre/site/list.html")]
struct ListPage {
    frame: Frame,
    heading: String,
    about: String,
    is_search: bool,
    articles: Vec<Shown>,
    turning: Turning,
    /// Other categories that readers of one may want.
    related: Vec<Shown>,
}

/// The articles of a category.
pub async fn category(
    request: HttpRequest,
    db: Data<Db>,
    config: Data<Config>,
    links: Data<Links>,
    path: Path<(String, String, String)>,
    wish: Params<Wish>,
) -> Result<HttpResponse> {
    let ((slug, locale, name), offset) = (path.into_inner(), wish.0.page.offset(PAGE));
    let work = move |conn: &mut DbConn| {
        let place = Place::find(conn, &links, &slug, &locale)?;
        let category = queries::category_named(conn, place.portal.id, &locale, &name)?;
        let others = queries::same_categories(conn, &category)?;
        let open = Narrowed { category: Some(category.id), status: Some(Status::Published), ..Narrowed::default() };
        let page = queries::a_page(conn, &place.portal, &open, PAGE, offset)?;
        Ok((place, queries::related_to_read(conn, &category)?, category, others, page))
    };
    let (place, related, category, others, (found, more)) = db.read(work).await?;
    let path = place.category(&category.slug);
    let translated: Vec<(String, String)> =
        others.into_iter().map(|(code, slug)| (code.clone(), format!("{}/categories/{}", place.home(&code), segment(&slug)))).collect();
    let about = category.description.clone().unwrap_or_default();
    let turning = Turning::of(offset, more, &format!("{path}?page="));
    let frame = Frame::new(&place, &config, &path, Some(about.as_str()).filter(|text| !text.is_empty()), &translated);
    let topic = |other: Category| Shown {
        href: place.category(&other.slug),
        glimpse: beginning(other.description.as_deref().unwrap_or_default(), GLIMPSE),
        title: other.name,
    };
    let (articles, related) = (shown(&place.portal, found), related.into_iter().map(topic).collect());
    answer::page(&request, &ListPage { frame, heading: category.name, about, is_search: false, articles, turning, related })
}

/// Where Chatwoot has lists of all articles and categories: what is sought there is found by the search, and all else from the start on.
pub async fn elsewhere(db: Data<Db>, path: Path<(String, String)>, wish: Params<Wish>) -> Result<HttpResponse> {
    let (slug, locale) = path.into_inner();
    let portal = db.read(move |conn| queries::open(conn, &slug)).await?;
    if !portal.config.0.open_locales().any(|code| code == locale) {
        return Err(Error::NotFound);
    }
    let home = format!("/hc/{}/{}", segment(&portal.slug), segment(&locale));
    match sought(&wish.0.query) {
        text if text.is_empty() => Ok(lead_to(&home)),
        text => Ok(lead_to(&format!("{home}/search?query={}", segment(&text)))),
    }
}

/// What a search finds.
#[expect(clippy::too_many_arguments, reason = "each is something that the request brings")]
pub async fn search(
    request: HttpRequest,
    db: Data<Db>,
    config: Data<Config>,
    links: Data<Links>,
    quotas: Data<Quotas>,
    client: ClientInfo,
    path: Path<(String, String)>,
    wish: Params<Wish>,
) -> Result<HttpResponse> {
    let ((slug, locale), Wish { query, page }) = (path.into_inner(), wish.0);
    count(SEARCHES, &quotas, &config, &client)?;
    let (text, offset) = (sought(&query), page.offset(PAGE));
    let wanted = text.clone();
    let work = move |conn: &mut DbConn| {
        let place = Place::find(conn, &links, &slug, &locale)?;
        let open = Narrowed { locale: Some(locale), status: Some(Status::Published), text: Some(wanted), ..Narrowed::default() };
        let is_blank = open.text.as_ref().is_none_or(String::is_empty);
        let page = if is_blank { (Vec::new(), false) } else { queries::a_page(conn, &place.portal, &open, PAGE, offset)? };
        Ok((place, page))
    };
    let (place, (found, more)) = db.read(work).await?;
    let mut frame = Frame::new(&place, &config, &format!("{}/search", place.home(&place.locale)), None, &[]);
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("query", &text).finish();
    let turning = Turning::of(offset, more, &format!("{}?{query}&page=", frame.search));
    (frame.query, frame.is_unlisted) = (text, true);
    let (heading, about) = (frame.t("hc-results"), String::new());
    let articles = shown(&place.portal, found);
    answer::page(&request, &ListPage { frame, heading, about, is_search: true, articles, turning, related: Vec::new() })
}

/// What is sought, not longer than may be sought.
pub fn sought(query: &Text) -> String {
    query.0.trim().chars().take(LONGEST_SEARCH).collect()
}

/// Counts what somebody asks for.
///
/// # Errors
/// [`Error::TooMany`].
pub fn count(of: Quota, quotas: &Quotas, config: &Config, client: &ClientInfo) -> Result<()> {
    match client.counted(&config.request_limit_exempt) {
        Some(network) => quotas.take_of(of, network),
        None => Ok(()),
    }
}
