//! The sessions of contacts: where they can be written to, new ones, and whose one is.
use super::one;
use crate::{
    auth::Agent,
    contacts::{
        commands,
        payload::{self, ContactJson, ReachedJson, SessionJson},
        queries,
    },
    db::{
        Db, DbConn, Tx,
        types::{ContactId, InboxId},
    },
    error::{Error, Result},
    inboxes::{self, ChannelType},
    random,
    web::{
        InOnePage, Input, Params,
        envelopes::Payload,
        fields::{Flag, Patch, Text},
        routes::Routes,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/contacts/{id}/contactable_inboxes", |at| {
        at.get("The inboxes in which a contact can be written to", contactable).answers::<Payload<Vec<ReachedJson>>>()
    });
    to.at("/contacts/{id}/contact_inboxes", |at| at.post("Begins a session of a contact in an inbox", create).answers::<SessionJson>());
    to.at("/contact_inboxes/filter", |at| {
        at.post("The contact of a session", owner).answers::<ContactJson>().or_nothing(404, "There is no such session, or no such inbox")
    });
}

/// The agent's inboxes in which a conversation with the contact can be begun: any of the API; of a website only one that the contact
/// has opened and not written in yet.
async fn contactable(
    db: Data<Db>,
    agent: Agent,
    path: Path<(String, ContactId)>,
    Params(InOnePage { page }): Params<InOnePage>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let contact = queries::find(conn, agent.account_id(), id)?;
        let found = inboxes::list(conn, &agent)?;
        let ids: Vec<InboxId> = found.iter().map(|inbox| inbox.id).collect();
        let (sessions, unused) = (queries::sessions(conn, &[contact.id])?, queries::unused_sessions(conn, contact.id)?);
        let mut drawn = Vec::new();
        for (inbox, channel) in inboxes::by_ids(conn, &ids)? {
            let source_id = match inbox.channel_type {
                ChannelType::Api => {
                    let newest = sessions.iter().rev().find(|(session, ..)| session.inbox_id == inbox.id);
                    Some(newest.map_or_else(random::uuid, |(session, ..)| session.source_id.clone()))
                }
                ChannelType::WebWidget => unused.iter().find(|session| session.inbox_id == inbox.id).map(|session| session.source_id.clone()),
            };
            if let Some(source_id) = source_id {
                drawn.push(json(ReachedJson { inbox: inboxes::slim(&inbox, &channel), source_id })?);
            }
        }
        Ok(page.share_of(drawn))
    };
    Ok(HttpResponse::Ok().json(Payload { payload: db.read(work).await? }))
}

fn json(drawn: impl Serialize) -> Result<Value> {
    serde_json::to_value(drawn).map_err(Error::internal)
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct SessionInput {
    /// Needed.
    inbox_id: Patch<InboxId>,
    /// The name of the session; a new one may go without.
    source_id: Patch<Text>,
    /// Whether it is known who they are.
    hmac_verified: Flag,
}

impl Input for SessionInput {}

impl SessionInput {
    fn inbox(&self) -> Result<InboxId> {
        self.inbox_id.clone().set().ok_or_else(|| Error::blank("inbox_id"))
    }
}

async fn create(db: Data<Db>, agent: Agent, path: Path<(String, ContactId)>, params: Params<SessionInput>) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let said = params.0;
    let work = move |tx: &mut Tx| {
        let contact = queries::find(tx.conn, agent.account_id(), id)?;
        let inbox = inboxes::find(tx.conn, &agent, said.inbox()?)?;
        let channel = inboxes::channel(tx.conn, &inbox)?;
        let session = commands::attach(tx, &contact, &inbox, said.source_id.set().map(|name| name.0), said.hmac_verified.0)?;
        json(payload::session(&session.source_id, &inbox, &channel))
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

/// Whose session it is; an empty 404 if it is nobody's.
async fn owner(db: Data<Db>, agent: Agent, params: Params<SessionInput>) -> Result<HttpResponse> {
    let said = params.0;
    let work = move |conn: &mut DbConn| {
        let inbox = inboxes::find(conn, &agent, said.inbox()?)?;
        match queries::session(conn, inbox.id, &said.source_id.set().unwrap_or_default().0)? {
            Some((_, contact)) => one(conn, &contact).map(Some),
            None => Ok(None::<Value>),
        }
    };
    Ok(match db.read(work).await? {
        Some(contact) => HttpResponse::Ok().json(contact),
        None => HttpResponse::NotFound().content_type("application/json").finish(),
    })
}
