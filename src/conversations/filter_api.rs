//! `POST /api/v1/accounts/{account_id}/conversations/filter`, and the files of a contact.
use super::{api, filter, index, payload, queries};
use crate::{
    auth::Agent,
    contacts,
    db::{Db, DbConn, types::ContactId},
    error::{Error, Result},
    files::Links,
    filters::ConditionInput,
    web::{Input, Params, fields::PageNumber},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, resource},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/contacts/{id}/attachments").route(get().to(attachments)));
}

/// The body of a filter: conditions under `payload`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    payload: Vec<ConditionInput>,
    page: PageNumber,
}

impl Input for Asked {}

pub(super) async fn fitting(db: Data<Db>, links: Data<Links>, agent: Agent, params: Params<Asked>) -> Result<HttpResponse> {
    let Asked { payload, page } = params.0;
    let work = move |conn: &mut DbConn| {
        let wanted = filter::read(conn, agent.account_id(), &payload)?;
        let (counts, found) = index::fitting(conn, &agent, &wanted, &page)?;
        Ok(json!({"meta": counts, "payload": api::drawn(conn, &agent, found, &links)?}))
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Listing {
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
        let drawn = payload::draw_attachments(&files, &links).into_iter().zip(numbers).map(|(file, number)| {
            let mut drawn = serde_json::to_value(file).map_err(Error::internal)?;
            drawn["conversation_id"] = json!(number);
            Ok(drawn)
        });
        Ok(json!({"meta": {"total_count": total}, "payload": drawn.collect::<Result<Vec<Value>>>()?}))
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}
