//! `/api/v1/accounts/{account_id}/portals`.
mod articles;
mod categories;

use super::{
    commands::{self, PortalInput},
    payload::{self, Loaded, PortalJson},
    queries,
};
use crate::{
    auth::{Administrator, Agent},
    config::Config,
    db::Db,
    error::Result,
    files::Links,
    storage::Storage,
    web::{
        Body, InOnePage, Input, Params, empty,
        envelopes::Listed,
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
    to.at("/portals", |at| {
        let at = at.get("The help centres of the account", index).answers::<Listed<PortalsMeta, Vec<PortalJson>>>();
        at.post("Makes a help centre", create).answers::<PortalJson>()
    });
    to.at("/portals/{id}", |at| {
        let at = at.get("A help centre", show).answers::<PortalJson>().patch("Changes a help centre", update).answers::<PortalJson>();
        at.delete("Deletes a help centre with all that is in it", destroy)
    });
    to.at("/portals/{id}/archive", |at| at.patch("Hides a help centre from its readers", archive).answers::<PortalJson>());
    to.at("/portals/{id}/logo", |at| at.delete("Takes the picture of a help centre away", delete_logo));
    categories::routes(to);
    articles::routes(to);
}

/// A path of an account and a help centre, by its name in links.
type At = Path<(String, String)>;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Counting {
    /// Only articles in this language are counted in `meta`.
    locale: Patch<Text>,
}

impl Input for Counting {}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct PortalsMeta {
    current_page: PageNumber,
    portals_count: usize,
}

/// A help centre as whoever keeps it sees it.
fn drawn(loaded: &Loaded, config: &Config, links: &Links) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(loaded.draw_one(links, config.public_url.as_str())?))
}

async fn index(
    db: Data<Db>,
    config: Data<Config>,
    links: Data<Links>,
    agent: Agent,
    Params(InOnePage { page }): Params<InOnePage>,
) -> Result<HttpResponse> {
    let (account, by) = (agent.account_id(), agent.user_id());
    let all = db.read(move |conn| queries::list(conn, account).and_then(|all| payload::load(conn, by, all))).await?;
    let drawn = all.draw(&links, config.public_url.as_str());
    let (portals_count, payload) = (drawn.len(), page.share_of(drawn));
    let meta = PortalsMeta { current_page: page, portals_count };
    Ok(HttpResponse::Ok().json(Listed { meta, payload }))
}

async fn show(db: Data<Db>, config: Data<Config>, links: Data<Links>, agent: Agent, path: At, counting: Params<Counting>) -> Result<HttpResponse> {
    let ((_, slug), by) = (path.into_inner(), agent.user_id());
    let locale = counting.0.locale.set().map(|text| text.0);
    let one = db
        .read(move |conn| queries::find(conn, agent.account_id(), &slug).and_then(|one| payload::load(conn, by, vec![one])))
        .await?
        .counted_in(locale);
    drawn(&one, &config, &links)
}

async fn create(
    db: Data<Db>,
    config: Data<Config>,
    links: Data<Links>,
    storage: Data<Storage>,
    by: Administrator,
    body: Body<PortalInput>,
) -> Result<HttpResponse> {
    let (mut input, mut uploads) = body.read(&storage).await?;
    input.logo = uploads.take_one("logo");
    let made = db.write(move |tx| commands::create(tx, &by, input).and_then(|made| payload::load(tx.conn, by.user_id(), vec![made]))).await?;
    drawn(&made, &config, &links)
}

async fn update(
    db: Data<Db>,
    config: Data<Config>,
    links: Data<Links>,
    storage: Data<Storage>,
    by: Administrator,
    path: At,
    body: Body<PortalInput>,
) -> Result<HttpResponse> {
    let (_, slug) = path.into_inner();
    let (mut input, mut uploads) = body.read(&storage).await?;
    input.logo = uploads.take_one("logo");
    let work = move |tx: &mut crate::db::Tx| {
        let changed = commands::update(tx, &by, &slug, input)?;
        payload::load(tx.conn, by.user_id(), vec![changed])
    };
    drawn(&db.write(work).await?, &config, &links)
}

async fn archive(db: Data<Db>, config: Data<Config>, links: Data<Links>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, slug) = path.into_inner();
    let work = move |tx: &mut crate::db::Tx| {
        let hidden = commands::archive(tx, &by, &slug)?;
        payload::load(tx.conn, by.user_id(), vec![hidden])
    };
    drawn(&db.write(work).await?, &config, &links)
}

async fn delete_logo(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, slug) = path.into_inner();
    db.write(move |tx| commands::delete_logo(tx, &by, &slug)).await?;
    Ok(empty())
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, slug) = path.into_inner();
    commands::delete(&db, by, slug).await?;
    Ok(empty())
}
