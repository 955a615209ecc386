//! Reading what is known of files.
use super::model::Blob;
use crate::{
    db::{
        DbConn,
        dialect::Columns,
        schema::{attachments, blobs, contacts},
        types::BlobId,
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

/// Whether any file is known.
pub(super) fn any(conn: &mut DbConn) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(blobs::table.select(blobs::id))).get_result(conn)?)
}

/// Some of the files received before `line` to which nothing refers, with their keys.
pub(super) fn loose(conn: &mut DbConn, line: NaiveDateTime, most: i64) -> Result<Vec<(BlobId, String)>> {
    let referred = diesel::dsl::exists(attachments::table.filter(attachments::blob_id.eq(blobs::id)));
    let pictures = diesel::dsl::exists(contacts::table.filter(contacts::avatar_blob_id.eq(blobs::id.nullable())));
    let query = blobs::table.filter(blobs::created_at.lt(line).and(diesel::dsl::not(referred)).and(diesel::dsl::not(pictures)));
    Ok(query.select((blobs::id, blobs::key)).order_by(blobs::created_at).limit(most).load(conn)?)
}

/// Those of these keys that are known.
pub(super) fn known(conn: &mut DbConn, keys: &[String]) -> Result<Vec<String>> {
    Ok(blobs::table.filter(blobs::key.eq_any(keys)).select(blobs::key).load(conn)?)
}
