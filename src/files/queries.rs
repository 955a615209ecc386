//! Reading what is known of files.
use super::model::{Blob, DirectUpload};
use crate::{
    db::{
        DbConn,
        dialect::{Columns, containing},
        schema::{action_files, agent_bots, attachments, blobs, contact_jobs, contacts, direct_uploads, inboxes, portals, users},
        types::{AccountId, AgentBotId, BlobId, ContactId, DirectUploadId, InboxId, UserId},
    },
    error::{Error, Result},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// The file of that key. Who knows the key may have it.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn by_key(conn: &mut DbConn, key: &str) -> Result<Blob> {
    Ok(blobs::table.filter(blobs::key.eq(key)).select(Blob::columns()).get_result(conn)?)
}

/// These files.
///
/// # Errors
/// The database's.
pub fn by_ids(conn: &mut DbConn, ids: &[BlobId]) -> Result<Vec<Blob>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => Ok(blobs::table.filter(blobs::id.eq_any(ids)).select(Blob::columns()).load(conn)?),
    }
}

/// A file of the account by what the API calls its signed id: its key, or the token with which it was announced.
///
/// # Errors
/// [`Error::NotFound`], also for one that was announced and is not there yet.
pub fn of_account(conn: &mut DbConn, account: AccountId, name: &str) -> Result<Blob> {
    let by_key = blobs::table.filter(blobs::key.eq(name).and(blobs::account_id.eq(account))).select(Blob::columns());
    if let Some(blob) = by_key.get_result(conn).optional()? {
        return Ok(blob);
    }
    of_token(conn, account, name)
}

/// The file of the account that was announced under that token, and has come.
///
/// # Errors
/// [`Error::NotFound`].
pub fn of_token(conn: &mut DbConn, account: AccountId, token: &str) -> Result<Blob> {
    let announced = direct_uploads::table.filter(direct_uploads::token.eq(token).and(direct_uploads::account_id.eq(account)));
    let id: Option<BlobId> = announced.select(direct_uploads::blob_id).get_result(conn)?;
    let id = id.ok_or(Error::NotFound)?;
    Ok(blobs::table.find(id).select(Blob::columns()).get_result(conn)?)
}

/// By which the storage finds a file that the server keeps for itself.
///
/// # Errors
/// [`Error::NotFound`].
pub fn key_of(conn: &mut DbConn, id: BlobId) -> Result<String> {
    Ok(blobs::table.find(id).select(blobs::key).get_result(conn)?)
}

/// The file that was announced under that token, after `line`.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn announced(conn: &mut DbConn, token: &str, line: NaiveDateTime) -> Result<DirectUpload> {
    let query = direct_uploads::table.filter(direct_uploads::token.eq(token).and(direct_uploads::created_at.gt(line)));
    Ok(query.select(DirectUpload::columns()).get_result(conn)?)
}

/// Some of the files that were announced before `line`.
pub(super) fn announced_before(conn: &mut DbConn, line: NaiveDateTime, most: i64) -> Result<Vec<DirectUploadId>> {
    let query = direct_uploads::table.filter(direct_uploads::created_at.lt(line)).select(direct_uploads::id);
    Ok(query.order_by(direct_uploads::created_at).limit(most).load(conn)?)
}

/// How many pictures of contacts are looked at in one step.
const AT_A_TIME: i64 = 500;

/// Whether any file is known.
pub(super) fn any(conn: &mut DbConn) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(blobs::table.select(blobs::id))).get_result(conn)?)
}

