//! `/api/v1/accounts/{account_id}/custom_filters`.
use super::{
    commands::{self, CustomFilterInput},
    model::FilterType,
    payload, queries,
};
use crate::{
    auth::Agent,
    db::{Db, types::CustomFilterId},
    error::Result,
    web::{Input, Params, fields::Patch},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, delete, get, patch, post, put, resource},
};
use serde::Deserialize;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(cfg: &mut ServiceConfig) {
    let one = resource("/custom_filters/{id}");
    cfg.service(resource("/custom_filters").route(get().to(index)).route(post().to(create)))
        .service(one.route(get().to(show)).route(patch().to(update)).route(put().to(update)).route(delete().to(destroy)));
}

/// A path of an account and a filter.
type At = Path<(String, CustomFilterId)>;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Listing {
    filter_type: Patch<FilterType>,
}

impl Input for Listing {}

async fn index(db: Data<Db>, agent: Agent, params: Params<Listing>) -> Result<HttpResponse> {
    let of = params.0.filter_type.set().unwrap_or(FilterType::Conversation);
    let found = db.read(move |conn| queries::list(conn, &agent, of)).await?;
    Ok(HttpResponse::Ok().json(found.iter().map(payload::draw).collect::<Vec<_>>()))
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
