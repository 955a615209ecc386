//! `/api/v1/accounts/{account_id}/contacts`.
mod notes;
mod sessions;
mod tables;

use super::{
    commands, filter,
    input::ContactInput,
    labels_api,
    model::Contact,
    payload,
    queries::{self, Sessions, Wanted},
};
use crate::{
    auth::{Administrator, Agent},
    checks::{LONGEST_SEARCH, within},
    db::{
        Db, DbConn, Tx,
        types::{ContactId, InboxId},
    },
    error::{Error, Result},
    filters::ConditionInput,
    inboxes, labels,
    storage::{Storage, Upload},
    web::{
        Body, Input, Params, Uploads, empty,
        fields::{Flag, List, PageNumber, Patch, Text},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, delete, get, patch, post, put, resource},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/contacts").route(get().to(index)).route(post().to(create)))
        .service(resource("/contacts/search").route(get().to(search)))
        .service(resource("/contacts/active").route(get().to(active)))
        .service(resource("/contacts/filter").route(post().to(fitting)))
        .service(resource("/actions/contact_merge").route(post().to(merge)));
    tables::routes(cfg);
    let one = resource("/contacts/{id}");
    cfg.service(one.route(get().to(show)).route(patch().to(update)).route(put().to(update)).route(delete().to(destroy)))
        .service(resource("/contacts/{id}/avatar").route(delete().to(destroy_avatar)))
        .service(resource("/contacts/{id}/destroy_custom_attributes").route(post().to(destroy_custom_attributes)));
    labels_api::routes(cfg);
    notes::routes(cfg);
    sessions::routes(cfg);
}

/// A path of an account and a contact.
type At = Path<(String, ContactId)>;

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
    listed(&db, agent, |_, _| Ok(wanted), sort, page, include_contact_inboxes).await
}

async fn active(db: Data<Db>, agent: Agent, params: Params<Listing>) -> Result<HttpResponse> {
    let Listing { page, sort, include_contact_inboxes, .. } = params.0;
    listed(&db, agent, |_, _| Ok(Wanted::Online), sort, page, include_contact_inboxes).await
}

/// The body of a filter: conditions under `payload`.
#[derive(Deserialize)]
#[serde(default)]
struct Asked {
    payload: Vec<ConditionInput>,
    page: PageNumber,
    sort: String,
    include_contact_inboxes: Flag,
}

impl Default for Asked {
    fn default() -> Self {
        let Listing { page, sort, include_contact_inboxes, .. } = Listing::default();
        Asked { payload: Vec::new(), page, sort, include_contact_inboxes }
    }
}

impl Input for Asked {}

async fn fitting(db: Data<Db>, agent: Agent, params: Params<Asked>) -> Result<HttpResponse> {
    let Asked { payload, page, sort, include_contact_inboxes } = params.0;
    let wanted = move |conn: &mut DbConn, agent: &Agent| filter::read(conn, agent.account_id(), &payload).map(Wanted::Fitting);
    listed(&db, agent, wanted, sort, page, include_contact_inboxes).await
}

