//! Changing canned responses. Every member of the account may.
use super::{
    model::{CannedResponse, LONGEST, MOST},
    queries,
};
use crate::{
    accounts::{self, KeptList},
    audit::Change,
    auth::Agent,
    checks::{LINE, required, within},
    db::{
        Tx,
        dialect::Columns,
        schema::canned_responses,
        types::{CannedResponseId, now},
    },
    error::{Error, Result},
    web::{
        Input,
        fields::{Patch, Text},
    },
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// What may be said about a canned response; a new one needs both.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct CannedResponseInput {
    /// Up to 255 characters.
    pub short_code: Patch<Text>,
    /// Up to 20,000 characters.
    pub content: Patch<Text>,
}

impl Input for CannedResponseInput {
    const ROOT: &'static str = "canned_response";
}

impl CannedResponseInput {
    /// The name and the text, as they are to be.
    fn checked(self, short_code: Option<String>, content: Option<String>) -> Result<(String, String)> {
        let short_code = self.short_code.map(|text| text.0).or(short_code).unwrap_or_default();
        let content = self.content.map(|text| text.0).or(content).unwrap_or_default();
        let short_code = required("short_code", &short_code, LINE)?;
        if content.trim().is_empty() {
            return Err(Error::blank("content"));
        }
        within("content", &content, LONGEST)?;
        Ok((short_code, content))
    }
}

/// Makes a canned response.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute; [`Error::Refused`] when the account has as many as it may.
pub(super) fn create(tx: &mut Tx, by: &Agent, input: CannedResponseInput) -> Result<CannedResponse> {
    let ((short_code, content), now) = (input.checked(None, None)?, now());
    if queries::count(tx.conn, by.account_id())? >= MOST {
        return Err(Error::Refused(format!("An account may have at most {MOST} canned responses")));
    }
    let insert = diesel::insert_into(canned_responses::table)
        .values((
            canned_responses::account_id.eq(by.account_id()),
            canned_responses::short_code.eq(short_code),
            canned_responses::content.eq(content),
            canned_responses::created_at.eq(now),
            canned_responses::updated_at.eq(now),
        ))
        .returning(CannedResponse::columns());
    let made = insert.get_result(tx.conn).map_err(|e| Error::or_taken(e, "short_code"))?;
    by.record(tx, Change::Created(&made))?;
    accounts::note_change(tx, by.account_id(), KeptList::CannedResponse, &by.actor())?;
    Ok(made)
}

/// Changes a canned response. Where nothing changes, nothing is told.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute.
pub(super) fn update(tx: &mut Tx, by: &Agent, id: CannedResponseId, input: CannedResponseInput) -> Result<CannedResponse> {
    let present = queries::find_to_change(tx.conn, by.account_id(), id)?;
    let (short_code, content) = input.checked(Some(present.short_code.clone()), Some(present.content.clone()))?;
    if short_code == present.short_code && content == present.content {
        return Ok(present);
    }
    let update = diesel::update(canned_responses::table.find(id))
        .set((canned_responses::short_code.eq(short_code), canned_responses::content.eq(content), canned_responses::updated_at.eq(now())))
        .returning(CannedResponse::columns());
    let changed = update.get_result(tx.conn).map_err(|e| Error::or_taken(e, "short_code"))?;
    by.record(tx, Change::Updated(&present, &changed))?;
    accounts::note_change(tx, by.account_id(), KeptList::CannedResponse, &by.actor())?;
    Ok(changed)
}

/// Deletes a canned response.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn delete(tx: &mut Tx, by: &Agent, id: CannedResponseId) -> Result<()> {
    let own = canned_responses::table.filter(canned_responses::id.eq(id).and(canned_responses::account_id.eq(by.account_id())));
    let gone: CannedResponse = diesel::delete(own).returning(CannedResponse::columns()).get_result(tx.conn)?;
    by.record(tx, Change::Destroyed(&gone))?;
    accounts::note_change(tx, by.account_id(), KeptList::CannedResponse, &by.actor())
}
