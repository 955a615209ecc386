//! Reading articles.
use crate::{
    db::{
        DbConn, MultiBackend,
        dialect::{Columns, containing, locked, lower, starting},
        schema::{articles, portals},
        search::{Kind, Near, Scope, near},
        types::{AccountId, ArticleId, CategoryId, PortalId, UserId},
    },
    error::Result,
    help_centre::{
        model::{Article, MOST_ARTICLES, Portal, Status},
        queries::named,
    },
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{IntoBoxed, max},
    prelude::*,
};

/// How many articles a page has.
pub const PAGE: i64 = 25;

/// Which articles of a help centre are wanted.
#[derive(Debug, Clone, Default)]
pub struct Narrowed {
    /// In this language.
    pub locale: Option<String>,
    /// In this category.
    pub category: Option<CategoryId>,
    /// By somebody.
    pub author: Option<UserId>,
    /// So far.
    pub status: Option<Status>,
    /// In which this text occurs.
    pub text: Option<String>,
    /// In none of the categories.
    pub is_loose: bool,
}

/// In which order articles are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As those who keep them have put them.
    Place,
    /// The most read come first.
    Views,
    /// What was changed last comes first.
    Changes,
}

/// Which part of them, in which order.
#[derive(Debug, Clone, Copy)]
pub struct Listing {
    /// How many at most.
    pub limit: i64,
    /// How many come before.
    pub offset: i64,
    /// What comes before what.
    pub order: Order,
}

impl Listing {
    /// The first of them, as they were put.
    pub fn first(limit: i64) -> Listing {
        Listing { limit, offset: 0, order: Order::Place }
    }
}

type Boxed<'a> = IntoBoxed<'a, articles::table, MultiBackend>;

fn narrowed<'a>(conn: &mut DbConn, portal: &Portal, by: &Narrowed) -> Result<Boxed<'a>> {
    let mut query = match &by.text {
        Some(text) => containing_text(conn, portal.account_id, text)?,
        None => articles::table.into_boxed(),
    };
    query = query.filter(articles::portal_id.eq(portal.id));
    if let Some(locale) = &by.locale {
        query = query.filter(articles::locale.eq(locale.clone()));
    }
    if let Some(category) = by.category {
        query = query.filter(articles::category_id.eq(category));
    }
    if let Some(author) = by.author {
        query = query.filter(articles::author_id.eq(author));
    }
    if let Some(status) = by.status {
        query = query.filter(articles::status.eq(status));
    }
    if by.is_loose {
        query = query.filter(articles::category_id.is_null());
    }
    Ok(query)
}

/// The articles of an account in which a text occurs, in whatever case.
fn containing_text<'a>(conn: &mut DbConn, account: AccountId, text: &str) -> Result<Boxed<'a>> {
    let pattern = containing(&text.to_lowercase());
    let titled = lower(articles::title.nullable()).like(pattern.clone()).escape('\\');
    let described = lower(articles::description).like(pattern.clone()).escape('\\');
    let said = lower(articles::content).like(pattern.clone()).escape('\\');
    let query = articles::table.filter(titled.or(described).or(said)).into_boxed();
    Ok(match near(conn, Kind::Articles, &Scope::Account(account), text)? {
        Near::Ids(ids) => query.filter(articles::id.eq_any(ids.into_iter().map(ArticleId))),
        Near::From(id) => query.filter(articles::id.gt(ArticleId(id))),
    })
}

/// Some articles of a help centre.
pub fn listed(conn: &mut DbConn, portal: &Portal, by: &Narrowed, Listing { limit, offset, order }: Listing) -> Result<Vec<Article>> {
    let query = narrowed(conn, portal, by)?.select(Article::columns()).limit(limit).offset(offset);
    Ok(match order {
        Order::Place => query.order_by((articles::position, articles::id)).load(conn)?,
        Order::Views => query.order_by((articles::views.desc(), articles::id)).load(conn)?,
        Order::Changes => query.order_by((articles::updated_at.desc(), articles::id.desc())).load(conn)?,
    })
}

/// A page of that size after so many of them, and whether there are more.
pub fn a_page(conn: &mut DbConn, portal: &Portal, by: &Narrowed, size: i64, offset: i64) -> Result<(Vec<Article>, bool)> {
    let mut found = listed(conn, portal, by, Listing { offset, ..Listing::first(size + 1) })?;
    let more = found.len() as i64 > size;
    if more {
        found.pop();
    }
    Ok((found, more))
}

/// How many of them there are.
pub fn count_articles(conn: &mut DbConn, portal: &Portal, by: &Narrowed) -> Result<i64> {
    Ok(narrowed(conn, portal, by)?.count().get_result(conn)?)
}

/// How far each of them is and who has written it, whatever was wanted of these two: at most as many as a help centre has.
pub fn kinds(conn: &mut DbConn, portal: &Portal, by: &Narrowed) -> Result<Vec<(Status, Option<UserId>)>> {
    let all = Narrowed { status: None, author: None, ..by.clone() };
    let query = narrowed(conn, portal, &all)?.select((articles::status, articles::author_id));
    Ok(query.limit(MOST_ARTICLES).load(conn)?)
}

