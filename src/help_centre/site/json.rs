//! Lists of articles for programs of readers, such as the chat of a website.
use super::{
    answer::kept,
    frame::segment,
    pages::{SEARCHES, count, sought},
};
use crate::{
    config::Config,
    db::{
        Db, DbConn,
        types::{AccountId, ArticleId, CategoryId, UserId},
    },
    error::{Error, Result},
    help_centre::{
        model::{Article, Category, Portal, Status},
        queries::{self, Listing, Narrowed, Order, PAGE},
    },
    users::{self, User},
    web::{
        ClientInfo, Input, Params, Quota, Quotas,
        envelopes::Listed,
        fields::{PageNumber, Patch, Text},
        json::Iso,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The most that a page may have.
const MOST: i64 = 100;

/// How often somebody may take a list in which nothing is sought. It is counted apart from searches: each chat that opens takes one, and whoever has
/// an address together with many visitors still finds something.
const LISTS: Quota = Quota { of: "help centre lists", most: 60, within: Duration::from_secs(60) };

/// Which articles a program wants.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    query: Text,
    page: PageNumber,
    per_page: Patch<Text>,
    sort: Text,
}

impl Input for Wish {}

#[derive(Serialize)]
struct Meta {
    current_page: PageNumber,
    articles_count: i64,
}

#[derive(Serialize)]
struct CategoryOf<'a> {
    id: CategoryId,
    name: &'a str,
    slug: &'a str,
    locale: &'a str,
}

#[derive(Serialize)]
struct AuthorOf<'a> {
    name: &'a str,
    available_name: &'a str,
    thumbnail: &'a str,
}

#[derive(Serialize)]
struct PortalOf<'a> {
    custom_domain: Option<&'a str>,
    header_text: Option<&'a str>,
    homepage_link: Option<&'a str>,
    name: &'a str,
    page_title: Option<&'a str>,
    slug: &'a str,
}

/// An article as anybody may have it.
#[derive(Serialize)]
struct PublicArticle<'a> {
    id: ArticleId,
    slug: &'a str,
    title: &'a str,
    content: Option<&'a str>,
    description: Option<&'a str>,
    status: Status,
    locale: &'a str,
    position: i32,
    account_id: AccountId,
    last_updated_at: Iso,
    /// On this server.
    link: String,
    portal: PortalOf<'a>,
    category: Option<CategoryOf<'a>>,
    views: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<AuthorOf<'a>>,
}

/// What is drawn with a list.
struct Found {
    portal: Portal,
    articles: Vec<Article>,
    number: i64,
    views: Vec<(ArticleId, i64)>,
    categories: Vec<Category>,
    authors: Vec<User>,
}

impl Found {
    fn one<'a>(&'a self, article: &'a Article) -> PublicArticle<'a> {
        let category = self.categories.iter().find(|category| Some(category.id) == article.category_id);
        let author = self.authors.iter().find(|user| Some(user.id) == article.author_id);
        PublicArticle {
            id: article.id,
            slug: &article.slug,
            title: &article.title,
            content: article.content.as_deref(),
            description: article.description.as_deref(),
            status: article.status,
            locale: &article.locale,
            position: article.position,
            account_id: article.account_id,
            last_updated_at: Iso(article.updated_at),
            link: format!("hc/{}/articles/{}", self.portal.slug, segment(&article.slug)),
            portal: PortalOf {
                custom_domain: self.portal.custom_domain.as_deref(),
                header_text: self.portal.header_text.as_deref(),
                homepage_link: self.portal.homepage_link.as_deref(),
                name: &self.portal.name,
                page_title: self.portal.page_title.as_deref(),
                slug: &self.portal.slug,
            },
            category: category.map(|Category { id, name, slug, locale, .. }| CategoryOf { id: *id, name, slug, locale }),
            views: self.views.iter().find(|(id, _)| *id == article.id).map_or(0, |(_, views)| *views),
            author: author.map(|user| AuthorOf {
                name: user.available_name(),
                available_name: user.available_name(),
                thumbnail: user.avatar_url.as_deref().unwrap_or_default(),
            }),
        }
    }
}

/// All articles in one language that anybody may read.
pub async fn articles(
    request: HttpRequest,
    db: Data<Db>,
    config: Data<Config>,
    quotas: Data<Quotas>,
    client: ClientInfo,
    path: Path<(String, String)>,
    wish: Params<Wish>,
) -> Result<HttpResponse> {
    let (slug, locale) = path.into_inner();
    count(if wish.0.query.0.trim().is_empty() { LISTS } else { SEARCHES }, &quotas, &config, &client)?;
    list(request, &db, slug, locale, None, wish.0).await
}

/// Those of a category.
pub async fn of_category(
    request: HttpRequest,
    db: Data<Db>,
    config: Data<Config>,
    quotas: Data<Quotas>,
    client: ClientInfo,
    path: Path<(String, String, String)>,
    wish: Params<Wish>,
) -> Result<HttpResponse> {
    let (slug, locale, category) = path.into_inner();
    count(LISTS, &quotas, &config, &client)?;
    list(request, &db, slug, locale, Some(category), Wish { query: Text::default(), ..wish.0 }).await
}

async fn list(request: HttpRequest, db: &Db, slug: String, locale: String, category: Option<String>, wish: Wish) -> Result<HttpResponse> {
    let Wish { query, page, per_page, sort } = wish;
    let limit = per_page.set().and_then(|Text(text)| text.trim().parse().ok()).unwrap_or(PAGE).clamp(1, MOST);
    let order = if sort.0 == "views" { Order::Views } else { Order::Place };
    let listing = Listing { limit, offset: page.offset(limit), order };
    let text = Some(sought(&query)).filter(|text| !text.is_empty());
    let work = move |conn: &mut DbConn| {
        let portal = queries::open(conn, &slug)?;
        if !portal.config.0.open_locales().any(|code| code == locale) {
            return Err(Error::NotFound);
        }
        let category = category.map(|name| queries::category_named(conn, portal.id, &locale, &name)).transpose()?.map(|category| category.id);
        let open = Narrowed { locale: Some(locale), status: Some(Status::Published), category, text, ..Narrowed::default() };
        let articles = queries::listed(conn, &portal, &open, listing)?;
        let within: Vec<CategoryId> = articles.iter().filter_map(|article| article.category_id).collect();
        let by: Vec<UserId> = articles.iter().filter_map(|article| article.author_id).collect();
        let ids: Vec<ArticleId> = articles.iter().map(|article| article.id).collect();
        Ok(Found {
            number: queries::count_articles(conn, &portal, &open)?,
            views: queries::views_of(conn, &ids)?,
            categories: queries::categories_with_ids(conn, &within)?,
            authors: users::by_ids(conn, &by)?,
            portal,
            articles,
        })
    };
    let found = db.read(work).await?;
    let payload: Vec<_> = found.articles.iter().map(|article| found.one(article)).collect();
    let meta = Meta { current_page: page, articles_count: found.number };
    let body = serde_json::to_string(&Listed { meta, payload }).map_err(Error::internal)?;
    Ok(kept(&request, "application/json", body))
}
