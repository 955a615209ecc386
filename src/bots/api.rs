//! `/api/v1/accounts/{account_id}/agent_bots`.
use super::{
    commands::{self, BotInput},
    model::AgentBot,
    payload, queries,
};
use crate::{
    auth::{Administrator, Agent},
    db::{Db, DbConn, Tx, types::AgentBotId},
    error::Result,
    outbound::{self, Policy},
    web::{Params, empty},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, delete, get, patch, post, put, resource},
};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/agent_bots").route(get().to(index)).route(post().to(create)))
        .service(resource("/agent_bots/{id}").route(get().to(show)).route(patch().to(update)).route(put().to(update)).route(delete().to(destroy)))
        .service(resource("/agent_bots/{id}/reset_secret").route(post().to(reset_secret)))
        .service(resource("/agent_bots/{id}/reset_access_token").route(post().to(reset_access_token)));
}

/// A path of an account and a bot.
type At = Path<(String, AgentBotId)>;

async fn index(db: Data<Db>, agent: Agent) -> Result<HttpResponse> {
    let work = move |conn: &mut DbConn| queries::list(conn, agent.account_id()).and_then(|bots| payload::draw(conn, &bots, &agent));
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

async fn show(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| queries::find(conn, agent.account_id(), id).and_then(|bot| payload::draw_one(conn, bot, &agent));
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

async fn create(db: Data<Db>, policy: Data<Policy>, by: Administrator, params: Params<BotInput>) -> Result<HttpResponse> {
    outbound::check_attribute("outgoing_url", params.0.said_url(), &policy).await?;
    changed(db, by, move |tx, by| commands::create(tx, by, params.0)).await
}

async fn update(db: Data<Db>, policy: Data<Policy>, by: Administrator, path: At, params: Params<BotInput>) -> Result<HttpResponse> {
    outbound::check_attribute("outgoing_url", params.0.said_url(), &policy).await?;
    let (_, id) = path.into_inner();
    changed(db, by, move |tx, by| commands::update(tx, by, id, params.0)).await
}

async fn reset_secret(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    changed(db, by, move |tx, by| commands::reset_secret(tx, by, id)).await
}

async fn reset_access_token(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    changed(db, by, move |tx, by| commands::reset_access_token(tx, by, id)).await
}

/// Answers with the bot as it is after the change.
async fn changed(
    db: Data<Db>,
    by: Administrator,
    change: impl FnOnce(&mut Tx, &Administrator) -> Result<AgentBot> + Send + 'static,
) -> Result<HttpResponse> {
    let work = move |tx: &mut Tx| change(tx, &by).and_then(|bot| payload::draw_one(tx.conn, bot, &by));
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &by, id)).await?;
    Ok(empty())
}
