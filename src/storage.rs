//! Files that people send: they lie in the data folder or in a bucket, under names that nobody can guess, and never in memory as a whole.
//! Which file is whose stands in the database; a file that stands nowhere is swept away by the room `files`.
mod bucket;
mod upload;

pub use bucket::{Bucket, Download, Through};
pub use upload::{Draft, Upload, plain_name};

use crate::{
    config::Config,
    error::{Error, Result},
    random,
};
use futures_util::stream::{self, TryStreamExt};
use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

/// How many files a bucket is asked to remove at once.
const REMOVED_AT_ONCE: usize = 16;

/// Where files lie. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Storage {
    /// Of all files, or else of those that are on their way to the bucket or from it.
    folder: Arc<Path>,
    largest: u64,
    bucket: Option<Bucket>,
}

impl Storage {
    /// The storage of the settings.
    ///
    /// # Errors
    /// [`Error::Refused`] when it cannot be as they say.
    pub fn new(config: &Config) -> Result<Storage> {
        let bucket = config.storage.as_ref().map(|s3| Bucket::new(config, s3)).transpose()?;
        let folder = config.data_dir.join(if bucket.is_some() { "incoming" } else { "files" });
        Ok(Storage { folder: folder.into(), largest: config.upload_limit << 20, bucket })
    }

    /// The same storage. Its bucket is asked for something, if there is one, so that the log says at once what is wrong about it; nobody
    /// waits for that.
    pub fn tried_out(self) -> Storage {
        if let Some(bucket) = self.bucket.clone() {
            actix_rt::spawn(async move { bucket.older_than(Duration::ZERO, None).await.map(drop) });
        }
        self
    }

    /// The bucket that files lie in, unless they lie on this disk.
    pub fn bucket(&self) -> Option<&Bucket> {
        self.bucket.as_ref()
    }

    /// Begins a file. It is gone with the draft, unless that is finished. A `content_type` that says nothing is guessed by the end of
    /// the name.
    ///
    /// # Errors
    /// When the folder cannot be written; [`Error::DiskFull`].
    pub async fn begin(&self, filename: &str, content_type: Option<String>) -> Result<Draft> {
        Draft::begin(self, plain_name(filename), content_type).await
    }

    /// The same of a file that the server writes itself: it is as large as it has to be.
    ///
    /// # Errors
    /// As [`Storage::begin`].
    pub async fn begin_own(&self, filename: &str, content_type: &str) -> Result<Draft> {
        let mut draft = self.begin(filename, Some(content_type.to_owned())).await?;
        draft.largest = u64::MAX;
        Ok(draft)
    }

