//! `/api/v1/accounts/{account_id}/inboxes` and `inbox_members`.
use super::{
    commands,
    input::{InboxInput, InboxUpdate},
    payload::{self, Details},
    queries,
};
use crate::{
    auth::{Administrator, Agent},
    bots,
    config::Config,
    db::{
        Db, DbConn,
        types::{AgentBotId, InboxId, UserId},
    },
    error::{Error, Result},
    outbound::{self, Policy},
    storage::Storage,
    users::{self, TokenOwner},
    web::{
        Body, Input, Params, empty,
        fields::{Flag, List, Patch},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, delete, get, patch, post, put, resource},
};
use serde::Deserialize;
use serde_json::json;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/inboxes").route(get().to(index)).route(post().to(create)))
        .service(resource("/inboxes/{id}").route(get().to(show)).route(patch().to(update)).route(put().to(update)).route(delete().to(destroy)))
        .service(resource("/inboxes/{id}/avatar").route(delete().to(delete_avatar)))
        .service(resource("/inboxes/{id}/assignable_agents").route(get().to(assignable_in)))
        .service(resource("/inboxes/{id}/reset_secret").route(post().to(reset_secret)))
        .service(resource("/inboxes/{id}/reset_hmac_token").route(post().to(reset_hmac_token)))
        .service(resource("/assignable_agents").route(get().to(assignable)))
        .service(resource("/inboxes/{id}/agent_bot").route(get().to(agent_bot)))
        .service(resource("/inboxes/{id}/set_agent_bot").route(post().to(set_agent_bot)))
        .service(resource("/inbox_members").route(post().to(add)).route(patch().to(set)).route(put().to(set)).route(delete().to(remove)))
        .service(resource("/inbox_members/{inbox_id}").route(get().to(members)));
}

async fn index(db: Data<Db>, config: Data<Config>, agent: Agent) -> Result<HttpResponse> {
    let administrator = agent.is_administrator();
    let all = db.read(move |conn| queries::list(conn, &agent).and_then(|inboxes| payload::details(conn, inboxes))).await?;
    let drawn = all.iter().map(|details| payload::draw(details, administrator, config.public_url.as_str())).collect::<Result<Vec<_>>>()?;
    Ok(HttpResponse::Ok().json(json!({"payload": drawn})))
}

async fn show(db: Data<Db>, config: Data<Config>, agent: Agent, path: Path<(String, InboxId)>) -> Result<HttpResponse> {
    let (administrator, (_, id)) = (agent.is_administrator(), path.into_inner());
    let details = db.read(move |conn| queries::find(conn, &agent, id).and_then(|inbox| payload::details(conn, vec![inbox]))).await?;
    let drawn = details.iter().map(|details| payload::draw(details, administrator, config.public_url.as_str())).next();
    Ok(HttpResponse::Ok().json(drawn.transpose()?))
}

async fn create(
    db: Data<Db>,
    config: Data<Config>,
    policy: Data<Policy>,
    storage: Data<Storage>,
    by: Administrator,
    body: Body,
) -> Result<HttpResponse> {
    let (mut input, mut uploads) = body.read::<InboxInput>(&storage).await?;
    input.avatar = uploads.take_one("avatar");
    outbound::check_attribute("webhook_url", input.channel.said_callback(), &policy).await?;
    let details = db.write(move |tx| commands::create(tx, &by, input)).await?;
    changed(&details, &config)
}

async fn update(
    db: Data<Db>,
    config: Data<Config>,
    policy: Data<Policy>,
    storage: Data<Storage>,
    by: Administrator,
    path: Path<(String, InboxId)>,
    body: Body,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let (InboxUpdate(mut input), mut uploads) = body.read(&storage).await?;
    input.avatar = uploads.take_one("avatar");
    outbound::check_attribute("webhook_url", input.channel.said_callback(), &policy).await?;
    let details = db.write(move |tx| commands::update(tx, &by, id, input)).await?;
    changed(&details, &config)
}

/// An inbox as an administrator sees it.
fn changed(details: &Details, config: &Config) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(payload::draw(details, true, config.public_url.as_str())?))
}

async fn delete_avatar(db: Data<Db>, by: Administrator, path: Path<(String, InboxId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete_avatar(tx, &by, id)).await?;
    Ok(empty())
}

