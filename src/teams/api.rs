//! `/api/v1/accounts/{account_id}/teams`, and who is in them.
use super::{
    commands::{self, TeamInput},
    payload::{self, TeamJson},
    queries,
};
use crate::{
    auth::{Administrator, Agent},
    db::{
        Db, DbConn, Tx,
        types::{TeamId, UserId},
    },
    error::{Error, Result},
    users::{self, AgentJson, Member},
    web::{InOnePage, Input, Params, empty, fields::List, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/teams", |at| at.get("The teams of the account", index).answers::<Vec<TeamJson>>().post("Makes a team", create).answers::<TeamJson>());
    to.at("/teams/{id}", |at| {
        let at = at.get("A team", show).answers::<TeamJson>().patch("Changes a team", update).answers::<TeamJson>();
        at.delete("Deletes a team", destroy)
    });
    to.at("/teams/{id}/team_members", |at| {
        at.get("The members of a team", list)
            .answers::<Vec<AgentJson>>()
            .post("Adds members to a team; answers with those who were not in it", add)
            .answers::<Vec<AgentJson>>()
            .patch("Says who the members of a team are", set)
            .answers::<Vec<AgentJson>>()
            .delete("Takes members out of a team", remove)
    });
}

/// A path of an account and a team.
type At = Path<(String, TeamId)>;

async fn index(db: Data<Db>, agent: Agent, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let work = move |conn: &mut DbConn| {
        let own = queries::of_member(conn, agent.account_id(), agent.user_id())?;
        let teams = page.share_of(queries::list(conn, agent.account_id())?);
        teams.iter().map(|team| serde_json::to_value(payload::draw(team, own.contains(&team.id))).map_err(Error::internal)).collect()
    };
    let drawn: Vec<Value> = db.read(work).await?;
    Ok(HttpResponse::Ok().json(drawn))
}

async fn show(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let team = queries::find(conn, agent.account_id(), id)?;
        Ok((queries::has_member(conn, id, agent.user_id())?, team))
    };
    let (is_member, team) = db.read(work).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&team, is_member)))
}

async fn create(db: Data<Db>, by: Administrator, params: Params<TeamInput>) -> Result<HttpResponse> {
    let team = db.write(move |tx| commands::create(tx, &by, params.0)).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&team, false)))
}

async fn update(db: Data<Db>, by: Administrator, path: At, params: Params<TeamInput>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let team = commands::update(tx, &by, id, params.0)?;
        Ok((queries::has_member(tx.conn, id, by.user_id())?, team))
    };
    let (is_member, team) = db.write(work).await?;
    Ok(HttpResponse::Ok().json(payload::draw(&team, is_member)))
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::delete(tx, &by, id)).await?;
    Ok(empty())
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Named {
    /// People of the account, at most 1000.
    user_ids: List<UserId>,
}

impl Input for Named {}

fn drawn(members: &[Member]) -> HttpResponse {
    HttpResponse::Ok().json(members.iter().map(users::agent).collect::<Vec<_>>())
}

async fn list(db: Data<Db>, agent: Agent, path: At, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let members = db.read(move |conn| queries::find(conn, agent.account_id(), id).and_then(|team| queries::members(conn, &team))).await?;
    Ok(drawn(&page.share_of(members)))
}

async fn add(db: Data<Db>, by: Administrator, path: At, params: Params<Named>) -> Result<HttpResponse> {
    let ((_, id), users) = (path.into_inner(), users::named(params.0.user_ids)?);
    let added = db.write(move |tx| commands::add_members(tx, &by, id, &users)).await?;
    Ok(drawn(&added))
}

async fn set(db: Data<Db>, by: Administrator, path: At, params: Params<Named>) -> Result<HttpResponse> {
    let ((_, id), users) = (path.into_inner(), users::named(params.0.user_ids)?);
    let members = db.write(move |tx| commands::set_members(tx, &by, id, &users)).await?;
    Ok(drawn(&members))
}

async fn remove(db: Data<Db>, by: Administrator, path: At, params: Params<Named>) -> Result<HttpResponse> {
    let ((_, id), users) = (path.into_inner(), users::named(params.0.user_ids)?);
    db.write(move |tx| commands::remove_members(tx, &by, id, &users)).await?;
    Ok(empty())
}
