//! Every change of articles.
use super::{
    STEP,
    input::{ArticleInput, Positions, body, place},
};
use crate::{
    audit::Change,
    auth::Administrator,
    checks::{LINE, not_too_large, required},
    db::{
        Tx,
        dialect::Columns,
        schema::articles,
        types::{AccountId, ArticleId, Json, PortalId, UserId, now},
    },
    error::{Error, Result},
    help_centre::{
        model::{Article, MOST_ARTICLES, Portal, Status, checked_locale, checked_slug, slug_of},
        queries,
    },
    users,
    web::fields::{Patch, Text},
};
use diesel::{dsl::min, prelude::*};
use serde_json::Map;

/// Makes an article.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute; [`Error::Refused`] when there are as many as there may be.
pub(in crate::help_centre) fn create_article(tx: &mut Tx, by: &Administrator, portal: &str, input: ArticleInput) -> Result<Article> {
    // the portal's row is held, so that two who make one at the same time are counted, and named, one after the other
    let portal = queries::find_to_change(tx.conn, by.account_id(), portal)?;
    let now = now();
    let mut new = Article {
        id: ArticleId(0),
        account_id: portal.account_id,
        portal_id: portal.id,
        category_id: None,
        author_id: Some(by.user_id()),
        associated_article_id: None,
        locale: String::new(),
        slug: String::new(),
        title: String::new(),
        description: None,
        content: None,
        status: Status::Draft,
        position: -1,
        meta: Json(Map::new()),
        created_at: now,
        updated_at: now,
    };
    apply(tx, &portal, &mut new, input)?;
    let (number, last) = queries::place_of_article(tx.conn, portal.id, &new.locale)?;
    if number >= MOST_ARTICLES {
        return Err(Error::Refused(format!("A help centre may have at most {MOST_ARTICLES} articles")));
    }
    new.position = if new.position < 0 { last } else { new.position };
    let insert = diesel::insert_into(articles::table).values((
        (articles::account_id.eq(new.account_id), articles::portal_id.eq(new.portal_id), articles::category_id.eq(new.category_id)),
        (articles::author_id.eq(new.author_id), articles::associated_article_id.eq(new.associated_article_id), articles::locale.eq(new.locale)),
        (articles::slug.eq(new.slug), articles::title.eq(new.title), articles::description.eq(new.description), articles::content.eq(new.content)),
        (articles::status.eq(new.status), articles::position.eq(new.position), articles::meta.eq(new.meta)),
        (articles::created_at.eq(now), articles::updated_at.eq(now)),
    ));
    let made = insert.returning(Article::columns()).get_result(tx.conn).map_err(|e| Error::or_taken(e, "slug"))?;
    by.record(tx, Change::Created(&made))?;
    Ok(made)
}

/// Changes an article.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute.
pub(in crate::help_centre) fn update_article(tx: &mut Tx, by: &Administrator, portal: &str, id: ArticleId, input: ArticleInput) -> Result<Article> {
    // the portal's row is held: what the article may belong to does not go meanwhile
    let portal = queries::find_to_change(tx.conn, by.account_id(), portal)?;
    let before = queries::article_to_change(tx.conn, portal.id, id)?;
    let mut article = before.clone();
    apply(tx, &portal, &mut article, input)?;
    if article != before {
        article.updated_at = now();
        let update = diesel::update(articles::table.find(id)).set(&article);
        update.execute(tx.conn).map_err(|e| Error::or_taken(e, "slug"))?;
        by.record(tx, Change::Updated(&before, &article))?;
    }
    if article.associated_article_id.is_some() && article.associated_article_id != before.associated_article_id {
        // those that were this one in other languages go along: one article stands for all of them
        let same = articles::table.filter(articles::associated_article_id.eq(id));
        diesel::update(same).set(articles::associated_article_id.eq(article.associated_article_id)).execute(tx.conn)?;
    }
    Ok(article)
}

fn apply(tx: &mut Tx, portal: &Portal, article: &mut Article, input: ArticleInput) -> Result<()> {
    let ArticleInput { title, slug, position, content, description, category_id, author_id, associated_article_id, status, locale, meta } = input;
    article.title = required("title", &title.map(|text| text.0).or(Some(article.title.clone())).unwrap_or_default(), LINE)?;
    article.content = body("content", content, article.content.take())?;
    article.description = body("description", description, article.description.take())?;
    article.status = status.set().unwrap_or(article.status);
    if article.status == Status::Published && article.content.is_none() {
        return Err(Error::blank("content"));
    }
    article.position = place(position, article.position)?;
    if let Patch::Set(meta) = meta {
        not_too_large("meta", &meta.0)?;
        article.meta = Json(meta.0);
    }
    article.category_id = category_id.or(article.category_id);
    speak(tx, portal, article, locale)?;
    if let Patch::Set(author) = author_id {
        if users::members(tx.conn, portal.account_id, Some(&[author]))?.is_empty() {
            return Err(Error::invalid("author", "Author must be a member of the account"));
        }
        article.author_id = Some(author);
    }
    article.associated_article_id = match associated_article_id {
        Patch::Set(other) => Some(root(tx, article, other)?),
        patch => patch.or(article.associated_article_id),
    };
    match slug {
        Patch::Set(Text(slug)) => article.slug = checked_slug(&slug)?,
        _ if article.slug.is_empty() => article.slug = free_slug(tx, portal.id, &article.title)?,
        _ => {}
    }
    Ok(())
}

