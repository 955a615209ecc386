//! `/api/v1/accounts/{account_id}/custom_attribute_definitions`.
use super::{
    commands::{self, DefinitionInput},
    model::Model,
    payload::{self, DefinitionJson},
    queries,
};
use crate::{
    auth::{Administrator, Agent},
    db::{Db, types::DefinitionId},
    error::Result,
    web::{
        Input, Params,
        fields::{PageNumber, Patch},
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
    to.at("/custom_attribute_definitions", |at| {
        let at = at.get("The custom attributes", index).answers::<Vec<DefinitionJson>>();
        at.post("Defines a custom attribute", create).answers::<DefinitionJson>()
    });
    to.at("/custom_attribute_definitions/{id}", |at| {
        let at = at.get("A custom attribute", show).answers::<DefinitionJson>();
        let at = at.patch("Changes a custom attribute", update).answers::<DefinitionJson>();
        at.delete("Deletes a custom attribute", destroy).with_status(204)
    });
}

/// A path of an account and a definition.
type At = Path<(String, DefinitionId)>;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Listing {
    /// Only those of conversations, or of contacts.
    attribute_model: Patch<Model>,
    /// All of them are on the first page; any other is empty.
    page: PageNumber,
}

impl Input for Listing {}

async fn index(db: Data<Db>, agent: Agent, params: Params<Listing>) -> Result<HttpResponse> {
    let Listing { attribute_model, page } = params.0;
    let found = db.read(move |conn| queries::of_account(conn, agent.account_id(), attribute_model.set())).await?;
    Ok(HttpResponse::Ok().json(page.share_of(found).iter().map(payload::draw).collect::<Vec<_>>()))
}

async fn show(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let found = db.read(move |conn| queries::find(conn, agent.account_id(), id)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&found)))
}

async fn create(db: Data<Db>, by: Administrator, params: Params<DefinitionInput>) -> Result<HttpResponse> {
    let made = db.write(move |tx| commands::create(tx, &by, params.0)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&made)))
}

async fn update(db: Data<Db>, by: Administrator, path: At, params: Params<DefinitionInput>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let changed = db.write(move |tx| commands::update(tx, &by, id, params.0)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&changed)))
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &by, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
