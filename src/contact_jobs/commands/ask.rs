//! Asking for it.
use super::settle::call_next;
use crate::{
    audit::Change,
    auth::Administrator,
    contact_jobs::{
        flaw::Flaw,
        model::{ContactJob, JobKind, JobState, MOST_UNFINISHED, Wish},
        queries,
        reading::Table,
    },
    contacts,
    custom_attributes::{self, Model},
    db::{
        DbConn, Tx,
        dialect::{Columns, take_turns_of},
        schema::contact_jobs,
        types::{AccountId, BlobId, ContactJobId, Json, now},
    },
    error::{Error, Result},
    files,
    filters::ConditionInput,
    storage::Upload,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::fs::File;

/// What a table is called that contacts are written into.
const EXPORTED: &str = "contacts.csv";

/// Looks through a table that somebody brings. How many rows it has, or why it is none.
///
/// # Errors
/// The disk's.
pub async fn inspect(upload: &Upload) -> Result<Result<i64, Flaw>> {
    let path = upload.place()?;
    let look = move || Table::open(File::open(path)?)?.count();
    actix_rt::task::spawn_blocking(look).await.map_err(Error::internal)
}

/// Puts the contacts of a table that was looked through ([`inspect`]) into the queue.
///
/// # Errors
/// [`Error::Refused`] when too much of the account's waits already.
pub fn import(tx: &mut Tx, by: &Administrator, upload: Upload, total: i64) -> Result<ContactJob> {
    let due_at = admit(tx, by.account_id())?;
    let blob = files::store(tx, by.account_id(), upload)?;
    let new = New { kind: JobKind::Import, filename: &blob.filename, source: Some(blob.id), wish: None, total, due_at };
    insert(tx, by, new)
}

/// Whom a table is to show.
#[derive(Debug)]
pub enum Chosen {
    /// Those whom a filter fits.
    Fitting(Vec<ConditionInput>),
    /// Those who can be reached or recognised; if labels are named, only those with one of them.
    Known(Vec<String>),
}

/// Puts a table of contacts into the queue that is to be written.
///
/// # Errors
/// [`Error::Refused`] for a column that there is not, a filter that cannot be asked, and when too much of the account's waits already.
pub fn export(tx: &mut Tx, by: &Administrator, columns: Vec<String>, chosen: Chosen) -> Result<ContactJob> {
    let account = by.account_id();
    let columns = contacts::table_columns(columns, &columns_of(tx.conn, account)?)?;
    let (conditions, labels) = match chosen {
        Chosen::Fitting(conditions) => {
            contacts::check_filter(tx.conn, account, &conditions)?;
            (conditions, Vec::new())
        }
        Chosen::Known(labels) => (Vec::new(), labels),
    };
    let due_at = admit(tx, account)?;
    let wish = Some(Json(Wish { columns, conditions, labels }));
    insert(tx, by, New { kind: JobKind::Export, filename: EXPORTED, source: None, wish, total: 0, due_at })
}

/// The columns that contacts of the account have besides those that all have: the keys of their custom attributes.
///
/// # Errors
/// The database's.
pub fn columns_of(conn: &mut DbConn, account: AccountId) -> Result<Vec<String>> {
    let definitions = custom_attributes::of_account(conn, account, Some(Model::Contact))?;
    Ok(definitions.into_iter().map(|definition| definition.attribute_key).collect())
}

/// When one more may be taken up; none while others come first. Holds the turn of the account's queue.
fn admit(tx: &mut Tx, account: AccountId) -> Result<Option<NaiveDateTime>> {
    take_turn(tx, account)?;
    match queries::unfinished(tx.conn, account)? {
        0 => Ok(Some(now())),
        waiting if waiting < MOST_UNFINISHED => Ok(None),
        _ => Err(Error::Refused(format!("At most {MOST_UNFINISHED} imports and exports of an account wait at a time"))),
    }
}

/// Waits for the turn to change what of the account is under way and what waits.
pub(super) fn take_turn(tx: &mut Tx, account: AccountId) -> Result<()> {
    Ok(take_turns_of(tx.conn, &[format!("contact jobs {account}")])?)
}

struct New<'a> {
    kind: JobKind,
    filename: &'a str,
    source: Option<BlobId>,
    wish: Option<Json<Wish>>,
    total: i64,
    due_at: Option<NaiveDateTime>,
}

fn insert(tx: &mut Tx, by: &Administrator, New { kind, filename, source, wish, total, due_at }: New) -> Result<ContactJob> {
    let insert = diesel::insert_into(contact_jobs::table).values((
        (contact_jobs::account_id.eq(by.account_id()), contact_jobs::user_id.eq(by.user_id()), contact_jobs::by_program.eq(by.key.is_some())),
        (contact_jobs::kind.eq(kind), contact_jobs::filename.eq(filename), contact_jobs::source_blob_id.eq(source), contact_jobs::wish.eq(wish)),
        (contact_jobs::total.eq(total), contact_jobs::due_at.eq(due_at), contact_jobs::created_at.eq(now())),
    ));
    let job: ContactJob = insert.returning(ContactJob::columns()).get_result(tx.conn)?;
    by.record(tx, Change::Created(&job))?;
    Ok(job)
}

/// Ends a job that is not done yet. What it has done stays; of one that has ended nothing changes.
///
/// # Errors
/// [`Error::NotFound`].
pub fn cancel(tx: &mut Tx, by: &Administrator, id: ContactJobId) -> Result<()> {
    take_turn(tx, by.account_id())?;
    let before = queries::find_to_change(tx.conn, by.account_id(), id)?;
    if !before.is_open() {
        return Ok(());
    }
    let job = ContactJob { state: JobState::Cancelled, source_blob_id: None, due_at: None, finished_at: Some(now()), ..before.clone() };
    let set = (
        (contact_jobs::state.eq(job.state), contact_jobs::source_blob_id.eq(job.source_blob_id)),
        (contact_jobs::due_at.eq(job.due_at), contact_jobs::finished_at.eq(job.finished_at)),
    );
    diesel::update(contact_jobs::table.find(id)).set(set).execute(tx.conn)?;
    by.record(tx, Change::Updated(&before, &job))?;
    call_next(tx, job.account_id)
}
