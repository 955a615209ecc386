//! `/api/v1/accounts/{account_id}/macros`.
use super::{
    commands::{self, MacroInput},
    model::Macro,
    payload::{self, Loaded, MacroJson},
    queries,
};
use crate::{
    actions::{Explained, explained},
    auth::Agent,
    db::{
        Db, DbConn, Tx,
        types::{AccountId, DisplayId, MacroId},
    },
    error::{Error, Result},
    files::Links,
    web::{InOnePage, Input, Params, empty, envelopes::Payload, fields::List, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/macros", |at| {
        let at = at.get("The macros that somebody may run", index).answers::<Payload<Vec<MacroJson>>>();
        at.post("Makes a macro", create).answers::<Payload<MacroJson>>().or::<Explained>(422, "What is wrong, by attribute.")
    });
    to.at("/macros/{id}", |at| {
        let at = at.get("A macro", show).answers::<Payload<MacroJson>>();
        let at = at.patch("Changes a macro", update).answers::<Payload<MacroJson>>().or::<Explained>(422, "What is wrong, by attribute.");
        at.delete("Deletes a macro", destroy)
    });
    to.at("/macros/{id}/execute", |at| at.post("Runs a macro on conversations, soon", execute));
}

/// A path of an account and a macro.
type At = Path<(String, MacroId)>;

fn one(conn: &mut DbConn, account: AccountId, found: Macro) -> Result<Loaded> {
    payload::load(conn, account, vec![found])
}

fn drawn(loaded: &Loaded, links: &Links) -> Result<HttpResponse> {
    let drawn = loaded.draw(links).pop().ok_or(Error::NotFound)?;
    Ok(HttpResponse::Ok().json(Payload { payload: drawn }))
}

async fn index(db: Data<Db>, links: Data<Links>, agent: Agent, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let found = db.read(move |conn| queries::list(conn, &agent).and_then(|all| payload::load(conn, agent.account_id(), all))).await?;
    Ok(HttpResponse::Ok().json(Payload { payload: page.share_of(found.draw(&links)) }))
}

async fn show(db: Data<Db>, links: Data<Links>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let found = db.read(move |conn| queries::find(conn, &agent, id).and_then(|found| one(conn, agent.account_id(), found))).await?;
    drawn(&found, &links)
}

async fn create(db: Data<Db>, links: Data<Links>, agent: Agent, params: Params<MacroInput>) -> Result<HttpResponse> {
    let work = move |tx: &mut Tx| commands::create(tx, &agent, params.0).and_then(|made| one(tx.conn, agent.account_id(), made));
    match db.write(work).await {
        Ok(made) => drawn(&made, &links),
        Err(error) => explained(error),
    }
}

async fn update(db: Data<Db>, links: Data<Links>, agent: Agent, path: At, params: Params<MacroInput>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| commands::update(tx, &agent, id, params.0).and_then(|changed| one(tx.conn, agent.account_id(), changed));
    match db.write(work).await {
        Ok(changed) => drawn(&changed, &links),
        Err(error) => explained(error),
    }
}

async fn destroy(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &agent, id)).await?;
    Ok(empty())
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Execution {
    /// The numbers of the conversations, at most 100.
    conversation_ids: List<DisplayId>,
}

impl Input for Execution {}

async fn execute(db: Data<Db>, agent: Agent, path: At, params: Params<Execution>) -> Result<HttpResponse> {
    let ((_, id), List(on)) = (path.into_inner(), params.0.conversation_ids);
    db.write(move |tx| commands::execute(tx, &agent, id, on)).await?;
    Ok(empty())
}