/// Some of the files received before `line` to which nothing refers, with their keys.
pub(super) fn loose(conn: &mut DbConn, line: NaiveDateTime, most: i64) -> Result<Vec<(BlobId, String)>> {
    let sent = diesel::dsl::exists(attachments::table.filter(attachments::blob_id.eq(blobs::id)));
    let of_a_user = diesel::dsl::exists(users::table.filter(users::avatar_blob_id.eq(blobs::id.nullable())));
    let of_an_inbox = diesel::dsl::exists(inboxes::table.filter(inboxes::avatar_blob_id.eq(blobs::id.nullable())));
    let of_a_contact = diesel::dsl::exists(contacts::table.filter(contacts::avatar_blob_id.eq(blobs::id.nullable())));
    let of_a_bot = diesel::dsl::exists(agent_bots::table.filter(agent_bots::avatar_blob_id.eq(blobs::id.nullable())));
    let of_an_action = diesel::dsl::exists(action_files::table.filter(action_files::blob_id.eq(blobs::id)));
    let of_a_portal = diesel::dsl::exists(portals::table.filter(portals::logo_blob_id.eq(blobs::id.nullable())));
    let brought = diesel::dsl::exists(contact_jobs::table.filter(contact_jobs::source_blob_id.eq(blobs::id.nullable())));
    let taken_along = diesel::dsl::exists(contact_jobs::table.filter(contact_jobs::result_blob_id.eq(blobs::id.nullable())));
    let pictured = of_a_bot.or(of_a_user).or(of_an_inbox).or(of_a_contact).or(of_a_portal);
    let referred = sent.or(of_an_action).or(pictured).or(brought).or(taken_along);
    let query = blobs::table.filter(blobs::created_at.lt(line).and(diesel::dsl::not(referred)));
    Ok(query.select((blobs::id, blobs::key)).order_by(blobs::created_at).limit(most).load(conn)?)
}

/// Those of these keys that are known.
pub(super) fn known(conn: &mut DbConn, keys: &[String]) -> Result<Vec<String>> {
    Ok(blobs::table.filter(blobs::key.eq_any(keys)).select(blobs::key).load(conn)?)
}

/// The pictures of users whose links are not as links begin today.
pub(super) fn avatars_of_users_elsewhere(conn: &mut DbConn, beginning: &str) -> Result<Vec<(UserId, Blob)>> {
    let query = users::table.inner_join(blobs::table.on(users::avatar_blob_id.eq(blobs::id.nullable())));
    let elsewhere = users::avatar_url.not_like(containing(beginning)).escape('\\');
    Ok(query.filter(elsewhere).select((users::id, Blob::columns())).load(conn)?)
}

/// The same for contacts, of whom there may be many: some of them.
pub(super) fn avatars_of_contacts_elsewhere(conn: &mut DbConn, beginning: &str) -> Result<Vec<(ContactId, Blob)>> {
    let query = contacts::table.inner_join(blobs::table.on(contacts::avatar_blob_id.eq(blobs::id.nullable())));
    let elsewhere = contacts::avatar_url.not_like(containing(beginning)).escape('\\');
    Ok(query.filter(elsewhere).select((contacts::id, Blob::columns())).limit(AT_A_TIME).load(conn)?)
}

/// The same for inboxes.
pub(super) fn avatars_of_inboxes_elsewhere(conn: &mut DbConn, beginning: &str) -> Result<Vec<(InboxId, Blob)>> {
    let query = inboxes::table.inner_join(blobs::table.on(inboxes::avatar_blob_id.eq(blobs::id.nullable())));
    let elsewhere = inboxes::avatar_url.not_like(containing(beginning)).escape('\\');
    Ok(query.filter(elsewhere).select((inboxes::id, Blob::columns())).load(conn)?)
}

/// The same for bots.
pub(super) fn avatars_of_bots_elsewhere(conn: &mut DbConn, beginning: &str) -> Result<Vec<(AgentBotId, Blob)>> {
    let query = agent_bots::table.inner_join(blobs::table.on(agent_bots::avatar_blob_id.eq(blobs::id.nullable())));
    let elsewhere = agent_bots::avatar_url.not_like(containing(beginning)).escape('\\');
    Ok(query.filter(elsewhere).select((agent_bots::id, Blob::columns())).load(conn)?)
}
