//! `/api/v1/accounts/{account_id}/contacts/{id}/labels`.
use super::{commands, queries};
use crate::{
    auth::Agent,
    db::{Db, DbConn, types::ContactId},
    error::Result,
    labels::{self, Carried},
    web::Params,
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, post, resource},
};
use serde_json::json;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/contacts/{id}/labels").route(get().to(list)).route(post().to(replace)));
}

async fn list(db: Data<Db>, agent: Agent, path: Path<(String, ContactId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| queries::find(conn, agent.account_id(), id).and_then(|contact| queries::labels(conn, contact.id));
    Ok(HttpResponse::Ok().json(json!({"payload": db.read(work).await?})))
}

async fn replace(db: Data<Db>, agent: Agent, path: Path<(String, ContactId)>, params: Params<Carried>) -> Result<HttpResponse> {
    let ((_, id), wanted) = (path.into_inner(), labels::titles(&params.0.labels)?);
    let labels = db.write(move |tx| commands::set_labels(tx, &agent.account, &agent.actor(), id, wanted)).await?;
    Ok(HttpResponse::Ok().json(json!({"payload": labels})))
}
