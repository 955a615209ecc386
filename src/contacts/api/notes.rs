//! `/api/v1/accounts/{account_id}/contacts/{id}/notes`.
use crate::{
    auth::Agent,
    contacts::{
        commands,
        model::Note,
        payload::{self, NoteJson},
        queries,
    },
    db::{
        Db, DbConn, Tx,
        types::{AccountId, ContactId, NoteId, UserId},
    },
    error::{Error, Result},
    users,
    web::{InOnePage, Input, Params, empty, fields::Text, routes::Routes},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// The routes, below `/api/v1/accounts/{account_id}`.
pub(super) fn routes(to: &mut Routes) {
    to.at("/contacts/{contact}/notes", |at| {
        at.get("The notes about a contact", index).answers::<Vec<NoteJson>>().post("Writes a note", create).answers::<NoteJson>()
    });
    to.at("/contacts/{contact}/notes/{id}", |at| {
        let at = at.get("A note", show).answers::<NoteJson>().patch("Changes a note", update).answers::<NoteJson>();
        at.delete("Deletes a note", destroy)
    });
}

/// A path of an account and a contact.
type Of = Path<(String, ContactId)>;
/// A path of an account, a contact and a note.
type At = Path<(String, ContactId, NoteId)>;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct NoteInput {
    /// Up to 20,000 characters; needed.
    content: Text,
}

impl Input for NoteInput {
    const ROOT: &'static str = "note";
}

fn drawn(conn: &mut DbConn, account: AccountId, notes: &[Note]) -> Result<Vec<Value>> {
    let mut authors: Vec<UserId> = notes.iter().filter_map(|note| note.user_id).collect();
    authors.sort();
    authors.dedup();
    let authors = users::authors(conn, account, &authors)?;
    notes.iter().map(|note| serde_json::to_value(payload::note(note, &authors)).map_err(Error::internal)).collect()
}

fn one(conn: &mut DbConn, account: AccountId, note: &Note) -> Result<Value> {
    Ok(drawn(conn, account, std::slice::from_ref(note))?.pop().unwrap_or_default())
}

async fn index(db: Data<Db>, agent: Agent, path: Of, Params(InOnePage { page }): Params<InOnePage>) -> Result<HttpResponse> {
    let (_, contact) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let contact = queries::find(conn, agent.account_id(), contact)?;
        let found = page.share_of(queries::notes(conn, contact.id)?);
        drawn(conn, agent.account_id(), &found)
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

async fn show(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, contact, id) = path.into_inner();
    let work = move |conn: &mut DbConn| {
        let contact = queries::find(conn, agent.account_id(), contact)?;
        let found = queries::note(conn, contact.id, id)?;
        one(conn, agent.account_id(), &found)
    };
    Ok(HttpResponse::Ok().json(db.read(work).await?))
}

async fn create(db: Data<Db>, agent: Agent, path: Of, params: Params<NoteInput>) -> Result<HttpResponse> {
    let (_, contact) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let made = commands::create_note(tx, &agent, contact, &params.0.content.0)?;
        one(tx.conn, agent.account_id(), &made)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn update(db: Data<Db>, agent: Agent, path: At, params: Params<NoteInput>) -> Result<HttpResponse> {
    let (_, contact, id) = path.into_inner();
    let work = move |tx: &mut Tx| {
        let changed = commands::update_note(tx, &agent, contact, id, &params.0.content.0)?;
        one(tx.conn, agent.account_id(), &changed)
    };
    Ok(HttpResponse::Ok().json(db.write(work).await?))
}

async fn destroy(db: Data<Db>, agent: Agent, path: At) -> Result<HttpResponse> {
    let (_, contact, id) = path.into_inner();
    db.write(move |tx| commands::delete_note(tx, &agent, contact, id)).await?;
    Ok(empty())
}
