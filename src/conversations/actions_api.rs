//! What agents do with one of their conversations, below `/api/v1/accounts/{account_id}/conversations/{id}`.
use super::{
    api::{At, one},
    commands,
    model::Priority,
    payload::{ConversationJson, answers::Noted},
    queries,
    thread::Thread,
};
use crate::{
    auth::{Administrator, Agent},
    bots::AgentOrBot,
    db::{Db, Tx, types::DisplayId},
    error::{Error, Result},
    files::Links,
    web::{
        Input, Params, Quota, Quotas, empty,
        fields::{Flag, List, Object, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{HttpResponse, web::Data};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

pub(super) fn routes(to: &mut Routes) {
    to.at("/conversations/{id}/toggle_priority", |at| at.post("Says how much a conversation matters", toggle_priority));
    to.at("/conversations/{id}/mute", |at| at.post("Blocks the contact and resolves the conversation", mute));
    to.at("/conversations/{id}/unmute", |at| at.post("Hears the contact again", unmute));
    to.at("/conversations/{id}/transcript", |at| at.post("Mails what was said", transcript));
    to.at("/conversations/{id}/unread", |at| at.post("Lets the last message of the contact count as not seen", unread).answers::<ConversationJson>());
    to.at("/conversations/{id}/custom_attributes", |at| at.post("Sets custom attributes", custom_attributes).answers::<Noted>());
    to.at("/conversations/{id}/destroy_custom_attributes", |at| {
        at.post("Takes custom attributes away", destroy_custom_attributes).answers::<Noted>()
    });
}

/// Changes one of the caller's conversations; what is answered is drawn from it afterwards.
async fn changing<T: Send + 'static>(
    db: &Db,
    by: impl Into<AgentOrBot>,
    id: DisplayId,
    work: impl FnOnce(&mut Tx, &mut Thread, &AgentOrBot) -> Result<T> + Send + 'static,
) -> Result<T> {
    let by = by.into();
    let work = move |tx: &mut Tx| {
        let mut thread = queries::thread_for(tx.conn, &by, id)?;
        work(tx, &mut thread, &by)
    };
    db.write(work).await
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Importance {
    /// Null for none.
    priority: Patch<Priority>,
}

impl Input for Importance {
    const ROOT: &'static str = "conversation";
}

pub(super) async fn update(db: Data<Db>, links: Data<Links>, by: AgentOrBot, path: At, params: Params<Importance>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx, thread: &mut Thread, by: &AgentOrBot| {
        let priority = params.0.priority.or(thread.conversation.priority);
        commands::set_priority(tx, thread, &by.actor(), priority)?;
        one(tx.conn, by, thread.conversation.clone(), &links)
    };
    Ok(HttpResponse::Ok().json(changing(&db, by, id, work).await?))
}

async fn toggle_priority(db: Data<Db>, by: AgentOrBot, path: At, params: Params<Importance>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let priority = params.0.priority.set();
    changing(&db, by, id, move |tx, thread, by| commands::set_priority(tx, thread, &by.actor(), priority)).await?;
    Ok(empty())
}

async fn mute(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    changing(&db, agent, id, |tx, thread, by| commands::mute(tx, thread, &by.actor())).await?;
    Ok(empty())
}

async fn unmute(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    changing(&db, agent, id, |tx, thread, by| commands::unmute(tx, thread, &by.actor())).await?;
    Ok(empty())
}

async fn unread(db: Data<Db>, links: Data<Links>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx, thread: &mut Thread, by: &AgentOrBot| {
        commands::mark_unread(tx, thread, &by.actor())?;
        one(tx.conn, by, thread.conversation.clone(), &links)
    };
    Ok(HttpResponse::Ok().json(changing(&db, agent, id, work).await?))
}

fn noted(thread: &Thread) -> Result<Value> {
    serde_json::to_value(Noted { custom_attributes: &thread.conversation.custom_attributes.0 }).map_err(Error::internal)
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Attributes {
    /// By their keys; needed.
    custom_attributes: Patch<Object>,
    /// Whether those that are not named stay; otherwise they go.
    merge: Flag,
}

impl Input for Attributes {}

async fn custom_attributes(db: Data<Db>, by: AgentOrBot, path: At, params: Params<Attributes>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let Attributes { custom_attributes, merge } = params.0;
    if custom_attributes == Patch::Absent {
        return Err(Error::Refused("custom_attributes is missing".into()));
    }
    let said = custom_attributes.set().unwrap_or_default().0;
    let work = move |tx: &mut Tx, thread: &mut Thread, by: &AgentOrBot| {
        commands::set_custom_attributes(tx, thread, &by.actor(), said, merge.0)?;
        noted(thread)
    };
    Ok(HttpResponse::Ok().json(changing(&db, by, id, work).await?))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct AttributeNames {
    /// The keys of those that go.
    custom_attributes: List<Text>,
}

impl Input for AttributeNames {}

async fn destroy_custom_attributes(db: Data<Db>, agent: Agent, path: At, params: Params<AttributeNames>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let names: Vec<String> = params.0.custom_attributes.0.into_iter().map(|name| name.0).collect();
    let work = move |tx: &mut Tx, thread: &mut Thread, by: &AgentOrBot| {
        commands::remove_custom_attributes(tx, thread, &by.actor(), &names)?;
        noted(thread)
    };
    Ok(HttpResponse::Ok().json(changing(&db, agent, id, work).await?))
}

/// How many transcripts an account sends.
const TRANSCRIPTS: Quota = Quota { of: "transcript", most: 1000, within: Duration::from_secs(3600) };

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Address {
    /// Where it is sent; needed.
    email: Patch<Text>,
}

impl Input for Address {}

async fn transcript(db: Data<Db>, quotas: Data<Quotas>, agent: Agent, path: At, params: Params<Address>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let Some(Text(email)) = params.0.email.set().filter(|email| !email.0.trim().is_empty()) else {
        return Err(Error::Refused("email is missing".into()));
    };
    quotas.take(TRANSCRIPTS, agent.account_id().0)?;
    let work = move |tx: &mut Tx| {
        let conversation = queries::find(tx.conn, &agent, id)?;
        commands::send_transcript(tx, &agent.account, &conversation, &email, None)
    };
    db.write(work).await?;
    Ok(empty())
}

/// How many conversations an account deletes.
const DELETIONS: Quota = Quota { of: "conversation", most: 60, within: Duration::from_secs(60) };

pub(super) async fn destroy(db: Data<Db>, quotas: Data<Quotas>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    quotas.take(DELETIONS, by.account_id().0)?;
    commands::remove(&db, &by, id).await?;
    Ok(empty())
}
