//! `/api/v1/accounts/{account_id}/webhooks/{id}/replays`.
use crate::{
    auth::Administrator,
    config::Config,
    db::{
        Db, DbConn, Tx,
        types::{ReplayId, WebhookId},
    },
    error::{Error, Result},
    web::Params,
    webhooks::{
        commands::{self, ReplayInput},
        payload::replay as payload,
        queries, replayer,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, delete, get, post, resource},
};
use serde_json::{Value, json};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/webhooks/{id}/replays").route(get().to(index)).route(post().to(create)))
        .service(resource("/webhooks/{id}/replays/{replay}").route(get().to(show)).route(delete().to(cancel)));
}

async fn index(db: Data<Db>, by: Administrator, path: Path<(String, WebhookId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let webhook = queries::find(conn, by.account_id(), id)?;
        let replays = queries::replays(conn, id)?;
        let drawn: Vec<_> = replays.iter().map(|replay| payload::draw(replay, &webhook)).collect();
        serde_json::to_value(drawn).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(json!({"payload": {"replays": db.read(work).await?}})))
}

async fn show(db: Data<Db>, by: Administrator, path: Path<(String, WebhookId, ReplayId)>) -> Result<HttpResponse> {
    let (_, webhook, id) = path.into_inner();
    Ok(HttpResponse::Ok().json(db.read(move |conn| drawn(conn, &by, webhook, id)).await?))
}

async fn create(
    db: Data<Db>,
    config: Data<Config>,
    by: Administrator,
    path: Path<(String, WebhookId)>,
    params: Params<ReplayInput>,
) -> Result<HttpResponse> {
    let ((_, id), account, input) = (path.into_inner(), by.account_id(), params.0);
    let webhook = db.read(move |conn| queries::find(conn, account, id)).await?;
    let order = commands::checked(&webhook, &input, replayer::kept_since(config.retention))?;
    let counted = replayer::count(&db, &order).await?;
    if input.dry_run.0 {
        return Ok(HttpResponse::Ok().json(json!({"payload": {"preview": payload::preview(&order.scope, order.rate, counted.total)}})));
    }
    let work = move |tx: &mut Tx| {
        let replay = commands::start_replay(tx, &by, order, counted.span, counted.total)?;
        drawn(tx.conn, &by, id, replay.id)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn cancel(db: Data<Db>, by: Administrator, path: Path<(String, WebhookId, ReplayId)>) -> Result<HttpResponse> {
    let (_, webhook, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        commands::cancel_replay(tx, &by, webhook, id)?;
        drawn(tx.conn, &by, webhook, id)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

fn drawn(conn: &mut DbConn, by: &Administrator, webhook: WebhookId, id: ReplayId) -> Result<Value> {
    let webhook = queries::find(conn, by.account_id(), webhook)?;
    let replay = queries::replay(conn, webhook.id, id)?;
    Ok(json!({"payload": {"replay": payload::draw(&replay, &webhook)}}))
}
