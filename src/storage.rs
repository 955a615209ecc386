//! Files that people send: they lie in the data folder, under names that nobody can guess, and never in memory as a whole.
//! Which file is whose stands in the database; a file that stands nowhere is swept away by the room `files`.
use crate::{
    config::Config,
    error::{Error, Result},
    random,
};
use actix_files::file_extension_to_mime;
use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

/// What is gathered before it is written, in bytes.
const PIECE: usize = 256 * 1024;

/// The longest name of a file that is kept, in characters: most file systems, where it will be saved, take no longer one.
const LONGEST_NAME: usize = 200;

/// Where files lie. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Storage {
    folder: Arc<Path>,
    largest: u64,
}

impl Storage {
    /// The storage in the data folder.
    pub fn new(config: &Config) -> Storage {
        Storage { folder: config.data_dir.join("files").into(), largest: config.upload_limit << 20 }
    }

    /// Begins a file. It is gone with the draft, unless that is finished. A `content_type` that says nothing is guessed by the end of
    /// the name.
    ///
    /// # Errors
    /// When the folder cannot be written; [`Error::DiskFull`].
    pub async fn begin(&self, filename: &str, content_type: Option<String>) -> Result<Draft> {
        let key = random::token()?;
        let path = self.path(&key);
        let made = path.clone();
        let file = blocking(move || create(&made)).await?;
        let filename = plain_name(filename);
        let said = content_type.filter(|said| said != "application/octet-stream");
        let upload = Upload {
            key,
            content_type: said.or_else(|| guessed(&filename)).unwrap_or_default(),
            filename,
            byte_size: 0,
            picture: None,
            path: Some(path),
        };
        Ok(Draft { upload, file, gathered: Vec::new(), largest: self.largest })
    }

    /// Whether a file may be so large.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub fn admit(&self, filename: &str, byte_size: u64) -> Result<()> {
        admit(filename, byte_size, self.largest)
    }

    /// Where the file of that key lies. Two letters make a folder, so that none holds too many.
    pub fn path(&self, key: &str) -> PathBuf {
        self.folder.join(key.get(..2).unwrap_or("__")).join(key)
    }

    /// What was made of a file and is kept beside it, if there is anything. It may be empty.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn kept_beside(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let place = beside(self.path(key));
        blocking(move || match fs::read(place) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        })
        .await
    }

    /// Keeps beside a file what was made of it. It goes with the file.
    ///
    /// # Errors
    /// When the folder cannot be written; [`Error::DiskFull`].
    pub async fn keep_beside(&self, key: &str, made: Vec<u8>) -> Result<()> {
        let place = beside(self.path(key));
        // nobody reads half of it, and of two who made it at once one has the last word; what a crash leaves is swept away as any stray
        let draft = self.path(&random::token()?);
        blocking(move || {
            let written = create(&draft).and_then(|file| (&*file).write_all(&made).and_then(|()| file.sync_all()));
            written.and_then(|()| fs::rename(&draft, place)).inspect_err(|_| drop(fs::remove_file(&draft)))
        })
        .await
    }

    /// Removes a file, and what was made of it; one that is gone is none. This blocks.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn remove(&self, key: &str) -> Result<()> {
        let path = self.path(key);
        [beside(path.clone()), path].into_iter().try_for_each(|path| match fs::remove_file(path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::internal(e)),
            _ => Ok(()),
        })
    }

    /// The names of the folders that hold files. This blocks.
    ///
    /// # Errors
    /// When the folder cannot be read; one that was not made yet is empty.
    pub fn shelves(&self) -> Result<Vec<PathBuf>> {
        listed(&self.folder)
    }

    /// The keys of a folder's files that are older than `age`, also of those that were made of others. This blocks.
    ///
    /// # Errors
    /// As [`Storage::shelves`].
    pub fn keys_older_than(&self, shelf: &Path, age: Duration) -> Result<Vec<String>> {
        let line = SystemTime::now().checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH);
        let old = |path: &PathBuf| fs::metadata(path).and_then(|about| about.modified()).is_ok_and(|written| written < line);
        let key = |path: PathBuf| path.file_name().and_then(|name| name.to_str()?.split('.').next()).map(str::to_owned);
        Ok(listed(shelf)?.into_iter().filter(old).filter_map(key).collect())
    }
}

/// A file that is being received.
#[derive(Debug)]
pub struct Draft {
    upload: Upload,
    file: Arc<File>,
    gathered: Vec<u8>,
    largest: u64,
}

impl Draft {
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

    /// The end: the file is on the disk, and will be after a loss of power, too.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub async fn finish(mut self) -> Result<Upload> {
        self.flush().await?;
        let Draft { mut upload, file, .. } = self;
        let work = move || {
            file.sync_all()?;
            if let Some(path) = &upload.path {
                path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())?;
                upload.picture = imagesize::size(path).ok().and_then(|size| Some((size.width.try_into().ok()?, size.height.try_into().ok()?)));
            }
            Ok(upload)
        };
        blocking(work).await
    }

    async fn flush(&mut self) -> Result<()> {
        let (mut file, piece) = (self.file.clone(), std::mem::take(&mut self.gathered));
        blocking(move || file.write_all(&piece)).await
    }
}

/// A file that was received, and is on the disk. It is gone with this value, unless it is kept.
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
}

impl Upload {
    /// It stays, from now on also if the transaction that it belongs to comes to nothing: whether a commit whose answer was
    /// lost has happened cannot be known here.
    pub fn keep(&mut self) {
        self.path = None;
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(path) = &self.path
            && let Err(e) = fs::remove_file(path)
        {
            tracing::warn!(error = %e, "a file that is not wanted could not be removed");
        }
    }
}

fn admit(filename: &str, byte_size: u64, largest: u64) -> Result<()> {
    if byte_size > largest {
        return Err(Error::Refused(format!("{filename} is larger than {} MB", largest >> 20)));
    }
    Ok(())
}

/// Where lies what was made of the file that lies there.
fn beside(path: PathBuf) -> PathBuf {
    path.with_extension("thumb")
}

fn create(path: &Path) -> io::Result<Arc<File>> {
    if let Some(shelf) = path.parent().filter(|shelf| !shelf.is_dir()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(shelf)?;
        // else the new folder itself could be gone after a loss of power
        shelf.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())?;
    }
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(Arc::new)
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>().map_err(Error::internal),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(Error::internal(e)),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    let done = actix_rt::task::spawn_blocking(work).await.map_err(Error::internal)?;
    done.map_err(|e| match e.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Error::DiskFull,
        _ => Error::Internal(format!("a file could not be stored: {e}")),
    })
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
