//! `GET /api/v1/accounts/{account_id}/contacts/{id}/attachments`: the files of a contact.
use super::{
    payload::{self, ContactAttachment},
    queries,
};
use crate::{
    auth::Agent,
    contacts,
    db::{Db, DbConn, types::ContactId},
    error::{Error, Result},
    files::Links,
    web::{
        Input, Params,
        envelopes::{Listed, Total},
        fields::PageNumber,
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/contacts/{id}/attachments", |at| {
        at.get("The files of the conversations of a contact", attachments).answers::<Listed<Total, Vec<ContactAttachment>>>()
    });
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Listing {
    /// From 1 on.
    page: PageNumber,
}

impl Input for Listing {}

/// The files of a contact's conversations that the agent may see, the newest first.
async fn attachments(
    db: Data<Db>,
    links: Data<Links>,
    agent: Agent,
    path: Path<(String, ContactId)>,
    params: Params<Listing>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let contact = contacts::find(conn, agent.account_id(), id)?;
        let (total, found) = queries::attachments_of_contact(conn, &agent, contact.id, &params.0.page)?;
        let (files, numbers): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let drawn = payload::draw_attachments(&files, &links).into_iter().zip(numbers);
        let payload: Vec<_> = drawn.map(|(file, conversation_id)| ContactAttachment { file, conversation_id }).collect();
        serde_json::to_value(Listed { meta: Total { total_count: total }, payload }).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}
