//! `/api/v1/accounts/{account_id}/custom_filters`.
use super::{
    commands::{self, CustomFilterInput},
    model::FilterType,
    payload::{self, CustomFilterJson},
    queries,
};
use crate::{
    auth::Agent,
    db::{Db, types::CustomFilterId},
    error::Result,
    web::{
        Input, Params,
        fields::{PageNumber, Patch},
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/custom_filters", |at| {
        let at = at.get("The filters that somebody keeps", index).answers::<Vec<CustomFilterJson>>();
        at.post("Keeps a filter", create).answers::<CustomFilterJson>()
    });
    to.at("/custom_filters/{id}", |at| {
        let at = at.get("A filter", show).answers::<CustomFilterJson>().patch("Changes a filter", update).answers::<CustomFilterJson>();
        at.delete("Deletes a filter", destroy).with_status(204)
    });
}

/// A path of an account and a filter.
type At = Path<(String, CustomFilterId)>;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Listing {
    /// Of conversations unless said otherwise.
    filter_type: Patch<FilterType>,
    /// All of them are on the first page; any other is empty.
    page: PageNumber,
}

impl Input for Listing {}

async fn index(db: Data<Db>, agent: Agent, params: Params<Listing>) -> Result<HttpResponse> {
    let Listing { filter_type, page } = params.0;
    let of = filter_type.set().unwrap_or(FilterType::Conversation);
    let found = db.read(move |conn| queries::list(conn, &agent, of)).await?;
    Ok(HttpResponse::Ok().json(page.share_of(found).iter().map(payload::draw).collect::<Vec<_>>()))
}

async fn show(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let found = db.read(move |conn| queries::find(conn, &agent, id)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&found)))
}

async fn create(db: Data<Db>, agent: Agent, params: Params<CustomFilterInput>) -> Result<HttpResponse> {
    let made = db.write(move |tx| commands::create(tx, &agent, params.0)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&made)))
}

async fn update(db: Data<Db>, agent: Agent, path: At, params: Params<CustomFilterInput>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let changed = db.write(move |tx| commands::update(tx, &agent, id, params.0)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&changed)))
}

async fn destroy(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &agent, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
