//! `/api/v1/accounts/{account_id}/labels`.
use super::{
    commands::{self, LabelInput},
    payload::{self, LabelJson},
    queries,
};
use crate::{
    auth::{Administrator, Agent},
    db::{Db, types::LabelId},
    error::Result,
    web::{InOnePage, Params, empty, envelopes::Payload, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/labels", |at| {
        at.get("The labels of the account", index).answers::<Payload<Vec<LabelJson>>>().post("Makes a label", create).answers::<LabelJson>()
    });
    to.at("/labels/{id}", |at| {
        let at = at.get("A label", show).answers::<LabelJson>();
        at.patch("Changes a label; what carries it follows", update).answers::<LabelJson>().delete("Deletes a label", destroy)
    });
}

/// A path of an account and a label.
type At = Path<(String, LabelId)>;

async fn index(db: Data<Db>, agent: Agent, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let labels = db.read(move |conn| queries::list(conn, agent.account_id())).await?;
    Ok(HttpResponse::Ok().json(Payload { payload: page.share_of(labels).iter().map(payload::draw).collect::<Vec<_>>() }))
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
