//! An article.
use super::{
    answer,
    frame::{self, Frame, Place},
    pages::glimpse,
};
use crate::{
    config::Config,
    db::{Db, DbConn},
    error::Result,
    files::Links,
    help_centre::{
        Views,
        model::{Article, Category},
        queries,
    },
    users::{self, User},
    web::{
        clock::Moment,
        markdown::{self, Heading, Html},
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header},
    web::{Data, Path},
};
use askama::Template;

/// What programs call themselves that read everything.
const ROBOTS: [&str; 6] = ["bot", "crawl", "spider", "slurp", "preview", "monitor"];

/// From so many headings on there is a table of contents.
const CONTENTS: usize = 3;

#[derive(Template)]
#[template(path = "help_centre/site/article.html")]
struct ArticlePage {
    frame: Frame,
    title: String,
    heading: String,
    html: Html,
    contents: Vec<Heading>,
    category: Option<(String, String)>,
    author: Option<String>,
    changed: Moment,
    tags: Vec<String>,
}

/// What an article's page shows.
struct Read {
    place: Place,
    article: Article,
    category: Option<Category>,
    author: Option<User>,
    others: Vec<(String, String)>,
}

fn look(conn: &mut DbConn, links: &Links, slug: &str, name: &str) -> Result<Read> {
    let portal = queries::open(conn, slug)?;
    let article = queries::published(conn, portal.id, name)?;
    let place = Place::of(conn, links, portal, &article.locale)?;
    let within: Vec<_> = article.category_id.into_iter().collect();
    let by: Vec<_> = article.author_id.into_iter().collect();
    Ok(Read {
        category: queries::categories_with_ids(conn, &within)?.pop(),
        author: users::by_ids(conn, &by)?.pop(),
        others: queries::in_other_languages(conn, &article)?,
        place,
        article,
    })
}

/// An article, which is counted as read.
pub async fn article(
    request: HttpRequest,
    db: Data<Db>,
    config: Data<Config>,
    links: Data<Links>,
    views: Data<Views>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (slug, name) = path.into_inner();
    let Read { place, article, category, author, others } = db.read(move |conn| look(conn, &links, &slug, &name)).await?;
    if request.method() == Method::GET && is_read_by_somebody(&request) {
        views.count(article.id);
    }
    // in its own language an article is itself, even if another one says that it is the same
    let others = others.into_iter().filter(|(code, _)| *code != article.locale).chain([(article.locale.clone(), article.slug.clone())]);
    let translated: Vec<(String, String)> = others.map(|(code, slug)| (code, frame::article(&place.portal, &slug))).collect();
    let about = article.said("description").map_or_else(|| glimpse(&article), str::to_owned);
    let frame = Frame::new(&place, &config, &frame::article(&place.portal, &article.slug), Some(&about), &translated);
    let drawn = markdown::draw(article.content.as_deref().unwrap_or_default());
    let tags = article.meta.0.get("tags").and_then(|tags| tags.as_array()).into_iter().flatten().filter_map(|tag| tag.as_str());
    let changed = article.updated_at.and_utc().timestamp();
    let page = ArticlePage {
        title: article.said("title").unwrap_or(&article.title).to_owned(),
        contents: if drawn.headings.len() < CONTENTS { Vec::new() } else { drawn.headings },
        html: drawn.html,
        category: category.map(|category| (place.category(&category.slug), category.name)),
        author: author.map(|user| user.available_name().to_owned()),
        // the page is the same for a while: how long ago it was would not be
        changed: Moment::new(frame.lang, changed, changed).in_full(),
        tags: tags.take(20).map(str::to_owned).collect(),
        heading: article.title.clone(),
        frame,
    };
    answer::page(&request, &page)
}

fn is_read_by_somebody(request: &HttpRequest) -> bool {
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    !ROBOTS.iter().any(|robot| agent.contains(robot))
}
