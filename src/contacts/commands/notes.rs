//! What agents note about contacts.
use super::queries;
use crate::{
    auth::Agent,
    checks::required,
    contacts::model::Note,
    db::{
        Tx,
        dialect::Columns,
        schema::notes,
        types::{ContactId, NoteId, now},
    },
    error::Result,
};
use diesel::prelude::*;

/// The longest note, in characters.
const LONGEST: usize = 20_000;

/// Notes something about a contact.
///
/// # Errors
/// [`crate::error::Error::NotFound`] without the contact; [`crate::error::Error::Invalid`] about `content`.
pub fn create_note(tx: &mut Tx, agent: &Agent, contact: ContactId, content: &str) -> Result<Note> {
    let contact = queries::find(tx.conn, agent.account_id(), contact)?;
    let now = now();
    let insert = diesel::insert_into(notes::table).values((
        (notes::account_id.eq(agent.account_id()), notes::contact_id.eq(contact.id), notes::user_id.eq(agent.user_id())),
        (notes::content.eq(required("content", content, LONGEST)?), notes::created_at.eq(now), notes::updated_at.eq(now)),
    ));
    Ok(insert.returning(Note::columns()).get_result(tx.conn)?)
}

/// Changes a note.
///
/// # Errors
/// As [`create_note`], also without the note.
pub fn update_note(tx: &mut Tx, agent: &Agent, contact: ContactId, id: NoteId, content: &str) -> Result<Note> {
    let contact = queries::find(tx.conn, agent.account_id(), contact)?;
    let note = queries::note(tx.conn, contact.id, id)?;
    let change = (notes::content.eq(required("content", content, LONGEST)?), notes::updated_at.eq(now()));
    Ok(diesel::update(notes::table.find(note.id)).set(change).returning(Note::columns()).get_result(tx.conn)?)
}

/// Deletes a note.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn delete_note(tx: &mut Tx, agent: &Agent, contact: ContactId, id: NoteId) -> Result<()> {
    let contact = queries::find(tx.conn, agent.account_id(), contact)?;
    let note = queries::note(tx.conn, contact.id, id)?;
    diesel::delete(notes::table.find(note.id)).execute(tx.conn)?;
    Ok(())
}
