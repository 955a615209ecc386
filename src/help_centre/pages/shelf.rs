//! The articles of a help centre.
use super::{
    articles::{badge, status_key},
    languages, position, url_of, within,
};
use crate::{
    auth::AgentPage,
    checks::{LONGEST_SEARCH, within as checked_length},
    db::{
        Db, DbConn,
        types::{AccountId, ArticleId, CategoryId},
    },
    error::Result,
    help_centre::{
        model::{Article, Category, Portal, Status},
        queries::{self, Narrowed, PAGE},
    },
    web::{
        Input, Params,
        fields::{PageNumber, Text},
        forms::Choice,
        html, locales,
        shell::{Badge, Shell},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, resource},
};
use askama::Template;
use serde::Deserialize;

/// The page, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/help-centres/at/{portal}").route(get().to(list)));
}

struct Row {
    /// Where administrators change it.
    url: Option<String>,
    title: String,
    about: String,
    badge: Badge,
}

/// Where those lead who keep the help centre.
struct Doors {
    categories: String,
    settings: Option<String>,
    new: Option<String>,
    public: Option<String>,
}

#[derive(Template)]
#[template(path = "help_centre/articles.html")]
struct ListPage {
    page: Shell,
    back_url: String,
    name: String,
    list_url: String,
    doors: Doors,
    languages: Vec<Choice>,
    statuses: Vec<Choice>,
    query: String,
    rows: Vec<Row>,
    is_narrowed: bool,
    before: Option<String>,
    next: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wish {
    locale: Text,
    status: Text,
    q: Text,
    page: PageNumber,
}

impl Input for Wish {}

/// What a list shows.
struct Listed {
    portal: Portal,
    articles: Vec<Article>,
    categories: Vec<Category>,
    views: Vec<(ArticleId, i64)>,
    more: bool,
}

fn look(conn: &mut DbConn, account: AccountId, slug: &str, by: &Narrowed, offset: i64) -> Result<Listed> {
    let portal = queries::find(conn, account, slug)?;
    let (articles, more) = queries::a_page(conn, &portal, by, PAGE, offset)?;
    let within: Vec<CategoryId> = articles.iter().filter_map(|article| article.category_id).collect();
    let ids: Vec<ArticleId> = articles.iter().map(|article| article.id).collect();
    Ok(Listed { categories: queries::categories_with_ids(conn, &within)?, views: queries::views_of(conn, &ids)?, portal, articles, more })
}

async fn list(
    db: Data<Db>,
    AgentPage { shell: page, agent }: AgentPage,
    path: Path<(String, String)>,
    Params(wish): Params<Wish>,
) -> Result<HttpResponse> {
    let ((_, slug), account, offset) = (path.into_inner(), agent.account_id(), wish.page.offset(PAGE));
    let filled = |text: &Text| Some(text.0.trim().to_owned()).filter(|text| !text.is_empty());
    let text = filled(&wish.q);
    checked_length("q", &wish.q.0, LONGEST_SEARCH)?;
    let by = Narrowed { locale: filled(&wish.locale), status: Status::from_name(&wish.status.0), text: text.clone(), ..Narrowed::default() };
    let is_narrowed = by.locale.is_some() || by.status.is_some() || by.text.is_some();
    let Listed { portal, articles, categories, views, more } = db.read(move |conn| look(conn, account, &slug, &by, offset)).await?;
    let administrator = agent.is_administrator();
    let at = |below: &str| within(&page, &portal.slug, below);
    let row = |article: Article| {
        let category = categories.iter().find(|category| Some(category.id) == article.category_id).map(|category| category.name.clone());
        let views = views.iter().find(|(id, _)| *id == article.id).map_or(0, |(_, views)| *views);
        let views = page.ta("article-views", &[("count", views.into())]);
        let parts = [category, Some(locales::name(&article.locale)), Some(views), Some(position(&page, article.position))];
        Row {
            url: administrator.then(|| at(&format!("/articles/{}", article.id))),
            about: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            badge: badge(&page, article.status),
            title: article.title,
        }
    };
    let turn = |page: i64| {
        let query = [("locale", &wish.locale.0), ("status", &wish.status.0), ("q", &wish.q.0)];
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).append_pair("page", &page.to_string()).finish();
        at(&format!("?{query}"))
    };
    let number = offset / PAGE + 1;
    let all = |key: &str, current: &str| Choice::new("", page.t(key), current);
    let statuses = Status::ALL.iter().map(|status| Choice::new(status.name(), page.t(status_key(*status)), &wish.status.0));
    html(&ListPage {
        rows: articles.into_iter().map(row).collect(),
        before: (number > 1).then(|| turn(number - 1)),
        next: more.then(|| turn(number + 1)),
        statuses: std::iter::once(all("article-any-status", &wish.status.0)).chain(statuses).collect(),
        languages: std::iter::once(all("article-any-locale", &wish.locale.0)).chain(languages(&portal, &wish.locale.0)).collect(),
        doors: Doors {
            categories: at("/categories"),
            settings: administrator.then(|| at("/settings")),
            new: administrator.then(|| at("/articles/new")),
            public: (!portal.archived).then(|| format!("/hc/{}", portal.slug)),
        },
        query: text.unwrap_or_default(),
        list_url: at(""),
        back_url: url_of(&page, ""),
        name: portal.name,
        is_narrowed,
        page,
    })
}
