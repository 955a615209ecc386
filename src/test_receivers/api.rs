//! `/api/v1/accounts/{account_id}/test_receivers`.
use super::{
    commands::{self, ReceiverInput},
    model::TestReceiver,
    payload::{self, AllJson, OlderJson, OneJson, PageJson, RequestsJson},
    queries,
};
use crate::{
    auth::Administrator,
    config::Config,
    db::{
        Db, DbConn, Tx,
        types::{ArrivalId, TestReceiverId},
    },
    error::Result,
    web::{InOnePage, Input, Params, empty, envelopes::Payload, fields::Patch, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/test_receivers", |at| {
        at.get("The test receivers", index).answers::<Payload<AllJson>>().post("Makes a test receiver", create).answers::<Payload<OneJson>>()
    });
    to.at("/test_receivers/{id}", |at| {
        let at = at.get("A test receiver", show).answers::<Payload<OneJson>>();
        let at = at.patch("Changes how a test receiver answers", update).answers::<Payload<OneJson>>();
        at.delete("Deletes a test receiver", destroy)
    });
    to.at("/test_receivers/{id}/requests", |at| {
        at.get("What a test receiver got", requests).answers::<PageJson>().delete("Forgets what a test receiver got", clear)
    });
}

/// A path of an account and a receiver.
type At = Path<(String, TestReceiverId)>;

async fn index(db: Data<Db>, config: Data<Config>, by: Administrator, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let found = page.share_of(db.read(move |conn| queries::list(conn, by.account_id())).await?);
    let test_receivers = found.iter().map(|receiver| payload::draw(receiver, &config.public_url)).collect();
    Ok(HttpResponse::Ok().json(Payload { payload: AllJson { test_receivers } }))
}

fn one(receiver: &TestReceiver, config: &Config) -> HttpResponse {
    HttpResponse::Ok().json(Payload { payload: OneJson { test_receiver: payload::draw(receiver, &config.public_url) } })
}

async fn show(db: Data<Db>, config: Data<Config>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let found = db.read(move |conn| queries::find(conn, by.account_id(), id)).await?;
    Ok(one(&found, &config))
}

async fn create(db: Data<Db>, config: Data<Config>, by: Administrator, params: Params<ReceiverInput>) -> Result<HttpResponse> {
    let made = db.write(move |tx: &mut Tx| commands::create(tx, &by, params.0)).await?;
    Ok(one(&made, &config))
}

async fn update(db: Data<Db>, config: Data<Config>, by: Administrator, path: At, params: Params<ReceiverInput>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let changed = db.write(move |tx: &mut Tx| commands::update(tx, &by, id, params.0)).await?;
    Ok(one(&changed, &config))
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &by, id)).await?;
    Ok(empty())
}

/// Which page of the requests is wanted.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Window {
    /// What `meta.before` said of the page before this one.
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
    let payload = RequestsJson { requests: found.iter().map(payload::arrival).collect() };
    Ok(HttpResponse::Ok().json(PageJson { payload, meta: OlderJson { before: older } }))
}

async fn clear(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::clear(tx, &by, id)).await?;
    Ok(empty())
}
