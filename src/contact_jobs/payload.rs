//! How jobs with contacts look in JSON.
use super::{
    model::{ContactJob, Failure, JobKind, JobState, Refusal},
    queries::Listed,
};
use crate::{
    db::types::{ContactJobId, UserId},
    files::Links,
    web::json::Iso,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A table of contacts that is brought, or written.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ContactJob")]
pub struct ContactJobJson<'a> {
    id: ContactJobId,
    kind: JobKind,
    state: JobState,
    /// Why it was not done to its end.
    failure: Option<Failure>,
    /// What the table is called.
    filename: &'a str,
    /// Who asked for it.
    user_id: Option<UserId>,
    /// How many rows there are; of an export, 0 until they are counted.
    total: i64,
    /// How many of them are done.
    done: i64,
    /// How many contacts an import has made,
    created: i64,
    /// and how many it has found.
    updated: i64,
    /// How many rows it has refused.
    refused: i64,
    /// Where the table is to be had that was written: contacts, or the rows that were refused and why. The link ends with the file.
    file_url: Option<String>,
    created_at: Iso,
    started_at: Option<Iso>,
    finished_at: Option<Iso>,
}

/// The same, with what is wrong with the first of the rows that were refused.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ContactJobWithErrors")]
pub struct WithErrorsJson<'a> {
    #[serde(flatten)]
    job: ContactJobJson<'a>,
    errors: Vec<RefusedRow<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct RefusedRow<'a> {
    line: i64,
    message: &'a str,
}

/// Draws a job.
pub fn draw<'a>((job, file): &'a Listed, links: &Links) -> ContactJobJson<'a> {
    let ContactJob { id, kind, state, failure, filename, user_id, total, done, created, updated, refused, .. } = job;
    ContactJobJson {
        id: *id,
        kind: *kind,
        state: *state,
        failure: *failure,
        filename,
        user_id: *user_id,
        total: *total,
        done: *done,
        created: *created,
        updated: *updated,
        refused: *refused,
        file_url: file.as_ref().map(|file| links.to(file)),
        created_at: Iso(job.created_at),
        started_at: job.started_at.map(Iso),
        finished_at: job.finished_at.map(Iso),
    }
}

/// Draws a job with what is wrong with rows.
pub fn with_errors<'a>(job: &'a Listed, refusals: &'a [Refusal], links: &Links) -> WithErrorsJson<'a> {
    let errors = refusals.iter().map(|(_, line, message)| RefusedRow { line: *line, message }).collect();
    WithErrorsJson { job: draw(job, links), errors }
}
