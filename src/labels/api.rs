//! `/api/v1/accounts/{account_id}/labels`.
use super::{
    commands::{self, LabelInput},
    payload, queries,
};
use crate::{
    auth::{Administrator, Agent},
    db::{Db, types::LabelId},
    error::Result,
    web::{Params, empty},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, delete, get, patch, post, put, resource},
};
use serde_json::json;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/labels").route(get().to(index)).route(post().to(create)))
        .service(resource("/labels/{id}").route(get().to(show)).route(patch().to(update)).route(put().to(update)).route(delete().to(destroy)));
}

/// A path of an account and a label.
type At = Path<(String, LabelId)>;

async fn index(db: Data<Db>, agent: Agent) -> Result<HttpResponse> {
    let labels = db.read(move |conn| queries::list(conn, agent.account_id())).await?;
    Ok(HttpResponse::Ok().json(json!({"payload": labels.iter().map(payload::draw).collect::<Vec<_>>()})))
}

async fn show(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let label = db.read(move |conn| queries::find(conn, by.account_id(), id)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&label)))
}

async fn create(db: Data<Db>, by: Administrator, params: Params<LabelInput>) -> Result<HttpResponse> {
    let label = db.write(move |tx| commands::create(tx, &by, params.0)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&label)))
}

async fn update(db: Data<Db>, by: Administrator, path: At, params: Params<LabelInput>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let label = db.write(move |tx| commands::update(tx, &by, id, params.0)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&label)))
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &by, id)).await?;
    Ok(empty())
}
