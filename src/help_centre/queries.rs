//! Reading help centres and their categories: within an account, or as anybody may.
mod articles;

pub use articles::{
    Listing, Narrowed, Order, PAGE, a_page, count_articles, find_article, in_other_languages, kinds, listed, published, sitemap, translations,
};
pub(super) use articles::{article_to_change, found, known_articles, place_of_article, slugs_beginning, views_of};

use super::model::{Category, Portal, Status};
use crate::{
    accounts::AccountStatus,
    db::{
        DbConn, MultiBackend,
        dialect::{Columns, locked},
        schema::{accounts, articles as article_rows, categories, portals, related_categories},
        types::{AccountId, CategoryId, InboxId, PortalId, UserId},
    },
    error::{Error, Result},
};
use diesel::{
    dsl::{IntoBoxed, count_star, exists, max},
    prelude::*,
};

/// The help centres of an account, by id.
pub fn list(conn: &mut DbConn, account: AccountId) -> Result<Vec<Portal>> {
    let query = portals::table.filter(portals::account_id.eq(account)).select(Portal::columns());
    Ok(query.order_by(portals::id).load(conn)?)
}

/// How many there are.
pub(super) fn count(conn: &mut DbConn, account: AccountId) -> Result<i64> {
    Ok(portals::table.filter(portals::account_id.eq(account)).count().get_result(conn)?)
}

/// A name as a link has it. (PostgreSQL has no place for U+0000, and nothing is called so.)
pub(super) fn named(text: &str) -> Result<&str> {
    if text.contains('\0') { Err(Error::NotFound) } else { Ok(text) }
}

/// The name of a help centre as a link has it: it is kept in small letters, and whoever has made it in others goes on with these.
fn portal_named(text: &str) -> Result<String> {
    Ok(named(text)?.to_ascii_lowercase())
}

/// A help centre of the account, by its name in links.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut DbConn, account: AccountId, slug: &str) -> Result<Portal> {
    let query = portals::table.filter(portals::slug.eq(portal_named(slug)?).and(portals::account_id.eq(account)));
    Ok(query.select(Portal::columns()).get_result(conn)?)
}

/// The same, which nobody else may change before this transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn find_to_change(conn: &mut DbConn, account: AccountId, slug: &str) -> Result<Portal> {
    let query = portals::table.filter(portals::slug.eq(portal_named(slug)?).and(portals::account_id.eq(account)));
    Ok(locked(query.select(Portal::columns())).get_result(conn)?)
}

/// The same, by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn held(conn: &mut DbConn, account: AccountId, id: PortalId) -> Result<Portal> {
    let query = portals::table.filter(portals::id.eq(id).and(portals::account_id.eq(account)));
    Ok(locked(query.select(Portal::columns())).get_result(conn)?)
}

/// The help centres that anybody may read: neither archived, nor of an account that is suspended.
fn readable<'a>() -> IntoBoxed<'a, portals::table, MultiBackend> {
    let account = accounts::table.filter(accounts::id.eq(portals::account_id).and(accounts::status.eq(AccountStatus::Active)));
    portals::table.into_boxed().filter(portals::archived.eq(false)).filter(exists(account))
}

/// A help centre that anybody may read.
///
/// # Errors
/// [`Error::NotFound`].
pub fn open(conn: &mut DbConn, slug: &str) -> Result<Portal> {
    let query = readable().filter(portals::slug.eq(portal_named(slug)?));
    Ok(query.select(Portal::columns()).get_result(conn)?)
}

/// The one whose own host this is.
///
/// # Errors
/// [`Error::NotFound`].
pub fn at_host(conn: &mut DbConn, host: &str) -> Result<Portal> {
    let query = readable().filter(portals::custom_domain.eq(host.to_owned()));
    Ok(query.select(Portal::columns()).get_result(conn)?)
}

