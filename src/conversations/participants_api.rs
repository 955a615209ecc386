//! `/api/v1/accounts/{account_id}/conversations/{id}/participants` and `…/draft_messages`.
use super::{api::At, commands, queries};
use crate::{
    auth::Agent,
    db::{Db, DbConn, Tx, types::UserId},
    error::{Error, Result},
    users::{self, Member},
    web::{
        Input, Params, empty,
        fields::{List, Text},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, delete, get, patch, post, put, resource},
};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn routes(cfg: &mut ServiceConfig) {
    let participants = resource("/conversations/{id}/participants").route(get().to(list)).route(post().to(add)).route(delete().to(remove));
    cfg.service(participants.route(patch().to(set)).route(put().to(set)));
    let draft = resource("/conversations/{id}/draft_messages").route(get().to(draft)).route(delete().to(forget_draft));
    cfg.service(draft.route(patch().to(keep_draft)).route(put().to(keep_draft)));
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Users {
    user_ids: List<UserId>,
}

impl Input for Users {}

fn drawn(members: &[Member]) -> Result<Value> {
    serde_json::to_value(members.iter().map(users::agent).collect::<Vec<_>>()).map_err(Error::internal)
}

async fn list(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let conversation = queries::find(conn, &agent, id)?;
        drawn(&queries::participants(conn, &conversation)?)
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

async fn add(db: Data<Db>, agent: Agent, path: At, params: Params<Users>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let conversation = queries::find(tx.conn, &agent, id)?;
        drawn(&commands::add_participants(tx, &conversation, &params.0.user_ids.0)?)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn set(db: Data<Db>, agent: Agent, path: At, params: Params<Users>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let conversation = queries::find(tx.conn, &agent, id)?;
        drawn(&commands::set_participants(tx, &conversation, &params.0.user_ids.0)?)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn remove(db: Data<Db>, agent: Agent, path: At, params: Params<Users>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let conversation = queries::find(tx.conn, &agent, id)?;
        commands::remove_participants(tx, &conversation, &params.0.user_ids.0)
    };
    db.write(work).await?;
    Ok(empty())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Draft {
    message: Text,
}

impl Input for Draft {
    const ROOT: &'static str = "draft_message";
}

fn draft_drawn(message: Option<String>) -> HttpResponse {
    HttpResponse::Ok().json(match message {
        Some(message) => json!({"has_draft": true, "message": message}),
        None => json!({"has_draft": false}),
    })
}

async fn draft(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let conversation = queries::find(conn, &agent, id)?;
        queries::draft(conn, conversation.id, agent.user_id())
    };
    Ok(draft_drawn(db.read(work).await?))
}

async fn keep_draft(db: Data<Db>, agent: Agent, path: At, params: Params<Draft>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let conversation = queries::find(tx.conn, &agent, id)?;
        commands::keep_draft(tx, &conversation, agent.user_id(), &params.0.message.0)?;
        queries::draft(tx.conn, conversation.id, agent.user_id())
    };
    Ok(draft_drawn(db.write(work).await?))
}

async fn forget_draft(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let conversation = queries::find(tx.conn, &agent, id)?;
        commands::forget_draft(tx, conversation.id, agent.user_id())
    };
    db.write(work).await?;
    Ok(draft_drawn(None))
}
