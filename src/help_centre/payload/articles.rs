//! How articles look, to those who keep them.
use super::{CategoryLink, category_link};
use crate::{
    db::{
        DbConn,
        types::{AccountId, ArticleId, CategoryId, UserId},
    },
    error::{Error, Result},
    help_centre::{
        model::{Article, Category, Status},
        queries,
    },
    users::{self, AgentJson, Member},
    web::json::seconds,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// An article in another language.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct AssociatedArticle<'a> {
    id: ArticleId,
    slug: &'a str,
    title: &'a str,
    description: Option<&'a str>,
    status: Status,
    locale: &'a str,
    account_id: AccountId,
    updated_at: i64,
}

/// An article of a help centre.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Article")]
pub(in crate::help_centre) struct ArticleJson<'a> {
    id: ArticleId,
    /// What it is called in links.
    slug: &'a str,
    title: &'a str,
    /// In Markdown.
    content: Option<&'a str>,
    description: Option<&'a str>,
    status: Status,
    locale: &'a str,
    position: i32,
    account_id: AccountId,
    updated_at: i64,
    /// What search engines are told.
    meta: &'a Map<String, Value>,
    /// Null: it is in none.
    category: Option<CategoryLink<'a>>,
    /// How often it was read.
    views: i64,
    /// Who has written it; not there once they have left.
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<AgentJson<'a>>,
    /// The same in other languages, of the one that was first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    associated_articles: Vec<AssociatedArticle<'a>>,
}

/// Articles with what is drawn with them.
pub(in crate::help_centre) struct LoadedArticles {
    articles: Vec<Article>,
    views: Vec<(ArticleId, i64)>,
    categories: Vec<Category>,
    authors: Vec<Member>,
    translations: Vec<Article>,
}

/// Loads what is drawn with articles of an account.
pub(in crate::help_centre) fn load_articles(conn: &mut DbConn, account: AccountId, articles: Vec<Article>) -> Result<LoadedArticles> {
    let ids: Vec<ArticleId> = articles.iter().map(|article| article.id).collect();
    let within: Vec<CategoryId> = articles.iter().filter_map(|article| article.category_id).collect();
    let by: Vec<UserId> = articles.iter().filter_map(|article| article.author_id).collect();
    Ok(LoadedArticles {
        views: queries::views_of(conn, &ids)?,
        categories: queries::categories_with_ids(conn, &within)?,
        authors: if by.is_empty() { Vec::new() } else { users::members(conn, account, Some(&by))? },
        translations: queries::translations(conn, &ids)?,
        articles,
    })
}

impl LoadedArticles {
    /// Draws them, in their order.
    pub fn draw(&self) -> Vec<ArticleJson<'_>> {
        self.articles.iter().map(|article| self.one(article)).collect()
    }

    /// Draws the only one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn draw_one(&self) -> Result<ArticleJson<'_>> {
        self.draw().pop().ok_or(Error::NotFound)
    }

    fn one<'a>(&'a self, article: &'a Article) -> ArticleJson<'a> {
        let translations = self.translations.iter().filter(|other| other.associated_article_id == Some(article.id));
        ArticleJson {
            id: article.id,
            slug: &article.slug,
            title: &article.title,
            content: article.content.as_deref(),
            description: article.description.as_deref(),
            status: article.status,
            locale: &article.locale,
            position: article.position,
            account_id: article.account_id,
            updated_at: seconds(article.updated_at),
            meta: &article.meta.0,
            category: self.categories.iter().find(|category| Some(category.id) == article.category_id).map(category_link),
            views: self.views.iter().find(|(id, _)| *id == article.id).map_or(0, |(_, views)| *views),
            author: self.authors.iter().find(|member| Some(member.user.id) == article.author_id).map(users::agent),
            associated_articles: translations.map(associated).collect(),
        }
    }
}

fn associated(article: &Article) -> AssociatedArticle<'_> {
    AssociatedArticle {
        id: article.id,
        slug: &article.slug,
        title: &article.title,
        description: article.description.as_deref(),
        status: article.status,
        locale: &article.locale,
        account_id: article.account_id,
        updated_at: seconds(article.updated_at),
    }
}

/// An article that a search has found.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FoundArticle")]
pub struct FoundArticle {
    id: ArticleId,
    title: String,
    locale: String,
    /// In Markdown.
    content: Option<String>,
    slug: String,
    portal_slug: String,
    account_id: AccountId,
    category_name: Option<String>,
    status: Status,
    updated_at: i64,
}

/// A page of the articles of an account in which a text occurs.
///
/// # Errors
/// The database's.
pub fn found(conn: &mut DbConn, account: AccountId, text: &str, limit: i64, offset: i64) -> Result<Vec<FoundArticle>> {
    let rows = queries::found(conn, account, text, limit, offset)?;
    let within: Vec<CategoryId> = rows.iter().filter_map(|(article, _)| article.category_id).collect();
    let categories = queries::categories_with_ids(conn, &within)?;
    let draw = |(article, portal_slug): (Article, String)| FoundArticle {
        category_name: categories.iter().find(|category| Some(category.id) == article.category_id).map(|category| category.name.clone()),
        id: article.id,
        title: article.title,
        locale: article.locale,
        content: article.content,
        slug: article.slug,
        portal_slug,
        account_id: article.account_id,
        status: article.status,
        updated_at: seconds(article.updated_at),
    };
    Ok(rows.into_iter().map(draw).collect())
}
