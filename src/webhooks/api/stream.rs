//! `/api/v1/accounts/{account_id}/webhooks/deliveries/stream`, and the same of one webhook: deliveries as they happen.
use crate::{
    auth::Administrator,
    db::{Db, types::WebhookId},
    error::Result,
    webhooks::{queries, tail::Tail},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, resource},
};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/webhooks/deliveries/stream").route(get().to(of_account)))
        .service(resource("/webhooks/{id}/deliveries/stream").route(get().to(of_webhook)));
}

async fn of_account(tail: Data<Tail>, by: Administrator) -> Result<HttpResponse> {
    tail.answer(by.account_id(), None)
}

async fn of_webhook(db: Data<Db>, tail: Data<Tail>, by: Administrator, path: Path<(String, WebhookId)>) -> Result<HttpResponse> {
    let ((_, id), account) = (path.into_inner(), by.account_id());
    db.read(move |conn| queries::find(conn, account, id)).await?;
    tail.answer(account, Some(id))
}
