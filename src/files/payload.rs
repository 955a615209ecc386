//! Links to files, and to pages.
use super::model::{Blob, DirectUpload};
use crate::{
    db::{Tx, types::DirectUploadId},
    error::{Error, Result},
    web::{envelopes::Empty, json::Iso},
};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use url::Url;

/// Makes links. They are whole, since they go to receivers and apps elsewhere.
#[derive(Debug, Clone)]
pub struct Links {
    base: String,
}

impl Links {
    /// Links below the address at which others reach this server.
    pub fn new(public_url: &Url) -> Links {
        Links { base: public_url.as_str().trim_end_matches('/').to_owned() }
    }

    /// How each of them begins.
    pub(super) fn beginning(&self) -> String {
        format!("{}/rails/", self.base)
    }

    /// Where the file is to be had. Nobody can guess the key in it, and it does not expire: payloads are kept for long.
    pub fn to(&self, blob: &Blob) -> String {
        format!("{}{}", self.base, self.path(blob))
    }

    /// The same on this server.
    pub fn path(&self, blob: &Blob) -> String {
        named(format!("/rails/active_storage/blobs/redirect/{}/", blob.key), blob)
    }

    /// Where a page of this server is to be had.
    pub fn to_page(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Where a smaller picture of it is to be had; the picture itself where that is small, or none can be made.
    pub fn thumbnail(&self, blob: &Blob) -> String {
        match blob.has_thumbnail() {
            true => named(format!("{}/rails/active_storage/representations/redirect/{}/thumb/", self.base, blob.key), blob),
            false => self.to(blob),
        }
    }
}

/// A file that was announced, as clients of ActiveStorage read it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DirectUpload")]
pub struct DirectUploadJson<'a> {
    id: DirectUploadId,
    key: &'a str,
    filename: &'a str,
    content_type: &'a str,
    metadata: Empty,
    service_name: &'static str,
    /// Its length, in bytes.
    byte_size: i64,
    /// The MD5 of what is in it, in base64.
    checksum: &'a str,
    created_at: Iso,
    /// What a message names it by.
    signed_id: &'a str,
    direct_upload: Door<'a>,
}

/// Where a file is brought to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Door<'a> {
    /// To be asked with PUT, within an hour.
    url: String,
    headers: Headers<'a>,
}

/// What comes with it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Headers<'a> {
    #[serde(rename = "Content-Type")]
    content_type: &'a str,
}

/// Draws a file that was announced: where to bring it, and by what to name it then.
pub fn direct_upload<'a>(announced: &'a DirectUpload, links: &Links) -> DirectUploadJson<'a> {
    let DirectUpload { id, token, filename, content_type, byte_size, checksum, created_at, .. } = announced;
    DirectUploadJson {
        id: *id,
        key: token,
        filename,
        content_type,
        metadata: Empty {},
        service_name: "local",
        byte_size: *byte_size,
        checksum,
        created_at: Iso(*created_at),
        signed_id: token,
        direct_upload: Door { url: format!("{}/rails/active_storage/disk/{token}", links.base), headers: Headers { content_type } },
    }
}

/// A path with the file's name at its end.
fn named(mut path: String, blob: &Blob) -> String {
    path.extend(url::form_urlencoded::byte_serialize(blob.filename.as_bytes()).map(|part| if part == "+" { "%20" } else { part }));
    path
}

/// The links as a write transaction has them.
///
/// # Errors
/// When `app` has put none there.
pub fn links(tx: &Tx) -> Result<Arc<Links>> {
    tx.shared::<Links>().ok_or_else(|| Error::Internal("there is nothing to make links with".into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::types::{BlobId, now};

    #[test]
    fn names_are_written_as_links_need_them() {
        let mut blob = Blob {
            id: BlobId(1),
            key: "KEY".into(),
            filename: "a b+ใ?.png".into(),
            content_type: "image/png".into(),
            byte_size: 1,
            width: None,
            height: None,
            created_at: now(),
        };
        let links = Links::new(&Url::parse("https://help.example.com/").unwrap());
        assert_eq!(links.to(&blob), "https://help.example.com/rails/active_storage/blobs/redirect/KEY/a%20b%2B%E0%B9%83%3F.png");
        assert_eq!(blob.extension().as_deref(), Some("png"));
        // without a size, for a small picture, and for one that nobody should have to decode, it is the picture itself
        for (width, height, has_one) in [(0, 0, false), (250, 250, false), (251, 1, true), (4000, 3000, true), (60_000, 60_000, false)] {
            (blob.width, blob.height) = (Some(width), Some(height));
            let path = if has_one { "representations/redirect/KEY/thumb" } else { "blobs/redirect/KEY" };
            let expected = format!("https://help.example.com/rails/active_storage/{path}/a%20b%2B%E0%B9%83%3F.png");
            assert_eq!(links.thumbnail(&blob), expected, "{width} × {height}");
        }
        blob.filename = ".profile".into();
        assert_eq!(blob.extension(), None);
    }
}
