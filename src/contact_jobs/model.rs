//! Rows and rules of what is done with many contacts.
use super::reading::Place;
use crate::{
    audited,
    db::{
        schema::contact_jobs,
        types::{AccountId, BlobId, ContactJobId, Json, UserId},
    },
    filters::ConditionInput,
    text_enum,
    web::Quota,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How many tables an account brings.
pub const IMPORTS: Quota = Quota { of: "contact import", most: 60, within: Duration::from_secs(3600) };
/// How many tables an account takes along.
pub const EXPORTS: Quota = Quota { of: "contact export", most: 20, within: Duration::from_secs(3600) };
/// How many jobs of an account may be under way or wait.
pub const MOST_UNFINISHED: i64 = 10;
/// How many jobs are listed.
pub const MOST_LISTED: i64 = 50;
/// Of how many refused rows it is told one by one what is wrong; all of them stand in the file.
pub const MOST_TOLD: i64 = 100;
/// How many of them the mail about the end names.
pub const MOST_MAILED: i64 = 5;
/// How long a node has a job that it has taken up, unless it goes on with it.
pub const LEASE: TimeDelta = TimeDelta::seconds(15);
/// How long it is kept that there was a job.
pub const KEPT: TimeDelta = TimeDelta::days(30);

text_enum! {
    /// What is done with contacts.
    pub enum JobKind {
        /// A table is brought in.
        Import = 0 "import",
        /// Some are written into a table.
        Export = 1 "export",
    }
}

impl JobKind {
    /// How long the file is to be had that came of it: all contacts in one, or rows that were refused.
    pub fn keeps_file(self) -> TimeDelta {
        match self {
            JobKind::Import => TimeDelta::days(7),
            JobKind::Export => TimeDelta::days(1),
        }
    }
}

text_enum! {
    /// How far a job is.
    pub enum JobState {
        /// Others of the account come first.
        Waiting = 0 "waiting",
        /// It is being done.
        Running = 1 "running",
        /// It was done.
        Done = 2 "done",
        /// It could not be done to its end.
        Failed = 3 "failed",
        /// Somebody did not want it any more.
        Cancelled = 4 "cancelled",
    }
}

text_enum! {
    /// Why a job was not done to its end.
    pub enum Failure {
        /// The file is not there any more.
        FileGone = 0 "file_gone",
        /// What is asked for is not there any more, such as a custom attribute.
        NotThere = 1 "not_there",
        /// Whoever asked is no administrator of the account any more.
        NotAllowed = 2 "not_allowed",
        /// The server could not do it, however often it tried.
        Server = 3 "server",
    }
}

/// What an export is to show.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wish {
    /// The columns, in this order.
    pub columns: Vec<String>,
    /// Whom to show: those whom these conditions fit; where there are none, those who can be reached or recognised
    pub conditions: Vec<ConditionInput>,
    /// and carry one of these labels, if any are named.
    pub labels: Vec<String>,
}

/// A row of `contact_jobs`. What only a node needs, to go on with it, does not stand in the audit log.
#[derive(Debug, Clone, Queryable, Selectable, Serialize)]
pub struct ContactJob {
    /// Its id.
    pub id: ContactJobId,
    /// Whose contacts.
    pub account_id: AccountId,
    /// Who asked for it; none when they are gone.
    pub user_id: Option<UserId>,
    /// Whether it was a program that belongs to nobody.
    pub by_program: bool,
    /// What is done.
    pub kind: JobKind,
    /// How far it is.
    pub state: JobState,
    /// Why it was not done to its end.
    pub failure: Option<Failure>,
    /// What the table is called.
    pub filename: String,
    /// The table that was brought, until it is done with.
    #[serde(skip)]
    pub source_blob_id: Option<BlobId>,
    /// The table that was written: contacts, or the rows that were refused.
    #[serde(skip)]
    pub result_blob_id: Option<BlobId>,
    /// What an export is to show.
    pub wish: Option<Json<Wish>>,
    /// Where the next row of an import begins, in bytes.
    #[serde(skip)]
    pub reached: i64,
    /// In which line that is.
    #[serde(skip)]
    pub line: i64,
    /// How many rows there are.
    pub total: i64,
    /// How many of them are done.
    pub done: i64,
    /// How many contacts are new.
    pub created: i64,
    /// How many were known.
    pub updated: i64,
    /// How many rows were refused.
    pub refused: i64,
    /// How often it was begun since it last came further.
    #[serde(skip)]
    pub attempts: i32,
    /// When a node may take it up; while one has it, the end of its lease.
    #[serde(skip)]
    pub due_at: Option<NaiveDateTime>,
    /// When it was asked for.
    pub created_at: NaiveDateTime,
    /// When it was begun.
    pub started_at: Option<NaiveDateTime>,
    /// When it ended.
    pub finished_at: Option<NaiveDateTime>,
}

audited!(ContactJob = "ContactJob" by filename);

impl ContactJob {
    /// Where an import goes on.
    pub fn place(&self) -> Place {
        Place { byte: self.reached.unsigned_abs(), line: self.line.unsigned_abs() }
    }

    /// Whether it is still to be done, or being done.
    pub fn is_open(&self) -> bool {
        matches!(self.state, JobState::Waiting | JobState::Running)
    }
}

/// A row that was refused: where it begins in the file, its line, and why.
pub type Refusal = (i64, i64, String);
