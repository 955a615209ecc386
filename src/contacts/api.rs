//! `/api/v1/accounts/{account_id}/contacts`.
mod notes;
mod sessions;

use super::{
    commands, filter,
    input::ContactInput,
    labels_api,
    model::{Contact, ContactInbox},
    payload::{self, ContactJson, CreatedJson, FirstSession, Meta},
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
    inboxes::{self, Channel, Inbox},
    labels,
    storage::{Storage, Upload},
    web::{
        Body, Input, Params, Quota, Quotas, Uploads, empty,
        envelopes::{Listed, Payload},
        fields::{Flag, List, PageNumber, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub fn routes(to: &mut Routes) {
    to.at("/contacts", |at| {
        let at = at.get("Contacts who can be reached or recognised", index).answers::<Many>();
        at.post("Makes a contact", create).answers::<Payload<payload::CreatedJson>>()
    });
    to.at("/contacts/search", |at| at.get("Contacts in whose name, address, number or identifier a text occurs", search).answers::<Many>());
    to.at("/contacts/active", |at| at.get("Contacts who are online", active).answers::<Many>());
    to.at("/contacts/filter", |at| at.post("Contacts whom a filter fits", fitting).answers::<Many>());
    to.at("/actions/contact_merge", |at| at.post("Makes one contact of two", merge).answers::<ContactJson>());
    to.at("/contacts/{id}", |at| {
        let at = at.get("A contact", show).answers::<One>().patch("Changes a contact", update).answers::<One>();
        at.delete("Deletes a contact with all that hangs on it", destroy)
    });
    to.at("/contacts/{id}/avatar", |at| at.delete("Takes the picture of a contact away", destroy_avatar).answers::<One>());
    to.at("/contacts/{id}/destroy_custom_attributes", |at| at.post("Takes custom attributes away", destroy_custom_attributes).answers::<One>());
    labels_api::routes(to);
    notes::routes(to);
    sessions::routes(to);
}

/// A path of an account and a contact.
type At = Path<(String, ContactId)>;
/// Contacts, and how many there are.
type Many = Listed<payload::Meta, Vec<ContactJson<'static>>>;
/// A contact by themselves.
type One = Payload<ContactJson<'static>>;

#[derive(Deserialize, JsonSchema)]
#[serde(default)]
struct Listing {
    /// From 1 on.
    page: PageNumber,
    /// `name`, `email`, `phone_number`, `last_activity_at`, `created_at`, `company_name`, `city` or `country`; with `-` before it the other way round. Else those who wrote last come first.
    sort: String,
    /// What a search looks for, up to 1000 characters.
    q: Text,
    /// Only those with one of these labels.
    labels: List<Text>,
    /// Whether their sessions are shown; true unless said otherwise.
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
#[derive(Deserialize, JsonSchema)]
#[serde(default)]
struct Asked {
    /// The conditions.
    payload: Vec<ConditionInput>,
    /// From 1 on.
    page: PageNumber,
    /// As in the list of contacts.
    sort: String,
    /// Whether their sessions are shown; true unless said otherwise.
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
    Ok(HttpResponse::Ok().json(Listed { meta: Meta { count: Some(count), current_page: page, has_more: None }, payload }))
}

/// How often an account's contacts are searched.
const SEARCHES: Quota = Quota { of: "contact search", most: 100, within: Duration::from_secs(60) };

async fn search(db: Data<Db>, quotas: Data<Quotas>, agent: Agent, params: Params<Listing>) -> Result<HttpResponse> {
    let Listing { page, sort, q, labels: _, include_contact_inboxes } = params.0;
    quotas.take(SEARCHES, agent.account_id().0)?;
    let text = q.0.trim().to_owned();
    within("q", &text, LONGEST_SEARCH)?;
    if text.is_empty() {
        return Ok(HttpResponse::Ok().json(Listed { meta: Meta { count: None, current_page: page, has_more: None }, payload: [(); 0] }));
    }
    let (offset, sessions) = (page.offset(queries::PAGE), include_contact_inboxes.0);
    let work = move |conn: &mut DbConn| {
        let (found, total) = queries::page(conn, agent.account_id(), &Wanted::Containing(text), &sort, offset)?;
        let count = found.len() as i64;
        Ok((drawn(conn, &found, sessions)?, Meta { count: Some(count), current_page: page, has_more: Some(total > offset + count) }))
    };
    let (payload, meta) = db.read(work).await?;
    Ok(HttpResponse::Ok().json(Listed { meta, payload }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(default)]
struct Showing {
    /// Whether their sessions are shown; true unless said otherwise.
    include_contact_inboxes: Flag,
}

impl Default for Showing {
    fn default() -> Self {
        Showing { include_contact_inboxes: Flag(true) }
    }
}

impl Input for Showing {}

async fn show(db: Data<Db>, agent: Agent, path: At, params: Params<Showing>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let with_sessions = params.0.include_contact_inboxes.0;
    let work = move |conn: &mut DbConn| {
        let contact = queries::find(conn, agent.account_id(), id)?;
        drawn(conn, std::slice::from_ref(&contact), with_sessions)
    };
    Ok(HttpResponse::Ok().json(Payload { payload: db.read(work).await?.pop() }))
}

#[derive(Deserialize, JsonSchema)]
struct Creation {
    #[serde(flatten)]
    contact: ContactInput,
    /// An inbox in which a session of theirs begins.
    #[serde(default)]
    inbox_id: Patch<InboxId>,
    /// The name of that session; unless it is said, one is drawn.
    #[serde(default)]
    source_id: Patch<Text>,
}

impl Input for Creation {
    const ROOT: &'static str = "contact";
    const FILES: &'static [&'static str] = &["avatar"];
}

/// The picture among the files of a form, if there is one.
fn picture(mut uploads: Uploads) -> Result<Option<Upload>> {
    Ok(uploads.take("avatar", &List::default())?.pop())
}

async fn create(db: Data<Db>, storage: Data<Storage>, agent: Agent, body: Body<Creation>) -> Result<HttpResponse> {
    let (creation, uploads) = body.read(&storage).await?;
    let Creation { mut contact, inbox_id, source_id } = creation;
    let picture = picture(uploads)?;
    let work = move |tx: &mut Tx| {
        if let Some(upload) = picture {
            commands::say_picture(tx, &agent.account, &mut contact, upload)?;
        }
        let contact = commands::create(tx, &agent.account, &agent.actor(), contact)?;
        let begin = |id| -> Result<_> {
            let inbox = inboxes::of_account(tx.conn, agent.account_id(), id)?;
            let channel = inboxes::channel(tx.conn, &inbox)?;
            let made = commands::attach(tx, &contact, &inbox, source_id.set().map(|text| text.0), false)?;
            Ok((inbox, channel, made))
        };
        let begun: Option<(Inbox, Channel, ContactInbox)> = inbox_id.set().map(begin).transpose()?;
        let contact_inbox = FirstSession {
            inbox: begun.as_ref().map(|(inbox, channel, _)| inboxes::raw(inbox, channel)),
            source_id: begun.as_ref().map(|(.., session)| session.source_id.as_str()),
        };
        let payload = CreatedJson { contact: one(tx.conn, &contact)?, contact_inbox };
        serde_json::to_value(Payload { payload }).map_err(Error::internal)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn update(db: Data<Db>, storage: Data<Storage>, agent: Agent, path: At, body: Body<ContactInput>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let (mut input, uploads) = body.read(&storage).await?;
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

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Keys {
    /// The keys of those that go.
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
    Ok(HttpResponse::Ok().json(Payload { payload: db.write(work).await? }))
}

async fn destroy(db: Data<Db>, by: Administrator, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    commands::delete(&db, &by, id).await?;
    Ok(empty())
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Pair {
    /// Who stays; needed.
    base_contact_id: Patch<ContactId>,
    /// Who goes, and whose conversations, notes and labels the other takes over; needed.
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
