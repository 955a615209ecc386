//! `/api/v1/accounts/{account_id}/webhooks/deliveries/stream`, and the same of one webhook: deliveries as they happen.
use crate::{
    auth::Administrator,
    db::{Db, types::WebhookId},
    error::Result,
    web::routes::Routes,
    webhooks::{queries, tail::Tail},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

/// What a browser's `EventSource` reads.
const STREAM: &str = "text/event-stream";

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/webhooks/deliveries/stream", |at| at.get("Deliveries as they happen (server-sent events)", of_account).answers_with(STREAM));
    to.at("/webhooks/{id}/deliveries/stream", |at| {
        at.get("Deliveries of a webhook as they happen (server-sent events)", of_webhook).answers_with(STREAM)
    });
}

async fn of_account(tail: Data<Tail>, by: Administrator) -> Result<HttpResponse> {
    tail.answer(by.account_id(), None)
}

async fn of_webhook(db: Data<Db>, tail: Data<Tail>, by: Administrator, path: Path<(String, WebhookId)>) -> Result<HttpResponse> {
    let ((_, id), account) = (path.into_inner(), by.account_id());
    db.read(move |conn| queries::find(conn, account, id)).await?;
    tail.answer(account, Some(id))
}