/// An article speaks the language of its category, if it is in one, and one of the help centre's.
fn speak(tx: &mut Tx, portal: &Portal, article: &mut Article, said: Patch<Text>) -> Result<()> {
    let unknown = |e| if matches!(e, Error::NotFound) { Error::invalid("category", "Category must be one of this help centre") } else { e };
    let category = article.category_id.map(|id| queries::find_category(tx.conn, portal.id, id).map_err(unknown)).transpose()?;
    let before = article.locale.clone();
    let usual = category.as_ref().map_or(&portal.config.0.default_locale, |category| &category.locale);
    match said {
        Patch::Set(Text(code)) => article.locale = checked_locale("locale", &code)?,
        _ if article.locale.is_empty() || category.is_some() => article.locale = usual.clone(),
        _ => {}
    }
    // what was written in a language that the help centre has given up can still be changed
    if article.locale != before && !portal.config.0.allowed_locales.contains(&article.locale) {
        return Err(Error::invalid("locale", "Locale must be one of the help centre's"));
    }
    match category {
        Some(category) if category.locale != article.locale => Err(Error::invalid("category", "Category must be of the same locale")),
        _ => Ok(()),
    }
}

/// The article that stands for another one in every language.
fn root(tx: &mut Tx, article: &Article, other: ArticleId) -> Result<ArticleId> {
    let refused = || Error::invalid("associated_article", "Associated article must be another one of this help centre");
    let unknown = |e| if matches!(e, Error::NotFound) { refused() } else { e };
    let other = queries::find_article(tx.conn, article.portal_id, other).map_err(unknown)?;
    let root = other.root();
    if root == article.id || other.id == article.id { Err(refused()) } else { Ok(root) }
}

/// A name in links that no article has yet.
fn free_slug(tx: &mut Tx, portal: PortalId, title: &str) -> Result<String> {
    let wanted = slug_of(title);
    let wanted = if wanted.is_empty() { "article".to_owned() } else { wanted };
    let taken = queries::slugs_beginning(tx.conn, portal, &wanted)?;
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    let mut names = std::iter::once(wanted.clone()).chain(numbered);
    names.find(|name| !taken.contains(name)).ok_or_else(|| Error::taken(vec!["slug"]))
}

/// Deletes an article.
///
/// # Errors
/// [`Error::NotFound`].
pub(in crate::help_centre) fn delete_article(tx: &mut Tx, by: &Administrator, portal: &str, id: ArticleId) -> Result<()> {
    let portal = queries::find_to_change(tx.conn, by.account_id(), portal)?;
    let article = queries::article_to_change(tx.conn, portal.id, id)?;
    // of those that are this one in other languages, the first stands for the rest from now on
    let same = articles::table.filter(articles::associated_article_id.eq(id));
    let first: Option<ArticleId> = same.select(min(articles::id)).get_result(tx.conn)?;
    if let Some(first) = first {
        let rest = articles::table.filter(articles::associated_article_id.eq(id).and(articles::id.ne(first)));
        diesel::update(rest).set(articles::associated_article_id.eq(first)).execute(tx.conn)?;
    }
    diesel::delete(articles::table.find(article.id)).execute(tx.conn)?;
    by.record(tx, Change::Destroyed(&article))
}

/// Puts articles of a help centre into another order. What is none of its articles is passed over.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for a place that is none; [`Error::Refused`] for too many.
pub(in crate::help_centre) fn reorder(tx: &mut Tx, by: &Administrator, portal: &str, places: Positions) -> Result<()> {
    let portal = queries::find_to_change(tx.conn, by.account_id(), portal)?;
    let wanted: Vec<(ArticleId, i32)> = places.wanted()?.into_iter().map(|(id, place)| (ArticleId(id), place)).collect();
    let ids: Vec<ArticleId> = wanted.iter().map(|(id, _)| *id).collect();
    let known = queries::known_articles(tx.conn, portal.id, &ids)?;
    for (id, place) in wanted.into_iter().filter(|(id, _)| known.contains(id)) {
        diesel::update(articles::table.find(id)).set(articles::position.eq(place)).execute(tx.conn)?;
    }
    by.record(tx, Change::Done(&portal, "positions"))
}

/// Counts how often articles were read since the last time.
///
/// # Errors
/// The database's.
pub(in crate::help_centre) fn add_views(tx: &mut Tx, read: &[(ArticleId, i64)]) -> Result<()> {
    for (id, times) in read {
        diesel::update(articles::table.find(*id)).set(articles::views.eq(articles::views + *times)).execute(tx.conn)?;
    }
    Ok(())
}

/// Deletes some of the articles of an account that is to be deleted. False when there is none.
///
/// # Errors
/// The database's.
pub fn clear_account(tx: &mut Tx, account: AccountId) -> Result<bool> {
    let some = articles::table.filter(articles::account_id.eq(account)).select(articles::id).limit(STEP);
    let some: Vec<ArticleId> = some.load(tx.conn)?;
    Ok(diesel::delete(articles::table.filter(articles::id.eq_any(some))).execute(tx.conn)? > 0)
}

/// What somebody has written stays when they leave the account, without their name.
///
/// # Errors
/// The database's.
pub fn depart(tx: &mut Tx, account: AccountId, user: UserId) -> Result<()> {
    let theirs = articles::table.filter(articles::account_id.eq(account).and(articles::author_id.eq(user)));
    diesel::update(theirs).set(articles::author_id.eq(None::<UserId>)).execute(tx.conn)?;
    Ok(())
}
