//! `/api/v1/accounts/{account_id}/portals/{id}/categories`.
use crate::{
    auth::{Administrator, Agent},
    db::{Db, DbConn, Tx, types::CategoryId},
    error::Result,
    help_centre::{
        commands::{self, CategoryInput, Positions},
        payload::{self, CategoryJson},
        queries,
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
    to.at("/portals/{id}/categories", |at| {
        let at = at.get("The categories of a help centre", index).answers::<Listed<Meta, Vec<CategoryJson>>>();
        at.post("Makes a category", create).answers::<Payload<CategoryJson>>()
    });
    to.at("/portals/{id}/categories/reorder", |at| at.post("Puts categories into another order", reorder));
    to.at("/portals/{id}/categories/{category_id}", |at| {
        let at = at.get("A category", show).answers::<Payload<CategoryJson>>();
        let at = at.patch("Changes a category", update).answers::<Payload<CategoryJson>>();
        at.delete("Deletes a category; its articles stay", destroy)
    });
}

/// A path of an account, a help centre and a category.
type At = Path<(String, String, CategoryId)>;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Wish {
    /// Only those in this language.
    locale: Patch<Text>,
    /// All of them are on the first page; any other is empty.
    page: PageNumber,
}

impl Input for Wish {}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Meta {
    current_page: PageNumber,
    categories_count: usize,
}

async fn index(db: Data<Db>, agent: Agent, path: Path<(String, String)>, wish: Params<Wish>) -> Result<HttpResponse> {
    let ((_, slug), Wish { locale, page }) = (path.into_inner(), wish.0);
    let work = move |conn: &mut DbConn| {
        let portal = queries::find(conn, agent.account_id(), &slug)?;
        let locale = locale.set().map(|text| text.0);
        let found = queries::categories(conn, portal.id, locale.as_deref())?;
        payload::load_categories(conn, found)
    };
    let found = db.read(work).await?;
    let drawn = found.draw();
    let (categories_count, payload) = (drawn.len(), page.share_of(drawn));
    Ok(HttpResponse::Ok().json(Listed { meta: Meta { current_page: page, categories_count }, payload }))
}

async fn show(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, slug, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let portal = queries::find(conn, by.account_id(), &slug)?;
        let one = queries::find_category(conn, portal.id, id)?;
        payload::load_categories(conn, vec![one])
    };
    Ok(HttpResponse::Ok().json(Payload { payload: db.read(work).await?.draw_one()? }))
}

async fn create(db: Data<Db>, by: Administrator, path: Path<(String, String)>, params: Params<CategoryInput>) -> Result<HttpResponse> {
    let (_, slug) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let made = commands::create_category(tx, &by, &slug, params.0)?;
        payload::load_categories(tx.conn, vec![made])
    };
    Ok(HttpResponse::Ok().json(Payload { payload: db.write(work).await?.draw_one()? }))
}

async fn update(db: Data<Db>, by: Administrator, path: At, params: Params<CategoryInput>) -> Result<HttpResponse> {
    let (_, slug, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let changed = commands::update_category(tx, &by, &slug, id, params.0)?;
        payload::load_categories(tx.conn, vec![changed])
    };
    Ok(HttpResponse::Ok().json(Payload { payload: db.write(work).await?.draw_one()? }))
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, slug, id) = path.into_inner();
    db.write(move |tx| commands::delete_category(tx, &by, &slug, id)).await?;
    Ok(empty())
}

async fn reorder(db: Data<Db>, by: Administrator, path: Path<(String, String)>, params: Params<Positions>) -> Result<HttpResponse> {
    let (_, slug) = path.into_inner();
    db.write(move |tx| commands::reorder_categories(tx, &by, &slug, params.0)).await?;
    Ok(empty())
}