    /// Whether a file may be so large.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub fn admit(&self, filename: &str, byte_size: u64) -> Result<()> {
        upload::admit(filename, byte_size, self.largest)
    }

    /// Where the file of that key lies on this disk. Two letters make a folder, so that none holds too many.
    pub fn path(&self, key: &str) -> PathBuf {
        self.folder.join(on_a_shelf(key))
    }

    /// A file on this disk, as long as the value lives: it lies here, or is fetched.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the bucket has none; [`Error::StorageDown`]; when the folder cannot be written.
    pub async fn at_hand(&self, key: &str) -> Result<AtHand> {
        let Some(bucket) = &self.bucket else { return Ok(AtHand { path: self.path(key), _fetched: None }) };
        let mut draft = Draft::begin(self, key.to_owned(), None).await?;
        // the limit may have been another when it was received
        draft.largest = u64::MAX;
        bucket.fetch(key, async |piece| draft.write(&piece).await).await?;
        draft.flush().await?;
        Ok(AtHand { path: draft.place()?, _fetched: Some(draft) })
    }

    /// What was made of a file and is kept beside it, if there is anything. It may be empty.
    ///
    /// # Errors
    /// When the folder cannot be read; [`Error::StorageDown`].
    pub async fn kept_beside(&self, key: &str) -> Result<Option<Vec<u8>>> {
        if let Some(bucket) = &self.bucket {
            return bucket.kept(&format!("{key}.{BESIDE}")).await;
        }
        let place = self.path(key).with_extension(BESIDE);
        blocking(move || match fs::read(place) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        })
        .await
    }

    /// Keeps beside a file what was made of it. It goes with the file.
    ///
    /// # Errors
    /// When the folder cannot be written; [`Error::DiskFull`]; [`Error::StorageDown`].
    pub async fn keep_beside(&self, key: &str, made: Vec<u8>) -> Result<()> {
        if let Some(bucket) = &self.bucket {
            return bucket.keep(&format!("{key}.{BESIDE}"), made).await;
        }
        let place = self.path(key).with_extension(BESIDE);
        // nobody reads half of it, and of two who made it at once one has the last word; what a crash leaves is swept away as any stray
        let draft = self.path(&random::token()?);
        blocking(move || {
            let written = create(&draft).and_then(|file| (&*file).write_all(&made).and_then(|()| file.sync_all()));
            written.and_then(|()| fs::rename(&draft, place)).inspect_err(|_| drop(fs::remove_file(&draft)))
        })
        .await
    }

    /// Removes files, and what was made of them; one that is gone is none.
    ///
    /// # Errors
    /// When the folder cannot be written; [`Error::StorageDown`].
    pub async fn remove(&self, keys: Vec<String>) -> Result<()> {
        let Some(bucket) = &self.bucket else { return self.remove_here(keys).await };
        let all = keys.into_iter().flat_map(|key| [format!("{key}.{BESIDE}"), key]);
        stream::iter(all.map(Ok)).try_for_each_concurrent(REMOVED_AT_ONCE, async |key: String| bucket.remove(&key).await).await
    }

    /// The same on this disk.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn remove_here(&self, keys: Vec<String>) -> Result<()> {
        let paths: Vec<PathBuf> = keys.iter().map(|key| self.path(key)).flat_map(|path| [path.with_extension(BESIDE), path]).collect();
        blocking(move || {
            paths.into_iter().try_for_each(|path| match fs::remove_file(path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
                _ => Ok(()),
            })
        })
        .await
    }

    /// The names of the folders that hold files on this disk.
    ///
    /// # Errors
    /// When the folder cannot be read; one that was not made yet is empty.
    pub async fn shelves(&self) -> Result<Vec<PathBuf>> {
        let folder = self.folder.clone();
        blocking(move || listed(&folder)).await
    }

    /// The keys of a folder's files that are older than `age`, also of those that were made of others.
    ///
    /// # Errors
    /// As [`Storage::shelves`].
    pub async fn keys_older_than(&self, shelf: PathBuf, age: Duration) -> Result<Vec<String>> {
        let line = SystemTime::now().checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH);
        let old = move |path: &PathBuf| fs::metadata(path).and_then(|about| about.modified()).is_ok_and(|written| written < line);
        let key = |path: PathBuf| path.file_name().and_then(|name| name.to_str()?.split('.').next()).map(str::to_owned);
        blocking(move || Ok(listed(&shelf)?.into_iter().filter(old).filter_map(key).collect())).await
    }
}

/// A file that can be read on this disk.
#[derive(Debug)]
pub struct AtHand {
    /// Where it lies.
    pub path: PathBuf,
    /// What was fetched is gone with it.
    _fetched: Option<Draft>,
}

/// The end of the name of what was made of a file.
const BESIDE: &str = "thumb";

/// The name of a file below the folder, or in the bucket: the same, so that one can be copied into the other.
fn on_a_shelf(key: &str) -> String {
    format!("{}/{key}", key.get(..2).unwrap_or("__"))
}

fn create(path: &Path) -> io::Result<Arc<File>> {
    if let Some(shelf) = path.parent().filter(|shelf| !shelf.is_dir()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(shelf)?;
        // else the new folder itself could be gone after a loss of power
        shelf.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())?;
    }
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(Arc::new)
}

fn listed(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(e),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    let done = actix_rt::task::spawn_blocking(work).await.map_err(Error::internal)?;
    done.map_err(|e| match e.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Error::DiskFull,
        _ => Error::Internal(format!("a file could not be stored: {e}")),
    })
}
