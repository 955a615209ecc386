//! `/api/v1/accounts/{account_id}/contacts`.
use super::{
    commands,
    input::ContactInput,
    labels_api,
    model::Contact,
    payload,
    queries::{self, Sessions, Wanted},
};
use crate::{
    auth::Agent,
    checks::{LONGEST_SEARCH, within},
    db::{
        Db, DbConn, Tx,
        types::{ContactId, InboxId},
    },
    error::{Error, Result},
    inboxes, labels,
    web::{
        Input, Params,
        fields::{Flag, List, PageNumber, Patch, Text},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, patch, post, put, resource},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/contacts").route(get().to(index)).route(post().to(create)))
        .service(resource("/contacts/search").route(get().to(search)))
        .service(resource("/contacts/{id}").route(get().to(show)).route(patch().to(update)).route(put().to(update)));
    labels_api::routes(cfg);
}

#[derive(Deserialize)]
#[serde(default)]
struct Listing {
    page: PageNumber,
    sort: String,
    q: Text,
    labels: List<Text>,
    include_contact_inboxes: Flag,
}

impl Default for Listing {
    fn default() -> Self {
        let include_contact_inboxes = Flag(true);
        Listing { page: PageNumber::default(), sort: String::new(), q: Text::default(), labels: List::default(), include_contact_inboxes }
    }
}

impl Input for Listing {}

async fn index(db: Data<Db>, agent: Agent, params: Params<Listing>) -> Result<HttpResponse> {
    let Listing { page, sort, q: _, labels, include_contact_inboxes } = params.0;
    let wanted = Wanted::Known(labels::titles(&labels)?);
    let (offset, sessions) = (page.offset(queries::PAGE), include_contact_inboxes.0);
    let work = move |conn: &mut DbConn| {
        let (found, total) = queries::page(conn, agent.account_id(), &wanted, &sort, offset)?;
        Ok((drawn(conn, &found, sessions)?, total))
    };
    let (payload, count) = db.read(work).await?;
    Ok(HttpResponse::Ok().json(json!({"meta": {"count": count, "current_page": page}, "payload": payload})))
}

async fn search(db: Data<Db>, agent: Agent, params: Params<Listing>) -> Result<HttpResponse> {
    let Listing { page, sort, q, labels: _, include_contact_inboxes } = params.0;
    let text = q.0.trim().to_owned();
    within("q", &text, LONGEST_SEARCH)?;
    if text.is_empty() {
        return Ok(HttpResponse::Ok().json(json!({"meta": {"count": null, "current_page": page}, "payload": []})));
    }
    let (offset, sessions) = (page.offset(queries::PAGE), include_contact_inboxes.0);
    let work = move |conn: &mut DbConn| {
        let (found, total) = queries::page(conn, agent.account_id(), &Wanted::Containing(text), &sort, offset)?;
        Ok((drawn(conn, &found, sessions)?, found.len(), total > offset + found.len() as i64))
    };
    let (payload, count, has_more) = db.read(work).await?;
    Ok(HttpResponse::Ok().json(json!({"meta": {"count": count, "current_page": page, "has_more": has_more}, "payload": payload})))
}

async fn show(db: Data<Db>, agent: Agent, path: Path<(String, ContactId)>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let contact = queries::find(conn, agent.account_id(), id)?;
        one(conn, &contact)
    };
    Ok(HttpResponse::Ok().json(json!({"payload": db.read(work).await?})))
}

#[derive(Deserialize)]
struct Creation {
    #[serde(flatten)]
    contact: ContactInput,
    #[serde(default)]
    inbox_id: Patch<InboxId>,
    #[serde(default)]
    source_id: Patch<Text>,
}

impl Input for Creation {
    const ROOT: &'static str = "contact";
}

async fn create(db: Data<Db>, agent: Agent, params: Params<Creation>) -> Result<HttpResponse> {
    let Creation { contact, inbox_id, source_id } = params.0;
    let work = move |tx: &mut Tx| {
        let contact = commands::create(tx, &agent.account, &agent.actor(), contact)?;
        let mut session = json!({"inbox": null, "source_id": null});
        if let Some(id) = inbox_id.set() {
            let inbox = inboxes::of_account(tx.conn, agent.account_id(), id)?;
            let channel = inboxes::channel(tx.conn, &inbox)?;
            let made = commands::attach(tx, &contact, &inbox, source_id.set().map(|text| text.0), false)?;
            session = json!({"inbox": inboxes::raw(&inbox, &channel), "source_id": made.source_id});
        }
        Ok(json!({"payload": {"contact": one(tx.conn, &contact)?, "contact_inbox": session}}))
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn update(db: Data<Db>, agent: Agent, path: Path<(String, ContactId)>, params: Params<ContactInput>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let contact = commands::update(tx, &agent.account, &agent.actor(), id, params.0)?;
        one(tx.conn, &contact)
    };
    Ok(HttpResponse::Ok().json(json!({"payload": db.write(work).await?})))
}

fn one(conn: &mut DbConn, contact: &Contact) -> Result<Value> {
    Ok(drawn(conn, std::slice::from_ref(contact), true)?.pop().unwrap_or_default())
}

fn drawn(conn: &mut DbConn, contacts: &[Contact], with_sessions: bool) -> Result<Vec<Value>> {
    let ids: Vec<ContactId> = contacts.iter().map(|contact| contact.id).collect();
    let sessions: Option<Sessions> = if with_sessions { Some(queries::sessions(conn, &ids)?) } else { None };
    contacts.iter().map(|contact| serde_json::to_value(payload::draw(contact, sessions.as_ref())).map_err(Error::internal)).collect()
}
