//! `/api/v1/accounts/{account_id}/webhooks`.
mod replays;
mod stream;

use super::{
    commands::{self, WebhookInput},
    model::Webhook,
    payload, queries,
};
use crate::{
    auth::Administrator,
    db::{Db, DbConn, Tx, types::WebhookId},
    error::{Error, Result},
    outbound::{self, Policy},
    web::{Input, Params, empty, fields::Flag},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, delete, get, patch, post, put, resource},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/webhooks").route(get().to(index)).route(post().to(create)))
        .service(resource("/webhooks/{id}").route(patch().to(update)).route(put().to(update)).route(delete().to(destroy)))
        .service(resource("/webhooks/{id}/rotate_secret").route(post().to(rotate_secret)))
        .service(resource("/webhooks/{id}/old_secret").route(delete().to(end_old_secret)))
        .configure(replays::routes)
        .configure(stream::routes)
        .configure(super::events_api::routes);
}

async fn index(db: Data<Db>, by: Administrator) -> Result<HttpResponse> {
    let work = move |conn: &mut DbConn| {
        let (found, inboxes) = (queries::list(conn, by.account_id())?, queries::inbox_names(conn, by.account_id())?);
        let drawn: Vec<_> = found.iter().map(|webhook| payload::draw(webhook, &inboxes)).collect();
        serde_json::to_value(drawn).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(json!({"payload": {"webhooks": db.read(work).await?}})))
}

async fn create(db: Data<Db>, policy: Data<Policy>, by: Administrator, params: Params<WebhookInput>) -> Result<HttpResponse> {
    outbound::check_attribute("url", params.0.said_url(), &policy).await?;
    let work = move |tx: &mut Tx| commands::create(tx, &by, params.0).and_then(|made| drawn(tx.conn, &made));
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn update(
    db: Data<Db>,
    policy: Data<Policy>,
    by: Administrator,
    path: Path<(String, WebhookId)>,
    params: Params<WebhookInput>,
) -> Result<HttpResponse> {
    outbound::check_attribute("url", params.0.said_url(), &policy).await?;
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| commands::update(tx, &by, id, params.0).and_then(|changed| drawn(tx.conn, &changed));
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn destroy(db: Data<Db>, by: Administrator, path: Path<(String, WebhookId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &by, id)).await?;
    Ok(empty())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Rotation {
    end_old: Flag,
}

impl Input for Rotation {}

async fn rotate_secret(db: Data<Db>, by: Administrator, path: Path<(String, WebhookId)>, params: Params<Rotation>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| commands::rotate_secret(tx, &by, id, params.0.end_old.0).and_then(|changed| drawn(tx.conn, &changed));
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn end_old_secret(db: Data<Db>, by: Administrator, path: Path<(String, WebhookId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| commands::end_old_secret(tx, &by, id).and_then(|changed| drawn(tx.conn, &changed));
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

fn drawn(conn: &mut DbConn, webhook: &Webhook) -> Result<Value> {
    let inboxes = queries::inbox_names(conn, webhook.account_id)?;
    Ok(json!({"payload": {"webhook": payload::draw(webhook, &inboxes)}}))
}
