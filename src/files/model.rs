//! Rows and rules of files.
use crate::{
    db::{
        schema::{blobs, direct_uploads},
        types::{AccountId, BlobId, DirectUploadId},
    },
    text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

text_enum! {
    /// How a file is shown.
    pub enum FileType { Image = 0 "image", Audio = 1 "audio", Video = 2 "video", File = 3 "file" }
}

/// A row of `blobs`: a file in the storage.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
pub struct Blob {
    /// Its id.
    pub id: BlobId,
    /// Its name in the storage, which also opens it to whoever knows it.
    pub key: String,
    /// What its sender calls it.
    pub filename: String,
    /// What its sender says it is.
    pub content_type: String,
    /// In bytes.
    pub byte_size: i64,
    /// In pixels, of a picture.
    pub width: Option<i32>,
    /// In pixels, of a picture.
    pub height: Option<i32>,
    /// When it was received.
    pub created_at: NaiveDateTime,
}

/// A row of `direct_uploads`: a file that was announced, and is brought by itself.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
pub struct DirectUpload {
    /// Its id.
    pub id: DirectUploadId,
    /// Whose file it will be.
    pub account_id: AccountId,
    /// Opens the address where it is brought to, and names it in a message then.
    pub token: String,
    /// What its sender calls it.
    pub filename: String,
    /// What its sender says it is; may be empty.
    pub content_type: String,
    /// In bytes.
    pub byte_size: i64,
    /// The MD5 of its content, in base64.
    pub checksum: String,
    /// The file, once it is there.
    pub blob_id: Option<BlobId>,
    /// When it was announced.
    pub created_at: NaiveDateTime,
}

const PICTURES: &[&str] = &["image/jpeg", "image/jpg", "image/png", "image/gif", "image/bmp", "image/webp"];

/// What a smaller picture can be made of, and what a picture of somebody may be (as Chatwoot's).
pub(super) const PHOTOS: [&str; 5] = ["image/jpeg", "image/jpg", "image/png", "image/gif", "image/webp"];

/// How wide and high a smaller picture is at most, in pixels, as clients expect it.
pub(super) const LARGEST_SIDE: u32 = 250;

/// How many pixels a picture may have of which a smaller one is made.
const MOST_PIXELS: i64 = 40_000_000;

const FILMS: &[&str] = &["video/ogg", "video/mp4", "video/webm", "video/quicktime"];
const DOCUMENTS: &[&str] = &[
    "text/csv",
    "text/plain",
    "text/rtf",
    "text/xml",
    "application/json",
    "application/pdf",
    "application/xml",
    "application/zip",
    "application/x-7z-compressed",
    "application/vnd.rar",
    "application/x-rar-compressed",
    "application/x-tar",
    "application/msword",
    "application/rtf",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/x-pkcs12",
];

/// A picture of somebody or something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avatar {
    /// Its file.
    pub blob_id: BlobId,
    /// The link to it.
    pub url: String,
}

/// A link to a file of this server as its own pages need it: they are reached by other addresses, too.
pub fn local(url: &str) -> &str {
    url.find("/rails/").map_or(url, |at| &url[at..])
}

impl FileType {
    /// By what the file is (as Chatwoot's).
    pub fn of(content_type: &str) -> FileType {
        match content_type {
            kind if PICTURES.contains(&kind) => FileType::Image,
            kind if FILMS.contains(&kind) => FileType::Video,
            kind if kind.starts_with("audio/") => FileType::Audio,
            _ => FileType::File,
        }
    }
}

/// Whether such a file may be sent in a website's inbox (as Chatwoot's).
pub fn may_be_sent_on_websites(content_type: &str) -> bool {
    let media = ["image/", "video/", "audio/"].iter().any(|family| content_type.starts_with(family));
    media || DOCUMENTS.contains(&content_type)
}

impl Blob {
    /// The end of its name, in lower case.
    pub fn extension(&self) -> Option<String> {
        let (stem, end) = self.filename.rsplit_once('.')?;
        (!stem.is_empty() && !end.is_empty()).then(|| end.to_lowercase())
    }

    /// Whether a smaller picture of it is worth the while, and can be made as far as its head says.
    pub fn has_thumbnail(&self) -> bool {
        let (width, height) = (i64::from(self.width.unwrap_or_default()), i64::from(self.height.unwrap_or_default()));
        PHOTOS.contains(&self.content_type.as_str()) && width.max(height) > LARGEST_SIDE.into() && (1..=MOST_PIXELS).contains(&(width * height))
    }

    /// Whether it is what a picture of somebody or something may be.
    pub fn is_photo(&self) -> bool {
        self.width.is_some() && PHOTOS.contains(&self.content_type.as_str())
    }

    /// Whether a browser may show it by itself. What could carry a script is only ever saved.
    pub fn may_be_shown(&self) -> bool {
        !matches!(FileType::of(&self.content_type), FileType::File)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is() {
        for (content_type, kind, on_websites) in [
            ("image/png", FileType::Image, true),
            ("image/svg+xml", FileType::File, true),
            ("video/mp4", FileType::Video, true),
            ("video/x-msvideo", FileType::File, true),
            ("audio/ogg", FileType::Audio, true),
            ("application/pdf", FileType::File, true),
            ("text/html", FileType::File, false),
            ("application/x-msdownload", FileType::File, false),
            ("", FileType::File, false),
        ] {
            assert_eq!((FileType::of(content_type), may_be_sent_on_websites(content_type)), (kind, on_websites), "{content_type}");
        }
    }
}
