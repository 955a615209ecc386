//! `/api/v1/accounts/{account_id}/contacts/{id}/labels`.
use super::{commands, queries};
use crate::{
    auth::Agent,
    db::{Db, DbConn, types::ContactId},
    error::Result,
    labels::{self, Carried},
    web::{Params, envelopes::Payload, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/contacts/{id}/labels", |at| {
        let at = at.get("The labels of a contact", list).answers::<Payload<Vec<String>>>();
        at.post("Replaces the labels of a contact", replace).answers::<Payload<Vec<String>>>()
    });
}

async fn list(db: Data<Db>, agent: Agent, path: Path<(String, ContactId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| queries::find(conn, agent.account_id(), id).and_then(|contact| queries::labels(conn, contact.id));
    Ok(HttpResponse::Ok().json(Payload { payload: db.read(work).await? }))
}

async fn replace(db: Data<Db>, agent: Agent, path: Path<(String, ContactId)>, params: Params<Carried>) -> Result<HttpResponse> {
    let ((_, id), wanted) = (path.into_inner(), labels::titles(&params.0.labels)?);
    let labels = db.write(move |tx| commands::set_labels(tx, &agent.account, &agent.actor(), id, wanted)).await?;
    Ok(HttpResponse::Ok().json(Payload { payload: labels }))
}
