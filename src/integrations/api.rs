//! `/api/v1/accounts/{account_id}/integrations`.
use super::{
    commands::{self, HookChanges, NewHook},
    model::App,
    payload::{self, AppJson, HookJson},
    queries, translate_api,
};
use crate::{
    auth::{Administrator, Agent},
    db::{Db, DbConn, Tx, types::IntegrationHookId},
    error::{Error, Result},
    outbound::{self, Policy},
    web::{
        InOnePage, Params, empty,
        envelopes::Payload,
        fields::{Object, Patch},
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/integrations/apps", |at| at.get("What can be integrated here", index).answers::<Payload<Vec<AppJson>>>());
    to.at("/integrations/apps/{id}", |at| at.get("Something that can be integrated here", show).answers::<AppJson>());
    to.at("/integrations/hooks", |at| at.post("Sets up an app", create).answers::<HookJson>());
    to.at("/integrations/hooks/{id}", |at| {
        at.patch("Changes what is set of an app", update).answers::<HookJson>().delete("Ends the use of an app", destroy)
    });
    to.at("/integrations/hooks/{id}/process_event", |at| at.post("Hands an event to an app; none takes any", process_event));
    translate_api::routes(to);
}

/// A path of an account and a hook.
type At = Path<(String, IntegrationHookId)>;

async fn index(db: Data<Db>, agent: Agent, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let apps = db.read(move |conn| payload::apps(conn, &agent, App::ALL)).await?;
    Ok(HttpResponse::Ok().json(Payload { payload: page.share_of(apps) }))
}

async fn show(db: Data<Db>, agent: Agent, path: Path<(String, String)>) -> Result<HttpResponse> {
    let (_, name) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let app = App::from_name(&name).ok_or(Error::NotFound)?;
        payload::apps(conn, &agent, &[app])?.pop().ok_or(Error::NotFound)
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

async fn create(db: Data<Db>, policy: Data<Policy>, by: Administrator, params: Params<NewHook>) -> Result<HttpResponse> {
    check_url(&params.0.settings, &policy).await?;
    let work = move |tx: &mut Tx| Ok(payload::draw(&commands::create(tx, &by, params.0)?, &by));
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn update(db: Data<Db>, policy: Data<Policy>, by: Administrator, path: At, params: Params<HookChanges>) -> Result<HttpResponse> {
    let (account, (_, id)) = (by.account_id(), path.into_inner());
    db.read(move |conn| queries::find(conn, account, id)).await?;
    if let Patch::Set(settings) = &params.0.settings {
        check_url(settings, &policy).await?;
    }
    let work = move |tx: &mut Tx| Ok(payload::draw(&commands::update(tx, &by, id, params.0)?, &by));
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

/// What is said to be called must be where the operator lets the server go.
async fn check_url(settings: &Object, policy: &Policy) -> Result<()> {
    outbound::check_attribute("settings", commands::said_url(settings), policy).await
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &by, id)).await?;
    Ok(empty())
}

async fn process_event(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.read(move |conn| queries::find(conn, agent.account_id(), id)).await?;
    Err(Error::Refused("No processor found".into()))
}
