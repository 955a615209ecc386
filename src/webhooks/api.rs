//! `/api/v1/accounts/{account_id}/webhooks`.
mod replays;
mod stream;

use super::{
    commands::{self, WebhookInput},
    model::Webhook,
    payload::{self, AllJson, OneJson},
    queries,
};
use crate::{
    auth::Administrator,
    db::{Db, DbConn, Tx, types::WebhookId},
    error::{Error, Result},
    outbound::{self, Policy},
    web::{InOnePage, Input, Params, empty, envelopes::Payload, fields::Flag, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/webhooks", |at| {
        let at = at.get("The webhooks of the account", index).answers::<Payload<AllJson>>();
        at.post("Makes a webhook", create).answers::<Payload<OneJson>>()
    });
    to.at("/webhooks/{id}", |at| {
        at.patch("Changes a webhook", update).answers::<Payload<OneJson>>().delete("Deletes a webhook with its log", destroy)
    });
    to.at("/webhooks/{id}/rotate_secret", |at| {
        let at = at.post("Gives a webhook another secret; the old one signs beside it for a day", rotate_secret);
        at.answers::<Payload<OneJson>>()
    });
    to.at("/webhooks/{id}/old_secret", |at| at.delete("Ends the old secret at once", end_old_secret).answers::<Payload<OneJson>>());
    replays::routes(to);
    stream::routes(to);
    super::events_api::routes(to);
}

async fn index(db: Data<Db>, by: Administrator, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let work = move |conn: &mut DbConn| {
        let (found, inboxes) = (page.share_of(queries::list(conn, by.account_id())?), queries::inbox_names(conn, by.account_id())?);
        let webhooks = found.iter().map(|webhook| payload::draw(webhook, &inboxes)).collect();
        serde_json::to_value(AllJson { webhooks }).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(Payload { payload: db.read(work).await? }))
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
    let (account, (_, id)) = (by.account_id(), path.into_inner());
    // what is not there is not found, whatever is said about it
    db.read(move |conn| queries::find(conn, account, id)).await?;
    outbound::check_attribute("url", params.0.said_url(), &policy).await?;
    let work = move |tx: &mut Tx| commands::update(tx, &by, id, params.0).and_then(|changed| drawn(tx.conn, &changed));
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn destroy(db: Data<Db>, by: Administrator, path: Path<(String, WebhookId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &by, id)).await?;
    Ok(empty())
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Rotation {
    /// Whether the old secret ends at once.
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
    serde_json::to_value(Payload { payload: OneJson { webhook: payload::draw(webhook, &inboxes) } }).map_err(Error::internal)
}
