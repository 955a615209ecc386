//! `/api/v1/accounts/{account_id}/canned_responses`.
use super::{
    commands::{self, CannedResponseInput},
    payload::{self, CannedResponseJson},
    queries,
};
use crate::{
    auth::Agent,
    db::{Db, types::CannedResponseId},
    error::Result,
    web::{
        Input, Params, empty,
        fields::{PageNumber, Text},
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
pub fn routes(to: &mut Routes) {
    to.at("/canned_responses", |at| {
        let at = at.get("The canned responses, or those that fit a search", index).answers::<Vec<CannedResponseJson>>();
        at.post("Makes a canned response", create).answers::<CannedResponseJson>()
    });
    to.at("/canned_responses/{id}", |at| {
        at.patch("Changes a canned response", update).answers::<CannedResponseJson>().delete("Deletes a canned response", destroy)
    });
}

/// A path of an account and a canned response.
type At = Path<(String, CannedResponseId)>;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Search {
    /// Part of a short code or of a content, up to 1000 characters; blank: all of them.
    search: Text,
    /// All of them are on the first page; any other is empty.
    page: PageNumber,
}

impl Input for Search {}

async fn index(db: Data<Db>, agent: Agent, params: Params<Search>) -> Result<HttpResponse> {
    let Search { search, page } = params.0;
    let found = db.read(move |conn| queries::list(conn, agent.account_id(), Some(&search.0))).await?;
    Ok(HttpResponse::Ok().json(page.share_of(found).iter().map(payload::draw).collect::<Vec<_>>()))
}

async fn create(db: Data<Db>, agent: Agent, params: Params<CannedResponseInput>) -> Result<HttpResponse> {
    let made = db.write(move |tx| commands::create(tx, &agent, params.0)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&made)))
}

async fn update(db: Data<Db>, agent: Agent, path: At, params: Params<CannedResponseInput>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let changed = db.write(move |tx| commands::update(tx, &agent, id, params.0)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&changed)))
}

async fn destroy(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &agent, id)).await?;
    Ok(empty())
}
