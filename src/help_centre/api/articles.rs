//! `/api/v1/accounts/{account_id}/portals/{id}/articles`.
use crate::{
    auth::{Administrator, Agent},
    checks::{LONGEST_SEARCH, within},
    db::{
        Db, DbConn, Tx,
        types::{ArticleId, UserId},
    },
    error::{Error, Result},
    help_centre::{
        commands::{self, ArticleInput, Positions},
        model::{Portal, Status},
        payload::{self, ArticleJson},
        queries::{self, Listing, Narrowed, Order, PAGE},
    },
    web::{
        Input, Params, empty,
        envelopes::{Listed, Payload},
        fields::{PageNumber, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/portals/{id}/articles", |at| {
        let at = at.get("The articles of a help centre", index).answers::<Listed<Meta, Vec<ArticleJson>>>();
        at.post("Makes an article", create).answers::<Payload<ArticleJson>>()
    });
    to.at("/portals/{id}/articles/reorder", |at| at.post("Puts articles into another order", reorder));
    to.at("/portals/{id}/articles/{article_id}", |at| {
        let at = at.get("An article", show).answers::<Payload<ArticleJson>>();
        at.patch("Changes an article", update).answers::<Payload<ArticleJson>>().delete("Deletes an article", destroy)
    });
}

/// A path of an account, a help centre and an article.
type At = Path<(String, String, ArticleId)>;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Wish {
    /// From 1 on.
    page: PageNumber,
    /// Only those in this language.
    locale: Patch<Text>,
    /// Only those in the category that is called so in links, in that language or else the default one, by their positions. Without it, what was
    /// changed last comes first.
    category_slug: Patch<Text>,
    /// Only those by this member of the account.
    author_id: Patch<UserId>,
    /// Only those that are so far.
    status: Patch<Status>,
    /// Only those in which this text occurs; up to 1000 characters.
    query: Patch<Text>,
}

impl Input for Wish {}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Meta {
    current_page: PageNumber,
    /// How many fit, on all pages.
    articles_count: i64,
    /// How many the help centre has.
    all_articles_count: i64,
    /// How many of this status fit otherwise, whoever has written them; so are the next two.
    archived_articles_count: i64,
    published_count: i64,
    draft_articles_count: i64,
    /// Those of whoever asks that fit otherwise, however far they are.
    mine_articles_count: i64,
}

/// The numbers beside a list, for all whose rest of what is wanted is the same. None: nothing fits.
fn counted(conn: &mut DbConn, portal: &Portal, by: Option<&Narrowed>, user: UserId, page: PageNumber) -> Result<Meta> {
    let found = match by {
        Some(by) => queries::kinds(conn, portal, by)?,
        None => Vec::new(),
    };
    let count = |status: Option<Status>, author: Option<UserId>| {
        let fits = |(is, by): &&(Status, Option<UserId>)| status.is_none_or(|status| status == *is) && (author.is_none() || author == *by);
        i64::try_from(found.iter().filter(fits).count()).unwrap_or(i64::MAX)
    };
    Ok(Meta {
        current_page: page,
        articles_count: by.map_or(0, |by| count(by.status, by.author)),
        all_articles_count: queries::count_articles(conn, portal, &Narrowed::default())?,
        archived_articles_count: count(Some(Status::Archived), None),
        published_count: count(Some(Status::Published), None),
        draft_articles_count: count(Some(Status::Draft), None),
        mine_articles_count: count(None, Some(user)),
    })
}

/// What is wanted; none: nothing can be.
fn narrowed(conn: &mut DbConn, portal: &Portal, wish: Wish) -> Result<Option<Narrowed>> {
    let Wish { page: _, locale, category_slug, author_id, status, query } = wish;
    let locale = locale.set().map(|text| text.0);
    let category = match category_slug.set() {
        Some(Text(slug)) => {
            let locale = locale.as_ref().unwrap_or(&portal.config.0.default_locale);
            match queries::category_named(conn, portal.id, locale, &slug) {
                Err(Error::NotFound) => return Ok(None),
                found => Some(found?.id),
            }
        }
        None => None,
    };
    let text = query.set().map(|text| text.0.trim().to_owned()).filter(|text| !text.is_empty());
    text.as_ref().map_or(Ok(()), |text| within("query", text, LONGEST_SEARCH))?;
    Ok(Some(Narrowed { locale, category, author: author_id.set(), status: status.set(), text, is_loose: false }))
}

async fn index(db: Data<Db>, agent: Agent, path: Path<(String, String)>, wish: Params<Wish>) -> Result<HttpResponse> {
    let (_, slug) = path.into_inner();
    let (account, by, page) = (agent.account_id(), agent.user_id(), wish.0.page.clone());
    let work = move |conn: &mut DbConn| {
        let portal = queries::find(conn, account, &slug)?;
        let offset = wish.0.page.offset(PAGE);
        let wanted = narrowed(conn, &portal, wish.0)?;
        let found = match &wanted {
            Some(wanted) => {
                // those who keep them put the articles of a category in order; of all, one looks for what was changed last
                let order = if wanted.category.is_some() { Order::Place } else { Order::Changes };
                queries::listed(conn, &portal, wanted, Listing { limit: PAGE, offset, order })?
            }
            None => Vec::new(),
        };
        let meta = counted(conn, &portal, wanted.as_ref(), by, page)?;
        Ok((meta, payload::load_articles(conn, account, found)?))
    };
    let (meta, found) = db.read(work).await?;
    Ok(HttpResponse::Ok().json(Listed { meta, payload: found.draw() }))
}

async fn show(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let ((_, slug, id), account) = (path.into_inner(), by.account_id());
    let work = move |conn: &mut DbConn| {
        let portal = queries::find(conn, account, &slug)?;
        let one = queries::find_article(conn, portal.id, id)?;
        payload::load_articles(conn, account, vec![one])
    };
    Ok(HttpResponse::Ok().json(Payload { payload: db.read(work).await?.draw_one()? }))
}

async fn create(db: Data<Db>, by: Administrator, path: Path<(String, String)>, params: Params<ArticleInput>) -> Result<HttpResponse> {
    let (_, slug) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let made = commands::create_article(tx, &by, &slug, params.0)?;
        payload::load_articles(tx.conn, by.account_id(), vec![made])
    };
    Ok(HttpResponse::Ok().json(Payload { payload: db.write(work).await?.draw_one()? }))
}

async fn update(db: Data<Db>, by: Administrator, path: At, params: Params<ArticleInput>) -> Result<HttpResponse> {
    let (_, slug, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let changed = commands::update_article(tx, &by, &slug, id, params.0)?;
        payload::load_articles(tx.conn, by.account_id(), vec![changed])
    };
    Ok(HttpResponse::Ok().json(Payload { payload: db.write(work).await?.draw_one()? }))
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, slug, id) = path.into_inner();
    db.write(move |tx| commands::delete_article(tx, &by, &slug, id)).await?;
    Ok(empty())
}

async fn reorder(db: Data<Db>, by: Administrator, path: Path<(String, String)>, params: Params<Positions>) -> Result<HttpResponse> {
    let (_, slug) = path.into_inner();
    db.write(move |tx| commands::reorder(tx, &by, &slug, params.0)).await?;
    Ok(empty())
}
