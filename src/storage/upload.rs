//! A file on its way into the storage: onto the disk while it arrives, and from there into the bucket, whose signed requests begin with the length.
use super::{Bucket, Storage, blocking, create};
use crate::{
    error::{Error, Result},
    random,
};
use actix_files::file_extension_to_mime;
use actix_rt::{Arbiter, ArbiterHandle};
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What is gathered before it is written, in bytes.
const PIECE: usize = 256 * 1024;

/// The longest name of a file that is kept, in characters: most file systems, where it will be saved, take no longer one.
const LONGEST_NAME: usize = 200;

/// A file that is being received.
#[derive(Debug)]
pub struct Draft {
    upload: Upload,
    file: Arc<File>,
    gathered: Vec<u8>,
    pub(super) largest: u64,
    bucket: Option<Bucket>,
}

impl Draft {
    pub(super) async fn begin(storage: &Storage, filename: String, content_type: Option<String>) -> Result<Draft> {
        let key = random::token()?;
        let path = storage.path(&key);
        let made = path.clone();
        let file = blocking(move || create(&made)).await?;
        let said = content_type.filter(|said| said != "application/octet-stream");
        let content_type = said.or_else(|| guessed(&filename)).unwrap_or_default();
        let upload = Upload { key, filename, content_type, byte_size: 0, picture: None, path: Some(path), sent: None };
        Ok(Draft { upload, file, gathered: Vec::new(), largest: storage.largest, bucket: storage.bucket.clone() })
    }

    pub(super) fn place(&self) -> Result<PathBuf> {
        self.upload.place()
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`Error::Refused`] when there are more than a file may have; [`Error::DiskFull`] and [`Error::Internal`] when the disk does not
    /// take them.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.upload.byte_size += bytes.len() as u64;
        admit(&self.upload.filename, self.upload.byte_size, self.largest)?;
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= PIECE { self.flush().await } else { Ok(()) }
    }

    /// The end: the file is on the disk, and will be after a loss of power, too; or the bucket has it.
    ///
    /// # Errors
    /// When the disk does not take it; [`Error::StorageDown`].
    pub async fn finish(mut self) -> Result<Upload> {
        self.flush().await?;
        let Draft { mut upload, file, bucket, .. } = self;
        let is_here_for_good = bucket.is_none();
        let work = move || {
            if let Some(path) = &upload.path {
                if is_here_for_good {
                    file.sync_all()?;
                    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())?;
                }
                upload.picture = imagesize::size(path).ok().and_then(|size| Some((size.width.try_into().ok()?, size.height.try_into().ok()?)));
            }
            Ok(upload)
        };
        let mut upload = blocking(work).await?;
        if let (Some(bucket), Some(path)) = (bucket, upload.path.clone()) {
            // noted before: what has arrived although nobody answered is to be removed as well
            upload.sent = Some(Sent { bucket: bucket.clone(), by: Arbiter::try_current() });
            bucket.bring(&upload.key, &path, upload.byte_size).await?;
        }
        Ok(upload)
    }

    pub(super) async fn flush(&mut self) -> Result<()> {
        let (mut file, piece) = (self.file.clone(), std::mem::take(&mut self.gathered));
        blocking(move || file.write_all(&piece)).await
    }
}

/// A file that was received, and is in the storage. It is gone with this value, unless it is kept.
#[derive(Debug)]
pub struct Upload {
    /// By which it is found; nobody can guess it.
    pub key: String,
    /// What its sender calls it: without a path, never empty.
    pub filename: String,
    /// What its sender says it is; may be empty.
    pub content_type: String,
    /// In bytes.
    pub byte_size: u64,
    /// Width and height in pixels, if it is a picture.
    pub picture: Option<(i32, i32)>,
    /// Where it lies, as long as it would be removed.
    path: Option<PathBuf>,
    /// The bucket from which it would be removed.
    sent: Option<Sent>,
}

/// A bucket, and the thread that speaks to it: files are also dropped where no thread does.
#[derive(Debug)]
struct Sent {
    bucket: Bucket,
    by: Option<ArbiterHandle>,
}

impl Upload {
    /// Where it lies on this disk, until it is kept.
    ///
    /// # Errors
    /// [`Error::Internal`] for one that was kept.
    pub fn place(&self) -> Result<PathBuf> {
        self.path.clone().ok_or_else(|| Error::Internal("a file that was kept is looked for on its way".into()))
    }

    /// It stays, from now on also if the transaction that it belongs to comes to nothing: whether a commit whose answer was
    /// lost has happened cannot be known here.
    pub fn keep(&mut self) {
        // what lies in a bucket is not needed here any more
        if self.sent.take().is_none() {
            self.path = None;
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(path) = &self.path
            && let Err(e) = fs::remove_file(path)
        {
            tracing::warn!(error = %e, "a file that is not wanted could not be removed");
        }
        // what stays there although nobody wants it is a stray, which is swept away
        if let Some(Sent { bucket, by: Some(by) }) = self.sent.take() {
            let key = std::mem::take(&mut self.key);
            by.spawn_fn(move || drop(actix_rt::spawn(async move { bucket.remove(&key).await })));
        }
    }
}

/// Whether a file may be so large.
pub(super) fn admit(filename: &str, byte_size: u64, largest: u64) -> Result<()> {
    if byte_size > largest {
        return Err(Error::Refused(format!("{filename} is larger than {} MB", largest >> 20)));
    }
    Ok(())
}

/// What a file of this name is likely to be.
fn guessed(filename: &str) -> Option<String> {
    let end = Path::new(filename).extension()?.to_str()?;
    Some(file_extension_to_mime(end).essence_str().to_owned())
}

/// A file's name without what could be taken for a path or hide its end: never empty, and not too long.
pub fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // U+202A and the like write what follows them backwards
    let plain: String = last.chars().filter(|c| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')).collect();
    let (length, plain) = (plain.chars().count(), plain.trim());
    match plain {
        "" | "." | ".." => "file".into(),
        // of a long name the end is kept, since that says what the file is
        _ => plain.chars().skip(length.saturating_sub(LONGEST_NAME)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for (given, kept) in [
            ("a.png", "a.png"),
            ("../../etc/passwd", "passwd"),
            (r"C:\temp\bill.pdf", "bill.pdf"),
            ("", "file"),
            ("..", "file"),
            ("x/", "file"),
            ("evil\u{202e}gpj.exe", "evilgpj.exe"),
            ("line\r\nbreak\0.txt", "linebreak.txt"),
            ("ใบเสร็จ.pdf", "ใบเสร็จ.pdf"),
        ] {
            assert_eq!(plain_name(given), kept, "{given}");
        }
        let long = plain_name(&format!("{}.jpeg", "n".repeat(500)));
        assert!(long.chars().count() == LONGEST_NAME && long.ends_with(".jpeg"));
    }
}
