//! `/api/v1/accounts/{account_id}/conversations/{id}/participants` and `…/draft_messages`.
use super::{api::At, commands, payload::answers, queries};
use crate::{
    auth::Agent,
    db::{Db, DbConn, Tx, types::UserId},
    error::{Error, Result},
    users::{self, AgentJson, Member},
    web::{
        InOnePage, Input, Params, empty,
        fields::{List, Text},
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub(super) fn routes(to: &mut Routes) {
    to.at("/conversations/{id}/participants", |at| {
        at.get("Who takes part in a conversation", list)
            .answers::<Vec<AgentJson>>()
            .post("Lets people take part; answers with those who did not", add)
            .answers::<Vec<AgentJson>>()
            .patch("Says who takes part", set)
            .answers::<Vec<AgentJson>>()
            .delete("Lets people take part no more", remove)
    });
    to.at("/conversations/{id}/draft_messages", |at| {
        let at = at.get("The draft of an answer", draft).answers::<answers::Draft>();
        let at = at.patch("Keeps a draft", keep_draft).answers::<answers::Draft>();
        at.delete("Forgets the draft", forget_draft).answers::<answers::Draft>()
    });
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Users {
    /// Members of the inbox, or administrators.
    user_ids: List<UserId>,
}

impl Input for Users {}

fn drawn(members: &[Member]) -> Result<Value> {
    serde_json::to_value(members.iter().map(users::agent).collect::<Vec<_>>()).map_err(Error::internal)
}

async fn list(db: Data<Db>, agent: Agent, path: At, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let conversation = queries::find(conn, &agent, id)?;
        drawn(&page.share_of(queries::participants(conn, &conversation)?))
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

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Draft {
    /// Blank: the draft is forgotten.
    message: Text,
}

impl Input for Draft {
    const ROOT: &'static str = "draft_message";
}

fn draft_drawn(message: Option<String>) -> HttpResponse {
    HttpResponse::Ok().json(answers::Draft { has_draft: message.is_some(), message })
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
