//! `/api/v1/accounts/{account_id}/webhooks/{id}/replays`.
use crate::{
    auth::Administrator,
    config::Config,
    db::{
        Db, DbConn, Tx,
        types::{ReplayId, WebhookId},
    },
    error::{Error, Result},
    web::{InOnePage, Params, envelopes::Payload, routes::Routes},
    webhooks::{
        commands::{self, ReplayInput},
        payload::replay::{self as payload, AllJson, AskedJson, BegunJson, OneJson},
        queries, replayer,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use serde_json::Value;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/webhooks/{id}/replays", |at| {
        let at = at.get("The replays of a webhook", index).answers::<Payload<AllJson>>();
        at.post("Sends the past again, or counts what that would be", create).answers::<Payload<BegunJson>>()
    });
    to.at("/webhooks/{id}/replays/{replay}", |at| {
        at.get("A replay", show).answers::<Payload<OneJson>>().delete("Ends a replay", cancel).answers::<Payload<OneJson>>()
    });
}

async fn index(
    db: Data<Db>,
    by: Administrator,
    path: Path<(String, WebhookId)>,
    Params(InOnePage { page }): Params<InOnePage>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let webhook = queries::find(conn, by.account_id(), id)?;
        let replays = page.share_of(queries::replays(conn, id)?);
        let replays = replays.iter().map(|replay| payload::draw(replay, &webhook)).collect();
        serde_json::to_value(AllJson { replays }).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(Payload { payload: db.read(work).await? }))
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
        let preview = payload::preview(&order.scope, order.rate, counted.total);
        return Ok(HttpResponse::Ok().json(Payload { payload: AskedJson { preview } }));
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
    serde_json::to_value(Payload { payload: OneJson { replay: payload::draw(&replay, &webhook) } }).map_err(Error::internal)
}