/// One page of those who are wanted.
async fn listed(
    db: &Db,
    agent: Agent,
    wanted: impl FnOnce(&mut DbConn, &Agent) -> Result<Wanted> + Send + 'static,
    sort: String,
    page: PageNumber,
    with_sessions: Flag,
) -> Result<HttpResponse> {
    let offset = page.offset(queries::PAGE);
    let work = move |conn: &mut DbConn| {
        let wanted = wanted(conn, &agent)?;
        let (found, total) = queries::page(conn, agent.account_id(), &wanted, &sort, offset)?;
        Ok((drawn(conn, &found, with_sessions.0)?, total))
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

async fn show(db: Data<Db>, agent: Agent, path: At, params: Params<Listing>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let with_sessions = params.0.include_contact_inboxes.0;
    let work = move |conn: &mut DbConn| {
        let contact = queries::find(conn, agent.account_id(), id)?;
        drawn(conn, std::slice::from_ref(&contact), with_sessions)
    };
    Ok(HttpResponse::Ok().json(json!({"payload": db.read(work).await?.pop()})))
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

/// The picture among the files of a form, if there is one.
fn picture(mut uploads: Uploads) -> Result<Option<Upload>> {
    Ok(uploads.take("avatar", &List::default())?.pop())
}

async fn create(db: Data<Db>, storage: Data<Storage>, agent: Agent, body: Body) -> Result<HttpResponse> {
    let (creation, uploads) = body.read::<Creation>(&storage).await?;
    let Creation { mut contact, inbox_id, source_id } = creation;
    let picture = picture(uploads)?;
    let work = move |tx: &mut Tx| {
        if let Some(upload) = picture {
            commands::say_picture(tx, &agent.account, &mut contact, upload)?;
        }
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

async fn update(db: Data<Db>, storage: Data<Storage>, agent: Agent, path: At, body: Body) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let (mut input, uploads) = body.read::<ContactInput>(&storage).await?;
    let picture = picture(uploads)?;
    changed(db, agent, move |tx, agent| {
        if let Some(upload) = picture {
            commands::say_picture(tx, &agent.account, &mut input, upload)?;
        }
        commands::update(tx, &agent.account, &agent.actor(), id, input)
    })
    .await
}

async fn destroy_avatar(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let input = ContactInput { avatar_url: Patch::Null, ..ContactInput::default() };
    changed(db, agent, move |tx, agent| commands::update(tx, &agent.account, &agent.actor(), id, input)).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Keys {
    custom_attributes: List<String>,
}

impl Input for Keys {}

async fn destroy_custom_attributes(db: Data<Db>, agent: Agent, path: At, params: Params<Keys>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let List(keys) = params.0.custom_attributes;
    changed(db, agent, move |tx, agent| commands::forget_attributes(tx, &agent.account, &agent.actor(), id, &keys)).await
}

/// Answers with the contact as it is after the change.
async fn changed(db: Data<Db>, agent: Agent, change: impl FnOnce(&mut Tx, &Agent) -> Result<Contact> + Send + 'static) -> Result<HttpResponse> {
    let work = move |tx: &mut Tx| change(tx, &agent).and_then(|contact| one(tx.conn, &contact));
    Ok(HttpResponse::Ok().json(json!({"payload": db.write(work).await?})))
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    commands::delete(&db, &by, id).await?;
    Ok(empty())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Pair {
    base_contact_id: Patch<ContactId>,
    mergee_contact_id: Patch<ContactId>,
}

impl Input for Pair {}

async fn merge(db: Data<Db>, agent: Agent, params: Params<Pair>) -> Result<HttpResponse> {
    let Pair { base_contact_id, mergee_contact_id } = params.0;
    let base = base_contact_id.set().ok_or_else(|| Error::blank("base_contact_id"))?;
    let other = mergee_contact_id.set().ok_or_else(|| Error::blank("mergee_contact_id"))?;
    let work = move |tx: &mut Tx| {
        let contact = commands::merge(tx, &agent.account, &agent.actor(), base, other)?;
        one(tx.conn, &contact)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

fn one(conn: &mut DbConn, contact: &Contact) -> Result<Value> {
    Ok(drawn(conn, std::slice::from_ref(contact), true)?.pop().unwrap_or_default())
}

fn drawn(conn: &mut DbConn, contacts: &[Contact], with_sessions: bool) -> Result<Vec<Value>> {
    let ids: Vec<ContactId> = contacts.iter().map(|contact| contact.id).collect();
    let sessions: Option<Sessions> = if with_sessions { Some(queries::sessions(conn, &ids)?) } else { None };
    contacts.iter().map(|contact| serde_json::to_value(payload::draw(contact, sessions.as_ref())).map_err(Error::internal)).collect()
}