/// A page of the articles of an account in which a text occurs, the newest first, each with the name of its help centre in links.
pub(in crate::help_centre) fn found(conn: &mut DbConn, account: AccountId, text: &str, limit: i64, offset: i64) -> Result<Vec<(Article, String)>> {
    let query = containing_text(conn, account, text)?.filter(articles::account_id.eq(account)).select(Article::columns());
    let rows: Vec<Article> = query.order_by(articles::id.desc()).limit(limit).offset(offset).load(conn)?;
    let ids: Vec<PortalId> = rows.iter().map(|article| article.portal_id).collect();
    let names: Vec<(PortalId, String)> = portals::table.filter(portals::id.eq_any(ids)).select((portals::id, portals::slug)).load(conn)?;
    let named = |article: Article| {
        let slug = names.iter().find(|(id, _)| *id == article.portal_id).map(|(_, slug)| slug.clone())?;
        Some((article, slug))
    };
    Ok(rows.into_iter().filter_map(named).collect())
}

/// An article of a help centre.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn find_article(conn: &mut DbConn, portal: PortalId, id: ArticleId) -> Result<Article> {
    let query = articles::table.filter(articles::id.eq(id).and(articles::portal_id.eq(portal)));
    Ok(query.select(Article::columns()).get_result(conn)?)
}

/// The same, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(in crate::help_centre) fn article_to_change(conn: &mut DbConn, portal: PortalId, id: ArticleId) -> Result<Article> {
    let query = articles::table.filter(articles::id.eq(id).and(articles::portal_id.eq(portal)));
    Ok(locked(query.select(Article::columns())).get_result(conn)?)
}

/// An article that anybody may read, by its name in links.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn published(conn: &mut DbConn, portal: PortalId, slug: &str) -> Result<Article> {
    let here = articles::portal_id.eq(portal).and(articles::slug.eq(named(slug)?)).and(articles::status.eq(Status::Published));
    Ok(articles::table.filter(here).select(Article::columns()).get_result(conn)?)
}

/// How often these articles were read.
pub(in crate::help_centre) fn views_of(conn: &mut DbConn, ids: &[ArticleId]) -> Result<Vec<(ArticleId, i64)>> {
    Ok(articles::table.filter(articles::id.eq_any(ids)).select((articles::id, articles::views)).load(conn)?)
}

/// The articles that are one of these in another language.
pub fn translations(conn: &mut DbConn, of: &[ArticleId]) -> Result<Vec<Article>> {
    let roots: Vec<Option<ArticleId>> = of.iter().copied().map(Some).collect();
    let query = articles::table.filter(articles::associated_article_id.eq_any(roots)).select(Article::columns());
    // a help centre has no more languages than that, and an article is one in each
    Ok(query.order_by(articles::id).limit(1000).load(conn)?)
}

/// An article in all the languages in which anybody may read it: its language and its name in links.
pub fn in_other_languages(conn: &mut DbConn, article: &Article) -> Result<Vec<(String, String)>> {
    let root = article.root();
    let same = articles::id.eq(root).or(articles::associated_article_id.eq(root));
    let open = articles::portal_id.eq(article.portal_id).and(articles::status.eq(Status::Published));
    let query = articles::table.filter(same).filter(open).select((articles::locale, articles::slug));
    Ok(query.order_by(articles::id).limit(100).load(conn)?)
}

/// All that anybody may read: the language, the name in links, and when it was last changed.
pub fn sitemap(conn: &mut DbConn, portal: PortalId) -> Result<Vec<(String, String, NaiveDateTime)>> {
    let open = articles::portal_id.eq(portal).and(articles::status.eq(Status::Published));
    let query = articles::table.filter(open).select((articles::locale, articles::slug, articles::updated_at));
    Ok(query.order_by(articles::id).limit(MOST_ARTICLES).load(conn)?)
}

/// The names in links of a help centre that begin so.
pub(in crate::help_centre) fn slugs_beginning(conn: &mut DbConn, portal: PortalId, with: &str) -> Result<Vec<String>> {
    let query = articles::table.filter(articles::portal_id.eq(portal).and(articles::slug.like(starting(with)).escape('\\')));
    Ok(query.select(articles::slug).limit(MOST_ARTICLES).load(conn)?)
}

/// How many articles a help centre has, and which place comes after the last one in a language.
pub(in crate::help_centre) fn place_of_article(conn: &mut DbConn, portal: PortalId, locale: &str) -> Result<(i64, i32)> {
    let number = articles::table.filter(articles::portal_id.eq(portal)).count().get_result(conn)?;
    let within = articles::table.filter(articles::portal_id.eq(portal).and(articles::locale.eq(locale)));
    let last: Option<i32> = within.select(max(articles::position)).get_result(conn)?;
    Ok((number, last.unwrap_or_default().saturating_add(10)))
}

/// Those of these ids that are articles of the help centre.
pub(in crate::help_centre) fn known_articles(conn: &mut DbConn, portal: PortalId, ids: &[ArticleId]) -> Result<Vec<ArticleId>> {
    Ok(articles::table.filter(articles::portal_id.eq(portal).and(articles::id.eq_any(ids))).select(articles::id).load(conn)?)
}
