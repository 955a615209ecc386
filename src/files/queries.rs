//! Reading what is known of files.
use super::model::Blob;
use crate::{
    db::{
        DbConn,
        dialect::{Columns, containing},
        schema::{attachments, blobs, contacts, inboxes, users},
        types::{AccountId, BlobId, ContactId, InboxId, UserId},
    },
    error::Result,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// The file of that key. Who knows the key may have it.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub(super) fn by_key(conn: &mut DbConn, key: &str) -> Result<Blob> {
    Ok(blobs::table.filter(blobs::key.eq(key)).select(Blob::columns()).get_result(conn)?)
}

/// A file of the account by its key.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn of_account(conn: &mut DbConn, account: AccountId, key: &str) -> Result<Blob> {
    Ok(blobs::table.filter(blobs::key.eq(key).and(blobs::account_id.eq(account))).select(Blob::columns()).get_result(conn)?)
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
    let referred = sent.or(of_a_user).or(of_an_inbox).or(of_a_contact);
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