/// The help centre that an inbox is connected to; or else the first whose pages show the chat of its website.
pub fn of_inbox(conn: &mut DbConn, inbox: InboxId, connected: Option<PortalId>) -> Result<Option<Portal>> {
    if let Some(id) = connected {
        let query = readable().filter(portals::id.eq(id)).select(Portal::columns());
        if let Some(portal) = query.get_result(conn).optional()? {
            return Ok(Some(portal));
        }
    }
    let query = readable().filter(portals::inbox_id.eq(inbox)).select(Portal::columns());
    Ok(query.order_by(portals::id).limit(1).get_result(conn).optional()?)
}

/// How many articles are how far, of each language.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Of each help centre and language how many articles are so far.
    articles: Vec<(PortalId, String, Status, i64)>,
    /// Of each help centre and language how many categories there are.
    categories: Vec<(PortalId, String, i64)>,
    /// Of each help centre and language how many articles are by whoever asks.
    mine: Vec<(PortalId, String, i64)>,
}

impl Tally {
    /// How many articles of a help centre there are; in one language, and so far, if these are given.
    pub fn articles(&self, portal: PortalId, locale: Option<&str>, status: Option<Status>) -> i64 {
        let counted = |(of, code, is, _): &&(PortalId, String, Status, i64)| {
            *of == portal && locale.is_none_or(|locale| locale == code) && status.is_none_or(|status| status == *is)
        };
        self.articles.iter().filter(counted).map(|(.., number)| number).sum()
    }

    /// How many categories; in one language, if that is given.
    pub fn categories(&self, portal: PortalId, locale: Option<&str>) -> i64 {
        let counted = |(of, code, _): &&(PortalId, String, i64)| *of == portal && locale.is_none_or(|locale| locale == code);
        self.categories.iter().filter(counted).map(|(.., number)| number).sum()
    }

    /// How many articles are by whoever asks; in one language, if that is given.
    pub fn mine(&self, portal: PortalId, locale: Option<&str>) -> i64 {
        let counted = |(of, code, _): &&(PortalId, String, i64)| *of == portal && locale.is_none_or(|locale| locale == code);
        self.mine.iter().filter(counted).map(|(.., number)| number).sum()
    }
}

/// Counts what is in these help centres.
pub fn tally(conn: &mut DbConn, of: &[PortalId], by: UserId) -> Result<Tally> {
    let (here, mine) = (article_rows::portal_id.eq_any(of), article_rows::author_id.eq(by));
    let kinds = (article_rows::portal_id, article_rows::locale, article_rows::status);
    let by_kind = article_rows::table.filter(here).group_by(kinds).select((kinds.0, kinds.1, kinds.2, count_star()));
    let kinds = (categories::portal_id, categories::locale);
    let by_locale = categories::table.filter(categories::portal_id.eq_any(of)).group_by(kinds).select((kinds.0, kinds.1, count_star()));
    let kinds = (article_rows::portal_id, article_rows::locale);
    let by_me = article_rows::table.filter(article_rows::portal_id.eq_any(of).and(mine)).group_by(kinds);
    Ok(Tally { articles: by_kind.load(conn)?, categories: by_locale.load(conn)?, mine: by_me.select((kinds.0, kinds.1, count_star())).load(conn)? })
}

/// The categories of a help centre in their order; in one language, if that is given.
pub fn categories(conn: &mut DbConn, portal: PortalId, locale: Option<&str>) -> Result<Vec<Category>> {
    let mut query = categories::table.filter(categories::portal_id.eq(portal)).select(Category::columns()).into_boxed();
    if let Some(locale) = locale {
        query = query.filter(categories::locale.eq(locale.to_owned()));
    }
    Ok(query.order_by((categories::position, categories::id)).load(conn)?)
}

/// Which of these categories have how many articles; with a status only those that are so far.
pub fn articles_in(conn: &mut DbConn, of: &[CategoryId], status: Option<Status>) -> Result<Vec<(CategoryId, i64)>> {
    let ids: Vec<Option<CategoryId>> = of.iter().copied().map(Some).collect();
    let mut query = article_rows::table.group_by(article_rows::category_id).select((article_rows::category_id, count_star())).into_boxed();
    query = query.filter(article_rows::category_id.eq_any(ids));
    if let Some(status) = status {
        query = query.filter(article_rows::status.eq(status));
    }
    let counted: Vec<(Option<CategoryId>, i64)> = query.load(conn)?;
    Ok(counted.into_iter().filter_map(|(id, number)| id.map(|id| (id, number))).collect())
}

