//! `POST /api/v1/accounts/{account_id}/conversations/filter`.
use super::{api, filter, index};
use crate::{
    auth::Agent,
    db::{Db, DbConn},
    error::Result,
    files::Links,
    filters::ConditionInput,
    web::{Input, Params, envelopes::Listed, fields::PageNumber},
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;

/// The body of a filter: conditions under `payload`.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Asked {
    /// The conditions.
    payload: Vec<ConditionInput>,
    /// From 1 on.
    page: PageNumber,
}

impl Input for Asked {}

pub(super) async fn fitting(db: Data<Db>, links: Data<Links>, agent: Agent, params: Params<Asked>) -> Result<HttpResponse> {
    let Asked { payload, page } = params.0;
    let work = move |conn: &mut DbConn| {
        let wanted = filter::read(conn, agent.account_id(), &payload)?;
        let (counts, found) = index::fitting(conn, &agent, &wanted, &page)?;
        Ok(Listed { meta: counts, payload: api::drawn(conn, agent.account_id(), Some(agent.user_id()), found, &links)? })
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}
