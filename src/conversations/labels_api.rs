//! `/api/v1/accounts/{account_id}/conversations/{id}/labels`.
use super::{api::At, commands, queries};
use crate::{
    bots::AgentOrBot,
    db::{Db, Tx},
    error::Result,
    labels::{self, Carried},
    web::{Params, envelopes::Payload, routes::Routes},
};
use actix_web::{HttpResponse, web::Data};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/conversations/{id}/labels", |at| {
        let at = at.get("The labels of a conversation", list).answers::<Payload<Vec<String>>>();
        at.post("Replaces the labels of a conversation", replace).answers::<Payload<Vec<String>>>()
    });
}

async fn list(db: Data<Db>, by: AgentOrBot, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let conversation = db.read(move |conn| queries::seen_by(conn, &by, id)).await?;
    Ok(HttpResponse::Ok().json(Payload { payload: conversation.labels.0 }))
}

async fn replace(db: Data<Db>, by: AgentOrBot, path: At, params: Params<Carried>) -> Result<HttpResponse> {
    let ((_, id), wanted) = (path.into_inner(), labels::titles(&params.0.labels)?);
    let work = move |tx: &mut Tx| {
        let mut thread = queries::thread_for(tx.conn, &by, id)?;
        commands::set_labels(tx, &mut thread, &by.actor(), wanted)?;
        Ok(thread.conversation)
    };
    let conversation = db.write(work).await?;
    Ok(HttpResponse::Ok().json(Payload { payload: conversation.labels.0 }))
}