/// A category of a help centre.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find_category(conn: &mut DbConn, portal: PortalId, id: CategoryId) -> Result<Category> {
    let query = categories::table.filter(categories::id.eq(id).and(categories::portal_id.eq(portal)));
    Ok(query.select(Category::columns()).get_result(conn)?)
}

/// The same, by its name in links.
///
/// # Errors
/// [`Error::NotFound`].
pub fn category_named(conn: &mut DbConn, portal: PortalId, locale: &str, slug: &str) -> Result<Category> {
    let here = categories::portal_id.eq(portal).and(categories::locale.eq(locale)).and(categories::slug.eq(named(slug)?));
    Ok(categories::table.filter(here).select(Category::columns()).get_result(conn)?)
}

/// These categories.
pub fn categories_with_ids(conn: &mut DbConn, ids: &[CategoryId]) -> Result<Vec<Category>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => Ok(categories::table.filter(categories::id.eq_any(ids)).select(Category::columns()).load(conn)?),
    }
}

/// Which others these categories name, in the order in which that was said.
pub fn related(conn: &mut DbConn, of: &[CategoryId]) -> Result<Vec<(CategoryId, CategoryId)>> {
    let query = related_categories::table.filter(related_categories::category_id.eq_any(of));
    let query = query.select((related_categories::category_id, related_categories::related_category_id));
    Ok(query.order_by(related_categories::id).load(conn)?)
}

/// Those that a category names, of its own language and with an article that anybody may read.
pub fn related_to_read(conn: &mut DbConn, category: &Category) -> Result<Vec<Category>> {
    let ids: Vec<CategoryId> = related(conn, &[category.id])?.into_iter().map(|(_, other)| other).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (found, filled) = (categories_with_ids(conn, &ids)?, articles_in(conn, &ids, Some(Status::Published))?);
    let fits = |other: &&Category| other.locale == category.locale && filled.iter().any(|(id, _)| *id == other.id);
    Ok(ids.iter().filter_map(|id| found.iter().find(|other| other.id == *id).filter(fits).cloned()).collect())
}

/// How many categories a help centre has, and which place comes after the last one in a language.
pub(super) fn place_of_category(conn: &mut DbConn, portal: PortalId, locale: &str) -> Result<(i64, i32)> {
    let number = categories::table.filter(categories::portal_id.eq(portal)).count().get_result(conn)?;
    let within = categories::table.filter(categories::portal_id.eq(portal).and(categories::locale.eq(locale)));
    let last: Option<i32> = within.select(max(categories::position)).get_result(conn)?;
    Ok((number, last.unwrap_or_default().saturating_add(10)))
}

/// Whether another help centre is called so in links.
pub(super) fn has_slug(conn: &mut DbConn, but: PortalId, slug: &str) -> Result<bool> {
    let other = portals::table.filter(portals::slug.eq(slug).and(portals::id.ne(but)));
    Ok(other.count().get_result::<i64>(conn)? > 0)
}

/// Whether this host is another help centre's.
pub(super) fn has_host(conn: &mut DbConn, but: PortalId, host: &str) -> Result<bool> {
    let other = portals::table.filter(portals::custom_domain.eq(host).and(portals::id.ne(but)));
    Ok(other.count().get_result::<i64>(conn)? > 0)
}

/// Whether one of these is called like a category in links.
pub(super) fn has_category(others: &[Category], category: &Category) -> bool {
    others.iter().any(|other| other.id != category.id && other.locale == category.locale && other.slug == category.slug)
}

/// A category in all its languages: the language and its name in links.
pub fn same_categories(conn: &mut DbConn, category: &Category) -> Result<Vec<(String, String)>> {
    let root = category.associated_category_id.unwrap_or(category.id);
    let same = categories::portal_id.eq(category.portal_id).and(categories::id.eq(root).or(categories::associated_category_id.eq(root)));
    Ok(categories::table.filter(same).select((categories::locale, categories::slug)).order_by(categories::id).limit(100).load(conn)?)
}
