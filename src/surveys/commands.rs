//! What administrators note about answers.
use super::{LONGEST_NOTE, Response, queries};
use crate::{
    audit::Change,
    auth::Administrator,
    checks::at_most,
    db::{
        Tx,
        dialect::Columns,
        schema::csat_survey_responses as responses,
        types::{SurveyResponseId, now},
    },
    error::Result,
    web::{
        Input,
        fields::{Patch, Text},
    },
};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// What is noted about an answer.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ReviewInput {
    /// Up to 20,000 characters.
    pub csat_review_notes: Patch<Text>,
}

impl Input for ReviewInput {
    const ROOT: &'static str = "csat_survey_response";
}

/// Notes something about an answer, in place of what was noted before. The answer itself does not change.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; [`crate::error::Error::Invalid`] for too long a note.
pub(super) fn review(tx: &mut Tx, by: &Administrator, id: SurveyResponseId, input: ReviewInput) -> Result<()> {
    let ReviewInput { csat_review_notes } = input;
    let before = queries::find_to_change(tx.conn, by.account_id(), id)?;
    if csat_review_notes == Patch::Absent {
        return Ok(());
    }
    let note = at_most("csat_review_notes", csat_review_notes.map(|text| text.0).set(), LONGEST_NOTE)?;
    if note == before.csat_review_notes {
        return Ok(());
    }
    let update = diesel::update(responses::table.find(id)).set((
        responses::csat_review_notes.eq(note),
        responses::review_notes_updated_at.eq(now()),
        responses::review_notes_updated_by_id.eq(by.user_id()),
    ));
    let after: Response = update.returning(Response::columns()).get_result(tx.conn)?;
    by.record(tx, Change::Updated(&before, &after))
}