async fn reset_secret(db: Data<Db>, config: Data<Config>, by: Administrator, path: Path<(String, InboxId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    changed(&db.write(move |tx| commands::reset_secret(tx, &by, id)).await?, &config)
}

async fn reset_hmac_token(db: Data<Db>, config: Data<Config>, by: Administrator, path: Path<(String, InboxId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    changed(&db.write(move |tx| commands::reset_hmac_token(tx, &by, id)).await?, &config)
}

async fn assignable_in(db: Data<Db>, agent: Agent, path: Path<(String, InboxId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| queries::find(conn, &agent, id).and_then(|inbox| queries::assignable(conn, inbox.account_id, &[inbox.id]));
    let found = db.read(work).await?;
    Ok(HttpResponse::Ok().json(json!({"payload": found.iter().map(users::agent).collect::<Vec<_>>()})))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Assignable {
    inbox_ids: List<InboxId>,
    include_agent_bots: Flag,
}

impl Input for Assignable {}

/// How many inboxes one request may ask about.
const MOST_INBOXES: usize = 100;

async fn assignable(db: Data<Db>, agent: Agent, params: Params<Assignable>) -> Result<HttpResponse> {
    let Assignable { inbox_ids: List(ids), include_agent_bots: Flag(bots_too) } = params.0;
    if ids.len() > MOST_INBOXES {
        return Err(Error::invalid("inbox_ids", format!("Inbox ids are too many (maximum is {MOST_INBOXES})")));
    }
    let work = move |conn: &mut DbConn| {
        ids.iter().try_for_each(|id| queries::find(conn, &agent, *id).map(drop))?;
        let found = queries::assignable(conn, agent.account_id(), &ids)?;
        let mut drawn = found.iter().map(|member| serde_json::to_value(users::agent(member)).map_err(Error::internal)).collect::<Result<Vec<_>>>()?;
        if bots_too {
            drawn.iter_mut().for_each(|one| one["assignee_type"] = json!(TokenOwner::User));
            drawn.extend(bots::assignable(conn, &agent)?);
        }
        Ok(drawn)
    };
    Ok(HttpResponse::Ok().json(json!({"payload": db.read(work).await?})))
}

async fn destroy(db: Data<Db>, by: Administrator, path: Path<(String, InboxId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    commands::delete(&db, &by, id).await?;
    Ok(HttpResponse::Ok().json(json!({"message": "Your inbox deletion request will be processed in some time."})))
}

async fn agent_bot(db: Data<Db>, agent: Agent, path: Path<(String, InboxId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| queries::find(conn, &agent, id).and_then(|inbox| bots::of_inbox(conn, inbox.id, &agent));
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BotChoice {
    agent_bot: Patch<AgentBotId>,
}

impl Input for BotChoice {}

async fn set_agent_bot(db: Data<Db>, by: Administrator, path: Path<(String, InboxId)>, params: Params<BotChoice>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::set_bot(tx, &by, id, params.0.agent_bot.set())).await?;
    Ok(empty())
}

#[derive(Deserialize)]
struct Members {
    inbox_id: InboxId,
    #[serde(default)]
    user_ids: List<UserId>,
}

impl Input for Members {}

async fn members(db: Data<Db>, agent: Agent, path: Path<(String, InboxId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let members = db.read(move |conn| queries::find(conn, &agent, id).and_then(|inbox| queries::members(conn, inbox.account_id, inbox.id))).await?;
    Ok(HttpResponse::Ok().json(json!({"payload": members.iter().map(users::agent).collect::<Vec<_>>()})))
}

async fn add(db: Data<Db>, by: Administrator, params: Params<Members>) -> Result<HttpResponse> {
    change_members(db, by, params.0, commands::add_members).await
}

async fn set(db: Data<Db>, by: Administrator, params: Params<Members>) -> Result<HttpResponse> {
    change_members(db, by, params.0, commands::set_members).await
}

type Change = fn(&mut crate::db::Tx, &Administrator, &super::Inbox, &[UserId]) -> Result<()>;

async fn change_members(db: Data<Db>, by: Administrator, members: Members, change: Change) -> Result<HttpResponse> {
    let (inbox_id, user_ids) = (members.inbox_id, users::named(members.user_ids)?);
    let work = move |tx: &mut crate::db::Tx| {
        let inbox = queries::of_account(tx.conn, by.account_id(), inbox_id)?;
        change(tx, &by, &inbox, &user_ids)?;
        queries::members(tx.conn, inbox.account_id, inbox.id)
    };
    let members = db.write(work).await?;
    Ok(HttpResponse::Ok().json(json!({"payload": members.iter().map(users::agent).collect::<Vec<_>>()})))
}

async fn remove(db: Data<Db>, by: Administrator, params: Params<Members>) -> Result<HttpResponse> {
    let (inbox_id, user_ids) = (params.0.inbox_id, users::named(params.0.user_ids)?);
    let work = move |tx: &mut crate::db::Tx| {
        let inbox = queries::of_account(tx.conn, by.account_id(), inbox_id)?;
        commands::remove_members(tx, &inbox, &user_ids)
    };
    db.write(work).await?;
    Ok(empty())
}
