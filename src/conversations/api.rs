//! `/api/v1/accounts/{account_id}/conversations`.
use super::{
    actions_api, bulk_api,
    commands::{self, Beginning, NewConversation, NewMessage},
    contact_files_api, filter_api,
    index::{self, Filters},
    labels_api, messages_api,
    model::{Conversation, MessageType, Status},
    participants_api, payload, queries,
    thread::Sender,
    uploads_api,
};
use crate::{
    auth::Agent,
    contacts,
    db::{
        Db, DbConn, Tx,
        types::{ContactId, DisplayId, InboxId, TeamId, UserId},
    },
    error::{Error, Result},
    files::Links,
    inboxes, teams,
    users::{self, Role},
    web::{
        Input, Params, empty,
        fields::{Flag, Object, Patch, Text},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, delete, get, patch, post, put, resource},
};
use chrono::{DateTime, Datelike, NaiveDateTime};
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/conversations").route(get().to(list)).route(post().to(create)))
        .service(resource("/conversations/meta").route(get().to(meta)))
        .service(resource("/conversations/filter").route(post().to(filter_api::fitting)))
        .service(
            resource("/conversations/{id}")
                .route(get().to(show))
                .route(patch().to(actions_api::update))
                .route(put().to(actions_api::update))
                .route(delete().to(actions_api::destroy)),
        )
        .service(resource("/conversations/{id}/toggle_status").route(post().to(toggle_status)))
        .service(resource("/conversations/{id}/toggle_typing_status").route(post().to(toggle_typing)))
        .service(resource("/conversations/{id}/update_last_seen").route(post().to(update_last_seen)))
        .service(resource("/conversations/{id}/assignments").route(post().to(assign)))
        .service(resource("/contacts/{id}/conversations").route(get().to(of_contact)));
    cfg.configure(labels_api::routes).configure(messages_api::routes).configure(actions_api::routes);
    cfg.configure(participants_api::routes).configure(bulk_api::routes).configure(uploads_api::routes).configure(contact_files_api::routes);
}

/// A path of an account and a conversation's number.
pub(super) type At = Path<(String, DisplayId)>;

