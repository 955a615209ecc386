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
    storage::Storage,
    web::{Body, InOnePage, Params, empty, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/agent_bots", |at| at.get("The bots of the account", index).answers::<Vec<Bot>>().post("Makes a bot", create).answers::<Bot>());
    to.at("/agent_bots/{id}", |at| {
        let at = at.get("A bot", show).answers::<Bot>().patch("Changes a bot", update).answers::<Bot>();
        at.delete("Deletes a bot; its conversations open", destroy)
    });
    to.at("/agent_bots/{id}/avatar", |at| at.delete("Takes the picture of a bot away", delete_avatar).answers::<Bot>());
    to.at("/agent_bots/{id}/reset_secret", |at| at.post("Gives a bot another secret", reset_secret).answers::<Bot>());
    to.at("/agent_bots/{id}/reset_access_token", |at| at.post("Gives a bot another access token", reset_access_token).answers::<Bot>());
}

/// A path of an account and a bot.
type At = Path<(String, AgentBotId)>;
/// A bot, with its token as text.
type Bot = payload::BotJson<'static, &'static str>;

async fn index(db: Data<Db>, agent: Agent, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let work = move |conn: &mut DbConn| queries::list(conn, agent.account_id()).and_then(|bots| payload::draw(conn, &bots, &agent));
    Ok(HttpResponse::Ok().json(page.share_of(db.read(work).await?)))
}

async fn show(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| queries::find(conn, agent.account_id(), id).and_then(|bot| payload::draw_one(conn, bot, &agent));
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

/// What is said about a bot, with its picture.
async fn read(body: Body<BotInput>, storage: &Storage) -> Result<BotInput> {
    let (input, mut uploads) = body.read(storage).await?;
    Ok(BotInput { avatar: uploads.take_one("avatar"), ..input })
}

async fn create(db: Data<Db>, policy: Data<Policy>, storage: Data<Storage>, by: Administrator, body: Body<BotInput>) -> Result<HttpResponse> {
    let input = read(body, &storage).await?;
    outbound::check_attribute("outgoing_url", input.said_url(), &policy).await?;
    changed(db, by, move |tx, by| commands::create(tx, by, input)).await
}

async fn update(
    db: Data<Db>,
    policy: Data<Policy>,
    storage: Data<Storage>,
    by: Administrator,
    path: At,
    body: Body<BotInput>,
) -> Result<HttpResponse> {
    let (account, (_, id)) = (by.account_id(), path.into_inner());
    db.read(move |conn| queries::find(conn, account, id)).await?;
    let input = read(body, &storage).await?;
    outbound::check_attribute("outgoing_url", input.said_url(), &policy).await?;
    changed(db, by, move |tx, by| commands::update(tx, by, id, input)).await
}

async fn delete_avatar(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    changed(db, by, move |tx, by| commands::delete_avatar(tx, by, id)).await
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
