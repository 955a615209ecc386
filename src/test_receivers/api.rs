//! `/api/v1/accounts/{account_id}/test_receivers`.
use super::{
    commands::{self, ReceiverInput},
    payload, queries,
};
use crate::{
    auth::Administrator,
    config::Config,
    db::{
        Db, DbConn, Tx,
        types::{ArrivalId, TestReceiverId},
    },
    error::Result,
    web::{Input, Params, empty, fields::Patch},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, delete, get, patch, post, put, resource},
};
use serde::Deserialize;
use serde_json::json;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/test_receivers").route(get().to(index)).route(post().to(create)))
        .service(resource("/test_receivers/{id}").route(get().to(show)).route(patch().to(update)).route(put().to(update)).route(delete().to(destroy)))
        .service(resource("/test_receivers/{id}/requests").route(get().to(requests)).route(delete().to(clear)));
}

/// A path of an account and a receiver.
type At = Path<(String, TestReceiverId)>;

async fn index(db: Data<Db>, config: Data<Config>, by: Administrator) -> Result<HttpResponse> {
    let found = db.read(move |conn| queries::list(conn, by.account_id())).await?;
    let drawn: Vec<_> = found.iter().map(|receiver| payload::draw(receiver, &config.public_url)).collect();
    Ok(HttpResponse::Ok().json(json!({"payload": {"test_receivers": drawn}})))
}

async fn show(db: Data<Db>, config: Data<Config>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let found = db.read(move |conn| queries::find(conn, by.account_id(), id)).await?;
    Ok(HttpResponse::Ok().json(json!({"payload": {"test_receiver": payload::draw(&found, &config.public_url)}})))
}

async fn create(db: Data<Db>, config: Data<Config>, by: Administrator, params: Params<ReceiverInput>) -> Result<HttpResponse> {
    let made = db.write(move |tx: &mut Tx| commands::create(tx, &by, params.0)).await?;
    Ok(HttpResponse::Ok().json(json!({"payload": {"test_receiver": payload::draw(&made, &config.public_url)}})))
}

async fn update(db: Data<Db>, config: Data<Config>, by: Administrator, path: At, params: Params<ReceiverInput>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let changed = db.write(move |tx: &mut Tx| commands::update(tx, &by, id, params.0)).await?;
    Ok(HttpResponse::Ok().json(json!({"payload": {"test_receiver": payload::draw(&changed, &config.public_url)}})))
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &by, id)).await?;
    Ok(empty())
}

/// Which page of the requests is wanted.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Window {
    before: Patch<ArrivalId>,
}

impl Input for Window {}

async fn requests(db: Data<Db>, by: Administrator, path: At, params: Params<Window>) -> Result<HttpResponse> {
    let ((_, id), before) = (path.into_inner(), params.0.before.set());
    let work = move |conn: &mut DbConn| {
        let receiver = queries::find(conn, by.account_id(), id)?;
        queries::arrivals(conn, receiver.id, before)
    };
    let (found, older) = db.read(work).await?;
    let drawn: Vec<_> = found.iter().map(payload::arrival).collect();
    Ok(HttpResponse::Ok().json(json!({"payload": {"requests": drawn}, "meta": {"before": older}})))
}

async fn clear(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::clear(tx, &by, id)).await?;
    Ok(empty())
}