async fn list(db: Data<Db>, links: Data<Links>, agent: Agent, params: Params<Filters>) -> Result<HttpResponse> {
    let work = move |conn: &mut DbConn| {
        let (counts, found) = index::page(conn, &agent, &params.0)?;
        Ok(json!({"data": {"meta": counts, "payload": drawn(conn, &agent, found, &links)?}}))
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

async fn meta(db: Data<Db>, agent: Agent, params: Params<Filters>) -> Result<HttpResponse> {
    let counts = db.read(move |conn| index::counts(conn, &agent, &params.0)).await?;
    Ok(HttpResponse::Ok().json(json!({"meta": counts})))
}

async fn show(db: Data<Db>, links: Data<Links>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| queries::find(conn, &agent, id).and_then(|found| one(conn, &agent, found, &links));
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

async fn of_contact(db: Data<Db>, links: Data<Links>, agent: Agent, path: Path<(String, ContactId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let contact = contacts::find(conn, agent.account_id(), id)?;
        let found = queries::of_contact(conn, &agent, contact.id)?;
        drawn(conn, &agent, found, &links)
    };
    Ok(HttpResponse::Ok().json(json!({"payload": db.read(work).await?})))
}

/// What clients send for no team at all.
pub(super) const NO_TEAM: TeamId = TeamId(0);

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Creation {
    inbox_id: Patch<InboxId>,
    contact_id: Patch<ContactId>,
    source_id: Patch<Text>,
    additional_attributes: Patch<Object>,
    custom_attributes: Patch<Object>,
    status: Patch<Status>,
    snoozed_until: Patch<Text>,
    assignee_id: Patch<UserId>,
    team_id: Patch<TeamId>,
    message: Patch<FirstMessage>,
}

impl Input for Creation {
    const ROOT: &'static str = "conversation";
}

#[derive(Deserialize)]
struct FirstMessage {
    #[serde(default)]
    content: Text,
}

async fn create(db: Data<Db>, links: Data<Links>, agent: Agent, params: Params<Creation>) -> Result<HttpResponse> {
    let work = move |tx: &mut Tx| {
        let Creation {
            inbox_id,
            contact_id,
            source_id,
            additional_attributes,
            custom_attributes,
            status,
            snoozed_until,
            assignee_id,
            team_id,
            message,
        } = params.0;
        let source_id = source_id.set().map(|source| source.0);
        let (inbox, contact, session) = match (inbox_id.set(), contact_id.set()) {
            (Some(inbox), Some(contact)) => {
                let inbox = inboxes::find(tx.conn, &agent, inbox)?;
                let contact = contacts::find(tx.conn, agent.account_id(), contact)?;
                let session = contacts::attach(tx, &contact, &inbox, source_id, false)?;
                (inbox, contact, session)
            }
            _ => {
                let source_id = source_id.ok_or(Error::NotFound)?;
                let (session, contact) = contacts::latest_session(tx.conn, agent.account_id(), &source_id)?.ok_or(Error::NotFound)?;
                (inboxes::find(tx.conn, &agent, session.inbox_id)?, contact, session)
            }
        };
        let new = NewConversation {
            status: status.set(),
            snoozed_until: until(snoozed_until)?,
            assignee_id: assignee_id.set(),
            team_id: team_id.set().filter(|id| *id != NO_TEAM),
            additional_attributes: additional_attributes.set().unwrap_or_default().0,
            custom_attributes: custom_attributes.set().unwrap_or_default().0,
        };
        let at = Beginning { account: &agent.account, inbox: &inbox, contact: &contact, session: &session, actor: &agent.actor() };
        let mut thread = commands::start(tx, at, new)?;
        if let Some(FirstMessage { content: Text(content) }) = message.set().filter(|message| !message.content.0.trim().is_empty()) {
            commands::post(tx, &mut thread, NewMessage::text(MessageType::Outgoing, Some(Sender::User(Box::new(agent.user.clone()))), content))?;
        }
        one(tx.conn, &agent, thread.conversation, &links)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

/// The time until which a conversation is snoozed: unix seconds as number or text, or ISO text.
///
/// # Errors
/// [`Error::Refused`] for what is no time, or none that ISO text of four-digit years can hold.
pub(super) fn until(text: Patch<Text>) -> Result<Option<NaiveDateTime>> {
    let Some(text) = text.set() else { return Ok(None) };
    seconds(&text).map(Some).ok_or_else(|| Error::Refused(format!("snoozed_until: {} is no time in unix seconds", text.0.trim())))
}

fn seconds(text: &Text) -> Option<NaiveDateTime> {
    let time = match text.0.trim().parse::<f64>() {
        Ok(seconds) if seconds.is_finite() => DateTime::from_timestamp(seconds as i64, 0),
        Ok(_) => None,
        Err(_) => DateTime::parse_from_rfc3339(text.0.trim()).ok().map(|time| time.to_utc()),
    };
    time.filter(|time| (1970..=9999).contains(&time.year())).map(|time| time.naive_utc())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct StatusChange {
    status: Patch<Status>,
    snoozed_until: Patch<Text>,
}

impl Input for StatusChange {}

async fn toggle_status(db: Data<Db>, agent: Agent, path: At, params: Params<StatusChange>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let StatusChange { status, snoozed_until } = params.0;
    let until = until(snoozed_until)?;
    let work = move |tx: &mut Tx| {
        let mut thread = queries::thread(tx.conn, &agent, id)?;
        let opener = (agent.membership.role == Role::Agent).then(|| agent.user_id());
        commands::change_status(tx, &mut thread, &agent.actor(), status.set(), until, opener)?;
        Ok(thread.conversation)
    };
    let changed = db.write(work).await?;
    Ok(HttpResponse::Ok().json(json!({"meta": {}, "payload": {
        "success": true,
        "conversation_id": changed.display_id,
        "current_status": changed.status,
        "snoozed_until": changed.snoozed_until.map(crate::web::json::Iso),
    }})))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typing {
    typing_status: Text,
    is_private: Flag,
}

impl Input for Typing {}

async fn toggle_typing(db: Data<Db>, agent: Agent, path: At, params: Params<Typing>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let Typing { typing_status, is_private } = params.0;
    let work = move |tx: &mut Tx| {
        let mut thread = queries::thread(tx.conn, &agent, id)?;
        commands::toggle_typing(tx, &mut thread, &Sender::User(Box::new(agent.user.clone())), &typing_status.0, is_private.0)
    };
    db.write(work).await?;
    Ok(empty())
}

async fn update_last_seen(db: Data<Db>, links: Data<Links>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let mut thread = queries::thread(tx.conn, &agent, id)?;
        commands::see_as_agent(tx, &mut thread, agent.user_id())?;
        one(tx.conn, &agent, thread.conversation, &links)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Assignment {
    assignee_id: Patch<Value>,
    team_id: Patch<Value>,
}

impl Input for Assignment {}

async fn assign(db: Data<Db>, agent: Agent, path: At, params: Params<Assignment>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let Assignment { assignee_id, team_id } = params.0;
    let number = |value: Value| value.as_i64().or_else(|| value.as_str()?.trim().parse().ok()).unwrap_or_default();
    if assignee_id == Patch::Absent {
        return match team_id.map(number).map(TeamId) {
            Patch::Absent => db.read(move |conn| queries::find(conn, &agent, id)).await.map(|_| HttpResponse::Ok().json(Value::Null)),
            team => assign_team(&db, agent, id, team.set().filter(|id| *id != NO_TEAM)).await,
        };
    }
    let work = move |tx: &mut Tx| {
        let mut thread = queries::thread(tx.conn, &agent, id)?;
        let wanted = UserId(assignee_id.map(number).set().unwrap_or_default());
        let member = users::members(tx.conn, agent.account_id(), Some(&[wanted]))?.pop();
        commands::assign(tx, &mut thread, &agent.actor(), member.as_ref().map(|member| member.user.id))?;
        member.as_ref().map(users::agent).map(serde_json::to_value).transpose().map(Option::unwrap_or_default).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn assign_team(db: &Db, agent: Agent, id: DisplayId, team: Option<TeamId>) -> Result<HttpResponse> {
    let work = move |tx: &mut Tx| {
        // whether there is such a conversation comes first, although the team is to be held before it
        let team = team.map(|id| teams::find_to_keep(tx.conn, agent.account_id(), id));
        let mut thread = queries::thread(tx.conn, &agent, id)?;
        let team = team.transpose()?;
        commands::assign_team(tx, &mut thread, &agent.actor(), team.as_ref().map(|team| team.id))?;
        team.as_ref().map(teams::raw).map(serde_json::to_value).transpose().map(Option::unwrap_or_default).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

/// Draws one conversation.
pub(super) fn one(conn: &mut DbConn, agent: &Agent, conversation: Conversation, links: &Links) -> Result<Value> {
    drawn(conn, agent, vec![conversation], links)?.pop().ok_or(Error::NotFound)
}

pub(super) fn drawn(conn: &mut DbConn, agent: &Agent, found: Vec<Conversation>, links: &Links) -> Result<Vec<Value>> {
    let loaded = payload::load(conn, agent, found)?;
    loaded.iter().map(|loaded| serde_json::to_value(payload::conversation(loaded, links)).map_err(Error::internal)).collect()
}
