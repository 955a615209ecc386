//! `/api/v1/accounts/{account_id}/dashboard_apps`.
use super::{
    commands::{self, DashboardAppInput},
    payload::{self, DashboardAppJson},
    queries,
};
use crate::{
    auth::{Administrator, Agent},
    db::{Db, types::DashboardAppId},
    error::Result,
    web::{InOnePage, Params, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/dashboard_apps", |at| {
        let at = at.get("The pages that are shown beside conversations", index).answers::<Vec<DashboardAppJson>>();
        at.post("Makes a page that is shown beside conversations", create).answers::<DashboardAppJson>()
    });
    to.at("/dashboard_apps/{id}", |at| {
        let at = at.get("A page that is shown beside conversations", show).answers::<DashboardAppJson>();
        let at = at.patch("Changes a page that is shown beside conversations", update).answers::<DashboardAppJson>();
        at.delete("Deletes a page that is shown beside conversations", destroy).with_status(204)
    });
}

/// A path of an account and a dashboard app.
type At = Path<(String, DashboardAppId)>;

async fn index(db: Data<Db>, agent: Agent, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let found = db.read(move |conn| queries::list(conn, agent.account_id())).await?;
    Ok(HttpResponse::Ok().json(page.share_of(found).iter().map(payload::draw).collect::<Vec<_>>()))
}

async fn show(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let found = db.read(move |conn| queries::find(conn, agent.account_id(), id)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&found)))
}

async fn create(db: Data<Db>, by: Administrator, params: Params<DashboardAppInput>) -> Result<HttpResponse> {
    let made = db.write(move |tx| commands::create(tx, &by, params.0)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&made)))
}

async fn update(db: Data<Db>, by: Administrator, path: At, params: Params<DashboardAppInput>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let changed = db.write(move |tx| commands::update(tx, &by, id, params.0)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&changed)))
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &by, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
